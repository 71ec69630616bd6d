/* The RRAM macros of configs/validation/silicon: each runs, and holds within the bounds that its
 * configuration states against the published figures in tests/golden/silicon. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

static void check_macro(void **state) {
    const char *macro = *state;
    char config[256];
    snprintf(config, sizeof config, SOURCE_DIR "/configs/validation/silicon/%s.cfg", macro);
    cli_good("space %s", config);
    const cli_result *r =
        cli_good("validate %s --tables " SOURCE_DIR "/tests/golden/silicon", config);
    assert_non_null(strstr(r->out, "holds"));
    assert_null(strstr(r->out, "MISSED"));
    assert_null(strstr(r->out, "skipped: "));
}

int main(void) {
    static char *const macros[] = {"wan_nature_2022", "yao_essserc_2024", "li_asscc_2025",
                                   "wei_sscl_2025",   "isaac_isca_2016",  "xue_isscc_2021",
                                   "yoon_isscc_2021", "spetalnick_vlsi_2023",
                                   "spetalnick_isscc_2022"};
    struct CMUnitTest tests[sizeof macros / sizeof macros[0]];
    for (size_t i = 0; i < sizeof macros / sizeof macros[0]; i++)
        tests[i] =
            (struct CMUnitTest){macros[i], check_macro, cli_set_up, cli_tear_down, macros[i]};
    return _cmocka_run_group_tests("silicon_rram", tests, sizeof macros / sizeof macros[0], NULL,
                                   NULL);
}
