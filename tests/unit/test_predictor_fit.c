/* accuracy.predictor's parts: encoding, perceptron, fit, and the two kinds of file. */
#include "plugins/accuracy/predictor/encode.c"
#include "plugins/accuracy/predictor/fit.c"
#include "plugins/accuracy/predictor/mlp.c"
#include "plugins/accuracy/predictor/model.c"
#include "plugins/accuracy/predictor/trials.c"

#define WORKLOAD "vgg8"

#include "predictor_file.h"
#include "workload_fixture.h"

#define GOLDEN SOURCE_DIR "/tests/golden/predictor_trials.csv"
static const cim_nonideality_table exact = {.row_size = sizeof(cim_nonideality)};

/* ---- encoding -------------------------------------------------------------------------------- */

static void every_feature_has_a_name_of_its_own(void **state) {
    (void)state;
    char name[MAX_FEATURE_NAME];
    for (uint32_t i = 0; i < FEATURES; ++i) {
        feature_name(i, name);
        assert_true(strlen(name) < MAX_FEATURE_NAME - 1);
        assert_int_equal(feature_named(name), i);
    }
    assert_int_equal(feature_named("place32.present"), FEATURES);
    assert_int_equal(feature_named("hwmodel.rows"), FEATURES);
}

static double feature(const double *f, const char *name) {
    const uint32_t i = feature_named(name);
    assert_true(i < FEATURES);
    return f[i];
}

/* Eight layers take four places each. */
static void each_layer_is_in_its_place(void **state) {
    fixture *f = *state;
    double all[FEATURES];
    *at(f, "weight_bits", 3) = 5;
    encode(build(f), exact, all);
    for (uint32_t p = 0; p < PLACES; ++p) {
        assert_true(fabs(all[FEATURES_OF_ALL + p * PLACE_FEATURES + PRESENT] - 1) < 1e-9);
        assert_true(fabs(all[FEATURES_OF_ALL + p * PLACE_FEATURES + WEIGHT_BITS] -
                         (p / 4 == 3 ? 5 : 8)) < 1e-9);
    }
    assert_true(feature(all, "layers") == 8);
    assert_true(fabs(feature(all, "log2_weights") - log2(12973440)) < 1e-6);
    assert_true(fabs(feature(all, "log2_macs") - log2(615917568)) < 1e-6);
    assert_true(feature(all, "lost_bits") == 0 && feature(all, "noise") == 0);
}

/* A layer that is not there leaves its place empty and moves no other. */
static void absent_layers_leave_gaps(void **state) {
    (void)state;
    static const int32_t elements[] = {0, 3};
    cim_layer layers[2] = {{.op = CIM_OP_LINEAR,
                            .in_channels = 8,
                            .out_channels = 8,
                            .out_height = 1,
                            .out_width = 1,
                            .kernel_height = 1,
                            .kernel_width = 1,
                            .groups = 1,
                            .weight_bits = 4,
                            .input_bits = 8}};
    layers[1] = layers[0];
    layers[0].elements = &elements[0];
    layers[1].elements = &elements[1];
    const cim_index_set sets[] = {{.name = "weight_layer", .size = 4}};
    const cim_network n = {.struct_size = sizeof n, .layers = CIM_TABLE(layers),
                           .index_sets = CIM_TABLE(sets)};
    double f[FEATURES];
    encode(&n, exact, f);
    assert_true(feature(f, "place0.present") == 1 && feature(f, "place7.weight_bits") == 4);
    assert_true(feature(f, "place8.present") == 0 && feature(f, "place23.weight_bits") == 0);
    assert_true(feature(f, "place24.present") == 1 && feature(f, "place31.weight_bits") == 4);
}

static void arrays_are_encoded(void **state) {
    cim_nonideality rows[32] = {{0}};
    const cim_network *n = build(*state);
    assert_true(n->layers.n <= 32);
    for (uint32_t i = 0; i < n->layers.n; ++i)
        if (cim_layer_weights(layer(n, i)))
            rows[i] = (cim_nonideality){.weight_mapping = CIM_MAPPING_OFFSET, .cell_bits = 2,
                                        .dac_bits = 1, .rows_at_once = 128, .adc_bits = 5,
                                        .device_spread = CIM_SPREAD_OF_VALUE,
                                        .device_spread_sd = 0.03, .read_noise_sd = 0.04};
    double f[FEATURES];
    encode(n, (cim_nonideality_table){rows, n->layers.n, sizeof *rows}, f);
    assert_true(fabs(feature(f, "noise") - 0.05) < 1e-12);
    assert_true(fabs(feature(f, "most_lost_bits") - (log2(128 * 3 + 1) - 5)) < 1e-12);
    assert_true(fabs(feature(f, "place31.adc_bits") - 5) < 1e-9);
    assert_true(fabs(feature(f, "place0.log2_rows") - log2(27)) < 1e-9); /* 3 x 3 x 3 inputs */
    for (uint32_t i = 0; i < FEATURES; ++i) assert_true(isfinite(f[i]));
    assert_true(feature(f, "place0.calibrated") == 0 && feature(f, "place0.differential") == 0);
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        rows[i].weight_mapping = rows[i].weight_mapping ? CIM_MAPPING_DIFFERENTIAL : 0;
        rows[i].adc_range = CIM_ADC_CALIBRATED;
        rows[i].weight_bits = 3; /* inputs keep the network's own */
    }
    assert_true(fabs(feature(f, "place0.weight_bits") - 8) < 1e-9);
    encode(n, (cim_nonideality_table){rows, n->layers.n, sizeof *rows}, f);
    assert_true(fabs(feature(f, "place0.calibrated") - 1) < 1e-9);
    assert_true(fabs(feature(f, "place31.differential") - 1) < 1e-9);
    assert_true(fabs(feature(f, "place0.weight_bits") - 3) < 1e-9);
    assert_true(fabs(feature(f, "place0.input_bits") - 8) < 1e-9);
}

/* ---- perceptron ------------------------------------------------------------------------------ */

static void slopes_are_those_of_differences(void **state) {
    (void)state;
    enum { INPUTS = 5, HIDDEN = 7, N = (INPUTS + HIDDEN + 3) * HIDDEN + 1 };
    const mlp_shape s = {INPUTS, HIDDEN};
    double w[N], g[N] = {0}, scratch[4 * HIDDEN], x[INPUTS];
    cim_rng rng;
    assert_int_equal(mlp_size(s), N);
    seeded(3, &rng);
    for (uint32_t i = 0; i < N; ++i) w[i] = cim_rng_uniform(&rng) - 0.4;
    for (uint32_t i = 0; i < INPUTS; ++i) x[i] = 2 * cim_rng_uniform(&rng) - 1;
    add_slopes(s, w, x, 0.3, scratch, g);
    int moving = 0;
    for (uint32_t i = 0; i < N; ++i) {
        const double before = w[i], h = 1e-6;
        w[i] = before + h;
        const double above = mlp_predict(s, w, x, scratch) - 0.3;
        w[i] = before - h;
        const double below = mlp_predict(s, w, x, scratch) - 0.3;
        w[i] = before;
        const double slope = (above * above - below * below) / 2 / (2 * h);
        if (fabs(slope - g[i]) > 1e-7 * (1 + fabs(slope)))
            fail_msg("%u: %g, not %g", i, g[i], slope);
        moving += slope != 0;
    }
    assert_true(moving > N / 3);
}

static void ranks_correlate_as_spearman_says(void **state) {
    (void)state;
    fake_host f;
    fake_host_start(&f);
    const double a[] = {1, 2, 3, 4, 5}, b[] = {5, 6, 7, 8, 7}, down[] = {9, 4, 3, 2, 1},
                 same[] = {2, 2, 2, 2, 2};
    double r = 0;
    assert_int_equal(rank_correlation(&f.host, a, b, 5, &r), CIM_OK);
    assert_true(fabs(r - 0.8207826816681233) < 1e-12); /* ranks 1 2 3.5 5 3.5 */
    assert_int_equal(rank_correlation(&f.host, a, down, 5, &r), CIM_OK);
    assert_true(fabs(r + 1) < 1e-12);
    assert_int_equal(rank_correlation(&f.host, a, same, 5, &r), CIM_OK);
    assert_true(r == 0);
    assert_int_equal(f.live, 0);
}

/* ---- fit ------------------------------------------------------------------------------------- */

static const fit_plan plan = {
    .hidden = 32, .members = 4, .epochs = 150, .held_out = 0.2, .seed = 1};

static void fit_file(fake_host *f, const char *path, model *m) {
    trials t;
    if (trials_read(&f->host, path, &t) != CIM_OK) fail_msg("%s", f->message);
    if (model_fit(&f->host, &t, plan, m) != CIM_OK) fail_msg("%s", f->message);
    trials_free(&f->host, &t);
}

/* 111 published networks by their MACs and weights alone (tests/golden/imagenet_estimate). */
static void published_networks_are_predicted(void **state) {
    (void)state;
    fake_host f;
    model m;
    fake_host_start(&f);
    fit_file(&f, GOLDEN, &m);
    const quality *q = &m.quality;
    if (q->held_out != 22 || q->trained != 89 || q->rank_correlation < 0.9 || q->rms_error > 0.025)
        fail_msg("%u held out: rank correlation %.4f, rms error %.4f, spread %.4f", q->held_out,
                 q->rank_correlation, q->rms_error, q->spread);
    assert_true(q->mean_error <= q->rms_error && q->rms_error < q->spread / 2);
    model_free(&f.host, &m);
    assert_int_equal(f.live, 0);
}

static void write_text(const char *text) {
    FILE *file = fopen(scratch_file, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static char *golden_text(void) {
    static char text[1 << 16];
    FILE *file = fopen(GOLDEN, "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Workers append as they come: lines from the last to the first, each twice, and a second
 * header. */
static void the_order_of_the_file_does_not_matter(void **state) {
    (void)state;
    const char *lines[200], *text = golden_text();
    int n = 0;
    for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
        assert_true(n < 200);
        lines[n++] = at;
    }
    FILE *file = fopen(scratch_file, "wb");
    assert_non_null(file);
    for (int i = 0; i < 2 * n; ++i) {
        const char *line = lines[i ? (2 * n - 1 - i) / 2 : 0];
        fprintf(file, "%.*s\n", (int)strcspn(line, "\n"), line);
    }
    fclose(file);
    fake_host f;
    model a, b;
    fake_host_start(&f);
    fit_file(&f, GOLDEN, &a);
    fit_file(&f, scratch_file, &b);
    assert_memory_equal(a.weights, b.weights, a.members * mlp_size(a.shape) * sizeof *a.weights);
    assert_memory_equal(&a.quality, &b.quality, sizeof a.quality);
    model_free(&f.host, &a);
    model_free(&f.host, &b);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void a_loaded_model_predicts_the_same_bits(void **state) {
    (void)state;
    fake_host f;
    model a, b;
    double features[FEATURES] = {0}, work[1024];
    uint32_t outside;
    fake_host_start(&f);
    fit_file(&f, GOLDEN, &a);
    write_text(""); /* what is no model is not overwritten */
    assert_int_equal(model_save(&f.host, &a, scratch_file), CIM_OK);
    if (model_load(&f.host, scratch_file, &b) != CIM_OK) fail_msg("%s", f.message);
    for (int i = 0; i < 100; ++i) {
        features[feature_named("log2_weights")] = 18 + i * 0.1;
        features[feature_named("log2_macs")] = 23 + i * 0.12;
        const double x = model_predict(&a, features, work, &outside);
        assert_true(x == model_predict(&b, features, work, &outside) && x >= 0 && x <= 1);
        assert_int_equal(outside != 0, 18 + i * 0.1 < log2(0.47e6) - 1e-4 ||
                                           18 + i * 0.1 > log2(68.88e6) + 1e-4 ||
                                           23 + i * 0.12 < log2(11e6) - 1e-4 ||
                                           23 + i * 0.12 > log2(11514e6) + 1e-4);
    }
    assert_memory_equal(&a.quality, &b.quality, sizeof a.quality);
    model_free(&f.host, &a);
    model_free(&f.host, &b);
    assert_int_equal(f.live, 0);
}

static void assert_refused(const char *text, const char *reason) {
    fake_host f;
    trials t;
    fake_host_start(&f);
    write_text(text);
    assert_int_equal(trials_read(&f.host, scratch_file, &t), CIM_E_FILE);
    trials_free(&f.host, &t);
    assert_int_equal(f.live, 0);
    if (!strstr(f.message, reason) || !strstr(f.message, "cimdse-predictor"))
        fail_msg("%s", f.message);
}

static void wrong_tables_are_refused_by_line(void **state) {
    (void)state;
    assert_refused("", ":1: is empty");
    assert_refused("log2_macs\n1\n", ":1: no column accuracy");
    assert_refused("accuracy\n1\n", ":1: no column but accuracy");
    assert_refused("log2_macs,hwmodel.rows,accuracy\n", ":1: column hwmodel.rows: no feature");
    assert_refused("log2_macs,log2_macs,accuracy\n", ":1: column log2_macs: twice");
    assert_refused("log2_macs,accuracy\n1,0.5\n1\n", ":3: 1 cells instead of 2");
    assert_refused("log2_macs,accuracy\n1,0.5,3\n", ":2: more than 2 cells");
    assert_refused("log2_macs,accuracy\n1,50\n", ":2: accuracy 50: must be a share");
    assert_refused("log2_macs,accuracy\nnan,0.5\n", ":2: cell 1: nan is no number");
    assert_refused("log2_macs,accuracy\n,0.5\n", ":2: cell 1:  is no number");
    fake_host f;
    trials t;
    model m;
    fake_host_start(&f);
    write_text("\xef\xbb\xbflog2_macs,accuracy\n1,0.5\n2,0.5\n"); /* as Excel writes it */
    assert_int_equal(trials_read(&f.host, scratch_file, &t), CIM_OK);
    assert_int_equal(model_fit(&f.host, &t, plan, &m), CIM_E_CONFIG);
    assert_non_null(strstr(f.message, "at least 20"));
    trials_free(&f.host, &t);
    model_free(&f.host, &m);
    assert_int_equal(trials_read(&f.host, "/nowhere/trials.csv", &t), CIM_E_FILE);
    assert_non_null(strstr(f.message, "/nowhere/trials.csv: No such file"));
}

/* Damage: cut short, bytes changed. Refused, or a model that still predicts a share. */
static void damaged_files_do_no_harm(void **state) {
    (void)state;
    static char whole[1 << 20], text[1 << 20];
    fake_host f;
    model m;
    trials t;
    cim_rng rng;
    double features[FEATURES] = {0}, work[FEATURES + 4 * MAX_HIDDEN];
    uint32_t outside, refused = 0;
    fake_host_start(&f);
    fit_file(&f, GOLDEN, &m);
    write_text(""); /* what is no model is not overwritten */
    assert_int_equal(model_save(&f.host, &m, scratch_file), CIM_OK);
    model_free(&f.host, &m);
    FILE *file = fopen(scratch_file, "rb");
    const size_t size = fread(whole, 1, sizeof whole, file);
    fclose(file);
    assert_true(size < sizeof whole);
    seeded(1, &rng);
    for (int round = 0; round < 300; ++round) {
        const int table = round % 3 == 0;
        const char *from = table ? golden_text() : whole;
        size_t n = table ? strlen(from) : size;
        memcpy(text, from, n);
        if (round % 2) n = (size_t)cim_rng_below(&rng, n);
        for (int k = 0; n && k < 3; ++k) /* most of them near the start, where the sizes are */
            text[cim_rng_below(&rng, k || n < 400 ? n : 400)] = (char)cim_rng_below(&rng, 256);
        file = fopen(scratch_file, "wb");
        fwrite(text, 1, n, file);
        fclose(file);
        cim_status status;
        if (table) {
            status = trials_read(&f.host, scratch_file, &t);
            trials_free(&f.host, &t);
        } else if ((status = model_load(&f.host, scratch_file, &m)) == CIM_OK) {
            const double x = model_predict(&m, features, work, &outside);
            assert_true(x >= 0 && x <= 1);
        }
        if (!table) model_free(&f.host, &m);
        if (status != CIM_OK && !strstr(f.message, "cimdse-predictor")) fail_msg("%s", f.message);
        refused += status != CIM_OK;
        assert_int_equal(f.live, 0);
    }
    assert_in_range(refused, 200, 300);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_feature_has_a_name_of_its_own),
        TEST(each_layer_is_in_its_place),
        cmocka_unit_test(absent_layers_leave_gaps),
        TEST(arrays_are_encoded),
        cmocka_unit_test(slopes_are_those_of_differences),
        cmocka_unit_test(ranks_correlate_as_spearman_says),
        cmocka_unit_test(published_networks_are_predicted),
        cmocka_unit_test(the_order_of_the_file_does_not_matter),
        cmocka_unit_test(a_loaded_model_predicts_the_same_bits),
        cmocka_unit_test(wrong_tables_are_refused_by_line),
        cmocka_unit_test(damaged_files_do_no_harm),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
