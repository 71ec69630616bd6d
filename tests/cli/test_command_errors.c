/* A wrong command line, and folders and files that cannot be used. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct line {
    const char *arguments, *says, *says_too;
} line;

/* In a folder with study.cfg and with the finished run `old`. */
static const line lines[] = {
    {"rnu study.cfg", "no command \"rnu\"", "did you mean \"run\""},
    {"frobnicate", "no command \"frobnicate\"", "cimdse help"},
    {"run", "cimdse run CONFIG", NULL},
    {"run study.cfg study.cfg", "cimdse run CONFIG", NULL},
    {"run study.cfg --bogus", "--bogus: no such option", NULL},
    {"run study.cfg --bogus=3", "--bogus=3: no such option", NULL},
    {"run study.cfg -q", "-q: no such option", NULL},
    {"run -qx study.cfg", "-qx: no such option", NULL},
    {"run study.cfg --out", "--out: needs a value", NULL},
    {"run study.cfg --set", "--set: needs a value", NULL},
    {"run study.cfg --trials many", "--trials many", "1..1000000000"},
    {"run study.cfg --trials 0", "--trials 0", "1..1000000000"},
    {"run study.cfg --trials -3", "--trials -3", "1..1000000000"},
    {"run study.cfg --trials 1.5", "--trials 1.5", NULL},
    {"run study.cfg --trials 99999999999999999999", "--trials 99999999999999999999", NULL},
    {"run study.cfg --seed x", "--seed x", NULL},
    {"run study.cfg --workers 0", "--workers 0", "1..1024"},
    {"run study.cfg --workers 4000", "--workers 4000", "1..1024"},
    {"run study.cfg --front", "no option --front", NULL},
    {"run study.cfg --trial 3", "no option --trial", NULL},
    {"run study.cfg --resume=yes", "--resume=yes", NULL},
    {"space study.cfg --trials 3", "no option --trials", NULL},
    {"export old --set a.b=1", "no option --set", NULL},
    {"plugins check x.so --seconds 0", "--seconds 0", "1..86400"},
    {"plugins check x.so --seconds 99999", "--seconds 99999", "1..86400"},
    {"plugins check x.so --seconds soon", "--seconds soon", "1..86400"},
    /* --set */
    {"run study.cfg --set hwmodel.height", "--set hwmodel.height", "group.key=value"},
    {"run study.cfg --set =5", "--set =5", "group.key=value"},
    {"run study.cfg --set hwmodel.=5", "--set hwmodel.=5", "\"\" is no key"},
    {"run study.cfg --set .height=5", "--set .height=5", "\"\" is no key"},
    {"run study.cfg --set hwmodel..height=5", "--set hwmodel..height=5", "\"\" is no key"},
    {"run study.cfg --set hwmodel.height=", "--set hwmodel.height=", "1..1000"},
    {"run study.cfg --set hwmodel.height=[1,", "--set hwmodel.height=[1,", "\"[1,\" is no value"},
    {"run study.cfg --set 'hwmodel.height=1; x=2'",
     "--set hwmodel.height=1; x=2", "is no value as in a config"},
    {"run study.cfg --set hwmodel.height.deep=5", "--set hwmodel.height.deep=5", "no group"},
    {"run study.cfg --set hwmodel[0].height=5", "--set hwmodel[0].height=5",
     "hwmodel is no list of groups"},
    {"run study.cfg --set hwmodel.heigth=5",
     "--set hwmodel.heigth=5: hwmodel.heigth", "\"height\""},
    {"run study.cfg --set hwmodel.height=2000",
     "--set hwmodel.height=2000: hwmodel.height", "1..1000"},
    {"run study.cfg --set hwmodel.height=tall", "hwmodel.height = \"tall\"", "an integer"},
    {"run study.cfg --set hwmodel.height=4294967306", "--set hwmodel.height=4294967306", "32 bits"},
    {"run study.cfg --set hwmodel.gain_v=[0.5,1]", "--set hwmodel.gain_v=[0.5,1]", "write 1.0"},
    {"run study.cfg --set hwmodell.height=5",
     "--set hwmodell.height=5", "did you mean \"hwmodel\""},
    {"run study.cfg --set goals=5", "--set goals=5", "goals"},
    {"run study.cfg --set 'goals=[\"min energy_j/energy_j\"]'", "divides energy_j by itself", NULL},
    {"run study.cfg --set 'goals=[\"min energy_j*area_mm2\",\"min area_mm2*energy_j\"]'",
     "is the same goal as \"min energy_j*area_mm2\" before it", NULL},
    {"run study.cfg --set 'constraints=[\"area_mm2/energy_j*energy_j <= 1\"]'",
     "divides energy_j by itself", NULL},
    {"eval study.cfg --set hwmodel.odd=2", "--set hwmodel.odd=2: hwmodel.odd", "one of 1, 3, 5, 7"},
    /* files */
    {"run gone.cfg", "gone.cfg: ", "No such file"},
    {"run study.cfg/more.cfg", "study.cfg/more.cfg: ", "Not a directory"},
    {"run .", ".", NULL},
    {"space folder.cfg", "folder.cfg", NULL},
    {"run pipe.cfg", "pipe.cfg: is a pipe or a device", NULL},
    {"run study.cfg --set study.initial_points=pipe.cfg", "study.initial_points = \"pipe.cfg\"",
     "it is a pipe or a device"},
    {"run study.cfg --set workload={plugin=\"network\";file=\"pipe.cfg\";}",
     "workload.file = \"pipe.cfg\": is a pipe or a device", NULL},
    {"run study.cfg --set accuracy={plugin=\"table\";file=\"pipe.cfg\";}",
     "accuracy.file = \"pipe.cfg\": is a pipe or a device", NULL},
    {"run study.cfg --set hwmodel.plugin=./pipe.cfg", "/pipe.cfg: is a pipe or a device", NULL},
    {"plugins check pipe.cfg", "pipe.cfg: is no shared object", NULL},
    {"eval /dev/zero", "/dev/zero: is a pipe or a device", NULL},
    {"space takes.cfg", "takes.cfg:1: @include: ./pipe.cfg: is a pipe or a device", NULL},
    {"run study.cfg --out study.cfg", "study.cfg", "there is a file of that name"},
    {"run study.cfg --out ''", "--out: is empty", NULL},
    {"run study.cfg --set hwmodel.height=5 --set hwmodel.height=6",
     "--set hwmodel.height=5: has no effect", "--set hwmodel.height=6"},
    {"run study.cfg --set hwmodel.height=5 --set hwmodel={plugin=\"faulty\";}",
     "--set hwmodel.height=5: has no effect", "behind it replaces it"},
    {"help ruin", "no command \"ruin\"", "did you mean \"run\""},
    {"run study.cfg --out study.cfg/run", "study.cfg/run: cannot make the run folder", NULL},
    {"run study.cfg --out /proc/cimdse", "/proc/cimdse: cannot", NULL},
    {"run study.cfg --out /proc/1/cimdse/deeper", "/proc/1/cimdse/deeper: cannot", NULL},
    {"run study.cfg --out old", "old: holds a study already", "--resume"},
    {"run old", "old: is a run", "--resume"},
    {"run study.cfg --out old --resume --seed 9",
     "old: --resume: the config has changed: study: it was \"seed = 3;\" and is \"seed = 9;\"",
     NULL},
    {"run study.cfg --out old --resume --set hwmodel.height=[1,2]", "the config has changed",
     "height = [ 1, 2 ]"},
    {"run study.cfg --out old --resume --set study.batch=16",
     "the config has changed: study: it was \"batch = ", "and is \"batch = 16;\""},
    {"run study.cfg --out old --resume --set searcher.sequence=sobol",
     "the config has changed: searcher: \"sequence = \"sobol\";\" is new;", NULL},
    /* readers */
    {"export", "cimdse export RUN", NULL},
    {"export gone", "gone", "No such file"},
    {"export study.cfg", "study.cfg", NULL},
    {"export old --format xml", "--format xml", "csv or jsonl"},
    {"export old --as stones", "--as stones", NULL},
    {"export old --as points --format jsonl", "--as points", NULL},
    {"export old --as config --format csv", "--format csv: --as config is a config", NULL},
    {"export old --as config --front --trial 1", "--front: --trial 1 names the trial", NULL},
    {"report", "cimdse report RUN", NULL},
    {"report gone", "gone", "No such file"},
    {"eval", "cimdse eval CONFIG|RUN", NULL},
    {"eval old --trial 4000", "has no trial 4000", NULL},
    {"eval old --trial -1", "--trial -1", NULL},
    {"eval study.cfg --trial 0", "--trial 0", "needs a run folder"},
    {"eval study.cfg --format xml", "--format xml", "table, csv or json"},
    {"eval study.cfg --points gone.csv", "gone.csv: cannot read it", "No such file"},
    {"plugins frobnicate", "plugins frobnicate", "list, inspect or check"},
    {"plugins inspect", "which plug-in", NULL},
    {"plugins inspect hwmodel.fault",
     "hwmodel.fault: no such plug-in", "did you mean \"hwmodel.faulty\""},
    {"plugins list hwmodel.faulty", "takes no argument", NULL},
    {"plugins list --set version=v2", "--set is for inspect", NULL},
    {"plugins inspect vgg8 --set version=v2", "workload.vgg8 describes itself without settings",
     NULL},
    {"plugins inspect mobilenet --set versoin=v2", "workload.versoin", "did you mean \"version\""},
    {"plugins inspect mobilenet --set version=v9", "workload.version = \"v9\"", "must be one of"},
    {"plugins inspect exec --set interpreter=sh", "program has no default", NULL},
};
enum { N_LINES = sizeof lines / sizeof *lines };

static void check_line(void **state) {
    const line *l = *state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out old");
    assert_int_equal(mkdir("folder.cfg", 0700), 0);
    assert_int_equal(mkfifo("pipe.cfg", 0600), 0);
    cli_write("takes.cfg", "@include \"pipe.cfg\"\n");
    cli_refused(cli("%s", l->arguments), 2, l->says, l->says_too);
}

static void no_command(void **state) {
    (void)state;
    const cli_result *r = cli("%s", "");
    cli_expect(r, 2, __FILE__, __LINE__);
    assert_string_equal(r->out, "");
    assert_non_null(strstr(r->err, "cimdse run CONFIG"));
}

static void help_and_version(void **state) {
    (void)state;
    static const char *const words[] = {"help", "--help", "-h"};
    for (int i = 0; i < 3; i++) {
        const cli_result *r = cli_good("%s", words[i]);
        assert_non_null(strstr(r->out, "cimdse run CONFIG"));
        assert_string_equal(r->err, "");
    }
    static const char *const commands[] = {"run",    "eval",     "space", "report", "compare",
                                           "export", "validate", "train", "plugins"};
    for (int i = 0; i < 9; i++) {
        const cli_result *r = cli_good("%s study.cfg --help", commands[i]);
        char begin[64];
        snprintf(begin, sizeof begin, "  cimdse %s ", commands[i]);
        assert_int_equal(strncmp(r->out, begin, strlen(begin)), 0);
        assert_null(strstr(r->out + 1, "  cimdse "));
        assert_null(strstr(r->out, "Exit status"));
        assert_true(r->n_out && r->out[r->n_out - 1] == '\n');
        assert_string_equal(cli_good("%s -h", commands[i])->out, r->out);
    }
    assert_non_null(strstr(cli_good("validate --help")->out, "[--workers N]"));
    assert_int_equal(strncmp(cli_good("--version")->out, "cimdse 0.", 9), 0);
}

/* A run may have been killed before it stored anything: the same command goes on, and says so. */
static void resume_without_a_study(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out whole");
    const cli_result *r = cli_good("run study.cfg --out run --resume");
    assert_non_null(strstr(r->err, "run: nothing is stored there yet"));
    cli_same_export("whole", "run");
    cli_refused(cli("run gone --resume"), 2, "gone: ", "No such file");
    assert_int_equal(mkdir("empty", 0700), 0);
    cli_refused(cli("run empty --resume"), 2, "empty");
}

static void folders_are_made(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg");
    assert_true(cli_exists("runs/cli/study.db"));
    cli_good("run study.cfg --out a/b//c/");
    assert_true(cli_exists("a/b/c/study.db"));
    cli_good("run study.cfg --out a/b/c/ --resume");
    cli_good("export a/b/c/study.db");
    assert_int_equal(mkdir("empty", 0700), 0);
    cli_good("run study.cfg --out empty");
}

/* With 1 or 2: whether a broken file is a wrong argument or a failure is not for a test to say. */
static void refused_somehow(const cli_result *r, const char *what) {
    cli_refused(r, r->status == 1 ? 1 : 2, what);
}

/* A file that is no study, or no longer one. */
static void damaged_studies(void **state) {
    (void)state;
    static const char *const readers[] = {"export", "report", "eval --trial 0"};
    cli_study("study.cfg", "");
    for (int i = 0; i < 3; i++) {
        char whole[64];
        snprintf(whole, sizeof whole, "run%d", i);
        assert_int_equal(mkdir(whole, 0700), 0);
        strcat(whole, "/study.db");
        cli_write(whole, "%s",
                  i == 0   ? "This is no database. It is only a text, and not a long one.\n"
                  : i == 1 ? "SQLite format 3"
                           : "");
        for (int k = 0; k < 3; k++)
            refused_somehow(cli("%s run%d", readers[k], i), whole);
    }
    refused_somehow(cli("run study.cfg --out run0 --resume"), "run0/study.db");
    cli_refused(cli("run study.cfg --out run0"), 2, "run0");
}

static void tables_that_are_gone(void **state) {
    (void)state;
    static const char *const tables[] = {"study", "trial", "metric", "goal", "rule", "dimension",
                                         "snapshot", "plugin"};
    cli_study("study.cfg", "");
    for (int i = 0; i < 8; i++) {
        char statement[256];
        cli_good("run study.cfg --out run%d", i);
        snprintf(statement, sizeof statement, "run%d/study.db", i);
        cli_sql(statement, "DROP TABLE %s", tables[i]);
        const cli_result *r = cli("export run%d", i);
        assert_in_range(r->status, 0, 2);
        if (r->status) assert_ptr_equal(strchr(r->err, '\n') + 1, r->err + r->n_err);
        r = cli("run study.cfg --out run%d --resume --trials 50", i);
        assert_in_range(r->status, 1, 2);
        assert_ptr_equal(strchr(r->err, '\n') + 1, r->err + r->n_err);
    }
}

/* What cannot be written is no success. */
static const char *const writers[] = {
    "export old", "export old --format jsonl", "export old --as points", "report old",
    "space study.cfg", "eval study.cfg", "eval study.cfg --format csv",
    "eval study.cfg --format json", "eval study.cfg --points points.csv",
    "eval study.cfg --points points.csv --breakdown",
    "eval study.cfg --points points.csv --format table",
    "eval study.cfg --points points.csv --format json", "plugins list",
    "plugins inspect hwmodel.faulty", "help", "run --help", "--version", "run study.cfg --out new"};

static void full_output(void **state) {
    (void)state;
    size_t wrong = 0;
    cli_study("study.cfg", "");
    cli_write("points.csv", "hwmodel.width\n1\n2\n");
    cli_good("run study.cfg --out old");
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        const cli_result *r = cli_to("/dev/full", "%s", writers[i]);
        const bool said = strstr(r->err, "cimdse: ") != NULL;
        if (r->status != 1 || !said) {
            print_error("%s: status %d, %s\n", writers[i], r->status, said ? r->err : "silent");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    cli_good("export new"); /* the study itself is there */
}

/* A study in which every trial failed is stored and shown, and is no success. */
static void nothing_but_failures(void **state) {
    (void)state;
    static const char text[] = "study = { trials = 9; };\nworkload = { plugin = \"vgg8\"; };\n"
                               "hwmodel = %s;\nsearcher = { plugin = \"random\"; };\n"
                               "goals = [ \"min energy_j\" ];\n";
#define FAILING "{ plugin = \"rram_crossbar\"; on_off_ratio = [1.01, 1.02]; rows = [32, 64]; }"
    cli_write("study.cfg", text, FAILING);
    const cli_result *r = cli_ends(1, "run study.cfg --out run");
    assert_non_null(strstr(r->out, "0 feasible, 0 infeasible, 9 failed"));
    assert_non_null(strstr(r->err, "cimdse: run: all 9 trials failed; the commonest reason: "));
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_int_equal(csv_count(t, "outcome", "failed"), 9);
    assert_non_null(strstr(r->err, csv_at(t, 0, "reason")));
    csv_free(t);
    cli_ends(1, "run study.cfg --out run --resume");
    cli_write("two.cfg", text, "( " FAILING ", { plugin = \"sram_cim\"; rows = [32, 64]; } )");
    r = cli_ends(1, "run two.cfg --out two");
    assert_non_null(strstr(r->err, "two/rram_crossbar: all 9 trials failed"));
    assert_non_null(strstr(r->out, "sram_cim"));
    cli_good("report two/sram_cim");
    cli_write("points.csv", "hwmodel.rows\n32\n64\n");
    r = cli_ends(1, "eval study.cfg --points points.csv");
    assert_non_null(strstr(r->err, "points.csv: all 2 rows failed; the first: "));
    t = csv_parse(r->out);
    assert_int_equal(csv_count(t, "outcome", "failed"), 2);
    csv_free(t);
    cli_good("eval study.cfg --points points.csv --set hwmodel.on_off_ratio=20.0");
}

/* A config may say where its plug-in is; a stored one still knows from where. */
static void another_folder(void **state) {
    (void)state;
    assert_int_equal(mkdir("deep", 0700), 0);
    cli_study("deep/study.cfg", "");
    cli_good("run deep/study.cfg --out run");
    cli_refused(cli("run deep/study.cfg --out run2 --set hwmodel.height=0"), 2,
                "hwmodel.height = 0");
    cli_write("deep/wrong.cfg", "workload = { plugin = \"none\"; };\n");
    cli_refused(cli("space deep/wrong.cfg"), 2, "cimdse: deep/wrong.cfg:1: workload.plugin");
}

static const struct CMUnitTest others[] = {
    CLI_TEST(no_command),      CLI_TEST(help_and_version), CLI_TEST(resume_without_a_study),
    CLI_TEST(folders_are_made), CLI_TEST(damaged_studies), CLI_TEST(tables_that_are_gone),
    CLI_TEST(full_output),     CLI_TEST(another_folder),
    CLI_TEST(nothing_but_failures),
};
enum { N_OTHERS = sizeof others / sizeof *others };

int main(void) {
    static struct CMUnitTest tests[N_LINES + N_OTHERS];
    for (int i = 0; i < N_LINES; i++)
        tests[i] = (struct CMUnitTest){lines[i].arguments, check_line, cli_set_up, cli_tear_down,
                                       (void *)(uintptr_t)&lines[i]};
    for (int i = 0; i < N_OTHERS; i++) tests[N_LINES + i] = others[i];
    return _cmocka_run_group_tests("command errors", tests, N_LINES + N_OTHERS, NULL, NULL);
}
