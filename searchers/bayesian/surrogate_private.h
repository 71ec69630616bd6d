/* surrogate_private.h: the inside of a surrogate, for its own files and tests. */
#ifndef SURROGATE_PRIVATE_H
#define SURROGATE_PRIVATE_H

#include "fit.h"
#include "surrogate.h"
#include "transform.h"

enum {
    MOST_FITTED = 300,       /* trials that hyper-parameters are fitted to */
    MOST_CONDITIONED = 1000, /* trials that predictions rest on */
    LEAST_BELIEVED = 64      /* room for believed points, or 4 batches */
};

enum { OUTPUT_GOAL, OUTPUT_CONSTRAINT, OUTPUT_WORKS };

/* One process. chosen_at, fitted_at: known trials when form and hyper-parameters were found. */
typedef struct output {
    int role;
    uint32_t column;       /* which goal or constraint */
    int is_exact;          /* the same at every fidelity */
    int transform_kind;
    gp_form form;
    double *theta;
    uint64_t fitted_at, chosen_at; /* 0: never */
    transform transform;
    gp process;
} output;

struct surrogate {
    const cim_host *host;
    const cim_problem *problem;
    const encoding *encoding;
    gp_space space;
    double *centre, *scale;     /* of the features and, behind them, the fidelity */
    uint8_t *is_level;
    uint8_t *is_summary;
    uint32_t *most_waves;
    uint32_t n_goals, n_constraints, n_outputs_most;
    /* trials: rows of space.n inputs, of goals and then slacks, and marks */
    size_t n, room;
    double *inputs, *values;
    uint8_t *failed;
    uint64_t n_failed;
    output *outputs;
    /* older studies: a surrogate each, and what they think of each trial (transfer.h) */
    surrogate **older;
    cim_problem *older_problem;
    size_t n_older, most_conditioned;
    double *opinions;
    /* scratch, as large as the trials in use */
    fit fit;
    size_t scratch_room;
    uint32_t *rows, n_rows;     /* trials in use */
    double *chosen, *y, *sorted;
    double *block, *thoughts;   /* of predictions: inputs, opinions */
};

static inline size_t surrogate_n_values(const surrogate *s) {
    return (size_t)s->n_goals + s->n_constraints;
}

/* What OUTPUT is told of trial ROW: NaN when that is not known. */
double output_of(const surrogate *s, const output *o, size_t row);

/* Each older study's mean of OUTPUT, if it is a goal or constraint, of a row of opinions. */
static inline const double *opinions_on(const surrogate *s, const double *row, const output *o) {
    return o->role == OUTPUT_WORKS ? NULL : row + o->column * s->n_older;
}

/* At most MOST trials to s->rows, in ascending order: all, or the best, the latest and some. */
cim_status subset_choose(surrogate *s, size_t most, cim_rng *rng);

/* Fits what is due of O and conditions it on s->rows. */
cim_status output_learn(surrogate *s, output *o);

/* Conditions O with length scales of OUTPUT_COARSE and more, and likely noise; back as learned. */
#define OUTPUT_COARSE 0.6 /* of a dimension */
cim_status output_coarsen(surrogate *s, output *o);
cim_status output_confine(surrogate *s, output *o); /* its own length scales, of s->rows alone */
cim_status output_sharpen(surrogate *s, output *o);

#endif
