/* accuracy.predictor as a plug-in: designs of VGG8 are recorded with an accuracy that follows from
 * their bits and converters, and others are predicted. */
#define WORKLOAD "vgg8"
#include <math.h>
#include <unistd.h>

#include "workload_fixture.h"
#include <cim/accuracy.h>
#include <cim_sdk/rng.h>

enum { TRIALS, MODEL, SAVE, RECORD, OBSERVED, HELD_OUT, HIDDEN, MEMBERS, EPOCHS, SEED, ONLY_KNOWN,
       PARAMS };

typedef struct evaluator {
    fake_host fake;
    const cim_accuracy_ops *ops;
    void *self;
    cim_values values;
    uint32_t first[PARAMS + 1];
    double numbers[PARAMS];
    const char *texts[PARAMS];
} evaluator;

/* Files of one test. */
static char folder[] = "/tmp/cimdse-predictor-XXXXXX", table[64], saved[64], copy[64];

static void prepare(evaluator *e) {
    *e = (evaluator){0};
    fake_host_start(&e->fake);
    const cim_plugin *p = load_plugin(BINARY_DIR "/plugins/accuracy.predictor.so",
                                      "accuracy.predictor", CIM_ACCURACY);
    assert_int_equal(p->is.params.n, PARAMS);
    for (uint32_t i = 0; i < PARAMS; ++i) {
        const cim_param *q = CIM_ROW(cim_param, p->is.params, i);
        e->first[i + 1] = e->first[i] + (q->type != CIM_TEXT);
        if (q->type != CIM_TEXT) e->numbers[e->first[i]] = q->default_value;
    }
    e->values = (cim_values){sizeof e->values, 1, PARAMS, e->first[PARAMS], e->first, e->numbers,
                             e->texts};
    e->ops = p->ops;
}

static void start(evaluator *e, uint32_t param, const char *path) {
    prepare(e);
    e->texts[param] = path;
    if (e->ops->create(&e->fake.host, &e->values, &e->self) != CIM_OK)
        fail_msg("%s", e->fake.message);
}

static void stop(evaluator *e) {
    e->ops->destroy(e->self);
    assert_int_equal(e->fake.live, 0);
}

/* ---- designs --------------------------------------------------------------------------------- */

typedef struct design {
    double weight_bits[8];
    uint32_t adc_bits, rows_at_once;
    double spread;
} design;

static design random_design(cim_rng *rng) {
    design d;
    for (int i = 0; i < 8; ++i) d.weight_bits[i] = 2 + (double)cim_rng_below(rng, 7);
    d.adc_bits = 4 + (uint32_t)cim_rng_below(rng, 5);
    d.rows_at_once = 16u << cim_rng_below(rng, 4);
    d.spread = 0.1 * cim_rng_uniform(rng);
    return d;
}

static double accuracy(const design *d) {
    double loss = 20 * d->spread * d->spread;
    for (int i = 0; i < 8; ++i) loss += pow(4, -d->weight_bits[i]) / (i + 1);
    loss += 0.1 * fmax(log2(d->rows_at_once) - d->adc_bits, 0);
    return 0.92 * exp(-loss);
}

enum { MOST_LAYERS = 32 };
static cim_accuracy_request request(fixture *f, evaluator *e, const design *d,
                                    cim_nonideality rows[MOST_LAYERS]) {
    for (uint32_t i = 0; i < 8; ++i) *at(f, "weight_bits", i) = d->weight_bits[i];
    const cim_network *n = build(f);
    assert_true(n->layers.n <= MOST_LAYERS);
    memset(rows, 0, MOST_LAYERS * sizeof *rows);
    for (uint32_t i = 0; i < n->layers.n; ++i)
        if (cim_layer_weights(layer(n, i)))
            rows[i] = (cim_nonideality){.weight_mapping = CIM_MAPPING_OFFSET, .cell_bits = 1,
                                        .dac_bits = 1, .rows_at_once = d->rows_at_once,
                                        .weight_bits = layer(n, i)->weight_bits, .input_bits = 8,
                                        .adc_bits = d->adc_bits,
                                        .device_spread = CIM_SPREAD_OF_VALUE,
                                        .device_spread_sd = d->spread};
    return (cim_accuracy_request){.struct_size = sizeof(cim_accuracy_request), .network = n,
                                  .values = &e->values, .mean = NAN, .sd = NAN,
                                  .nonidealities = {rows, n->layers.n, sizeof *rows}};
}

static cim_accuracy_request evaluate(fixture *f, evaluator *e, const design *d) {
    cim_nonideality rows[MOST_LAYERS];
    cim_accuracy_request r = request(f, e, d, rows);
    if (e->ops->evaluate(e->self, &r) != CIM_OK) fail_msg("%s", e->fake.message);
    assert_true(r.mean >= 0 && r.mean <= 1 && r.sd >= 0);
    assert_int_equal(r.n_draws, 1);
    return r;
}

static void record_designs(fixture *f, int n) {
    evaluator e;
    cim_rng rng;
    start(&e, RECORD, table);
    e.fake.host.stream(&e.fake.host, 1, &rng);
    for (int i = 0; i < n; ++i) {
        const design d = random_design(&rng);
        e.numbers[e.first[OBSERVED]] = accuracy(&d);
        const cim_accuracy_request r = evaluate(f, &e, &d);
        assert_true(r.mean == accuracy(&d) && r.sd == 0);
    }
    stop(&e);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void designs_that_were_not_recorded_are_predicted(void **state) {
    evaluator e, again;
    cim_rng rng;
    record_designs(*state, 400);
    prepare(&e);
    e.texts[TRIALS] = table;
    e.texts[SAVE] = saved;
    assert_int_equal(e.ops->create(&e.fake.host, &e.values, &e.self), CIM_OK);
    start(&again, MODEL, saved);
    e.fake.host.stream(&e.fake.host, 2, &rng);
    double squares = 0, sd = 0;
    int right = 0, pairs = 0;
    double before = 0, known_before = 0;
    for (int i = 0; i < 200; ++i) {
        const design d = random_design(&rng);
        const cim_accuracy_request r = evaluate(*state, &e, &d), s = evaluate(*state, &again, &d);
        assert_true(r.mean == s.mean && r.sd == s.sd);
        const double known = accuracy(&d);
        if (i) {
            right += (r.mean > before) == (known > known_before);
            ++pairs;
        }
        before = r.mean;
        known_before = known;
        squares += (r.mean - known) * (r.mean - known);
        sd = r.sd;
    }
    const double rms = sqrt(squares / 200);
    if (rms > 0.03 || right < 0.9 * pairs)
        fail_msg("rms error %.4f, %d of %d pairs", rms, right, pairs);
    assert_true(rms < 1.5 * sd && sd < 1.5 * rms); /* the stated error is true */
    stop(&e);
    stop(&again);
}

static void exact_arithmetic_has_no_spread(void **state) {
    evaluator e;
    cim_rng rng;
    cim_nonideality rows[MOST_LAYERS];
    record_designs(*state, 60);
    prepare(&e);
    e.texts[TRIALS] = table;
    e.numbers[e.first[ONLY_KNOWN]] = 0;
    assert_int_equal(e.ops->create(&e.fake.host, &e.values, &e.self), CIM_OK);
    e.fake.host.stream(&e.fake.host, 2, &rng);
    const design d = random_design(&rng);
    cim_accuracy_request r = request(*state, &e, &d, rows);
    r.nonidealities.n = 0;
    assert_int_equal(e.ops->evaluate(e.self, &r), CIM_OK);
    assert_true(r.sd == 0);
    stop(&e);
}

static void what_no_trial_varied_is_refused(void **state) {
    evaluator e;
    cim_rng rng;
    cim_nonideality rows[MOST_LAYERS];
    record_designs(*state, 60);
    start(&e, TRIALS, table);
    e.fake.host.stream(&e.fake.host, 2, &rng);
    const design d = random_design(&rng);
    cim_accuracy_request r = request(*state, &e, &d, rows);
    for (uint32_t i = 0; i < MOST_LAYERS; ++i) rows[i].cell_bits *= 2;
    assert_int_equal(e.ops->evaluate(e.self, &r), CIM_E_UNSUPPORTED);
    if (!strstr(e.fake.message, "place0.cell_bits = 2: all trials that it was fitted to have 1"))
        fail_msg("%s", e.fake.message);
    stop(&e);
}

static void assert_not_created(evaluator *e, cim_status status, const char *reason) {
    assert_int_equal(e->ops->create(&e->fake.host, &e->values, &e->self), status);
    if (!strstr(e->fake.message, reason)) fail_msg("%s", e->fake.message);
    assert_null(e->self);
    assert_int_equal(e->fake.live, 0);
}

static void one_source_must_be_given(void **state) {
    evaluator e;
    cim_nonideality rows[MOST_LAYERS];
    prepare(&e);
    assert_not_created(&e, CIM_E_CONFIG, "one of trials, model and record");
    e.texts[TRIALS] = e.texts[MODEL] = table;
    assert_not_created(&e, CIM_E_CONFIG, "one of trials, model and record");
    e.texts[MODEL] = NULL;
    assert_not_created(&e, CIM_E_FILE, "trials.csv: No such file");
    e.texts[TRIALS] = NULL;
    e.texts[MODEL] = saved;
    assert_not_created(&e, CIM_E_FILE, "saved.model: No such file");
    e.texts[SAVE] = table;
    assert_not_created(&e, CIM_E_CONFIG, "save: needs trials");
    e.texts[SAVE] = NULL;
    const design d = {.adc_bits = 5, .rows_at_once = 32, .weight_bits = {8, 8, 8, 8, 8, 8, 8, 8}};
    start(&e, RECORD, table);
    cim_accuracy_request r = request(*state, &e, &d, rows);
    assert_int_equal(e.ops->evaluate(e.self, &r), CIM_E_CONFIG);
    assert_non_null(strstr(e.fake.message, "observed"));
    assert_true(access(table, F_OK) != 0);
    stop(&e);
}

static void trials_are_not_overwritten(void **state) {
    evaluator e;
    char before[4096] = "", after[4096] = "";
    record_designs(*state, 30);
    FILE *file = fopen(table, "rb");
    assert_true(file && fread(before, 1, sizeof before, file) == sizeof before);
    fclose(file);
    prepare(&e);
    e.texts[TRIALS] = e.texts[SAVE] = table;
    assert_not_created(&e, CIM_E_CONFIG, "trials.csv: is there already and no saved model");
    file = fopen(table, "rb");
    assert_true(file && fread(after, 1, sizeof after, file) == sizeof after);
    fclose(file);
    assert_memory_equal(before, after, sizeof before);
}

static void it_is_clean_without_memory(void **state) {
    evaluator e;
    record_designs(*state, 30);
    prepare(&e);
    e.texts[TRIALS] = table;
    e.texts[SAVE] = copy;
    e.numbers[e.first[EPOCHS]] = 1;
    int failures = 0;
    for (;; ++failures) {
        e.fake.fail_at = e.fake.allocations + failures;
        if (e.ops->create(&e.fake.host, &e.values, &e.self) == CIM_OK) break;
        assert_null(e.self);
        assert_int_equal(e.fake.live, 0);
    }
    assert_in_range(failures, 15, 50);
    stop(&e);
}

static int begin(void **state) {
    if (set_up(state) || !mkdtemp(folder)) return -1;
    snprintf(table, sizeof table, "%s/trials.csv", folder);
    snprintf(saved, sizeof saved, "%s/saved.model", folder);
    snprintf(copy, sizeof copy, "%s/copy.model", folder);
    return 0;
}

static int end(void **state) {
    const char *const files[] = {table, saved, copy};
    for (int i = 0; i < 3; ++i) remove(files[i]);
    const int left = rmdir(folder);
    snprintf(folder, sizeof folder, "/tmp/cimdse-predictor-XXXXXX");
    return tear_down(state) || left;
}

#define WITH_FILES(function) cmocka_unit_test_setup_teardown(function, begin, end)
int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_FILES(designs_that_were_not_recorded_are_predicted),
        WITH_FILES(exact_arithmetic_has_no_spread),
        WITH_FILES(what_no_trial_varied_is_refused),
        WITH_FILES(one_source_must_be_given),
        WITH_FILES(trials_are_not_overwritten),
        WITH_FILES(it_is_clean_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
