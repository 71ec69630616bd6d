/* `cimdse train`: the same weights every time, stopped and continued or not; what it refuses. */
#include "cli.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    cli_refused(cli("train one.cfg --set accuracy.start=\"\""), 2, "one.cfg:3: accuracy",
                "epochs = 0: start must name");
    cli_refused(cli("eval one.cfg --set accuracy.start=\"\""), 2, "epochs = 0: start must name");
    cli_refused(cli("train one.cfg --set accuracy.start=one.cfg"), 2, "one.cfg",
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
    cli_refused(cli("train t.cfg --resume"), 2, "--resume: weights.safetensors.checkpoint",
                "cannot be opened: No such file or directory");
    cli_refused(cli("train t.cfg --out nowhere/w.safetensors"), 2,
                "--out nowhere/w.safetensors: nowhere: No such file or directory");
    cli_refused(cli("train t.cfg --out net.cfg/w.safetensors"), 2, "net.cfg: is no folder");
    cli_refused(cli("train t.cfg --set accuracy.batch=1025"), 2, "batch = 1025",
                "1024 training images");
    cli_refused(cli("train t.cfg --set accuracy.epoch=1"), 2, "epoch", "epochs");
    cli_write(
        "other.cfg",
        "study = { name = \"t\"; }; workload = { plugin = \"network\"; file = \"net.cfg\"; };\n"
        "hwmodel = { plugin = \"rram_crossbar\"; }; accuracy = { plugin = \"template\"; };\n");
    cli_refused(cli("train other.cfg"), 2, "accuracy.template cannot train");
    cli_write("padded.cfg",
              "input = [1, 28, 28]; dataset = \"fashion_mnist\"; layers = (\n"
              "  { name = \"p\"; op = \"max_pool\"; kernel = 2; padding = 4; },\n"
              "  { name = \"f\"; op = \"linear\"; out_channels = 10; });\n");
    cli_refused(cli("train t.cfg --set workload.file=padded.cfg"), 2, "padded.cfg:2: ",
                "layer p: padding = 4: must be less than the kernel, 2");
    cli_refused(cli("train"), 2, "CONFIG");
}

/* At the place that names them. */
static void files_that_cannot_be_read_are_wrong_input(void **state) {
    (void)state;
    write_config("start = \"net.cfg\";");
    cli_refused(cli("train t.cfg"), 2, "t.cfg:4: accuracy.start = \"net.cfg\"", "net.cfg: at byte",
                "not a checkpoint");
    cli_refused(cli("train t.cfg --set accuracy.start=nothere"), 2, "accuracy.start = \"nothere\"",
                "nothere: cannot be opened: No such file");
    cli_refused(cli("train t.cfg --set accuracy.start=nothere.npz"), 2, "accuracy.start = ",
                "nothere.npz");
    write_config("data = \"/nonexist\";");
    cli_refused(cli("train t.cfg"), 2, "t.cfg:4: accuracy.data = \"/nonexist\"", "not found");
    write_config("dataset = \"mnist\";");
    cli_refused(cli("train t.cfg"), 2, "t.cfg:4: accuracy: ", "data set MNIST: not found");
}

/* Behind its sum: refused as the start of a training, of a test, and of what goes on. */
static void a_checkpoint_with_more_bytes_is_refused(void **state) {
    (void)state;
    write_config("");
    cli_good("train t.cfg --out w.safetensors --set accuracy.epochs=1");
    const char *const test = "train t.cfg --out x --set accuracy.epochs=0 "
                             "--set accuracy.start=w.safetensors.checkpoint";
    cli_good("%s", test);
    FILE *file = fopen("w.safetensors.checkpoint", "ab");
    assert_non_null(file);
    fputc(0, file);
    fclose(file);
    cli_refused(cli("%s", test), 2, "accuracy.start = ", "more bytes than a checkpoint has");
    cli_refused(cli("train t.cfg --out x --set accuracy.start=w.safetensors.checkpoint"), 2,
                "accuracy.start = ", "more bytes than a checkpoint has");
    cli_refused(cli("train t.cfg --out w.safetensors --resume --set accuracy.epochs=1"), 2,
                "more bytes than a checkpoint has");
}

/* Weights replace neither what they are made from nor what is no file. */
static void out_is_a_file_of_its_own(void **state) {
    (void)state;
    write_config("");
    const char *const before = cli_read("t.cfg");
    cli_refused(cli("train t.cfg --out t.cfg"), 2, "--out t.cfg: is the config itself");
    cli_refused(cli("train t.cfg --out ./net.cfg"), 2, "./net.cfg: is the file of workload.file");
    cli_write("old.npz", "weights");
    cli_refused(cli("train t.cfg --out old.npz --set accuracy.start=old.npz"), 2,
                "--out old.npz: is the file of accuracy.start");
    assert_int_equal(mkfifo("fifo", 0600), 0);
    cli_refused(cli("train t.cfg --out fifo"), 2, "--out fifo: must be", "no regular file");
    assert_int_equal(symlink("old.npz", "link"), 0);
    cli_refused(cli("train t.cfg --out link"), 2, "--out link: must be", "no regular file");
    assert_int_equal(mkfifo("w.checkpoint", 0600), 0);
    cli_refused(cli("train t.cfg --out w --resume"), 2, "w.checkpoint: is no regular file");
    assert_string_equal(cli_read("t.cfg"), before);
    assert_string_equal(cli_read("old.npz"), "weights");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(learns_and_repeats_itself, cli_set_up, cli_tear_down),
        CLI_TEST(killed_before_its_first_checkpoint), CLI_TEST(a_super_network_is_trained_once),
        CLI_TEST(a_loss_that_explodes_is_a_matter_of_the_rate),
        CLI_TEST(files_that_cannot_be_read_are_wrong_input),
        CLI_TEST(a_checkpoint_with_more_bytes_is_refused), CLI_TEST(out_is_a_file_of_its_own),
        cmocka_unit_test_setup_teardown(says_what_is_wrong, cli_set_up, cli_tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
