/* The configs of published SRAM macros run as studies, and hold against the figures in
 * tests/golden/silicon within the errors that they state. */
#include "cli.h"

#include <string.h>

static void check_macro(void **state) {
    const char *macro = *state;
    cli_good("run " SOURCE_DIR "/configs/validation/silicon/%s.cfg --trials 2 --out run", macro);
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_in_range(t->n_rows, 1, 2);
    assert_int_equal(csv_count(t, "outcome", "failed"), 0);
    csv_free(t);
    const cli_result *r = cli_good("validate " SOURCE_DIR "/configs/validation/silicon/%s.cfg "
                                   "--tables " SOURCE_DIR "/tests/golden/silicon", macro);
    assert_null(strstr(r->out, "skipped: "));
    assert_null(strstr(r->out, "MISSED"));
    assert_non_null(strstr(r->out, "not calibrated"));
}

int main(void) {
    static char *const macros[] = {
        "jia_jssc_2020", "colonnade_jssc_2021", "chih_isscc_2021", "jiang_jssc_2020",
        "fujiwara_isscc_2022", "mori_isscc_2023", "jedhe_vlsi_2023", "jia_isscc_2021",
        "zhang_cicc_2022", "choi_cicc_2022", "chen_cicc_2022", "lee_vlsi_2021",
        "papistas_cicc_2021", "sinangil_jssc_2021", "wang_vlsi_2022", "si_isscc_2019",
        "biswas_isscc_2018"};
    enum { N = sizeof macros / sizeof macros[0] };
    struct CMUnitTest tests[N];
    for (size_t i = 0; i < N; i++)
        tests[i] =
            (struct CMUnitTest){macros[i], check_macro, cli_set_up, cli_tear_down, macros[i]};
    return _cmocka_run_group_tests("silicon_sram", tests, N, NULL, NULL);
}
