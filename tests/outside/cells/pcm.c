/* hwmodel.pcm: phase-change cells behind a transistor (1T1R). Inputs open the transistors, columns
 * stand at a fixed voltage and sum currents, and a converter takes their charge. Melting a cell
 * sets the transistor's width, and so the area. (m): from memory, not re-checked.
 * [J] Joshi et al., "Accurate deep neural network inference using computational phase-change
 *     memory", Nature Communications 11, 2020 (90 nm mushroom cells).
 * [K] Khaddam-Aljameh et al., "HERMES-core, a 1.59-TOPS/mm2 PCM on 14-nm CMOS in-memory compute
 *     core ...", IEEE JSSC 57, 2022.
 * [B] Burr et al., "Recent progress in phase-change memory technology", IEEE JETCAS 6, 2016. */
#include <cim_chip/device.h>
#include <math.h>

static const double on_s = 25e-6;              /* S, [J] (m): fully crystalline                   */
static const double on_off = 100;              /* [J] (m): 0.1 to 25 uS are used                  */
static const double read_v = 0.2;              /* V, [J] (m): 0.2 to 0.3                          */
static const double reset_a = 300e-6;          /* A, [K] (m): scaled cells, 100 to 400 uA [B]     */
static const double reset_v = 2.0;             /* V over cell and transistor; assumed             */
static const double reset_s = 100e-9;          /* s, [B] (m): melt and quench                     */
static const double verify_pulses = 5;         /* to place a level, each with a read; one bit: one
                                                  [J] (m): iterative, a few to 20                 */
static const double endurance = 1e8;           /* writes, [B] (m): 1e6 to 1e12                    */
static const double spread_sd = 0.04;          /* share of the range, [J] (m): about 1 uS         */
static const double noise_sd = 0.02;           /* share of a read, [J] (m): 1/f noise             */
static const double drift_exponent = 0.05;     /* [J] (m): 0.03 to 0.06 where crystalline         */
static const double drift_reference_s = 25;  /* s after writing at which levels are read, [J] (m) */
static const double electron_c = 1.602176634e-19; /* C, SI, exact                                 */

enum { CELL_BITS, AGE };
static const cim_param params[] = {
    CIM_DEVICE_PARAMS,
    {.key = "cell_bits", .unit = "", .help = "bits of a weight in one cell", .type = CIM_INTEGER,
     .default_value = 2, .min = 1, .max = 4},
    {.key = "age_s", .unit = "s", .help = "since the weights were written: conductances drift",
     .type = CIM_REAL, .default_value = 86400, .min = 25, .max = 1e9},
};

/* A transistor that carries reset_a, and room for it: 3 (W/F + 1) F2 (Dong et al., NVSim, IEEE TCAD
 * 2012), square. */
static double access_m(const cim_technology *t) {
    return fmax(t->nmos_small_width_m, reset_a * t->nmos_ohm_m / t->vdd_v);
}
static double side_m(const cim_technology *t) {
    return sqrt(3 * (access_m(t) / t->nmos_small_width_m + 1)) * t->node_m;
}

/* Share of a current that drift leaves; current of a column; time until it fills the converter. */
static double aged(const cim_device_point *p) {
    return pow(p->own[AGE] / drift_reference_s, -drift_exponent);
}
static double full_a(const cim_device_point *p) {
    return p->rows_at_once * read_v * aged(p) * on_s * (1 - 1 / on_off);
}
static double fill_s(const cim_device_point *p) {
    return cim_device_converter_input_f(p) * p->adc.full_scale_v / full_a(p);
}

static cim_array array_of(const cim_device_point *p, const cim_layer *layer) {
    const cim_technology *t = p->technology;
    const double width_m = access_m(t), mean_s = on_s * (1 + 1 / on_off) / 2;
    const cim_device_cell cell = {
        .bits = (uint32_t)p->own[CELL_BITS], .height_m = side_m(t), .width_m = side_m(t),
        .row_f = width_m * t->gate_f_per_m,
        .column_f = t->nmos_drain_f * width_m / t->nmos_small_width_m,
        .column_ohm = 1 / (p->rows_at_once * mean_s)};
    cim_device_lines lines;
    cim_array a = cim_device_begin(p, layer, &cell, &lines);
    const double sense_s = lines.column.delay_s * (p->adc.bits + 1) + fill_s(p);
    a.cell_j[CIM_PART_ARRAY] =
        cim_device_density(layer) * read_v * read_v * mean_s * aged(p) * sense_s;
    /* Melting draws reset_a; its column swings each time. A row is written a column a converter at
     * once: columns_per_adc turns. */
    const double pulses = p->own[CELL_BITS] > 1 ? verify_pulses : 1;
    a.write_j = pulses * (reset_a * reset_v * reset_s +
                          lines.column.capacitance_f * reset_v * reset_v);
    a.write_row_s = p->columns_per_adc * pulses * (reset_s + a.round_s + sense_s);
    a.endurance = endurance;
    cim_device_add_shifters(p, p->rows + p->columns, &a);
    cim_device_finish(p, layer, sense_s, &a);
    return a;
}

/* Half of the rows driven, cells half on: read noise of each, shot noise of their charge. */
static double margin(const cim_device_point *p) {
    const double cell_a = full_a(p) / p->rows_at_once / 2, codes = pow(2, p->adc.bits);
    const double digit_a = 2 * cell_a / (pow(2, p->own[CELL_BITS]) - 1);
    const double variance = pow(noise_sd * cell_a, 2) + electron_c * cell_a / fill_s(p);
    const double sd_a = sqrt(fmax(1, p->rows_at_once / 2.0) * variance);
    return 6 * sd_a / fmax(full_a(p) / codes, digit_a) - 1;
}

static void nonideality(const cim_device_point *p, const cim_layer *l, cim_nonideality *row) {
    (void)l;
    row->cell_bits = (uint32_t)p->own[CELL_BITS];
    row->on_conductance_s = on_s;
    row->off_conductance_s = on_s / on_off;
    row->device_spread = CIM_SPREAD_OF_RANGE;
    row->device_spread_sd = spread_sd;
    row->read_noise_sd = noise_sd;
    row->drift_exponent = drift_exponent;
    row->drift_time_s = p->own[AGE];
    row->drift_reference_s = drift_reference_s;
    row->column_wire_ohm = p->technology->wire_ohm_per_m * side_m(p->technology);
    row->access_ohm = p->technology->nmos_ohm_m / access_m(p->technology);
}

static const cim_device device = {array_of, margin, nonideality};
CIM_DEVICE_PLUGIN(device, params, "hwmodel.pcm", "1.0", "MIT", "PCM 1T1R cells, current sensing")
