/* hwmodel.fefet: ferroelectric transistors with a resistor at their drains (1FeFET-1R), up to two
 * bits a cell. Inputs drive gates, drains stand at a fixed voltage, a column sums the currents of
 * its sources, and a converter takes their charge. (m): from memory, not re-checked.
 * [S] Soliman et al., "First demonstration of in-memory computing crossbar using multi-level cell
 *     FeFET", Nature Communications 14, 2023 (28 nm).
 * [D] Dunkel et al., "A FeFET based super-low-power ultra-fast embedded NVM technology for 22nm
 *     FDSOI and beyond", IEDM 2017. */
#include <cim_chip/device.h>
#include <math.h>

static const double on_s = 1e-6;               /* S, [S] (m): the resistor of 1 Mohm sets it      */
static const double on_off = 1e4;              /* [S] (m): read far below the upper threshold     */
static const double drain_v = 0.2;             /* V, [S] (m)                                      */
static const double cell_f2 = 51.7;            /* nodes squared, [D]: 0.025 um2 at 22 nm; the
                                                  resistor lies above                             */
static const double write_v = 4.2;             /* V, [D]                                          */
static const double pulse_s = 10e-9;           /* s, [D]                                          */
static const double endurance = 1e5;           /* writes, [D] (m)                                 */
static const double polarisation = 0.2;        /* C/m2, remanent, of doped HfO2: 0.15 to 0.25 (m) */
static const double spread_sd = 0.03;          /* share of the range; assumed: the resistor hides
                                                  most of a threshold's spread                    */
static const double noise_sd = 0.01;           /* share of a read; assumed                        */
static const double electron_c = 1.602176634e-19; /* C, SI, exact                                 */

enum { CELL_BITS };
static const cim_param params[] = {
    CIM_DEVICE_PARAMS,
    {.key = "cell_bits", .unit = "", .help = "bits of a weight in one cell", .type = CIM_INTEGER,
     .default_value = 2, .min = 1, .max = 2},
};

static double levels(const cim_device_point *p) { return pow(2, p->own[CELL_BITS]); }
static double side_m(const cim_technology *t) { return sqrt(cell_f2) * t->node_m; }

/* Largest current of a column, and the time in which it fills the converter. */
static double full_a(const cim_device_point *p) {
    return p->rows_at_once * drain_v * on_s * (1 - 1 / on_off);
}
static double fill_s(const cim_device_point *p) {
    return cim_device_converter_input_f(p) * p->adc.full_scale_v / full_a(p);
}

static cim_array array_of(const cim_device_point *p, const cim_layer *layer) {
    const cim_technology *t = p->technology;
    const cim_device_cell cell = {
        .bits = (uint32_t)p->own[CELL_BITS], .height_m = side_m(t), .width_m = side_m(t),
        .row_f = t->min_width_m * t->gate_f_per_m, .column_f = t->nmos_drain_f,
        .column_ohm = 2 / (p->rows_at_once * on_s)};
    cim_device_lines lines;
    cim_array a = cim_device_begin(p, layer, &cell, &lines);
    const double sense_s = lines.column.delay_s * (p->adc.bits + 1) + fill_s(p);
    /* Data at random: half of the levels on average. */
    a.cell_j[CIM_PART_ARRAY] = cim_device_density(layer) * drain_v * drain_v * on_s / 2 * sense_s;
    /* Erased, then a pulse a level above the lowest: each turns the polarisation, and swings a
     * cell's share of its row and all of its column. Source and drain lines are columns. */
    const double turn_j = 2 * polarisation * t->min_width_m * t->gate_length_m * write_v;
    const double lines_f = lines.row.capacitance_f / p->columns + 2 * lines.column.capacitance_f;
    a.write_j = levels(p) * (turn_j + lines_f * write_v * write_v);
    a.write_row_s = levels(p) * pulse_s;
    a.endurance = endurance;
    cim_device_add_shifters(p, p->rows + 2.0 * p->columns, &a);
    cim_device_finish(p, layer, sense_s, &a);
    return a;
}

/* Half of the rows driven, cells half on: read noise of each, shot noise of their charge. */
static double margin(const cim_device_point *p) {
    const double cell_a = drain_v * on_s / 2, codes = pow(2, p->adc.bits);
    const double digit_a = full_a(p) / p->rows_at_once / (levels(p) - 1);
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
    row->column_wire_ohm = p->technology->wire_ohm_per_m * side_m(p->technology);
}

static const cim_device device = {array_of, margin, nonideality};
CIM_DEVICE_PLUGIN(device, params, "hwmodel.fefet", "1.0", "MIT", "1FeFET-1R cells, current sensing")
