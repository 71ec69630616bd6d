/* cim/searcher.h: a searcher proposes points and is told what came of them. The host owns the loop:
 *
 *     ask 0 -> evaluate -> tell;  ask 1 -> evaluate -> tell;  ...
 *
 * with a save after a tell where that is worth its time, and after the last: several tells may come
 * between two saves, and what came after a save is asked for and told again in a new process.
 *
 * A searcher MUST
 *   - give points inside the space: a level index 0, 1, .. n_levels-1 for every dimension but a
 *     real one, which takes a value min..max;
 *   - take all its randomness from cim_ask.rng (stream = number of the ask) or, in create(), from
 *     stream CIM_CREATE_STREAM, and so propose the same points after save() and load() in a new
 *     process as it would have without;
 *   - accept trials of every outcome, and goals and slacks that are not known.
 * A searcher MAY
 *   - give fewer points than asked for; with CIM_DONE, which is final, the last ones or none;
 *   - ask for a lower fidelity than the full one, when the study has several;
 *   - leave any value in an inactive dimension: the host sets its default.
 * In a study with a ladder of accuracy levels the host chooses the fidelity of each point: a trial
 * of a lower one than the full is, as far as that level knows, dominated or infeasible.
 * The host reports a point proposed before as a trial like any other. */
#ifndef CIM_SEARCHER_H
#define CIM_SEARCHER_H

#include <cim/host.h>

#define CIM_CREATE_STREAM UINT64_MAX /* number of the stream that create() may use */

enum {
    CIM_ORDINAL = 1,       /* levels in an order; their values are in levels[]                    */
    CIM_INTEGER_RANGE = 2, /* level i has the value min + i * step                                */
    CIM_REAL_RANGE = 3,    /* any value min..max                                                  */
    CIM_CATEGORICAL = 4    /* levels without an order                                             */
};

typedef struct cim_dimension {
    const char *name, *unit;     /* "hwmodel.rows", "workload.weight_bits[3]"                     */
    uint32_t kind;               /* CIM_ORDINAL ...                                               */
    uint32_t log_scale;          /* a range: 1: ratios matter, not differences (min > 0)          */
    uint64_t n_levels;           /* 0 for CIM_REAL_RANGE; else >= 2, at most 2^53                 */
    double min, max;             /* of the values (categorical: of the indices)                   */
    double step;                 /* CIM_INTEGER_RANGE                                             */
    const double *levels;        /* CIM_ORDINAL: n_levels values, ascending or descending         */
    const char *const *names;    /* CIM_CATEGORICAL: n_levels names                               */
    double default_coordinate;   /* index or value held while inactive                            */
} cim_dimension;
typedef struct cim_dimension_table {
    const cim_dimension *rows; uint32_t n, row_size;
} cim_dimension_table;

/* Dimension TARGET is active only while dimension ON is, at one of these levels. All conditions on
 * a dimension must hold. ON precedes nothing in particular: do not rely on the order. */
typedef struct cim_activity {
    uint32_t target, on, n_levels, reserved;
    const uint64_t *levels;
} cim_activity;
typedef struct cim_activity_table {
    const cim_activity *rows; uint32_t n, row_size;
} cim_activity_table;

typedef struct cim_goal {
    const char *name;                  /* "min energy_j", as the user wrote it                    */
    uint32_t is_exact, reserved;       /* 1: no accuracy in it, so the same at every fidelity. Look
                                          with CIM_ROW_HAS: hosts may lack it                     */
} cim_goal;
typedef struct cim_goal_table { const cim_goal *rows; uint32_t n, row_size; } cim_goal_table;

typedef struct cim_trial {
    uint64_t number;                   /* 0, 1, 2, ... in the order asked                         */
    cim_outcome outcome;
    uint32_t fidelity;
    const double *point;               /* one a dimension, canonical                              */
    const double *goals;               /* one a goal, always minimised; read only where known     */
    const uint8_t *goal_known;         /* one a goal: 1 when goals[i] is a finite, valid figure   */
    const double *slack;               /* one a constraint: <= 0 is met, NaN is not known         */
} cim_trial;
typedef struct cim_trial_table { const cim_trial *rows; uint32_t n, row_size; } cim_trial_table;

/* What an older study learned, in this one's terms: its trials of full fidelity. Points have this
 * space's coordinates, NaN where the older study had no such dimension or its value is none here;
 * goals and slacks have this study's places, those of another or no such goal not being known. */
typedef struct cim_older_study {
    const char *name;                  /* as the config calls it                                  */
    cim_trial_table trials;
} cim_older_study;
typedef struct cim_older_study_table {
    const cim_older_study *rows; uint32_t n, row_size;
} cim_older_study_table;

/* What is searched. Host-owned, valid until after destroy(). */
typedef struct cim_problem {
    uint32_t struct_size;
    uint32_t batch;                    /* most points an ask wants                                */
    uint64_t trials;                   /* the budget; 0: none. A hint: a study may be extended    */
    cim_dimension_table dimensions;
    cim_activity_table activities;
    cim_goal_table goals;              /* at least one                                            */
    cim_goal_table constraints;        /* the model's own, then the config's                      */
    uint32_t n_fidelities, reserved;   /* >= 1; the last is the full one                          */
    cim_older_study_table older;       /* to learn from. Look with CIM_HAS: hosts may lack it     */
} cim_problem;

typedef struct cim_ask {
    uint32_t struct_size, max;         /* in: give at most this many points                       */
    uint64_t number;                   /* in: 0, 1, 2, ...: which ask of the study this is        */
    cim_rng rng;                       /* in: the stream of this ask                              */
    const double *pending;             /* in: n_pending points asked for and not told yet         */
    uint32_t n_pending;
    uint32_t count;                    /* out: points given                                       */
    double *points;                    /* out: max rows, one coordinate a dimension               */
    uint32_t *fidelity;                /* out: max; set by the host to the full one               */
} cim_ask;

/* Receives a snapshot piece by piece. */
typedef struct cim_sink {
    uint32_t struct_size, reserved;
    void *context;
    cim_status (*write)(const struct cim_sink *sink, const void *data, size_t size);
} cim_sink;

typedef struct cim_searcher_ops {
    uint32_t struct_size;
    uint32_t learns;                   /* 1: from cim_problem.older; 0: the host warns if any is
                                          given                                                   */
    /* Either sets *self and returns CIM_OK, or leaves nothing behind. */
    cim_status (*create)(const cim_host *host, const cim_values *values,
                         const cim_problem *problem, void **self);
    cim_status (*ask)(void *self, cim_ask *ask);
    /* Trials in the order of their numbers, all of one ask at once. */
    cim_status (*tell)(void *self, cim_trial_table trials);
    /* Writes all that the next ask depends on; load() on a fresh instance takes it back, or refuses
     * it with CIM_E_ARGUMENT (damaged) or CIM_E_UNSUPPORTED (another version's). */
    cim_status (*save)(void *self, const cim_sink *sink);
    cim_status (*load)(void *self, const void *data, size_t size);
    void (*destroy)(void *self);
} cim_searcher_ops;
#endif
