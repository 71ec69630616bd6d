/* What `cimdse compare` says of runs that cannot be held against each other in everything. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RRAM SOURCE_DIR "/configs/vgg8_rram.cfg"

/* The line of TEXT, behind HEAD, that begins with BEGINNING; until the test ends. */
static const char *line_of(const char *text, const char *head, const char *beginning) {
    static char line[512];
    const char *at = strstr(text, head);
    assert_non_null(at);
    at = strstr(at, beginning);
    assert_non_null(at);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
    return line;
}

static size_t words(const char *line) {
    size_t n = 0;
    for (; *line; line += strspn(line, " ")) {
        n++;
        line += strcspn(line, " ");
    }
    return n;
}

/* A run without a feasible trial has no knee, so no parts of one: cells are blank, not 0. */
static void no_figures_of_a_run_without_a_front(void **state) {
    (void)state;
    cli_good("run " RRAM " --trials 40 --out some");
    cli_good("run " RRAM " --trials 40 --out none --set 'constraints=[\"area_mm2 <= 1\"]'");
    const char *out = cli_good("compare some none")->out;
    /* name, unit, value of the first run */
    assert_int_equal(words(line_of(out, "energy_j of the knees", "\n  adc ") + 2), 3);
    assert_int_equal(words(line_of(out, "area_mm2 of the knees", "\n  adc ") + 2), 3);
    out = cli_good("compare none some")->out;
    assert_int_equal(words(line_of(out, "energy_j of the knees", "\n  adc ") + 2), 3);
    /* and the second's to the first where both have one */
    out = cli_good("compare some some")->out;
    assert_int_equal(words(line_of(out, "energy_j of the knees", "\n  adc ") + 2), 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(no_figures_of_a_run_without_a_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
