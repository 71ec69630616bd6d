/* study.transfer: a study that learns from the trials of others. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char study_text[] =
    "study = { name = \"%s\"; trials = 14; batch = 2; %s };\n"
    "workload = { plugin = \"lenet\"; };\ngoals = [ \"min energy_j\", \"min latency_s\" ];\n"
    "constraints = [ \"area_mm2 <= 100\" ];\n"
    "hwmodel = { plugin = \"rram_crossbar\"; rows = [32, 64, 128, 256, 512]; %s };\n"
    "searcher = { plugin = \"%s\"; };\n";

static void write_study(const char *name, const char *extra, const char *searched,
                        const char *searcher) {
    char file[64];
    snprintf(file, sizeof file, "%s.cfg", name);
    cli_write(file, study_text, name, extra, searched, searcher);
}

/* The same designs, whether it ran through or was stopped between; not those of a cold start. */
static void learns_from_another(void **state) {
    (void)state;
    write_study("old", "",
                "columns = [32, 64, 128, 256]; adc_bits = [4, 5, 6]; cell_bits = [1, 2];",
                "random");
    cli_good("run old.cfg --out old");
    write_study("cold", "", "columns = [64, 128, 256, 512]; adc_bits = [5, 6, 7, 8];", "bayesian");
    write_study("warm", "transfer = [ \"old\" ];",
                "columns = [64, 128, 256, 512]; adc_bits = [5, 6, 7, 8];", "bayesian");
    cli_good("run cold.cfg --out cold");
    assert_null(strstr(cli_good("run warm.cfg --out warm --workers 1")->err, "study.transfer"));
    cli_good("run warm.cfg --out again --trials 12 --workers 2");
    cli_good("run warm.cfg --out again --trials 14 --resume");
    cli_same_export("warm", "again");
    char *cold = cli_good("export cold")->out;
    assert_string_not_equal(cold, cli_good("export warm")->out);
    cli_good("run old.cfg --out old --trials 40 --resume");   /* it would tell more now */
    const cli_result *r = cli_ends(2, "run warm.cfg --out again --trials 16 --resume");
    assert_non_null(strstr(r->err, "study.transfer: the trials of old are not those of when"));
}

/* One folder may stand alone, and a searcher may make nothing of it, which is said. */
static void others_ignore_it(void **state) {
    (void)state;
    write_study("old", "", "columns = [32, 64, 128];", "random");
    cli_good("run old.cfg --out old");
    write_study("plain", "", "columns = [64, 128];", "random");
    write_study("given", "transfer = \"old\";", "columns = [64, 128];", "random");
    cli_good("run plain.cfg --out plain");
    assert_non_null(
        strstr(cli_good("run given.cfg --out given")->err,
               "given.cfg:1: warning: study.transfer: searcher.random does not learn from "
               "older studies"));
    cli_same_export("plain", "given");
    cli_good("eval given.cfg");
}

static void what_cannot_be_used_is_refused(void **state) {
    (void)state;
    write_study("none", "transfer = [ \"absent\" ];", "columns = [64, 128];", "random");
    cli_refused(cli("run none.cfg --out x"), 2,
                "none.cfg:1: study.transfer[0] = \"absent\": ", "cannot read it");
    cli_refused(cli("run none.cfg --out x --set study.transfer=[]"), 2, "study.transfer",
                "run folders");
    write_study("number", "transfer = [ 3 ];", "columns = [64, 128];", "random");
    cli_refused(cli("run number.cfg --out x"), 2, "study.transfer", "run folder");
    write_study("flag", "transfer = true;", "columns = [64, 128];", "random");
    cli_refused(cli("run flag.cfg --out x"), 2, "study.transfer", "run folders");
    cli_write("other.cfg",
              "study = { name = \"other\"; trials = 4; };\nworkload = { plugin = \"lenet\"; };\n"
              "goals = [ \"max tops\" ];\nsearcher = { plugin = \"random\"; };\n"
              "hwmodel = { plugin = \"rram_crossbar\"; rows = [32, 64]; };\n");
    cli_good("run other.cfg --out other");
    write_study("goals", "transfer = \"other\";", "columns = [64, 128];", "random");
    cli_refused(cli("run goals.cfg --out x"), 2,
                "goals.cfg:1: study.transfer = \"other\": it has none", "goals");
    cli_refused(cli("run goals.cfg --out x --set hwmodel.rows=64"), 2, "study.transfer", "other",
                "dimensions");
    write_study("old", "", "columns = [64, 128];", "random");
    cli_good("run old.cfg --out old");
    write_study("twice", "transfer = [ \"old\", \"old\" ];", "columns = [64, 128];", "random");
    cli_refused(cli("run twice.cfg --out x"), 2, "study.transfer[1] = \"old\": is there twice");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(learns_from_another, cli_set_up, cli_tear_down),
        cmocka_unit_test_setup_teardown(others_ignore_it, cli_set_up, cli_tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_used_is_refused, cli_set_up, cli_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
