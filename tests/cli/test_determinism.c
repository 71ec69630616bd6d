/* The same trials, byte for byte: with any number of workers, and however a study came to have so
 * many. Some designs fail, for those must be the same too. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#define MIXED "fault = [\"none\", \"loud\", \"nan\", \"status\", \"segfault\", \"point_fail\"];"

static const char *const names[] = {"uniform", "sobol", "evolutionary"};
static const char *const searchers[] = {"{plugin=\"random\";sequence=\"uniform\";}",
                                        "{plugin=\"random\";sequence=\"sobol\";}",
                                        "{plugin=\"evolutionary\";}"};
enum { SEARCHERS = 3 };

static void check_mixture(const char *exported) {
    csv_table *t = csv_parse(exported);
    assert_true(csv_count(t, "outcome", "feasible") > 0);
    assert_true(csv_count(t, "outcome", "infeasible") > 0);
    assert_true(csv_count(t, "outcome", "failed") > 0);
    csv_free(t);
}

static void any_number_of_workers(void **state) {
    (void)state;
    cli_study("study.cfg", MIXED);
    for (int i = 0; i < SEARCHERS; i++) {
        for (int workers = 1; workers <= 5; workers += workers == 2 ? 3 : 1)
            cli_good(
                "run study.cfg --trials 120 --workers %d --out %s%d --set searcher=%s",
                workers, names[i], workers, searchers[i]);
        char one[32], two[32], five[32];
        snprintf(one, sizeof one, "%s1", names[i]);
        snprintf(two, sizeof two, "%s2", names[i]);
        snprintf(five, sizeof five, "%s5", names[i]);
        check_mixture(cli_same_export(one, two));
        cli_same_export(one, five);
    }
}

/* A failed call says nothing of the other designs that happened to be in it. */
static void failed_calls_and_workers(void **state) {
    (void)state;
    cli_study("study.cfg", "fault = [\"none\", \"status\", \"silent_status\"];");
    cli_good("run study.cfg --trials 400 --set study.batch=64 --workers 1 --out one");
    cli_good("run study.cfg --trials 400 --set study.batch=64 --workers 2 --out two");
    cli_same_export("one", "two");
}

static void other_seeds_differ(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out three");
    cli_good("run study.cfg --seed 3 --out same");
    cli_good("run study.cfg --seed 4 --out four");
    cli_same_export("three", "same");
    assert_string_not_equal(cli_good("export three")->out, cli_good("export four")->out);
}

static void extended(void **state) {
    (void)state;
    cli_study("study.cfg", MIXED);
    for (int i = 0; i < SEARCHERS; i++) {
        char whole[32], parts[32];
        snprintf(whole, sizeof whole, "whole%d", i);
        snprintf(parts, sizeof parts, "parts%d", i);
        const char *set = searchers[i];
        cli_good("run study.cfg --trials 200 --out %s --set searcher=%s", whole, set);
        cli_good("run study.cfg --trials 100 --out %s --set searcher=%s", parts, set);
        cli_good("run study.cfg --trials 200 --out %s --set searcher=%s --resume", parts,
                 set);
        csv_table *t = csv_parse(cli_same_export(whole, parts));
        assert_int_equal(t->n_rows, 200);
        csv_free(t);
    }
}

/* From a budget that does not even reach the end of a searcher's first designs. */
static void extended_from_little(void **state) {
    (void)state;
    static const char *const learn[] = {"bayesian", "tpe", "evolutionary", "local"};
    cli_study("study.cfg", "");
    for (size_t i = 0; i < sizeof learn / sizeof *learn; i++) {
        cli_good("run study.cfg --trials 60 --out whole%zu --set searcher.plugin=%s", i, learn[i]);
        cli_good("run study.cfg --trials 7 --out parts%zu --set searcher.plugin=%s", i, learn[i]);
        cli_good("run study.cfg --trials 30 --out parts%zu --set searcher.plugin=%s --resume", i,
                 learn[i]);
        cli_good("run study.cfg --trials 60 --out parts%zu --set searcher.plugin=%s --resume", i,
                 learn[i]);
        char whole[32], parts[32];
        snprintf(whole, sizeof whole, "whole%zu", i);
        snprintf(parts, sizeof parts, "parts%zu", i);
        cli_same_export(whole, parts);
    }
}

static void extended_off_the_batch(void **state) {
    (void)state;
    cli_study("study.cfg", MIXED);
    for (int i = 0; i < SEARCHERS; i++) {
        static const int steps[] = {37, 101, 101, 200};
        char whole[32], parts[32];
        snprintf(whole, sizeof whole, "whole%d", i);
        snprintf(parts, sizeof parts, "parts%d", i);
        cli_good("run study.cfg --trials 200 --out %s --set study.batch=16 --set "
                 "searcher=%s", whole, searchers[i]);
        for (int k = 0; k < 4; k++) {
            cli_good("run study.cfg --trials %d --out %s --set study.batch=16 --set "
                     "searcher=%s --workers %d%s",
                     steps[k], parts, searchers[i], 1 + k % 2, k ? " --resume" : "");
            csv_table *t = csv_parse(cli_good("export %s", parts)->out);
            assert_int_equal(t->n_rows, steps[k]);
            csv_free(t);
        }
        cli_same_export(whole, parts);
        assert_string_equal(cli_good("export %s --front", whole)->out,
                            cli_good("export %s --front", parts)->out);
        assert_string_equal(cli_good("report %s", whole)->out, cli_good("report %s", parts)->out);
    }
}

/* A snapshot may be older than the last trial: the searcher is asked again, and told what is
 * stored. At worst there is none. */
static void an_old_snapshot(void **state) {
    (void)state;
    cli_study("study.cfg", MIXED);
    for (int i = 0; i < SEARCHERS; i++) {
        char whole[32], parts[32], file[48];
        snprintf(whole, sizeof whole, "whole%d", i);
        snprintf(parts, sizeof parts, "parts%d", i);
        snprintf(file, sizeof file, "%s/study.db", parts);
        const char *set = searchers[i];
        cli_good("run study.cfg --trials 200 --out %s --set searcher=%s", whole, set);
        cli_good("run study.cfg --trials 56 --out %s --set searcher=%s", parts, set);
        cli_sql(file, "CREATE TABLE old AS SELECT * FROM snapshot;");
        cli_good("run study.cfg --trials 144 --out %s --set searcher=%s --resume", parts, set);
        cli_sql(file, i == 0 ? "DELETE FROM snapshot; DROP TABLE old;"
                              : "DELETE FROM snapshot; INSERT INTO snapshot SELECT * FROM old; "
                                "DROP TABLE old;");
        cli_good("run study.cfg --trials 200 --out %s --set searcher=%s --resume", parts, set);
        cli_same_export(whole, parts);
        assert_string_equal(cli_good("report %s", whole)->out, cli_good("report %s", parts)->out);
    }
}

static void extended_from_its_folder(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --trials 60 --out whole");
    cli_good("run study.cfg --trials 30 --out parts");
    cli_good("run parts --trials 60 --resume");
    cli_same_export("whole", "parts");
}

static void resuming_a_finished_study_changes_nothing(void **state) {
    (void)state;
    cli_study("study.cfg", MIXED);
    cli_good("run study.cfg --out run");
    const char *before = cli_good("export run")->out;
    cli_good("run study.cfg --out run --resume");
    cli_good("run study.cfg --out run --resume --trials 10");
    assert_string_equal(before, cli_good("export run")->out);
}

static void a_searcher_that_is_done(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good(
        "run study.cfg --out whole --trials 100 --set searcher={plugin=\"template\";points=45;}");
    cli_good(
        "run study.cfg --out parts --trials 20 --set searcher={plugin=\"template\";points=45;}");
    cli_good(
        "run study.cfg --out parts --trials 43 --set searcher={plugin=\"template\";points=45;} "
        "--resume");
    const cli_result *last = cli_good("run study.cfg --out parts --trials 100 --resume "
                                      "--set searcher={plugin=\"template\";points=45;}");
    assert_non_null(strstr(last->err, "nothing left to propose"));
    csv_table *t = csv_parse(cli_same_export("whole", "parts"));
    assert_int_equal(t->n_rows, 45);
    csv_free(t);
    cli_good("run study.cfg --out parts --trials 200 --resume "
             "--set searcher={plugin=\"template\";points=45;}");
    cli_same_export("whole", "parts");
}

static void out_of_time_and_resumed(void **state) {
    (void)state;
    cli_study("study.cfg", "delay_us = 4000;");
    cli_good("run study.cfg --out whole --trials 100");
    cli_good("run study.cfg --out parts --trials 100 --set study.max_seconds=0.05");
    csv_table *t = csv_parse(cli_good("export parts")->out);
    assert_in_range(t->n_rows, 1, 99);
    csv_free(t);
    cli_good("run study.cfg --out parts --trials 100 --resume");
    cli_same_export("whole", "parts");
}

/* A config may leave study out, and be extended; and a run is called by its database, too. */
static void extended_without_a_study(void **state) {
    (void)state;
    cli_write("bare.cfg", "workload = { plugin = \"vgg8\"; };\n"
                          "hwmodel = { plugin = \"rram_crossbar\"; rows = [64, 128, 256]; };\n"
                          "searcher = { plugin = \"random\"; };\ngoals = [ \"min energy_j\" ];\n");
    cli_good("run bare.cfg --out whole --trials 30");
    cli_good("run bare.cfg --out parts --trials 7");
    cli_good("run bare.cfg --out parts --resume --trials 9");
    cli_good("run parts/study.db --resume --trials 30");
    cli_same_export("whole", "parts");
    cli_refused(cli("run bare.cfg --out parts --resume --seed 3"), 2, "\"seed = 3;\" is new");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(any_number_of_workers),
        CLI_TEST(failed_calls_and_workers),
        CLI_TEST(other_seeds_differ),
        CLI_TEST(extended), CLI_TEST(extended_from_little),
        CLI_TEST(extended_off_the_batch),
        CLI_TEST(an_old_snapshot),
        CLI_TEST(extended_from_its_folder),
        CLI_TEST(resuming_a_finished_study_changes_nothing),
        CLI_TEST(a_searcher_that_is_done),
        CLI_TEST(out_of_time_and_resumed),
        CLI_TEST(extended_without_a_study),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
