/* accuracy.table through the program: which row is the design, what is said when none is, and a
 * search with real accuracies where their table is at hand (CIMDSE_NASBENCH_MACRO). */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MACRO SOURCE_DIR "/configs/nasbench_macro_rram.cfg"

static const char *const config =
    "workload = { plugin = \"vgg8\"; weight_bits = [4, 8]; };\n"
    "hwmodel = { plugin = \"rram_crossbar\"; rows = [64, 128]; };\n"
    "accuracy = { plugin = \"table\"; file = \"table.csv\"; };\n"
    "searcher = { plugin = \"random\"; };\n"
    "goals = [ \"max accuracy\", \"min energy_j\" ];\n";

/* ROWS as the only rows of points.csv, evaluated; no success where all of them fail. */
static csv_table *evaluate(const char *table, const char *points) {
    cli_write("study.cfg", "%s", config);
    cli_write("table.csv", "%s", table);
    cli_write("points.csv", "%s", points);
    const cli_result *r = cli("eval study.cfg --points points.csv");
    csv_table *t = csv_parse(r->out);
    cli_expect(r, csv_count(t, "outcome", "failed") == t->n_rows, __FILE__, __LINE__);
    return t;
}

static void test_columns_are_parameters(void **state) {
    (void)state;
    csv_table *t =
        evaluate("note,hwmodel.rows,workload.weight_bits,accuracy,accuracy_sd,accuracy_draws\n"
                 "a,64.0 ,4,0.5,0.125,3\nb,128,4,0.625,0,1\nc,128,8,0.75,0,1\n",
                 "hwmodel.rows,workload.weight_bits\n64,4\n128,8\n64,8\n");
    assert_int_equal(t->n_rows, 3);
    assert_string_equal(csv_at(t, 0, "accuracy"), "0.5");
    assert_string_equal(csv_at(t, 0, "accuracy_sd"), "0.125");
    assert_string_equal(csv_at(t, 0, "accuracy_draws"), "3");
    assert_string_equal(csv_at(t, 1, "accuracy"), "0.75");
    assert_string_equal(csv_at(t, 2, "outcome"), "failed");
    assert_string_equal(csv_at(t, 2, "accuracy"), "");
    assert_non_null(strstr(csv_at(t, 2, "reason"), "table.csv: has no accuracy for this design: "
                                                   "hwmodel.rows = 64, workload.weight_bits = 8"));
    csv_free(t);
}

static void test_single_elements(void **state) {
    (void)state;
    csv_table *t = evaluate("workload.weight_bits[7],workload.weight_bits[0],accuracy\n4,8,0.25\n",
                            "workload.weight_bits[0],workload.weight_bits[7]\n8,4\n4,8\n");
    assert_string_equal(csv_at(t, 0, "accuracy"), "0.25");
    assert_string_equal(csv_at(t, 1, "outcome"), "failed");
    csv_free(t);
    t = evaluate("workload.weight_bits,accuracy\n8,0.25\n", "workload.weight_bits[0]\n4\n");
    assert_non_null(strstr(csv_at(t, 0, "reason"), "(not all the same)"));
    csv_free(t);
}

static void expect_reason(const char *table, const char *words) {
    csv_table *t = evaluate(table, "hwmodel.rows\n64\n");
    assert_string_equal(csv_at(t, 0, "outcome"), "failed");
    if (!strstr(csv_at(t, 0, "reason"), words))
        fail_msg("'%s' is not in '%s'", words, csv_at(t, 0, "reason"));
    csv_free(t);
}

static void test_rows_that_cannot_be_used(void **state) {
    (void)state;
    expect_reason("hwmodel.rows,accuracy\n64,0.5\n\n64,0.5\n",
                  "table.csv: lines 2 and 4 are the same design: hwmodel.rows = 64");
    expect_reason("hwmodel.rows,accuracy\n64,90\n",
                  "table.csv: line 2: accuracy = \"90\": must be a number 0..1");
    expect_reason("hwmodel.rows,accuracy\n64,\n", "accuracy = \"\": must be a number 0..1");
    expect_reason("hwmodel.rows,accuracy\n64,nan\n", "accuracy = \"nan\": must be a number 0..1");
    expect_reason("hwmodel.rows,accuracy,accuracy_draws\n64,0.5,2.5\n",
                  "table.csv: line 2: accuracy_draws = 2.5: must be a whole number");
}

static void refused(const char *table, const char *option, const char *words) {
    cli_write("study.cfg", "%s", config);
    cli_write("table.csv", "%s", table);
    const cli_result *r = cli_ends(2, "eval study.cfg %s", option);
    if (!strstr(r->err, words)) fail_msg("'%s' is not in '%s'", words, r->err);
}

static void test_tables_that_cannot_be_used(void **state) {
    (void)state;
    refused("a,b\n1,2\n", "", "column = \"accuracy\": ");
    refused("a,accuracy\n1,0.5\n", "--set accuracy.sd_column=spread", "sd_column = \"spread\": ");
    refused("a,accuracy\n1,0.5\n", "--set accuracy.draws_column=runs", "draws_column = \"runs\": ");
    refused("accuracy,a,accuracy\n1,2,0.5\n", "", "table.csv has two such columns");
    refused("a,accuracy\n1\n", "", "table.csv: line 2: 1 cells in a table of 2 columns");
    refused("a,accuracy\n", "", "table.csv: holds no row below the names");
    refused("a,accuracy\n\"1,2\n", "", "table.csv: line 2: a quote that does not end");
    refused("a,accuracy\n1,1\n", "--set accuracy.file=none.csv", "none.csv: No such file");
    refused("a,accuracy\n1,1\n", "--set accuracy.key=a", "key = \"a\": must be a column, =, and");
    refused("a,accuracy\n1,1\n", "--set accuracy.key=b=hwmodel.rows", "has no column b");
}

/* Before the first trial, and with the nearest name. */
static void test_names_that_no_design_has(void **state) {
    (void)state;
    refused("\nhwmodel.rowz,accuracy\n64,0.5\n", "",
            "study.cfg:3: accuracy: accuracy.table: ./table.csv:2: column hwmodel.rowz: the design "
            "has no parameter hwmodel.rowz; did you mean \"hwmodel.rows\"?");
    refused("workload.weight_bits[8],accuracy\n4,0.5\n", "",
            "column workload.weight_bits[8]: workload.weight_bits must have an element [0]..[7]");
    refused("hwmodel.rows[1],accuracy\n4,0.5\n", "", "must have an element [0]..[0]");
    refused("workload.weight_bits[x],accuracy\n4,0.5\n", "", "the design has no such parameter");
    refused("hwmodle.rows,accuracy\n4,0.5\n", "", "did you mean \"hwmodel\"?");
    refused("accuracy.images,accuracy\n4,0.5\n", "", "the design has no parameter accuracy.images");
    refused("workload.zzzzzzz,accuracy\n4,0.5\n", "", "no parameter workload.zzzzzzz");
    refused("a,accuracy\n1,1\n", "--set 'accuracy.key=a = workload.weight_bit'",
            "key = \"a = workload.weight_bit\": the design has no parameter workload.weight_bit; "
            "did you mean \"workload.weight_bits\"?");
    refused("a,accuracy\n1,1\n", "--set 'accuracy.key=a = hwmodel.rows, rows'",
            "the design has no parameter rows");
    refused("a,accuracy\n1,1\n", "--set 'accuracy.key=a = , '", "names no parameter behind the =");
    refused("hwmodel.rows,acuracy\n64,0.5\n", "", "has no such column; there are hwmodel.rows, "
            "acuracy");
    cli_write("study.cfg", "%s", config);
    cli_write("table.csv", "hwmodel.rowz,accuracy\n64,0.5\n");
    cli_refused(cli("run study.cfg --out run"), 2, "did you mean \"hwmodel.rows\"?");
}

/* One name must be right for all of several workloads. */
static void test_names_that_one_workload_has(void **state) {
    (void)state;
    static const char *const both = "--set 'workload=({plugin=\"vgg8\";},{plugin=\"%s\";})'";
    char option[100];
    snprintf(option, sizeof option, both, "lenet");
    refused("workload.weight_bits[6],accuracy\n4,0.5\n", option, "must have an element [0]..[4]");
    snprintf(option, sizeof option, both, "block_cnn");
    refused("workload.depth,accuracy\n4,0.5\n", option, "the design has no parameter");
}

/* The trials of before and those to come would not be of one study. */
static void test_a_changed_table_is_noticed(void **state) {
    (void)state;
    cli_write("study.cfg", "study = { trials = 2; };\n%s", config);
    cli_write("table.csv", "hwmodel.rows,accuracy\n64,0.5\n128,0.75\n");
    cli_good("run study.cfg --out run");
    const cli_result *same = cli_good("run study.cfg --out run --resume --trials 3");
    assert_null(strstr(same->err, "warning"));
    cli_write("table.csv", "hwmodel.rows,accuracy\n64,0.5\n128,0.25\n");
    cli_refused(cli("run study.cfg --out run --resume --trials 4"), 2,
                "accuracy.file: ./table.csv has changed since run/study.db was begun");
    const cli_result *again = cli_good("eval run --trial 0");
    assert_non_null(strstr(again->err, "table.csv has changed since run/study.db was begun"));
}

static void test_key(void **state) {
    (void)state;
    cli_write("macro.csv", "arch,mean_acc\n22222222,92.5\n02222221,50\n");
    cli_write("points.csv", "workload.block[0],workload.block[7]\nmb6_k5,mb6_k5\nidentity,mb3_k3\n"
                            "identity,identity\n");
    char *here = realpath(".", NULL);
    csv_table *t = csv_parse(cli_good("eval " MACRO " --points points.csv --set "
                                      "accuracy.file=%s/macro.csv", here)->out);
    free(here);
    assert_string_equal(csv_at(t, 0, "accuracy"), "0.925");
    assert_string_equal(csv_at(t, 0, "accuracy_draws"), "1");
    assert_string_equal(csv_at(t, 1, "accuracy"), "0.5");
    assert_string_equal(csv_at(t, 2, "outcome"), "failed");
    assert_non_null(
        strstr(csv_at(t, 2, "reason"), "has no accuracy for this design: arch = 02222220"));
    csv_free(t);
}

/* 400 of 6,561 networks; the best of all has 93.13 %. */
static void test_search_with_real_accuracies(void **state) {
    (void)state;
    const char *table = getenv("CIMDSE_NASBENCH_MACRO");
    double best = 0;
    if (!table) skip();
    cli_good("run " MACRO " --out run --set accuracy.file=%s", table);
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_int_equal(csv_count(t, "outcome", "failed"), 0);
    for (size_t i = 0; i < t->n_rows; i++) {
        const double accuracy = atof(csv_at(t, i, "accuracy"));
        if (accuracy > best) best = accuracy;
    }
    assert_true(best > 0.92);
    csv_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_columns_are_parameters, cli_set_up, cli_tear_down),
        cmocka_unit_test_setup_teardown(test_single_elements, cli_set_up, cli_tear_down),
        cmocka_unit_test_setup_teardown(test_rows_that_cannot_be_used, cli_set_up, cli_tear_down),
        cmocka_unit_test_setup_teardown(test_tables_that_cannot_be_used, cli_set_up, cli_tear_down),
        CLI_TEST(test_names_that_no_design_has),
        CLI_TEST(test_names_that_one_workload_has),
        CLI_TEST(test_a_changed_table_is_noticed),
        cmocka_unit_test_setup_teardown(test_key, cli_set_up, cli_tear_down),
        cmocka_unit_test_setup_teardown(test_search_with_real_accuracies, cli_set_up,
                                        cli_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
