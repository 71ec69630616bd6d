/* What accuracy needs and is not there (weights, a data set) is an error of the config, said by
 * every command that would evaluate, before it leaves anything behind. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WEIGHTS   SOURCE_DIR "/plugins/accuracy/weights/lenet5_fmnist.safetensors"
#define INFERENCE "plugin = \"crossbar_inference\"; images = 20; level = \"statistical\"; "

/* Line 2 is the workload, 3 the hardware model, 4 accuracy. */
static void write_study(const char *workload, const char *accuracy) {
    cli_write("s.cfg",
              "study = { name = \"s\"; trials = 4; };\nworkload = %s;\n"
              "hwmodel = { plugin = \"array_only\"; rows = [64, 128]; };\n"
              "accuracy = { %s };\nsearcher = { plugin = \"random\"; };\n"
              "goals = [ \"max accuracy\" ];\n", workload, accuracy);
}

/* A LeNet whose list names TRAINED. */
static void write_network(const char *trained) {
    cli_write("net.cfg",
              "input = [1, 28, 28]; dataset = \"fashion_mnist\"; trained = \"%s\";\n"
              "layers = ( { name = \"f\"; op = \"linear\"; out_channels = 10; } );\n", trained);
}

#define SEVERAL "{ plugin = \"lenet\"; weight_bits = [4, 8]; }"
#define NETWORK "{ plugin = \"network\"; file = \"net.cfg\"; }"

static void weights_that_nobody_names(void **state) {
    (void)state;
    write_study("{ plugin = \"lenet\"; }", INFERENCE);
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy: ", "network lenet: ",
                "weights: must name a file");
}

static void weights_that_a_network_names(void **state) {
    (void)state;
    write_study(NETWORK, INFERENCE);
    write_network("none.safetensors");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy: ", "network net: ",
                "none.safetensors: No such file");
    assert_int_equal(mkfifo("pipe.safetensors", 0600), 0);
    write_network("pipe.safetensors");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy: ", "is not a file");
    cli_write("damaged.safetensors", "\x40");
    write_network("damaged.safetensors");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy: ", "damaged.safetensors: ");
}

/* Which key, and what there is to get. */
static void data_that_are_not_there(void **state) {
    (void)state;
    write_study(SEVERAL, INFERENCE "weights = \"" WEIGHTS "\";");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy: ", "data set MNIST: not found",
                "t10k-images-idx3-ubyte.gz");
    write_study(SEVERAL, INFERENCE "weights = \"" WEIGHTS "\"; data = \"/none\"; "
                "dataset = \"fashion_mnist\";");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy.data = \"/none\": ",
                "data set Fashion-MNIST: not found at /none", "dataset-fashion-mnist");
    write_study(SEVERAL, INFERENCE "weights = \"" WEIGHTS "\"; "
                "dataset = \"fashion\";");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy: ",
                "data set \"fashion\": not known: there are fashion_mnist, mnist, ");
    write_study("{ plugin = \"lenet\"; }",
                "plugin = \"training\"; epochs = 1; images = 64; data = \"/none\";");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy.data = \"/none\": ",
                "data set MNIST: not found at /none");
    write_study("{ plugin = \"lenet\"; }",
                "plugin = \"training\"; epochs = 1; dataset = \"fashion_mnist\"; "
                "start = \"no.st\";");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy.start = \"no.st\": ", "No such");
}

/* Where all designs have one network, what does not fit it fits none of them. */
static void a_network_that_stays_the_same(void **state) {
    (void)state;
    static const char other[] = SOURCE_DIR "/plugins/accuracy/weights/vgg8_fmnist.safetensors";
    char accuracy[400];
    snprintf(accuracy, sizeof accuracy, INFERENCE "weights = \"%s\";", other);
    write_network("none");
    write_study(NETWORK, accuracy);
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy.weights = \"", "layer f: ");
    cli_refused(cli("eval s.cfg"), 2, "s.cfg:4: accuracy.weights = \"", "layer f: ");
    write_study("{ plugin = \"network\"; file = \"net.cfg\"; weight_bits = [4, 8]; }", accuracy);
    const cli_result *r = cli_ends(1, "run s.cfg --out several"); /* who knows? */
    assert_non_null(strstr(r->err, "all 4 trials failed"));
    write_study("{ plugin = \"mobilenet\"; }", "plugin = \"imagenet_estimate\";");
    cli_good("run s.cfg --out m");
    write_study("{ plugin = \"vgg16\"; }", "plugin = \"imagenet_estimate\";");
    cli_refused(cli("run s.cfg --out v"), 2, "s.cfg:4: accuracy: ", "neither a MobileNet");
    write_study(SEVERAL, "plugin = \"imagenet_estimate\";");
    cli_refused(cli("run s.cfg --out v"), 2, "s.cfg:4: accuracy: ", "network lenet is for mnist");
}

static void every_command_that_evaluates(void **state) {
    (void)state;
    write_study("{ plugin = \"lenet\"; }", INFERENCE);
    cli_write("points.csv", "hwmodel.rows,workload.weight_bits\n64,4\n128,8\n");
    cli_write("v.csv", "id,rows,energy\na,64,1\n");
    cli_write("v.cfg",
              "workload = { plugin = \"lenet\"; };\nhwmodel = { plugin = \"array_only\"; };\n"
              "accuracy = { " INFERENCE " };\n"
              "validation = ( { table = \"v.csv\"; source = \"t\"; label = \"id\";\n"
              "    parameters = [ \"rows\" ]; figures = ( { metric = \"accuracy\"; "
              "is = \"energy\"; within = 0.1; share = 1; } ); } );\n");
    static const char why[] = "weights: must name a file";
    cli_refused(cli("run s.cfg --out r --resume"), 2, "s.cfg:4: accuracy: ", why);
    cli_refused(cli("eval s.cfg"), 2, "s.cfg:4: accuracy: ", why);
    cli_refused(cli("eval s.cfg --format json"), 2, "s.cfg:4: accuracy: ", why);
    cli_refused(cli("eval s.cfg --points points.csv"), 2, "s.cfg:4: accuracy: ", why);
    const cli_result *r = cli_ends(2, "validate v.cfg");
    assert_non_null(strstr(r->err, "v.cfg:3: accuracy: "));
    assert_non_null(strstr(r->err, why));
    cli_good("space s.cfg"); /* which evaluates nothing */
}

/* A folder of images that went away between two sessions. */
static void a_run_that_is_continued(void **state) {
    (void)state;
    write_network("none");
    write_study(NETWORK, "plugin = \"training\"; epochs = 1; images = 64; batch = 32; "
                "data = \"here\";");
    cli_refused(cli("run s.cfg --out r"), 2, "s.cfg:4: accuracy.data = \"here\"");
    assert_int_equal(symlink("/usr/share/datasets/fashion-mnist", "here"), 0);
    cli_good("run s.cfg --out r --trials 2");
    assert_int_equal(remove("here"), 0);
    const cli_result *r = cli_ends(2, "run s.cfg --out r --resume --trials 4");
    assert_non_null(strstr(r->err, "here/"));
    assert_non_null(strstr(r->err, " is gone"));
    r = cli_ends(2, "eval r --trial 1");
    assert_non_null(strstr(r->err, "accuracy.data = \"here\""));
    assert_non_null(strstr(r->err, "not found at "));
}

/* A joint study fails for any of its workloads, and says which. */
static void one_of_several_workloads(void **state) {
    (void)state;
    write_study("( { plugin = \"lenet\"; }, { plugin = \"vgg8\"; } )",
                INFERENCE "weights = \"" WEIGHTS "\"; dataset = \"cifar10\"; data = \"/none\";");
    cli_refused(cli("run s.cfg --out r"), 2, "network lenet (workload[0]): ");
    write_study("( { plugin = \"lenet\"; }, { plugin = \"vgg8\"; } )",
                "plugin = \"scripted\"; most_layers = 10;");
    cli_refused(cli("run s.cfg --out r"), 2, "network vgg8 (workload[1]): no file for so many");
    write_study("( { plugin = \"lenet\"; }, { plugin = \"vgg8\"; } )",
                "plugin = \"scripted\"; most_layers = 100;");
    cli_good("run s.cfg --out r");
}

/* The default has 28 blocks of 3 layers; where some other network is ready, the study may be. */
static void networks_that_a_parameter_chooses(void **state) {
    (void)state;
    static const char searched[] = "{ plugin = \"supernet\"; depth = { per = \"stage\"; choices = "
                                   "[2, 3, 4]; }; }";
    write_study(searched, "plugin = \"scripted\"; most_layers = 82;");
    cli_good("run s.cfg --out r");
    write_study(searched, "plugin = \"scripted\"; most_layers = 5;");
    cli_refused(cli("run s.cfg --out r5"), 2, "s.cfg:4: accuracy: ", "network supernet: no file");
    write_study("{ plugin = \"supernet\"; }", "plugin = \"scripted\"; most_layers = 82;");
    cli_refused(cli("run s.cfg --out r5"), 2, "s.cfg:4: accuracy: ", "network supernet: no file");
    cli_write("one.csv", "workload.depth\n4\n2\n");
    cli_good("eval s.cfg --points one.csv");
    cli_write("none.csv", "workload.depth\n4\nx\n");
    cli_refused(cli("eval s.cfg --points none.csv"), 2, "s.cfg:4: accuracy: ", "no file for so");
}

/* A stand-in is what accuracy is measured on: the workload needs nothing. */
static void a_stand_in(void **state) {
    (void)state;
    write_study("{ plugin = \"vgg8\"; }",
                "plugin = \"scripted\"; most_layers = 10; on = { plugin = \"lenet\"; };");
    cli_good("run s.cfg --out r");
    write_study("{ plugin = \"lenet\"; }",
                "plugin = \"scripted\"; most_layers = 10; on = { plugin = \"vgg8\"; };");
    cli_refused(cli("run s.cfg --out r8"), 2, "s.cfg:4: accuracy: ", "network vgg8: no file");
}

/* A plug-in that cannot answer says nothing: its evaluations tell. */
static void no_answer(void **state) {
    (void)state;
    write_study("{ plugin = \"lenet\"; }", "plugin = \"scripted\"; asked = \"crashes\";");
    cli_good("run s.cfg --out crashes");
    write_study("{ plugin = \"lenet\"; }", "plugin = \"scripted\"; asked = \"hangs\";");
    cli_good("run s.cfg --out hangs --set study.time_limit_s=1");
    cli_expect_nobody_left();
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(weights_that_nobody_names),
                                       CLI_TEST(weights_that_a_network_names),
                                       CLI_TEST(data_that_are_not_there),
                                       CLI_TEST(a_network_that_stays_the_same),
                                       CLI_TEST(every_command_that_evaluates),
                                       CLI_TEST(a_run_that_is_continued),
                                       CLI_TEST(one_of_several_workloads),
                                       CLI_TEST(networks_that_a_parameter_chooses),
                                       CLI_TEST(a_stand_in),
                                       CLI_TEST(no_answer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
