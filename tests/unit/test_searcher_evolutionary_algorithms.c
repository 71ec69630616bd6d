/* searcher.evolutionary: each of its algorithms and the preset, on every kind of space and
 * input. */
#include "searchers/evolutionary/ranking.c"
#include "searchers/evolutionary/room.c"
#include "searchers/evolutionary/volume.c"

#include "searcher_degenerate.h"
#include "searcher_exhaustible.h"
#include "searcher_snapshots.h"

#include <cim_sdk/rng.h>

/* Values of `algorithm`, and of `preset`. */
enum { AUTO, SEVERAL_FIRST = 1, SEVERAL_LAST = 3, ONE_FIRST = 4, ONE_LAST = 5 };
enum { PARAMS = 7, POPULATION_OPTION = 0, ALGORITHM_OPTION = 5, PRESET_OPTION = 6 };

typedef struct choice { double numbers[PARAMS]; uint32_t n_goals; } choice;

/* The five algorithms, and the preset for one goal and for two. */
enum { CHOICES = 7 };
static choice choice_of(size_t i) {
    choice c = {.numbers = {12, 0.9, 1, 0.15, 0.1, (double)i + 1, 0}, .n_goals = i < 3 ? 2 : 1};
    if (i < 5) return c;
    c.numbers[POPULATION_OPTION] = 4; /* 28 distant designs, and 40 children a phase */
    c.numbers[ALGORITHM_OPTION] = AUTO;
    c.numbers[PRESET_OPTION] = 1;
    c.n_goals = i == 5 ? 2 : 1;
    return c;
}

/* ---- whatever comes of the points ------------------------------------------------------------ */

static void decades(const cim_problem *p, const double *x, verdict *v) {
    judge_sum(p, x, v);
    v->goals[0] = pow(10.0, 12.0 * tanh(0.1 * v->goals[0]));
    v->goals[1] = -1e-12 * v->goals[0];
}

/* Batches of 1, 4 and 16; each design once; done by itself where there are fewer than wanted. */
static void check_everything(const choice *c, cim_problem p, size_t designs) {
    static judge_fn *const judges[] = {all_equal, all_infeasible, all_failed, decades};
    static const uint32_t batches[] = {1, 4, 16};
    enum { N = 400 };
    static double points[N * MAX_DIMENSIONS];
    p.goals = (cim_goal_table){three_goals, c->n_goals, sizeof three_goals[0]};
    p.constraints = (cim_goal_table){three_constraints, 1, sizeof three_constraints[0]};
    for (size_t i = 0; i < 12; i++) {
        driver d;
        driver_start(&d, "evolutionary", c->numbers, &p, i);
        const uint32_t n = driver_run(&d, N, batches[i % 3], judges[i / 3], points, NULL);
        assert_int_equal(n, designs < N ? designs : N);
        assert_int_equal(distinct(&p, points, n), n);
        assert_int_equal(d.is_done, designs < N);
        driver_stop(&d);
    }
}

static void test_degenerate(void **state) {
    (void)state;
    for (size_t i = 0; i < CHOICES; i++) {
        const choice c = choice_of(i);
        cim_problem conditions = network_problem();
        check_everything(&c, problem_of(one_real, 1, two_goals, 2), SIZE_MAX);
        check_everything(&c, problem_of(one_ordinal, 1, two_goals, 2), 12);
        check_everything(&c, problem_of(categories, 4, two_goals, 2), 2 * 8 * 8 * 5);
        check_everything(&c, problem_of(mixed, MIXED_DIMENSIONS, two_goals, 2), SIZE_MAX);
        check_everything(&c, conditions, NETWORK_DESIGNS);
    }
}

/* ---- the same bits after a snapshot ---------------------------------------------------------- */

static void test_resume(void **state) {
    (void)state;
    for (size_t i = 0; i < CHOICES; i++) {
        const choice c = choice_of(i);
        cim_problem p = mixed_problem();
        p.goals = (cim_goal_table){three_goals, c.n_goals, sizeof three_goals[0]};
        check_resume_at_every_ask("evolutionary", c.numbers, &p, judge_mixed, 5, 40);
    }
}

/* ---- options --------------------------------------------------------------------------------- */

static void test_refused_options(void **state) {
    (void)state;
    static const struct { double population, algorithm, preset; uint32_t n_goals; } bad[] = {
        {24, 4, 0, 2}, {24, 5, 0, 2}, {24, 5, 1, 1}, {1, 0, 0, 2}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const double numbers[PARAMS] = {bad[i].population, 0.9, 1, 0.15, 0.1, bad[i].algorithm,
                                        bad[i].preset};
        const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, bad[i].n_goals);
        driver d;
        assert_int_equal(driver_try(&d, "evolutionary", numbers, &p, 1, -1), CIM_E_CONFIG);
        assert_true(strlen(d.base.message) > 0);
        assert_int_equal(d.base.live, 0);
    }
}

/* Designs given by the study take the place of the initial sample, one each. */
static void test_given_designs(void **state) {
    (void)state;
    enum { GIVEN = 23 };
    const cim_problem p = problem_of(zdt_dimensions(), ZDT_DIMENSIONS, two_goals, 2);
    double points[GIVEN * ZDT_DIMENSIONS], next[2 * ZDT_DIMENSIONS];
    driver d;
    driver_start(&d, "evolutionary", NULL, &p, 1);
    for (size_t i = 0; i < GIVEN * ZDT_DIMENSIONS; i++) /* all levels below 4 */
        points[i] = (double)((i / ZDT_DIMENSIONS >> i % 5) % 2 + 2 * (i % 2));
    driver_tell(&d, GIVEN, points, judge_zdt1, NULL);
    assert_int_equal(driver_ask(&d, 2, next), 2);
    size_t low = 0;
    for (size_t k = 0; k < ZDT_DIMENSIONS; k++) {
        assert_true(next[k] == 7.0); /* one is left of 24: the default design */
        low += next[ZDT_DIMENSIONS + k] < 4.0;
    }
    assert_true(low > 20); /* a child of those; a random design has 7.5 */
    driver_stop(&d);
}

/* The sample of the preset is farther apart than a random one. */
static double mean_least_distance(const double *points, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        size_t least = SIZE_MAX;
        for (size_t j = 0; j < n; j++) {
            size_t distance = 0;
            for (size_t k = 0; k < CHIP_DIMENSIONS; k++)
                distance += points[i * CHIP_DIMENSIONS + k] != points[j * CHIP_DIMENSIONS + k];
            if (j != i && distance < least) least = distance;
        }
        sum += (double)least;
    }
    return sum / (double)n;
}

static void test_distant_sample(void **state) {
    (void)state;
    enum { N = 70 * 500 / 70 };
    const cim_problem p = problem_of(chip, CHIP_DIMENSIONS, two_goals, 2);
    static double ours[N * CHIP_DIMENSIONS], random[N * CHIP_DIMENSIONS];
    const double numbers[PARAMS] = {0, 0.9, 1, 0.15, 0.1, AUTO, 1};
    driver d, other;
    driver_start(&d, "evolutionary", numbers, &p, 1);
    driver_start(&other, "random", NULL, &p, 1);
    assert_int_equal(driver_ask(&d, N, ours), N);
    assert_int_equal(driver_ask(&other, N, random), N);
    for (size_t k = 0; k < CHIP_DIMENSIONS; k++)
        assert_true(ours[k] == chip[k].default_coordinate);
    assert_true(mean_least_distance(ours, N) > mean_least_distance(random, N) + 0.2);
    driver_stop(&d);
    driver_stop(&other);
}

/* ---- what each is for ------------------------------------------------------------------------ */

static void bowl(const cim_problem *p, const double *x, verdict *v) {
    v->goals[0] = 0.0;
    for (uint32_t i = 0; i < p->dimensions.n; i++) {
        const double at = x[i] - (i % 2 ? 3.0 : 11.0);
        v->goals[0] += (1.0 + i % 3) * at * at;
    }
}

static double best_of(const double *goals, size_t n) {
    double best = INFINITY;
    for (size_t i = 0; i < n; i++) best = fmin(best, goals[i]);
    return best;
}

/* 16^30 designs: random points reach 862, the genetic algorithm 33, differential evolution 120. */
static void test_one_goal(void **state) {
    (void)state;
    enum { N = 1000 };
    const cim_problem p = problem_of(zdt_dimensions(), ZDT_DIMENSIONS, one_goal, 1);
    double *points = calloc(N, ZDT_DIMENSIONS * sizeof *points), goals[N];
    assert_non_null(points);
    for (int algorithm = ONE_FIRST; algorithm <= ONE_LAST; algorithm++) {
        const double numbers[PARAMS] = {24, 0.9, 1, 0.15, 0.1, algorithm, 0};
        driver d;
        driver_start(&d, "random", NULL, &p, 3);
        driver_run(&d, N, 4, bowl, points, goals);
        const double random = best_of(goals, N);
        driver_stop(&d);
        driver_start(&d, "evolutionary", numbers, &p, 3);
        driver_run(&d, N, 4, bowl, points, goals);
        assert_true(best_of(goals, N) < 0.25 * random);
        driver_stop(&d);
    }
    free(points);
}

/* Volume on DTLZ2-like goals, three of them, where each must be well ahead of random points. */
static void dtlz2(const cim_problem *p, const double *x, verdict *v) {
    double g = 1.0;
    for (uint32_t i = 2; i < p->dimensions.n; i++) g += (x[i] / 15 - 0.4) * (x[i] / 15 - 0.4);
    const double a = x[0] / 15 * 1.5707963267948966, b = x[1] / 15 * 1.5707963267948966;
    v->goals[0] = g * cos(a) * cos(b);
    v->goals[1] = g * cos(a) * sin(b);
    v->goals[2] = g * sin(a);
}

static void test_three_goals(void **state) {
    (void)state;
    enum { N = 600, D = 12 };
    static double points[N * D], goals[N * 3];
    const double reference[] = {2, 2, 2};
    const cim_problem p = problem_of(zdt_dimensions(), D, three_goals, 3);
    driver d;
    driver_start(&d, "random", NULL, &p, 5);
    driver_run(&d, N, 4, dtlz2, points, goals);
    const double random = cim_hypervolume(goals, N, 3, reference);
    driver_stop(&d);
    for (int algorithm = SEVERAL_FIRST; algorithm <= SEVERAL_LAST; algorithm++) {
        const double numbers[PARAMS] = {24, 0.9, 1, 0.15, 0.1, algorithm, 0};
        driver_start(&d, "evolutionary", numbers, &p, 5);
        driver_run(&d, N, 4, dtlz2, points, goals);
        assert_true(8.0 - cim_hypervolume(goals, N, 3, reference) < 0.55 * (8.0 - random));
        driver_stop(&d);
    }
}

/* ---- room in a front ------------------------------------------------------------------------- */

/* Volume of the union of boxes from each row to the reference, by inclusion and exclusion. */
static double union_of_boxes(const double *rows, size_t n, size_t m) {
    double sum = 0.0;
    for (uint32_t set = 1; set < 1u << n; set++) {
        double box = -1.0;
        for (size_t k = 0; k < m; k++) {
            double high = -INFINITY;
            for (size_t i = 0; i < n; i++)
                if (set >> i & 1) high = fmax(high, rows[i * m + k]);
            box *= REFERENCE - high;
        }
        for (uint32_t bits = set; bits; bits &= bits - 1) box = -box;
        sum += box;
    }
    return sum;
}

static void test_own_volumes(void **state) {
    (void)state;
    enum { N = 9 };
    for (uint32_t m = 2; m <= 4; m++) {
        fake_host f;
        room *r;
        double goals[N * 4], without[N * 4];
        member members[N];
        uint32_t front[N];
        cim_rng rng;
        fake_host_start(&f);
        fake_stream(NULL, m, &rng);
        assert_int_equal(room_open(&r, &f.host, m, 24, 48), CIM_OK);
        for (size_t i = 0; i < N * m; i++) goals[i] = cim_rng_uniform(&rng);
        for (uint32_t i = 0; i < N; i++) {
            members[i] = (member){.number = i, .goals = goals + i * m};
            front[i] = N - 1 - i;
        }
        room_shares(r, members, front, N);
        order_front(r, members, front, N);
        const double all = union_of_boxes(r->share, N, m);
        for (size_t i = 0; i < N; i++) {
            size_t n = 0;
            for (size_t j = 0; j < N; j++)
                if (j != r->order[i])
                    memcpy(without + m * n++, r->share + j * m, m * sizeof *without);
            assert_true(fabs(own_volume(r, N, i) - (all - union_of_boxes(without, n, m))) < 1e-12);
        }
        room_close(r, &f.host);
        assert_int_equal(f.live, 0);
    }
}

/* Directions: all of a lattice, of length one, each once; a member on each has a niche of its
 * own. */
static void test_niches(void **state) {
    (void)state;
    /* of lattices of at most 24 points: 23, 5, 3 parts */
    static const size_t sizes[] = {24, 21, 20};
    for (uint32_t m = 2; m <= 4; m++) {
        fake_host f;
        room *r;
        member members[25];
        uint32_t front[25];
        fake_host_start(&f);
        assert_int_equal(room_open(&r, &f.host, m, 24, 48), CIM_OK);
        const size_t n = r->n_directions;
        assert_int_equal(n, sizes[m - 2]);
        for (uint32_t i = 0; i <= n; i++) {
            front[i] = i;
            members[i] = (member){.number = i, .goals = r->directions + (i % n) * m};
        }
        niches_room(r, members, front, n);
        for (size_t i = 0; i < n; i++) assert_true(members[i].crowding == 1.0);
        niches_room(r, members, front, n + 1); /* one more where the first is: the newer is first */
        assert_true(members[0].crowding == 0.5 && members[n].crowding == 1.0);
        room_close(r, &f.host);
        assert_int_equal(f.live, 0);
    }
}

/* A member that had many children counts as one of a worse front, but never of a worse class; and
 * there is no such thing without patience. */
static void test_patience(void **state) {
    (void)state;
    const ranking r = {.n_goals = 2, .patience = 30}, patient = {.n_goals = 2};
    member a = {.number = 1, .crowding = 1.0, .children = 29};
    const member b = {.number = 2, .crowding = 1.0, .rank = 1, .children = 3};
    const member c = {.number = 3, .crowding = 1.0, .rank = 1, .class = CLASS_INFEASIBLE};
    assert_true(ranking_is_better(&r, &a, &b) && !ranking_is_better(&r, &b, &a));
    a.children = 30; /* as of b's front, where b has more room a child */
    assert_true(ranking_is_better(&r, &b, &a) && !ranking_is_better(&r, &a, &b));
    assert_true(ranking_is_better(&patient, &a, &b));
    a.children = 3000;
    assert_true(ranking_is_better(&r, &a, &c) && !ranking_is_better(&r, &c, &a));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_degenerate),      cmocka_unit_test(test_resume),
        cmocka_unit_test(test_refused_options), cmocka_unit_test(test_given_designs),
        cmocka_unit_test(test_distant_sample),  cmocka_unit_test(test_one_goal),
        cmocka_unit_test(test_three_goals),     cmocka_unit_test(test_own_volumes),
        cmocka_unit_test(test_niches),          cmocka_unit_test(test_patience),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
