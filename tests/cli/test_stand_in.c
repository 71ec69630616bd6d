/* accuracy.on: accuracy of another network than the study's, with the bits and arrays that each
 * design gives to the layer of the same place. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As many weight layers as a LeNet. */
static const char five[] =
    "input = [1, 12, 12]; input_bits = 7;\nlayers = (\n"
    "    { name = \"a\"; op = \"conv\"; out_channels = 4; kernel = 3; padding = 1; },\n"
    "    { name = \"b\"; op = \"conv\"; out_channels = 8; kernel = 3; padding = 1; },\n"
    "    { name = \"pool\"; op = \"max_pool\"; kernel = 2; },\n"
    "    { name = \"c\"; op = \"conv\"; out_channels = 8; kernel = 3; },\n"
    "    { name = \"d\"; op = \"linear\"; out_channels = 20; },\n"
    "    { name = \"e\"; op = \"linear\"; out_channels = 10; } );\n";
/* Three, and one that NeuroSim cannot hold. */
static const char three[] =
    "input = [1, 12, 12];\nlayers = (\n"
    "    { name = \"a\"; op = \"conv\"; out_channels = 4; kernel = 3; padding = 1; },\n"
    "    { name = \"b\"; op = \"depthwise\"; kernel = 3; padding = 1; },\n"
    "    { name = \"c\"; op = \"linear\"; out_channels = 10; } );\n";

#define ON_FIVE   "{ plugin = \"network\"; file = \"five.cfg\"; }"
#define PER_LAYER "{ per = \"weight_layer\"; choices = [3, 4, 6, 8]; }"

#define LENET "{ plugin = \"lenet\"; weight_bits = " PER_LAYER "; input_bits = " PER_LAYER "; }"
#define RRAM  "{ plugin = \"rram_crossbar\"; rows = [64, 128]; adc_bits = " PER_LAYER "; }"

/* Line 2 is the workload, 3 the hardware model, 4 accuracy. ON: a group, or NULL. */
static void write_study(const char *name, const char *workload, const char *model, const char *on) {
    cli_write("five.cfg", "%s", five);
    cli_write("three.cfg", "%s", three);
    cli_write(name,
              "study = { name = \"s\"; seed = 5; trials = 60; batch = 8; };\n"
              "workload = %s;\nhwmodel = %s;\n"
              "accuracy = { plugin = \"scripted\"; minds_all = true; %s%s%s };\n"
              "searcher = { plugin = \"random\"; };\n"
              "goals = [ \"max accuracy\", \"min energy_j\" ];\n",
              workload, model, on ? "on = " : "", on ? on : "", on ? ";" : "");
}

/* No success where every design fails. */
static csv_table *evaluated(const char *arguments) {
    const cli_result *r = cli("eval %s", arguments);
    csv_table *t = csv_parse(r->out);
    cli_expect(r, csv_count(t, "outcome", "failed") == t->n_rows, __FILE__, __LINE__);
    return t;
}

/* Accuracy is that of a study of the stand-in with the same bits and arrays, and everything else is
 * that of the study without it. */
static void accuracy_of_one_and_cost_of_the_other(void **state) {
    (void)state;
    write_study("s.cfg", LENET, RRAM, ON_FIVE);
    write_study("own.cfg", LENET, RRAM, NULL);
    write_study("direct.cfg",
                "{ plugin = \"network\"; file = \"five.cfg\"; weight_bits = " PER_LAYER
                "; input_bits = " PER_LAYER "; }",
                RRAM, NULL);
    cli_good("run s.cfg --out run");
    cli_write("points.csv", "%s", cli_good("export run --as points")->out);
    csv_table *s = evaluated("s.cfg --points points.csv"),
              *own = evaluated("own.cfg --points points.csv");
    csv_table *direct = evaluated("direct.cfg --points points.csv");
    size_t other = 0, distinct = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        assert_string_equal(csv_at(s, i, "accuracy"), csv_at(direct, i, "accuracy"));
        assert_string_equal(csv_at(s, i, "energy_j"), csv_at(own, i, "energy_j"));
        assert_string_equal(csv_at(s, i, "weights"), csv_at(own, i, "weights"));
        other += strcmp(csv_at(s, i, "accuracy"), csv_at(own, i, "accuracy")) != 0;
        distinct += csv_count(s, "accuracy", csv_at(s, i, "accuracy")) == 1;
    }
    assert_int_equal(s->n_rows, 60);
    assert_int_equal(other, 60);
    assert_int_equal(distinct, 60);
    csv_free(s);
    csv_free(own);
    csv_free(direct);
}

/* One element at a time: each reaches the layer of its place. */
static void element_by_element(void **state) {
    (void)state;
    static const char *const names[] = {"workload.weight_bits", "workload.input_bits",
                                        "hwmodel.adc_bits"};
    write_study("s.cfg", "{ plugin = \"lenet\"; }", "{ plugin = \"rram_crossbar\"; }", ON_FIVE);
    write_study("direct.cfg",
                "{ plugin = \"network\"; file = \"five.cfg\"; weight_bits = 8; input_bits = 8; }",
                "{ plugin = \"rram_crossbar\"; }", NULL);
    for (int k = 0; k < 3; k++)
        for (int i = 0; i < 5; i++) {
            cli_write("points.csv", "%s[%d]\n4\n", names[k], i);
            csv_table *s = evaluated("s.cfg --points points.csv");
            csv_table *direct = evaluated("direct.cfg --points points.csv");
            assert_string_equal(csv_at(s, 0, "accuracy"), csv_at(direct, 0, "accuracy"));
            csv_free(s);
            csv_free(direct);
        }
}

/* Equal values need no equal numbers of layers, whichever network has more of them. */
static void networks_of_other_depths(void **state) {
    (void)state;
    static const char *const larger[] = {"lenet", "vgg8"}, *const files[] = {"three.cfg",
                                                                             "five.cfg"};
    for (int i = 0; i < 2; i++) {
        char workload[96], on[96];
        snprintf(workload, sizeof workload, "{ plugin = \"%s\"; weight_bits = [4, 8]; }",
                 larger[i]);
        snprintf(on, sizeof on, "{ plugin = \"network\"; file = \"%s\"; }", files[i]);
        write_study("s.cfg", workload, "{ plugin = \"rram_crossbar\"; adc_bits = [4, 6]; }", on);
        snprintf(workload, sizeof workload,
                 "{ plugin = \"network\"; file = \"%s\"; weight_bits = 4; input_bits = 8; }",
                 files[i]);
        write_study("direct.cfg", workload, "{ plugin = \"rram_crossbar\"; adc_bits = 6; }", NULL);
        cli_write("points.csv", "workload.weight_bits,hwmodel.adc_bits\n4,6\n");
        csv_table *s = evaluated("s.cfg --points points.csv"),
                  *direct = evaluated("direct.cfg --format csv");
        assert_string_equal(csv_at(s, 0, "accuracy"), csv_at(direct, 0, "accuracy"));
        csv_free(s);
        csv_free(direct);
    }
    write_study("s.cfg", "{ plugin = \"network\"; file = \"three.cfg\"; }",
                "{ plugin = \"rram_crossbar\"; adc_bits = [4, 6]; }",
                "{ plugin = \"lenet\"; weight_bits = 5; }");
    cli_write("points.csv", "workload.weight_bits[1],hwmodel.adc_bits[0]\n4,-\n-,6\n-,-\n");
    csv_table *s = evaluated("s.cfg --points points.csv");
    assert_string_equal(csv_at(s, 0, "outcome"), "failed");
    assert_non_null(
        strstr(csv_at(s, 0, "reason"), "weight_bits differs from layer to layer, and lenet has 5"));
    assert_non_null(
        strstr(csv_at(s, 1, "reason"), "adc_bits differs from layer to layer, and lenet has 5"));
    assert_string_equal(csv_at(s, 2, "outcome"),
                        "feasible"); /* bits are the file's: lenet has its own */
    csv_free(s);
}

/* Each model's arrays as it describes them to a study of the stand-in itself. */
static void whichever_model(void **state) {
    (void)state;
    static const char *const models[] = {"mnsim", "neurosim", "sram_cim"};
    for (int i = 0; i < 3; i++) {
        char model[64];
        snprintf(model, sizeof model, "{ plugin = \"%s\"; }", models[i]);
        write_study("s.cfg", "{ plugin = \"vgg8\"; weight_bits = 8; }", model, ON_FIVE);
        write_study("direct.cfg",
                    "{ plugin = \"network\"; file = \"five.cfg\"; weight_bits = 8; "
                    "input_bits = 8; }",
                    model, NULL);
        csv_table *s = evaluated("s.cfg --format csv"),
                  *direct = evaluated("direct.cfg --format csv");
        assert_string_equal(csv_at(s, 0, "outcome"), "feasible");
        assert_string_equal(csv_at(s, 0, "accuracy"), csv_at(direct, 0, "accuracy"));
        csv_free(s);
        csv_free(direct);
    }
}

/* 23 places for weight layers, of which two blocks have four: what the others would have counts
 * for nothing. */
static void layers_that_are_not_there(void **state) {
    (void)state;
    write_study("s.cfg", "{ plugin = \"block_cnn\"; depth = 2; block_type = \"mvgg\"; "
                         "weight_bits = [4, 6]; }",
                "{ plugin = \"rram_crossbar\"; adc_bits = [4, 6]; }", ON_FIVE);
    write_study("direct.cfg",
                "{ plugin = \"network\"; file = \"five.cfg\"; weight_bits = [4, 6]; "
                "input_bits = 8; }",
                "{ plugin = \"rram_crossbar\"; adc_bits = [4, 6]; }", NULL);
    cli_write("points.csv", "workload.weight_bits,hwmodel.adc_bits\n4,4\n4,6\n6,4\n");
    csv_table *s = evaluated("s.cfg --points points.csv");
    csv_table *direct = evaluated("direct.cfg --points points.csv");
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(csv_at(s, i, "reason"), "");
        assert_string_equal(csv_at(s, i, "accuracy"), csv_at(direct, i, "accuracy"));
    }
    assert_string_not_equal(csv_at(s, 0, "accuracy"), csv_at(s, 1, "accuracy"));
    csv_free(s);
    csv_free(direct);
    cli_write("points.csv", "workload.weight_bits[1]\n4\n");
    s = evaluated("s.cfg --points points.csv");
    assert_non_null(strstr(csv_at(s, 0, "reason"), "weight_bits differs from layer to layer"));
    csv_free(s);
}

static void any_workers_and_resumed(void **state) {
    (void)state;
    static const char *const levels = "level=\"exact\";", *const ladder =
                                                              "ladder=[\"estimate\",\"exact\"];";
    write_study("s.cfg", LENET, RRAM, ON_FIVE);
    for (int i = 0; i < 2; i++) {
        char set[240];
        snprintf(set, sizeof set,
                 "--set 'accuracy={plugin=\"scripted\";minds_all=true;%son=" ON_FIVE ";}'",
                 i ? ladder : levels);
        cli_good("run s.cfg --out one%d --workers 1 %s", i, set);
        cli_good("run s.cfg --out three%d --workers 3 %s", i, set);
        cli_good("run s.cfg --out parts%d --workers 2 --trials 21 %s", i, set);
        cli_good("run s.cfg --out parts%d --workers 1 --trials 60 --resume %s", i, set);
        cli_same_export(i ? "one1" : "one0", i ? "three1" : "three0");
        cli_same_export(i ? "one1" : "one0", i ? "parts1" : "parts0");
    }
}

/* Whoever sees an accuracy can see whose it is. */
static void it_is_said(void **state) {
    (void)state;
    write_study("s.cfg", LENET, RRAM, ON_FIVE);
    write_study("own.cfg", LENET, RRAM, NULL);
    cli_good("run s.cfg --out run --trials 9");
    cli_good("run own.cfg --out own --trials 9");
    assert_non_null(strstr(
        cli_good("report run")->out,
        "Accuracy is that of a stand-in, five (accuracy.on), not of the study's network.\n"));
    assert_null(strstr(cli_good("report own")->out, "stand-in"));
    assert_non_null(
        strstr(cli_good("eval s.cfg")->out, "share of right answers of five, not of the study's"));
    const char *both = cli_good("compare run own")->out;
    assert_non_null(strstr(both, "accuracy on"));
    assert_non_null(strstr(both, "the study's network"));
    assert_null(strstr(cli_good("compare own own")->out, "accuracy on"));
    cli_write("again.cfg", "%s", cli_good("export run --front --as config")->out);
    assert_non_null(strstr(cli_good("eval again.cfg")->out, "right answers of five"));
    cli_write("five.a.cfg", "%s", five); /* five.b.cfg would be another */
    cli_good("run s.cfg --out other --trials 2 --set 'accuracy.on.file=\"five.a.cfg\"'");
    assert_non_null(strstr(cli_good("report other")->out, "a stand-in, five.a (accuracy.on)"));
    cli_write("five.cfg", "# other\n%s", five);
    assert_non_null(strstr(cli_ends(2, "run s.cfg --out run --trials 10 --resume")->err,
                           "accuracy.on.file: ./five.cfg has changed since"));
}

/* What the model makes nothing of on the stand-in. */
static void arrays_that_are_refused(void **state) {
    (void)state;
    write_study("s.cfg", "{ plugin = \"lenet\"; weight_bits = [4, 8]; }",
                "{ plugin = \"neurosim\"; }", "{ plugin = \"network\"; file = \"three.cfg\"; }");
    cli_write("points.csv", "workload.weight_bits\n4\n");
    csv_table *s = evaluated("s.cfg --points points.csv");
    assert_string_equal(csv_at(s, 0, "outcome"), "failed");
    assert_non_null(strstr(csv_at(s, 0, "reason"), "hwmodel.neurosim: three: layer \"b\""));
    csv_free(s);
}

static void refused(void **state) {
    (void)state;
    static const char *const on = "{ plugin = \"network\"; file = \"three.cfg\"; }";
    write_study("s.cfg", LENET, "{ plugin = \"rram_crossbar\"; rows = [64, 128]; }", on);
    cli_refused(cli("run s.cfg --out x"), 2,
                "s.cfg:2: workload.weight_bits: differs from layer to layer",
                "has 5 and three, which accuracy is measured on (accuracy.on), 3");
    write_study("s.cfg", "{ plugin = \"lenet\"; }", RRAM, on);
    cli_refused(cli("run s.cfg --out x"), 2,
                "s.cfg:3: hwmodel.adc_bits: differs from layer to layer");
    write_study("s.cfg", "{ plugin = \"lenet\"; }", "{ plugin = \"rram_crossbar\"; }",
                "{ plugin = \"template\"; }");
    cli_refused(cli("run s.cfg --out x"), 2,
                "s.cfg:4: accuracy.on: template has no input_bits for each weight_layer");
    write_study("s.cfg", "{ plugin = \"template\"; width = [4, 8]; }", RRAM, ON_FIVE);
    cli_refused(cli("run s.cfg --out x"), 2, "s.cfg:2: workload.width: is searched",
                "five (accuracy.on)");
    write_study("s.cfg", LENET, RRAM, ON_FIVE);
    cli_refused(cli("run s.cfg --out x --set accuracy.on.weight_bits=4"), 2,
                "accuracy.on.weight_bits = 4", "comes from the study's workload");
    cli_refused(cli("run s.cfg --out x --set accuracy.on.input_bits=[4,8]"), 2,
                "accuracy.on.input_bits", "give one value");
    cli_refused(cli("run s.cfg --out x --set accuracy.on.fil=4"), 2, "accuracy.on.fil",
                "did you mean \"file\"?");
    cli_refused(cli("run s.cfg --out x --set accuracy.on=4"), 2, "accuracy.on = 4",
                "must be a group");
    cli_refused(cli("run s.cfg --out x --set accuracy.on.plugin=lenett"), 2, "accuracy.on.plugin",
                "\"lenet\"?");
    cli_refused(cli("run s.cfg --out x --set accuracy.on.file=none.cfg"), 2,
                "accuracy.on.file = \"none.cfg\": workload.network: ", "none.cfg: cannot be");
    cli_refused(cli("run s.cfg --out x --set 'workload=({plugin=\"lenet\";},{plugin=\"vgg8\";})'"),
                2, "s.cfg:4: accuracy.on", "is for one workload, and there are 2");
    cli_refused(cli("train s.cfg --out x --set 'accuracy={plugin=\"training\";on=" ON_FIVE ";}'"),
                2, "accuracy.on: ", "training takes the workload");
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(accuracy_of_one_and_cost_of_the_other),
                                       CLI_TEST(element_by_element),
                                       CLI_TEST(networks_of_other_depths),
                                       CLI_TEST(whichever_model),
                                       CLI_TEST(layers_that_are_not_there),
                                       CLI_TEST(any_workers_and_resumed),
                                       CLI_TEST(it_is_said),
                                       CLI_TEST(arrays_that_are_refused),
                                       CLI_TEST(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
