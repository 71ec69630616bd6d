/* published = { source; figures }: the report says which trials reach all figures of a source, and
 * shows the best of them; here each number is counted again from the export. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASELINE "baseline = { hwmodel = { width = 100; height = 50; gain_v = 1.0; }; };\n"

static void write_study(const char *groups) {
    cli_study("study.cfg", "");
    char *study = cli_read("study.cfg");
    cli_write("study.cfg", "%s%s", study, groups);
}

static double number(const csv_table *t, size_t row, const char *column) {
    return strtod(csv_at(t, row, column), NULL);
}

/* Number N behind WORD in the part of TEXT that begins with HEAD. */
static double found(const char *text, const char *head, const char *word, int n) {
    const char *at = strstr(text, head);
    assert_non_null(at);
    at = strstr(at, word);
    assert_non_null(at);
    char *end = (char *)(uintptr_t)at + strlen(word);
    double value = NAN;
    for (int i = 0; i < n; i++) value = strtod(end, &end);
    return value;
}

static void expect_near(double value, double wanted) {
    if (!(fabs(value - wanted) <= 2e-3 * fabs(wanted))) fail_msg("%g, not %g", value, wanted);
}

/* Feasible trials with at most E and A, counted; the first; the one with the smallest product. */
static size_t count_meeting(const csv_table *t, double e, double a, const char **first,
                            size_t *best) {
    size_t n = 0;
    double least = INFINITY;
    for (size_t i = 0; i < t->n_rows; i++) {
        const double energy = number(t, i, "energy_j"), area = number(t, i, "area_mm2");
        if (strcmp(csv_at(t, i, "outcome"), "feasible") != 0 || energy > e || area > a) continue;
        if (n++ == 0) *first = csv_at(t, i, "trial");
        if (energy * area < least) {
            least = energy * area;
            *best = i;
        }
    }
    return n;
}

static void figures_that_are_met(void **state) {
    (void)state;
    write_study(BASELINE "published = { source = \"A 2024\"; figures = [ \"energy_j <= 2e-8\", "
                         "\"area_mm2 <= 0.9 * baseline\" ]; };\n");
    const char *out = cli_good("run study.cfg --out run --trials 300")->out;
    csv_table *t = csv_parse(cli_good("export run")->out);
    const double area = found(out, "Published: A 2024", "\n  published", 2);
    const char *first = "";
    size_t best = 0, n = count_meeting(t, 2e-8, area, &first, &best);
    char line[100], trial[40];
    assert_in_range(n, 2, 299);
    snprintf(line, sizeof line, "  Met by %zu trials, first by trial %s.\n", n, first);
    assert_non_null(strstr(out, line));
    snprintf(trial, sizeof trial, "\n  trial %s ", csv_at(t, best, "trial"));
    const double scale =
        2e-8 / found(out, "Published: A 2024", "\n  published", 1); /* of the prefix */
    expect_near(scale * found(out, "Published: A 2024", trial, 1), number(t, best, "energy_j"));
    expect_near(found(out, "Published: A 2024", trial, 2), number(t, best, "area_mm2"));
    expect_near(found(out, "Published: A 2024", "\n  against it", 1),
                100 * (number(t, best, "energy_j") / 2e-8 - 1));
    csv_free(t);
    assert_string_equal(out, cli_good("report run")->out);
}

static void the_baseline_gives_bounds(void **state) {
    (void)state;
    write_study(
        BASELINE
        "published = ( { source = \"times\"; figures = [ \"area_mm2 <= 0.5 * baseline\" ]; },\n"
        "  { source = \"less\"; figures = [ \"energy_j/latency_s >= baseline + 0.01\" ]; },\n"
        "  { source = \"same\"; figures = [ \"area_mm2 <= baseline\" ]; } );\n");
    const char *out = cli_good("run study.cfg --out run")->out;
    csv_table *t = csv_parse(cli_good("eval study.cfg --format csv --set hwmodel.width=100 "
                                      "--set hwmodel.height=50 --set hwmodel.gain_v=1.0")->out);
    const double rate = number(t, 0, "energy_j") / number(t, 0, "latency_s"),
                 area = number(t, 0, "area_mm2");
    expect_near(found(out, "Published: times", "\n  published", 1), 0.5 * area);
    expect_near(found(out, "Published: less", "\n  published", 1), rate + 0.01);
    expect_near(found(out, "Published: same", "\n  published", 1), area);
    csv_free(t);
}

static void figures_out_of_reach(void **state) {
    (void)state;
    write_study("published = { source = \"B\"; figures = [ \"energy_j <= 1e-30\", \"area_mm2 <= "
                "1000\" ]; };\n");
    const char *out = cli_good("run study.cfg --out run")->out;
    assert_non_null(strstr(out, "  Not met: this trial comes nearest in all figures at once.\n"));
    csv_table *t = csv_parse(cli_good("export run")->out);
    size_t best = 0;
    for (size_t i = 0; i < t->n_rows; i++)
        if (strcmp(csv_at(t, i, "outcome"), "feasible") == 0 &&
            (strcmp(csv_at(t, best, "outcome"), "feasible") != 0 ||
             number(t, i, "energy_j") < number(t, best, "energy_j")))
            best = i;
    char trial[40];
    snprintf(trial, sizeof trial, "\n  trial %s ", csv_at(t, best, "trial"));
    assert_non_null(strstr(strstr(out, "Published: B"), trial));
    csv_free(t);
    cli_good("run study.cfg --out none --set 'constraints=[\"area_mm2 <= 1e-30\"]'");
    assert_non_null(strstr(cli_good("report none")->out, "  No feasible trial to compare.\n"));
}

/* A trial that has nothing of what is wanted is still the nearest. */
static void nothing_of_a_figure(void **state) {
    (void)state;
    cli_write("study.cfg",
              "study = { name = \"n\"; trials = 2; };\n"
              "workload = { plugin = \"lenet\"; };\n"
              "hwmodel = { plugin = \"rram_crossbar\"; adc_bits = [6, 8]; };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"min energy_j\" ];\n"
              "published = { source = \"D\"; figures = [ \"off_chip_bits >= 1\" ]; };\n");
    const char *out = cli_good("run study.cfg --out run")->out;
    assert_null(strstr(out, "No feasible trial to compare"));
    assert_non_null(strstr(out, "Not met: this trial comes nearest"));
}

/* What a baseline leaves of a bound may be nothing. */
static void a_bound_that_is_none(void **state) {
    (void)state;
    write_study(BASELINE
                "published = { source = \"C\"; figures = [ \"area_mm2 <= baseline - 1e9\" ]; };\n");
    assert_non_null(strstr(cli_good("run study.cfg --out run")->out,
                           "  Not compared: \"area_mm2 <= baseline - 1e9\" is no number above 0"));
}

static void runs_of_before_have_none(void **state) {
    (void)state;
    write_study("published = { source = \"D\"; figures = [ \"area_mm2 <= 1\" ]; };\n");
    cli_good("run study.cfg --out run");
    cli_sql("run/study.db", "DROP TABLE published");
    assert_null(strstr(cli_good("report run")->out, "Published"));
}

static const struct mistake {
    const char *text, *says[2];
} mistakes[] = {
    {"published = { figures = [ \"area_mm2 <= 1\" ]; };", {"published: needs source"}},
    {"published = { source = \"\"; figures = [ \"area_mm2 <= 1\" ]; };",
     {"published: needs source"}},
    {"published = { source = \"A\"; };", {"published: needs figures"}},
    {"published = { source = \"A\"; figures = \"area_mm2 <= 1\"; };",
     {"published.figures", "needs figures"}},
    {"published = { source = \"A\"; figures = [ \"area <= 1\" ]; };",
     {"published.figures[0]", "no plug-in reports a metric"}},
    {"published = { source = \"A\"; figures = [ \"area_mm2 = 1\" ]; };", {"expected <= or >="}},
    {"published = { source = \"A\"; figures = [ \"area_mm2 <= big\" ]; };",
     {"cannot read \"big\""}},
    {"published = { source = \"A\"; figures = [ \"area_mm2 <= 2 baseline\" ]; };", {"cannot read"}},
    {"published = { source = \"A\"; figures = [ \"area_mm2 <= 0.5 * base\" ]; };", {"cannot read"}},
    {"published = { source = \"A\"; figures = [ \"area_mm2 <= baseline * 2\" ]; };",
     {"cannot read"}},
    {"published = { source = \"A\"; figures = [ \"area_mm2 <= -1\" ]; };", {"must be more than 0"}},
    {"published = { source = \"A\"; figures = [ \"area_mm2 <= baseline\" ]; };",
     {"there is no baseline"}},
    {"published = { source = \"A\"; figures = [ \"area_mm2 <= 1\" ]; year = 2024; };",
     {"published.year", "no such key"}},
    {"published = ( { source = \"A\"; figures = [ \"area_mm2 <= 1\" ]; }, { source = \"A\"; "
     "figures = [ \"area_mm2 <= 2\" ]; } );",
     {"has the source of another group"}},
    {"published = ( 5 );", {"published[0]", "must be a group"}},
    {"published = ( );", {"0 groups: must be 1..16"}},
};

static void mistakes_are_told(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        write_study(mistakes[i].text);
        const cli_result *r = cli("run study.cfg --out run");
        cli_refused(r, 2, "study.cfg:13: ", mistakes[i].says[0]);
        const char *more = mistakes[i].says[1];
        if (more && !strstr(r->err, more)) fail_msg("no \"%s\" in %s", more, r->err);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(figures_that_are_met), CLI_TEST(the_baseline_gives_bounds),
        CLI_TEST(figures_out_of_reach), CLI_TEST(nothing_of_a_figure),
        CLI_TEST(a_bound_that_is_none), CLI_TEST(runs_of_before_have_none),
        CLI_TEST(mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
