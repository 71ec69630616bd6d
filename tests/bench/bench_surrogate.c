/* How well the surrogate of searcher.bayesian predicts goals of tests/problems at 500 fresh points
 * from 40, 60 and 100: as told for each kernel and trend, and as it chooses by itself.
 *
 *     bench_surrogate [seeds]
 *
 * "spread": a Latin hypercube, fresh points uniform. "near": 20 of it, then children of the front,
 * as a search leaves them; fresh points are such children too. A cell is the mean logarithm of the
 * density given to the standardised outcome, and the rank correlation. */
#include "../problems/functions.h"

#include "searchers/bayesian/surrogate_private.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    FRESH = 500,
    MOST = 100,
    ROWS = MOST + FRESH,
    MOST_FEATURES = 64,
    FORMS = N_KERNELS * N_TRENDS
};

/* ---- a host ---------------------------------------------------------------------------------- */

static cim_status say(const cim_host *host, cim_status status, const char *why) {
    (void)host;
    fprintf(stderr, "%s\n", why);
    return status;
}

static void *give(const cim_host *host, size_t count, size_t size) {
    (void)host;
    return calloc(count, size);
}

static void take_back(const cim_host *host, void *memory) {
    (void)host;
    free(memory);
}

static const cim_host host = {.struct_size = sizeof host, .abi_major = CIM_ABI_MAJOR,
                              .abi_minor = CIM_ABI_MINOR, .fail = say, .alloc = give,
                              .release = take_back};

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- the space of a problem ------------------------------------------------------------------ */

typedef struct arena {
    const problem *p;
    cim_dimension dimensions[PROBLEM_VARIABLES];
    cim_problem problem;
    encoding encoding;
    double u[ROWS * PROBLEM_VARIABLES], x[ROWS * MOST_FEATURES], goals[ROWS * PROBLEM_GOALS];
} arena;

static void arena_open(arena *a, const problem *p) {
    static const cim_goal names[PROBLEM_GOALS] = {{.name = "a"}, {.name = "b"}, {.name = "c"},
                                                  {.name = "d"}};
    a->p = p;
    for (uint32_t i = 0; i < p->d; i++) {
        uint32_t element;
        const cim_param *q = problem_param(p, i, &element);
        const double k = (double)q->n_levels;
        a->dimensions[i] = (cim_dimension){.name = q->key, .unit = "", .n_levels = q->n_levels,
                                           .min = 0.0, .max = q->n_levels ? k - 1.0 : 1.0,
                                           .kind = !q->n_levels ? CIM_REAL_RANGE
                                                   : q->names ? CIM_CATEGORICAL : CIM_ORDINAL};
    }
    a->problem = (cim_problem){.struct_size = sizeof a->problem, .batch = 1, .n_fidelities = 1,
                               .dimensions = {a->dimensions, p->d, sizeof *a->dimensions},
                               .goals = {names, p->m, sizeof *names}};
    encoding_open(&a->encoding, &host, &a->problem);
}

static void find_row(arena *a, size_t row) {
    const problem *p = a->p;
    double values[PROBLEM_VARIABLES], slack[PROBLEM_CONSTRAINTS], point[PROBLEM_VARIABLES];
    cim_designs designs;
    problem_values(p, a->u + row * p->d, values);
    problem_evaluate(p, values, a->goals + row * p->m, slack);
    for (uint32_t i = 0; i < p->d; i++) {
        const double u = a->u[row * p->d + i];
        point[i] = cim_dimension_at(&a->dimensions[i], u);
    }
    cim_designs_init(&designs, &host, &a->problem);
    encoding_of(&a->encoding, &designs, point, a->x + row * a->encoding.n_features);
    cim_designs_free(&designs);
}

/* ---- points ---------------------------------------------------------------------------------- */

static int is_dominated(const arena *a, size_t row, size_t n) {
    const uint32_t m = a->p->m;
    for (size_t i = 0; i < n; i++) {
        uint32_t no_worse = 0, better = 0;
        for (uint32_t k = 0; k < m; k++) {
            no_worse += a->goals[i * m + k] <= a->goals[row * m + k];
            better += a->goals[i * m + k] < a->goals[row * m + k];
        }
        if (no_worse == m && better > 0) return 1;
    }
    return 0;
}

/* About six coordinates of a front point moved, one in seven of them anywhere. */
static void make_child(arena *a, size_t row, size_t n, cim_rng *rng) {
    const uint32_t d = a->p->d;
    size_t parent = (size_t)cim_rng_below(rng, n);
    while (is_dominated(a, parent, n)) parent = (size_t)cim_rng_below(rng, n);
    double *u = a->u + row * d;
    memcpy(u, a->u + parent * d, d * sizeof *u);
    for (uint32_t i = 0; i < d; i++) {
        if (cim_rng_uniform(rng) >= 6.0 / d) continue;
        u[i] += 0.35 * (cim_rng_uniform(rng) + cim_rng_uniform(rng) - 1.0);
        if (cim_rng_uniform(rng) < 0.15) u[i] = cim_rng_uniform(rng);
        u[i] = fmin(fmax(u[i], 0.0), 1.0);
    }
}

static void make_points(arena *a, int is_near, size_t n, uint64_t seed) {
    const uint32_t d = a->p->d;
    cim_rng rng = {{seed + 1, 2, 3, 4}};
    const size_t first = is_near ? PROBLEM_START : n;
    problem_hypercube((uint32_t)first, d, seed, a->u);
    for (size_t i = 0; i < n + FRESH; i++) {
        if (i >= first && is_near) make_child(a, i, i < n ? i : n, &rng);
        for (uint32_t k = 0; i >= first && !is_near && k < d; k++)
            a->u[i * d + k] = cim_rng_uniform(&rng);
        find_row(a, i);
    }
}

/* ---- scores ---------------------------------------------------------------------------------- */

typedef struct score { double density, correlation, seconds; } score;

static const double *sorted_by;
static int by_key(const void *a, const void *b) {
    const double x = sorted_by[*(const uint32_t *)a], y = sorted_by[*(const uint32_t *)b];
    return (x > y) - (x < y);
}

static void ranks_of(const double *key, uint32_t *rank) {
    uint32_t order[FRESH];
    for (uint32_t i = 0; i < FRESH; i++) order[i] = i;
    sorted_by = key;
    qsort(order, FRESH, sizeof *order, by_key);
    for (uint32_t i = 0; i < FRESH; i++) rank[order[i]] = i;
}

/* Of what process G expects of the fresh points under transform T. */
static score score_of(const arena *a, uint32_t goal, size_t n, const gp *g, const transform *t,
                      const transform *plain) {
    static double mean[FRESH], sd[FRESH], y[FRESH];
    uint32_t expected[FRESH], found[FRESH];
    const double noise = exp(g->theta[g->space->n + THETA_NOISE]);
    score s = {0.0, 0.0, 0.0};
    gp_predict(g, a->x + n * a->encoding.n_features, FRESH, mean, sd, 1);
    double squares = 0.0;
    for (size_t i = 0; i < FRESH; i++) {
        const double raw = a->goals[(n + i) * a->p->m + goal], variance = sd[i] * sd[i] + noise;
        y[i] = transform_value(t, raw);
        const double z = y[i] - mean[i];
        s.density +=
            fmax(-50.0, -0.5 * (log(2.0 * acos(-1.0) * variance) + z * z / variance) +
                            transform_log_slope(t, raw) - transform_log_slope(plain, raw)) /
            FRESH;
    }
    ranks_of(mean, expected);
    ranks_of(y, found);
    for (size_t i = 0; i < FRESH; i++) squares += pow((double)expected[i] - (double)found[i], 2.0);
    s.correlation = 1.0 - 6.0 * squares / ((double)FRESH * ((double)FRESH * FRESH - 1.0));
    return s;
}

static void add(score *sum, score s, double share) {
    sum->density += s.density * share;
    sum->correlation += s.correlation * share;
    sum->seconds += s.seconds * share;
}

/* ---- one set of points ----------------------------------------------------------------------- */

static void outputs_of(const arena *a, uint32_t goal, size_t n, double *y) {
    for (size_t i = 0; i < n; i++) y[i] = a->goals[i * a->p->m + goal];
}

static score fixed_form(const arena *a, const gp_space *space, uint32_t goal, size_t n,
                        gp_form form) {
    double y[MOST], work[MOST], theta[MOST_FEATURES + THETA_EXTRA];
    fit f;
    gp g = {.host = NULL};
    const fit_prior prior = fit_prior_of(space->n_dimensions);
    outputs_of(a, goal, n, y);
    const transform t = transform_of(TRANSFORM_NONE, y, n, work);
    for (size_t i = 0; i < n; i++) y[i] = transform_value(&t, y[i]);
    fit_open(&f, &host, space, n);
    f.form = form;
    fit_data(&f, &prior, a->x, y, n);
    fit_start(&f, theta);
    const double began = seconds();
    fit_optimise(&f, theta, 60);
    const double took = seconds() - began;
    gp_open(&g, &host, space, n, 0);
    gp_condition(&g, &form, theta, a->x, y, n);
    score s = score_of(a, goal, n, &g, &t, &t);
    s.seconds = took;
    gp_close(&g);
    fit_close(&f);
    return s;
}

static void own_choice(const arena *a, size_t n, score *out) {
    surrogate *s = NULL;
    cim_rng rng = {{1, 2, 3, 4}};
    surrogate_open(&s, &host, &a->problem, &a->encoding);
    for (size_t i = 0; i < n; i++)
        surrogate_add(s, a->x + i * a->encoding.n_features, a->goals + i * a->p->m, NULL, 0, 0);
    const double began = seconds();
    surrogate_fit(s, &rng);
    const double took = (seconds() - began) / a->p->m;
    for (uint32_t k = 0; k < a->p->m; k++) {
        double y[MOST], work[MOST];
        outputs_of(a, k, n, y);
        const transform plain = transform_of(TRANSFORM_NONE, y, n, work);
        out[k] = score_of(a, k, n, &s->outputs[k].process, &s->outputs[k].transform, &plain);
        out[k].seconds = took;
    }
    surrogate_close(s);
}

static void measure(arena *a, int is_near, size_t n, uint64_t n_seeds, score *total,
                    uint32_t *n_cells) {
    score cells[PROBLEM_GOALS][FORMS + 1] = {{{0.0, 0.0, 0.0}}};
    const gp_space space = {.n = a->encoding.n_features, .n_dimensions = a->p->d,
                            .centre = a->encoding.centre, .scale = a->encoding.scale,
                            .is_level = a->encoding.is_level,
                            .is_summary = a->encoding.is_summary,
                            .has_summary = a->encoding.n_vectors > 0,
                            .most_waves = a->encoding.most_waves};
    for (uint64_t seed = 0; seed < n_seeds; seed++) {
        score own[PROBLEM_GOALS];
        make_points(a, is_near, n, seed);
        own_choice(a, n, own);
        for (uint32_t k = 0; k < a->p->m; k++) {
            for (int i = 0; i < FORMS; i++)
                add(&cells[k][i],
                    fixed_form(a, &space, k, n, (gp_form){i / N_TRENDS, i % N_TRENDS, 0}),
                    1.0 / (double)n_seeds);
            add(&cells[k][FORMS], own[k], 1.0 / (double)n_seeds);
        }
    }
    for (uint32_t k = 0; k < a->p->m; k++, ++*n_cells) {
        printf("%-12s %u ", a->p->name, k + 1);
        for (int i = 0; i <= FORMS; i++) {
            printf(" %6.2f %.3f", cells[k][i].density, cells[k][i].correlation);
            add(&total[i], cells[k][i], 1.0);
        }
        printf("\n");
    }
}

int main(int argc, char **argv) {
    static arena a;
    static const size_t sizes[] = {40, 60, 100};
    const uint64_t n_seeds = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    for (int is_near = 0; is_near < 2; is_near++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            score total[FORMS + 1] = {{0.0, 0.0, 0.0}};
            uint32_t n = 0;
            printf("%s, %zu points; Matern-5/2 without trend, linear, and squares; RBF the same; "
                   "its own choice\n",
                   is_near ? "near the front" : "spread", sizes[j]);
            for (int i = 0; i < N_PROBLEMS; i++) {
                arena_open(&a, &problems[i]);
                measure(&a, is_near, sizes[j], n_seeds, total, &n);
                encoding_close(&a.encoding);
            }
            printf("%-15s", "mean");
            for (int i = 0; i <= FORMS; i++)
                printf(" %6.2f %.3f", total[i].density / n, total[i].correlation / n);
            printf("\n%-15s", "ms a fit");
            for (int i = 0; i <= FORMS; i++) printf(" %12.1f", 1e3 * total[i].seconds / n);
            printf("\n\n");
        }
    return 0;
}
