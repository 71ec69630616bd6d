/* targets.h: several hardware models in one config, hwmodel = ( { ... }, { ... } ). A study over
 * several targets is one study on each, with the same budget, in a folder of its own; a target is
 * called as its key `target` says, or as its plug-in. */
#ifndef TARGETS_H
#define TARGETS_H
#include "config.h"

enum { TARGETS_MAX = 16 };

/* 1 where hwmodel is a group. */
bool targets_count(const config *c, size_t *n, failure *f);
void targets_name(const config *c, size_t target, text *out);
/* Makes target I (and the baseline that belongs to it) the config's only one. */
bool targets_select(config *c, size_t target, failure *f);
bool targets_find(const config *c, const char *name, size_t *target, failure *f);
#endif
