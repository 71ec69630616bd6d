/* What one output learns, and when: transform, form and hyper-parameters. */
#include "normal.h"
#include "surrogate_private.h"
#include "waves.h"

#include <math.h>
#include <string.h>

enum { COLD_CALLS = 60, WARM_CALLS = 25 };

/* ---- the schedule ---------------------------------------------------------------------------- */

/* Hyper-parameters: after each trial while they are few, then ever more rarely. */
static uint64_t fit_interval(uint64_t n) {
    return n <= 60 ? 1 : n <= 100 ? 3 : n <= 200 ? 5 : n <= 500 ? 20 : n / 20;
}

static int fit_is_due(const output *o, uint64_t n) {
    return o->fitted_at == 0 || n < o->fitted_at || n - o->fitted_at >= fit_interval(n);
}

/* Transform and form: with each quarter more of trials, as long as that is affordable. */
static int choice_is_due(const output *o, uint64_t n) {
    return o->chosen_at == 0 || 4 * n >= 5 * o->chosen_at;
}

/* ---- outputs in model space ------------------------------------------------------------------ */

/* Inputs and outputs of the known trials among s->rows to s->chosen and s->y; returns how many. */
static size_t collect(surrogate *s, const output *o) {
    const size_t width = gp_width(&s->space), thoughts = surrogate_n_values(s) * s->n_older;
    size_t n = 0;
    for (uint32_t i = 0; i < s->n_rows; i++) {
        const size_t row = s->rows[i];
        const double y = output_of(s, o, row);
        if (!isfinite(y)) continue;
        double *input = s->chosen + n * width;
        const double *extra = opinions_on(s, s->opinions + row * thoughts, o);
        memcpy(input, s->inputs + row * s->space.n, s->space.n * sizeof *input);
        if (o->is_exact && s->space.n > s->encoding->n_features)
            input[s->encoding->n_features] = 1.0;
        for (size_t k = 0; k < s->n_older; k++) input[s->space.n + k] = extra ? extra[k] : 0.0;
        s->y[n++] = y;
    }
    return n;
}

/* An outcome absurdly bad, 6 standard deviations by the quartiles, says no more than bad. */
static void hold_outliers(double *y, size_t n, double *work) {
    const transform t = transform_of(TRANSFORM_NONE, y, n, work);
    const double most = t.centre + 6.0 * t.spread;
    for (size_t i = 0; i < n; i++) y[i] = fmin(y[i], most);
}

static void transform_all(const output *o, const transform *t, const double *y, size_t n,
                          double *out, double *work) {
    for (size_t i = 0; i < n; i++) out[i] = transform_value(t, y[i]);
    if (o->role != OUTPUT_WORKS && n >= 8) hold_outliers(out, n, work);
}

static transform find_transform(const surrogate *s, const output *o, int kind, size_t n) {
    if (o->role == OUTPUT_WORKS) return (transform){.power = 1.0, .spread = 1.0, .sd = 1.0};
    return transform_of(kind, s->y, n, s->sorted);
}

/* ---- choice ---------------------------------------------------------------------------------- */

typedef struct candidate { int transform_kind; gp_form form; double score, sides; } candidate;

/* What leave-one-out flatters: a goal's bend must beat none, and the smoother kernel the rougher,
 * by this much (natural logarithms). Set so that the choice predicts fresh points best over the
 * problems of tests/bench/bench_surrogate.c, where Matern-5/2 is the safer of the two. */
#define MARGIN_BEND 4.0
#define MARGIN_BEND_EACH 0.3 /* and for each trial */
#define MARGIN_SHARE 2.0 /* of a bend that has nothing to be fitted */
#define MARGIN_RBF 5.0
#define MARGIN_RBF_EACH 0.2
#define MARGIN_WAVES 2.0
#define MARGIN_WAVES_EACH 0.05

/* Probability of the outputs, each from all others, to be on that side of LIMIT where they are: all
 * that is asked of a constraint, however far most trials are from meeting it. */
static double sides(surrogate *s, double limit, const double *y, size_t n) {
    double sum = 0.0;
    const double *z = s->fit.row_sum, *sd = s->fit.norms; /* as judge() has left them */
    for (size_t i = 0; i < n; i++) {
        const double above = (y[i] - z[i] * sd[i] - limit) / sd[i]; /* what is expected */
        sum += normal_log_cdf(y[i] > limit ? above : -above);
    }
    return sum;
}

/* Density of the outputs, each from all others, under candidate C. */
static void judge(surrogate *s, const output *o, candidate *c, size_t n, double *theta) {
    const transform t = find_transform(s, o, c->transform_kind, n);
    double *y = s->sorted + n;
    transform_all(o, &t, s->y, n, y, s->sorted);
    s->fit.form = c->form;
    const fit_prior prior = fit_prior_of(s->space.n_dimensions);
    fit_data(&s->fit, &prior, s->chosen, y, n);
    fit_start(&s->fit, theta);
    /* Waves are mostly in vain; those that are chosen are fitted further at the next fit. */
    fit_optimise(&s->fit, theta, c->form.n_waves > 0 ? WARM_CALLS : COLD_CALLS);
    c->score = fit_leave_one_out(&s->fit, theta, s->fit.row_sum, s->fit.norms);
    c->sides = o->role == OUTPUT_CONSTRAINT ? sides(s, transform_value(&t, 0.0), y, n) : 0.0;
    for (size_t i = 0; i < n; i++) c->score += transform_log_slope(&t, s->y[i]);
    if (c->transform_kind == TRANSFORM_SHARE) c->score -= MARGIN_SHARE;
    else if (c->transform_kind != TRANSFORM_NONE)
        c->score -= MARGIN_BEND + MARGIN_BEND_EACH * (double)n;
    if (c->form.n_waves > 0) c->score -= MARGIN_WAVES + MARGIN_WAVES_EACH * (double)n;
    if (c->form.kernel == KERNEL_RBF) c->score -= MARGIN_RBF + MARGIN_RBF_EACH * (double)n;
}

/* Takes C instead of BEST if it tells the trials better: of a constraint's level, which meet it. */
static void consider(surrogate *s, output *o, candidate c, size_t n, candidate *best) {
    const int is_level =
        c.transform_kind == TRANSFORM_LEVEL && best->transform_kind != TRANSFORM_LEVEL;
    double *theta = s->fit.start;
    judge(s, o, &c, n, theta);
    if (is_level ? !(c.sides > best->sides) : !(c.score > best->score)) return;
    *best = c;
    memcpy(o->theta, theta, gp_n_theta(&s->space) * sizeof *theta);
}

enum { MOST_COLUMNS = 10000 }; /* of 1,314 rows, with batches of up to 16: 105 MB a goal */

/* Finer and finer, as long as they are not the same: of few levels few waves can be told apart. */
static void consider_waves(surrogate *s, output *o, size_t n, candidate *best) {
    static const uint32_t waves[] = {WAVES_MOST / 4, WAVES_MOST / 2, WAVES_MOST};
    const candidate plain = *best;
    size_t columns = gp_n_basis(&s->space, &plain.form);
    for (size_t i = 0; i < sizeof waves / sizeof *waves; i++) {
        candidate c = plain;
        c.form.n_waves = waves[i];
        const size_t more = gp_n_basis(&s->space, &c.form);
        if (more == columns || more > MOST_COLUMNS) return;
        columns = more;
        consider(s, o, c, n, best);
    }
}

/* The transform first, then the kernel, then the waves. */
static void choose(surrogate *s, output *o, size_t n) {
    candidate best = {TRANSFORM_NONE, {KERNEL_MATERN, TREND_SQUARES, 0}, 0.0, 0.0};
    judge(s, o, &best, n, s->fit.start);
    memcpy(o->theta, s->fit.start, gp_n_theta(&s->space) * sizeof *o->theta);
    for (int k = TRANSFORM_LOG; k < N_TRANSFORMS; k++) {
        const int is_of_role = (k == TRANSFORM_LEVEL) == (o->role == OUTPUT_CONSTRAINT);
        candidate c = best;
        c.transform_kind = k;
        if (o->role != OUTPUT_WORKS && is_of_role && transform_is_promising(k, s->y, n, s->sorted))
            consider(s, o, c, n, &best);
    }
    candidate rbf = best;
    rbf.form.kernel = KERNEL_RBF;
    consider(s, o, rbf, n, &best);
    if (o->role == OUTPUT_GOAL) consider_waves(s, o, n, &best);
    o->transform_kind = best.transform_kind;
    o->form = best.form;
}

/* ---- learn ----------------------------------------------------------------------------------- */

/* Every so many of the N collected, so that at most ROOM stay: evenly. */
static size_t thin(surrogate *s, size_t n, size_t room) {
    if (n <= room) return n;
    for (size_t i = 0; i < room; i++) {
        const size_t from = i * n / room;
        memmove(s->chosen + i * gp_width(&s->space), s->chosen + from * gp_width(&s->space),
                gp_width(&s->space) * sizeof *s->chosen);
        s->y[i] = s->y[from];
    }
    return room;
}

static void fit_again(surrogate *s, output *o, size_t n) {
    const fit_prior prior = fit_prior_of(s->space.n_dimensions);
    const transform t = find_transform(s, o, o->transform_kind, n);
    transform_all(o, &t, s->y, n, s->sorted + n, s->sorted);
    s->fit.form = o->form;
    fit_data(&s->fit, &prior, s->chosen, s->sorted + n, n);
    fit_optimise(&s->fit, o->theta, WARM_CALLS);
}

static cim_status condition(surrogate *s, output *o, const double *theta, size_t n) {
    gp *g = &o->process;
    const size_t batch = 4 * (size_t)s->problem->batch;
    const size_t n_more = batch > LEAST_BELIEVED ? batch : LEAST_BELIEVED;
    if (g->most < n || g->host == NULL) {
        const cim_status status = gp_open(g, s->host, &s->space, n + n / 4, n_more);
        if (status != CIM_OK) return status;
    }
    o->transform = find_transform(s, o, o->transform_kind, n);
    transform_all(o, &o->transform, s->y, n, s->sorted + n, s->sorted);
    return gp_condition(g, &o->form, theta, s->chosen, s->sorted + n, n);
}

cim_status output_learn(surrogate *s, output *o) {
    size_t n = collect(s, o);
    if (!transform_holds(o->transform_kind, s->y, n, s->sorted))
        o->transform_kind = TRANSFORM_POWER;
    uint64_t known = 0;
    for (size_t i = 0; i < s->n; i++) known += isfinite(output_of(s, o, i)) != 0;
    if (n < 2 && o->fitted_at == 0) {
        const fit_prior prior = fit_prior_of(s->space.n_dimensions);
        fit_data(&s->fit, &prior, s->chosen, s->y, 0);
        fit_start(&s->fit, o->theta);
    }
    if (n >= 2 && (fit_is_due(o, known) || choice_is_due(o, known))) {
        const size_t used = thin(s, n, MOST_FITTED);
        if (choice_is_due(o, known)) {
            choose(s, o, used);
            o->chosen_at = known;
        } else {
            fit_again(s, o, used);
        }
        o->fitted_at = known;
        if (used < n) n = collect(s, o);
    }
    return condition(s, o, o->theta, n);
}

/* ---- other looks ----------------------------------------------------------------------------- */

#define COARSE_NOISE 1e-2 /* the likeliest: a tenth of a standard deviation */

/* Conditions O on s->rows with hyper-parameters of their own, which are not kept. */
static cim_status learn_for_now(surrogate *s, output *o, const fit_prior *prior, int calls) {
    size_t n = collect(s, o);
    const size_t used = thin(s, n, MOST_FITTED);
    transform_all(o, &o->transform, s->y, used, s->sorted + used, s->sorted);
    s->fit.form = o->form;
    fit_data(&s->fit, prior, s->chosen, s->sorted + used, used);
    fit_start(&s->fit, s->fit.start);
    fit_optimise(&s->fit, s->fit.start, calls);
    if (used < n) n = collect(s, o);
    return condition(s, o, s->fit.start, n);
}

cim_status output_coarsen(surrogate *s, output *o) {
    fit_prior prior = fit_prior_of(s->space.n_dimensions);
    prior.length.low = log(OUTPUT_COARSE);
    prior.noise.mean = log(COARSE_NOISE);
    return learn_for_now(s, o, &prior, COLD_CALLS);
}

/* Few trials have a range of their own. */
cim_status output_confine(surrogate *s, output *o) {
    const fit_prior prior = fit_prior_of(s->space.n_dimensions);
    o->transform = find_transform(s, o, o->transform_kind, collect(s, o));
    return learn_for_now(s, o, &prior, WARM_CALLS);
}

cim_status output_sharpen(surrogate *s, output *o) {
    return condition(s, o, o->theta, collect(s, o));
}
