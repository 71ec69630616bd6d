/* `cimdse train`: the same weights every time, stopped and continued or not; what it refuses. */
#include "cli.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_config(const char *extra) {
    cli_write(
        "net.cfg",
        "input = [1, 28, 28]; dataset = \"fashion_mnist\"; layers = (\n"
        "  { name = \"conv\"; op = \"conv\"; out_channels = 4; kernel = 3; stride = 2; padding = 1;"
        " activation = \"relu\"; },\n"
        "  { name = \"pool\"; op = \"max_pool\"; kernel = 2; },\n"
        "  { name = \"fc\"; op = \"linear\"; out_channels = 10; });\n");
    cli_write("t.cfg",
              "study = { name = \"t\"; seed = 1; };\n"
              "workload = { plugin = \"network\"; file = \"net.cfg\"; };\n"
              "hwmodel = { plugin = \"rram_crossbar\"; };\n"
              "accuracy = { plugin = \"training\"; epochs = 2; images = 1024; test_images = 500; "
              "batch = 32; %s };\n", extra);
}

static void expect_same_file(const char *a, const char *b) {
    FILE *first = fopen(a, "rb"), *second = fopen(b, "rb");
    assert_true(first && second);
    int one, two;
    long at = 0;
    for (; (one = fgetc(first)) == (two = fgetc(second)) && one != EOF; at++) continue;
    fclose(first);
    fclose(second);
    if (one != two) fail_msg("%s and %s differ at byte %ld", a, b, at);
}

static double accuracy_of(const cli_result *r) {
    const char *at = strstr(r->out, "accuracy ");
    assert_non_null(at);
    return atof(at + strlen("accuracy "));
}

static void learns_and_repeats_itself(void **state) {
    (void)state;
    write_config("");
    const cli_result *a = cli_good("train t.cfg --out a.safetensors");
    const double accuracy = accuracy_of(a);
    if (accuracy < 0.6)
        fail_msg("accuracy %g of a network that guesses right one time in ten", accuracy);
    if (!strstr(a->err, "step 64/64") || !strstr(a->err, "images/s")) fail_msg("%s", a->err);
    assert_true(accuracy_of(cli_good("train t.cfg --out b.safetensors")) == accuracy);
    const cli_result *same = cli_good("train t.cfg --out b.safetensors --resume");
    assert_true(accuracy_of(same) == accuracy);
    assert_true(accuracy_of(cli_good("train t.cfg --seed 2 --out c.safetensors")) != accuracy);
    expect_same_file("a.safetensors", "b.safetensors");
    cli_good("train t.cfg --set accuracy.arithmetic=quantised --out q.safetensors");
    const double noisy = accuracy_of(cli_good("train t.cfg --set accuracy.arithmetic=noisy "
                                              "--set accuracy.start=a.safetensors.checkpoint --set "
                                              "accuracy.rate=0.02 --out n.safetensors"));
    if (noisy < 0.6) fail_msg("accuracy %g", noisy);
}

/* Fewer steps than lie between two checkpoints: it goes on from the one of the beginning. */
#define SHORT "train t.cfg --set accuracy.epochs=6"

static void killed_before_its_first_checkpoint(void **state) {
    (void)state;
    write_config("");
    cli_good(SHORT " --out whole.safetensors");
    cli_refused(cli(SHORT " --out ."), 2, "--out .", "name of a file"); /* before its first step */
    const pid_t pid = cli_start(SHORT " --out parts.safetensors");
    for (int i = 0; i < 1000 && !cli_exists("parts.safetensors.checkpoint"); i++) cli_wait_ms(10);
    kill(pid, SIGKILL);
    cli_expect(cli_end(pid), -SIGKILL, __FILE__, __LINE__);
    assert_false(cli_exists("parts.safetensors"));
    cli_refused(cli(SHORT " --out parts.safetensors"), 2,
                "parts.safetensors.checkpoint: is there already", "--resume");
    cli_good(SHORT " --out parts.safetensors --resume");
    expect_same_file("whole.safetensors", "parts.safetensors");
}

/* Train once, evaluate any sub-network: each with its own part of the weights, and the largest one
 * as the training itself found it. */
static void a_super_network_is_trained_once(void **state) {
    (void)state;
    const char *const config =
        "study = { name = \"s\"; seed = 1; }; "
        "workload = { plugin = \"nasbench_macro\"; block = %s; };\n"
        "hwmodel = { plugin = \"rram_crossbar\"; }; goals = [ \"max accuracy\" ];\n"
        "accuracy = { plugin = \"training\"; dataset = \"fashion_mnist\"; images = 64; "
        "test_images = 60; batch = 16; %s };\n";
    cli_write("super.cfg", config, "{ per = \"block\"; choices = [ \"identity\", \"mb3_k3\" ]; }",
              "super_network = true; epochs = 1; rate = 0.02;");
    cli_write("one.cfg", config, "\"mb3_k3\"", "epochs = 0; start = \"w.safetensors.checkpoint\";");
    const double trained = accuracy_of(cli_good("train super.cfg --out w.safetensors"));
    const cli_result *large = cli_good("eval one.cfg");
    assert_true(fabs(accuracy_of(large) - trained) < 1e-4); /* printed with four digits */
    const cli_result *small = cli_good("eval one.cfg --set workload.block=identity");
    assert_string_not_equal(small->out, large->out);
    assert_true(accuracy_of(small) > 0);
    cli_good("train one.cfg --set workload.block=identity --out small.safetensors");
    cli_refused(cli("train one.cfg --set workload.block=mb6_k5"), 1, "larger than the weights");
    cli_refused(cli("train one.cfg --set accuracy.super_network=true"), 2, "several choices");
    cli_refused(cli("train one.cfg --set accuracy.start=\"\""), 2, "epochs = 0: start must name");
    cli_refused(cli("train one.cfg --set accuracy.start=one.cfg"), 1, "one.cfg",
                "not a checkpoint");
}

/* And leaves no checkpoint, which would only do so again. */
static void a_loss_that_explodes_is_a_matter_of_the_rate(void **state) {
    (void)state;
    write_config("");
    const cli_result *r =
        cli_ends(2, "train t.cfg --set accuracy.rate=100.0 --set accuracy.weight_decay=1.0 "
                    "--set accuracy.schedule=constant");
    if (!strstr(r->err, "rate = 100: at step ") || r->left_traces) fail_msg("%s", r->err);
}

static void says_what_is_wrong(void **state) {
    (void)state;
    write_config("");
    cli_refused(cli("train t.cfg --resume"), 1, "weights.safetensors.checkpoint",
                "cannot be opened");
    cli_refused(cli("train t.cfg --out nowhere/w.safetensors"), 1,
                "nowhere/w.safetensors.checkpoint: cannot be "
                "written: No such file or directory");
    cli_refused(cli("train t.cfg --set accuracy.batch=1025"), 2, "batch = 1025",
                "1024 training images");
    cli_refused(cli("train t.cfg --set accuracy.epoch=1"), 2, "epoch", "epochs");
    cli_write(
        "other.cfg",
        "study = { name = \"t\"; }; workload = { plugin = \"network\"; file = \"net.cfg\"; };\n"
        "hwmodel = { plugin = \"rram_crossbar\"; }; accuracy = { plugin = \"template\"; };\n");
    cli_refused(cli("train other.cfg"), 2, "accuracy.template cannot train");
    cli_refused(cli("train"), 2, "CONFIG");
    write_config("start = \"net.cfg\";");
    cli_refused(cli("train t.cfg"), 1, "net.cfg", "not a checkpoint");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(learns_and_repeats_itself, cli_set_up, cli_tear_down),
        CLI_TEST(killed_before_its_first_checkpoint), CLI_TEST(a_super_network_is_trained_once),
        CLI_TEST(a_loss_that_explodes_is_a_matter_of_the_rate),
        cmocka_unit_test_setup_teardown(says_what_is_wrong, cli_set_up, cli_tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
