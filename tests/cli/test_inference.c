/* crossbar_inference from the command: level sample, whose first images are judged as statistical
 * judges them; weights that cannot be read end a study before its first design. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WEIGHTS SOURCE_DIR "/plugins/accuracy/weights/"

static double accuracy_with(const char *settings) {
    const cli_result *r =
        cli_good("eval " WEIGHTS "lenet5_fmnist_2bit.cfg --format csv --set 'accuracy={"
                 "plugin=\"crossbar_inference\"; weights=\"lenet5_fmnist.safetensors\"; %s}'",
                 settings);
    csv_table *t = csv_parse(r->out);
    const double accuracy = atof(csv_at(t, 0, "accuracy"));
    csv_free(t);
    return accuracy;
}

static void the_first_images_decide(void **state) {
    (void)state;
    const double few = accuracy_with("level=\"statistical\"; chip=1; images=30;");
    const double all = accuracy_with("level=\"statistical\"; chip=1; images=90;");
    assert_true(fabs(few - all) > 1e-3); /* or the rest would show nothing */
    assert_true(accuracy_with("level=\"sample\"; chip=1; images=90; sample_images=30;") == few);
    assert_true(accuracy_with("level=\"sample\"; chip=1; images=90; sample_images=500;") == all);
    assert_true(accuracy_with("level=\"statistical\"; chip=1; images=90; sample_images=30;") ==
                all);
}

static void no_study_without_weights(void **state) {
    (void)state;
    cli_write("none.cfg",
              "study = { name = \"s\"; trials = 4; };\nworkload = { plugin = \"lenet\"; };\n"
              "hwmodel = { plugin = \"rram_crossbar\"; rows = [64, 128]; };\n"
              "accuracy = { plugin = \"crossbar_inference\"; weights = \"none.safetensors\"; };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"max accuracy\" ];\n");
    cli_refused(cli("run none.cfg --out none"), 2,
                "none.cfg:4: accuracy.weights = \"none.safetensors\": ",
                "none.safetensors: No such file");
}

/* Elsewhere an array has choices: who gives one here means elements. */
static void elements_of_a_fixed_vector(void **state) {
    (void)state;
    static const char *const wrong[] = {"[0.5,0.5,0.5]", "[0.485,0.456,0.406]", "(0.5,0.4)"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cli_refused(cli("eval " WEIGHTS "lenet5_fmnist_2bit.cfg --set 'accuracy={plugin="
                        "\"crossbar_inference\"; input_mean=%s;}'", wrong[i]), 2,
                    "accuracy.input_mean: is fixed for the whole study, and an array has choices",
                    "{ value = [ ... ]; } with that of each of its 3 elements");
}

/* A linear layer MODULE with batch norm in NUMBERS: of no weights, and of variance 0, so that its
 * first output is 1 / sqrt(epsilon); the last one is 100. */
static void write_normed(const char *file, const char *module, const char *norm) {
    enum { OUTS = 4, INS = 3 * 4 * 5, FLOATS = OUTS * INS + 4 * OUTS };
    static const char *const parts[] = {"weight", "bias", "running_mean", "running_var"};
    float numbers[FLOATS] = {0}, *part = numbers + OUTS * INS;
    char head[1024];
    for (int o = 0; o < OUTS; o++) part[o] = 1; /* gamma */
    part[2 * OUTS - 1] = 100;                   /* beta  */
    part[2 * OUTS] = -1;                        /* mean  */
    int n = snprintf(head, sizeof head, "{\"%s.weight\":{\"dtype\":\"F32\",\"shape\":[%d,%d],"
                     "\"data_offsets\":[0,%d]}", module, OUTS, INS, 4 * OUTS * INS);
    for (int i = 0; i < 4; i++)
        n += snprintf(head + n, sizeof head - (size_t)n, ",\"%s.%s\":{\"dtype\":\"F32\",\"shape\":"
                      "[%d],\"data_offsets\":[%d,%d]}%s", norm, parts[i], OUTS,
                      4 * OUTS * (INS + i), 4 * OUTS * (INS + i + 1), i == 3 ? "}" : "");
    FILE *f = fopen(file, "wb");
    assert_non_null(f);
    const unsigned char length[8] = {(unsigned char)n, (unsigned char)(n >> 8)};
    fwrite(length, 1, 8, f);
    fwrite(head, 1, (size_t)n, f);
    fwrite(numbers, sizeof *numbers, FLOATS, f);
    assert_int_equal(fclose(f), 0);
}

static double accuracy_of_normed(const char *module, const char *norm, const char *settings) {
    write_normed("w.safetensors", module, norm);
    cli_write("net.cfg", "input = [3, 4, 5]; layers = ({ name = \"f\"; op = \"linear\"; "
              "out_channels = 4; tensor = \"%s.weight\"; });\n", module);
    cli_write("s.cfg",
              "study = { name = \"s\"; trials = 1; };\n"
              "workload = { plugin = \"network\"; file = \"net.cfg\"; };\n"
              "hwmodel = { plugin = \"array_only\"; mapping = \"digital\"; };\n"
              "accuracy = { plugin = \"crossbar_inference\"; weights = \"w.safetensors\"; "
              "data = \"" SOURCE_DIR "/tests/golden/data/images.npz\"; %s };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"max accuracy\" ];\n", settings);
    csv_table *t = csv_parse(cli_good("eval s.cfg --format csv")->out);
    const double accuracy = atof(csv_at(t, 0, "accuracy"));
    csv_free(t);
    return accuracy;
}

/* 316 or 32 beside 100. One of the three images is of the first class, none of the last. */
static void norms_have_the_epsilon_of_their_network(void **state) {
    (void)state;
    static const char v3[] = "features.1.block.0", v3_norm[] = "features.1.block.1";
    assert_true(accuracy_of_normed(v3, v3_norm, "") == 0);
    assert_true(accuracy_of_normed(v3, v3_norm, "norm_epsilon = 1e-5;") > 0.3);
    assert_true(accuracy_of_normed("features.1.0.block.0", "features.1.0.block.1", "") > 0.3);
    assert_true(accuracy_of_normed("fc.0", "fc.1", "norm_epsilon = 1e-3;") == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(the_first_images_decide),
                                       CLI_TEST(no_study_without_weights),
                                       CLI_TEST(elements_of_a_fixed_vector),
                                       CLI_TEST(norms_have_the_epsilon_of_their_network)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
