/* Whatever is wrong with a config: one line that names file, line, key and rule, exit status 2, and
 * nothing written. Each row below spoils one line of a study that works. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

enum { LINES = 11 };
static const char *const good_lines[LINES] = {
    "study = {",
    "    name = \"cli\"; trials = 20; batch = 8;",
    "};",
    "workload = { plugin = \"template\"; };",
    "hwmodel = { plugin = \"faulty\";",
    "    width = { min = 1; max = 1000; };",
    "", /* HERE */
    "};",
    "searcher = { plugin = \"random\"; };",
    "goals = [ \"min energy_j\", \"min latency_s\" ];",
    "",
};
enum { STUDY = 2, WORKLOAD = 4, MODEL = 5, HERE = 7, SEARCHER = 9, GOALS = 10, END = 11 };

typedef struct mistake {
    const char *name;
    int line;
    const char *text, *says[3];
} mistake;

static const mistake mistakes[] = {
    /* keys */
    {"misspelt key", HERE, "heigth = 5;",
     {"hwmodel.heigth = 5: no such key", "did you mean \"height\""}},
    {"misspelt key in study", STUDY, "trails = 20;",
     {"study.trails = 20", "did you mean \"trials\""}},
    {"misspelt key in workload", WORKLOAD, "workload = { plugin = \"template\"; widht = 4; };",
     {"workload.widht", "did you mean \"width\""}},
    {"misspelt key in searcher", SEARCHER,
     "searcher = { plugin = \"random\"; sequense = \"sobol\"; };",
     {"searcher.sequense", "did you mean \"sequence\""}},
    {"misspelt group", END, "constraint = [ \"area_mm2 <= 1\" ];",
     {"constraint", "did you mean \"constraints\""}},
    {"misspelt baseline", END, "baseline = { hwmodel = { heigth = 5; }; };",
     {"baseline.hwmodel.heigth", "did you mean \"height\""}},
    {"baseline of nobody", END, "baseline = { hardware = { height = 5; }; };",
     {"baseline.hardware"}},
    {"key in an exception", HERE, "taps = { value = 1; at = ( { i = 0; vale = 2; } ); };",
     {"taps"}},
    {"step without range", HERE, "height = { choices = [1, 2]; step = 2; };",
     {"hwmodel.height.step"}},
    {"key twice", HERE, "width = 3;", {"hwmodel.width: is there twice", "line 6"}},

    {"no plug-in's name", MODEL, "hwmodel = { plugin = \"\";",
     {"hwmodel.plugin = \"\"", "no hwmodel plug-in of that name"}},
    {"target that is no folder", MODEL, "hwmodel = { target = \".x\"; plugin = \"faulty\";",
     {"hwmodel.target = \".x\"", "usable as the name of a folder"}},
    {"initial points that are not there", STUDY,
     "name = \"cli\"; trials = 20; initial_points = \"none.csv\";",
     {"study.initial_points = \"none.csv\"", "cannot read it: No such file"}},

    /* values */
    {"out of range", HERE, "height = 2000;", {"hwmodel.height = 2000", "an integer 1..1000"}},
    {"real out of range", HERE, "gain_v = 10.5;", {"hwmodel.gain_v = 10.5", "a number 0..10 V"}},
    {"choice out of range", HERE, "height = [10, 2000];", {"hwmodel.height[1] = 2000", "1..1000"}},
    {"range out of range", HERE, "height = { min = 0; max = 10; };",
     {"hwmodel.height.min = 0", "1..1000"}},
    {"no level", HERE, "odd = 4;", {"hwmodel.odd = 4", "one of 1, 3, 5, 7"}},
    {"no level in the range", HERE, "odd = { min = 2; max = 2; };", {"hwmodel.odd"}},
    {"no such category", HERE, "colour = \"gren\";",
     {"hwmodel.colour = \"gren\"", "did you mean \"green\""}},
    {"baseline out of range", END, "baseline = { hwmodel = { height = 2000; }; };",
     {"baseline.hwmodel.height = 2000", "1..1000"}},
    {"baseline of a fixed one", END, "baseline = { hwmodel = { delay_us = 20; }; };",
     {"baseline.hwmodel.delay_us", "fixed for the whole study"}},
    {"no trials", STUDY, "trials = 0;", {"study.trials = 0", "1..1000000000"}},
    {"less than no trials", STUDY, "trials = -5;", {"study.trials = -5", "1.."}},
    {"no batch", STUDY, "batch = 0;", {"study.batch = 0"}},
    {"no time", STUDY, "time_limit_s = 0.0;", {"study.time_limit_s = 0.0"}},
    {"a seed below 0", STUDY, "seed = -1;", {"study.seed = -1"}},
    {"a name with a slash", STUDY, "name = \"a/b\";", {"study.name = \"a/b\"", "folder"}},
    {"an empty name", STUDY, "name = \"\";", {"study.name", "folder"}},

    /* types */
    {"text for an integer", HERE, "height = \"10\";", {"hwmodel.height = \"10\"", "an integer"}},
    {"real for an integer", HERE, "height = 10.5;", {"hwmodel.height = 10.5", "an integer"}},
    {"whole real for an integer", HERE, "height = 10.0;", {"hwmodel.height = 10", "an integer"}},
    {"boolean for an integer", HERE, "height = true;", {"hwmodel.height = true", "an integer"}},
    {"integer for a boolean", HERE, "fast = 1;", {"hwmodel.fast = 1", "true or false"}},
    {"integer for a category", HERE, "colour = 1;",
     {"hwmodel.colour = 1", "\"red\", \"green\", \"blue\""}},
    {"number for a text", HERE, "note = 5;", {"hwmodel.note = 5", "a text in quotes"}},
    {"text for the trials", STUDY, "trials = \"many\";", {"study.trials = \"many\""}},
    {"real for the seed", STUDY, "seed = 1.5;", {"study.seed = 1.5"}},
    {"number for a group", WORKLOAD, "workload = 3;", {"workload = 3", "must be a group"}},
    {"text for a group", SEARCHER, "searcher = \"random\";",
     {"searcher = \"random\"", "must be a group"}},
    {"number for a plug-in", SEARCHER, "searcher = { plugin = 5; };", {"searcher.plugin = 5"}},

    /* libconfig's traps */
    {"too large for 32 bits", HERE, "height = 4294967306;",
     {"hwmodel.height", "4294967306", "32 bits"}},
    {"choice too large for 32 bits", HERE, "height = [1, 4294967306];",
     {"hwmodel.height", "32 bits"}},
    {"negative, too large for 32 bits", HERE, "height = -4294967286;",
     {"hwmodel.height", "32 bits"}},
    {"hexadecimal, too large", HERE, "height = 0x10000000A;", {"hwmodel.height", "32 bits"}},
    {"too large for 64 bits", HERE, "height = 18446744073709551626L;",
     {"hwmodel.height", "64 bits"}},
    {"seed too large for 64 bits", STUDY, "seed = 18446744073709551617L;",
     {"study.seed", "64 bits"}},
    {"reals, then an integer", HERE, "gain_v = [0.5, 1];", {"hwmodel.gain_v", "write 1.0"}},
    {"an integer, then reals", HERE, "gain_v = [1, 0.5];",
     {"hwmodel.gain_v", "write that with .0"}},

    /* what may vary */
    {"searching a fixed one", HERE, "delay_us = [1, 2];",
     {"hwmodel.delay_us", "fixed for the whole study"}},
    {"searching a fixed one of the searcher", SEARCHER,
     "searcher = { plugin = \"random\"; sequence = [\"uniform\", \"sobol\"]; };",
     {"searcher.sequence"}},
    {"searching an accuracy evaluator's", END,
     "accuracy = { plugin = \"template\"; best = [0.8, 0.9]; };",
     {"accuracy.best", "fixed for the whole study"}},
    {"searching a range of an accuracy evaluator's", END,
     "accuracy = { plugin = \"template\"; best = { min = 0.8; max = 0.9; }; };",
     {"accuracy.best", "fixed for the whole study"}},
    {"searching a text", HERE, "note = [\"a\", \"b\"];", {"hwmodel.note", "a text in quotes"}},
    {"choice twice", HERE, "height = [5, 6, 5];", {"hwmodel.height[2] = 5", "twice"}},
    {"no choices", HERE, "height = [];", {"hwmodel.height", "empty"}},
    {"no choices in a group", HERE, "height = { choices = []; };",
     {"hwmodel.height.choices", "empty"}},
    {"max below min", HERE, "height = { min = 9; max = 5; };",
     {"hwmodel.height.max = 5", "above min"}},
    {"max equal to min", HERE, "height = { min = 9; max = 9; };",
     {"hwmodel.height.max = 9", "above min"}},
    {"min alone", HERE, "height = { min = 9; };", {"hwmodel.height", "both min and max"}},
    {"max alone", HERE, "height = { max = 9; };", {"hwmodel.height", "both min and max"}},
    {"nothing at all", HERE, "height = { };", {"hwmodel.height", "needs one of"}},
    {"two things at once", HERE, "height = { value = 1; choices = [1, 2]; };",
     {"hwmodel.height", "one of"}},
    {"step of zero", HERE, "height = { min = 1; max = 9; step = 0; };",
     {"hwmodel.height.step = 0", "above 0"}},
    {"step backwards", HERE, "height = { min = 1; max = 9; step = -1; };",
     {"hwmodel.height.step = -1"}},
    {"step over the end", HERE, "height = { min = 1; max = 9; step = 10; };",
     {"hwmodel.height", "one value"}},
    {"broken step of an integer", HERE, "height = { min = 1; max = 9; step = 0.5; };",
     {"hwmodel.height.step", "an integer"}},
    {"log from zero", HERE, "gain_v = { min = 0.0; max = 9.0; log = true; };",
     {"hwmodel.gain_v.min", "above 0"}},
    {"range without an end", MODEL,
     "hwmodel = { plugin = \"array_only\"; on_off = { min = 2.0; max = \"inf\"; };",
     {"hwmodel.on_off.max = \"inf\"", "a range has an end"}},
    {"inf where there is an end", HERE, "gain_v = \"inf\";",
     {"hwmodel.gain_v = \"inf\"", "a number 0..10 V"}},
    {"log and step", HERE, "gain_v = { min = 1.0; max = 9.0; step = 1.0; log = true; };",
     {"hwmodel.gain_v.step", "not both"}},
    {"range of a category", HERE, "colour = { min = 0; max = 2; };",
     {"hwmodel.colour", "use choices"}},
    {"array as a scalar's value", HERE, "height = { value = [1, 2]; };", {"hwmodel.height.value"}},

    /* vectors */
    {"element out of range", HERE, "taps = { value = 1; at = ( { i = 4; value = 2; } ); };",
     {"hwmodel.taps.at[0].i = 4", "0..3"}},
    {"element below 0", HERE, "taps = { value = 1; at = ( { i = -1; value = 2; } ); };",
     {"hwmodel.taps.at[0].i = -1", "0..3"}},
    {"element without a value", HERE, "taps = { value = 1; at = ( { i = 1; } ); };",
     {"hwmodel.taps.at[0]", "value, choices"}},
    {"exception without an element", HERE, "taps = { value = 1; at = ( { value = 1; } ); };",
     {"hwmodel.taps.at[0]", "needs i"}},
    {"element twice", HERE,
     "taps = { value = 1; at = ( { i = 1; value = 2; }, { i = 1; value = 3; } ); };",
     {"hwmodel.taps.at[1].i = 1", "two exceptions"}},
    {"wrong length", HERE, "taps = { value = [1, 2, 3]; };",
     {"hwmodel.taps.value", "3 values", "4 elements"}},
    {"value of an element out of range", HERE, "taps = { value = [1, 2, 3, 16]; };",
     {"hwmodel.taps.value[3] = 16", "0..15"}},
    {"per of a scalar", HERE, "height = { per = \"element\"; choices = [1, 2]; };",
     {"hwmodel.height.per", "height is a scalar"}},
    {"at of a scalar", HERE, "height = { value = 1; at = ( { i = 0; value = 2; } ); };",
     {"hwmodel.height.at", "height is a scalar"}},
    {"per of another set", HERE, "taps = { per = \"weight_layer\"; choices = [1, 2]; };",
     {"hwmodel.taps.per", "\"element\""}},
    {"per of no set", WORKLOAD,
     "workload = { plugin = \"template\"; weight_bits = { per = \"block\"; choices = [2, 4]; }; };",
     {"workload.weight_bits.per = \"block\"", "\"weight_layer\""}},
    {"element without that name", WORKLOAD,
     "workload = { plugin = \"template\"; "
     "weight_bits = { value = 4; at = ( { i = \"conv9\"; value = 8; } ); }; };",
     {"workload.weight_bits.at[0].i = \"conv9\"", "weight_layer", "did you mean \"conv"}},

    /* goals and constraints */
    {"goal that nobody reports", GOALS, "goals = [ \"min energi_j\" ];",
     {"goals[0] = \"min energi_j\"", "did you mean \"energy_j\"", "area_mm2"}},
    {"goal without a direction", GOALS, "goals = [ \"energy_j\" ];",
     {"goals[0] = \"energy_j\"", "\"min \""}},
    {"goal with a word", GOALS, "goals = [ \"minimum energy_j\" ];", {"goals[0]", "\"min \""}},
    {"goal of nothing", GOALS, "goals = [ \"min \" ];", {"goals[0]"}},
    {"goal with half a product", GOALS, "goals = [ \"min energy_j*\" ];",
     {"goals[0]", "name of a metric"}},
    {"goal with a sum", GOALS, "goals = [ \"min energy_j + latency_s\" ];",
     {"goals[0]", "+ latency_s"}},
    {"goal that is no text", GOALS, "goals = [ 5 ];", {"goals[0] = 5"}},
    {"goals that are no list", GOALS, "goals = 5;", {"goals = 5"}},
    {"goals in a group", GOALS, "goals = { first = \"min energy_j\"; };", {"goals"}},
    {"goal both ways", GOALS, "goals = [ \"min energy_j\", \"max energy_j\" ];",
     {"goals[1] = \"max energy_j\"", "the contrary of \"min energy_j\""}},
    {"bounds that exclude each other", END,
     "constraints = [ \"area_mm2 >= 10\", \"area_mm2 <= 5\" ];",
     {"constraints[1] = \"area_mm2 <= 5\"", "\"area_mm2 >= 10\" before it exclude each other"}},
    {"constraint on nothing known", END, "constraints = [ \"volume <= 1\" ];",
     {"constraints[0] = \"volume <= 1\"", "\"volume\""}},
    {"constraint without a relation", END, "constraints = [ \"area_mm2 < 1\" ];",
     {"constraints[0]", "<= or >="}},
    {"constraint without a bound", END, "constraints = [ \"area_mm2 <= \" ];",
     {"constraints[0]", "a number"}},
    {"constraint with a word", END, "constraints = [ \"area_mm2 <= little\" ];",
     {"constraints[0]", "a number"}},
    {"constraint with nan", END, "constraints = [ \"area_mm2 <= nan\" ];",
     {"constraints[0]", "a number"}},
    {"constraints that are no list", END, "constraints = 100;", {"constraints = 100"}},

    /* plug-ins */
    {"no such searcher", SEARCHER, "searcher = { plugin = \"randon\"; };",
     {"searcher.plugin = \"randon\"", "did you mean \"random\""}},
    {"no such workload", WORKLOAD, "workload = { plugin = \"vgg9\"; };",
     {"workload.plugin = \"vgg9\"", "did you mean \"vgg8\""}},
    {"no such accuracy", END, "accuracy = { plugin = \"clairvoyance\"; };",
     {"accuracy.plugin = \"clairvoyance\"", "there are: scripted, template"}},
    {"group with a typing error", WORKLOAD, "wrokload = { plugin = \"vgg8\"; };",
     {"wrokload", "no such key; did you mean \"workload\"?"}},
    {"group in capitals", SEARCHER, "Searcher = { plugin = \"random\"; };",
     {"Searcher", "no such key; did you mean \"searcher\"?"}},
    {"name that cannot be seen", STUDY, "name = \"a\\x01b\";",
     {"study.name", "usable as the name of a folder"}},
    {"no plug-in named", SEARCHER, "searcher = { };",
     {"searcher", "needs plugin, the name of a searcher plug-in"}},
    {"no evaluator named", END, "accuracy = { };",
     {"accuracy", "needs plugin, the name of an accuracy plug-in"}},

    /* the text itself */
    {"syntax error", HERE, "height = ;", {"syntax error"}},
    {"unknown escape of a line", HERE, "colour = \"gr\\neen\";", {"hwmodel.colour", "\"red\""}},
    {"a plug-in with a line break", SEARCHER, "searcher = { plugin = \"ran\\ndom\"; };",
     {"searcher.plugin"}},
    {"a goal with a line break", GOALS, "goals = [ \"min \\n energi_j\" ];", {"goals[0]"}},
    {"a bound with a line break", END, "constraints = [ \"area_mm2 <=\\n x\" ];",
     {"constraints[0]"}},
    {"file that is not there", HERE, "@include \"gone.cfg\"",
     {"@include: ./gone.cfg: No such file"}},
    {"folder as a file", HERE, "@include \".\"", {"Is a directory"}},
};
enum { N_MISTAKES = sizeof mistakes / sizeof *mistakes };

static void write_study(const mistake *m) {
    char all[4096] = "";
    for (int i = 0; i < LINES; i++) {
        strcat(all, m && m->line == i + 1 ? m->text : good_lines[i]);
        strcat(all, "\n");
    }
    cli_write("study.cfg", "%s", all);
}

static void check_mistake(void **state) {
    const mistake *m = *state;
    char where[64];
    write_study(m);
    snprintf(where, sizeof where, "cimdse: study.cfg:%d: ", m->line);
    const cli_result *r = cli("run study.cfg --out run");
    cli_refused(r, 2, where, m->says[0]);
    for (int i = 1; i < 3 && m->says[i]; i++)
        if (!strstr(r->err, m->says[i])) fail_msg("%s does not say %s", r->err, m->says[i]);
}

static void without_mistake(void **state) {
    (void)state;
    write_study(NULL);
    cli_good("run study.cfg --out run");
}

static void byte_order_mark(void **state) {
    (void)state;
    cli_write("bom.cfg", "\xef\xbb\xbf" "study = { name = \"cli\"; };\n");
    cli_refused(cli("run bom.cfg"), 2, "bom.cfg:1: begins with a byte order mark");
}

static void included_file(void **state) {
    (void)state;
    mistake m = {"", HERE, "@include \"more.cfg\"", {NULL}};
    write_study(&m);
    cli_write("more.cfg", "\n\nheight = 2000;\n");
    cli_refused(cli("run study.cfg --out run"), 2, "more.cfg:3: hwmodel.height = 2000");
    cli_write("more.cfg", "\n\nheight = 4294967306;\n");
    cli_refused(cli("run study.cfg --out run"), 2, "more.cfg:3: ", "32 bits");
    cli_write("more.cfg", "height = [10, 20];\n");
    cli_good("run study.cfg --out run");
}

static void groups_left_out(void **state) {
    (void)state;
    static const char *const names[] = {"workload", "hwmodel", "searcher"};
    for (int i = 0; i < 3; i++) {
        mistake m = {"", i == 0 ? WORKLOAD : i == 1 ? MODEL : SEARCHER, "",  {NULL}};
        if (i == 1) m.text = "other = {";
        write_study(&m);
        cli_refused(cli("run study.cfg --out run"), 2, "study.cfg: ", names[i]);
    }
    mistake none = {"", GOALS, "", {NULL}}, empty = {"", GOALS, "goals = [ ];", {NULL}};
    write_study(&none);
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg: ", "goals");
    write_study(&empty);
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:", "goals");
}

/* `space` refuses what `run` would, but asks for neither goals nor searcher. */
static void a_look_at_goals_and_searcher(void **state) {
    (void)state;
    write_study(NULL);
    cli_good("space study.cfg");
    cli_refused(cli("space study.cfg --set goals=[]"), 2, "study.cfg: needs goals");
    cli_refused(cli("space study.cfg --set searcher.plugin=bayes"), 2, "did you mean \"bayesian\"");
    cli_refused(cli("space study.cfg --set searcher.sequenze=sobol"), 2, "searcher.sequenze",
                "did you mean \"sequence\"");
    cli_refused(cli("space study.cfg --set searcher.sequence=odd"), 2,
                "searcher.sequence = \"odd\"");
    cli_good("eval study.cfg --set goals=[] --set searcher.plugin=bayes");
}

static void searches_nothing(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_refused(cli("run study.cfg --out run --set hwmodel.width=1 --set hwmodel.height=[2] "
                    "--set hwmodel.gain_v=1"), 2, "study.cfg: searches nothing", "[64, 128]");
    cli_good("eval study.cfg --set hwmodel.width=1 --set hwmodel.height=[2] "
             "--set hwmodel.gain_v=1");
}

static void overriding_what_is_searched(void **state) {
    (void)state;
    cli_write("study.cfg", "workload = { plugin = \"vgg8\"; weight_bits = [4, 8]; };\n"
                           "hwmodel = { plugin = \"rram_crossbar\";\n"
                           "    weight_bits = 8; rows = [64, 128]; };\n"
                           "searcher = { plugin = \"random\"; };\ngoals = [\"min energy_j\"];\n");
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:3: hwmodel.weight_bits = 8",
                "workload.weight_bits, which is searched");
    cli_good("run study.cfg --out run --trials 5 --set workload.weight_bits=4");
}

static void accuracy_without_a_description(void **state) {
    (void)state;
    cli_write("study.cfg", "workload = { plugin = \"template\"; };\n"
                           "hwmodel = { plugin = \"template\"; rows = [64, 128]; };\n"
                           "accuracy = { plugin = \"template\"; };\n"
                           "searcher = { plugin = \"random\"; };\ngoals = [\"max accuracy\"];\n");
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:3: accuracy", "hwmodel.template");
}

static void very_long_values(void **state) {
    (void)state;
    char text[3000] = "colour = \"";
    memset(text + 10, 'x', 2500);
    memcpy(text + 2510, "\";", 3);
    mistake m = {"", HERE, text, {NULL}};
    write_study(&m);
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:7: hwmodel.colour", "one of \"red\"");
    memset(text, '(', 2500);
    write_study(&m);
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:7: ");
}

static void bytes_that_are_no_config(void **state) {
    (void)state;
    char bytes[257];
    for (int i = 0; i < 256; i++) bytes[i] = (char)(255 - i ? 255 - i : 1);
    bytes[256] = '\0';
    cli_write("study.cfg", "%s", bytes);
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg:1: ");
    cli_write("study.cfg", "%s", "");
    cli_refused(cli("run study.cfg --out run"), 2, "study.cfg: ");
}

static const struct CMUnitTest others[] = {
    CLI_TEST(without_mistake),
    CLI_TEST(byte_order_mark),
    CLI_TEST(included_file),
    CLI_TEST(groups_left_out),
    CLI_TEST(a_look_at_goals_and_searcher),
    CLI_TEST(searches_nothing),
    CLI_TEST(overriding_what_is_searched),
    CLI_TEST(accuracy_without_a_description),
    CLI_TEST(very_long_values),
    CLI_TEST(bytes_that_are_no_config),
};
enum { N_OTHERS = sizeof others / sizeof *others };

int main(void) {
    static struct CMUnitTest tests[N_MISTAKES + N_OTHERS];
    for (int i = 0; i < N_MISTAKES; i++)
        tests[i] = (struct CMUnitTest){mistakes[i].name, check_mistake, cli_set_up, cli_tear_down,
                                       (void *)(uintptr_t)&mistakes[i]};
    for (int i = 0; i < N_OTHERS; i++) tests[N_MISTAKES + i] = others[i];
    return _cmocka_run_group_tests("config errors", tests, N_MISTAKES + N_OTHERS, NULL, NULL);
}
