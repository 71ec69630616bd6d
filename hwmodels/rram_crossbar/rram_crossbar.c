/* hwmodel.rram_crossbar: a chip of RRAM crossbars; equations and sources in README.md. */
#include "rram_parameters.h"
#include <cim_sdk/export.h>
#include <cim_chip/plugin.h>
#include <cim_circuit/data_file.h>
#include <math.h>
#include <string.h>

enum { C_ROWS_AT_ONCE, C_READ_VOLTAGE, C_SENSE_MARGIN, C_SUPPLY, C_CHIP };
#define N_CONSTRAINTS (C_CHIP + CIM_CHIP_N_CONSTRAINTS)

static const double current[] = {RRAM_CURRENT};
static const cim_condition conditions[] = {
    {"weight_bits_at_once", CIM_ALL_ELEMENTS, 0, "sensing", current, 1, 0},
    {"multiplexer", CIM_ALL_ELEMENTS, 0, "sensing", current, 1, 0},
    CIM_CHIP_CONDITIONS,
};
/* Of one that is not calibrated: README.md, "Published macros". */
#define MACRO_ROW(id, name, unit, better, help)                                                   \
    {name, unit, help, better, 0, 0.3,                                                            \
     "silicon, mean over published macros at 28 and 130 nm; 3 times off where static bias is" \
     " not known (Yao 2024)"},
static const cim_metric metrics[] = {CIM_CHIP_TOTAL_LIST(CIM_CHIP_METRIC_ROW)
                                         CIM_CHIP_MACRO_LIST(MACRO_ROW)
                                             CIM_CHIP_MORE_LIST(CIM_CHIP_METRIC_ROW)};
static const cim_constraint constraints[] = {
    {"rows_at_once", "rows", "rows_at_once - rows"},
    {"read_voltage", "V", "read_voltage_v - supply"},
    {"sense_margin", "1",
     "3 sd of a column's noise and wire drop over half a step, minus 1; the worst layer"},
    CIM_CHIP_PROCESS_CONSTRAINT,
    CIM_CHIP_CONSTRAINTS,
};
/* Behind them, where the cell's file says how many bits the cell holds. */
static const cim_constraint bits_constraint[] = {
    {"cell_bits", "bits", "cell_bits - max_bits of the cell"},
};

typedef struct model {
    const cim_host *host;
    cim_chip_process process;
    cim_cell cell;
    cim_chip_room room;
} model;

static void destroy(void *self) {
    model *m = self;
    m->host->release(m->host, m->room.layers);
    m->host->release(m->host, m);
}

static const char *check_cell(const cim_values *v, uint32_t point);

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    model *m = host->alloc(host, 1, sizeof *m);
    if (!m) return host->fail(host, CIM_E_MEMORY, "no memory for the model");
    m->host = host;
    m->cell = rram_own_cell;
    const char *cell = values->texts[P_CELL];
    cim_status status = cim_chip_read_technology(host, values, P_TECHNOLOGY, P_PROCESS,
                                                 &m->process);
    if (status == CIM_OK && *cell) status = cim_cell_read(host, cell, &m->cell);
    /* What is searched has its default here, and every point is checked again. */
    const char *refusal = status == CIM_OK ? check_cell(values, 0) : NULL;
    if (refusal) status = host->fail(host, CIM_E_CONFIG, refusal);
    if (status == CIM_OK) *self = m;
    else destroy(m);
    return status;
}

static cim_status describe(void *self, cim_description *out) {
    static const cim_constraint_table with_bits = CIM_TABLE(bits_constraint);
    const model *m = self;
    if (m->cell.max_bits) out->constraints = with_bits;
    return CIM_OK;
}

/* 0: the cell's own. */
static double or_own(const cim_values *v, uint32_t point, uint32_t param, double own) {
    const double value = cim_number(v, point, param, 0);
    return value > 0 ? value : own;
}

/* The range of a parameter that may also be 0. NULL: it is kept. */
static const char *check_cell(const cim_values *v, uint32_t point) {
    const double on_ohm = cim_number(v, point, P_ON_RESISTANCE, 0);
    const double ratio = cim_number(v, point, P_ON_OFF_RATIO, 0);
    const double read_v = cim_number(v, point, P_READ_VOLTAGE, 0);
    if (on_ohm > 0 && on_ohm < 1e3) return "on_resistance_ohm: must be 0 or 1e3 to 1e7";
    if (ratio > 0 && ratio < 1.5) return "on_off_ratio: must be 0 or 1.5 to 1e6";
    if (read_v > 0 && read_v < 0.05) return "read_voltage_v: must be 0 or 0.05 to 1.2";
    const double amplifier_a = cim_number(v, point, P_AMPLIFIER, 0);
    if (amplifier_a > 0 && amplifier_a < 1e-8) return "amplifier_a: must be 0 or 1e-8 to 1e-3";
    return NULL;
}

static rram_design read_design(const cim_cell *cell, const cim_technology *t, const cim_values *v,
                               uint32_t point) {
    const double clock_mhz = cim_number(v, point, P_CHIP + CIM_CHIP_CLOCK_MHZ, 0);
    return (rram_design){
        .technology = t,
        .rows = cim_whole_number(v, point, P_ROWS),
        .columns = cim_whole_number(v, point, P_COLUMNS),
        .rows_at_once = cim_whole_number(v, point, P_ROWS_AT_ONCE),
        .columns_per_adc = cim_whole_number(v, point, P_COLUMNS_PER_ADC),
        .cell_bits = cim_whole_number(v, point, P_CELL_BITS),
        .dac_bits = cim_whole_number(v, point, P_DAC_BITS),
        .adc_type = cim_whole_number(v, point, P_ADC_TYPE),
        .sensing = cim_whole_number(v, point, P_SENSING),
        .multiplexer = cim_whole_number(v, point, P_MULTIPLEXER),
        .weight_bits_at_once = cim_whole_number(v, point, P_BITS_AT_ONCE),
        .sample_hold = cim_whole_number(v, point, P_SAMPLE_HOLD),
        .input = cim_whole_number(v, point, P_INPUT),
        .weight_mapping = cim_whole_number(v, point, P_MAPPING),
        .level_shifters = cim_whole_number(v, point, P_LEVEL_SHIFTERS),
        .adc_range = cim_whole_number(v, point, P_ADC_RANGE),
        .amplifier_a = cim_number(v, point, P_AMPLIFIER, 0),
        .reference_a = cim_number(v, point, P_REFERENCE, 0),
        .read_pulse_s = cim_number(v, point, P_READ_PULSE, 0),
        .phase_s = cim_number(v, point, P_PHASE, 0),
        .wire_width = cim_number(v, point, P_WIRE_WIDTH, 0),
        .shifter_m2 = 1e-12 * cim_number(v, point, P_SHIFTER, 0),
        .write_voltage_v = cim_number(v, point, P_WRITE_VOLTAGE, 0),
        .write_pulse_s = cim_number(v, point, P_WRITE_PULSE, 0),
        .write_pulses = cim_number(v, point, P_WRITE_PULSES, 0),
        .endurance = cim_number(v, point, P_ENDURANCE, 0),
        .cell = cell,
        .on_resistance_ohm = or_own(v, point, P_ON_RESISTANCE, cell->on_resistance_ohm),
        .on_off_ratio = or_own(v, point, P_ON_OFF_RATIO, cell->on_off_ratio),
        .read_voltage_v = or_own(v, point, P_READ_VOLTAGE, cell->read_voltage_v),
        .period_s = clock_mhz > 0 ? 1e-6 / clock_mhz : 0,
    };
}

/* A statistic where it is known and in range; else 0.5, random data. */
static double share(double value) { return value >= 0 && value <= 1 ? value : 0.5; }

/* Mean state of the cells. Offset binary: the mean weight shifts the leading slice, the others stay
 * random. On pairs, one of the two is off, and the other holds the magnitude: 0.8 sd in its leading
 * slice, as for a bell curve, where the spread is known. */
static double mean_level(const cim_layer_statistics *known, const rram_design *d, double slices) {
    const int pairs = d->weight_mapping == RRAM_DIFFERENTIAL;
    if (!known) return pairs ? 0.25 : 0.5;
    if (!pairs) return share(0.5 + known->weight_mean / (2 * slices));
    const double magnitude = share(0.8 * known->weight_sd);
    return (magnitude + (slices - 1) * 0.5) / (2 * slices);
}

static uint32_t layer_weight_bits(const cim_values *v, uint32_t point, const cim_layer *l,
                                  int32_t set) {
    return (uint32_t)cim_layer_number(v, point, P_WEIGHT_BITS, l, set, l->weight_bits);
}

static rram_use read_use(const cim_values *v, uint32_t point, const cim_layer *l, int32_t set,
                         const rram_design *d) {
    rram_use u = {.input_density = 0.5};
    u.adc_bits = (uint32_t)cim_layer_number(v, point, P_ADC_BITS, l, set,
                                            params[P_ADC_BITS].default_value);
    u.weight_bits = layer_weight_bits(v, point, l, set);
    u.input_bits = (uint32_t)cim_layer_number(v, point, P_INPUT_BITS, l, set, l->input_bits);
    /* The sign of a weight is which cell of a pair is on. */
    if (d->weight_mapping == RRAM_DIFFERENTIAL && u.weight_bits > 1) --u.weight_bits;
    const double slices = (u.weight_bits + d->cell_bits - 1) / d->cell_bits;
    u.mean_level = mean_level(l->statistics, d, slices);
    if (l->statistics) u.input_density = share(l->statistics->input_bit_density);
    return u;
}

/* What a layer's data are matters only to a converter that is set to them. */
static int same_margin(const rram_design *d, const rram_use *a, const rram_use *b) {
    return a->adc_bits == b->adc_bits &&
           (d->adc_range == RRAM_FULL || (!(a->input_density < b->input_density) &&
                                          !(a->input_density > b->input_density) &&
                                          !(a->mean_level < b->mean_level) &&
                                          !(a->mean_level > b->mean_level)));
}

static void evaluate_point(model *m, const cim_request *r, uint32_t point, int32_t set) {
    const cim_values *v = r->values;
    const cim_technology *t = cim_chip_read_process(&m->process, v, point, P_PROCESS);
    const char *refusal = t ? check_cell(v, point) : CIM_CHIP_NO_PROCESS;
    if (refusal) {
        r->fail(r->context, point, refusal);
        return;
    }
    const rram_design design = read_design(&m->cell, t, v, point);
    const rram_circuit circuit = rram_circuit_make(&design);
    const size_t n_slacks = N_CONSTRAINTS + (m->cell.max_bits ? 1u : 0u);
    double *slack = r->slack + point * n_slacks;
    double margin = -1;
    rram_use judged = {0};   /* of the last margin: layers mostly have the same                   */
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        cim_chip_layer *w = &m->room.layers[i];
        if (!cim_chip_has_weights(l)) continue;
        const rram_use use = read_use(v, point, l, set, &design);
        w->array = rram_array_make(&circuit, &use);
        w->weight_bits = use.weight_bits;
        w->loaded_bits = layer_weight_bits(v, point, l, set);
        w->input_bits = use.input_bits;
        if (!same_margin(&design, &use, &judged))
            margin = fmax(margin, rram_sense_margin(&circuit, &use));
        judged = use;
    }
    const cim_chip_spec spec = cim_chip_read_spec(v, point, P_CHIP, t);
    cim_chip chip;
    cim_chip_evaluate(&spec, r->network, m->room.layers, &chip);
    cim_chip_report(r, point, &chip, m->room.layers);
    slack[C_ROWS_AT_ONCE] = (double)design.rows_at_once - (double)design.rows;
    slack[C_READ_VOLTAGE] = design.read_voltage_v - t->vdd_v;
    slack[C_SENSE_MARGIN] = margin;
    slack[C_SUPPLY] = m->process.slack_v;
    cim_chip_slacks(&spec, &chip, slack + C_CHIP);
    if (m->cell.max_bits)
        slack[N_CONSTRAINTS] = (double)design.cell_bits - (double)m->cell.max_bits;
}

static cim_status evaluate(void *self, const cim_request *r) {
    model *m = self;
    char error[256];
    if (cim_chip_check(r->network, error, sizeof error) != CIM_OK)
        return m->host->fail(m->host, CIM_E_UNSUPPORTED, error);
    const cim_status status = cim_chip_make_room(m->host, &m->room, r->network->layers.n);
    if (status != CIM_OK) return status;
    const int32_t set = cim_find_index_set(r->network, weight_layer);
    for (uint32_t p = 0; p < r->values->n_points; ++p) evaluate_point(m, r, p, set);
    return CIM_OK;
}

/* A cell is written until its conductance is right, behind its own access transistor. Gates and
 * chains of inverters carry no steady current. A pair has one converter for its difference; the
 * row describes one for each of its columns, of the same step and together with the same noise.
 * Columns whose currents are weighed before a conversion are told as one of cells of all of their
 * bits: a row gives its current to as many, and each of them deviates for itself. */
static cim_nonideality describe_layer(const rram_circuit *c, const cim_values *v,
                                      const rram_use *use) {
    const rram_design *d = &c->design;
    const double own_sd = cim_number(v, 0, P_DEVICE_SPREAD, 0);
    const double spread_sd = own_sd > 0 ? own_sd : c->device_spread_sd;
    const double joined = c->joined, apart = sqrt(c->square_gains) / c->gains;
    const int pairs = d->weight_mapping == RRAM_DIFFERENTIAL, time = d->sensing == RRAM_TIME;
    cim_nonideality n = {
        .weight_mapping = pairs ? CIM_MAPPING_DIFFERENTIAL : CIM_MAPPING_OFFSET,
        .cell_bits = c->bits_at_once, .input_bits = use->input_bits, .dac_bits = d->dac_bits,
        .array_rows = c->weight_rows, .array_columns = d->columns / c->joined,
        .columns_at_once = (uint32_t)(c->live_columns / joined),
        .rows_at_once = c->weight_rows_at_once,
        .adc_bits = pairs && use->adc_bits > 1 ? use->adc_bits - 1 : use->adc_bits,
        .adc_range = d->adc_range == RRAM_FULL ? CIM_ADC_FULL_SCALE : CIM_ADC_CALIBRATED,
        .on_conductance_s = c->on_s, .off_conductance_s = c->off_s,
        .device_spread = CIM_SPREAD_OF_VALUE + cim_whole_number(v, 0, P_SPREAD_OF),
        .device_spread_sd = spread_sd * apart, .read_noise_sd = c->read_noise_sd * apart,
        .row_wire_ohm = c->rows_are_gates ? 0 : c->row.ohm / d->columns * joined * joined,
        .column_wire_ohm = time ? 0 : c->column.ohm / d->rows,
        .driver_ohm = c->rows_are_gates ? 0 : c->switch_ohm * joined,
        .temperature_k = d->technology->temperature_k,
    };
    n.adc_noise_sd = rram_converter_noise(c, use) / (pairs ? sqrt(2) : 1);
    return n;
}

static cim_status nonidealities(void *self, const cim_network *network, const cim_values *v,
                                cim_nonideality_rows out) {
    model *m = self;
    char error[256];
    if (cim_chip_check(network, error, sizeof error) != CIM_OK)
        return m->host->fail(m->host, CIM_E_UNSUPPORTED, error);
    const cim_technology *t = cim_chip_read_process(&m->process, v, 0, P_PROCESS);
    const char *refusal = t ? check_cell(v, 0) : CIM_CHIP_NO_PROCESS;
    if (refusal) return m->host->fail(m->host, CIM_E_CONFIG, refusal);
    const rram_design design = read_design(&m->cell, t, v, 0);
    const rram_circuit circuit = rram_circuit_make(&design);
    const int32_t set = cim_find_index_set(network, weight_layer);
    for (uint32_t i = 0; i < out.n && i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        if (!cim_chip_has_weights(l)) continue;
        const rram_use use = read_use(v, 0, l, set, &design);
        cim_nonideality row = describe_layer(&circuit, v, &use);
        row.weight_bits = layer_weight_bits(v, 0, l, set);
        cim_put_nonideality(out, i, &row);
    }
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof(cim_hwmodel_ops), .create = create, .describe = describe,
    .evaluate = evaluate, .nonidealities = nonidealities, .destroy = destroy,
};
static const cim_plugin plugin = {
    .struct_size = sizeof(cim_plugin), .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.rram_crossbar", .version = "0.5.0",
    .summary = "RRAM crossbars with shared ADCs: area, energy, latency of a whole chip",
    .license = "MIT", .ops = &ops,
    .is = {.struct_size = sizeof(cim_description), .params = CIM_TABLE(params),
           .conditions = CIM_TABLE(conditions), .metrics = CIM_TABLE(metrics),
           .constraints = CIM_TABLE(constraints)},
};

CIM_EXPORT_PLUGIN(plugin)
