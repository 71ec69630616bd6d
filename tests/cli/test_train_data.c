/* accuracy.training reads what each network is to learn from: its own data set, both parts of
 * it. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
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
    cli_refused(cli("run s.cfg --out run"), 2, "network block_cnn (workload[1]): ",
                "data set MNIST: not found");
}

/* The first BYTES of a file of Fashion-MNIST. */
static void cut(const char *name, size_t bytes) {
    char path[200], *room = malloc(bytes);
    snprintf(path, sizeof path, FASHION "%s", name);
    FILE *from = fopen(path, "rb");
    assert_true(room && from && fread(room, 1, bytes, from) == bytes);
    fclose(from);
    snprintf(path, sizeof path, "half/%s", name);
    FILE *to = fopen(path, "wb");
    assert_true(to && fwrite(room, 1, bytes, to) == bytes && fclose(to) == 0);
    free(room);
}

static void take_over(const char *name) {
    char from[200], to[200];
    snprintf(from, sizeof from, FASHION "%s", name);
    snprintf(to, sizeof to, "half/%s", name);
    assert_int_equal(symlink(from, to), 0);
}

/* Of which the first images can be read, as a study wants to see before it begins. */
static void a_part_that_is_damaged_stays_damaged(void **state) {
    (void)state;
    assert_int_equal(mkdir("half", 0777), 0);
    take_over("train-images-idx3-ubyte.gz");
    take_over("train-labels-idx1-ubyte.gz");
    take_over("t10k-labels-idx1-ubyte.gz");
    write_study("{ plugin = \"block_cnn\"; depth = 1; width = [4, 8]; }", "data = \"half\";");
    cli_refused(cli("run s.cfg --out run"), 2, "accuracy.data = \"half\": ",
                "data set Fashion-MNIST: not found at ");
    cut("t10k-images-idx3-ubyte.gz", 8000);
    expect_failed(2, "half/t10k-images-idx3-ubyte.gz: byte 8000: ");
}

/* Rows of CIFAR-10: a label, then 3 x 32 x 32 bytes. */
static void write_images(const char *name, int n, int first_label) {
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    for (int i = 0; i < n; i++) {
        fputc((first_label + i) % 10, file);
        for (int k = 0; k < 3 * 32 * 32; k++) fputc((i * 37 + k) % 256, file);
    }
    fclose(file);
}

static void write_set(int first_label) {
    char name[40];
    for (int i = 1; i <= 5; i++) {
        snprintf(name, sizeof name, "set/data_batch_%d.bin", i);
        write_images(name, 32, first_label);
    }
    write_images("set/test_batch.bin", 32, 0);
}

/* A checkpoint goes on with the images and labels that it was begun with. */
static void other_labels_are_another_data_set(void **state) {
    (void)state;
    assert_int_equal(mkdir("set", 0777), 0);
    write_set(0);
    cli_write("net.cfg", "input = [3, 32, 32]; layers = ({ name = \"p\"; op = \"max_pool\"; kernel "
              "= 8; }, { name = \"f\"; op = \"linear\"; out_channels = 10; });\n");
    write_study("{ plugin = \"network\"; file = \"net.cfg\"; }",
                "dataset = \"cifar10\"; data = \"set\";");
    cli_good("train s.cfg --out w");
    cli_good("train s.cfg --out w --resume");
    write_set(1);
    cli_refused(cli("train s.cfg --out w --resume"), 2, "w.checkpoint: at byte ",
                "of another network, data set or other options");
    write_set(0);
    cli_good("train s.cfg --out w --resume");
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(each_network_has_its_own),
                                       CLI_TEST(a_part_that_is_damaged_stays_damaged),
                                       CLI_TEST(other_labels_are_another_data_set)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
