/* store_read.h: reading a run back, from its study.db alone: no plug-in and no config is needed. */
#ifndef STORE_READ_H
#define STORE_READ_H
#include "store.h"

/* What the columns of a run are. Texts are owned here. */
typedef struct layout {
    char **dimensions, **dimension_units;
    char **labels;                  /* dimensions as a person calls them: elements by their names */
    uint32_t n_dimensions;
    metric *metrics;
    uint32_t n_metrics;
    char **rules, **rule_sources;   /* constraints: the model's own, then the config's */
    uint32_t n_rules;
    goal *goals;
    uint32_t n_goals;
} layout;

/* One value of a dimension: a number, or a text where NAME is not NULL. */
typedef struct cell {
    const char *name;
    double number;
} cell;

typedef struct row {                /* valid during the call it is given to */
    int64_t id;
    cim_outcome outcome;
    const char *reason;
    uint32_t fidelity;
    int64_t duplicate_of;           /* the first trial of the same point, or -1 */
    const cell *dimensions;
    const double *metrics, *slack;  /* NaN: not known */
} row;

/* Two text columns that a query gives, row by row; each text and both lists are the caller's. */
bool store_pairs(store *st, const char *sql, char ***first, char ***second, uint32_t *n,
                 failure *f);

bool layout_read(store *st, layout *out, failure *f);
void layout_free(layout *l);

/* Rows FIRST..LAST in the order of their numbers. EACH returns false to stop. */
bool store_rows(store *st, const layout *l, int64_t first, int64_t last,
                bool (*each)(void *context, const row *r), void *context, failure *f);

/* The rows of the N trials in IDS, in that order; those that are not there are left out. */
bool store_rows_listed(store *st, const layout *l, const int64_t *ids, size_t n,
                       bool (*each)(void *context, const row *r), void *context, failure *f);
/* All trials, in the order of their numbers, but of a row only number, outcome, fidelity, what
 * it repeats, slacks and the metrics that goals are made of: much faster where rows are many or
 * wide. */
bool store_goal_rows(store *st, const layout *l, bool (*each)(void *context, const row *r),
                     void *context, failure *f);
/* How many trials there are, and the full fidelity: the last of a ladder, else the highest seen. */
bool store_extent(store *st, uint64_t *trials, uint32_t *fidelity, failure *f);

/* A study's ladder of accuracy levels, and how far designs came. */
typedef struct climbs {
    uint32_t n;                     /* levels; 0: the study has no ladder */
    char names[LEVEL_MAX][64];
    uint64_t ended[LEVEL_MAX];      /* designs, repeated ones once, that ended at each */
} climbs;
bool store_climbs(store *st, climbs *out, failure *f);

/* The coordinate that a stored value has in D; false when it is none of D's. */
bool cell_coordinate(const dimension *d, const cell *c, double *coordinate);

/* The point of a stored row, dimensions matched by name; those it lacks are at their default. */
bool row_point(const row *r, const layout *l, const space *s, double *point, failure *f);

/* Stored parts of one trial, summed over layers: EACH component of a metric. */
bool store_components(store *st, int64_t trial, const char *metric,
                      bool (*each)(void *context, const char *component, double value),
                      void *context, failure *f);

/* For each distinct reason of a failed trial, the commonest first: at most MOST. */
bool store_reasons(store *st, size_t most,
                   bool (*each)(void *context, const char *reason, uint64_t n), void *context,
                   failure *f);
#endif
