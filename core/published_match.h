/* published_match.h: the trials of a run held against the figures that its config quotes. */
#ifndef PUBLISHED_MATCH_H
#define PUBLISHED_MATCH_H
#include "published.h"
#include "store_read.h"

/* One source, and the trial that comes nearest to its figures or, where trials meet them all, goes
 * farthest beyond: the largest product of its gains. */
typedef struct published_match {
    const char *source;                /* texts are the layout's store's: valid in the call */
    uint32_t n;
    const published_figure *figures;   /* n */
    double bounds[PUBLISHED_FIGURES];  /* what they stand for with this baseline */
    uint32_t unclear;                  /* first figure that is no number above 0, else n */
    double values[PUBLISHED_FIGURES];  /* the trial's */
    double reach;                      /* 1 and more: it meets all */
    int64_t trial, first;              /* that trial, and the first that meets all; -1: none */
    uint64_t meeting;                  /* trials that do */
} published_match;

/* EACH source of the study in the config's order. BASELINE: its metrics, or NULL. */
bool published_matches(store *st, const layout *l, const double *baseline,
                       void (*each)(void *context, const published_match *m), void *context,
                       failure *f);
#endif
