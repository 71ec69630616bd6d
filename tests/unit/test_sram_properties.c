/* Which way the figures of hwmodel.sram_cim's arrays go, at random designs of all its schemes, and
 * that all of them are finite. CIMDSE_LONG=1 tries a million. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <cim_sdk/rng.h>

#include "hwmodels/sram_cim/sram_array.c"
#include "hwmodels/sram_cim/sram_cell.c"
#include "hwmodels/sram_cim/sram_digital.c"
#include "hwmodels/sram_cim/sram_margin.c"
#include "fake_host.h"

static cim_rng rng;

static uint32_t below(uint32_t n) { return (uint32_t)cim_rng_below(&rng, n); }
static double between(double least, double most) {
    return least * pow(most / least, cim_rng_uniform(&rng));
}

/* Supply as a share of the node's, and the rest of a design. */
typedef struct sample {
    double node_nm, share, kelvin;
    sram_design design;
    sram_use use;
} sample;

static sample random_sample(void) {
    static const double nodes[] = {3, 5, 7, 10, 14, 22, 32, 45, 65, 90, 130};
    sample s = {.node_nm = nodes[below(11)], .share = between(0.56, 1.19),
                .kelvin = between(300, 400)};
    s.design = (sram_design){
        .rows = (uint32_t)between(8, 4096), .columns = (uint32_t)between(8, 4096),
        .rows_at_once = (uint32_t)between(1, 4096), .columns_per_adc = (uint32_t)between(1, 128),
        .weight_bits_at_once = 1 + below(8), .dac_bits = 1 + below(8),
        .adc_type = below(SRAM_N_ADCS),
        .sensing = below(SRAM_N_SENSINGS),
        .cell_type = below(2), .weight_mapping = below(2), .accumulate = below(2),
        .pipeline_registers = (uint32_t)between(1, 128), .read_voltage_v = between(0.02, 1.2),
        .cell_capacitance_f = between(0.05e-15, 10e-15), .weighting = below(2),
        .cells_per_capacitor = 1 + below(16), .adc_range = below(2)};
    s.use = (sram_use){1 + below(13), 1 + below(16), 1 + below(16), cim_rng_uniform(&rng),
                       cim_rng_uniform(&rng)};
    return s;
}

typedef struct result {
    sram_circuit circuit;
    cim_array array;
    double noise, margin;   /* over a step of the range of the rows that are read                 */
} result;

static result made;   /* of the design before it is changed */

static result make(const sample *s) {
    static cim_technology t;
    const cim_process *process = cim_process_find(s->node_nm, CIM_LSTP);
    assert_true(cim_technology_init_at(&t, process, s->kelvin, s->share * process->vdd_v));
    sram_design d = s->design;
    d.technology = &t;
    result r;
    r.circuit = sram_circuit_make(&d);
    sram_set_range(&r.circuit, &s->use);
    r.array = sram_array_make(&r.circuit, &s->use);
    r.noise = d.sensing == SRAM_DIGITAL ? 0 : noise_share(&r.circuit, s->use.adc_bits);
    r.margin = sram_sense_margin(&r.circuit, &s->use);
    return r;
}

static double sum(const double part[]) {
    double all = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) all += part[p];
    return all;
}

/* Of one step of all rows and columns, but for the converters. */
static double step_j(const cim_array *a) {
    const double groups = ceil((double)a->rows / a->rows_at_once);
    double column_j = 0;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p)
        if (p != CIM_PART_ADC) column_j += a->conversion_j[p];
    return a->rows * sum(a->row_j) + groups * a->columns * column_j +
           (double)a->rows * a->columns * sum(a->cell_j);
}

static void is_amount(double x) {
    if (!(x >= 0 && isfinite(x))) fail_msg("%g", x);
}

static void all_finite(const result *r) {
    const cim_array *a = &r->array;
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        is_amount(a->area_m2[p]);
        is_amount(a->leakage_w[p]);
        is_amount(a->row_j[p]);
        is_amount(a->conversion_j[p]);
        is_amount(a->cell_j[p]);
    }
    assert_true(a->round_s > 0 && isfinite(a->round_s) && isfinite(r->margin) && r->margin >= -1);
    assert_true(a->write_j > 0 && isfinite(a->write_j) && a->write_row_s > 0);
    assert_true(a->area_m2[CIM_PART_ARRAY] > 0 && a->leakage_w[CIM_PART_ARRAY] > 0);
}

#define rises(after, before, what)                                                            \
    do {                                                                                      \
        const double after_ = (after), before_ = (before);                                    \
        if (!(after_ >= before_ * (1 - 1e-12)))                                               \
            fail_msg(what ": %.17g falls to %.17g; sensing %u, node %g", before_, after_,     \
                     s->design.sensing, s->node_nm);                                          \
    } while (0)

static void hotter(const sample *s) {
    sample x = *s;
    x.kelvin = fmin(x.kelvin + 10, 400);
    rises(sum(make(&x).array.leakage_w), sum(made.array.leakage_w), "leakage");
}

static void more_bits(const sample *s) {
    sample x = *s;
    ++x.use.adc_bits;
    const result r = make(&x);
    rises(r.array.conversion_j[CIM_PART_ADC], made.array.conversion_j[CIM_PART_ADC], "ADC energy");
    rises(r.array.area_m2[CIM_PART_ADC], made.array.area_m2[CIM_PART_ADC], "ADC area");
}

static void larger(const sample *s) {
    sample x = *s;
    x.design.columns *= 2;
    rises(sum(make(&x).array.area_m2), sum(made.array.area_m2), "area over columns");
    x = *s;
    x.design.rows_at_once = made.array.rows_at_once;   /* no more than before */
    x.design.rows *= 2;
    if (sram_read_rows(&x.design) < 2 * sram_read_rows(&s->design)) return; /* fuller, not larger */
    rises(sum(make(&x).array.area_m2), sum(made.array.area_m2), "area over rows");
}

static void more_at_once(const sample *s) {
    sample x = *s;
    x.design.rows_at_once = made.circuit.design.rows_at_once + 1 + below(s->design.rows_at_once);
    rises(1 + make(&x).margin, 1 + made.margin, "sense margin over rows at once");
}

/* As many rows read of a taller array, by the same converter. (A column that is discharged is what
 * their charge is taken from: a taller one takes longer, with less kT/C and rows driven higher.) */
static void taller(const sample *s) {
    sample x = *s;
    if (x.design.sensing == SRAM_DISCHARGE) return;
    x.design.rows_at_once = made.array.rows_at_once;
    x.design.rows *= 2;
    if (make(&x).array.rows_at_once != made.array.rows_at_once) return;
    rises(make(&x).noise, made.noise, "noise over rows of the array");
}

/* With what is measured in proportion: an integrator fills up to half the supply. A converter that
 * noise limits is another matter, as most are whose range follows what occurs: its capacitors
 * shrink with its swing. */
static void higher_supply(const sample *s) {
    if (s->design.adc_range == SRAM_CALIBRATED) return;
    sample x = *s;
    x.share = fmin(1.05 * x.share, 1.2);
    x.design.read_voltage_v *= x.share / s->share;
    const result r = make(&x);
    rises(made.array.round_s, r.array.round_s, "cycle at a lower supply");
    rises(step_j(&r.array), step_j(&made.array), "energy over supply");
    rises(r.array.write_j, made.array.write_j, "energy of a write over supply");
    rises(made.array.write_row_s, r.array.write_row_s, "time of a write at a lower supply");
    rises(sum(r.array.leakage_w), sum(made.array.leakage_w), "leakage over supply");
}

static void everywhere(void **state) {
    (void)state;
    fake_host host;
    fake_host_start(&host);
    fake_stream(&host.host, 5, &rng);
    const uint32_t n = getenv("CIMDSE_LONG") ? 1000000 : 20000;
    for (uint32_t i = 0; i < n; ++i) {
        const sample s = random_sample();
        made = make(&s);
        all_finite(&made);
        hotter(&s);
        more_bits(&s);
        larger(&s);
        more_at_once(&s);
        taller(&s);
        higher_supply(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(everywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
