/* points.h: `cimdse eval --points FILE.csv`: designs in, one a row; the same rows out, followed by
 * outcome, reason, every metric and, when asked for, the parts. A bad row is a failed row; where
 * all rows failed, so has the command. */
#ifndef POINTS_H
#define POINTS_H
#include "pool.h"
#include "study.h"

#include <stdio.h>

typedef enum { POINTS_CSV, POINTS_JSONL, POINTS_TABLE } points_form;

/* BASE: the design whose numbers hold where the file has no column, or an empty cell. */
bool points_evaluate(study *s, pool *p, const double *base, const char *path, bool breakdown,
                     points_form form, FILE *out, failure *f);
#endif
