/* A plug-in that crashes, hangs, exits or answers nonsense costs its own trials, each recorded as
 * failed with the reason; all others are what they are without it. */
#include "cli.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct fault {
    const char *name, *reason, *time_limit_s;
} fault;

static const fault model_faults[] = {
    {"segfault", "hwmodel.faulty: crashed with signal 11", "20.0"},
    {"abort", "hwmodel.faulty: crashed with signal 6", "20.0"},
    {"overflow", "hwmodel.faulty: crashed with signal 11", "20.0"},
    {"divide", "hwmodel.faulty: crashed with signal 8", "20.0"},
    {"exit", "hwmodel.faulty: ended its process with status 7", "20.0"},
    {"hang", "hwmodel.faulty: no answer within the 0.2 s of processor time of study.time_limit_s",
     "0.2"},
    {"nan", "hwmodel.faulty: metric area_mm2 is unset or NaN", "20.0"},
    {"infinity", "hwmodel.faulty: metric latency_s is inf", "20.0"},
    {"unset", "hwmodel.faulty: metric energy_j is unset or NaN", "20.0"},
    {"status", "hwmodel.faulty: point 0: not this one", "20.0"},
    {"silent_status", "hwmodel.faulty: the plug-in found itself in an impossible state", "20.0"},
    {"point_fail", "hwmodel.faulty: given up on by itself", "20.0"},
    {"slack_unset", "hwmodel.faulty: constraint margin was left unset", "20.0"},
    {"slack_infinite", "hwmodel.faulty: constraint margin was left unset or is not", "20.0"},
    {"words", "hwmodel.faulty: x\xc3\xa9\xc3\xa9", "20.0"},
    {"latin", "hwmodel.faulty: caf?, na\xc3\xafve", "20.0"},
    {"speechless", "hwmodel.faulty: (no reason given)", "20.0"},
};
enum { N_MODEL_FAULTS = sizeof model_faults / sizeof *model_faults };

static const fault workload_faults[] = {
    {"segfault", "workload.faulty: crashed with signal 11", "20.0"},
    {"exit", "workload.faulty: ended its process with status 0", "20.0"},
    {"status", "workload.faulty: these channels do not divide", "20.0"},
    {"no_network", "workload.faulty: build gave no network", "20.0"},
    {"backwards", "takes its input from a layer that does not come before it", "20.0"},
    {"no_layers", "workload.faulty: ", "20.0"},
    {"no_name", "workload.faulty: ", "20.0"},
};
enum { N_WORKLOAD_FAULTS = sizeof workload_faults / sizeof *workload_faults };

static void allow_leaks(void) {
    char options[512];
    snprintf(options, sizeof options, "%s:detect_leaks=0", getenv("ASAN_OPTIONS"));
    setenv("ASAN_OPTIONS", options, 1);
}

static void same_row(const csv_table *a, const csv_table *b, size_t row) {
    static const char *const columns[] = {"trial", "outcome", "reason", "energy_j", "latency_s",
                                          "area_mm2", "macs", "weights", "slack.margin"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        assert_string_equal(csv_at(a, row, columns[i]), csv_at(b, row, columns[i]));
}

/* Failed trials are those with the fault, with its reason and no figures; the others are those of
 * REFERENCE, where the second level of the switch does no harm. */
static void check_trials(const fault *f, const char *column, const csv_table *t,
                         const csv_table *reference) {
    size_t n = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (strcmp(csv_at(t, i, column), "none") == 0) {
            same_row(t, reference, i);
            continue;
        }
        n++;
        assert_string_equal(csv_at(t, i, column), f->name);
        assert_string_equal(csv_at(t, i, "outcome"), "failed");
        assert_string_equal(csv_at(t, i, "energy_j"), "");
        assert_string_equal(csv_at(t, i, "slack.margin"), "");
        if (!strstr(csv_at(t, i, "reason"), f->reason))
            fail_msg("%s, not %s", csv_at(t, i, "reason"), f->reason);
    }
    assert_in_range(n, 2, t->n_rows - 2);
    assert_int_equal(csv_count(t, "outcome", "failed"), n);
}

static void check_front(const char *run) {
    csv_table *t = csv_parse(cli_good("export %s --front", run)->out);
    assert_true(t->n_rows > 0);
    assert_int_equal(csv_count(t, "outcome", "feasible"), t->n_rows);
    csv_free(t);
}

/* One JSON object a line, whatever bytes a reason holds. */
static void check_lines(const char *run, size_t n_rows) {
    const char *at = cli_good("export %s --format jsonl", run)->out;
    size_t n = 0;
    for (; *at; at += strcspn(at, "\n") + 1, n++) {
        json_error_t why;
        json_t *row = json_loadb(at, strcspn(at, "\n"), 0, &why);
        if (!row) fail_msg("trial %zu: %s", n, why.text);
        json_decref(row);
    }
    assert_int_equal(n, n_rows);
}

/* Within the model's own rule, which would excuse a missing figure. */
#define WITHIN_RULE "--set hwmodel.width={min=1;max=900;}"

static void check_fault(const fault *f, const char *column, int trials) {
    cli_good("run reference.cfg --trials %d --out reference " WITHIN_RULE, trials);
    const cli_result *run = cli_good("run study.cfg --trials %d --out run --workers 2 " WITHIN_RULE
                                     " --set study.time_limit_s=%s", trials, f->time_limit_s);
    assert_non_null(strstr(run->out, "  failed "));
    csv_table *reference = csv_parse(cli_good("export reference")->out);
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_int_equal(t->n_rows, trials);
    check_trials(f, column, t, reference);
    check_front("run");
    check_lines("run", t->n_rows);
    csv_free(t);
    csv_free(reference);
}

static void model_fault(void **state) {
    const fault *f = *state;
    char extra[64];
    allow_leaks();
    cli_study("reference.cfg", "fault = [\"none\", \"loud\"];");
    snprintf(extra, sizeof extra, "fault = [\"none\", \"%s\"];", f->name);
    cli_study("study.cfg", extra);
    check_fault(f, "hwmodel.fault", strcmp(f->name, "hang") == 0 ? 16 : 40);
}

static void workload_study(const char *name, const char *second) {
    cli_write(name, "study = { seed = 5; batch = 16; };\n"
                    "workload = { plugin = \"faulty\"; channels = { min = 1; max = 64; };\n"
                    "             fault = [\"none\", \"%s\"]; };\n"
                    "hwmodel = { plugin = \"faulty\"; height = [1, 10, 100]; };\n"
                    "searcher = { plugin = \"random\"; };\n"
                    "goals = [\"min energy_j\", \"min area_mm2\"];\n", second);
}

/* The reference has another fault at the second level, whose rows nobody looks at. */
static void workload_fault(void **state) {
    const fault *f = *state;
    allow_leaks();
    workload_study("reference.cfg", strcmp(f->name, "status") == 0 ? "no_network" : "status");
    workload_study("study.cfg", f->name);
    check_fault(f, "workload.fault", 40);
}

/* Figures that have no meaning where the model's own rule is broken are no failure. */
static void excused_where_a_rule_is_broken(void **state) {
    (void)state;
    cli_study("study.cfg", "fault = [\"none\", \"excused\"];");
    cli_good("run study.cfg --out run");
    csv_table *t = csv_parse(cli_good("export run")->out);
    size_t n = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        if (strcmp(csv_at(t, i, "hwmodel.fault"), "excused") != 0) continue;
        n++;
        assert_string_equal(csv_at(t, i, "outcome"), "infeasible");
        assert_string_equal(csv_at(t, i, "latency_s"), "");
        assert_string_equal(csv_at(t, i, "slack.margin"), "1");
        assert_string_not_equal(csv_at(t, i, "energy_j"), "");
    }
    assert_in_range(n, 2, t->n_rows - 2);
    assert_int_equal(csv_count(t, "outcome", "failed"), 0);
    csv_free(t);
    check_front("run");
}

static void all_faults_at_once(void **state) {
    (void)state;
    allow_leaks();
    cli_study("study.cfg",
              "fault = [\"none\", \"segfault\", \"abort\", \"exit\", \"hang\", \"nan\", "
              "\"infinity\", \"unset\", \"status\", \"point_fail\", \"slack_unset\", "
              "\"excused\", \"loud\", \"words\", \"overflow\"];");
    cli_good("run study.cfg --trials 100 --out one --workers 1 --set study.time_limit_s=0.1");
    cli_good("run study.cfg --trials 100 --out two --workers 2 --set study.time_limit_s=0.1");
    cli_same_export("one", "two");
    check_front("one");
    check_lines("one", 100);
}

/* A crash in a call of several designs fails the one that crashes alone. */
static void one_crash_in_a_large_batch(void **state) {
    (void)state;
    cli_study("study.cfg", "fault = [\"none\", \"segfault\"];");
    cli_study("reference.cfg", "fault = [\"none\", \"loud\"];");
    cli_good("run study.cfg --trials 512 --set study.batch=256 --out run --workers 1");
    cli_good("run reference.cfg --trials 512 --set study.batch=256 --out reference --workers 1");
    csv_table *t = csv_parse(cli_good("export run")->out);
    csv_table *reference = csv_parse(cli_good("export reference")->out);
    check_trials(&model_faults[0], "hwmodel.fault", t, reference);
    csv_free(t);
    csv_free(reference);
}

/* A busy machine fails no design: 0.3 s that pass without the processor are none of a limit of
 * 0.1 s. What only sleeps has ten times as long. */
static void waiting_is_not_working(void **state) {
    (void)state;
    cli_study("slow.cfg", "delay_us = 300000;");
    const cli_result *run = cli_good("run slow.cfg --trials 4 --out slow "
                                     "--set study.time_limit_s=0.1 " WITHIN_RULE);
    assert_non_null(strstr(run->out, ", 0 failed"));
    cli_study("asleep.cfg", "delay_us = 1000000;");
    const cli_result *one = cli("eval asleep.cfg --set study.time_limit_s=0.05");
    cli_expect(one, 1, __FILE__, __LINE__);
    assert_string_equal(one->err, "cimdse: hwmodel.faulty: no answer within 0.5 s by the clock, "
                                  "10 times study.time_limit_s\n");
}

/* A design that hangs has the same reason where many others take the processor. */
static void the_same_reason_on_a_busy_machine(void **state) {
    (void)state;
    enum { OTHERS = 24 };
    pid_t others[OTHERS];
    cli_study("hang.cfg", "fault = \"hang\";");
    for (int i = 0; i < OTHERS; i++) {
        others[i] = fork();
        if (others[i] == 0)
            for (;;) {}
    }
    const cli_result *one = cli("eval hang.cfg --set study.time_limit_s=0.02");
    for (int i = 0; i < OTHERS; i++) {
        kill(others[i], SIGKILL);
        waitpid(others[i], NULL, 0);
    }
    assert_string_equal(one->err, "cimdse: hwmodel.faulty: no answer within the 0.02 s of "
                                  "processor time of study.time_limit_s\n");
}

static void what_it_prints_is_not_our_output(void **state) {
    (void)state;
    cli_study("study.cfg", "fault = [\"none\", \"loud\"];");
    const cli_result *run = cli_good("run study.cfg --out run");
    assert_null(strstr(run->out, "hello"));
    assert_non_null(strstr(run->err, "hello from evaluate"));
    const cli_result *one = cli_good("eval study.cfg --format json --set hwmodel.fault=loud");
    json_t *all = json_loads(one->out, 0, NULL);
    assert_non_null(all);
    json_decref(all);
}

static void what_it_prints_in_create_is_not_either(void **state) {
    (void)state;
    cli_study("study.cfg", "at_create = \"loud\";");
    const cli_result *one = cli_good("eval study.cfg --format json");
    json_t *all = json_loads(one->out, 0, NULL);
    if (!all) fail_msg("standard output is no JSON: %.60s", one->out);
    json_decref(all);
    assert_null(strstr(cli_good("space study.cfg")->out, "hello"));
    assert_null(strstr(cli_good("run study.cfg --out run")->out, "hello"));
}

static void a_failed_evaluation_is_status_1(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const cli_result *r = cli("eval study.cfg --set hwmodel.fault=segfault");
    cli_expect(r, 1, __FILE__, __LINE__);
    assert_string_equal(r->err,
                        "cimdse: hwmodel.faulty: crashed with signal 11 (Segmentation fault)\n");
    assert_non_null(strstr(r->out, "failed"));
}

static void a_study_where_all_fails(void **state) {
    (void)state;
    cli_study("study.cfg", "fault = \"nan\";");
    const cli_result *r = cli_ends(1, "run study.cfg --out run " WITHIN_RULE);
    assert_non_null(strstr(r->err, "run: all 40 trials failed; the commonest reason: hwmodel."));
    assert_non_null(strstr(r->out, "40 failed"));
    assert_non_null(strstr(r->out, "No feasible trial"));
    csv_table *t = csv_parse(cli_good("export run --front")->out);
    assert_int_equal(t->n_rows, 0);
    csv_free(t);
}

/* A limit of this process, which the program inherits; hard ones stay. */
static rlim_t limit(int what, rlim_t now) {
    struct rlimit r;
    assert_int_equal(getrlimit(what, &r), 0);
    const rlim_t before = r.rlim_cur;
    r.rlim_cur = now;
    assert_int_equal(setrlimit(what, &r), 0);
    return before;
}

/* poll() of more than that many is refused: the host asked it in vain, for ever. */
static void more_workers_than_files(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const rlim_t before = limit(RLIMIT_NOFILE, 32);
    const cli_result *r = cli("run study.cfg --out many --workers 40 --set study.batch=4");
    limit(RLIMIT_NOFILE, before);
    cli_expect(r, 0, __FILE__, __LINE__);
}

static void a_file_may_not_grow(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const rlim_t before = limit(RLIMIT_FSIZE, 40000);
    const cli_result *r = cli("run study.cfg --out run --trials 20000");
    limit(RLIMIT_FSIZE, before);
    cli_expect(r, 1, __FILE__, __LINE__);
    assert_non_null(strstr(r->err, "run/study.db: "));
    cli_good("run study.cfg --out run --trials 20000 --resume");
    cli_good("run study.cfg --out whole --trials 20000");
    cli_same_export("run", "whole");
}

static const struct CMUnitTest others[] = {
    CLI_TEST(excused_where_a_rule_is_broken),
    CLI_TEST(all_faults_at_once),
    CLI_TEST(one_crash_in_a_large_batch),
    CLI_TEST(waiting_is_not_working),
    CLI_TEST(the_same_reason_on_a_busy_machine),
    CLI_TEST(what_it_prints_is_not_our_output),
    CLI_TEST(what_it_prints_in_create_is_not_either),
    CLI_TEST(a_failed_evaluation_is_status_1),
    CLI_TEST(a_study_where_all_fails),
    CLI_TEST(more_workers_than_files),
    CLI_TEST(a_file_may_not_grow),
};
enum { N_OTHERS = sizeof others / sizeof *others,
       N_TESTS = N_MODEL_FAULTS + N_WORKLOAD_FAULTS + N_OTHERS };

static struct CMUnitTest fault_test(const char *prefix, const fault *f, CMUnitTestFunction run,
                                    char name[64]) {
    snprintf(name, 64, "%s %s", prefix, f->name);
    return (struct CMUnitTest){name, run, cli_set_up, cli_tear_down, (void *)(uintptr_t)f};
}

int main(void) {
    static struct CMUnitTest tests[N_TESTS];
    static char names[N_TESTS][64];
    size_t n = 0;
    for (int i = 0; i < N_MODEL_FAULTS; i++, n++)
        tests[n] = fault_test("hwmodel", &model_faults[i], model_fault, names[n]);
    for (int i = 0; i < N_WORKLOAD_FAULTS; i++, n++)
        tests[n] = fault_test("workload", &workload_faults[i], workload_fault, names[n]);
    for (int i = 0; i < N_OTHERS; i++) tests[n++] = others[i];
    return _cmocka_run_group_tests("faults", tests, n, NULL, NULL);
}
