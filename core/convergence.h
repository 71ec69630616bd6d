/* convergence.h: how good the front was after so many trials: its hypervolume, as a share of that
 * box which reaches from the best value of each goal on the final front to 1.1 times the worst
 * (measured from the best). One goal: how near the best was. */
#ifndef CONVERGENCE_H
#define CONVERGENCE_H
#include "front.h"

#include <stdio.h>

void convergence_print(const front *final, size_t n_goals, FILE *out);
#endif
