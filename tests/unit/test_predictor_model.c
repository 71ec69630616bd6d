/* accuracy.predictor's saved models: what is no model, what is not saved, and where. */
#include "plugins/accuracy/predictor/encode.c"
#include "plugins/accuracy/predictor/fit.c"
#include "plugins/accuracy/predictor/mlp.c"
#include "plugins/accuracy/predictor/model.c"
#include "plugins/accuracy/predictor/trials.c"

#include "fake_host.h"
#include "predictor_file.h"

#define GOLDEN SOURCE_DIR "/tests/golden/predictor_trials.csv"

static void fit_table(const char *path, model *m) {
    const fit_plan plan = {.hidden = 4, .members = 1, .epochs = 1, .held_out = 0.2, .seed = 1};
    fake_host f;
    trials t;
    fake_host_start(&f);
    assert_int_equal(trials_read(&f.host, path, &t), CIM_OK);
    if (model_fit(&f.host, &t, plan, m) != CIM_OK) fail_msg("%s", f.message);
    trials_free(&f.host, &t);
}

static void replace_file(const char *text) {
    FILE *file = fopen(scratch_file, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_no_model(const char *text, const char *reason) {
    fake_host f;
    model m;
    fake_host_start(&f);
    replace_file(text);
    assert_int_equal(model_load(&f.host, scratch_file, &m), CIM_E_FILE);
    model_free(&f.host, &m);
    assert_int_equal(f.live, 0);
    if (!strstr(f.message, reason)) fail_msg("%s", f.message);
}

static void text_behind_the_head_s_numbers_is_refused(void **state) {
    (void)state;
#define HEAD FIRST_LINE "\n1 inputs, 1 hidden, 1 members, 0 constants"
#define QUALITY "\n20 trained 5 held_out 0x1p-1 rank_correlation 0x1p-4 rms_error 0x1p-4 " \
                "mean_error 0x1p-4 spread"
    assert_no_model(HEAD " and more" QUALITY "\n0x1p-1 mean 0x1p-1 sd\n", ":2: sizes");
    assert_no_model(HEAD QUALITY "2\n0x1p-1 mean 0x1p-1 sd\n", ":3: quality");
    assert_no_model(HEAD QUALITY "\n0x1p-1 mean 0x1p-1 sd 3\n", ":4: mean and sd");
    assert_no_model(HEAD QUALITY "\n0x1p-1 mean 0x1p-1\n", ":4: mean and sd");
    assert_no_model(HEAD QUALITY "\n0x1p-1 mean 0x1p-1 sd\n", ":5: no input");
    replace_file("");
}

/* And leaves what there was. */
static void assert_not_saved(const model *m, const char *path, const char *reason) {
    fake_host f;
    fake_host_start(&f);
    assert_int_equal(model_save(&f.host, m, path), CIM_E_CONFIG);
    assert_int_equal(f.live, 0);
    if (!strstr(f.message, reason)) fail_msg("%s", f.message);
}

static void a_model_that_could_not_be_loaded_is_not_saved(void **state) {
    (void)state;
    fake_host f;
    model m;
    fake_host_start(&f);
    fit_table(GOLDEN, &m);
    const model_input first = m.inputs[0];
    m.inputs[0].sd = INFINITY; /* as of values near 1e307 */
    assert_not_saved(&m, scratch_file, "could not be loaded again: log2_weights: mean, sd or");
    m.inputs[0] = first;
    m.weights[1] = NAN;
    assert_not_saved(&m, scratch_file, "a weight is out of range");
    m.weights[1] = 0;
    m.sd = 2;
    assert_not_saved(&m, scratch_file, "mean and sd of the accuracies");
    model_free(&f.host, &m);
}

/* Squares of their steps are beyond all doubles. */
static void a_fit_to_huge_numbers_is_not_saved(void **state) {
    (void)state;
    fake_host f;
    model m;
    FILE *file = fopen(scratch_file, "wb");
    assert_non_null(file);
    fputs("log2_macs,accuracy\n", file);
    for (int i = 0; i < 40; ++i) fprintf(file, "%g,%g\n", (i % 8) * 1e307, 0.5 + 0.01 * i);
    fclose(file);
    fake_host_start(&f);
    fit_table(scratch_file, &m);
    replace_file("");
    assert_not_saved(&m, scratch_file, "could not be loaded again: log2_macs: mean, sd or range");
    model_free(&f.host, &m);
}

static void only_a_saved_model_is_overwritten(void **state) {
    (void)state;
    fake_host f;
    model m;
    char link[sizeof scratch_file + 5], line[20];
    fake_host_start(&f);
    fit_table(GOLDEN, &m);
    replace_file("log2_macs,accuracy\n");
    assert_not_saved(&m, scratch_file, "no saved model");
    FILE *file = fopen(scratch_file, "rb");
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_string_equal(line, "log2_macs,accuracy\n");
    replace_file("");
    assert_int_equal(model_save(&f.host, &m, scratch_file), CIM_OK);
    assert_int_equal(model_save(&f.host, &m, scratch_file), CIM_OK);
    snprintf(link, sizeof link, "%s.link", scratch_file);
    assert_int_equal(symlink(scratch_file, link), 0);
    assert_not_saved(&m, link, "no regular file");
    remove(link);
    assert_int_equal(mkfifo(link, 0600), 0);
    assert_not_saved(&m, link, "no regular file"); /* and does not wait for a reader */
    remove(link);
    assert_not_saved(&m, "/tmp", "no regular file");
    model_free(&f.host, &m);
    replace_file("");
}

/* A digit of a weight, which stays a number. What was saved without a sum is read as it is. */
static void a_changed_digit_is_noticed(void **state) {
    (void)state;
    static char text[1 << 16], old[1 << 16];
    fake_host f;
    model m, again;
    fake_host_start(&f);
    fit_table(GOLDEN, &m);
    assert_int_equal(model_save(&f.host, &m, scratch_file), CIM_OK);
    FILE *file = fopen(scratch_file, "rb");
    const size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    char *sum = strstr(text, "\nsum "), *digit = sum - strlen("p-1");
    assert_true(n < sizeof text - 1 && sum);
    while (*digit != '.') digit--;
    const int was = *++digit;
    *digit = was == '1' ? '2' : '1';
    assert_no_model(text, "the sum of the lines above is another");
    *digit = (char)was;
    snprintf(old, sizeof old, OLD_FIRST_LINE "%.*s", (int)(sum + 1 - strchr(text, '\n')),
             strchr(text, '\n'));
    replace_file(old);
    assert_int_equal(model_load(&f.host, scratch_file, &again), CIM_OK);
    assert_memory_equal(again.weights, m.weights, mlp_size(m.shape) * sizeof *m.weights);
    model_free(&f.host, &again);
    assert_int_equal(model_save(&f.host, &m, scratch_file), CIM_OK); /* over the old one */
    sum[1] = '\0';
    assert_no_model(text, "the sum of the lines above");
    replace_file("");
    model_free(&f.host, &m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_behind_the_head_s_numbers_is_refused),
        cmocka_unit_test(a_model_that_could_not_be_loaded_is_not_saved),
        cmocka_unit_test(a_fit_to_huge_numbers_is_not_saved),
        cmocka_unit_test(a_changed_digit_is_noticed),
        cmocka_unit_test(only_a_saved_model_is_overwritten),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
