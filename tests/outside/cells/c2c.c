/* hwmodel.c2c: SRAM with a C-2C ladder a weight. Each bit of a weight is a 6T cell and an AND with
 * the input that pulls a capacitor C; capacitors 2C between them halve what comes from the bit
 * below, so that a ladder puts weight x input on its column as charge, and the column settles to
 * the mean of its ladders. (m): from memory, not re-checked.
 * [W] Wang et al., "A charge domain SRAM compute-in-memory macro with C-2C ladder-based 8-bit MAC
 *     unit in 22-nm FinFET process for edge inference", IEEE JSSC 58, 2023: the scheme; there
 *     inputs come from DACs, here bit by bit.
 * [T] Tripathi and Murmann, "Mismatch characterization of small metal fringe capacitors", IEEE
 *     TCAS-I 61, 2014: capacitors of 0.45 and 1.2 fF. */
#include <cim_chip/device.h>
#include <cim_circuit/logic.h>
#include <math.h>

static const double over_cell_f_per_m2 = 2e-3; /* F/m2 of metal fingers above the cells; assumed  */
static const double mismatch_sd_1ff = 0.01;   /* sd of 1 fF, less by the root of the size; the order
                                                  of [T], assumed                                 */
static const double gate_cell_share = 0.5;     /* area of AND and switch over a 6T cell; assumed  */
static const double cell_aspect = 10.0 / 28; /* of a 6T cell, height by width: DNN+NeuroSim V1.4 */
static const double settle_fo4 = 4;            /* of a ladder's switch; assumed                   */

enum { LADDER_BITS, UNIT_FF };
static const cim_param params[] = {
    CIM_DEVICE_PARAMS,
    {.key = "ladder_bits", .unit = "", .help = "bits of a weight in one ladder",
     .type = CIM_INTEGER, .default_value = 8, .min = 2, .max = 8},
    {.key = "unit_ff", .unit = "fF", .help = "the ladder's capacitor C", .type = CIM_REAL,
     .default_value = 0.5, .min = 0.2, .max = 10},
};

static double unit_f(const cim_device_point *p) { return p->own[UNIT_FF] * 1e-15; }

/* A ladder: bits times (cell, AND, switch), or what its capacitors of C and 2C a bit need above
 * them; as high as a 6T cell. */
static double ladder_m2(const cim_device_point *p) {
    const double bit_m2 = (1 + gate_cell_share) * p->technology->sram_cell_m2;
    return p->own[LADDER_BITS] * fmax(bit_m2, 3 * unit_f(p) / over_cell_f_per_m2);
}

static double height_m(const cim_technology *t) { return sqrt(cell_aspect * t->sram_cell_m2); }

/* Seen from the column a ladder is 2C: C, and C for all that is behind. What the ladders at full
 * signal swing on it, beside its wire and idle rows. */
static double swing_v(const cim_device_point *p) {
    const double wire_f = p->rows * height_m(p->technology) * p->technology->wire_f_per_m;
    return p->technology->vdd_v * p->rows_at_once * 2 * unit_f(p) /
           (p->rows * 2 * unit_f(p) + wire_f);
}

static cim_array array_of(const cim_device_point *point, const cim_layer *layer) {
    cim_device_point p = *point;
    const cim_technology *t = p.technology;
    const double bits = p.own[LADDER_BITS], bit_leakage_w = 1.5 * t->inverter_leakage_w;
    const cim_device_cell cell = {
        .bits = (uint32_t)bits, .height_m = height_m(t), .width_m = ladder_m2(&p) / height_m(t),
        .row_f = bits * t->inverter_input_f, .column_f = 2 * unit_f(&p),
        .column_ohm = settle_fo4 * t->fo4_s / (p.rows * unit_f(&p)),
        .leakage_w = bits * (bit_leakage_w + t->nand2_leakage_w)};
    cim_device_lines lines;
    p.adc.full_scale_v = swing_v(&p);      /* the converter is built for it                       */
    cim_array a = cim_device_begin(&p, layer, &cell, &lines);
    const double v2 = t->vdd_v * t->vdd_v, half = 0.5;         /* of the bits of random weights   */
    /* Each bit's C in series with the 2C of its node; pulled up for a one times a one. */
    a.cell_j[CIM_PART_ARRAY] = bits * half * cim_device_density(layer) * 2 / 3 * unit_f(&p) * v2;
    const double ladder_s = settle_fo4 * t->fo4_s * (p.adc.bits + 1);
    /* Writing: a bit line a bit, with a drain a row, and two gates on the word line. */
    const double line_f = p.rows * (t->nmos_drain_f + height_m(t) * t->wire_f_per_m);
    a.write_j = bits * (line_f + 2 * t->nmos_small_width_m * t->gate_f_per_m) * v2;
    a.write_row_s = lines.driver_s + cim_register(t, 1).delay_s;
    a.volatile_cells = 1;
    cim_device_finish(&p, layer, ladder_s + lines.column.delay_s * (p.adc.bits + 1), &a);
    return a;
}

/* Mismatch of half the ladders (their bits' squares add up to a third), and kT/C of the column,
 * both of full scale, against half a step of the converter. */
static double margin(const cim_device_point *p) {
    const double sd = mismatch_sd_1ff / sqrt(p->own[UNIT_FF]), swing = swing_v(p);
    const double thermal = p->technology->thermal_energy_j / (p->rows * 2 * unit_f(p));
    const double variance = sd * sd / 3 * 0.5 / p->rows_at_once + thermal / (swing * swing);
    return 6 * sqrt(variance) * pow(2, p->adc.bits) - 1;
}

static void nonideality(const cim_device_point *p, const cim_layer *l, cim_nonideality *row) {
    (void)l;
    row->cell_bits = (uint32_t)p->own[LADDER_BITS];
    row->on_conductance_s = 1 / p->technology->inverter_ohm;   /* of a driven bit; only its ratio */
    row->cell_mismatch_sd = mismatch_sd_1ff / sqrt(p->own[UNIT_FF]);
}

static const cim_device device = {array_of, margin, nonideality};
CIM_DEVICE_PLUGIN(device, params, "hwmodel.c2c", "1.0", "MIT", "SRAM with C-2C ladders, charge")
