/* The examples in plugins/template do what their kind must: small, but not wrong. */
#include <math.h>

#include "fake_host.h"
#include <cim/accuracy.h>
#include <cim/searcher.h>

#define TEMPLATE(kind) BINARY_DIR "/template/" kind ".template.so"

/* ---- workload -------------------------------------------------------------------------------- */

typedef struct workload {
    fake_host fake;
    const cim_workload_ops *ops;
    void *self;
} workload;

static void start_workload(workload *w) {
    fake_host_start(&w->fake);
    w->ops = load_plugin(TEMPLATE("workload"), "workload.template", CIM_WORKLOAD)->ops;
    assert_int_equal(w->ops->create(&w->fake.host, NULL, &w->self), CIM_OK);
}

static void stop_workload(workload *w) {
    w->ops->destroy(w->self);
    assert_int_equal(w->fake.live, 0);
}

static const cim_network *build(workload *w, double width, double bits) {
    const uint32_t first[] = {0, 1, 4};
    const double numbers[] = {width, bits, bits, bits};
    const cim_values values = {sizeof values, 1, 2, 4, first, numbers, NULL};
    const cim_network *n = NULL;
    if (w->ops->build(w->self, &values, &n) != CIM_OK) fail_msg("%s", w->fake.message);
    return n;
}

static void workload_builds_what_its_parameters_say(void **state) {
    (void)state;
    workload w;
    start_workload(&w);
    const cim_network *n = build(&w, 4, 5);
    uint64_t weights = 0;
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        weights += cim_layer_weights(l);
        if (l->weight_bits) assert_int_equal(l->weight_bits, 5);
    }
    assert_int_equal(weights, 4 * 9 + 8 * 4 * 9 + 8 * 7 * 7 * 10);
    assert_int_equal(n->layers.n, 5);
    assert_string_equal(CIM_ROW(cim_layer, n->layers, 4)->name, "fc");
    assert_int_equal(CIM_ROW(cim_layer, n->layers, 4)->slot, 2);
    assert_int_equal(CIM_ROW(cim_layer, n->layers, 4)->elements[0], 2);
    stop_workload(&w);
}

/* ---- hardware model -------------------------------------------------------------------------- */

typedef struct parts { double sum[2][2]; int n; } parts;  /* [point][metric] */

static void add_part(void *context, uint32_t point, uint32_t layer, const char *component,
                     uint32_t metric, double value) {
    parts *p = context;
    assert_in_range(layer, 0, 4);
    assert_string_equal(component, "array");
    p->sum[point][metric] += value;
    ++p->n;
}

static void assert_near(double x, double expected) {
    if (!(fabs(x - expected) <= 1e-12 * fabs(expected))) fail_msg("%.17g, not %.17g", x, expected);
}

static void hwmodel_figures_follow_from_bit_operations(void **state) {
    (void)state;
    fake_host f;
    fake_host_start(&f);
    workload w;
    start_workload(&w);
    const cim_hwmodel_ops *ops =
        load_plugin(TEMPLATE("hwmodel"), "hwmodel.template", CIM_HWMODEL)->ops;
    void *self = NULL;
    assert_int_equal(ops->create(&f.host, NULL, &self), CIM_OK);
    const uint32_t first[] = {0, 1, 2, 3};
    const double numbers[] = {128, 2, 10, 32, 1, 5};
    const cim_values values = {sizeof values, 2, 3, 3, first, numbers, NULL};
    double metrics[4], slack[2];
    parts p = {.n = 0};
    const cim_request r = {.struct_size = sizeof r, .network = build(&w, 4, 5), .values = &values,
                           .metrics = metrics, .slack = slack, .context = &p, .part = add_part};
    assert_int_equal(ops->evaluate(self, &r), CIM_OK);
    /* conv1 28 x 28 x 36, conv2 14 x 14 x 288, fc 3920 MACs of 5 x 8 bits; pools read 28 x 28 x 4
     * and 14 x 14 x 8 values of 8 bits */
    const double operations = (28224 + 56448 + 3920) * 40.0 + (3136 + 1568) * 8.0;
    assert_near(metrics[0], operations * 1e-15);
    assert_near(metrics[1], operations / 256 * 10e-9);
    assert_near(metrics[3], operations / 32 * 5e-9);
    assert_true(slack[0] == 4244 * 5 - 2 * 128 * 128);
    assert_true(slack[1] == 4244 * 5 - 32 * 32);
    assert_true(slack[0] < 0 && slack[1] > 0);
    assert_int_equal(p.n, 2 * 5 * 2);
    for (int i = 0; i < 4; ++i) assert_true(p.sum[i / 2][i % 2] == metrics[i]);
    ops->destroy(self);
    assert_int_equal(f.live, 0);
    stop_workload(&w);
}

static void hwmodel_refuses_by_name_what_it_cannot_cost(void **state) {
    (void)state;
    fake_host f;
    fake_host_start(&f);
    const cim_hwmodel_ops *ops =
        load_plugin(TEMPLATE("hwmodel"), "hwmodel.template", CIM_HWMODEL)->ops;
    void *self = NULL;
    assert_int_equal(ops->create(&f.host, NULL, &self), CIM_OK);
    const cim_layer softmax = {.name = "attend", .op = CIM_OP_SOFTMAX};
    const cim_network n = {.layers = {&softmax, 1, sizeof softmax}};
    const uint32_t first[] = {0, 1, 2, 3};
    const double numbers[] = {128, 2, 10};
    const cim_values values = {sizeof values, 1, 3, 3, first, numbers, NULL};
    double metrics[2], slack[1];
    const cim_request r = {.struct_size = sizeof r, .network = &n, .values = &values,
                           .metrics = metrics, .slack = slack};
    assert_int_equal(ops->evaluate(self, &r), CIM_E_UNSUPPORTED);
    assert_non_null(strstr(f.message, "attend"));
    ops->destroy(self);
}

/* ---- searcher -------------------------------------------------------------------------------- */

#define DIMENSIONS 3u
static const cim_dimension dimensions[DIMENSIONS] = {
    {.name = "a", .kind = CIM_ORDINAL, .n_levels = 3},
    {.name = "b", .kind = CIM_REAL_RANGE, .min = -2, .max = 5},
    {.name = "c", .kind = CIM_CATEGORICAL, .n_levels = 2},
};
static const cim_problem problem = {.struct_size = sizeof problem, .batch = 8,
                                    .dimensions = CIM_TABLE(dimensions), .n_fidelities = 1};

typedef struct snapshot { unsigned char bytes[256]; size_t size; } snapshot;

static cim_status keep(const cim_sink *sink, const void *data, size_t size) {
    snapshot *s = sink->context;
    assert_in_range(size, 1, sizeof s->bytes - s->size);
    memcpy(s->bytes + s->size, data, size);
    s->size += size;
    return CIM_OK;
}

static void *new_searcher(const cim_searcher_ops *ops, fake_host *f, double points) {
    const uint32_t first[] = {0, 1};
    const cim_values values = {sizeof values, 1, 1, 1, first, &points, NULL};
    void *self = NULL;
    assert_int_equal(ops->create(&f->host, &values, &problem, &self), CIM_OK);
    return self;
}

/* Ask number NUMBER for at most 8 points; returns how many came. */
static uint32_t ask(const cim_searcher_ops *ops, void *self, fake_host *f, uint64_t number,
                    double *points, cim_status expected) {
    uint32_t fidelity[8] = {0};
    cim_ask a = {.struct_size = sizeof a, .max = 8, .number = number, .points = points,
                 .fidelity = fidelity};
    f->host.stream(&f->host, number, &a.rng);
    assert_int_equal(ops->ask(self, &a), expected);
    const double x[DIMENSIONS] = {0}, goal = 1;
    const uint8_t known = 0;
    const cim_trial trial = {.number = number, .outcome = CIM_FAILED, .point = x, .goals = &goal,
                             .goal_known = &known};
    assert_int_equal(ops->tell(self, (cim_trial_table){&trial, 1, sizeof trial}), CIM_OK);
    return a.count;
}

static void searcher_stays_inside_and_spreads(void **state) {
    (void)state;
    fake_host f;
    fake_host_start(&f);
    const cim_searcher_ops *ops =
        load_plugin(TEMPLATE("searcher"), "searcher.template", CIM_SEARCHER)->ops;
    void *s = new_searcher(ops, &f, 0);
    int seen[3] = {0}, other[2] = {0}, low = 0;
    for (uint64_t number = 0; number < 50; ++number) {
        double points[8 * DIMENSIONS];
        assert_int_equal(ask(ops, s, &f, number, points, CIM_OK), 8);
        for (const double *x = points; x < points + 8 * DIMENSIONS; x += DIMENSIONS) {
            assert_true(x[0] == 0 || x[0] == 1 || x[0] == 2);
            assert_true(x[1] >= -2 && x[1] <= 5);
            assert_true(x[2] == 0 || x[2] == 1);
            ++seen[(int)x[0]];
            ++other[(int)x[2]];
            low += x[1] < 1.5;
        }
    }
    /* of 400 uniform points, four standard deviations around the expected number */
    for (int i = 0; i < 3; ++i) assert_in_range(seen[i], 133 - 38, 133 + 38);
    for (int i = 0; i < 2; ++i) assert_in_range(other[i], 160, 240);
    assert_in_range(low, 160, 240);
    ops->destroy(s);
    assert_int_equal(f.live, 0);
}

static void searcher_goes_on_from_its_snapshot(void **state) {
    (void)state;
    fake_host f;
    fake_host_start(&f);
    const cim_searcher_ops *ops =
        load_plugin(TEMPLATE("searcher"), "searcher.template", CIM_SEARCHER)->ops;
    void *one = new_searcher(ops, &f, 19), *two = new_searcher(ops, &f, 19);
    double x[8 * DIMENSIONS], y[8 * DIMENSIONS];
    assert_int_equal(ask(ops, one, &f, 0, x, CIM_OK), 8);
    assert_int_equal(ask(ops, one, &f, 1, x, CIM_OK), 8);
    snapshot s = {.size = 0};
    const cim_sink sink = {.struct_size = sizeof sink, .context = &s, .write = keep};
    assert_int_equal(ops->save(one, &sink), CIM_OK);
    assert_int_equal(ops->load(two, s.bytes, s.size), CIM_OK);
    assert_int_equal(ask(ops, one, &f, 2, x, CIM_OK), 3);
    assert_int_equal(ask(ops, two, &f, 2, y, CIM_OK), 3);
    assert_memory_equal(x, y, 3 * DIMENSIONS * sizeof *x);
    assert_int_equal(ask(ops, one, &f, 3, x, CIM_DONE), 0);
    assert_int_equal(ask(ops, two, &f, 3, y, CIM_DONE), 0);
    assert_int_equal(ops->load(two, s.bytes, s.size - 1), CIM_E_ARGUMENT);
    ops->destroy(one);
    ops->destroy(two);
    assert_int_equal(f.live, 0);
}

/* ---- accuracy -------------------------------------------------------------------------------- */

static cim_accuracy_request judge(const cim_network *n, const cim_nonideality *rows,
                                  uint32_t n_rows, uint32_t draws) {
    fake_host f;
    fake_host_start(&f);
    const cim_accuracy_ops *ops =
        load_plugin(TEMPLATE("accuracy"), "accuracy.template", CIM_ACCURACY)->ops;
    void *self = NULL;
    assert_int_equal(ops->create(&f.host, NULL, &self), CIM_OK);
    const uint32_t first[] = {0, 1, 2};
    const double numbers[] = {0.9, 0.1};
    const cim_values values = {sizeof values, 1, 2, 2, first, numbers, NULL};
    cim_accuracy_request r = {.struct_size = sizeof r, .network = n, .values = &values,
                              .nonidealities = {rows, n_rows, sizeof *rows}, .draws = draws};
    assert_int_equal(ops->evaluate(self, &r), CIM_OK);
    ops->destroy(self);
    r.values = NULL;
    return r;
}

static void accuracy_has_a_spread_only_when_devices_have(void **state) {
    (void)state;
    workload w;
    start_workload(&w);
    const cim_network *n = build(&w, 4, 8);
    const cim_accuracy_request exact = judge(n, NULL, 0, 10);
    assert_true(exact.mean > 0.89 && exact.mean < 0.9 && exact.sd == 0);
    assert_int_equal(exact.n_draws, 10);
    cim_nonideality rows[5] = {{.device_spread_sd = 0.3}, {.device_spread_sd = 0.2}};
    const cim_accuracy_request noisy = judge(n, rows, 5, 400), again = judge(n, rows, 5, 400);
    assert_true(noisy.mean < exact.mean && noisy.mean > 0.1);
    assert_true(noisy.sd > 0 && noisy.sd < 0.1);
    assert_memory_equal(&noisy.mean, &again.mean, sizeof noisy.mean);
    /* exp(-2 v u) for uniform u has mean (1 - exp(-2 v)) / 2 v = 0.8805 for v = 0.13 */
    const double expected = 0.1 + (exact.mean - 0.1) * 0.88054;
    assert_true(noisy.mean > expected - 0.02 && noisy.mean < expected + 0.02);
    assert_int_equal(judge(n, rows, 5, 0).n_draws, 16);
    assert_true(judge(n, rows, 5, 1).sd == 0);
    assert_true(judge(build(&w, 4, 2), NULL, 0, 1).mean < 0.8);
    stop_workload(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workload_builds_what_its_parameters_say),
        cmocka_unit_test(hwmodel_figures_follow_from_bit_operations),
        cmocka_unit_test(hwmodel_refuses_by_name_what_it_cannot_cost),
        cmocka_unit_test(searcher_stays_inside_and_spreads),
        cmocka_unit_test(searcher_goes_on_from_its_snapshot),
        cmocka_unit_test(accuracy_has_a_spread_only_when_devices_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
