/* archive.h: every trial told, and which of them no other dominates. */
#ifndef BAYESIAN_ARCHIVE_H
#define BAYESIAN_ARCHIVE_H

#include <cim/searcher.h>

typedef struct archive {
    const cim_host *host;
    uint32_t d, m, c;        /* dimensions, goals, constraints */
    size_t n, room;
    double *rows;            /* n x (d + m + c): point; goals and slacks, NaN where not known */
    uint8_t *outcome;        /* cim_outcome */
    uint32_t *fidelity;
    uint32_t *front;         /* trials, in the order told, that are feasible and not dominated */
    size_t n_front, front_room;
    uint32_t full;           /* the full fidelity */
    double *high;            /* of the goals of its trials, infeasible ones too */
} archive;

cim_status archive_open(archive *a, const cim_host *host, const cim_problem *problem);
void archive_close(archive *a);
void archive_reset(archive *a);

/* Adds one; *IS_BETTER is set when it enters the front. POINT: canonical. */
cim_status archive_add(archive *a, const double *point, const double *goals, const double *slack,
                       cim_outcome outcome, uint32_t fidelity, int *is_better);

static inline size_t archive_width(const archive *a) { return (size_t)a->d + a->m + a->c; }
static inline const double *archive_point(const archive *a, size_t i) {
    return a->rows + i * archive_width(a);
}
static inline const double *archive_goals(const archive *a, size_t i) {
    return archive_point(a, i) + a->d;
}
static inline const double *archive_slack(const archive *a, size_t i) {
    return archive_goals(a, i) + a->m;
}
#endif
