/* parts_store.h: after a run, the parts (layer x component x metric) of the front's knee and
 * extremes go into the store, for report and compare to say where the difference lies. */
#ifndef PARTS_STORE_H
#define PARTS_STORE_H
#include "store.h"

bool parts_store(study *s, store *st, failure *f);
#endif
