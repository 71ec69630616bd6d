/* `cimdse validate`: what the template model gives, and the same figures a little off, as
 * tables. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIGURE(metric, is, bounds) "{ metric = \"" metric "\"; is = \"" is "\"; " bounds " }"

/* 8 rows of the table: rows, cycle_ns, our latency off by a share that grows: 0, 1 %, .. 7 %. */
static void write_table(void) {
    cli_write("points.csv",
              "id,hwmodel.rows,hwmodel.cycle_ns\n"
              "a,16,1\nb,32,2\nc,64,3\nd,128,4\ne,256,5\nf,512,6\ng,1024,7\nh,100,8\n");
    cli_write("eval.cfg",
              "workload = { plugin = \"template\"; };\nhwmodel = { plugin = \"template\"; };\n");
    csv_table *t = csv_parse(cli_good("eval eval.cfg --points points.csv")->out);
    char all[4096];
    int n = sprintf(all, "id,net,rows,cycle_ns,latency_ns,energy_j,half_pj,note\n");
    for (size_t i = 0; i < t->n_rows; i++) {
        const double latency = atof(csv_at(t, i, "latency_s")),
                     energy = atof(csv_at(t, i, "energy_j"));
        n += sprintf(all + n, "%s,%s,%s,%s,%.17g,%.17g,%.17g,%s\n", csv_at(t, i, "id"),
                     i < 6 ? "8" : "4", csv_at(t, i, "hwmodel.rows"),
                     csv_at(t, i, "hwmodel.cycle_ns"), latency * 1e9 / (1 + 0.01 * (double)i),
                     energy, energy * 0.5e12, i == 1 ? "odd" : "ok");
    }
    csv_free(t);
    cli_write("table.csv", "%s", all);
}

static void write_config(const char *extra, const char *figures) {
    cli_write("model.cfg",
              "workload = { plugin = \"template\"; };\nhwmodel = { plugin = \"template\"; };\n"
              "validation = ( { table = \"table.csv\"; source = \"a test\"; label = \"id\";\n"
              "    parameters = [ \"rows\", \"cycle_ns\" ]; %s\n    figures = ( %s ); } );\n",
              extra, figures);
}

/* The cells of the line of METRIC. */
static void expect_line(const cli_result *r, const char *metric, const char *cells) {
    char want[160], found[160] = "";
    const char *at = strstr(r->out, metric);
    assert_non_null(at);
    for (size_t n = 0; *at && *at != '\n' && n + 1 < sizeof found; at++)
        if (*at != ' ' || (n && found[n - 1] != ' ')) {
            found[n++] = *at;
            found[n] = '\0';
        }
    snprintf(want, sizeof want, "%s %s", metric, cells);
    if (strncmp(found, want, strlen(want)) != 0)
        fail_msg("wanted \"%s\", found \"%s\"", want, found);
}

static void shares_and_worst_rows(void **state) {
    (void)state;
    write_table();
#define WITHIN FIGURE("latency_s", "latency_ns * 1e-9", \
                      "within = 0.0301; share = 0.5; worst = 0.0701; rank = 0.99;")
#define EXACT FIGURE("energy_j", "half_pj * 1e-12 + half_pj*1e-12", "within = 1e-12; share = 1.0;")
    write_config("", WITHIN ", " EXACT);
    const cli_result *r = cli_good("validate model.cfg");
    assert_non_null(strstr(r->out, "table.csv (a test)\n  8 rows\n"));
    expect_line(r, "latency_s", "8 3.01 % 50 % 50 % 4 % 7 % 7.01 % 0.9940 0.9900 holds h");
    expect_line(r, "energy_j", "8 1e-10 % 100 % 100 %");
}

static void a_figure_out_of_bounds(void **state) {
    (void)state;
    write_table();
    static const char *const bounds[] = {"within = 0.0301; share = 0.51;", "worst = 0.0699;",
                                         "rank = 1.0;", "factor = 1.0699;"};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        char figures[256];
        /* The reversed order of two latencies is what only a rank sees. */
        snprintf(figures, sizeof figures, "{ metric = \"latency_s\"; is = \"%s\"; %s }",
                 i == 2 ? "rows" : "latency_ns * 1e-9", bounds[i]);
        write_config("", figures);
        const cli_result *r = cli_ends(1, "validate model.cfg");
        assert_non_null(strstr(r->out, "MISSED"));
        assert_non_null(strstr(r->err, "1 table with a figure out of bounds"));
    }
}

/* The share of some components, the mean error, a note, and every row. */
static void parts_and_rows(void **state) {
    (void)state;
    write_table();
    write_config(
        "note = \"one free parameter\"; list = true;",
        "{ metric = \"energy_j\"; part = [ \"array\" ]; is = \"energy_j\"; mean = 1e-12; },"
        "{ metric = \"latency_s\"; is = \"latency_ns * 1e-9\"; mean = 0.0351; }");
    const cli_result *r = cli_good("validate model.cfg");
    assert_non_null(strstr(r->out, "  8 rows\n  one free parameter\n"));
    assert_non_null(strstr(r->out, "+7.0 %\n"));
    assert_non_null(strstr(r->out, "energy_j: array     8  "));
    assert_non_null(strstr(r->out, " 3.5 %   3.51 %"));
    write_config("", "{ metric = \"latency_s\"; is = \"latency_ns * 1e-9\"; mean = 0.0349; }");
    expect_line(cli_ends(1, "validate model.cfg"), "latency_s", "8 4 % 7 % 3.5 % 3.49 % MISSED h");
    write_config("", "{ metric = \"energy_j\"; part = [ \"adcs\" ]; is = \"energy_j\"; }");
    r = cli_ends(2, "validate model.cfg");
    assert_non_null(strstr(r->err, "part \"adcs\": no component of energy_j"));
}

/* Rows that do not count, and a setting that a row names. */
/* A typing error in a reference is no figure that holds, nor is a figure without a row. */
static void cells_that_are_no_numbers(void **state) {
    (void)state;
    write_config("", FIGURE("latency_s", "latency_ns * 1e-9", "within = 0.5; share = 1.0;"));
    static const char *const bad[] = {"1.0 ns", "n/a", "nan", "inf"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cli_write("table.csv", "id,rows,cycle_ns,latency_ns\na,64,1,\nb,64,1,%s\n", bad[i]);
        const cli_result *r = cli_ends(2, "validate model.cfg");
        assert_non_null(strstr(r->err, "table.csv:3: latency_ns = "));
        assert_non_null(strstr(r->err, bad[i]));
    }
    cli_write("table.csv", "id,rows,cycle_ns,latency_ns\na,64,1,\nb,64,1,\n");
    assert_non_null(strstr(cli_ends(1, "validate model.cfg")->out, "MISSED"));
    assert_int_equal(unlink("table.csv") + mkfifo("table.csv", 0600), 0);
    assert_non_null(strstr(cli_ends(2, "validate model.cfg")->err, "is a pipe or a device"));
}

static void rows_that_count(void **state) {
    (void)state;
    write_table();
    write_config("where = [ \"note = ok\", \"net=8\" ];",
                 FIGURE("latency_s", "latency_ns*1e-9", "worst = 0.06;"));
    const cli_result *r = cli_good("validate model.cfg");
    assert_non_null(strstr(r->out, "  5 rows where note = ok, net=8\n"));
    expect_line(r, "latency_s", "5 3 % 5 % 6 % holds f");

    write_config("set = [ \"workload.weight_bits={net}\" ];",
                 FIGURE("energy_j", "energy_j", "worst = 1e-12;"));
    r = cli_ends(1, "validate model.cfg"); /* half the bits: rows g and h; pooling stays */
    expect_line(r, "energy_j", "8 0 % 49.8 % 1e-10 % MISSED g");
}

static void a_failed_row_is_beyond_all_bounds(void **state) {
    (void)state;
    write_table();
    cli_write("table.csv", "id,rows,cycle_ns,latency_ns\nbad,17000,1,1\ngood,128,10,1\n");
    write_config("", FIGURE("latency_s", "latency_ns", "worst = 1e6;"));
    const cli_result *r = cli_ends(1, "validate model.cfg");
    assert_non_null(
        strstr(r->out, "1 failed, the first bad: line 2: hwmodel.rows = 17000: must be"));
    expect_line(r, "latency_s", "2 inf % inf % 1e+08 % MISSED bad");
}

/* As Excel saves it. */
static void a_table_with_a_byte_order_mark(void **state) {
    (void)state;
    write_table();
    cli_write("table.csv", "\xef\xbb\xbf%s", cli_read("table.csv"));
    write_config("", FIGURE("latency_s", "latency_ns * 1e-9", "worst = 0.0701;"));
    expect_line(cli_good("validate model.cfg"), "latency_s", "8 4 % 7 % 7.01 % holds h");
}

static void a_table_that_is_elsewhere(void **state) {
    (void)state;
    write_table();
    write_config("", FIGURE("latency_s", "latency_ns * 1e-9", "worst = 0.0701;"));
    assert_int_equal(rename("table.csv", "moved.csv"), 0);
    const cli_result *r = cli_good("validate model.cfg");
    assert_non_null(strstr(r->out, "skipped: the table is not there; --tables DIR"));
    assert_non_null(strstr(r->out, "Nothing was validated"));
    cli_refused(cli("validate model.cfg --tables none"), 2, "--tables none: No such file");
    cli_refused(cli("validate model.cfg --tables model.cfg"), 2, "model.cfg: is not a folder");
    r = cli_ends(2, "validate model.cfg --tables .");
    assert_non_null(strstr(r->err, "--tables .: holds none of the 1 tables"));
    assert_int_equal(mkdir("table.csv", 0777), 0);
    r = cli_ends(2, "validate model.cfg --tables .");
    assert_non_null(strstr(r->err, "table.csv: cannot read it: Is a directory"));
    assert_int_equal(rmdir("table.csv"), 0);
    assert_int_equal(mkdir("tables", 0777), 0);
    assert_int_equal(rename("moved.csv", "tables/table.csv"), 0);
    r = cli_good("validate model.cfg --tables tables");
    expect_line(r, "latency_s", "8 4 % 7 % 7.01 % holds h");
    assert_null(strstr(r->out, "Nothing was validated"));
}

static void what_the_table_sets_is_not_set(void **state) {
    (void)state;
    write_table();
    write_config("set = [ \"workload.weight_bits={net}\" ];",
                 FIGURE("latency_s", "latency_ns * 1e-9", "worst = 0.0701;"));
    cli_refused(cli("validate model.cfg --set hwmodel.rows=64"), 2, "model.cfg:3: validation[0]",
                "--set hwmodel.rows=64", "column \"rows\"");
    cli_refused(cli("validate model.cfg --set workload.weight_bits=2"), 2,
                "--set workload.weight_bits=2", "\"workload.weight_bits={net}\"");
    cli_ends(1, "validate model.cfg --set workload.width=16"); /* has an effect */
}

static void wrong_ones(void **state) {
    (void)state;
    write_table();
    static const char *const wrong[][3] = {
        {"", FIGURE("latencies", "rows", ""),
         "metric \"latencies\": hwmodel.template has no such metric"},
        {"", FIGURE("latency_s", "rows * latency", ""), "the table has no column \"latency\""},
        {"", FIGURE("latency_s", "rows * * rows", ""), "a factor is missing"},
        {"", FIGURE("latency_s", "rows", "within = 0.1;"), "needs both within and share"},
        {"", FIGURE("latency_s", "rows", "share = 2.0; within = 0.1;"), "must be a number 0..1"},
        {"", "{ is = \"rows\"; }", "needs metric, a text"},
        {"", "3", "must be a group"},
        {"where = [ \"rows\" ];", FIGURE("latency_s", "rows", ""), "must be \"column = value\""},
        {"where = [ \"row = 1\" ];", FIGURE("latency_s", "rows", ""), "has no column \"row\""},
        {"where = [ \"rows = 1\" ];", FIGURE("latency_s", "rows", ""), "none of its rows counts"},
        {"set = [ \"workload.weight_bits={nets}\" ];", FIGURE("latency_s", "rows", ""),
         "has no column \"nets\""},
        {"set = [ \"workload.weight_bits={rows}\" ];", FIGURE("latency_s", "rows", ""),
         "workload.weight_bits"},
        {"set = 3;", FIGURE("latency_s", "rows", ""), "must be a list of texts"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_config(wrong[i][0], wrong[i][1]);
        const cli_result *r = cli("validate model.cfg");
        if (r->status != 2 || !strstr(r->err, wrong[i][2]))
            fail_msg("case %zu: status %d, \"%s\", and not \"%s\"", i, r->status, r->err,
                     wrong[i][2]);
    }
    cli_refused(cli("validate"), 2, "which?");
    cli_refused(cli("validate eval.cfg"), 2, "eval.cfg: has no group validation");
    cli_refused(cli("validate none.cfg"), 2, "none.cfg");
    write_config("unknown = 1;", FIGURE("latency_s", "rows", ""));
    cli_refused(cli("validate model.cfg"), 2, "model.cfg:4", "unknown");
    cli_good("eval model.cfg"); /* the group is nobody else's business */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(shares_and_worst_rows), CLI_TEST(a_figure_out_of_bounds),
        CLI_TEST(parts_and_rows),        CLI_TEST(cells_that_are_no_numbers),
        CLI_TEST(rows_that_count),       CLI_TEST(a_failed_row_is_beyond_all_bounds),
        CLI_TEST(a_table_that_is_elsewhere),
        CLI_TEST(a_table_with_a_byte_order_mark), CLI_TEST(what_the_table_sets_is_not_set),
        CLI_TEST(wrong_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
