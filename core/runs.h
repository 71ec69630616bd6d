/* runs.h: the runs that a command names: a run folder, or one that holds a run for each target. */
#ifndef RUNS_H
#define RUNS_H
#include "compare.h"

typedef struct runs {
    store *stores[COMPARE_MAX];
    char *paths[COMPARE_MAX];
    const char *names[COMPARE_MAX]; /* last parts of the paths; where those collide, the paths */
    size_t n;
} runs;

/* Opens for reading the run in FOLDER, or all runs in its sub-folders, in alphabetical order. Names
 * of those opened before may change. */
bool runs_open(runs *r, const char *folder, failure *f);
void runs_close(runs *r, failure *f);

/* The names of the runs in FOLDER's sub-folders, as in "rram, sram"; nothing where FOLDER is itself
 * a run. */
void runs_within(const char *folder, text *names);
/* PATH, or the run in it that TARGET names where it holds a run for each target. *OF_MANY: that is
 * so. */
bool runs_find(const char *path, const char *target, text *out, bool *of_many, failure *f);
#endif
