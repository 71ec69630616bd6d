/* published_result.h: what one run reached of the figures that its config quotes, and the stored
 * results of longer runs (published.csv). */
#ifndef PUBLISHED_RESULT_H
#define PUBLISHED_RESULT_H
#include "published.h"
#include "search_result.h"

enum { SOURCES_MAX = PUBLISHED_MAX };

typedef struct figure_result {
    char written[128];           /* "area_mm2 <= 0.5 * baseline" */
    char head[96], unit[48];     /* "area_mm2 <=", "mm2" */
    double bound, value;
} figure_result;

typedef struct source_result {
    char source[256];
    figure_result figures[PUBLISHED_FIGURES];
    unsigned n;
    double reach;                /* 1 and more: one trial meets all */
    long long first;             /* the first that does, or -1 */
    bool compared;               /* some trial could be */
} source_result;

typedef struct run_result {
    char study[64], model[64], searcher[64];
    unsigned seed;
    unsigned long long trials;
    double seconds;              /* of processor time; NaN: not known */
    source_result sources[SOURCES_MAX];
    unsigned n_sources;
    search_result found;
} run_result;

/* From the run in FOLDER. */
bool run_result_read(run_result *r, const char *folder, failure *f);
void run_result_free(run_result *r);

/* A row of published.csv is one figure of one source. */
typedef struct stored_result {
    char study[64], source[256], figure[128], searcher[64], seeds[32];
    double value, seconds;
    unsigned met, runs;
    long long first;             /* median; -1: less than half of the runs meet all */
    unsigned long long trials;
} stored_result;

#define STORED_HEAD "study,searcher,seeds,trials,source,figure,ours,met,runs,first,seconds\n"

/* Rows of FILE: *OUT is the caller's. */
bool stored_results_read(const char *file, stored_result **out, size_t *n, failure *f);
#endif
