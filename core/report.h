/* report.h: what a run found, for a person: outcome counts, the front with its knee and extremes,
 * the baseline, why trials failed or were infeasible. From study.db alone. */
#ifndef REPORT_H
#define REPORT_H
#include "store_read.h"

#include <stdio.h>

bool report_print(store *st, FILE *out, failure *f);
#endif
