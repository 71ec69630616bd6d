/* eval --points: one design a row in, the same rows with their figures out. */
#include "cli.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static csv_table *points(const char *table, const char *options) {
    cli_write("points.csv", "%s", table);
    return csv_parse(cli_good("eval study.cfg --points points.csv%s", options)->out);
}

static void labels_and_order(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *t = points("design,hwmodel.width,hwmodel.height,remark\n"
                          "first,10,10,\"a, \"\"quoted\"\" one\"\n"
                          "second,20,10,\"two\nlines\"\n"
                          ",30,10,\n", "");
    assert_int_equal(t->n_rows, 3);
    static const char *const heads[] = {"design",   "hwmodel.width", "hwmodel.height", "remark",
                                        "outcome",  "reason",        "energy_j",       "latency_s",
                                        "area_mm2", "macs",          "weights"};
    assert_int_equal(t->n_columns, sizeof heads / sizeof *heads);
    for (size_t i = 0; i < t->n_columns; i++) assert_string_equal(t->cells[i], heads[i]);
    assert_string_equal(csv_at(t, 0, "design"), "first");
    assert_string_equal(csv_at(t, 0, "remark"), "a, \"quoted\" one");
    assert_string_equal(csv_at(t, 1, "remark"), "two\nlines");
    assert_string_equal(csv_at(t, 2, "design"), "");
    assert_int_equal(csv_count(t, "outcome", "feasible"), 3);
    csv_free(t);
}

/* Each row as `eval --set` has it, to the bit; an empty cell is the config's own value. */
static void rows_equal_single_designs(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *t =
        points("hwmodel.width,hwmodel.gain_v,hwmodel.taps[2],hwmodel.colour,hwmodel.fast\n"
               "17,0.1,9,green,true\n"
               "500,1e-3,0,blue,0\n"
               "1,,15,,\n",
               "");
    static const char *const sets[] = {
        "--set hwmodel.width=17 --set hwmodel.gain_v=0.1 --set hwmodel.colour=green --set "
        "hwmodel.fast=true "
        "--set hwmodel.taps={value=[3,3,9,3];}",
        "--set hwmodel.width=500 --set hwmodel.gain_v=1e-3 --set hwmodel.colour=blue "
        "--set hwmodel.taps={value=[3,3,0,3];}",
        "--set hwmodel.width=1 --set hwmodel.taps={value=[3,3,15,3];}"};
    for (size_t i = 0; i < 3; i++) {
        csv_table *one = csv_parse(cli_good("eval study.cfg --format csv %s", sets[i])->out);
        assert_string_equal(csv_at(t, i, "outcome"), "feasible");
        assert_string_equal(csv_at(t, i, "energy_j"), csv_at(one, 0, "energy_j"));
        assert_string_equal(csv_at(t, i, "latency_s"), csv_at(one, 0, "latency_s"));
        assert_string_equal(csv_at(t, i, "area_mm2"), csv_at(one, 0, "area_mm2"));
        csv_free(one);
    }
    csv_free(t);
}

static void bad_rows_fail_alone(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *t = points("hwmodel.width,hwmodel.colour,hwmodel.fast,hwmodel.odd\n"
                          "10,red,true,3\n"
                          "0,red,true,3\n"        /* line 3: below the range */
                          "ten,red,true,3\n"      /* no number */
                          "10.5,red,true,3\n"     /* no integer */
                          "10,mauve,true,3\n"     /* no such category */
                          "10,red,perhaps,3\n"    /* no boolean */
                          "10,red,true,4\n"       /* no level */
                          "10,red,true\n"         /* line 9: a cell too few */
                          "10,red,true,3,5\n"     /* a cell too many */
                          "nan,red,true,3\n"
                          "1e400,red,true,3\n"
                          "\n"                    /* nothing: no row */
                          "10,red,true,3\n", "");
    static const char *const reasons[] = {"",
                                          "line 3: hwmodel.width = 0: must be an integer 1..1000",
                                          "line 4: hwmodel.width = ten",
                                          "line 5: hwmodel.width = 10.5",
                                          "line 6: hwmodel.colour = mauve: must be one of \"red\"",
                                          "line 7: hwmodel.fast = perhaps: must be true or false",
                                          "line 8: hwmodel.odd = 4: must be one of 1",
                                          "line 9: 3 cells, and the header has 4",
                                          "line 10: 5 cells",
                                          "line 11: hwmodel.width = nan",
                                          "line 12: hwmodel.width = 1e400",
                                          ""};
    assert_int_equal(t->n_rows, 12);
    for (size_t i = 0; i < 12; i++) {
        const bool good = !reasons[i][0];
        assert_string_equal(csv_at(t, i, "outcome"), good ? "feasible" : "failed");
        assert_int_equal(strncmp(csv_at(t, i, "reason"), reasons[i], strlen(reasons[i])), 0);
        assert_string_equal(csv_at(t, i, "energy_j"), good ? csv_at(t, 0, "energy_j") : "");
    }
    csv_free(t);
}

static void faults_fail_alone(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *t =
        points("hwmodel.fault\nnone\nsegfault\nnan\nnone\nexit\nstatus\nnone\n", " --workers 2");
    static const char *const outcomes[] = {"feasible", "failed", "failed",  "feasible",
                                           "failed",   "failed", "feasible"};
    assert_int_equal(t->n_rows, 7);
    for (size_t i = 0; i < 7; i++) assert_string_equal(csv_at(t, i, "outcome"), outcomes[i]);
    assert_non_null(strstr(csv_at(t, 1, "reason"), "signal 11"));
    csv_free(t);
}

static void vectors(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *whole =
        points("hwmodel.taps,workload.weight_bits,workload.weight_bits[1]\n7,4,8\n", "");
    csv_table *each =
        points("hwmodel.taps[0],hwmodel.taps[1],hwmodel.taps[2],hwmodel.taps[3],"
               "workload.weight_bits[0],workload.weight_bits[1],workload.weight_bits[2]\n"
               "7,7,7,7,4,8,4\n",
               "");
    assert_string_equal(csv_at(whole, 0, "energy_j"), csv_at(each, 0, "energy_j"));
    assert_string_equal(csv_at(whole, 0, "area_mm2"), csv_at(each, 0, "area_mm2"));
    csv_free(whole);
    csv_free(each);
}

/* All elements of a vector in one cell; not some of them. */
static void lists(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *list =
        points("hwmodel.taps\n\"1, 2,3 ,4\"\n\"1,2,3\"\n\"1,2,3,4,5\"\n\"1,,3,4\"\n", "");
    csv_table *each =
        points("hwmodel.taps[0],hwmodel.taps[1],hwmodel.taps[2],hwmodel.taps[3]\n1,2,3,4\n", "");
    assert_string_equal(csv_at(list, 0, "outcome"), csv_at(each, 0, "outcome"));
    assert_string_equal(csv_at(list, 0, "energy_j"), csv_at(each, 0, "energy_j"));
    assert_non_null(strstr(csv_at(list, 1, "reason"),
                           "line 3: hwmodel.taps = 1,2,3: must be 4 values, or one"));
    assert_non_null(strstr(csv_at(list, 2, "reason"), "must be at most 4 values"));
    assert_string_equal(csv_at(list, 3, "outcome"), "failed");
    csv_free(list);
    csv_free(each);
}

/* A parameter's key without its section changes nothing, and that is said. */
static void labels(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_write("points.csv", "name,width\na,10\n");
    const cli_result *r = cli_good("eval study.cfg --points points.csv");
    assert_non_null(strstr(r->err,
                           "points.csv:1: width: is a label, and changes nothing: the parameter is "
                           "hwmodel.width"));
    assert_null(strstr(r->err, "name"));
}

/* MNSIM's tables have one key in two sections. */
static void a_column_twice(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_write("points.csv", "hwmodel.width,hwmodel.width\n10,20\n");
    const cli_result *r = cli_good("eval study.cfg --points points.csv");
    assert_non_null(
        strstr(r->err, "points.csv:1: hwmodel.width: is there twice: the first one counts"));
    csv_table *two = csv_parse(r->out), *one = points("hwmodel.width\n10\n", "");
    assert_string_equal(csv_at(two, 0, "energy_j"), csv_at(one, 0, "energy_j"));
    csv_free(two);
    csv_free(one);
}

static void bad_headings(void **state) {
    (void)state;
    static const char *const heads[][3] = {
        {"hwmodel.heigth", "points.csv:1: hwmodel.heigth", "did you mean \"height\""},
        {"model.height", "points.csv:1: model.height", "workload. or hwmodel."},
        {"hwmodel.", "points.csv:1: hwmodel.", "no such parameter"},
        {"hwmodel.taps[4]", "points.csv:1: hwmodel.taps[4]", "[0]..[3]"},
        {"hwmodel.taps[-1]", "points.csv:1: hwmodel.taps[-1]", "[0]..[3]"},
        {"hwmodel.taps[4294967296]", "points.csv:1: hwmodel.taps[4294967296]", "[0]..[3]"},
        {"hwmodel.taps[1", "points.csv:1: hwmodel.taps[1", "[0]..[3]"},
        {"hwmodel.taps[]", "points.csv:1: hwmodel.taps[]", "[0]..[3]"},
        {"hwmodel.taps[1]x", "points.csv:1: hwmodel.taps[1]x", "[0]..[3]"},
        {"hwmodel.delay_us", "points.csv:1: hwmodel.delay_us", "fixed for the whole study"},
        {"hwmodel.note", "points.csv:1: hwmodel.note", "fixed for the whole study"},
        {"", "points.csv", "empty"}};
    cli_study("study.cfg", "");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        cli_write("points.csv", "%s\n5\n", heads[i][0]);
        if (!heads[i][0][0]) cli_write("points.csv", "%s", "");
        cli_refused(cli("eval study.cfg --points points.csv"), 2, heads[i][1], heads[i][2]);
        cli_refused(cli("eval study.cfg --points points.csv --format table"), 2, heads[i][1]);
    }
    cli_refused(cli("eval study.cfg --points ."), 2, ".");
    csv_table *t = points("hwmodel.width\n", "");
    assert_int_equal(t->n_rows, 0);
    csv_free(t);
}

/* What other programs write: a byte order mark, both kinds of line end, no end of the last line. */
static void foreign_files(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *plain = points("hwmodel.width,name\n10,x\n20,y\n", "");
    csv_table *foreign = points("\xef\xbb\xbf" "hwmodel.width,name\r\n10,x\r\n20,y", "");
    assert_int_equal(foreign->n_rows, 2);
    for (size_t i = 0; i < (plain->n_rows + 1) * plain->n_columns; i++)
        assert_string_equal(plain->cells[i], foreign->cells[i]);
    csv_free(plain);
    csv_free(foreign);
}

static void parts_are_columns(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    csv_table *t =
        points("hwmodel.width,hwmodel.fault\n10,none\n0,none\n20,none\n30,nan\n", " --breakdown");
    assert_int_equal(t->n_rows, 4);
    for (size_t row = 0; row < 4; row++) {
        const bool good = row == 0 || row == 2;
        double sum = 0;
        size_t n = 0;
        for (size_t i = 0; i < t->n_columns; i++) {
            if (strncmp(t->cells[i], "part.area_mm2.", 14) != 0) continue;
            const char *cell = t->cells[(row + 1) * t->n_columns + i];
            if (good) assert_string_not_equal(cell, "");
            sum += strtod(cell, NULL);
            n++;
        }
        assert_int_equal(n, 10);
        const double total = strtod(csv_at(t, row, "area_mm2"), NULL);
        if (good) assert_true(fabs(sum - total) <= 1e-12 * total);
    }
    csv_free(t);
}

/* A whole study goes out and in again. */
static void exported_points(void **state) {
    (void)state;
    cli_study("study.cfg",
              "fast = [true, false]; colour = [\"red\", \"green\", \"blue\"]; "
              "fault = [\"none\", \"nan\"]; taps = { per = \"element\"; min = 0; max = 15; };");
    cli_good("run study.cfg --out run --trials 150");
    cli_to("points.csv", "export run --as points");
    csv_table *t = csv_parse(cli_good("export run")->out);
    csv_table *again = csv_parse(cli_good("eval study.cfg --points points.csv --workers 2")->out);
    static const char *const columns[] = {"trial", "outcome", "energy_j", "latency_s", "area_mm2",
                                          "macs", "weights", "hwmodel.width", "hwmodel.gain_v",
                                          "hwmodel.colour", "hwmodel.taps[3]"};
    assert_int_equal(t->n_rows, 150);
    assert_int_equal(again->n_rows, 150);
    for (size_t i = 0; i < 150; i++) {
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            assert_string_equal(csv_at(t, i, columns[k]), csv_at(again, i, columns[k]));
        if (strcmp(csv_at(t, i, "outcome"), "failed") == 0)
            assert_string_equal(csv_at(t, i, "reason"), csv_at(again, i, "reason"));
    }
    csv_free(t);
    csv_free(again);
}

static void as_json_lines(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_write("points.csv", "name,hwmodel.width,hwmodel.taps,hwmodel.fast\n"
                            "\"caf\xc3\xa9\",10,\"1, 2,3,4\",true\nbad,0,7,\n");
    const char *at = cli_good("eval study.cfg --points points.csv --format json --breakdown")->out;
    for (int i = 0; i < 2; i++, at += strcspn(at, "\n") + 1) {
        json_t *row = json_loadb(at, strcspn(at, "\n"), 0, NULL);
        assert_non_null(row);
        assert_string_equal(json_string_value(json_object_get(row, "name")),
                            i ? "bad" : "caf\xc3\xa9");
        assert_string_equal(json_string_value(json_object_get(row, "outcome")),
                            i ? "failed" : "feasible");
        assert_int_equal(json_array_size(json_object_get(row, "parts")), i ? 0 : 30);
        json_t *says = i ? json_pack("{s:s, s:i, s:n}", "hwmodel.width", "0", "hwmodel.taps", 7,
                                     "hwmodel.fast")
                         : json_pack("{s:i, s:[iiii], s:b}", "hwmodel.width", 10, "hwmodel.taps", 1,
                                     2, 3, 4, "hwmodel.fast", 1);
        const char *key;
        json_t *value;
        json_object_foreach(says, key, value) assert_true(
            json_equal(value, json_object_get(row, key)));
        json_decref(says);
        json_decref(row);
    }
    assert_string_equal(at, "");
}

/* A label in another encoding is no reason to lose it, let alone the row. */
static void labels_that_are_no_utf8(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_write("points.csv", "name,hwmodel.width\ncaf\xe9,10\n\xff\xfe,20\n");
    const char *at = cli_good("eval study.cfg --points points.csv --format json")->out;
    for (int i = 0; i < 2; i++, at += strcspn(at, "\n") + 1) {
        json_t *row = json_loadb(at, strcspn(at, "\n"), 0, NULL);
        assert_non_null(row);
        assert_true(json_is_string(json_object_get(row, "name")));
        assert_true(json_is_number(json_object_get(json_object_get(row, "metrics"), "energy_j")));
        json_decref(row);
    }
}

/* More rows than one block, one of them very long. */
static void large_files(void **state) {
    (void)state;
    enum { ROWS = 20000, LONG = 1 << 20 };
    cli_study("study.cfg", "");
    char *table = malloc(ROWS * 16 + LONG + 64), *at = table;
    at += sprintf(at, "hwmodel.width,n\n");
    for (int i = 0; i < ROWS; i++) {
        at += sprintf(at, "%d,", 1 + i % 900);
        if (i == 777) at = (char *)memset(at, 'y', LONG) + LONG;
        at += sprintf(at, "%d\n", i);
    }
    csv_table *t = points(table, "");
    free(table);
    assert_int_equal(t->n_rows, ROWS);
    assert_int_equal(csv_count(t, "outcome", "feasible"), ROWS);
    for (size_t i = 0; i < ROWS; i += 900)
        assert_string_equal(csv_at(t, i, "energy_j"), csv_at(t, 0, "energy_j"));
    assert_int_equal(strlen(csv_at(t, 777, "n")), LONG + 3);
    assert_string_equal(csv_at(t, ROWS - 1, "n"), "19999");
    csv_free(t);
}

/* The commands of hwmodels/README.md, "What costs accuracy", with fewer images. */
static void stored_points_are_of_their_studies(void **state) {
    (void)state;
    static const char *const kinds[] = {"rram", "sram"};
    for (int i = 0; i < 2; i++) {
        csv_table *t = csv_parse(
            cli_good("eval " SOURCE_DIR "/configs/accuracy_%s.cfg --points " SOURCE_DIR
                     "/configs/points/accuracy_%s.csv --set 'accuracy.ladder=[\"estimate\"]' "
                     "--set accuracy.images=4 --set accuracy.chip=1", kinds[i], kinds[i])->out);
        assert_true(t->n_rows > 5);
        assert_int_equal(csv_count(t, "outcome", "failed"), 0);
        csv_free(t);
    }
}

/* As `| head` is, once it has its lines. The row behind the first block would take minutes. */
static void nobody_takes_the_rows(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    FILE *file = fopen("points.csv", "wb");
    fputs("hwmodel.fault\n", file);
    for (int i = 0; i < 4096; i++) fputs("none\n", file);
    fputs("hang\n", file);
    assert_int_equal(fclose(file), 0);
    const cli_result *r = cli_to("/dev/full", "eval study.cfg --points points.csv --format csv "
                                              "--set study.time_limit_s=1000.0");
    cli_expect(r, 1, __FILE__, __LINE__);
    assert_non_null(strstr(r->err, "cannot write the results"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(labels_and_order),  CLI_TEST(rows_equal_single_designs),
        CLI_TEST(bad_rows_fail_alone), CLI_TEST(faults_fail_alone),
        CLI_TEST(vectors),           CLI_TEST(lists),
        CLI_TEST(labels),            CLI_TEST(a_column_twice),
        CLI_TEST(bad_headings),
        CLI_TEST(foreign_files),     CLI_TEST(parts_are_columns),
        CLI_TEST(exported_points),   CLI_TEST(as_json_lines),
        CLI_TEST(labels_that_are_no_utf8), CLI_TEST(large_files),
        CLI_TEST(stored_points_are_of_their_studies), CLI_TEST(nobody_takes_the_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
