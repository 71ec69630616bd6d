#include "functions.h"

#include <string.h>

/* ---- variables ------------------------------------------------------------------------------- */

#define REAL(name, n, low, high) \
    {.key = name, .unit = "", .help = "variable of the problem", .type = CIM_REAL, .length = n, \
     .default_value = ((low) + (high)) / 2, .min = low, .max = high}
#define WHOLE(name, n, low, high, says) \
    {.key = name, .unit = "", .help = says, .type = CIM_INTEGER, .length = n, \
     .default_value = low, .min = low, .max = high}
#define LEVELS(name, values, says) \
    {.key = name, .unit = "", .help = says, .type = CIM_INTEGER, .default_value = 64, \
     .min = 1, .max = 1024, .levels = values, .n_levels = sizeof values / sizeof values[0]}
#define CATEGORY(name, values, says) \
    {.key = name, .unit = "", .help = says, .type = CIM_CATEGORY, .names = values, \
     .n_levels = sizeof values / sizeof values[0]}

static const cim_param unit_6[] = {REAL("x", 6, 0, 1)}, unit_12[] = {REAL("x", 12, 0, 1)};
static const cim_param unit_30[] = {REAL("x", 30, 0, 1)};
static const cim_param of_zdt4[] = {REAL("first", 0, 0, 1), REAL("x", 9, -5, 5)};
static const cim_param of_bnh[] = {REAL("a", 0, 0, 5), REAL("b", 0, 0, 3)};
static const cim_param of_branin[] = {REAL("a", 0, -5, 10), REAL("b", 0, 0, 15)};
static const cim_param of_ackley[] = {REAL("x", 10, -5, 10)};
static const cim_param of_rastrigin[] = {REAL("x", 6, -4.5, 6)};
static const cim_param of_griewank[] = {REAL("x", 6, -50, 70)};
static const cim_param of_rosenbrock[] = {REAL("x", 10, -2.048, 2.048)};

static const double sizes[] = {32, 64, 128, 256, 512, 1024}, widths[] = {1, 2, 4, 8, 16, 32, 64};
static const double buffers[] = {16, 32, 64, 128, 256, 512, 1024};
static const char *const devices[] = {"sram", "rram", "pcm", "fefet"};
static const char *const adcs[] = {"sar", "flash", "ramp"};
static const cim_param of_cim26[] = {
    LEVELS("rows", sizes, "rows of an array"),
    LEVELS("columns", sizes, "columns of an array"),
    WHOLE("adc_bits", 0, 3, 10, "bits of a converter"),
    WHOLE("cell_bits", 0, 1, 4, "bits of a cell"),
    WHOLE("dac_bits", 0, 1, 4, "bits of an input pulse"),
    {.key = "columns_per_adc", .unit = "", .help = "columns that share a converter",
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 32, .levels = widths, .n_levels = 6},
    CATEGORY("device", devices, "what a cell is"),
    CATEGORY("adc", adcs, "kind of converter"),
    {.key = "supply_v", .unit = "V", .help = "supply", .type = CIM_REAL, .default_value = 0.9,
     .min = 0.6, .max = 1.2},
    LEVELS("buffer_kib", buffers, "buffer, in units of 1024 bytes"),
    WHOLE("copies", 8, 1, 16, "copies of a layer"),
    WHOLE("weight_bits", 8, 2, 8, "bits of a layer's weights")};
enum { CIM26_SHARED = 10, CIM26_LAYERS = 8 };

/* ---- problems -------------------------------------------------------------------------------- */

#define OF(table) .params = table, .n_params = sizeof table / sizeof table[0]

/* Volumes: ZDT and DTLZ2 by integration of the true front, BNH numerically; cim26: the best that we
 * know, from all our runs. */
const problem problems[N_PROBLEMS] = {
    [PROBLEM_zdt1_30] = {.name = "zdt1_30",
                         .d = 30,
                         .m = 2,
                         OF(unit_30),
                         .evaluate = zdt1,
                         .reference = {{1.1, 7}, {1.1, 1.1}},
                         .volume = {7.3666662, 0.87666617},
                         .budget = 200},
    [PROBLEM_zdt2_30] = {.name = "zdt2_30",
                         .d = 30,
                         .m = 2,
                         OF(unit_30),
                         .evaluate = zdt2,
                         .reference = {{1.1, 7}, {1.1, 1.1}},
                         .volume = {7.0333328, 0.54333283},
                         .budget = 200},
    [PROBLEM_zdt4_10] = {.name = "zdt4_10",
                         .d = 10,
                         .m = 2,
                         OF(of_zdt4),
                         .evaluate = zdt4,
                         .reference = {{1.1, 150}, {1.1, 40}},
                         .volume = {164.66667, 43.666666},
                         .budget = 200},
    [PROBLEM_dtlz2_6_2] = {.name = "dtlz2_6_2",
                           .d = 6,
                           .m = 2,
                           OF(unit_6),
                           .evaluate = dtlz2,
                           .reference = {{1.1, 1.1}, {2, 2}},
                           .volume = {0.42460184, 3.2146018},
                           .budget = 200},
    [PROBLEM_dtlz2_12_3] = {.name = "dtlz2_12_3",
                            .d = 12,
                            .m = 3,
                            OF(unit_12),
                            .evaluate = dtlz2,
                            .reference = {{1.1, 1.1, 1.1}, {2, 2, 2}},
                            .volume = {0.80740122, 7.4764012},
                            .budget = 200},
    [PROBLEM_bnh] = {.name = "bnh",
                     .d = 2,
                     .m = 2,
                     .c = 2,
                     OF(of_bnh),
                     .evaluate = bnh,
                     .reference = {{140, 50}, {200, 60}},
                     .volume = {5285.3319, 10045.332},
                     .budget = 200},
    [PROBLEM_cim26_2] = {.name = "cim26_2",
                         .d = 26,
                         .m = 2,
                         OF(of_cim26),
                         .evaluate = cim26,
                         .reference = {{22, 1}, {19, 0.5}},
                         .volume = {5.0153026, 0.87347153},
                         .budget = 200},
    [PROBLEM_cim26_3c] = {.name = "cim26_3c",
                          .d = 26,
                          .m = 3,
                          .c = 1,
                          OF(of_cim26),
                          .evaluate = cim26,
                          .reference = {{8.5, 7, 1}, {7, 5.5, 0.5}},
                          .volume = {7.8027993, 0.58771068},
                          .budget = 200},
    [PROBLEM_cim26_4] = {.name = "cim26_4",
                         .d = 26,
                         .m = 4,
                         OF(of_cim26),
                         .evaluate = cim26,
                         .reference = {{8.5, 7, 9.5, 1}, {7, 5.5, 8, 0.5}},
                         .volume = {21.065019, 0.20381973},
                         .budget = 200},
    [PROBLEM_branin] = {.name = "branin",
                        .d = 2,
                        .m = 1,
                        OF(of_branin),
                        .evaluate = branin,
                        .optimum = 0.39788735772973816,
                        .budget = 100},
    [PROBLEM_hartmann6] = {.name = "hartmann6",
                           .d = 6,
                           .m = 1,
                           OF(unit_6),
                           .evaluate = hartmann6,
                           .optimum = -3.322368011415515,
                           .budget = 100},
    [PROBLEM_rosenbrock10] = {.name = "rosenbrock10",
                              .d = 10,
                              .m = 1,
                              OF(of_rosenbrock),
                              .evaluate = rosenbrock,
                              .optimum = 0.0,
                              .budget = 200},
    [PROBLEM_ackley10] = {.name = "ackley10",
                          .d = 10,
                          .m = 1,
                          OF(of_ackley),
                          .evaluate = ackley,
                          .optimum = 0.0,
                          .budget = 100},
    [PROBLEM_rastrigin6] = {.name = "rastrigin6",
                            .d = 6,
                            .m = 1,
                            OF(of_rastrigin),
                            .evaluate = rastrigin,
                            .optimum = 0.0,
                            .budget = 100},
    [PROBLEM_griewank6] = {.name = "griewank6",
                           .d = 6,
                           .m = 1,
                           OF(of_griewank),
                           .evaluate = griewank,
                           .optimum = 0.0,
                           .budget = 100},
};

const problem *problem_find(const char *name) {
    for (uint32_t i = 0; i < N_PROBLEMS; i++)
        if (strcmp(problems[i].name, name) == 0) return &problems[i];
    return NULL;
}

const cim_param *problem_param(const problem *p, uint32_t i, uint32_t *element) {
    uint32_t k = 0, first = 0;
    for (; i >= first + (p->params[k].length ? p->params[k].length : 1); k++)
        first += p->params[k].length ? p->params[k].length : 1;
    *element = i - first;
    return &p->params[k];
}

/* The stored results come from runs where copies and weight bits of a layer stood side by side. */
uint32_t problem_place(const problem *p, uint32_t i) {
    if (p->evaluate != cim26 || i < CIM26_SHARED) return i;
    return CIM26_SHARED + (i - CIM26_SHARED) % 2 * CIM26_LAYERS + (i - CIM26_SHARED) / 2;
}

static uint32_t count_levels(const cim_param *q) {
    return q->n_levels ? q->n_levels : q->type == CIM_REAL ? 0 : (uint32_t)(q->max - q->min) + 1;
}

void problem_values(const problem *p, const double *u, double *values) {
    for (uint32_t i = 0; i < p->d; i++) {
        uint32_t element;
        const uint32_t place = problem_place(p, i);
        const cim_param *q = problem_param(p, place, &element);
        const uint32_t n = count_levels(q), k = (uint32_t)(u[i] * n);
        const uint32_t level = n && k >= n ? n - 1 : k;
        values[place] = q->levels ? q->levels[level]
                      : q->names ? level
                      : n ? q->min + level : q->min + u[i] * (q->max - q->min);
    }
}

void problem_evaluate(const problem *p, const double *values, double *goals, double *slack) {
    p->evaluate(p, values, goals, slack);
}
