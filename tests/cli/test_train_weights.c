/* The stored networks (plugins/accuracy/weights): their commands still learn what they learned, and
 * one is tuned for an array that spoils it. CIMDSE_LONG=1 repeats a whole training. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WEIGHTS SOURCE_DIR "/plugins/accuracy/weights/"
#define TUNED WEIGHTS "lenet5_fmnist_2bit.cfg"

static double number_after(const char *text, const char *word) {
    const char *at = strstr(text, word);
    if (!at) fail_msg("no \"%s\" in:\n%s", word, text);
    return strtod(at + strlen(word), NULL);
}

/* Ten steps, before small differences of another processor's sums have grown. */
static void the_first_steps_are_those_of_the_stored_run(void **state) {
    (void)state;
    const cli_result *r = cli_good("train " WEIGHTS "vgg8_fmnist.cfg --out w.safetensors "
                                   "--set accuracy.images=640 --set accuracy.epochs=1 "
                                   "--set accuracy.test_images=500");
    const double loss = number_after(r->err, "  loss "),
                 right = number_after(r->err, "  accuracy ");
    if (fabs(loss - 2.2954) > 0.02) fail_msg("loss %g, not 2.2954", loss);
    if (fabs(right - 0.3641) > 0.011) fail_msg("accuracy %g in training, not 0.3641", right);
    const double accuracy = number_after(r->out, "accuracy ");
    if (fabs(accuracy - 0.472) > 0.03) fail_msg("accuracy %g on test images, not 0.472", accuracy);
}

static double on_the_array(const char *weights) {
    const cli_result *r = cli_good("eval " TUNED " --set 'accuracy={plugin=\"crossbar_inference\"; "
                                   "weights=\"%s\"; images=100; draws=2;}'", weights);
    return number_after(r->out, "  accuracy  ");
}

/* The command of plugins/accuracy/train/README.md, with fewer images. */
static void tuning_for_an_array_helps(void **state) {
    (void)state;
    const double before = on_the_array(WEIGHTS "lenet5_fmnist.safetensors");
    cli_good("train " TUNED
             " --out w.safetensors --set accuracy.images=640 --set accuracy.batch=32 "
             "--set accuracy.test_images=100");
    char here[200], tuned[220]; /* a file in --set is beside the config */
    assert_non_null(getcwd(here, sizeof here));
    snprintf(tuned, sizeof tuned, "%s/w.safetensors", here);
    const double after = on_the_array(tuned);
    if (before > 0.65 || after < 0.7) fail_msg("accuracy %g before, %g after", before, after);
}

static void a_whole_training_repeats_its_accuracy(void **state) {
    (void)state;
    if (!getenv("CIMDSE_LONG")) skip();
    char head[200] = "";
    FILE *file = fopen(WEIGHTS "vgg8_fmnist.safetensors", "rb");
    assert_non_null(file);
    assert_true(fseek(file, 8, SEEK_SET) == 0 && fread(head, 1, sizeof head - 1, file) > 0);
    fclose(file);
    const double stored = number_after(head, "\"test_accuracy\":\"");
    const double now = number_after(
        cli_good("train " WEIGHTS "vgg8_fmnist.cfg --out w.safetensors")->out, "accuracy ");
    printf("vgg8_fmnist: accuracy %.4f, stored %.4f\n", now, stored);
    if (fabs(now - stored) > 0.005) fail_msg("accuracy %g, stored %g", now, stored);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(the_first_steps_are_those_of_the_stored_run), CLI_TEST(tuning_for_an_array_helps),
        CLI_TEST(a_whole_training_repeats_its_accuracy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
