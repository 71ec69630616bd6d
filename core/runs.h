/* runs.h: the runs that a command names: a run folder, or one that holds a run for each target. */
#ifndef RUNS_H
#define RUNS_H
#include "compare.h"

typedef struct runs {
    store *stores[COMPARE_MAX];
    char *names[COMPARE_MAX];
    size_t n;
} runs;

/* Opens for reading the run in FOLDER, or all runs in its sub-folders, by name. */
bool runs_open(runs *r, const char *folder, failure *f);
void runs_close(runs *r, failure *f);
#endif
