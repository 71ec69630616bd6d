/* compare_private.h: what the files of compare share. */
#ifndef COMPARE_PRIVATE_H
#define COMPARE_PRIVATE_H
#include "compare.h"
#include "front.h"
#include "table.h"

typedef struct side { /* one run */
    store *st;
    const char *name;
    layout l;
    front front;
    climbs climbs;
    size_t knee;         /* front.n: no feasible trial */
    char *stand_in;      /* that accuracy is of, or "" */
    double *unit_goals;  /* n x m, scaled to 0..1 over all runs */
    size_t merged;       /* members of the merged front that have their equal in this run */
} side;

typedef struct comparison {
    side sides[COMPARE_MAX];
    size_t n;
    uint32_t m;          /* goals */
    const goal *goals;
    double best[GOAL_MAX], worst[GOAL_MAX];
    FILE *out;
    failure *f;
} comparison;

/* A table with one column a run and, from the second on, its ratio to the first. */
table *compare_table(const comparison *c, const char *first);
/* One row of it, scaled by the SI prefix of the first value. A run without a feasible design has
 * none: NaN. */
void compare_row(const comparison *c, table *t, const char *name, const char *unit,
                 const double *values);
/* Prints and frees it. */
void compare_finish(const comparison *c, table *t);

/* Heads the output with what the studies differ in beside hardware and searcher, if anything. */
bool compare_studies(const comparison *c);
/* The parts of the knees' energy, latency and area. */
void compare_parts(comparison *c);
#endif
