/* Level sample of crossbar_inference: the first images, judged as statistical judges them. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WEIGHTS SOURCE_DIR "/plugins/accuracy/weights/"

static double accuracy_with(const char *settings) {
    const cli_result *r =
        cli_good("eval " WEIGHTS "lenet5_fmnist_2bit.cfg --format csv --set 'accuracy={"
                 "plugin=\"crossbar_inference\"; weights=\"lenet5_fmnist.safetensors\"; %s}'",
                 settings);
    csv_table *t = csv_parse(r->out);
    const double accuracy = atof(csv_at(t, 0, "accuracy"));
    csv_free(t);
    return accuracy;
}

static void the_first_images_decide(void **state) {
    (void)state;
    const double few = accuracy_with("level=\"statistical\"; chip=1; images=30;");
    const double all = accuracy_with("level=\"statistical\"; chip=1; images=90;");
    assert_true(fabs(few - all) > 1e-3); /* or the rest would show nothing */
    assert_true(accuracy_with("level=\"sample\"; chip=1; images=90; sample_images=30;") == few);
    assert_true(accuracy_with("level=\"sample\"; chip=1; images=90; sample_images=500;") == all);
    assert_true(accuracy_with("level=\"statistical\"; chip=1; images=90; sample_images=30;") ==
                all);
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(the_first_images_decide)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
