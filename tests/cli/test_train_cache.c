/* accuracy.training with a cache: a network is trained once, for all studies that ask for the same,
 * and no result tells whether it was. */
#include "cli.h"

#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NETWORKS = 6 }; /* depth 1 or 2, width 4 or 8 */
#define ON_RRAM "--set 'hwmodel={plugin=\"rram_crossbar\";}'" /* which takes the network's bits */

static void write_config(const char *name, const char *cache) {
    cli_write(name,
              "study = { name = \"c\"; seed = 1; trials = 6; batch = 3; };\n"
              "workload = { plugin = \"block_cnn\"; depth = [1, 2]; block_type = \"mvgg\";\n"
              "    width = { per = \"block\"; choices = [4, 8]; }; };\n"
              "hwmodel = { plugin = \"mnsim\"; };\n"
              "accuracy = { plugin = \"training\"; epochs = 1; images = 512; test_images = 100; "
              "batch = 32;\n"
              "    %s };\n"
              "searcher = { plugin = \"tpe\"; };\ngoals = [ \"max accuracy\" ];\n",
              cache);
}

typedef struct entries {
    glob_t files;
    ino_t numbers[3 * NETWORKS];  /* a file that was written anew has another one */
} entries;

static void look(entries *e, const char *folder) {
    char pattern[64];
    snprintf(pattern, sizeof pattern, "%s/*", folder);
    assert_int_equal(glob(pattern, 0, NULL, &e->files), 0);
    assert_in_range(e->files.gl_pathc, 1, 3 * NETWORKS);
    for (size_t i = 0; i < e->files.gl_pathc; i++) {
        struct stat is;
        assert_int_equal(stat(e->files.gl_pathv[i], &is), 0);
        e->numbers[i] = is.st_ino;
    }
}

static void expect_same_entries(const entries *a, const char *folder) {
    entries b;
    look(&b, folder);
    assert_int_equal(a->files.gl_pathc, b.files.gl_pathc);
    for (size_t i = 0; i < b.files.gl_pathc; i++) {
        assert_string_equal(a->files.gl_pathv[i], b.files.gl_pathv[i]);
        assert_int_equal(a->numbers[i], b.numbers[i]);
    }
    globfree(&b.files);
}

static void trained_once_for_all_studies(void **state) {
    (void)state;
    entries first, more;
    write_config("plain.cfg", "");
    write_config("kept.cfg", "cache = \"kept/results\";");
    cli_good("run plain.cfg --out plain");
    cli_good("run kept.cfg --out cold --workers 2");
    look(&first, "kept/results");
    assert_int_equal(first.files.gl_pathc, NETWORKS);
    cli_good("run kept.cfg --out warm");
    cli_same_export("plain", "cold");
    cli_same_export("plain", "warm");
    cli_good("run kept.cfg --out other --seed 5 --set 'goals=[\"max accuracy/energy_j\"]'");
    cli_good("run kept.cfg --out chip " ON_RRAM " --set workload.weight_bits=4");
    expect_same_entries(&first, "kept/results");
    cli_good("run kept.cfg --out fewer --set accuracy.images=256");      /* other answers */
    cli_good("run kept.cfg --out tests --set accuracy.test_images=99");
    look(&more, "kept/results");
    assert_int_equal(more.files.gl_pathc, 3 * NETWORKS);
    globfree(&first.files);
    globfree(&more.files);
}

/* Bits are a matter of the result where the arithmetic feels them. */
static void bits_count_where_they_are_felt(void **state) {
    (void)state;
    entries found;
    write_config("kept.cfg", "cache = \"kept\"; arithmetic = \"quantised\";");
    cli_good("run kept.cfg --out a --set workload.width=4 " ON_RRAM);
    cli_good("run kept.cfg --out b --set workload.width=4 --set workload.weight_bits=2 " ON_RRAM);
    look(&found, "kept");
    assert_int_equal(found.files.gl_pathc, 4); /* two depths each */
    globfree(&found.files);
}

static void a_damaged_entry_is_trained_again(void **state) {
    (void)state;
    entries found;
    write_config("kept.cfg", "cache = \"kept\";");
    cli_good("run kept.cfg --out cold");
    look(&found, "kept");
    char damaged[64];
    snprintf(damaged, sizeof damaged, "%s", found.files.gl_pathv[2]);
    cli_write("damaged", "cimdse training 0x1p-1 (0.5000) 0123456789abcdef\n");
    assert_int_equal(rename("damaged", damaged), 0);
    const cli_result *r = cli_good("run kept.cfg --out warm");
    if (!strstr(r->err, damaged) || !strstr(r->err, "trained again")) fail_msg("%s", r->err);
    cli_same_export("cold", "warm");
    assert_null(strstr(cli_good("run kept.cfg --out again")->err, "damaged"));
    globfree(&found.files);
}

/* At once with all its workers, as soon as there is anything in the folder. */
static void killed_while_it_fills(void **state) {
    (void)state;
    write_config("plain.cfg", "");
    write_config("kept.cfg", "cache = \"kept\";");
    cli_good("run plain.cfg --out plain");
    const pid_t pid = cli_start("run kept.cfg --out cut --workers 2");
    for (int i = 0; i < 2000 && !cli_exists("kept"); i++) cli_wait_ms(5);
    kill(pid, SIGKILL);
    cli_end(pid);
    cli_expect_nobody_left();
    const cli_result *r = cli_good("run kept.cfg --out whole");
    assert_null(strstr(r->err, "damaged"));
    cli_same_export("plain", "whole");
}

static void says_what_is_wrong(void **state) {
    (void)state;
    cli_write("file", "no folder\n");
    write_config("kept.cfg", "cache = \"file\";");
    cli_refused(cli("run kept.cfg --out r"), 2, "kept.cfg:5",
                "cache = ", "/file\": must be a folder");
    write_config("kept.cfg", "cache = \"file/below\";");
    cli_refused(cli("run kept.cfg --out r"), 2, "kept.cfg:5", "cache = ", "/file/below");
    write_config("kept.cfg", "cache = true;");
    cli_refused(cli("run kept.cfg --out r"), 2, "kept.cfg:6", "cache", "must be a text in quotes");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(trained_once_for_all_studies), CLI_TEST(bits_count_where_they_are_felt),
        CLI_TEST(a_damaged_entry_is_trained_again), CLI_TEST(killed_while_it_fills),
        CLI_TEST(says_what_is_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
