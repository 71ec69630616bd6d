/* From parameters to components: section 3 to 5 of README.md. */
#include "design.h"

#include <cim_sdk/text.h>
#include <math.h>

static const double um2 = 1e-12, ns = 1e-9;

typedef struct reading {
    const mnsim_point *p;
    mnsim_design *d;
    char *why;
    size_t size;
} reading;

CIM_PRINTF(2, 3)
static int refuse(const reading *r, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(r->why, r->size, format, arguments);
    va_end(arguments);
    return 0;
}

#define GET(id) mnsim_number(r->p, MNSIM_##id)

/* ---- device and crossbar --------------------------------------------------------------------- */

static int read_device(const reading *r, double v[2], double ohm[2]) {
    const uint32_t voltages = mnsim_list(r->p, MNSIM_READ_VOLTAGE, &v[0], &v[1]);
    if (!voltages || voltages != GET(READ_LEVEL))
        return refuse(r, "Read_Level = %g: Read_Voltage has %u values", GET(READ_LEVEL), voltages);
    const uint32_t levels = mnsim_list(r->p, MNSIM_DEVICE_RESISTANCE, &ohm[0], &ohm[1]);
    if (!levels || levels != GET(DEVICE_LEVEL))
        return refuse(r, "Device_Level = %g: Device_Resistance has %u values", GET(DEVICE_LEVEL),
                      levels);
    if (GET(DEVICE_TYPE) != 0) ohm[0] = ohm[1] = 1.6e6;   /* SRAM */
    return 1;
}

static void set_cell_power(const reading *r, const double v[2], const double ohm[2]) {
    mnsim_design *d = r->d;
    const double v2 = 0.9 * v[0] * v[0] + 0.1 * v[1] * v[1];
    d->cell_w = v2 * (0.67 / ohm[0] + 0.33 / ohm[1]);
    d->idle_cell_w = GET(CELL_TYPE) != 0 ? 0.25 * v2 / ohm[0] : 0;   /* 0T1R: sneak paths */
    d->whole_xbar_w = 0;
    if (GET(SIMULATION_LEVEL) != 0)
        d->whole_xbar_w = d->rows * d->columns * ((v[0] * v[0] + v[1] * v[1]) / 2) /
                          sqrt(ohm[0] * ohm[1]);
}

static double xbar_area(const reading *r) {
    const mnsim_design *d = r->d;
    const double cells = d->rows * d->columns;
    if (GET(AREA_CALCULATION) != 0) {
        if (GET(DEVICE_TYPE) != 0) return cells * 5 * um2;
        const double node_um = GET(DEVICE_TECH) * 1e-3;
        return cells * (GET(CELL_TYPE) != 0 ? 4 : 12) * node_um * node_um * um2;
    }
    const double shrink = GET(TRANSISTOR_TECH) / 65;
    const double driver_um2 =
        d->digital ? (7.3 * 2.7 + 9.5 * 3.8) * shrink * shrink : 1150;
    return (cells * GET(DEVICE_AREA) + d->rows * driver_um2) * um2;
}

static int read_crossbar(const reading *r) {
    mnsim_design *d = r->d;
    double v[2] = {0, 0}, ohm[2] = {1, 1};
    d->rows = mnsim_element(r->p, MNSIM_XBAR_SIZE, 0);
    d->columns = mnsim_element(r->p, MNSIM_XBAR_SIZE, 1);
    d->digital = GET(PIM_TYPE) != 0;
    d->subarrays = d->rows / GET(SUBARRAY_SIZE);
    if (d->subarrays != floor(d->subarrays))
        return refuse(r, "Subarray_Size = %g: must divide the %g rows of Xbar_Size",
                      GET(SUBARRAY_SIZE), d->rows);
    if (!read_device(r, v, ohm)) return 0;
    set_cell_power(r, v, ohm);
    d->xbar_area_m2 = xbar_area(r);
    const double kib = d->rows * d->columns / 8192;
    d->xbar_read_s =
        (GET(READ_LATENCY) + 0.001 * (0.0002 * kib * kib + 5e-6 * kib + 4e-14)) * ns;
    return 1;
}

/* ---- interface ------------------------------------------------------------------------------- */

static int read_converters(const reading *r) {
    mnsim_design *d = r->d;
    const int adc = (int)GET(ADC_CHOICE), dac = (int)GET(DAC_CHOICE);
    if (adc > 0) d->adc = mnsim_adc(d->digital ? 8 : adc);
    if (dac > 0) d->dac = mnsim_dac(d->digital ? 1 : dac);
    if (adc < 0) {
        d->adc = (mnsim_converter){GET(ADC_AREA) * um2, GET(ADC_POWER), GET(ADC_PRECISION),
                                   GET(ADC_SAMPLE_RATE) / ns, 0};
        if (d->adc.bits < 1 || d->adc.rate_hz <= 0)
            return refuse(r, "ADC_Choice = -1: needs ADC_Precision and ADC_Sample_Rate");
        d->adc.latency_s = mnsim_adc_latency(&d->adc, adc);
    }
    if (dac < 0) {
        d->dac = (mnsim_converter){GET(DAC_AREA) * um2, GET(DAC_POWER), GET(DAC_PRECISION),
                                   GET(DAC_SAMPLE_RATE) / ns, 0};
        if (d->dac.bits < 1 || d->dac.rate_hz <= 0)
            return refuse(r, "DAC_Choice = -1: needs DAC_Precision and DAC_Sample_Rate");
        d->dac.latency_s = mnsim_dac_latency(&d->dac);
    }
    d->adc_area_m2 = d->adc.area_m2 + mnsim_logic_area((int)GET(LOGIC_OP));
    return 1;
}

/* How many converters, and how many lines take turns at one. */
static int count_converters(const reading *r) {
    mnsim_design *d = r->d;
    const double dac_num = GET(DAC_NUM), adc_num = GET(ADC_NUM);
    if (dac_num == 0) return refuse(r, "DAC_Num = 0: MNSIM divides by it");
    const double sub = d->subtracts_digitally;
    double adcs = adc_num;   /* of a subarray */
    if (adc_num == 0)
        adcs = fmin((sub + 1) * ceil(d->polarity * sqrt(d->xbar_area_m2) / sqrt(d->adc_area_m2)),
                    d->columns);
    d->dacs = dac_num * d->subarrays;
    d->adcs = adcs * d->subarrays;
    d->adc_ways = ceil((sub + 1) * d->columns / adcs);
    d->columns_per_adc = ceil(d->columns / adcs);
    d->dac_ways = ceil(GET(SUBARRAY_SIZE) / dac_num);
    return 1;
}

static int read_pe(const reading *r) {
    mnsim_design *d = r->d;
    d->polarity = GET(XBAR_POLARITY);
    d->weight_bits = d->polarity == 2 ? MNSIM_BITS - 1 : MNSIM_BITS;   /* 2: the sign is free */
    d->subtracts_digitally = d->polarity == 2 && GET(SUB_POSITION) != 0;
    d->groups = GET(GROUP_NUM) == 0 ? 1 : GET(GROUP_NUM);
    d->inbuf_kib = GET(PE_INBUF_SIZE);
    if (!read_converters(r) || !count_converters(r)) return 0;
    d->mux = mnsim_mux(GET(TRANSISTOR_TECH), d->adc_ways);
    d->demux = mnsim_mux(GET(TRANSISTOR_TECH), d->dac_ways);
    return 1;
}

/* ---- digital units and the tile -------------------------------------------------------------- */

/* What the user set replaces MNSIM's figure. */
static mnsim_unit or_set(mnsim_unit unit, double area_um2, double power_w) {
    if (area_um2 != 0) unit.area_m2 = area_um2 * um2;
    if (power_w != 0) unit.power_w = power_w;
    return unit;
}

static void read_digital(const reading *r) {
    mnsim_design *d = r->d;
    d->clock_s = 1e-6 / GET(DIGITAL_FREQUENCY);
    d->adder_bit = mnsim_adder(GET(ADDER_TECH), 1);
    d->adder_area_set_m2 = GET(ADDER_AREA) * um2;
    d->adder_power_set_w = GET(ADDER_POWER);
    d->adder = or_set(mnsim_adder(GET(ADDER_TECH), 8), GET(ADDER_AREA), GET(ADDER_POWER));
    d->shift_register = or_set(mnsim_shift_register(GET(SHIFTREG_TECH)), GET(SHIFTREG_AREA),
                               GET(SHIFTREG_POWER));
    d->reg = or_set(mnsim_register(GET(REG_TECH)), GET(REG_AREA), GET(REG_POWER));
    d->joint = or_set(mnsim_joint_module(GET(JOINTMODULE_TECH)), GET(JOINTMODULE_AREA),
                      GET(JOINTMODULE_POWER));
}

/* Number of a grid A x B, where 0, 0 means NONE x NONE. */
static int read_grid(const reading *r, uint32_t id, double none, double *a, double *b) {
    *a = mnsim_element(r->p, id, 0);
    *b = mnsim_element(r->p, id, 1);
    if (*a == 0 && *b == 0) *a = *b = none;
    if (*a > 0 && *b > 0) return 1;
    return refuse(r, "%s = %g, %g: one of them is 0", mnsim_params[id].key, *a, *b);
}

static int read_tile(const reading *r) {
    mnsim_design *d = r->d;
    double pe_rows, pe_columns;
    if (!read_grid(r, MNSIM_PE_NUM, 4, &pe_rows, &pe_columns)) return 0;
    d->pes = pe_rows * pe_columns;
    d->pooling_units = GET(POOLING_UNIT_NUM);
    if (!mnsim_pooling(GET(POOLING_TECH), mnsim_element(r->p, MNSIM_POOLING_SHAPE, 0),
                       mnsim_element(r->p, MNSIM_POOLING_SHAPE, 1), d->pooling_units, &d->pooling))
        return refuse(r, "Pooling_unit_num = %g: MNSIM has only units of 64 at 65 nm",
                      d->pooling_units);
    d->inter_tile_bps = GET(INTER_TILE_BANDWIDTH) * 1e9;
    d->intra_tile_bps = GET(INTRA_TILE_BANDWIDTH) * 1e9;
    d->outbuf_kib = GET(TILE_OUTBUF_SIZE);
    d->buffer_nm = GET(BUFFER_TECHNOLOGY) == 0 ? 65 : GET(BUFFER_TECHNOLOGY);
    d->buffer_bits = GET(BUFFER_BITWIDTH) == 0 ? 256 : GET(BUFFER_BITWIDTH);
    return 1;
}

static int read_chip(const reading *r) {
    mnsim_design *d = r->d;
    if (!read_grid(r, MNSIM_TILE_NUM, 8, &d->tile_rows, &d->tile_columns)) return 0;
    d->placement = (int)GET(TILE_CONNECTION);
    if (d->placement == MNSIM_SQUARE && d->tile_rows != d->tile_columns)
        return refuse(r, "Tile_Connection = 2: Tile_Num = %g, %g must be a square", d->tile_rows,
                      d->tile_columns);
    if (GET(NOC_ENABLE) != 0)
        return refuse(r, "NoC_enable = 1: needs the network simulator that comes with MNSIM");
    d->nopipe = GET(NOPIPE) != 0;
    d->global_energy = GET(GLOBAL_ENERGY) != 0;
    return 1;
}

int mnsim_design_read(mnsim_design *d, const mnsim_point *p, char *why, size_t size) {
    const reading r = {.p = p, .d = d, .why = why, .size = size};
    if (!read_crossbar(&r) || !read_pe(&r)) return 0;
    read_digital(&r);
    return read_tile(&r) && read_chip(&r);
}
