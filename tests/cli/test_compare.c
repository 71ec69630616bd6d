/* What `cimdse compare` says of runs that cannot be held against each other in everything. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RRAM SOURCE_DIR "/configs/vgg8_rram.cfg"

/* The line of TEXT, behind HEAD, that begins with BEGINNING; until the test ends. */
static const char *line_of(const char *text, const char *head, const char *beginning) {
    static char line[512];
    const char *at = strstr(text, head);
    assert_non_null(at);
    at = strstr(at, beginning);
    assert_non_null(at);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
    return line;
}

static size_t words(const char *line) {
    size_t n = 0;
    for (; *line; line += strspn(line, " ")) {
        n++;
        line += strcspn(line, " ");
    }
    return n;
}

/* A run without a feasible trial has no knee, so no parts of one: cells are blank, not 0. */
static void no_figures_of_a_run_without_a_front(void **state) {
    (void)state;
    cli_good("run " RRAM " --trials 40 --out some");
    cli_good("run " RRAM " --trials 40 --out none --set 'constraints=[\"area_mm2 <= 1\"]'");
    const char *out = cli_good("compare some none")->out;
    /* name, unit, value of the first run */
    assert_int_equal(words(line_of(out, "energy_j of the knees", "\n  adc ") + 2), 3);
    assert_int_equal(words(line_of(out, "area_mm2 of the knees", "\n  adc ") + 2), 3);
    out = cli_good("compare none some")->out;
    assert_int_equal(words(line_of(out, "energy_j of the knees", "\n  adc ") + 2), 3);
    /* and the second's to the first where both have one */
    out = cli_good("compare some some")->out;
    assert_int_equal(words(line_of(out, "energy_j of the knees", "\n  adc ") + 2), 5);
}

/* Of each run, as its own report says it; and where nothing is left to compare, that. */
static void why_designs_are_infeasible(void **state) {
    (void)state;
    cli_good("run " RRAM " --trials 40 --out some");
    cli_good("run " RRAM " --trials 40 --out none --set 'constraints=[\"area_mm2 <= 1\"]'");
    const char *out = cli_good("compare some none")->out;
    static const char *const says[] = {
        "\n  some: infeasible 9 x: sense_margin (hwmodel.rram_crossbar)\n",
        "\n  some: infeasible 2 x: area_mm2 <= 400 (config); nearest feasible 304.2 mm2\n",
        "\n  none: no feasible trial\n",
        "\n  none: infeasible 40 x: area_mm2 <= 1 (config)\n"};
    for (size_t i = 0; i < sizeof says / sizeof *says; i++)
        if (!strstr(out, says[i])) fail_msg("it does not say %s:\n%s", says[i], out);
    assert_null(strstr(out, "some: no feasible"));
    assert_null(strstr(out, "Nothing is feasible"));
    out = cli_good("compare none none/study.db")->out;
    assert_non_null(strstr(out, "Nothing is feasible, so nothing is compared: the lines above"));
    out = cli_good("report none")->out;
    assert_non_null(strstr(out, "No feasible trial, so there is no front: the lines above say"));
}

/* Of the task only, and not where it is the same one in other words. */
static void other_tasks_are_named(void **state) {
    (void)state;
    cli_good("run " RRAM " --trials 20 --out a");
    cli_good("run " RRAM " --trials 20 --out b --seed 5 "
             "--set 'searcher={plugin=\"evolutionary\";}' --set hwmodel.technology_nm=32 "
             "--set 'constraints=\"area_mm2<=400.0\"'");
    assert_int_equal(strncmp(cli_good("compare a b")->out, "  run ", 6), 0);
    cli_good("run " RRAM " --trials 20 --out c --set 'workload={plugin=\"lenet\";}' "
             "--set 'constraints=[\"latency_s <= 1\", \"area_mm2 <= 40\"]'");
    const char *out = cli_good("compare a c b")->out;
    static const char head[] = "These studies differ in more than the hardware:\n"
                               "  workload.plugin: vgg8 / lenet / vgg8\n"
                               "  constraints: area_mm2 <= 400 / area_mm2 <= 40, latency_s <= 1 / "
                               "area_mm2 <= 400\n\n  run ";
    assert_int_equal(strncmp(out, head, strlen(head)), 0);
    cli_good("run " RRAM " --trials 20 --out d --set 'workload={plugin=\"vgg8\";weight_bits=4;}'");
    assert_non_null(strstr(cli_good("compare a d")->out, "  workload.weight_bits: not set / 4\n"));
}

static void other_aggregates_are_named(void **state) {
    (void)state;
    const char *two = "--set 'workload=({plugin=\"vgg8\";},{plugin=\"lenet\";})'";
    cli_good("run " RRAM " --trials 20 --out a %s --set aggregate.latency_s=sum", two);
    cli_good("run " RRAM " --trials 20 --out b %s --set aggregate.latency_s=max", two);
    assert_non_null(strstr(cli_good("compare a b")->out, "  aggregate.latency_s: sum / max\n\n"));
    cli_good("run " RRAM " --trials 20 --out c %s --set constraints=[]", two);
    const char *out = cli_good("compare a c")->out;
    assert_non_null(strstr(out, "\n  aggregate.latency_s: sum / not set\n"));
    assert_non_null(strstr(out, "\n  constraints: area_mm2 <= 400 / none\n"));
    assert_null(strstr(out, "].plugin"));
}

static int count_of(const char *line, int word) {
    for (; word > 0; word--) {
        line += strcspn(line, " ");
        line += strspn(line, " ");
    }
    return atoi(line);
}

/* The same designs found twice: nobody is credited for being named first. */
static void ties_count_for_both(void **state) {
    (void)state;
    static const char note[] = "\n  of merged front: a design that several runs found, or its ";
    cli_good("run " RRAM " --trials 30 --out x/short");
    cli_good("run " RRAM " --trials 60 --out long");
    const char *out = cli_good("compare x/short long")->out;
    assert_non_null(strstr(out, note));
    char line[512]; /* run, trials, feasible, infeasible, failed, front, of merged front */
    snprintf(line, sizeof line, "%s", line_of(out, "  run ", "\n  long ") + 2);
    const int merged = count_of(line, 6);
    assert_int_equal(count_of(line, 5), merged); /* it holds all of the other's trials */
    snprintf(line, sizeof line, "%s", line_of(out, "  run ", "\n  short ") + 2);
    assert_in_range(count_of(line, 6), 1, merged - 1);
    assert_non_null(strstr(strstr(out, "  Merged front:"), "\n  short, long "));
    out = cli_good("compare long x/short")->out;
    assert_non_null(strstr(out, note));
    snprintf(line, sizeof line, "%s", line_of(out, "  run ", "\n  long ") + 2);
    assert_int_equal(count_of(line, 6), merged);
    cli_good("run " RRAM " --trials 30 --out other --seed 7");
    assert_null(strstr(cli_good("compare x/short other")->out, note));
}

static void runs_of_the_same_name(void **state) {
    (void)state;
    cli_good("run " RRAM " --trials 20 --out x/run");
    cli_good("run " RRAM " --trials 20 --out y/run --seed 5");
    cli_good("run " RRAM " --trials 20 --out y/own --seed 6");
    const char *out = cli_good("compare x/run y")->out;
    assert_non_null(strstr(out, "\n  x/run "));
    assert_non_null(strstr(out, "\n  y/run "));
    assert_non_null(strstr(out, "\n  own "));
    out = cli_good("report x/run y/run")->out;
    assert_true(strncmp(out, "x/run\n", 6) == 0 && strstr(out, "\n\ny/run\n"));
    assert_non_null(strstr(cli_good("compare y/own y/run")->out, "\n  run "));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(no_figures_of_a_run_without_a_front), CLI_TEST(why_designs_are_infeasible),
        CLI_TEST(other_tasks_are_named),
        CLI_TEST(other_aggregates_are_named),
        CLI_TEST(ties_count_for_both),
        CLI_TEST(runs_of_the_same_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
