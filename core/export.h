/* export.h: trials as CSV or JSON lines: number, outcome, reason, fidelity, every dimension, metric
 * and slack. The bytes depend on what is stored alone: no times, no paths, nothing of the machine
 * that prints them. (What is stored has the last bits of the kind of processor that evaluated it,
 * where OpenBLAS or libm choose their code by that.) */
#ifndef EXPORT_H
#define EXPORT_H
#include "store_read.h"

#include <stdio.h>

typedef enum { EXPORT_CSV, EXPORT_JSONL, EXPORT_POINTS } export_form;

/* POINTS: a file for `cimdse eval --points`. FRONT: only non-dominated feasible trials. */
bool export_print(store *st, export_form form, bool front_only, FILE *out, failure *f);
#endif
