/* Inside of accuracy.predictor. encode.c: a design as numbers; trials.c: files of such designs with
 * their accuracy; fit.c and mlp.c: a model of them; model.c: the model as a file. */
#ifndef PREDICTOR_H
#define PREDICTOR_H

#include <cim/accuracy.h>

/* ---- encode.c -------------------------------------------------------------------------------- */

/* PLACES stretches of the network from input to output, each described by PLACE_FEATURES numbers,
 * behind FEATURES_OF_ALL numbers of the whole. */
enum { PLACES = 32, PLACE_FEATURES = 16, FEATURES_OF_ALL = 10,
       FEATURES = FEATURES_OF_ALL + PLACES * PLACE_FEATURES, MAX_FEATURE_NAME = 40 };

void encode(const cim_network *n, cim_nonideality_table arrays, double out[FEATURES]);
void feature_name(uint32_t feature, char name[MAX_FEATURE_NAME]);
uint32_t feature_named(const char *name); /* FEATURES: none */

/* ---- trials.c -------------------------------------------------------------------------------- */

enum { MAX_TRIALS = 50000, MAX_FILE_BYTES = 1 << 28, MAX_SHOWN = 200 };

/* Rows in ascending order, so that a model does not depend on the order of the file. */
typedef struct trials {
    uint32_t n, n_columns;
    uint32_t features[FEATURES];  /* of each column                                  */
    double *rows;                 /* n x (n_columns + 1); the last is the accuracy   */
} trials;

/* Whatever the status, trials_free() it. */
cim_status trials_read(const cim_host *host, const char *path, trials *out);
void trials_free(const cim_host *host, trials *t);
/* Appends a design in one write, behind a header when the file is new. */
cim_status trials_append(const cim_host *host, const char *path, const double features[FEATURES],
                         double accuracy);
/* The end of a path, short enough for a message. */
const char *shown(const char *path);

/* ---- mlp.c ----------------------------------------------------------------------------------- */

/* inputs -> hidden -> hidden -> 1, ReLU between. Weights from a unit lie side by side. */
typedef struct mlp_shape { uint32_t inputs, hidden; } mlp_shape;
uint32_t mlp_size(mlp_shape s);
double mlp_predict(mlp_shape s, const double *weights, const double *x, double *scratch);
static inline uint32_t mlp_scratch(mlp_shape s) { return 4 * s.hidden; }

typedef struct mlp_data { const double *x, *y; uint32_t n; } mlp_data; /* x: n x inputs */
typedef struct mlp_plan { uint32_t epochs; uint64_t seed; } mlp_plan;
/* Adam from random weights; the same bits on every run. */
cim_status mlp_fit(const cim_host *host, mlp_shape s, mlp_data d, mlp_plan p, double *weights);

/* xoshiro256** from a number, by splitmix64: a model does not depend on the study's seed. */
void seeded(uint64_t seed, cim_rng *rng);

/* ---- fit.c, model.c -------------------------------------------------------------------------- */

typedef struct model_input { uint32_t feature; double mean, sd, min, max; } model_input;
typedef struct model_constant { uint32_t feature; double value; } model_constant;
typedef struct quality {
    uint32_t trained, held_out;
    double rank_correlation, rms_error, mean_error; /* on held-out trials; mean: of magnitudes */
    double spread;                                  /* sd of their accuracies                  */
} quality;
typedef struct model {
    mlp_shape shape;
    uint32_t members, n_constants;
    double mean, sd;                                /* of the accuracies it was fitted to      */
    quality quality;
    model_input *inputs;
    model_constant *constants;                      /* features that no trial varied           */
    double *weights;                                /* members x mlp_size()                    */
} model;
enum { MAX_HIDDEN = 256, MAX_MEMBERS = 16, LEAST_TRIALS = 20 };

typedef struct fit_plan {
    uint32_t hidden, members, epochs;
    double held_out;
    uint64_t seed;
} fit_plan;
cim_status model_fit(const cim_host *host, const trials *t, fit_plan p, model *out);
/* Room for what shape, members and n_constants say. */
cim_status model_alloc(const cim_host *host, model *m);
void model_free(const cim_host *host, model *m);
/* PATH is free, empty, or a saved model: nothing else is overwritten. model_save() asks it, too. */
cim_status model_may_save(const cim_host *host, const char *path);
cim_status model_save(const cim_host *host, const model *m, const char *path);
cim_status model_load(const cim_host *host, const char *path, model *out);
/* WORK: inputs + mlp_scratch() numbers. Counts inputs outside of the trials' range, which are taken
 * at its end. */
double model_predict(const model *m, const double features[FEATURES], double *work,
                     uint32_t *outside);
/* Spearman's, of ranks whose ties share their mean; 0 where either has no order. */
cim_status rank_correlation(const cim_host *host, const double *a, const double *b, uint32_t n,
                            double *out);
#endif
