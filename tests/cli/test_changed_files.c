/* Files that no parameter names (weights of a network's file, images of a folder) are known to the
 * store, too: a study does not go on with others than it was begun with. */
#include "cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One linear layer on images of 3 x 32 x 32, its first weight SHIFTed. */
static void write_weights(const char *name, float shift) {
    enum { OUTS = 10, INS = 3 * 32 * 32 };
    static float numbers[OUTS * INS];
    char head[200];
    for (int i = 0; i < OUTS * INS; i++) numbers[i] = (float)(i * 7 % 13 - 6) / 8;
    numbers[0] += shift;
    const int n = snprintf(head, sizeof head, "{\"f.weight\":{\"dtype\":\"F32\",\"shape\":[%d,%d],"
                           "\"data_offsets\":[0,%d]}}", OUTS, INS, 4 * OUTS * INS);
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    const unsigned char length[8] = {(unsigned char)n};
    fwrite(length, 1, 8, f);
    fwrite(head, 1, (size_t)n, f);
    fwrite(numbers, sizeof *numbers, OUTS * INS, f);
    assert_int_equal(fclose(f), 0);
}

/* CIFAR-10: a label, then 3 x 32 x 32 bytes. */
static void write_images(const char *name, int first_label) {
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    for (int i = 0; i < 40; i++) {
        fputc((first_label + i) % 10, f);
        for (int k = 0; k < 3 * 32 * 32; k++) fputc((i * 37 + k * k) % 256, f);
    }
    assert_int_equal(fclose(f), 0);
}

static void write_study(void) {
    assert_int_equal(mkdir("p", 0777), 0);
    assert_int_equal(mkdir("p/set", 0777), 0);
    write_weights("p/w.safetensors", 0);
    write_images("p/set/test_batch.bin", 0);
    write_images("p/set/data_batch_1.bin", 0);
    cli_write("p/net.cfg", "input = [3, 32, 32]; trained = \"w.safetensors\"; layers = ({ name = "
              "\"f\"; op = \"linear\"; out_channels = 10; });\n");
    cli_write("p/s.cfg",
              "study = { name = \"s\"; trials = 3; batch = 1; };\n"
              "workload = { plugin = \"network\"; file = \"net.cfg\"; weight_bits = [2, 3, 4]; };\n"
              "hwmodel = { plugin = \"rram_crossbar\"; adc_bits = [3, 4, 5, 6]; };\n"
              "accuracy = { plugin = \"crossbar_inference\"; images = 20; dataset = \"cifar10\"; "
              "data = \"set\"; };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"max accuracy\" ];\n"
              "baseline = { hwmodel = { adc_bits = 8; }; };\n");
}

#define RESUME "run p/s.cfg --out run --resume --trials 5"

static void what_a_file_names_may_not_change(void **state) {
    (void)state;
    write_study();
    cli_good("run p/s.cfg --out run --workers 1"); /* who reads all of it for the baseline */
    write_weights("p/w.safetensors", 1);
    cli_refused(cli(RESUME), 2, "p/w.safetensors has changed since run/study.db was begun");
    assert_int_equal(unlink("p/w.safetensors"), 0);
    cli_refused(cli(RESUME), 2, "p/w.safetensors is gone, and run/study.db was begun with it");
    write_weights("p/w.safetensors", 0);
    cli_good(RESUME);
    cli_good("run p/s.cfg --out whole --trials 5");
    cli_same_export("run", "whole");
}

static void what_a_folder_holds_may_not_change(void **state) {
    (void)state;
    write_study();
    cli_good("run p/s.cfg --out run");
    write_images("p/set/test_batch.bin", 1);
    cli_refused(cli(RESUME), 2, "p/set/test_batch.bin has changed since run/study.db was begun");
    write_images("p/set/test_batch.bin", 0);
    write_images("p/set/data_batch_1.bin", 1);
    cli_refused(cli(RESUME), 2, "p/set/data_batch_1.bin has changed since");
    write_images("p/set/data_batch_1.bin", 0);
    cli_good(RESUME);
    const cli_result *other = cli_good("eval run --trial 0");
    assert_null(strstr(other->err, "changed"));
}

/* Config and files may move together, and the program be started elsewhere. */
static void files_may_move_with_their_config(void **state) {
    (void)state;
    write_study();
    cli_good("run p/s.cfg --out run");
    assert_int_equal(rename("p", "q"), 0);
    assert_int_equal(chdir("q"), 0);
    cli_good("run s.cfg --out ../run --resume --trials 4");
    write_weights("w.safetensors", 1);
    cli_refused(cli("run s.cfg --out ../run --resume --trials 5"), 2, "w.safetensors has changed");
    assert_int_equal(chdir(".."), 0);
}

/* One of a cimdse that kept no account of such files learns them now. */
static void an_older_store_goes_on(void **state) {
    (void)state;
    write_study();
    cli_good("run p/s.cfg --out run");
    cli_sql("run/study.db", "DELETE FROM study WHERE key LIKE 'checksum of file %%'");
    write_weights("p/w.safetensors", 1);
    cli_good(RESUME);
    write_weights("p/w.safetensors", 0);
    cli_refused(cli("run p/s.cfg --out run --resume --trials 6"), 2, "w.safetensors has changed");
}

/* What the study itself writes is nothing that it depends on. */
static void a_study_may_add_to_its_own_record(void **state) {
    (void)state;
    write_study();
    cli_write("p/r.cfg",
              "study = { name = \"r\"; trials = 3; };\nworkload = { plugin = \"lenet\"; };\n"
              "hwmodel = { plugin = \"rram_crossbar\"; adc_bits = [3, 4, 5, 6]; };\n"
              "accuracy = { plugin = \"predictor\"; record = \"r.csv\"; observed = 0.5; };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"max accuracy\" ];\n");
    cli_good("run p/r.cfg --out run");
    assert_true(cli_exists("p/r.csv"));
    cli_good("run p/r.cfg --out run --resume --trials 5");
}

/* A program of one's own says what it reads, as the host cannot know. Its names are relative to the
 * folder that it works in, which may move as a whole. */
static void what_a_program_reads_may_not_change(void **state) {
    (void)state;
    assert_int_equal(mkdir("here", 0777), 0);
    assert_int_equal(chdir("here"), 0);
    cli_write("model.sh",
              "while read -r line; do case $line in\n"
              "*describe*) echo '{\"parameters\": [{\"name\": \"rows\", \"type\": \"integer\", "
              "\"default\": 1, \"min\": 1, \"max\": 9}], \"metrics\": [{\"name\": "
              "\"energy_j\"}], \"files\": [\"table\"]}' ;;\n"
              "*) echo '{\"metrics\": {\"energy_j\": 1}}' ;; esac; done\n");
    cli_write("table", "1 2 3\n");
    cli_write("s.cfg",
              "study = { name = \"s\"; trials = 3; };\nworkload = { plugin = \"lenet\"; };\n"
              "hwmodel = { plugin = \"exec\"; program = \"model.sh\"; interpreter = \"sh\"; "
              "rows = { min = 1; max = 9; }; };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [ \"min energy_j\" ];\n");
    cli_good("run s.cfg --out run");
    assert_int_equal(chdir(".."), 0);
    assert_int_equal(rename("here", "there"), 0);
    assert_int_equal(chdir("there"), 0);
    cli_good("run s.cfg --out run --resume --trials 4");
    cli_write("table", "1 2 4\n");
    cli_refused(cli("run s.cfg --out run --resume --trials 5"), 2,
                "table has changed since run/study.db was begun");
    assert_int_equal(chdir(".."), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(what_a_file_names_may_not_change),
                                       CLI_TEST(what_a_folder_holds_may_not_change),
                                       CLI_TEST(files_may_move_with_their_config),
                                       CLI_TEST(an_older_store_goes_on),
                                       CLI_TEST(a_study_may_add_to_its_own_record),
                                       CLI_TEST(what_a_program_reads_may_not_change)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
