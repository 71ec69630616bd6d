/* Plug-ins that cannot be taken, and those that fail in the host's own process. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER BINARY_DIR "/tests/plugins/"
#define FILE_OF(name) FOLDER name "/hwmodel." name ".so"

static void write_study(const char *hwmodel) {
    cli_write("study.cfg", "workload = { plugin = \"template\"; };\n"
                           "hwmodel = { plugin = \"%s\"; rows = [32, 64]; };\n"
                           "searcher = { plugin = \"random\"; };\n"
                           "goals = [\"min energy_j\"];\n", hwmodel);
}

static void find_also(const char *name) {
    char path[512];
    snprintf(path, sizeof path, FOLDER "%s:" BINARY_DIR "/template", name);
    setenv("CIMDSE_PLUGIN_PATH", path, 1);
}

typedef struct broken {
    const char *name, *file, *why[3];
} broken;
#define BROKEN(name, ...) {name, FILE_OF(name), {__VA_ARGS__}}

static const broken all_broken[] = {
    BROKEN("old_interface", "cim_plugins", "0.9", "0.1"),
    BROKEN("short_descriptor", "descriptor of 24 bytes"),
    BROKEN("no_symbol", "exports no cim_plugins", "interface 0.1"),
    BROKEN("null_descriptor", "a descriptor is NULL"),
    BROKEN("no_service", "does not serve this host", "0.1"),
    BROKEN("thousand", "1000 plug-ins", "1..256"),
    BROKEN("wrong_id", "workload.wrong_id", "hwmodel."),
    BROKEN("no_evaluate", "hwmodel.no_evaluate", "evaluate is NULL"),
    BROKEN("many_parameters", "hwmodel.many_parameters", "1025 parameters", "1024"),
};
enum { N_BROKEN = sizeof all_broken / sizeof *all_broken };

/* By name, by file, on the list; and it is in nobody's way. */
static void broken_file(void **state) {
    const broken *b = *state;
    find_also(b->name);
    write_study(b->name);
    const cli_result *r = cli("run study.cfg --out run");
    cli_refused(r, 2, "study.cfg:2: hwmodel.plugin", b->file, b->why[0]);
    for (int i = 1; i < 3 && b->why[i]; i++) assert_non_null(strstr(r->err, b->why[i]));
    write_study(b->file);
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:2: hwmodel.plugin", b->file,
                b->why[0]);
    cli_refused(cli("plugins inspect %s", b->file), 2, b->file, b->why[0]);
    const cli_result *list = cli_good("plugins list");
    assert_non_null(strstr(list->out, "refused: "));
    assert_non_null(strstr(list->out, b->file));
    assert_non_null(strstr(list->out, b->why[0]));
    write_study("template");
    cli_good("run study.cfg --trials 10 --out run");
}

static void one_id_in_two_files(void **state) {
    (void)state;
    find_also("twice");
    write_study("template");
    cli_refused(cli("run study.cfg --out run"), 2, "hwmodel.twice", "hwmodel.twice_a.so",
                "hwmodel.twice_b.so");
    cli_refused(cli("space study.cfg"), 2, "hwmodel.twice");
}

static void crash_in_loading(void **state) {
    (void)state;
    find_also("crash_in_loading");
    write_study("template");
    cli_refused(cli("run study.cfg --out run"), 1, FILE_OF("crash_in_loading"),
                "crashed in its loading");
}

static void crash_in_description(void **state) {
    (void)state;
    find_also("wild_descriptor");
    write_study("template");
    cli_refused(cli("run study.cfg --out run"), 1, FILE_OF("wild_descriptor"),
                "crashed in its description");
}

static void exit_in_loading(void **state) {
    (void)state;
    find_also("exit_in_loading");
    write_study("template");
    cli_refused(cli("run study.cfg --out run"), 1, FILE_OF("exit_in_loading"), "ended the program");
}

static void no_shared_object(void **state) {
    (void)state;
    cli_write("garbage.so", "This is no shared object.\n");
    write_study("./garbage.so");
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:2: ", "garbage.so");
    write_study("./gone.so");
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:2: ", "gone.so");
    write_study(BINARY_DIR "/template/workload.template.so");
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:2: ", "0 hwmodel plug-ins");
}

static void missing(void **state) {
    (void)state;
    write_study("templatte");
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:2: hwmodel.plugin = \"templatte\"",
                "did you mean \"template\"", BINARY_DIR "/plugins");
    write_study("nothing_like_it");
    cli_refused(cli("run study.cfg --out run"), 2, "there are: ", "rram_crossbar");
}

static void missing_for_a_stored_study(void **state) {
    (void)state;
    write_study("template");
    cli_good("run study.cfg --trials 10 --out run");
    setenv("CIMDSE_PLUGIN_PATH", "", 1);
    cli_refused(cli("eval run --trial 0"), 2, "cimdse: run", "workload.plugin = \"template\"");
    cli_good("export run");
    cli_good("report run");
}

/* ---- in the host's process ------------------------------------------------------------------ */

static void create_fails(const char *how, int status, const char *what) {
    char extra[64];
    snprintf(extra, sizeof extra, "at_create = \"%s\";", how);
    cli_study("study.cfg", extra);
    cli_refused(cli("run study.cfg --out run"), status, "hwmodel.faulty", what);
}

static void create_segfault(void **state) {
    (void)state;
    create_fails("segfault", 1, "crashed in create");
}
static void create_abort(void **state) {
    (void)state;
    create_fails("abort", 1, "crashed in create");
}
static void create_overflow(void **state) {
    (void)state;
    create_fails("overflow", 1, "crashed in create");
}
static void create_exit(void **state) {
    (void)state;
    create_fails("exit", 1, "ended the program in create");
}
static void create_internal(void **state) {
    (void)state;
    create_fails("internal", 1, "impossible state");
}
static void create_config(void **state) {
    (void)state;
    create_fails("config", 2, "study.cfg:3: hwmodel: hwmodel.faulty: delay_us and gain_v do not");
}

static void a_leak_is_said(void **state) {
    (void)state;
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    cli_study("study.cfg", "at_create = \"leak\";");
    assert_non_null(strstr(cli_good("eval study.cfg")->err, "hwmodel.faulty leaked 1 block of"));
}

/* ---- searchers ------------------------------------------------------------------------------ */

typedef struct rule {
    const char *fault;
    int stored;              /* trials at least; a crash of the host may cost the last 0.2 s */
    const char *why;
} rule;
static const rule rules[] = {
    {"outside", 16, "searcher.faulty: ask: point 0: hwmodel.width = 1000 lies outside the space"},
    {"fraction", 16, "searcher.faulty: ask: point 0: hwmodel.width = 0.5 lies outside the space"},
    {"nan", 16, "searcher.faulty: ask: point 0: hwmodel.width = nan lies outside the space"},
    {"too_many", 16, "searcher.faulty: ask: 9 points"},
    {"no_points", 16, "searcher.faulty: ask: no points"},
    {"fidelity", 16, "searcher.faulty: ask: point 0 wants fidelity 1"},
    {"status", 16, "searcher.faulty: ask: the covariance is singular"},
    {"segfault", 0, "searcher.faulty: crashed in ask"},
    {"exit", 0, "searcher.faulty: ended the program in ask"},
    {"tell_status", 16, "searcher.faulty: tell: out of memory"},
    {"tell_segfault", 0, "searcher.faulty: crashed in tell"},
    {"save_status", 16, "searcher.faulty: save: nothing to save"},
};
enum { N_RULES = sizeof rules / sizeof *rules };

/* The run fails in one line, and what was evaluated before stays. */
static void searcher_breaks(void **state) {
    const rule *x = *state;
    /* A snapshot is taken after ten times as long as the last one took: slow designs make it due
     * after each batch, also on a busy machine. */
    cli_study("study.cfg", strcmp(x->fault, "save_status") == 0 ? "delay_us = 100000;" : "");
    const cli_result *r =
        cli("run study.cfg --out run --set searcher={plugin=\"faulty\";fault=\"%s\";}", x->fault);
    cli_expect(r, 1, __FILE__, __LINE__);
    if (!strstr(r->err, x->why)) fail_msg("%s, not %s", r->err, x->why);
    assert_int_equal(strncmp(r->err, "cimdse: ", 8), 0);
    assert_ptr_equal(strchr(r->err, '\n') + 1, r->err + r->n_err);
    if (x->stored) { /* what there is is printed; a crash takes the host with it */
        assert_non_null(strstr(r->out, " trials"));
        assert_non_null(strstr(r->err, " trials are stored in run\n"));
    } else assert_string_equal(r->out, "");
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_in_range(t->n_rows, x->stored, 24); /* and perhaps those that could not be told */
    csv_free(t);
    r = cli("run study.cfg --out run --resume --set searcher={plugin=\"faulty\";fault=\"%s\";}",
            x->fault);
    cli_expect(r, 1, __FILE__, __LINE__); /* once more, and for the same reason */
    if (!strstr(r->err, x->why)) fail_msg("%s, not %s", r->err, x->why);
}

static void searcher_cannot_begin(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_refused(
        cli("run study.cfg --out run --set searcher={plugin=\"faulty\";fault=\"create_status\";}"),
        2, "searcher.faulty: no good at this problem");
    cli_refused(cli("run study.cfg --out run --set "
                    "searcher={plugin=\"faulty\";fault=\"create_segfault\";}"),
                1, "searcher.faulty: crashed in create");
    cli_refused(cli("run study.cfg --out run --set "
                    "searcher={plugin=\"faulty\";fault=\"create_nothing\";}"),
                2, "searcher.faulty: create: CIM_OK, but *self is not set");
}

static void searcher_cannot_load(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const char *set = "--set searcher={plugin=\"faulty\";fault=\"load_status\";}";
    cli_good("run study.cfg --out run --trials 16 %s", set);
    const char *before = cli_good("export run")->out;
    cli_refused(cli("run study.cfg --out run --trials 32 --resume %s", set), 1,
                "searcher.faulty: load: the snapshot is damaged");
    assert_string_equal(before, cli_good("export run")->out);
}

static void searcher_prints(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const cli_result *r = cli_good("run study.cfg --out run --set searcher={plugin=\"faulty\";"
                                   "fault=\"loud\";}");
    assert_null(strstr(r->out, "hello"));
}

static void searcher_ends_early(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const cli_result *r = cli_good("run study.cfg --out run --set searcher={plugin=\"faulty\";"
                                   "fault=\"done\";}");
    assert_non_null(strstr(r->err, "nothing left to propose"));
    assert_non_null(strstr(r->out, "16 trials"));
}

static const struct CMUnitTest others[] = {
    CLI_TEST(one_id_in_two_files),  CLI_TEST(crash_in_loading),
    CLI_TEST(crash_in_description), CLI_TEST(exit_in_loading),
    CLI_TEST(no_shared_object),
    CLI_TEST(missing),              CLI_TEST(missing_for_a_stored_study),
    CLI_TEST(create_segfault),      CLI_TEST(create_abort),
    CLI_TEST(create_overflow),      CLI_TEST(create_exit),
    CLI_TEST(create_internal),      CLI_TEST(create_config),
    CLI_TEST(a_leak_is_said),       CLI_TEST(searcher_cannot_begin),
    CLI_TEST(searcher_cannot_load), CLI_TEST(searcher_prints),
    CLI_TEST(searcher_ends_early),
};
enum { N_OTHERS = sizeof others / sizeof *others };

int main(void) {
    static struct CMUnitTest tests[N_BROKEN + N_RULES + N_OTHERS];
    static char names[N_RULES][64];
    size_t n = 0;
    for (int i = 0; i < N_BROKEN; i++)
        tests[n++] = (struct CMUnitTest){all_broken[i].name, broken_file, cli_set_up, cli_tear_down,
                                         (void *)(uintptr_t)&all_broken[i]};
    for (int i = 0; i < N_RULES; i++) {
        snprintf(names[i], sizeof names[i], "searcher %s", rules[i].fault);
        tests[n++] = (struct CMUnitTest){names[i], searcher_breaks, cli_set_up, cli_tear_down,
                                         (void *)(uintptr_t)&rules[i]};
    }
    for (int i = 0; i < N_OTHERS; i++) tests[n++] = others[i];
    return _cmocka_run_group_tests("plug-in errors", tests, n, NULL, NULL);
}
