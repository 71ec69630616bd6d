/* joint.h: densities of good and of other trials in all dimensions at once: a kernel at each trial
 * is a product over dimensions, all as wide, the narrower the more trials there are; and a uniform
 * one.
 *
 * S. Falkner, A. Klein, F. Hutter, "BOHB", ICML 2018. */
#ifndef JOINT_H
#define JOINT_H

#include "trials.h"

typedef struct joint joint;

cim_status joint_new(joint **out, const cim_host *host, const cim_problem *problem,
                     cim_designs *designs, uint32_t candidates);
void joint_free(joint *j);

/* The trials have changed other than by more at the end. J may be NULL. */
void joint_forget(joint *j);
cim_status joint_fit(joint *j, const trials *t);

/* A canonical point: the best of the candidates. */
void joint_draw(joint *j, const trials *t, cim_rng *rng, double *point);

#endif
