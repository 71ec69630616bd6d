/* One design on a reproduced tool and on our own models (configs/validation/beside).
 * The base points of DNN+NeuroSim's tables on hwmodel.neurosim and on our own models: without the
 * reference's artefacts, and with three of its assumptions replaced, area, energy and clock are
 * within 15 % of each other. hwmodels/README.md has the steps between. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIGS SOURCE_DIR "/configs/validation/"
#define ARTEFACTS                                                                                 \
    "valid_padding corners calibration copies half_accesses layers_plus_one sum_growth "          \
    "odd_numbers register_activity column_charge encoder_energy mux_fingers mux_nand pe_bus_time " \
    "bus_corridors htree_leakage cell_leakage tree_leakage buffer_leakage busy_leakage "          \
    "chip_leakage"
#define ASSUMPTIONS "activities buffer_wires comparators"

enum { AREA, ENERGY, CLOCK, FIGURES };
static const char *const names[FIGURES] = {"area_mm2", "energy_j", "cycle_s"};
typedef struct figures { double is[FIGURES]; } figures;

static figures read_figures(const cli_result *r) {
    figures f;
    csv_table *t = csv_parse(r->out);
    assert_string_equal(csv_at(t, 0, "outcome"), "feasible");
    for (int i = 0; i < FIGURES; ++i) f.is[i] = atof(csv_at(t, 0, names[i]));
    csv_free(t);
    return f;
}

static figures theirs(int memcelltype, const char *without) {
    return read_figures(cli_good("eval " CONFIGS "neurosim.cfg --format csv --set "
                                 "hwmodel.memcelltype=%d --set 'hwmodel.without=\"%s\"'",
                                 memcelltype, without));
}

static figures ours(const char *name) {
    return read_figures(cli_good("eval " CONFIGS "beside/neurosim_%s.cfg --format csv", name));
}

/* Largest relative distance, and of which figure. */
static double distance(const figures *a, const figures *b, int *which) {
    double most = 0;
    for (int i = 0; i < FIGURES; ++i) {
        const double d = fabs(a->is[i] / b->is[i] - 1);
        if (d <= most) continue;
        most = d;
        *which = i;
    }
    return most;
}

static void closes(int memcelltype, const char *name) {
    int which = 0;
    const figures we = ours(name);
    const figures they = theirs(memcelltype, ARTEFACTS " " ASSUMPTIONS);
    const double left = distance(&we, &they, &which);
    if (left > 0.15)
        fail_msg("%s: %s: %g is not %g within 15 %%", name, names[which], we.is[which],
                 they.is[which]);
    const figures as_they_are = theirs(memcelltype, "");
    assert_true(distance(&we, &as_they_are, &which) > 0.4);
    const figures half_way = theirs(memcelltype, ARTEFACTS);
    assert_true(distance(&we, &half_way, &which) < distance(&we, &as_they_are, &which));
}

static void sram(void **state) { (void)state; closes(1, "sram"); }
static void rram(void **state) { (void)state; closes(2, "rram"); }

/* CiMLoop's design on our own models: wires and cells of 6 kohm leave no margin. */
static void cimloop(void **state) {
    (void)state;
    for (int rram = 0; rram <= 1; ++rram) {
        const char *name = rram ? "rram" : "sram";
        read_figures(cli_good("eval " CONFIGS "beside/cimloop_%s_theirs.cfg --format csv", name));
        const cli_result *r = cli("eval " CONFIGS "beside/cimloop_%s.cfg --format csv", name);
        csv_table *t = csv_parse(r->out);
        assert_string_equal(csv_at(t, 0, "outcome"), rram ? "infeasible" : "feasible");
        if (rram) assert_non_null(strstr(csv_at(t, 0, "reason"), "sense_margin"));
        csv_free(t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(sram), CLI_TEST(rram), CLI_TEST(cimloop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
