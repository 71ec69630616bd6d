/* What a suggestion costs: processor seconds of an ask after so many random trials, 30 real
 * dimensions and two goals (ZDT1), told one by one from there:
 *
 *     bench_suggestions [searcher [asks [dents]]]      "bayesian" and 12 without arguments
 *
 * dents: a cosine of each variable on both goals, so that "bayesian" models them by half waves.
 * first: the first ask, which fits everything anew; then the others. */
#include "searcher_driver.h"
#include "functions.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>
#include <time.h>

enum { DIMENSIONS = 30 };
static const uint32_t sizes[] = {100, 200, 1000, 10000};

static void judge(const cim_problem *p, const double *x, verdict *v) {
    (void)p;
    problem_evaluate(problem_find("zdt1_30"), x, v->goals, v->slack);
}

static void judge_dented(const cim_problem *p, const double *x, verdict *v) {
    judge(p, x, v);
    for (uint32_t g = 0; g < p->goals.n; g++)
        for (uint32_t i = 0; i < DIMENSIONS; i++) v->goals[g] += cos(20.0 * x[i]);
}

static double processor_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void tell_random(driver *d, uint32_t n, judge_fn *judged) {
    double *points = calloc(n, DIMENSIONS * sizeof *points);
    cim_rng rng;
    assert_non_null(points);
    fake_stream(&d->base.host, 1, &rng);
    for (size_t i = 0; i < (size_t)n * DIMENSIONS; i++) points[i] = cim_rng_uniform(&rng);
    driver_tell(d, n, points, judged, NULL);
    free(points);
}

static void measure(const char *name, const cim_problem *p, uint32_t n, int asks,
                    judge_fn *judged) {
    driver d;
    double point[DIMENSIONS], first = 0.0, sum = 0.0, most = 0.0;
    driver_start(&d, name, NULL, p, 1);
    tell_random(&d, n, judged);
    for (int i = 0; i < asks; i++) {
        const double start = processor_s();
        assert_int_equal(driver_ask(&d, 1, point), 1);
        const double took = processor_s() - start;
        if (i == 0) first = took;
        else sum += took;
        if (i > 0) most = fmax(most, took);
        driver_tell(&d, 1, point, judged, NULL);
    }
    printf("| %u | %.3f | %.3f | %.3f |\n", n, first, sum / (asks - 1), most);
    driver_stop(&d);
}

int main(int argc, char **argv) {
    static cim_dimension dimensions[DIMENSIONS];
    static const cim_goal goals[] = {{.name = "min f1"}, {.name = "min f2"}};
    for (size_t i = 0; i < DIMENSIONS; i++)
        dimensions[i] = (cim_dimension){.name = "x", .unit = "", .kind = CIM_REAL_RANGE, .max = 1.0,
                                        .default_coordinate = 0.5};
    const cim_problem p = {.struct_size = sizeof p, .batch = 1, .trials = 10100, .n_fidelities = 1,
                           .dimensions = CIM_TABLE(dimensions), .goals = CIM_TABLE(goals)};
    const int asks = argc > 2 ? atoi(argv[2]) : 12;
    const int has_dents = argc == 4 && strcmp(argv[3], "dents") == 0;
    if (argc > 4 || (argc == 4 && !has_dents) || asks < 2) return 2;
    puts("| trials | first ask, s | mean of the others, s | most of the others, s "
         "|\n|---|---|---|---|");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        measure(argc > 1 ? argv[1] : "bayesian", &p, sizes[i], asks,
                has_dents ? judge_dented : judge);
    return 0;
}
