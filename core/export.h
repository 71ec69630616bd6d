/* export.h: trials as CSV or JSON lines: number, outcome, reason, fidelity, every dimension, metric
 * and slack. The bytes depend on the study alone: no times, no paths, no machine. */
#ifndef EXPORT_H
#define EXPORT_H
#include "store_read.h"

#include <stdio.h>

typedef enum { EXPORT_CSV, EXPORT_JSONL, EXPORT_POINTS } export_form;

/* POINTS: a file for `cimdse eval --points`. FRONT: only non-dominated feasible trials. */
bool export_print(store *st, export_form form, bool front_only, FILE *out, failure *f);
#endif
