/* What a column deviates by, and what its converter can tell; equations: README.md. */
#include "sram_reading.h"
#include <cim_chip/margin.h>
#include <math.h>

static const double electron_charge_c = 1.602176634e-19; /* SI, exact                             */
static const double saturated_power = 1.3; /* current over gate overdrive: alpha of
                                              cim_circuit/technology.h                            */

/* All in signals of one cell, driven fully. Half the rows are driven, half of their cells store a
 * one: mismatch of a quarter of the cells. Signed: each driven cell conducts on one of its sides,
 * half of the capacitors are pulled up; between -1 and 1 lie two currents, but one capacitor. */
typedef struct deviation { double mismatch, thermal, step; } deviation;

static double weak_mismatch_sd(const sram_circuit *c, const reading *r) {
    const double sd = c->mismatch_sd;
    if (!(r->weakening < 1)) return sd;
    return fmax(sd, fmin(sd * pow(r->weakening, -1 / saturated_power), c->most_mismatch_sd));
}

static deviation deviate_column(const sram_circuit *c, uint32_t adc_bits) {
    const sram_design *d = &c->design;
    const reading r = sram_read(c, adc_bits);
    const double kt = d->technology->thermal_energy_j, rows = d->rows_at_once;
    const double sides = d->weight_mapping == SRAM_DIFFERENTIAL ? 2 : 1;
    deviation e = {.mismatch = weak_mismatch_sd(c, &r) * sqrt(fmax(0.5, sides * rows / 4)),
                   .step = fmax(rows * c->used_range / (double)(1u << adc_bits), sram_smallest(d))};
    if (d->sensing == SRAM_CHARGE) {
        e.thermal = sqrt(kt / r.column_f) / (r.swing_v / rows);
        return e;
    }
    e.step *= sides;
    if (d->sensing == SRAM_DISCHARGE) {
        e.thermal = sqrt(sides * kt / r.column_f) / (r.swing_v / rows);
        return e;
    }
    /* Shot and thermal noise over the integration time: q I / t and 2 k T G / t. */
    const double driven = fmax(1, rows / 2), on = sides / 2;
    e.thermal = sqrt(driven * on * (electron_charge_c * sram_on_a(c) + 2 * kt / c->cell_ohm) /
                     r.integration_s) / sram_on_a(c);
    return e;
}

/* Columns that go together deviate each for itself. */
static double together(const sram_circuit *c) {
    const double levels = (double)(1u << c->design.weight_bits_at_once) - 1;
    return sqrt((levels + 2) / (3 * levels));   /* sum of 4^i over levels squared */
}

double sram_read_mismatch_sd(const sram_circuit *c, uint32_t adc_bits) {
    const reading r = sram_read(c, adc_bits);
    return weak_mismatch_sd(c, &r) * together(c);
}

static deviation deviate(const sram_circuit *c, uint32_t adc_bits) {
    const double share = together(c);
    deviation e = deviate_column(c, adc_bits);
    e.mismatch *= share;
    e.thermal *= share;
    return e;
}

static double noise_share(const sram_circuit *c, uint32_t adc_bits) {
    const deviation e = deviate(c, adc_bits);
    return sqrt(e.mismatch * e.mismatch + e.thermal * e.thermal) / e.step;
}

typedef struct column { const sram_circuit *circuit; const sram_use *use; } column;

/* The same column made for ROWS rows at once. */
static sram_circuit of_rows(const column *of, uint32_t rows) {
    sram_circuit c = *of->circuit;
    c.design.rows_at_once = rows;
    if (c.design.sensing == SRAM_DISCHARGE) sram_set_columns(&c);
    sram_set_range(&c, of->use);
    return c;
}

static double share_of(const void *of, uint32_t rows) {
    const column *own = of;
    const sram_circuit c = of_rows(own, rows);
    return noise_share(&c, own->use->adc_bits);
}

/* Whether a step of the converter is coarser than a digit. */
static int is_coarse(const void *of, uint32_t rows) {
    const column *own = of;
    const sram_circuit c = of_rows(own, rows);
    return rows * c.used_range / (double)(1u << own->use->adc_bits) >= sram_smallest(&c.design);
}

/* As long as steps are digits, noise grows alone; then steps grow faster, but for discharges that
 * are too fast, and for ranges that follow what occurs. */
double sram_sense_margin(const sram_circuit *c, const sram_use *use) {
    const sram_design *d = &c->design;
    if (d->sensing == SRAM_DIGITAL) return -1;
    const column own = {c, use};
    const uint32_t all = sram_read_rows(d);
    const uint32_t coarse = cim_first_rows(is_coarse, &own, d->rows_at_once, all);
    const double wider = d->adc_range == SRAM_FULL && d->sensing != SRAM_DISCHARGE
                             ? cim_least_share(share_of, &own, coarse, all)
                             : cim_least_share_of_valleys(share_of, &own, coarse, all);
    return 6 * fmin(noise_share(c, use->adc_bits), wider) - 1;
}

/* A step, in signals of a cell: the converter's, or what sums differ by, which of charge between
 * the signs is two capacitors. */
static double told_step(const sram_circuit *c, double step) {
    const sram_design *d = &c->design;
    const int between = d->sensing == SRAM_CHARGE && d->weight_mapping == SRAM_DIFFERENTIAL;
    return fmax(step, (between ? 2 : 1) * sram_smallest(d));
}

double sram_thermal_lsb(const sram_circuit *c, uint32_t adc_bits) {
    const deviation e = deviate(c, adc_bits);
    return e.thermal / told_step(c, e.step);
}

double sram_converter_lsb(const sram_circuit *c, uint32_t adc_bits) {
    const sram_design *d = &c->design;
    const cim_technology *t = d->technology;
    const reading r = sram_read(c, adc_bits);
    const double codes = (double)(1u << adc_bits), step = deviate(c, adc_bits).step;
    const double sides = d->weight_mapping == SRAM_DIFFERENTIAL ? 2 : 1;
    const double own = d->sensing == SRAM_CHARGE ? step
                                                 : sides * d->rows_at_once * c->used_range / codes;
    double noise_v = 0;
    switch (d->adc_type) {
    case SRAM_FLASH: noise_v = cim_adc_flash_noise_v(t, &r.adc); break;
    case SRAM_RAMP: noise_v = cim_adc_ramp_noise_v(t, &r.adc); break;
    default: noise_v = cim_adc_sar_noise_v(t, &r.adc);
    }
    return noise_v / (r.adc.full_scale_v / codes) * own / told_step(c, step);
}
