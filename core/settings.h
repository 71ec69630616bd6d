/* settings.h: a plug-in's group of the config -> the numbers its parameters hold, and the
 * dimensions of the space. The grammar, of which README says more ("What a parameter may be"):
 *
 *     rows = 128;                                one value (of every element of a vector)
 *     rows = [64, 128];                          one of these (the same for every element)
 *     rows = { choices = [64, 128]; };           the same
 *     x    = { min = 0.1; max = 1.0; step = 0.1; };   or  log = true, or neither
 *     bits = { value = [8, 8, 4]; };             element by element
 *     bits = { per = "weight_layer"; choices = [4, 8]; at = ({ i = 0; value = 8; }); };
 */
#ifndef SETTINGS_H
#define SETTINGS_H
#include "space.h"

/* Reads every parameter of IN. With S: adds the dimensions; without: those that are searched keep
 * their default. */
bool settings_read(instance *in, space *s, failure *f);

/* One parameter of a group that may only fix values (a baseline), into NUMBERS of IN's layout. */
bool settings_fix(const instance *in, uint32_t param, node *n, double *numbers, failure *f);

/* A parameter of HWMODEL that overrides the workload's may not be set while that is searched. */
bool settings_check_overrides(const instance *hwmodel, const instance *workload, failure *f);
#endif
