/* config_traps.h: what libconfig 1.5 would get wrong or say badly, found in the text before it
 * reads it: an integer that does not fit (it cuts it silently), an array that mixes integers and
 * reals (its message names neither key nor cure), and a key that is there twice (nor here the
 * key). */
#ifndef CONFIG_TRAPS_H
#define CONFIG_TRAPS_H
#include "failure.h"

/* PATH is a config file; files that it includes are looked up in FOLDER. */
bool config_traps(const char *path, const char *folder, failure *f);
/* The same for one value. */
bool config_traps_text(const char *name, const char *key, const char *value, failure *f);
#endif
