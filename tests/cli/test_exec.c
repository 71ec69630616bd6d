/* hwmodel.exec: a program of one's own as a hardware model. What it says arrives; whatever goes
 * wrong with it costs its own trials; it is never left behind. */
#include "cli.h"

#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRAM BINARY_DIR "/tests/exec_program"
enum { TRIALS = 60 };

/* A study of exec_program with its faults. EXTRA stands at the end of the group hwmodel. */
static void write_study(const char *name, const char *extra) {
    cli_write(
        name,
        "study = { name = \"exec\"; seed = 4; trials = %d; batch = 20; time_limit_s = 60; };\n"
        "workload = { plugin = \"template\"; width = [8, 16]; };\n"
        "hwmodel = {\n"
        "    plugin = \"exec\"; program = \"" PROGRAM "\"; arguments = \"faults\";\n"
        "    width = { min = 1; max = 900; };\n"
        "    bits = { per = \"weight_layer\"; choices = [2, 4, 8]; };\n"
        "    cell = [\"rram\", \"sram\"];\n"
        "    %s\n"
        "};\n"
        "searcher = { plugin = \"random\"; };\n"
        "goals = [ \"min energy_j\", \"min latency_s\" ];\n",
        TRIALS, extra);
}

/* ---- what it is told and what it says ------------------------------------------------------- */

static void expect_number(const csv_table *t, const char *metric, double value) {
    const double said = strtod(csv_at(t, 0, metric), NULL);
    if (!(fabs(said - value) <= 1e-12 * value))
        fail_msg("%s: %.17g, not %.17g", metric, said, value);
}

/* Multiply-accumulates of the template's layers of width 8, and outputs of its pools. */
enum { CONV1 = 56448, CONV2 = 225792, FC = 7840, POOLED = 8 * 14 * 14 + 16 * 7 * 7 };

static void values_arrive(void **state) {
    (void)state;
    cli_write("study.cfg",
              "workload = { plugin = \"template\"; weight_bits = { value = [3, 5, 7]; }; };\n"
              "hwmodel = { plugin = \"exec\"; program = \"" PROGRAM
              "\"; width = 40; fast = false;\n"
              "    bits = { value = [2, 4, 16]; }; taps = { value = [0.25, 1.0, 2.0]; };\n"
              "    cell = \"rram\"; };\n"
              "searcher = { plugin = \"random\"; }; goals = [ \"min energy_j\" ];\n");
    csv_table *t = csv_parse(cli_good("eval study.cfg --format csv")->out);
    expect_number(t, "energy_j",
                  (CONV1 * 2. * 3 + CONV2 * 4. * 5 + FC * 16. * 7) * 1e-15 + POOLED * 1e-12);
    expect_number(t, "latency_s", 1. / 40 + 0.25 + 2 * 1.0 + 3 * 2.0);
    assert_string_equal(csv_at(t, 0, "outcome"), "feasible");
    csv_free(t);
    t = csv_parse(
        cli_good("eval study.cfg --format csv --set hwmodel.fast=true --set hwmodel.width=960 "
                 "--set hwmodel.cell=sram")
            ->out);
    expect_number(t, "energy_j",
                  (CONV1 * 2. * 3 + CONV2 * 4. * 5 + FC * 16. * 7) * 0.5e-15 + POOLED * 1e-12);
    expect_number(t, "latency_s", (1. / 960 + 0.25 + 2 * 1.0 + 3 * 2.0) / 2);
    assert_string_equal(csv_at(t, 0, "outcome"), "infeasible");
    assert_string_equal(csv_at(t, 0, "reason"), "room: slack 60");
    csv_free(t);
    cli_expect_nobody_left();
}

static void defaults_and_parts_arrive(void **state) {
    (void)state;
    cli_write("study.cfg", "workload = { plugin = \"template\"; };\n"
                           "hwmodel = { plugin = \"exec\"; program = \"" PROGRAM "\"; };\n"
                           "searcher = { plugin = \"random\"; }; goals = [ \"min energy_j\" ];\n");
    json_t *all = json_loads(cli_good("eval study.cfg --breakdown --format json")->out, 0, NULL);
    assert_non_null(all);
    json_decref(all);
    csv_table *t = csv_parse(cli_good("eval study.cfg --format csv")->out);
    expect_number(t, "energy_j", (CONV1 + CONV2 + FC) * 64 * 0.5e-15 + POOLED * 1e-12);
    expect_number(t, "latency_s", (1. / 10 + 0.5 * 6) / 2);
    csv_free(t);
    const char *table = cli_good("eval study.cfg --breakdown")->out;
    static const char *const words[] = {"array", "digital", "conv1", "pool2", "fc", "sum"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_non_null(strstr(table, words[i]));
}

/* ---- faults --------------------------------------------------------------------------------- */

typedef struct fault {
    const char *name, *reason; /* NULL: it is none */
} fault;

static const fault faults[] = {
    {"abort", "hwmodel.exec: exec_program: crashed with signal 6"},
    {"exit", "hwmodel.exec: exec_program: ended with status 3 before it answered"},
    {"garbage", "hwmodel.exec: exec_program: said \"energy is ?? low\", which is no JSON object"},
    {"list", "hwmodel.exec: exec_program: said \"[1, 2]\", which is no JSON object"},
    {"nan", "hwmodel.exec: exec_program: said \"{\"metrics\": {\"energy_j\": NaN, \"latency_s\": "
            "1}}\", which is no"},
    {"missing", "hwmodel.exec: the program's answer: no number for metrics.latency_s"},
    {"slack", "hwmodel.exec: constraint room was left unset"},
    {"error", "hwmodel.exec: the solver does not converge"},
    {"long", "hwmodel.exec: exec_program: said a line of more than 64 MB"},
    {"two", "hwmodel.exec: exec_program: said more than one line for one request"},
    {"hang", "hwmodel.exec: no answer within 3 s by the clock"},
    {"closes", "hwmodel.exec: exec_program: closed its output, or was killed"},
    {"last", NULL},
};
enum { N_FAULTS = sizeof faults / sizeof *faults };

static void same_row(const csv_table *a, const csv_table *b, size_t row) {
    static const char *const columns[] = {"trial",     "outcome", "reason",    "energy_j",
                                          "latency_s", "macs",    "slack.room"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        assert_string_equal(csv_at(a, row, columns[i]), csv_at(b, row, columns[i]));
}

/* Trials with the fault have failed, with its reason; all others are those of REFERENCE. */
static void check_trials(const fault *f, const csv_table *t, const csv_table *reference) {
    size_t n = 0;
    assert_int_equal(t->n_rows, reference->n_rows);
    for (size_t i = 0; i < t->n_rows; i++) {
        if (strcmp(csv_at(t, i, "hwmodel.fault"), "none") == 0 || !f->reason) {
            same_row(t, reference, i);
            assert_string_equal(csv_at(t, i, "outcome"), "feasible");
            continue;
        }
        n++;
        assert_string_equal(csv_at(t, i, "outcome"), "failed");
        assert_string_equal(csv_at(t, i, "energy_j"), "");
        if (!strstr(csv_at(t, i, "reason"), f->reason))
            fail_msg("%s, not %s", csv_at(t, i, "reason"), f->reason);
    }
    if (f->reason) assert_in_range(n, 2, t->n_rows - 2);
}

/* In the reference the second level has no effect but on its own rows, at which nobody looks. */
static void one_fault(void **state) {
    const fault *f = *state;
    const bool hangs = strcmp(f->name, "hang") == 0;
    const int trials = hangs || strcmp(f->name, "long") == 0 ? 8 : TRIALS;
    char extra[64];
    write_study("reference.cfg",
                f->reason ? "fault = [\"none\", \"error\"];" : "fault = \"none\";");
    snprintf(extra, sizeof extra, "fault = [\"none\", \"%s\"];", f->name);
    write_study("study.cfg", extra);
    /* no parts: no fault */
    if (!f->reason) write_study("reference.cfg", "fault = [\"none\", \"part\"];");
    cli_good("run reference.cfg --trials %d --out reference", trials);
    cli_good("run study.cfg --trials %d --out run --workers 2%s", trials,
             hangs ? " --set study.time_limit_s=0.3" : "");
    cli_expect_nobody_left();
    csv_table *t = csv_parse(cli_good("export run")->out);
    csv_table *reference = csv_parse(cli_good("export reference")->out);
    check_trials(f, t, reference);
    csv_free(t);
    csv_free(reference);
}

static void a_wrong_part_fails_the_row(void **state) {
    (void)state;
    write_study("study.cfg", "fault = [\"none\", \"part\"];");
    const cli_result *r = cli("eval study.cfg --breakdown --set hwmodel.fault=part");
    cli_expect(r, 1, __FILE__, __LINE__);
    assert_non_null(strstr(
        r->err, "hwmodel.exec: the program's answer: parts[5]: needs component, metric, value"));
    cli_good("eval study.cfg --set hwmodel.fault=part"); /* nobody asked for parts */
}

/* ---- the same bits -------------------------------------------------------------------------- */

#define MIXED                                                                                      \
    "fault = [\"none\", \"abort\", \"exit\", \"garbage\", \"nan\", \"missing\", \"slack\", " \
    "\"error\", \"two\", \"closes\", \"last\"];"

static void any_number_of_workers(void **state) {
    (void)state;
    write_study("study.cfg", MIXED);
    cli_good("run study.cfg --out one --workers 1");
    cli_good("run study.cfg --out two --workers 2");
    cli_good("run study.cfg --out five --workers 5");
    csv_table *t = csv_parse(cli_same_export("one", "two"));
    cli_same_export("one", "five");
    assert_in_range(csv_count(t, "outcome", "failed"), TRIALS / 2, TRIALS - 2);
    assert_in_range(csv_count(t, "outcome", "feasible"), 2, TRIALS / 2);
    csv_free(t);
    cli_expect_nobody_left();
}

/* 60 trials of 20 ms with two workers: 0.6 s, and never less. */
static void killed_and_resumed(void **state) {
    (void)state;
    write_study("study.cfg", "delay_us = 20000; " MIXED);
    cli_good("run study.cfg --out whole --workers 2");
    const pid_t pid = cli_start("run study.cfg --out run --workers 2");
    for (int i = 0; i < 6000 && !cli_exists("run/study.db"); i++) cli_wait_ms(5);
    cli_wait_ms(200);
    assert_int_equal(kill(pid, SIGKILL), 0);
    cli_expect(cli_end(pid), -SIGKILL, __FILE__, __LINE__);
    cli_expect_nobody_left();
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_true(t->n_rows < TRIALS);
    csv_free(t);
    cli_good("run study.cfg --out run --workers 2 --resume");
    cli_same_export("whole", "run");
}

static void killed_while_the_program_hangs(void **state) {
    (void)state;
    write_study("study.cfg", "fault = \"hang\";");
    const pid_t pid = cli_start("run study.cfg --out run --workers 2");
    for (int i = 0; i < 6000 && !cli_exists("run/study.db"); i++) cli_wait_ms(5);
    cli_wait_ms(200);
    kill(pid, SIGKILL);
    cli_expect(cli_end(pid), -SIGKILL, __FILE__, __LINE__);
    cli_expect_nobody_left();
}

/* ---- refused -------------------------------------------------------------------------------- */

static void write_config(const char *program, const char *interpreter, const char *arguments) {
    cli_write("study.cfg",
              "workload = { plugin = \"template\"; };\n"
              "hwmodel = { plugin = \"exec\"; program = \"%s\"; interpreter = \"%s\"; arguments = "
              "\"%s\"; };\n"
              "searcher = { plugin = \"random\"; }; goals = [ \"min energy_j\" ];\n",
              program, interpreter, arguments);
}

static void programs_that_cannot_run(void **state) {
    (void)state;
    cli_write("script", "#!/no/such/shell\n");
    static const struct { const char *program, *interpreter, *reason; } all[] = {
        {"", "", "program: must not be empty"},
        {"nobody", "", "nobody: No such file or directory"},
        {"nobody.py", "python3", "nobody.py: No such file or directory"},
        {"script", "", "script: Permission denied"},
        {"script", "no_such_interpreter", "no_such_interpreter: No such file or directory"},
        {"here", "", "here: Permission denied"},
        {"script", "true", "script: ended with status 0 before it answered"},
        {"script", "false", "script: ended with status 1 before it answered"},
        {"script", "echo hello", "script: said \"hello ./script\", which is no JSON object"},
    };
    assert_int_equal(mkdir("here", 0700), 0);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        write_config(all[i].program, all[i].interpreter, "");
        cli_refused(cli("space study.cfg"), 2, "study.cfg:2: ", "hwmodel.exec: ", all[i].reason);
    }
    assert_int_equal(chmod("script", 0700), 0);
    write_config("script", "", "");
    cli_refused(cli("space study.cfg"), 2, "script: No such file or directory");
    assert_int_equal(chdir("/tmp"), 0); /* for the tear-down */
}

#define METRICS "\"metrics\": [{\"name\": \"energy_j\"}]"
#define PARAMETER(...) "{\"parameters\": [{\"name\": \"rows\", " __VA_ARGS__ "}], " METRICS "}"
static const struct { const char *answer, *reason;
} descriptions[] = {
    {"{\"error\": \"no licence today\"}", "study.cfg:2: hwmodel: hwmodel.exec: no licence today"},
    {"{\"error\": 3}", "the program says: error"},
    {"[]", "said \"[]\", which is no JSON object"},
    {"{}", "metrics: there are none"},
    {"{\"metrics\": 3}", "metrics: must be a list of at most 1024"},
    {"{" METRICS ", \"constraint\": []}", "constraint: no such key; there are parameters"},
    {"{" METRICS ", \"files\": \"a\"}", "files: must be a list of paths"},
    {"{" METRICS ", \"files\": [3]}", "files: must be a list of paths"},
    {"{" METRICS ", \"files\": [\"gone\"]}", "files: gone: No such file"},
    {"{" METRICS ", \"files\": [\"/dev/null\"]}", "files: /dev/null: is a pipe or a device"},
    {"{\"metrics\": [3]}", "metrics[0].name: must be a text"},
    {"{\"metrics\": [{\"name\": \"energy_j\", \"better\": \"low\"}]}",
     "metrics[0].better: must be a number"},
    {"{\"metrics\": [{\"name\": \"energy_j\", \"unit\": 3}]}", "metrics[0].unit: must be a text"},
    {"{\"metrics\": [{\"name\": \"energy_j\", \"validity\": 3}]}",
     "metrics[0].validity: must be a text"},
    {"{\"metrics\": [{\"name\": \"energy_j\", \"units\": \"J\"}]}",
     "metrics[0].units: no such key"},
    {"{\"metrics\": [{\"name\": \"energy_j\"}, {\"name\": \"energy_j\"}]}",
     "metric energy_j: twice"},
    {"{\"metrics\": [{\"name\": \"energy j\"}]}", "a metric must have a name like"},
    {"{" METRICS ", \"constraints\": [{\"help\": \"\"}]}", "constraints[0].name: must be a text"},
    {"{" METRICS ", \"constraints\": [{\"name\": \"room\", \"max\": 3}]}",
     "constraints[0].max: no such key"},
    {PARAMETER("\"default\": 3"), "parameters[0].type: must be integer, real, category or boolean"},
    {PARAMETER("\"type\": \"text\""),
     "parameters[0].type: must be integer, real, category or boolean"},
    {PARAMETER("\"type\": \"real\", \"min\": 1, \"max\": 2"),
     "parameters[0].default: must be a number"},
    {PARAMETER("\"type\": \"real\", \"default\": true, \"min\": 0, \"max\": 2"),
     "parameters[0].default: must be a number"},
    {PARAMETER("\"type\": \"real\", \"default\": 1, \"max\": 2"),
     "parameters[0].min: must be a number"},
    {PARAMETER("\"type\": \"real\", \"default\": 1, \"min\": 1"),
     "parameters[0].max: must be a number"},
    {PARAMETER("\"type\": \"real\", \"defualt\": 1, \"min\": 1, \"max\": 2"),
     "parameters[0].defualt: no such key"},
    {PARAMETER("\"type\": \"integer\", \"default\": 9, \"min\": 1, \"max\": 8"),
     "its default 9 is not an allowed value"},
    {PARAMETER("\"type\": \"boolean\", \"default\": 1"),
     "parameters[0].default: must be true or false"},
    {PARAMETER("\"type\": \"boolean\", \"default\": true, \"length\": 0"),
     "parameters[0].length: must be an integer 1..4096"},
    {PARAMETER("\"type\": \"boolean\", \"default\": true, \"length\": 2.5"),
     "parameters[0].length: must be an integer 1..4096"},
    {PARAMETER("\"type\": \"boolean\", \"default\": true, \"per\": 3"),
     "parameters[0].per: must be a text"},
    {PARAMETER("\"type\": \"boolean\", \"default\": true, \"per\": \"nothing\""),
     "the index set \"nothing\", which the workload"},
    {PARAMETER("\"type\": \"category\""), "parameters[0].choices: must be a list of texts"},
    {PARAMETER("\"type\": \"category\", \"choices\": [\"a\", 3]"),
     "parameters[0].choices: must be a list of texts"},
    {PARAMETER("\"type\": \"category\", \"choices\": [\"a\", \"a\"]"), "name a: twice"},
    {PARAMETER("\"type\": \"category\", \"choices\": [\"a\"], \"default\": \"b\""),
     "parameters[0].default: must be one of the choices"},
    {"{\"parameters\": [{\"name\": \"program\", \"type\": \"boolean\", \"default\": "
     "true}], " METRICS "}",
     "parameter program: twice"},
    {"{\"parameters\": [{\"name\": \"Program\", \"type\": \"boolean\", \"default\": "
     "true}], " METRICS "}",
     "parameter Program: there is program already"},
    {"{\"metrics\": [{\"name\": \"f1\"}, {\"name\": \"F1\"}]}",
     "metric F1: there is f1 already"},
    {"{\"metrics\": [{\"name\": \"trial\"}]}", "metric trial: the name is taken"},
};

static void descriptions_that_break_a_rule(void **state) {
    (void)state;
    write_config(PROGRAM, "", "answer.json");
    for (size_t i = 0; i < sizeof descriptions / sizeof *descriptions; i++) {
        cli_write("answer.json", "%s", descriptions[i].answer);
        cli_refused(cli("space study.cfg"), 2, descriptions[i].reason);
    }
    cli_write("answer.json", "%s",
              PARAMETER("\"type\": \"category\", \"choices\": [\"a\", \"b\"]"));
    assert_non_null(strstr(cli_good("space study.cfg")->out, "distinct designs: 1"));
    cli_expect_nobody_left();
}

/* Of several workloads, each has its parameters and its metrics under its own name. */
static void a_metric_named_like_a_parameter(void **state) {
    (void)state;
    cli_write("answer.json", "%s",
              "{\"metrics\": [{\"name\": \"energy_j\"}, {\"name\": \"width\"}]}");
    cli_write("study.cfg",
              "workload = ( { plugin = \"template\"; width = [8, 16]; },\n"
              "             { plugin = \"template\"; } );\n"
              "hwmodel = { plugin = \"exec\"; program = \"%s\"; arguments = \"answer.json\"; };\n"
              "searcher = { plugin = \"random\"; }; goals = [ \"min energy_j\" ];\n", PROGRAM);
    cli_refused(cli("run study.cfg --out run"), 2, "workload[0].width: a searched parameter",
                "a metric of hwmodel.exec");
}

static void an_accuracy_of_its_own(void **state) {
    (void)state;
    cli_write("answer.json", "%s", "{\"metrics\": [{\"name\": \"accuracy\"}]}");
    cli_write("study.cfg",
              "workload = { plugin = \"template\"; width = [8, 16]; };\n"
              "hwmodel = { plugin = \"exec\"; program = \"%s\"; arguments = \"answer.json\"; };\n"
              "searcher = { plugin = \"random\"; }; goals = [ \"max accuracy\" ];\n", PROGRAM);
    cli_good("space study.cfg");
}

/* ---- the example ---------------------------------------------------------------------------- */

static void the_python_example(void **state) {
    (void)state;
    if (system("python3 -c pass >/dev/null 2>&1") != 0) skip();
    const char *config = SOURCE_DIR "/hwmodels/exec/example.cfg";
    const cli_result *run = cli_good("run %s --trials 40 --out run --workers 2", config);
    assert_non_null(strstr(run->out, " 0 failed"));
    assert_non_null(strstr(cli_good("report run")->out, "hypervolume"));
    const char *table = cli_good("eval %s --breakdown", config)->out;
    assert_non_null(strstr(table, "energy_j"));
    assert_non_null(strstr(table, "digital"));
    cli_good("run %s --trials 40 --out again --workers 1", config);
    cli_same_export("run", "again");
    cli_expect_nobody_left();
}

static const struct CMUnitTest others[] = {
    CLI_TEST(values_arrive), CLI_TEST(defaults_and_parts_arrive),
    CLI_TEST(a_wrong_part_fails_the_row), CLI_TEST(any_number_of_workers),
    CLI_TEST(killed_and_resumed), CLI_TEST(killed_while_the_program_hangs),
    CLI_TEST(programs_that_cannot_run), CLI_TEST(descriptions_that_break_a_rule),
    CLI_TEST(a_metric_named_like_a_parameter), CLI_TEST(an_accuracy_of_its_own),
    CLI_TEST(the_python_example),
};
enum { N_OTHERS = sizeof others / sizeof *others, N_TESTS = N_FAULTS + N_OTHERS };

int main(void) {
    struct CMUnitTest tests[N_TESTS];
    for (size_t i = 0; i < N_FAULTS; i++)
        tests[i] = (struct CMUnitTest){faults[i].name, one_fault, cli_set_up, cli_tear_down,
                                       (void *)(uintptr_t)&faults[i]};
    memcpy(tests + N_FAULTS, others, sizeof others);
    return _cmocka_run_group_tests("exec", tests, N_TESTS, NULL, NULL);
}
