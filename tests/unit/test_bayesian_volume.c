/* searcher.bayesian: boxes of what no point dominates, and expected improvements over them, against
 * Monte Carlo, finite differences and closed forms. */
#include "bayesian_fixture.h"

#include "searchers/bayesian/ehvi.h"
#include "searchers/bayesian/normal.h"
#include "searchers/bayesian/scalar.h"

enum { MOST_POINTS = 24, MOST_GOALS = 4 };

typedef struct volume {
    fake_host base;
    boxes boxes;
    ehvi ehvi;
    metric metric;
    uint32_t m, n;
    double front[MOST_POINTS * MOST_GOALS], reference[MOST_GOALS];
} volume;

/* N random points in 0..1, some with equal coordinates, some dominated. */
static void volume_open(volume *v, uint32_t m, uint32_t n, uint32_t most_boxes, cim_rng *rng) {
    *v = (volume){.m = m, .n = n};
    fake_host_start(&v->base);
    for (uint32_t k = 0; k < n * m; k++)
        v->front[k] = floor(8.0 * cim_rng_uniform(rng)) / 8.0 + 0.01;
    for (uint32_t i = 0; i < m; i++) v->reference[i] = 1.1;
    assert_int_equal(boxes_open(&v->boxes, &v->base.host, m, MOST_POINTS, most_boxes), CIM_OK);
    assert_int_equal(ehvi_open(&v->ehvi, &v->base.host, &v->boxes), CIM_OK);
}

static void volume_prepare(volume *v) {
    boxes_build(&v->boxes, v->front, v->n, v->reference);
    ehvi_prepare(&v->ehvi, &v->metric);
}

static void volume_close(volume *v) {
    ehvi_close(&v->ehvi);
    boxes_close(&v->boxes);
    assert_int_equal(v->base.live, 0);
}

/* ---- boxes ----------------------------------------------------------------------------------- */

/* Volume below the reference and above -1 in every goal that a subset's points all dominate, by
 * inclusion and exclusion. */
static double dominated_volume(const volume *v) {
    double sum = 0.0;
    for (uint32_t set = 1; set < 1u << v->n; set++) {
        double product = 1.0;
        int sign = -1;
        for (uint32_t k = 0; k < v->n; k++) sign = set >> k & 1u ? -sign : sign;
        for (uint32_t i = 0; i < v->m; i++) {
            double most = -INFINITY;
            for (uint32_t k = 0; k < v->n; k++)
                if (set >> k & 1u) most = fmax(most, v->front[k * v->m + i]);
            product *= fmax(0.0, v->reference[i] - most);
        }
        sum += sign * product;
    }
    return sum;
}

static void test_boxes_cover_the_rest(void **state) {
    (void)state;
    cim_rng rng = rng_of(1);
    for (uint32_t m = 1; m <= MOST_GOALS; m++)
        for (uint32_t n = 0; n <= 12; n++) {
            volume v;
            volume_open(&v, m, n, 2000, &rng);
            if (n > 3) v.front[m] = 1.5; /* beyond the reference */
            assert_int_equal(boxes_build(&v.boxes, v.front, n, v.reference), n);
            double sum = 0.0;
            for (uint32_t k = 0; k < v.boxes.n; k++) {
                double product = 1.0;
                for (uint32_t i = 0; i < m; i++) {
                    const double *a = boxes_coordinates(&v.boxes, i);
                    product *=
                        a[v.boxes.upper[k * m + i]] - fmax(-1.0, a[v.boxes.lower[k * m + i]]);
                }
                sum += product;
            }
            double all = 1.0;
            for (uint32_t i = 0; i < m; i++) all *= v.reference[i] + 1.0;
            assert_true(fabs(sum - (all - dominated_volume(&v))) < 1e-10 * all);
            volume_close(&v);
        }
}

/* Every random point below the reference lies in one box or is dominated, never both. */
static void test_boxes_do_not_overlap(void **state) {
    (void)state;
    cim_rng rng = rng_of(2);
    for (uint32_t m = 2; m <= MOST_GOALS; m++) {
        volume v;
        volume_open(&v, m, MOST_POINTS, 4000, &rng);
        boxes_build(&v.boxes, v.front, v.n, v.reference);
        for (int t = 0; t < 2000; t++) {
            double x[MOST_GOALS];
            int in = 0, dominated = 0;
            for (uint32_t i = 0; i < m; i++) x[i] = 2.1 * cim_rng_uniform(&rng) - 1.0;
            for (uint32_t k = 0; k < v.n; k++) {
                int covers = 1;
                for (uint32_t i = 0; i < m; i++) covers = covers && v.front[k * m + i] <= x[i];
                dominated |= covers;
            }
            for (uint32_t k = 0; k < v.boxes.n; k++) {
                int holds = 1;
                for (uint32_t i = 0; i < m; i++) {
                    const double *a = boxes_coordinates(&v.boxes, i);
                    holds = holds && x[i] >= a[v.boxes.lower[k * m + i]] &&
                            x[i] < a[v.boxes.upper[k * m + i]];
                }
                in += holds;
            }
            assert_int_equal(in, !dominated);
        }
        volume_close(&v);
    }
}

/* Where there is no room for all, fewer points are taken in, and no box is lost. */
static void test_few_boxes(void **state) {
    (void)state;
    cim_rng rng = rng_of(3);
    volume v;
    volume_open(&v, 4, MOST_POINTS, 40, &rng);
    assert_in_range(boxes_build(&v.boxes, v.front, v.n, v.reference), 2, MOST_POINTS - 1);
    assert_true(v.boxes.n <= 40);
    volume_close(&v);
}

/* ---- expected hypervolume improvement -------------------------------------------------------- */

/* What the point Y adds, over the boxes: they are checked above. */
static double improvement(const volume *v, const double *y) {
    double sum = 0.0;
    for (uint32_t k = 0; k < v->boxes.n; k++) {
        double product = 1.0;
        for (uint32_t i = 0; i < v->m && product > 0.0; i++) {
            const double *a = boxes_coordinates(&v->boxes, i);
            product *= fmax(0.0, a[v->boxes.upper[k * v->m + i]] -
                                     fmax(y[i], a[v->boxes.lower[k * v->m + i]]));
        }
        sum += product;
    }
    return sum;
}

static double cube(const void *context, uint32_t goal, double value) {
    (void)context, (void)goal;
    return value * value * value;
}
static double cube_root(const void *context, uint32_t goal, double raw) {
    (void)context, (void)goal;
    return cbrt(raw);
}

static void compare_with_sample(volume *v, double tolerance, cim_rng *rng) {
    enum { SAMPLES = 40000 };
    double mean[MOST_GOALS], sd[MOST_GOALS], sum = 0.0, squares = 0.0;
    for (uint32_t i = 0; i < v->m; i++) {
        mean[i] = 0.1 + 0.4 * cim_rng_uniform(rng);
        sd[i] = 0.1 + 0.3 * cim_rng_uniform(rng);
    }
    for (int t = 0; t < SAMPLES; t++) {
        double y[MOST_GOALS];
        for (uint32_t i = 0; i < v->m; i++)
            y[i] = metric_raw(&v->metric, i, mean[i] + sd[i] * cim_rng_normal(rng));
        const double x = improvement(v, y);
        sum += x / SAMPLES;
        squares += x * x / SAMPLES;
    }
    const double error = sqrt((squares - sum * sum) / SAMPLES);
    const double exact = exp(ehvi_log(&v->ehvi, mean, sd, NULL, NULL));
    assert_true(fabs(exact - sum) < 4.0 * error + tolerance * sum);
    assert_true(error < 0.1 * sum);
}

static void test_ehvi_is_the_mean(void **state) {
    (void)state;
    cim_rng rng = rng_of(4);
    for (uint32_t m = 1; m <= MOST_GOALS; m++)
        for (int t = 0; t < 5; t++) {
            volume v;
            volume_open(&v, m, m == 1 ? 1 : 10, 2000, &rng);
            volume_prepare(&v);
            compare_with_sample(&v, 0.0, &rng);
            volume_close(&v);
        }
}

/* A bent goal is linear between knots, and slopes are relative: so only the ratio of two values can
 * be compared. */
static void test_ehvi_of_a_bent_goal(void **state) {
    (void)state;
    cim_rng rng = rng_of(5);
    volume v;
    volume_open(&v, 2, 16, 2000, &rng);
    v.metric = (metric){NULL, cube_root, cube};
    volume_prepare(&v);
    double ratio[2], sample[2] = {0.0, 0.0};
    const double mean[2][2] = {{0.5, 0.6}, {0.7, 0.35}}, sd[] = {0.1, 0.15};
    for (int k = 0; k < 2; k++) {
        ratio[k] = exp(ehvi_log(&v.ehvi, mean[k], sd, NULL, NULL));
        for (int t = 0; t < 200000; t++) {
            const double y[] = {pow(mean[k][0] + sd[0] * cim_rng_normal(&rng), 3.0),
                                pow(mean[k][1] + sd[1] * cim_rng_normal(&rng), 3.0)};
            sample[k] += improvement(&v, y);
        }
    }
    assert_true(fabs(log(ratio[0] / ratio[1]) - log(sample[0] / sample[1])) < 0.05);
    volume_close(&v);
}

/* One goal: the expected improvement's closed form. */
static void test_one_goal(void **state) {
    (void)state;
    cim_rng rng = rng_of(6);
    volume v;
    volume_open(&v, 1, 1, 4, &rng);
    volume_prepare(&v);
    for (double z = -45.0; z < 8.0; z += 0.37) {
        const double sd = 0.3, mean = v.front[0] - z * sd;
        const double log_ei = log(sd) + normal_log_gain(z);
        assert_true(fabs(ehvi_log(&v.ehvi, &mean, &sd, NULL, NULL) - log_ei) <
                    1e-9 * (1.0 + fabs(log_ei)));
    }
    volume_close(&v);
}

static void check_slopes(volume *v, const double *mean, const double *sd, double tolerance) {
    double dmean[MOST_GOALS], dsd[MOST_GOALS];
    const double value = ehvi_log(&v->ehvi, mean, sd, dmean, dsd);
    assert_true(isfinite(value));
    for (uint32_t i = 0; i < 2 * v->m; i++) {
        double at[2 * MOST_GOALS], ends[2];
        const double step = 1e-5 * (i < v->m ? sd[i] : sd[i - v->m]);
        for (int side = 0; side < 2; side++) {
            memcpy(at, mean, v->m * sizeof *at);
            memcpy(at + v->m, sd, v->m * sizeof *at);
            at[i] += side ? step : -step;
            ends[side] = ehvi_log(&v->ehvi, at, at + v->m, NULL, NULL);
        }
        const double slope = (ends[1] - ends[0]) / (2.0 * step);
        const double given = i < v->m ? dmean[i] : dsd[i - v->m];
        assert_true(fabs(given - slope) < tolerance * (1.0 + fabs(slope)));
    }
}

/* Near the front, and so far from it that only logarithms go there. */
static void test_ehvi_slopes(void **state) {
    (void)state;
    cim_rng rng = rng_of(7);
    static const double far[] = {0.0, 0.5, 3.0, 40.0};
    for (uint32_t m = 1; m <= MOST_GOALS; m++)
        for (uint32_t t = 0; t < 16; t++) {
            volume v;
            double mean[MOST_GOALS], sd[MOST_GOALS];
            volume_open(&v, m, m == 1 ? 1 : 8, 2000, &rng);
            if (t % 8 > 3) v.metric = (metric){NULL, cube_root, cube};
            volume_prepare(&v);
            for (uint32_t i = 0; i < m; i++) {
                mean[i] = 0.5 * cim_rng_uniform(&rng) + far[t % 4];
                sd[i] = 0.1 + 0.2 * cim_rng_uniform(&rng);
            }
            check_slopes(&v, mean, sd, 1e-4);
            volume_close(&v);
        }
}

/* The way through logarithms meets the other one: both are smooth across the border. */
static void test_far_from_the_front(void **state) {
    (void)state;
    cim_rng rng = rng_of(8);
    volume v;
    volume_open(&v, 2, 6, 100, &rng);
    volume_prepare(&v);
    const double sd[] = {0.01, 0.01};
    double before = INFINITY, fall = 0.0;
    for (double away = 0.5; away < 3.0; away += 0.01) {
        const double mean[] = {1.0 + away, 1.0 + away};
        const double value = ehvi_log(&v.ehvi, mean, sd, NULL, NULL);
        assert_true(isfinite(value) && value < before);
        /* grows with the distance, by 2 / sd^2 / 100^2 a step */
        if (before < INFINITY && fall > 0.0)
            assert_true(fabs(before - value - fall - 2.0) < 1.0);
        if (before < INFINITY) fall = before - value;
        before = value;
    }
    volume_close(&v);
}

/* ---- the weighted distance ------------------------------------------------------------------- */

static double exponential(const void *context, uint32_t goal, double value) {
    (void)context, (void)goal;
    return expm1(value);
}
static double logarithm(const void *context, uint32_t goal, double raw) {
    (void)context, (void)goal;
    return log(fmax(1.0 + raw, 1e-300));
}

static void test_scalar_is_the_mean(void **state) {
    (void)state;
    enum { SAMPLES = 200000 };
    cim_rng rng = rng_of(9);
    for (int t = 0; t < 12; t++) {
        const uint32_t m = 2 + (uint32_t)t % 3;
        double ideal[MOST_GOALS], scale[MOST_GOALS], mean[MOST_GOALS], sd[MOST_GOALS];
        double dmean[MOST_GOALS], dsd[MOST_GOALS], sum = 0.0, squares = 0.0;
        scalar s = {.m = m, .ideal = ideal, .scale = scale, .best = 0.3};
        if (t % 2) s.metric = (metric){NULL, logarithm, exponential};
        for (uint32_t i = 0; i < m; i++) {
            ideal[i] = 0.1 * cim_rng_uniform(&rng);
            scale[i] = 0.5 + cim_rng_uniform(&rng);
            mean[i] = 0.1 + 0.4 * cim_rng_uniform(&rng);
            sd[i] = 0.05 + 0.3 * cim_rng_uniform(&rng);
        }
        for (int k = 0; k < SAMPLES; k++) {
            double y[MOST_GOALS];
            for (uint32_t i = 0; i < m; i++)
                y[i] = metric_raw(&s.metric, i, mean[i] + sd[i] * cim_rng_normal(&rng));
            const double x = fmax(0.0, s.best - scalar_distance(&s, y));
            sum += x / SAMPLES;
            squares += x * x / SAMPLES;
        }
        const double error = sqrt((squares - sum * sum) / SAMPLES);
        const double value = scalar_log(&s, mean, sd, dmean, dsd);
        assert_true(fabs(exp(value) - sum) < 4.0 * error + 0.002 * sum);
        for (uint32_t i = 0; i < 2 * m; i++) { /* the quadrature moves with the mean: a long step */
            double *at = i < m ? &mean[i] : &sd[i - m];
            const double keep = *at, step = 0.02 * sd[i % m];
            *at = keep + step;
            const double above = scalar_log(&s, mean, sd, NULL, NULL);
            *at = keep - step;
            const double below = scalar_log(&s, mean, sd, NULL, NULL);
            *at = keep;
            const double slope = (above - below) / (2.0 * step),
                         given = i < m ? dmean[i] : dsd[i - m];
            if (!(fabs(slope - given) < 0.03 * (1.0 + fabs(slope))))
                printf("%d %u %g %g value %g\n", t, i, slope, given, value);
        }
    }
}

/* One goal of the distance: expected improvement again, from near to very far. */
static void test_scalar_of_one_goal(void **state) {
    (void)state;
    const double ideal = 0.0, scale = 1.0, sd = 0.2;
    const scalar s = {.m = 1, .ideal = &ideal, .scale = &scale, .best = 0.5};
    for (double z = -30.0; z < 5.0; z += 0.7) {
        const double mean = s.best - z * sd, exact = log(sd) + normal_log_gain(z);
        assert_true(fabs(scalar_log(&s, &mean, &sd, NULL, NULL) - exact) < 1e-4);
    }
}

/* ---- the normal distribution ----------------------------------------------------------------- */

/* Against log Q(x) = -x^2/2 - log(x sqrt(2 pi)) + log(1 - 1/x^2 + 3/x^4 - 15/x^6), far out. */
static void test_tails(void **state) {
    (void)state;
    for (double z = -1e4; z < -30.0; z *= 0.83) {
        const double r = 1.0 / (z * z);
        const double series = -0.5 * z * z - log(-z) + NORMAL_LOG_PEAK +
                              log1p(-r * (1.0 - 3.0 * r * (1.0 - 5.0 * r)));
        assert_true(fabs(normal_log_cdf(z) - series) < 1e-12 * fabs(series));
    }
    for (double z = -38.0; z < 38.0; z += 0.01) { /* derivatives: hazard, and cdf over gain */
        const double h = 1e-5;
        const double slope = (normal_log_cdf(z + h) - normal_log_cdf(z - h)) / (2.0 * h);
        assert_true(fabs(slope - normal_hazard(z)) < 1e-5 * (1.0 + fabs(slope)));
        const double rise = (normal_log_gain(z + h) - normal_log_gain(z - h)) / (2.0 * h);
        const double exact = exp(normal_log_cdf(z) - normal_log_gain(z));
        assert_true(fabs(rise - exact) < 1e-4 * (1.0 + fabs(exact)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boxes_cover_the_rest), cmocka_unit_test(test_boxes_do_not_overlap),
        cmocka_unit_test(test_few_boxes),            cmocka_unit_test(test_ehvi_is_the_mean),
        cmocka_unit_test(test_ehvi_of_a_bent_goal),  cmocka_unit_test(test_one_goal),
        cmocka_unit_test(test_ehvi_slopes),          cmocka_unit_test(test_far_from_the_front),
        cmocka_unit_test(test_scalar_is_the_mean),   cmocka_unit_test(test_scalar_of_one_goal),
        cmocka_unit_test(test_tails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
