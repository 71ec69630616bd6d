/* searcher.bayesian: posterior against a dense solve, gradients against finite differences. */
#include "bayesian_fixture.h"

enum { N = 25, WIDTH = N_FIXTURE_FEATURES + 1, MOST = N + 4 };

/* ---- k(x, x') as gp.h states it, by itself --------------------------------------------------- */

static double covariance_of(const gp_space *s, const gp_form *form, const double *theta,
                            const double *a, const double *b) {
    const double *logs = theta + s->n;
    double r2 = 0.0, linear = 0.0, squares = 0.0, summary = 0.0, extra = 0.0;
    double waves = 0.0;
    for (size_t i = 0; i < s->n; i++) {
        const double x = a[i] - s->centre[i], y = b[i] - s->centre[i];
        r2 += pow((a[i] - b[i]) / exp(theta[i]), 2.0);
        *(s->is_summary[i] ? &summary : &linear) += x * y * s->scale[i] * s->scale[i];
        if (!s->is_level[i] && !s->is_summary[i])
            squares += 180.0 * (x * x - 1.0 / 12.0) * (y * y - 1.0 / 12.0);
        const double n = fmin(form->n_waves, s->most_waves[i]), pi = acos(-1.0);
        for (double j = 1.0; j <= n; j++)
            waves += 2.0 / n * cos(j * pi * a[i]) * cos(j * pi * b[i]);
    }
    for (size_t i = 0; i < s->n_extra; i++)
        extra += exp(logs[THETA_EXTRA + i]) * a[s->n + i] * b[s->n + i];
    const double r = sqrt(5.0 * r2);
    const double corr = form->kernel == KERNEL_RBF ? exp(-0.5 * r2)
                                                   : (1.0 + r + r * r / 3.0) * exp(-r);
    double k = exp(logs[THETA_VARIANCE]) * corr + GP_CONSTANT_VARIANCE + extra;
    if (form->trend >= TREND_LINEAR)
        k += (exp(logs[THETA_LINEAR]) * linear + exp(logs[THETA_SUMMARY]) * summary) /
             (double)s->n_dimensions;
    if (form->trend >= TREND_SQUARES)
        k += exp(logs[THETA_SQUARES]) * squares / (double)s->n_dimensions;
    return k + exp(logs[THETA_WAVES]) * waves / (double)s->n_dimensions;
}

/* x of A x = b by elimination with pivots; returns log |det A|. A and b are overwritten. */
static double eliminate(size_t n, double a[MOST][MOST], double *b) {
    double log_det = 0.0;
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k; i < n; i++)
            if (fabs(a[i][k]) > fabs(a[pivot][k])) pivot = i;
        for (size_t j = 0; j < n; j++) {
            const double t = a[k][j];
            a[k][j] = a[pivot][j];
            a[pivot][j] = t;
        }
        const double t = b[k];
        b[k] = b[pivot];
        b[pivot] = t;
        log_det += log(fabs(a[k][k]));
        for (size_t i = k + 1; i < n; i++) {
            const double f = a[i][k] / a[k][k];
            for (size_t j = k; j < n; j++) a[i][j] -= f * a[k][j];
            b[i] -= f * b[k];
        }
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++) b[i] -= a[i][j] * b[j];
        b[i] /= a[i][i];
    }
    return log_det;
}

/* ---- data ------------------------------------------------------------------------------------ */

/* A feature that counts as a vector's, and the last as the fidelity. */
static const uint8_t summaries[N_FIXTURE_FEATURES] = {0, 0, 1, 0, 0, 0, 0};

typedef struct data {
    fixture f;
    gp_space space;
    gp_form form;
    double inputs[MOST * WIDTH], y[MOST], theta[N_FIXTURE_FEATURES + THETA_EXTRA + 1];
} data;

static void data_open(data *d, uint64_t seed, gp_form form, size_t n_extra) {
    const cim_problem problem = fixture_problem(1, 0);
    cim_rng rng = rng_of(seed);
    fixture_open(&d->f, &problem);
    d->space = fixture_space(&d->f);
    d->space.n_extra = n_extra;
    d->space.is_summary = summaries;
    d->space.has_summary = 1;
    d->space.has_fidelity = 1;
    d->form = form;
    const size_t width = gp_width(&d->space);
    for (size_t i = 0; i < MOST; i++) {
        fixture_draw(&d->f, &rng, d->inputs + i * width);
        if (n_extra > 0) d->inputs[i * width + d->space.n] = cim_rng_uniform(&rng) - 0.5;
        d->y[i] =
            sin(3.0 * d->inputs[i * width]) + d->inputs[i * width + 2] + cim_rng_uniform(&rng);
    }
    fixture_theta(&d->space, &rng, d->theta);
}

static double noise_at(const data *d, const double *x) {
    const double *logs = d->theta + d->space.n;
    return exp(logs[THETA_NOISE]) + (1.0 - x[d->space.n - 1]) * exp(logs[THETA_ROUGH]);
}

static void dense(const data *d, size_t n, double k[MOST][MOST]) {
    const size_t width = gp_width(&d->space);
    for (size_t i = 0; i < n; i++) {
        const double *x = d->inputs + i * width;
        for (size_t j = 0; j < n; j++)
            k[i][j] = covariance_of(&d->space, &d->form, d->theta, x, d->inputs + j * width);
        k[i][i] += noise_at(d, x);
    }
}

/* Mean and deviation at X from the first n trials. */
static void dense_posterior(const data *d, size_t n, const double *y, const double *x, double *mean,
                            double *sd) {
    static double k[MOST][MOST];
    double cross[MOST], solved[MOST];
    const size_t width = gp_width(&d->space);
    for (size_t i = 0; i < n; i++)
        solved[i] = cross[i] =
            covariance_of(&d->space, &d->form, d->theta, d->inputs + i * width, x);
    dense(d, n, k);
    eliminate(n, k, solved);
    double variance = covariance_of(&d->space, &d->form, d->theta, x, x);
    *mean = 0.0;
    for (size_t i = 0; i < n; i++) {
        *mean += solved[i] * y[i];
        variance -= solved[i] * cross[i];
    }
    *sd = sqrt(variance);
}

static const gp_form forms[] = {
    {KERNEL_MATERN, TREND_NONE, 0},  {KERNEL_MATERN, TREND_LINEAR, 0},
    {KERNEL_MATERN, TREND_SQUARES, 0}, {KERNEL_RBF, TREND_NONE, 0},
    {KERNEL_RBF, TREND_LINEAR, 0},   {KERNEL_RBF, TREND_SQUARES, 0},
    {KERNEL_MATERN, TREND_SQUARES, 12}, {KERNEL_RBF, TREND_NONE, 24}};
enum { FORMS = sizeof forms / sizeof *forms };

/* ---- tests ----------------------------------------------------------------------------------- */

static void test_posterior(void **state) {
    (void)state;
    for (size_t c = 0; c < 2 * FORMS; c++) {
        data d;
        data_open(&d, 10 + c, forms[c % FORMS], c / FORMS);
        const size_t width = gp_width(&d.space);
        gp g = {.host = NULL};
        assert_int_equal(gp_open(&g, &d.f.base.host, &d.space, N, 0), CIM_OK);
        assert_int_equal(gp_condition(&g, &d.form, d.theta, d.inputs, d.y, N), CIM_OK);
        double mean[4], sd[4];
        gp_predict(&g, d.inputs + N * width, 4, mean, sd, 1);
        for (size_t i = 0; i < 4; i++) {
            double m, s;
            dense_posterior(&d, N, d.y, d.inputs + (N + i) * width, &m, &s);
            assert_near(mean[i], m, 1e-9, 1e-9);
            assert_near(sd[i], s, 1e-7, 0.0);
        }
        gp_close(&g);
        fixture_close(&d.f);
    }
}

static void test_gradients_of_predictions(void **state) {
    (void)state;
    for (size_t c = 0; c < 2 * FORMS; c++) {
        data d;
        data_open(&d, 30 + c, forms[c % FORMS], c / FORMS);
        const size_t width = gp_width(&d.space);
        gp g = {.host = NULL};
        assert_int_equal(gp_open(&g, &d.f.base.host, &d.space, N, 0), CIM_OK);
        assert_int_equal(gp_condition(&g, &d.form, d.theta, d.inputs, d.y, N), CIM_OK);
        double x[WIDTH], mean, sd, m[2], s[2], dmean[WIDTH], dsd[WIDTH];
        memcpy(x, d.inputs + N * width, width * sizeof *x);
        gp_gradient(&g, x, &mean, &sd, dmean, dsd);
        gp_predict(&g, x, 1, m, s, 1);
        assert_near(mean, m[0], 1e-12, 1e-12);
        assert_near(sd, s[0], 1e-9, 0.0);
        for (size_t k = 0; k < width; k++) {
            const double at = x[k], h = 1e-5;
            for (int side = 0; side < 2; side++) {
                x[k] = at + (side ? h : -h);
                gp_predict(&g, x, 1, &m[side], &s[side], 1);
            }
            x[k] = at;
            assert_near(dmean[k], (m[1] - m[0]) / (2.0 * h), 1e-6, 1e-8);
            assert_near(dsd[k], (s[1] - s[0]) / (2.0 * h), 1e-6, 1e-8);
        }
        gp_close(&g);
        fixture_close(&d.f);
    }
}

/* Value: density of y under K by elimination, and the prior; gradient: differences of the value. */
static void test_fit_value(void **state) {
    (void)state;
    for (size_t c = 0; c < 2 * FORMS; c++) {
        static double k[MOST][MOST];
        data d;
        data_open(&d, 50 + c, forms[c % FORMS], c / FORMS);
        const size_t n_theta = gp_n_theta(&d.space);
        fit f;
        assert_int_equal(fit_open(&f, &d.f.base.host, &d.space, N), CIM_OK);
        const fit_prior prior = fit_prior_of(d.space.n_dimensions);
        f.form = d.form;
        fit_data(&f, &prior, d.inputs, d.y, N);
        double gradient[WIDTH + THETA_EXTRA + 1], unused[WIDTH + THETA_EXTRA + 1], solved[MOST];
        const double value = fit_value(&f, d.theta, gradient);
        memcpy(solved, d.y, sizeof solved);
        dense(&d, N, k);
        double expected = 0.5 * eliminate(N, k, solved) + 0.5 * N * log(2.0 * acos(-1.0));
        for (size_t i = 0; i < N; i++) expected += 0.5 * d.y[i] * solved[i];
        double common = prior.length.mean / pow(prior.length.sd, 2.0),
               weight = pow(prior.length.sd, -2.0);
        for (size_t i = 0; i < d.space.n; i++) {
            common += d.theta[i] / pow(prior.spread, 2.0);
            weight += pow(prior.spread, -2.0);
        }
        common /= weight;
        expected += 0.5 * pow((common - prior.length.mean) / prior.length.sd, 2.0);
        const fit_normal *const own[] = {&prior.variance, &prior.noise, &prior.linear,
                                         &prior.squares, &prior.summary, &prior.waves,
                                         &prior.rough, &prior.extra};
        for (size_t i = 0; i < n_theta; i++) {
            const fit_normal length = {.mean = common, .sd = prior.spread};
            const fit_normal *p = i < d.space.n ? &length : own[i - d.space.n];
            expected += 0.5 * pow((d.theta[i] - p->mean) / p->sd, 2.0);
        }
        assert_near(value, expected, 1e-9, 0.0);
        for (size_t i = 0; i < n_theta; i++) {
            const double at = d.theta[i], h = 1e-4;
            double v[4];
            for (int j = 0; j < 4; j++) { /* of fourth order */
                d.theta[i] = at + h * (double[]){-2.0, -1.0, 1.0, 2.0}[j];
                v[j] = fit_value(&f, d.theta, unused);
            }
            d.theta[i] = at;
            assert_near(gradient[i], (v[0] - 8.0 * v[1] + 8.0 * v[2] - v[3]) / (12.0 * h), 1e-6,
                        1e-7);
        }
        fit_close(&f);
        fixture_close(&d.f);
    }
}

/* Each trial predicted from all others by the dense posterior. */
static void test_leave_one_out(void **state) {
    (void)state;
    data d;
    data_open(&d, 70, forms[2], 0);
    const size_t width = gp_width(&d.space);
    fit f;
    assert_int_equal(fit_open(&f, &d.f.base.host, &d.space, N), CIM_OK);
    const fit_prior prior = fit_prior_of(d.space.n_dimensions);
    f.form = d.form;
    fit_data(&f, &prior, d.inputs, d.y, N);
    double z[N], sds[N];
    const double found = fit_leave_one_out(&f, d.theta, z, sds);
    double expected = 0.0;
    for (size_t i = 0; i < N; i++) { /* trial i goes behind the others */
        data e = d;
        memcpy(e.inputs + i * width, d.inputs + (N - 1) * width, width * sizeof *e.inputs);
        e.y[i] = d.y[N - 1];
        double mean, sd;
        dense_posterior(&e, N - 1, e.y, d.inputs + i * width, &mean, &sd);
        const double variance = sd * sd + noise_at(&d, d.inputs + i * width);
        assert_near(sds[i], sqrt(variance), 1e-7, 0.0);
        assert_near(z[i], (d.y[i] - mean) / sqrt(variance), 1e-7, 1e-9);
        expected -= 0.5 * (log(2.0 * acos(-1.0) * variance) + pow(d.y[i] - mean, 2.0) / variance);
    }
    assert_near(found, expected, 1e-9, 0.0);
    fit_close(&f);
    fixture_close(&d.f);
}

/* Believing is conditioning on the mean. */
static void test_belief(void **state) {
    (void)state;
    data d;
    data_open(&d, 80, forms[1], 0);
    const size_t width = gp_width(&d.space);
    gp g = {.host = NULL}, all = {.host = NULL};
    assert_int_equal(gp_open(&g, &d.f.base.host, &d.space, N, 2), CIM_OK);
    assert_int_equal(gp_open(&all, &d.f.base.host, &d.space, N + 2, 0), CIM_OK);
    assert_int_equal(gp_condition(&g, &d.form, d.theta, d.inputs, d.y, N), CIM_OK);
    double before[2], after[2], sd[2];
    gp_predict(&g, d.inputs + (N + 2) * width, 1, before, sd, 1);
    for (size_t i = 0; i < 2; i++) {
        gp_predict(&g, d.inputs + (N + i) * width, 1, &d.y[N + i], sd, 1);
        assert_int_equal(gp_believe(&g, d.inputs + (N + i) * width), CIM_OK);
    }
    assert_int_equal(gp_believe(&g, d.inputs), CIM_E_ARGUMENT);
    assert_int_equal(gp_condition(&all, &d.form, d.theta, d.inputs, d.y, N + 2), CIM_OK);
    gp_predict(&g, d.inputs + (N + 2) * width, 1, &after[0], &sd[0], 1);
    gp_predict(&all, d.inputs + (N + 2) * width, 1, &after[1], &sd[1], 1);
    assert_near(after[0], after[1], 1e-9, 1e-9);
    assert_near(after[0], before[0], 1e-12, 1e-12);
    assert_near(sd[0], sd[1], 1e-7, 0.0);
    gp_forget(&g);
    gp_predict(&g, d.inputs + (N + 2) * width, 1, &after[0], &sd[0], 1);
    assert_true(after[0] == before[0]);
    gp_close(&g);
    gp_close(&all);
    fixture_close(&d.f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_posterior),
        cmocka_unit_test(test_gradients_of_predictions),
        cmocka_unit_test(test_fit_value),
        cmocka_unit_test(test_leave_one_out),
        cmocka_unit_test(test_belief),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
