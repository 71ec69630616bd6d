/* The designs that lead from CIMNAS' best to ours, one switch a row: table in configs/README.md. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static csv_table *steps(const char *config, const char *points) {
    return csv_parse(cli_good("eval " SOURCE_DIR "/configs/%s.cfg --points " SOURCE_DIR
                              "/configs/points/%s.csv", config, points)->out);
}

static double number(const csv_table *t, size_t row, const char *column) {
    return strtod(csv_at(t, row, column), NULL);
}

static void expect_near(double value, double wanted, double relative) {
    if (!(fabs(value - wanted) <= relative * fabs(wanted))) fail_msg("%g, not %g", value, wanted);
}

/* The published design at one end (EDAP 0.2116 mJ ms mm2), the cycle that our arrays need handed on
 * to CiMLoop's model, and designs that can be built from the row on that reads 32 rows at once. */
static void the_chain_holds_together(void **state) {
    (void)state;
    csv_table *theirs = steps("cimnas_mobilenet_rram", "cimnas_gap_cimloop");
    csv_table *ours = steps("cimnas_mobilenet_rram_crossbar", "cimnas_gap_rram_crossbar");
    assert_int_equal(theirs->n_rows, 4);
    assert_int_equal(ours->n_rows, 11);
    expect_near(number(theirs, 0, "edap_mj_ms_mm2"), 0.2116, 0.05);
    expect_near(number(theirs, 3, "cycle_s"), number(ours, 0, "cycle_s"), 1e-9);
    for (size_t i = 0; i < 10; i++) {
        const bool buildable = i >= 3;
        assert_string_equal(csv_at(ours, i, "outcome"), buildable ? "feasible" : "infeasible");
        if (!buildable) assert_non_null(strstr(csv_at(ours, i, "reason"), "sense_margin"));
    }
    assert_true(number(ours, 9, "accuracy") >= number(theirs, 0, "accuracy"));
    csv_free(theirs);
    csv_free(ours);
}

/* SRAM: from the best stored design of the joint study (7.687 us, 38.73 mm2) to ours, which is
 * digital. */
static void the_chain_of_sram(void **state) {
    (void)state;
    csv_table *theirs = steps("cimnas_resnet50_sram", "cimnas_gap_sram_cimloop");
    csv_table *ours = steps("cimnas_resnet50_sram_cim", "cimnas_gap_sram_cim");
    assert_int_equal(theirs->n_rows, 4);
    assert_int_equal(ours->n_rows, 7);
    expect_near(number(theirs, 0, "latency_s"), 7.687e-6, 1e-3);
    expect_near(number(theirs, 0, "area_mm2"), 38.7262, 0.01);
    expect_near(number(theirs, 3, "cycle_s"), number(ours, 0, "cycle_s"), 1e-9);
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(csv_at(ours, i, "outcome"), i >= 3 ? "feasible" : "infeasible");
        if (i < 3) assert_non_null(strstr(csv_at(ours, i, "reason"), "lost_bits"));
    }
    assert_true(number(ours, 3, "edap_mj_ms_mm2") > 10 * number(ours, 6, "edap_mj_ms_mm2"));
    csv_free(theirs);
    csv_free(ours);
}

/* From the other end: a read of the cycle that our best design has, 64 of them for a product. */
static void our_best_by_the_other_rules(void **state) {
    (void)state;
    csv_table *by_theirs = steps("cimnas_mobilenet_rram", "cimnas_gap_ours");
    csv_table *ours = steps("cimnas_mobilenet_rram_crossbar", "cimnas_gap_rram_crossbar");
    assert_int_equal(csv_count(by_theirs, "outcome", "feasible"), 5);
    const double cycle_s = number(ours, 9, "cycle_s");
    static const double reads[] = {1, 8, 16, 64};
    for (size_t i = 0; i < 4; i++)
        expect_near(number(by_theirs, i + 1, "cycle_s"), reads[i] * cycle_s, 1e-9);
    assert_true(number(by_theirs, 0, "edap_mj_ms_mm2") < 0.5 * 0.2116);
    assert_true(number(by_theirs, 4, "edap_mj_ms_mm2") > number(ours, 9, "edap_mj_ms_mm2"));
    csv_free(by_theirs);
    csv_free(ours);
}

/* CIMNAS' chip made buildable has thousands of times its EDAP; a search takes most of that back. */
static void what_physics_takes_a_search_gives_back(void **state) {
    (void)state;
    csv_table *theirs = steps("cimnas_mobilenet_rram", "cimnas_gap_cimloop");
    csv_table *ours = steps("cimnas_mobilenet_rram_crossbar", "cimnas_gap_rram_crossbar");
    const double published = number(theirs, 0, "edap_mj_ms_mm2");
    assert_true(number(ours, 3, "edap_mj_ms_mm2") > 1000 * published);
    assert_true(number(ours, 9, "edap_mj_ms_mm2") < 0.01 * number(ours, 3, "edap_mj_ms_mm2"));
    csv_free(theirs);
    csv_free(ours);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(the_chain_holds_together),
        CLI_TEST(the_chain_of_sram),
        CLI_TEST(our_best_by_the_other_rules),
        CLI_TEST(what_physics_takes_a_search_gives_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
