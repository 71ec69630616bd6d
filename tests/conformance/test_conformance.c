/* The conformance suite finds out plug-ins that break a promise, each by the test that is named
 * after it, and lets those pass that break none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <check.h>

#include <cmocka.h> /* last: its macro fail() */

typedef struct suspect {
    const char *file, *verdict, *test, *reason; /* a part of it */
} suspect;

static const suspect suspects[] = {
    {"two_symbols", "FAILED", "file.exports_one_symbol", "suspect_helper"},
    {"unresolved", "FAILED", "file.loads", "suspect_missing"},
    {"bad_default", "FAILED", "file.describes_itself", "population"},
    {"any_version", "FAILED", "file.answers_other_versions", "interface 1.0"},
    {"slow_to_load", "FAILED", "file.loads_quickly", "ms"},
    {"loud_to_load", "FAILED", "file.loads_silently", "writes"},
    {"crashes_in_loading", "FAILED", "file.loads", "crashed with signal 6"},
    {"no_licence", "FAILED", "plugin.has_words", "license"},
    {"second_of_two", "FAILED", "plugin.has_words", "license"},
    {"keeps_host_texts", "FAILED", "plugin.works_with_defaults", "no cell has the name ????"},
    {"second_of_two", "passed", "plugin.has_words", "summary"},
    {"condition_on_nothing", "FAILED", "plugin.conditions_refer", "height"},
    {"refuses_its_defaults", "FAILED", "plugin.works_with_defaults", "not today"},
    {"crashes_at_no_rows", "FAILED", "plugin.takes_every_allowed_value", "evaluate"},
    {"crashes_at_no_rows", "FAILED", "hwmodel.survives_corners", "evaluate"},
    {"shared_state", "FAILED", "plugin.repeats_itself", "other bits"},
    {"shared_network", "FAILED", "plugin.two_at_once", "another instance"},
    {"leaks", "FAILED", "plugin.leaks_nothing", "1 block of"},
    {"trusts_memory", "FAILED", "plugin.survives_without_memory", "create"},
    {"fixed_row_size", "FAILED", "plugin.works_under_a_newer_host", ""},
    {"changes_locale", "FAILED", "plugin.keeps_locale", "ask: changes the locale"},
    {"changes_rounding", "FAILED", "plugin.keeps_floating_point", "ask: changes the rounding"},
    {"starts_thread", "FAILED", "plugin.starts_no_thread", "ask: starts a thread"},
    {"prints", "FAILED", "plugin.writes_nothing", "ask: writes"},
    {"changes_folder", "FAILED", "plugin.keeps_process", "ask: changes the working folder"},
    {"ends_the_program", "FAILED", "plugin.works_with_defaults", "status 0 in ask"},
    {"outside_space", "FAILED", "searcher.points_inside_space", "outside the space"},
    {"too_many_points", "FAILED", "searcher.points_inside_space", "were wanted"},
    {"never_says_done", "FAILED", "searcher.points_inside_space", "not CIM_DONE"},
    {"done_and_back", "FAILED", "searcher.done_is_final", "after CIM_DONE"},
    {"reads_the_clock", "FAILED", "searcher.same_seed_same_points", "other points"},
    {"ignores_the_seed", "warned", "searcher.other_seed_other_points", "same points"},
    {"forgets_state", "FAILED", "searcher.continues_after_load", "other points"},
    {"trusts_snapshots", "FAILED", "searcher.survives_damaged_snapshots", "in load"},
    {"foreign_snapshots", "FAILED", "searcher.survives_foreign_snapshots", "outside the space"},
    {"needs_a_feasible_point", "FAILED", "searcher.survives_all_infeasible", "in tell"},
    {"needs_a_feasible_point", "FAILED", "searcher.survives_all_failed", "in tell"},
    {"needs_a_difference", "FAILED", "searcher.survives_constant_goals", "in tell"},
    {"reads_unknown_goals", "FAILED", "searcher.survives_unknown_goals", "not known"},
    {"needs_slacks", "FAILED", "searcher.survives_unknown_slacks", "tell"},
    {"always_the_worst", "warned", "searcher.not_worse_than_random", "random ones"},
    {"unfilled_metric", "FAILED", "hwmodel.fills_everything", "area_mm2"},
    {"unfilled_slack", "FAILED", "hwmodel.fills_everything", "tall"},
    {"infinite_corner", "FAILED", "hwmodel.survives_corners", "infinite"},
    {"remembers_calls", "FAILED", "hwmodel.repeats_itself", "other bits"},
    {"depends_on_neighbours", "FAILED", "hwmodel.points_stand_alone", "than alone"},
    {"parts_that_do_not_sum", "FAILED", "hwmodel.parts_sum_up", "energy_j"},
    {"costs_any_op", "FAILED", "hwmodel.refuses_unknown_op", "999"},
    {"nameless_refusal", "FAILED", "hwmodel.refuses_unknown_op", "without naming"},
    {"free_additions", "FAILED", "hwmodel.nothing_is_free", "add"},
    {"ignores_network_bits", "FAILED", "hwmodel.follows_network", "weight_bits"},
    {"arrays_out_of_range", "FAILED", "hwmodel.describes_arrays", "stuck"},
    {"same_names", "FAILED", "workload.graph_is_valid", "has the name"},
    {"impossible_shape", "FAILED", "workload.shapes_agree", "stride"},
    {"no_bits", "FAILED", "workload.bits_in_range", "weight bits"},
    {"wrong_totals", "FAILED", "workload.totals_agree", "are stated"},
    {"moving_slots", "FAILED", "workload.slots_are_stable", "at another point"},
    {"smaller_index_set", "FAILED", "workload.index_sets_are_valid", "described"},
    {"counts_builds", "FAILED", "workload.repeats_itself", "another network"},
    {"inactive_matters", "FAILED", "workload.inactive_values_do_not_matter", "inactive"},
    {"in_percent", "FAILED", "accuracy.answers_in_range", "0..1"},
    {"learns", "FAILED", "accuracy.repeats_itself", "another answer"},
    {"noisy_arithmetic", "FAILED", "accuracy.exact_has_no_spread", "spread"},
    {"costly_first", "FAILED", "accuracy.fidelities_are_described", "estimate"},
    {"too_sure", "warned", "accuracy.spread_is_true", "stated spread"},
};

/* ---- running the suite ---------------------------------------------------------------------- */

typedef struct outcome {
    int status;
    failure f;
    char output[1 << 15];
} outcome;

/* What the suite prints goes to OUT->output. */
static void run_suite(const char *file, const char *only, uint32_t seconds, outcome *out) {
    int fd = memfd_create("suite", 0), before = dup(STDOUT_FILENO);
    check_options o = {.file = file, .only = only, .seed = 1, .seconds = seconds};
    assert_true(fd >= 0 && before >= 0);
    fflush(stdout);
    dup2(fd, STDOUT_FILENO);
    out->f = (failure){0};
    out->status = check_run(&o, &out->f);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    ssize_t n = pread(fd, out->output, sizeof out->output - 1, 0);
    out->output[n > 0 ? n : 0] = '\0';
    close(before);
    close(fd);
}

static outcome *suite_on(const char *name, const char *only, uint32_t seconds) {
    char file[512];
    outcome *out = malloc(sizeof *out);
    assert_non_null(out);
    snprintf(file, sizeof file, "%s/%s.so", SUSPECTS, name);
    run_suite(file, only, seconds, out);
    return out;
}

/* The line of the output that begins with VERDICT and then TEST. */
static int has_line(const char *output, const suspect *x) {
    char line[1024], verdict[16], test[128];
    for (const char *at = output; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        if (sscanf(line, "%15s %127s", verdict, test) == 2 && strcmp(verdict, x->verdict) == 0 &&
            strcmp(test, x->test) == 0 && strstr(line, x->reason))
            return 1;
    }
    return 0;
}

/* ---- tests ---------------------------------------------------------------------------------- */

static void finds_every_suspect(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof suspects / sizeof *suspects; i++) {
        const suspect *x = &suspects[i];
        outcome *out = suite_on(x->file, NULL, 0);
        if (!has_line(out->output, x) || !strstr(out->output, " skipped\n"))
            fail_msg("%s: no line \"%s %s ... %s\" in\n%s%s", x->file, x->verdict, x->test,
                     x->reason, out->output, out->f.text);
        bool failed = strstr(out->output, "\nFAILED ") != NULL;
        if (out->status != (failed ? STATUS_FAILED : STATUS_DONE))
            fail_msg("%s: status %d\n%s", x->file, out->status, out->output);
        free(out);
    }
}

/* So that a suspect is found out by what it breaks, and by nothing else. */
static void lets_good_ones_pass(void **state) {
    (void)state;
    static const char *const names[] = {"good_searcher", "good_hwmodel", "good_workload",
                                        "good_accuracy"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        outcome *out = suite_on(names[i], NULL, 0);
        if (out->status != STATUS_DONE || !strstr(out->output, " passed, 0 failed, 0 warned, "))
            fail_msg("%s\n%s", out->output, out->f.text);
        free(out);
    }
}

static void ends_what_hangs(void **state) {
    (void)state;
    static const suspect x = {"hangs", "FAILED", "plugin.works_with_defaults",
                              "no answer within 1 s in ask"};
    outcome *out = suite_on(x.file, "works_with_defaults", 1);
    if (!has_line(out->output, &x)) fail_msg("%s", out->output);
    assert_int_equal(out->status, STATUS_FAILED);
    free(out);
}

static void runs_only_what_is_asked_for(void **state) {
    (void)state;
    outcome *out = suite_on("good_searcher", "^searcher\\.(same|other)_seed", 0);
    assert_int_equal(out->status, STATUS_DONE);
    assert_non_null(strstr(out->output, "2 passed, 0 failed, 0 warned, 0 skipped\n"));
    assert_non_null(strstr(out->output, ", seed 1\n"));
    free(out);
    out = suite_on("good_searcher", "no such test", 0);
    assert_int_equal(out->status, STATUS_WRONG);
    assert_non_null(strstr(out->f.text, "no such test"));
    free(out);
    out = suite_on("good_searcher", "(", 0);
    assert_int_equal(out->status, STATUS_WRONG);
    free(out);
}

/* A file that cannot be tested is never a success, whatever --only leaves out. */
static void says_when_nothing_was_tested(void **state) {
    (void)state;
    outcome *out = suite_on("crashes_in_loading", "exports_one_symbol", 0);
    assert_int_equal(out->status, STATUS_FAILED);
    assert_non_null(strstr(out->output, "No plug-in of the file was tested: crashed"));
    free(out);
    out = suite_on("there_is_no_such_file", NULL, 0);
    assert_int_equal(out->status, STATUS_WRONG);
    free(out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lets_good_ones_pass),       cmocka_unit_test(finds_every_suspect),
        cmocka_unit_test(ends_what_hangs),           cmocka_unit_test(runs_only_what_is_asked_for),
        cmocka_unit_test(says_when_nothing_was_tested)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
