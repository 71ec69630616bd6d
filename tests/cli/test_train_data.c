/* accuracy.training reads what each network is to learn from: its own data set, both parts of
 * it. */
#include "cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FASHION "/usr/share/datasets/fashion-mnist/"

static void write_study(const char *workload, const char *data) {
    cli_write("s.cfg",
              "study = { name = \"s\"; trials = 2; };\nworkload = %s;\n"
              "hwmodel = { plugin = \"mnsim\"; };\n"
              "accuracy = { plugin = \"training\"; epochs = 1; images = 64; test_images = 32; "
              "batch = 32; %s };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"max accuracy\" ];\n",
              workload, data);
}

/* One worker, so that whoever fails or reads first is asked again. */
static void expect_failed(size_t n, const char *reason) {
    cli_ends(1, "run s.cfg --out run --workers 1");
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_int_equal(t->n_rows, n);
    for (size_t i = 0; i < n; i++)
        if (!strstr(csv_at(t, i, "reason"), reason)) fail_msg("%s", csv_at(t, i, "reason"));
    csv_free(t);
}

/* Of the same shape as those of the network before it. */
static void each_network_has_its_own(void **state) {
    (void)state;
    write_study("( { plugin = \"block_cnn\"; depth = 1; width = [4, 8]; },\n"
                "             { plugin = \"block_cnn\"; depth = 1; input = \"mnist\"; } )", "");
    expect_failed(2, "data set MNIST: not found");
}

static void a_part_that_is_missing_stays_missing(void **state) {
    (void)state;
    assert_int_equal(mkdir("half", 0777), 0);
    assert_int_equal(symlink(FASHION "train-images-idx3-ubyte.gz",
                             "half/train-images-idx3-ubyte.gz"), 0);
    assert_int_equal(symlink(FASHION "train-labels-idx1-ubyte.gz",
                             "half/train-labels-idx1-ubyte.gz"), 0);
    write_study("{ plugin = \"block_cnn\"; depth = 1; width = [4, 8]; }", "data = \"half\";");
    expect_failed(2, "data set Fashion-MNIST: not found at ");
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(each_network_has_its_own),
                                       CLI_TEST(a_part_that_is_missing_stays_missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
