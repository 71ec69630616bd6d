/* Levels of accuracy: one of them, or a ladder that evaluates dear ones only where they can matter
 * and loses no member of the front. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LADDER "ladder = [ \"estimate\", \"statistical\", \"exact\" ];"

/* The test study with accuracy; GOALS and CONSTRAINTS are lists in brackets. */
static void write_study(const char *accuracy, const char *goals, const char *constraints) {
    cli_write(
        "study.cfg",
        "study = { name = \"cli\"; seed = 3; trials = 400; batch = 16; time_limit_s = 20; };\n"
        "workload = { plugin = \"template\"; };\n"
        "hwmodel = { plugin = \"faulty\"; width = { min = 1; max = 1000; };\n"
        "            height = [1, 2, 5, 10, 20, 50, 100]; gain_v = { min = 0.0; max = 10.0; }; };\n"
        "accuracy = { plugin = \"scripted\"; %s };\n"
        "searcher = { plugin = \"random\"; };\ngoals = %s;\nconstraints = %s;\n",
        accuracy, goals, constraints);
}

#define THREE_GOALS "[ \"max accuracy\", \"min energy_j\", \"min area_mm2\" ]"

#define ENERGY_DELAY "[ \"min energy_j*latency_s*area_mm2/accuracy\", \"min latency_s\" ]"
/* Here much accuracy is worse, and better in the next goal. */
#define BOTH_WAYS "[ \"min energy_j*accuracy\", \"min area_mm2/accuracy\", \"min latency_s\" ]"

static size_t at_level(const char *run, const char *level) {
    csv_table *t = csv_parse(cli_good("export %s", run)->out);
    const size_t n = csv_count(t, "fidelity", level);
    csv_free(t);
    return n;
}

/* Same points, with and without the ladder: the same members, with the same figures. Returns how
 * many designs were evaluated at the full level. */
static size_t same_front(const char *name, const char *searcher) {
    char ladder[48], full[48];
    snprintf(ladder, sizeof ladder, "%s_ladder", name);
    snprintf(full, sizeof full, "%s_full", name);
    cli_good("run study.cfg --out %s --set searcher=%s", ladder, searcher);
    cli_good("run study.cfg --out %s --set searcher=%s --set accuracy.ladder=[\"exact\"]", full,
             searcher);
    assert_string_equal(cli_good("export %s --as points --front", ladder)->out,
                        cli_good("export %s --as points --front", full)->out);
    csv_table *a = csv_parse(cli_good("export %s --front", ladder)->out);
    csv_table *b = csv_parse(cli_good("export %s --front", full)->out);
    assert_true(a->n_rows > 1 && a->n_rows == b->n_rows);
    for (size_t i = 0; i < a->n_rows; i++) {
        assert_string_equal(csv_at(a, i, "accuracy"), csv_at(b, i, "accuracy"));
        assert_string_equal(csv_at(a, i, "energy_j"), csv_at(b, i, "energy_j"));
        assert_string_equal(csv_at(a, i, "fidelity"), "2");
    }
    const size_t exact = at_level(ladder, "2");
    print_message("%s, %s: front %zu; exact %zu, statistical %zu of 400\n", name, searcher,
                  a->n_rows, exact, exact + at_level(ladder, "1"));
    csv_free(a);
    csv_free(b);
    assert_in_range(exact, 1, 399);
    return exact;
}

static void no_member_is_lost(void **state) {
    (void)state;
    static const char *const searchers[] = {
        "{plugin=\"random\";}", "{plugin=\"random\";sequence=\"sobol\";}", "{plugin=\"sweep\";}"};
    static const char *const kinds[] = {"random", "sobol", "sweep"};
    for (int i = 0; i < 3; i++) {
        char name[48];
        snprintf(name, sizeof name, "goal_%s", kinds[i]);
        write_study(LADDER "margin = 0.02;", THREE_GOALS, "[ \"area_mm2 <= 1.5\" ]");
        same_front(name, searchers[i]);
        snprintf(name, sizeof name, "quotient_%s", kinds[i]);
        write_study(LADDER "margin = [0.02, 0.01];", ENERGY_DELAY, "[ \"accuracy >= 0.7\" ]");
        same_front(name, searchers[i]);
        snprintf(name, sizeof name, "ways_%s", kinds[i]);
        write_study(LADDER "margin = 0.02;", BOTH_WAYS,
                    "[ \"accuracy >= 0.7\", \"accuracy <= 0.85\" ]");
        same_front(name, searchers[i]);
    }
}

/* Errors are anything up to a bound: three standard errors exceed it. */
static void a_learned_margin(void **state) {
    (void)state;
    write_study(LADDER, THREE_GOALS, "[ \"area_mm2 <= 1.5\" ]");
    const size_t learned = same_front("learned", "{plugin=\"random\";}");
    write_study(LADDER "margin = 1.0;", THREE_GOALS, "[ \"area_mm2 <= 1.5\" ]");
    assert_true(learned < same_front("wide", "{plugin=\"random\";}"));
    write_study(LADDER "margin = \"auto\";", ENERGY_DELAY, "[ \"accuracy >= 0.7\" ]");
    same_front("quotient", "{plugin=\"random\";}");
}

/* Without a margin, errors lose members: the test above can fail. */
static void a_margin_is_needed(void **state) {
    (void)state;
    write_study(LADDER "margin = 0.0; error = 0.1;", THREE_GOALS, "[ \"area_mm2 <= 1.5\" ]");
    cli_good("run study.cfg --out ladder");
    cli_good("run study.cfg --out full --set accuracy.ladder=[\"exact\"]");
    assert_string_not_equal(cli_good("export ladder --as points --front")->out,
                            cli_good("export full --as points --front")->out);
}

static void levels_of_a_trial(void **state) {
    (void)state;
    write_study(LADDER, THREE_GOALS, "[]");
    cli_good("run study.cfg --out run");
    csv_table *t = csv_parse(cli_good("export run")->out);
    for (size_t i = 0; i < t->n_rows; i++) {
        const int level = atoi(csv_at(t, i, "fidelity"));
        const char *estimate = csv_at(t, i, "accuracy_estimate"),
                   *next = csv_at(t, i, "accuracy_statistical");
        assert_false(csv_has(t, "accuracy_exact"));
        assert_true(estimate[0] != '\0');
        assert_int_equal(next[0] != '\0', level >= 1);
        assert_string_equal(csv_at(t, i, "outcome"),
                            atof(csv_at(t, i, "hwmodel.width")) > 900 ? "infeasible" : "feasible");
        if (atof(csv_at(t, i, "hwmodel.width")) > 900) assert_int_equal(level, 0);
        if (level < 2) assert_string_equal(level ? next : estimate, csv_at(t, i, "accuracy"));
    }
    csv_free(t);
    assert_non_null(
        strstr(cli_good("export run --format jsonl")->out, "\"accuracy_statistical\":null"));
    const char *report = cli_good("report run")->out;
    const char *line = strstr(report, "Accuracy ladder: estimate 400, statistical ");
    assert_non_null(line);
    assert_non_null(strstr(line, "% of exact evaluations saved\n"));
    cli_good("run study.cfg --out full --set accuracy.ladder=[\"exact\"]");
    assert_null(strstr(cli_good("report full")->out, "ladder"));
    assert_non_null(strstr(cli_good("compare run full")->out, "at the full level"));
}

static void one_level(void **state) {
    (void)state;
    static const char *const levels[] = {"estimate", "statistical", "exact"};
    double accuracies[3];
    for (int i = 0; i < 3; i++) {
        char chosen[64];
        snprintf(chosen, sizeof chosen, "level = \"%s\";", levels[i]);
        write_study(chosen, THREE_GOALS, "[]");
        csv_table *t = csv_parse(cli_good("eval study.cfg --format csv")->out);
        accuracies[i] = atof(csv_at(t, 0, "accuracy"));
        assert_false(csv_has(t, "accuracy_estimate"));
        csv_free(t);
    }
    assert_true(accuracies[0] != accuracies[1] && accuracies[1] != accuracies[2]);
    write_study("", THREE_GOALS, "[]"); /* the full one */
    csv_table *t = csv_parse(cli_good("eval study.cfg --format csv")->out);
    assert_true(atof(csv_at(t, 0, "accuracy")) == accuracies[2]);
    csv_free(t);
    write_study(LADDER, THREE_GOALS, "[]"); /* of a ladder the last */
    t = csv_parse(cli_good("eval study.cfg --format csv")->out);
    assert_true(atof(csv_at(t, 0, "accuracy")) == accuracies[2]);
    csv_free(t);
}

static size_t times_said(const char *chars, const char *words) {
    size_t n = 0;
    for (; (chars = strstr(chars, words)) != NULL; chars++) n++;
    return n;
}

/* And neither is a point of which the study has a trial. */
static void nothing_is_evaluated_twice(void **state) {
    (void)state;
    write_study(LADDER "loud = true;", THREE_GOALS, "[]");
    const cli_result *r =
        cli_good("run study.cfg --out run --set hwmodel.fault=loud --set hwmodel.width=9 "
                 "--set hwmodel.gain_v={min=0.0;max=10.0;step=0.5;}");
    csv_table *t = csv_parse(cli_good("export run")->out);
    size_t designs = 0, reached[3] = {0};
    for (size_t i = 0; i < t->n_rows; i++) {
        if (csv_at(t, i, "duplicate_of")[0]) continue;
        designs++;
        for (int k = 0; k <= atoi(csv_at(t, i, "fidelity")); k++) reached[k]++;
    }
    const csv_table *all = t;
    for (size_t i = 0; i < all->n_rows; i++) /* a repeated point ends where its first trial ended */
        if (csv_at(all, i, "duplicate_of")[0])
            assert_string_equal(
                csv_at(all, i, "fidelity"),
                csv_at(all, (size_t)atoi(csv_at(all, i, "duplicate_of")), "fidelity"));
    assert_true(designs < t->n_rows && reached[2] < designs);
    csv_free(t);
    /* Up to four designs of the front are evaluated once more for their parts. */
    assert_in_range(times_said(r->err, "hello from evaluate"), designs, designs + 4);
    assert_in_range(times_said(r->err, "asked at fidelity 0"), designs, designs + 4);
    assert_int_equal(times_said(r->err, "asked at fidelity 1"), reached[1]);
    assert_int_equal(times_said(r->err, "asked at fidelity 2"), reached[2]);
}

static const char *const searchers[] = {"{plugin=\"random\";}", "{plugin=\"evolutionary\";}"};
#define FAILING LADDER "fails = 0.2;"

static void the_same_with_any_workers(void **state) {
    (void)state;
    write_study(FAILING, THREE_GOALS, "[ \"accuracy >= 0.6\" ]");
    for (int i = 0; i < 2; i++) {
        for (int workers = 1; workers <= 3; workers++)
            cli_good("run study.cfg --workers %d --out run%d%d --set searcher=%s", workers, i,
                     workers, searchers[i]);
        char one[8], two[8], three[8];
        snprintf(one, sizeof one, "run%d1", i);
        snprintf(two, sizeof two, "run%d2", i);
        snprintf(three, sizeof three, "run%d3", i);
        cli_same_export(one, two);
        csv_table *t = csv_parse(cli_same_export(one, three));
        assert_true(csv_count(t, "outcome", "failed") > 0);
        csv_free(t);
        assert_string_equal(cli_good("report %s", one)->out, cli_good("report %s", two)->out);
    }
}

/* Also in the middle of a batch, and without its snapshot. */
static void extended(void **state) {
    (void)state;
    static const int steps[] = {37, 101, 230, 400};
    write_study(FAILING, THREE_GOALS, "[ \"accuracy >= 0.6\" ]");
    for (int i = 0; i < 2; i++) {
        char whole[8], parts[8], file[32];
        snprintf(whole, sizeof whole, "whole%d", i);
        snprintf(parts, sizeof parts, "parts%d", i);
        snprintf(file, sizeof file, "%s/study.db", parts);
        cli_good("run study.cfg --out %s --set searcher=%s", whole, searchers[i]);
        for (int k = 0; k < 4; k++) {
            cli_good("run study.cfg --trials %d --out %s --set searcher=%s%s", steps[k], parts,
                     searchers[i], k ? " --resume" : "");
            if (k == 2) cli_sql(file, "DELETE FROM snapshot");
        }
        cli_same_export(whole, parts);
        assert_string_equal(cli_good("report %s", whole)->out, cli_good("report %s", parts)->out);
    }
}

/* A trial that was stored at a low level when the run was killed goes on from there. */
static void killed_on_the_way_up(void **state) {
    (void)state;
    write_study(FAILING "loud = true;", THREE_GOALS, "[ \"accuracy >= 0.6\" ]");
    cli_good("run study.cfg --out whole --trials 64");
    cli_good("run study.cfg --out parts --trials 64");
    cli_sql("parts/study.db", "UPDATE trial SET fidelity = 0, outcome = 'feasible', reason = '', "
                              "accuracy = accuracy_estimate, accuracy_statistical = NULL "
                              "WHERE id >= 48 AND fidelity = 2 AND outcome = 'feasible'");
    cli_sql("parts/study.db", "DELETE FROM snapshot");
    const cli_result *r = cli_good("run study.cfg --out parts --trials 64 --resume");
    assert_int_equal(times_said(r->err, "hello from evaluate"), 0);
    assert_true(times_said(r->err, "asked at fidelity 2") > 0);
    assert_true(times_said(r->err, "asked at fidelity 0") <= 4); /* parts */
    cli_same_export("whole", "parts");
}

static void several_networks(void **state) {
    (void)state;
    cli_write(
        "study.cfg",
        "study = { seed = 3; trials = 300; batch = 16; };\n"
        "workload = ( { plugin = \"template\"; }, { plugin = \"lenet\"; } );\n"
        "hwmodel = { plugin = \"faulty\"; width = { min = 1; max = 900; };\n"
        "            height = [1, 2, 5, 10, 20, 50, 100]; gain_v = { min = 0.0; max = 10.0; }; };\n"
        "accuracy = { plugin = \"scripted\"; " LADDER " margin = 0.02; };\n"
        "aggregate = { accuracy = \"mean\"; };\n"
        "searcher = { plugin = \"random\"; };\ngoals = " THREE_GOALS ";\n");
    cli_good("run study.cfg --out ladder");
    cli_good("run study.cfg --out full --set accuracy.ladder=[\"exact\"]");
    assert_string_equal(cli_good("export ladder --as points --front")->out,
                        cli_good("export full --as points --front")->out);
    csv_table *t = csv_parse(cli_good("export ladder")->out);
    assert_true(csv_count(t, "fidelity", "0") > 0 && csv_count(t, "fidelity", "2") > 0);
    for (size_t i = 0; i < t->n_rows; i++) {
        const double mean = atof(csv_at(t, i, "accuracy_estimate"));
        const double a = atof(csv_at(t, i, "workload[0].accuracy_estimate"));
        const double b = atof(csv_at(t, i, "workload[1].accuracy_estimate"));
        assert_true(mean > 0 && mean == (a + b) / 2);
    }
    csv_free(t);
}

/* What is not known to be accurate enough reaches no published figure, however little it costs. */
static void published_figures_are_of_the_full_level(void **state) {
    (void)state;
    write_study(LADDER "margin = 0.02;\n", THREE_GOALS, "[ \"accuracy >= 0.7\" ]");
    cli_good(
        "run study.cfg --out run --set 'published={source=\"A\";figures=[\"area_mm2 <= 1\"];}'");
    csv_table *t = csv_parse(cli_good("export run")->out);
    size_t full = 0, cheaper = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (strcmp(csv_at(t, i, "outcome"), "feasible") != 0 || atof(csv_at(t, i, "area_mm2")) > 1)
            continue;
        if (strcmp(csv_at(t, i, "fidelity"), "2") == 0) full++;
        else cheaper++;
    }
    csv_free(t);
    assert_true(full > 1 && cheaper > 0);
    char line[64];
    snprintf(line, sizeof line, "  Met by %zu trials, first by trial ", full);
    assert_non_null(strstr(cli_good("report run")->out, line));
}

static void refused(const char *accuracy, const char *goals, const char *words) {
    write_study(accuracy, goals, "[]");
    cli_refused(cli("run study.cfg"), 2, "study.cfg:", words);
    cli_refused(cli("space study.cfg"), 2, "study.cfg:", words);
}

static void expect_in(const char *out, const char *piece) {
    if (!strstr(out, piece)) fail_msg("it does not say %s:\n%s", piece, out);
}

/* As a study is that was interrupted in its first batch, before its feasible designs climbed. */
static void nothing_at_the_full_level_yet(void **state) {
    (void)state;
    write_study(LADDER, "[ \"min energy_j\" ]", "[]");
    cli_good("run study.cfg --trials 16 --out run");
    cli_sql("run/study.db", "UPDATE trial SET fidelity = 0");
    expect_in(cli_good("report run")->out,
              "\nNo feasible trial at the full level yet, so there is no front");
    const char *out = cli_good("compare run run/study.db")->out;
    expect_in(out, "\n  run: no feasible trial at the full level yet\n");
    expect_in(out, "\n  Nothing is feasible at the full level yet, so nothing is compared");
    cli_refused(cli("export run --as config"), 2, "no feasible trial at the full level yet: ");
}

static void mistakes(void **state) {
    (void)state;
    refused("level = \"exakt\";", THREE_GOALS,
            "accuracy.level = \"exakt\": accuracy.scripted has no such "
            "level; did you mean \"exact\"?; there are estimate, statistical, exact");
    refused("level = 2;", THREE_GOALS, "accuracy.level = 2: must be the name of a level");
    refused("ladder = [ \"estimate\", \"full\" ];", THREE_GOALS, "accuracy.ladder[1] = \"full\": ");
    refused("ladder = [ \"exact\", \"estimate\" ];", THREE_GOALS,
            "accuracy.ladder[1] = \"estimate\": must be dearer than \"exact\" before it");
    refused("ladder = [ \"exact\", \"exact\" ];", THREE_GOALS, "must be dearer");
    refused("ladder = \"exact\";", THREE_GOALS, "must be names of levels, cheap ones first");
    refused("level = \"exact\"; " LADDER, THREE_GOALS,
            "accuracy.level = \"exact\": picks one level, "
            "and ladder climbs several");
    refused("margin = 0.1;", THREE_GOALS,
            "accuracy.margin = 0.1: is of a ladder, and there is none");
    refused(LADDER "margin = 1.5;", THREE_GOALS, "accuracy.margin = 1.5: must be \"auto\"");
    refused(LADDER "margin = \"none\";", THREE_GOALS, "must be \"auto\"");
    refused(LADDER "margin = [0.1];", THREE_GOALS,
            "accuracy.margin: has 1 margins, and the ladder needs 2");
    refused("ladder = [ \"exact\" ]; margin = (0.1, \"x\");", THREE_GOALS,
            "accuracy.margin[1] = \"x\": must be \"auto\"");
    refused(LADDER, "[ \"max accuracy_estimate\" ]",
            "accuracy_estimate differs from level to level");
    refused(LADDER, "[ \"max accuracy/accuracy_sd\" ]", "accuracy_sd differs from level to level");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(no_member_is_lost),      CLI_TEST(a_learned_margin),
        CLI_TEST(a_margin_is_needed),     CLI_TEST(levels_of_a_trial),
        CLI_TEST(one_level),              CLI_TEST(nothing_is_evaluated_twice),
        CLI_TEST(the_same_with_any_workers), CLI_TEST(extended),
        CLI_TEST(killed_on_the_way_up),   CLI_TEST(several_networks),
        CLI_TEST(nothing_at_the_full_level_yet),
        CLI_TEST(published_figures_are_of_the_full_level),
        CLI_TEST(mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
