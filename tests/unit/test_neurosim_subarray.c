/* The sub-array of the neurosim model against figures of DNN+NeuroSim V1.4 itself
 * (tests/golden/neurosim_units.csv: its two base points, one-at-a-time changes around them and
 * joint combinations), and what must hold for any. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hwmodels/neurosim/accumulation.c"
#include "hwmodels/neurosim/array.c"
#include "hwmodels/neurosim/column_drive.c"
#include "hwmodels/neurosim/parameters.c"
#include "hwmodels/neurosim/read.c"
#include "hwmodels/neurosim/row_drive.c"
#include "hwmodels/neurosim/sensing.c"
#include "hwmodels/neurosim/sequential.c"
#include "hwmodels/neurosim/subarray.c"
#include "hwmodels/neurosim/technology.c"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 96, MAX_LINE = 4096 };

/* A row of a CSV table, and the names of its columns. */
typedef struct table {
    char head[MAX_LINE], line[MAX_LINE];
    char *names[MAX_COLUMNS], *cells[MAX_COLUMNS];
    int columns;
} table;

static int split(char *line, char **cells) {
    int n = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *p = line; p; ++n) {
        assert_true(n < MAX_COLUMNS);
        cells[n] = p;
        p = strchr(p, ',');
        if (p) *p++ = 0;
    }
    return n;
}

static const char *text(const table *t, const char *name) {
    for (int i = 0; i < t->columns; ++i)
        if (strcmp(t->names[i], name) == 0) return t->cells[i];
    fail_msg("no column %s", name);
    return NULL;
}

static double number(const table *t, const char *name) { return strtod(text(t, name), NULL); }
static uint32_t whole(const table *t, const char *name) { return (uint32_t)number(t, name); }

static ns_parameters parameters_of(const table *t) {
    const cim_process *process = cim_process_find(
        number(t, "technode"), whole(t, "deviceroadmap") == 1 ? CIM_HP : CIM_LSTP);
    assert_non_null(process);
    ns_parameters p = ns_parameters_default(process, whole(t, "memcelltype"));
    p.accesstype = whole(t, "accesstype");
    p.cell = ns_cell_default(process, p.memcelltype, p.accesstype);
    p.cell.resistance_on_ohm = number(t, "resistanceOn");
    p.cell.on_off = number(t, "onoff");
    p.temperature_k = number(t, "temp");
    p.operationmode = whole(t, "operationmode");
    p.rows = whole(t, "rows");
    p.cols = whole(t, "cols");
    p.rowpar = whole(t, "rowpar");
    p.wb = whole(t, "wb");
    p.ab = whole(t, "ab");
    p.cell_bit = whole(t, "cellBit");
    p.level_output = whole(t, "levelOutput");
    p.num_col_muxed = whole(t, "numColMuxed");
    p.sar_adc = whole(t, "SARADC");
    p.current_mode = whole(t, "currentMode");
    p.read_voltage_v = number(t, "readVoltage");
    p.write_voltage_v = number(t, "writeVoltage");
    p.clk_freq_hz = number(t, "clkFreq");
    p.synchronous = whole(t, "synchronous");
    p.validated = whole(t, "validated");
    return p;
}

/* A figure of the reference, ours, and how far they may be apart, as a share. */
static void check_cell(const table *t, const char *name, double ours, double share) {
    const char *cell = text(t, name);
    if (!*cell) return;
    const double theirs = strtod(cell, NULL);
    if (!(fabs(ours - theirs) <= share * fabs(theirs)))
        fail_msg("%s %s: %.6g, DNN+NeuroSim has %.6g", text(t, "id"), name, ours, theirs);
}

/* What is computed as the reference does. Between the temperatures of the process table its
 * currents are ours only to 1e-3. */
static void check_exact(const table *t, const ns_subarray *s) {
    const ns_subarray_parts *q = &s->parts;
    const int between = fmod(s->parameters.temperature_k, 50) != 0;
    const double same = 1e-4, currents = between ? 1e-3 : 1e-4;
    const int one_t_one_r = s->parameters.memcelltype == NS_RRAM && s->access_width_f > 0;
    check_cell(t, "lengthRow_m", s->row_length_m, same);
    check_cell(t, "lengthCol_m", s->column_length_m, same);
    check_cell(t, one_t_one_r ? "capRow2_F" : "capRow1_F", s->row_f, currents);
    check_cell(t, "capCol_F", s->column_f, currents);
    check_cell(t, "resRow_ohm", s->row_ohm, same);
    check_cell(t, "resCol_ohm", s->column_ohm, same);
    check_cell(t, "sub_areaADC_m2", s->used_m2.adc, same);
    check_cell(t, "sub_areaAccum_m2", s->used_m2.accum, same);
    check_cell(t, "sub_leak_W", s->leakage_w, currents);
    check_cell(t, "sub_leakInUse_W", s->leakage_unselected_w, currents);
    check_cell(t, s->parameters.sar_adc ? "sarADC_area_m2" : "multilevelSenseAmp_area_m2",
               q->adc.area_m2, same);
    check_cell(t, s->parameters.sar_adc ? "sarADC_lat_s" : "multilevelSenseAmp_lat_s",
               q->adc.delay_s, currents);
    check_cell(t, "multilevelSAEncoder_leak_W", q->encoder.leakage_w, currents);
    check_cell(t, "shiftAddInput_area_m2", q->shift_add_input.area_m2, same);
    check_cell(t, "shiftAddInput_leak_W", q->shift_add_input.leakage_w, currents);
    check_cell(t, "wllevelshifter_area_m2", q->level_shifters[0].area_m2, same);
    if (one_t_one_r) check_cell(t, "wlNewSwitchMatrix_area_m2", q->row_drive.area_m2, same);
    check_cell(t, "muxDecoder_leak_W", q->mux_decoder.leakage_w, currents);
    check_cell(t, "precharger_leak_W", q->precharger.leakage_w, currents);
    check_cell(t, "wlDecoder_area_m2", q->word_decoder.area_m2, same);
    check_cell(t, "wlDecoder_leak_W", q->word_decoder.leakage_w, currents);
    check_cell(t, "adder_area_m2", q->adder.area_m2, same);
    check_cell(t, "senseAmp_area_m2", q->sense_amplifier.area_m2, same);
}

/* What is modelled; the shares are the targets of the model's README. */
static void check_modelled(const table *t, const ns_subarray *s) {
    check_cell(t, "sub_area_m2", s->area_m2, 0.003);     /* 0.28 %: bare cells; others 3e-4 */
    check_cell(t, "sub_height_m", s->height_m, 0.003);
    check_cell(t, "sub_width_m", s->width_m, 0.005);
    check_cell(t, "sub_areaOther_m2", s->used_m2.other, 0.002);
    check_cell(t, "multilevelSAEncoder_lat_s", s->parts.encoder.delay_s, 0.02);
    check_cell(t, "shiftAddInput_adder_lat_s", s->parts.shift_add_input.delay_s, 0.025);
    check_cell(t, "precharger_lat_s", s->parts.precharger.delay_s, 0.005);
    const double rows = s->parameters.rows, columns = s->parameters.cols;
    const ns_read r = ns_subarray_read(s, rows, rows * number(t, "activityRowRead"), columns);
    check_cell(t, "sub_E_array_J", r.word_line_j, 1e-3);
    check_cell(t, "sub_E_Accum_J", r.energy_j.accum, 5e-3);
    const int sequential = s->parameters.operationmode == NS_SEQUENTIAL;
    check_cell(t, "sub_E_ADC_J", r.energy_j.adc, sequential ? 0.08 : 0.015);
    check_cell(t, "sub_E_J", ns_split_sum(r.energy_j), sequential ? 0.05 : 0.015);
    check_cell(t, "sub_latencyADC_cyc", r.time.adc, 0.01);
    if (s->parameters.synchronous) {
        check_cell(t, "sub_latencyAccum_cyc", r.time.accum, 1e-9);
        check_cell(t, "clk_ns", s->cycle_s * 1e9, 0.015);
    }
}

static void figures_of_the_reference(void **state) {
    (void)state;
    FILE *f = fopen(SOURCE_DIR "/tests/golden/neurosim_units.csv", "r");
    assert_non_null(f);
    static table t;
    assert_non_null(fgets(t.head, sizeof t.head, f));          /* where it is from */
    assert_non_null(fgets(t.head, sizeof t.head, f));
    t.columns = split(t.head, t.names);
    int rows = 0;
    for (; fgets(t.line, sizeof t.line, f); ++rows) {
        assert_int_equal(split(t.line, t.cells), t.columns);
        const ns_parameters p = parameters_of(&t);
        ns_subarray s;
        assert_int_equal(ns_subarray_init(&s, &p), NS_OK);
        check_exact(&t, &s);
        check_modelled(&t, &s);
    }
    fclose(f);
    assert_true(rows >= 40);
}

/* A partly used array: fewer rows or columns never cost more, none cost no conversion. */
static void partly_used(void **state) {
    (void)state;
    for (uint32_t kind = NS_SRAM; kind <= NS_RRAM; ++kind) {
        const ns_parameters p = ns_parameters_default(cim_process_find(22, CIM_LSTP), kind);
        ns_subarray s;
        assert_int_equal(ns_subarray_init(&s, &p), NS_OK);
        const ns_read all = ns_subarray_read(&s, 128, 32, 128);
        const ns_read half = ns_subarray_read(&s, 64, 16, 64);
        assert_true(half.energy_j.adc < all.energy_j.adc);
        assert_true(half.energy_j.adc > 0.3 * all.energy_j.adc);
        assert_true(half.time.adc == all.time.adc);
        const ns_read none = ns_subarray_read(&s, 128, 0, 128);
        assert_true(none.word_line_j == 0 && isfinite(none.energy_j.adc));
        assert_true(ns_subarray_read(&s, 128, 32, 0).energy_j.adc == all.word_line_j);
    }
}

static void refused(void **state) {
    (void)state;
    ns_parameters p = ns_parameters_default(cim_process_find(22, CIM_LSTP), NS_RRAM);
    ns_subarray s;
    p.cell.resistance_on_ohm = 1000;       /* its access transistor would be 70 nodes wide */
    assert_int_equal(ns_subarray_init(&s, &p), NS_ACCESS_TOO_WIDE);
    p = ns_parameters_default(cim_process_find(22, CIM_LSTP), NS_RRAM);
    p.temperature_k = 299;
    assert_int_equal(ns_subarray_init(&s, &p), NS_BAD_TEMPERATURE);
    p.temperature_k = 300;
    p.num_col_muxed = 0;
    assert_int_equal(ns_subarray_init(&s, &p), NS_BAD_GEOMETRY);
    p.num_col_muxed = 8;
    p.operationmode = NS_SEQUENTIAL;       /* one-bit cells leave a flash one reference */
    assert_int_equal(ns_subarray_init(&s, &p), NS_NO_REFERENCE);
    p.sar_adc = 1;
    assert_int_equal(ns_subarray_init(&s, &p), NS_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_of_the_reference),
        cmocka_unit_test(partly_used),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
