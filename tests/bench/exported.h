/* exported.h: a study that a bench runs, and its trials as `cimdse export` gives them. */
#ifndef EXPORTED_H
#define EXPORTED_H
#include "process.h"

#include <stddef.h>

enum { EXPORTED_SETTINGS = 6, EXPORTED_PATH = 768 };

typedef struct exported_run {
    const char *config, *target; /* a path; NULL: the only one */
    const char *folder;          /* where the run is, or goes */
    const char *set[EXPORTED_SETTINGS];    /* KEY=VALUE, ended by NULL */
    unsigned seed, trials;
} exported_run;

/* A heading line and rows of as many cells. */
typedef struct exported {
    char **cells;
    size_t n_columns, n_rows;
    double processor_s;          /* of the run, in all calls; NaN: not known */
} exported;

/* Runs it, or what is left of it. */
bool exported_make(exported *e, const exported_run *r);
void exported_free(exported *e);
/* "" where there is no such column. */
const char *exported_text(const exported *e, size_t row, const char *column);
/* NaN where it is no number. */
double exported_number(const exported *e, size_t row, const char *column);
#endif
