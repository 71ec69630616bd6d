/* hwmodel.rram_crossbar: a chip of RRAM crossbars; equations and sources in README.md. */
#include "rram_array.h"
#include <cim_sdk/export.h>
#include <cim_chip/plugin.h>
#include <cim_circuit/data_file.h>
#include <math.h>
#include <string.h>

enum {
    P_PROCESS, P_ROWS = P_PROCESS + CIM_CHIP_N_PROCESS, P_COLUMNS, P_CELL_BITS, P_ADC_BITS,
    P_ADC_TYPE, P_COLUMNS_PER_ADC, P_ROWS_AT_ONCE, P_ON_RESISTANCE, P_ON_OFF_RATIO, P_READ_VOLTAGE,
    P_DAC_BITS, P_SENSING, P_SAMPLE_HOLD, P_INPUT, P_MAPPING, P_AMPLIFIER, P_REFERENCE, P_READ_PULSE, P_PHASE, P_WIRE_WIDTH, P_LEVEL_SHIFTERS,
    P_WRITE_PULSES, P_ENDURANCE, P_WEIGHT_BITS, P_INPUT_BITS, P_CHIP,
    P_TECHNOLOGY = P_CHIP + CIM_CHIP_N_PARAMS, P_CELL
};
enum { C_ROWS_AT_ONCE, C_READ_VOLTAGE, C_SENSE_MARGIN, C_SUPPLY, C_CHIP };
#define N_CONSTRAINTS (C_CHIP + CIM_CHIP_N_CONSTRAINTS)

static const char *const adc_types[RRAM_N_ADC_TYPES] = {"sar", "flash", "ramp", "decrement"};
static const char *const sensings[RRAM_N_SENSINGS] = {"current", "voltage", "time"};
static const char *const inputs[] = {"voltage", "pulse"};
static const char *const mappings[] = {"offset", "differential"};
static const double wire_widths[] = {1, 2, 4};
static const char *const level_shifters[] = {"per_line", "shared"};
static const char weight_layer[] = "weight_layer";

static const cim_param params[] = {
    CIM_CHIP_PROCESS_PARAMS,
    {.key = "rows", .unit = "", .help = "rows of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 8, .max = 2048},
    {.key = "columns", .unit = "", .help = "columns of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 8, .max = 2048},
    {.key = "cell_bits", .unit = "", .help = "bits of a weight in one cell", .type = CIM_INTEGER,
     .default_value = 1, .min = 1, .max = 4},
    {.key = "adc_bits", .unit = "", .help = "resolution of a layer's converters",
     .type = CIM_INTEGER, .default_value = 5, .min = 1, .max = CIM_ADC_MAX_BITS,
     .index_set = weight_layer},
    {.key = "adc_type", .unit = "",
     .help = "successive approximation, flash, ramp shared by all columns, or charge taken off "
             "the column's own integrator step by step",
     .type = CIM_CATEGORY, .default_value = RRAM_SAR, .min = 0, .max = RRAM_N_ADC_TYPES - 1,
     .names = adc_types, .n_levels = RRAM_N_ADC_TYPES},
    {.key = "columns_per_adc", .unit = "",
     .help = "columns, or pairs of them, that share a converter",
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 2048},
    {.key = "rows_at_once", .unit = "", .help = "rows summed in one conversion",
     .type = CIM_INTEGER, .default_value = 128, .min = 1, .max = 2048},
    {.key = "on_resistance_ohm", .unit = "ohm",
     .help = "resistance of a cell that is fully on, at least 1e3; 0: the cell's own (1e5)",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e7},
    {.key = "on_off_ratio", .unit = "",
     .help = "off-resistance over on-resistance at 300 K, at least 1.5; 0: the cell's own (17)",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e6},
    {.key = "read_voltage_v", .unit = "V",
     .help = "voltage of a driven row, at least 0.05; 0: the cell's own (0.5)",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1.2},
    {.key = "dac_bits", .unit = "", .help = "bits of an input applied at once",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 8},
    {.key = "sensing", .unit = "",
     .help = "a column's current into a clamp and an integrator, or its voltage, the mean of its "
             "rows' weighted by conductance, into a sampling integrator, or the time of an edge "
             "through its cells' delay stages (its converter is its own, whatever adc_type)",
     .type = CIM_CATEGORY, .default_value = RRAM_CURRENT, .min = 0, .max = RRAM_N_SENSINGS - 1,
     .names = sensings, .n_levels = RRAM_N_SENSINGS},
    {.key = "sample_hold", .unit = "",
     .help = "all columns are sensed at once and held, then converted one after another",
     .type = CIM_BOOLEAN, .default_value = 0, .min = 0, .max = 1},
    {.key = "input", .unit = "",
     .help = "several bits at once (dac_bits): as a voltage of a buffered row, or as a pulse: its "
             "width, or where a voltage is sensed a sample for each unit",
     .type = CIM_CATEGORY, .default_value = RRAM_LEVELS, .min = 0, .max = 1, .names = inputs,
     .n_levels = 2},
    {.key = "weight_mapping", .unit = "",
     .help = "signed weights with an offset, or on the difference of two cells: of neighbouring "
             "columns, or of rows where a voltage is sensed",
     .type = CIM_CATEGORY, .default_value = RRAM_OFFSET, .min = 0, .max = 1, .names = mappings,
     .n_levels = 2},
    {.key = "amplifier_a", .unit = "A",
     .help = "bias of a converter's clamp or integrator, at least 1e-8: slower and more frugal "
             "with less; 0: twice as slow as the column",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e-3},
    {.key = "reference_a", .unit = "A",
     .help = "static current of an array's references and DACs while it works",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 0.1},
    {.key = "read_pulse_s", .unit = "s",
     .help = "least time that driven cells conduct; 0: as long as their column needs to settle",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e-6},
    {.key = "phase_s", .unit = "s",
     .help = "for the macro's control, before each driving of the rows and each conversion",
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 1e-6},
    {.key = "wire_width", .unit = "",
     .help = "of rows and columns, and their height, over metal 1's",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 4, .levels = wire_widths,
     .n_levels = 3},
    {.key = "level_shifters", .unit = "",
     .help = "of the write voltage: one for each line, or one for eight lines, with a switch each",
     .type = CIM_CATEGORY, .default_value = RRAM_SHIFTER_PER_LINE, .min = 0, .max = 1,
     .names = level_shifters, .n_levels = 2},
    {.key = "write_pulses", .unit = "",
     .help = "that writing a cell takes, each read back; 8.5 for 8 levels and more (NeuRRAM)",
     .type = CIM_REAL, .default_value = 4, .min = 1, .max = 1000},
    {.key = "endurance", .unit = "",
     .help = "writes that a cell survives, 1e6 to 1e9 for oxide cells",
     .type = CIM_REAL, .default_value = 1e6, .min = 1e3, .max = 1e15},
    {.key = "weight_bits", .unit = "", .help = "bits of a layer's weights", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .index_set = weight_layer,
     .overrides = "weight_bits"},
    {.key = "input_bits", .unit = "", .help = "bits of a layer's inputs", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .index_set = weight_layer,
     .overrides = "input_bits"},
    CIM_CHIP_PARAMS,
    CIM_CHIP_TECHNOLOGY_PARAM,
    {.key = "cell", .unit = "", .help = "file of a memory cell, instead of the model's own",
     .type = CIM_TEXT, .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH},
};
static const cim_metric metrics[] = {CIM_CHIP_METRICS};
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
    cim_chip_layer *layers;         /* room for n_layers                                          */
    uint32_t n_layers;
} model;

static uint32_t whole(const cim_values *v, uint32_t point, uint32_t param) {
    return (uint32_t)cim_number(v, point, param, 0);
}

static void destroy(void *self) {
    model *m = self;
    m->host->release(m->host, m->layers);
    m->host->release(m->host, m);
}

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    model *m = host->alloc(host, 1, sizeof *m);
    if (!m) return host->fail(host, CIM_E_MEMORY, "no memory for the model");
    m->host = host;
    m->cell = rram_own_cell;
    const char *cell = values->texts[P_CELL];
    cim_status status = cim_chip_read_technology(host, values, P_TECHNOLOGY, P_PROCESS,
                                                 &m->process);
    if (status == CIM_OK && *cell) status = cim_cell_read(host, cell, &m->cell);
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

static cim_status make_room(model *m, uint32_t n) {
    if (n <= m->n_layers) return CIM_OK;
    cim_chip_layer *layers = m->host->alloc(m->host, n, sizeof *layers);
    if (!layers) return m->host->fail(m->host, CIM_E_MEMORY, "no memory for the network's layers");
    m->host->release(m->host, m->layers);
    m->layers = layers;
    m->n_layers = n;
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
        .rows = whole(v, point, P_ROWS),
        .columns = whole(v, point, P_COLUMNS),
        .rows_at_once = whole(v, point, P_ROWS_AT_ONCE),
        .columns_per_adc = whole(v, point, P_COLUMNS_PER_ADC),
        .cell_bits = whole(v, point, P_CELL_BITS),
        .dac_bits = whole(v, point, P_DAC_BITS),
        .adc_type = whole(v, point, P_ADC_TYPE),
        .sensing = whole(v, point, P_SENSING),
        .sample_hold = whole(v, point, P_SAMPLE_HOLD),
        .input = whole(v, point, P_INPUT),
        .weight_mapping = whole(v, point, P_MAPPING),
        .level_shifters = whole(v, point, P_LEVEL_SHIFTERS),
        .amplifier_a = cim_number(v, point, P_AMPLIFIER, 0),
        .reference_a = cim_number(v, point, P_REFERENCE, 0),
        .read_pulse_s = cim_number(v, point, P_READ_PULSE, 0),
        .phase_s = cim_number(v, point, P_PHASE, 0),
        .wire_width = cim_number(v, point, P_WIRE_WIDTH, 0),
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

static rram_use read_use(const cim_values *v, uint32_t point, const cim_layer *l, int32_t set,
                         const rram_design *d) {
    rram_use u = {.input_density = 0.5};
    u.adc_bits = (uint32_t)cim_layer_number(v, point, P_ADC_BITS, l, set,
                                            params[P_ADC_BITS].default_value);
    u.weight_bits = (uint32_t)cim_layer_number(v, point, P_WEIGHT_BITS, l, set, l->weight_bits);
    u.input_bits = (uint32_t)cim_layer_number(v, point, P_INPUT_BITS, l, set, l->input_bits);
    /* The sign of a weight is which cell of a pair is on. */
    if (d->weight_mapping == RRAM_DIFFERENTIAL && u.weight_bits > 1) --u.weight_bits;
    const double slices = (u.weight_bits + d->cell_bits - 1) / d->cell_bits;
    u.mean_level = mean_level(l->statistics, d, slices);
    if (l->statistics) u.input_density = share(l->statistics->input_bit_density);
    return u;
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
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        cim_chip_layer *w = &m->layers[i];
        if (!cim_chip_has_weights(l)) continue;
        const rram_use use = read_use(v, point, l, set, &design);
        w->array = rram_array_make(&circuit, &use);
        w->weight_bits = use.weight_bits;
        w->input_bits = use.input_bits;
        margin = fmax(margin, rram_sense_margin(&circuit, use.adc_bits));
    }
    const cim_chip_spec spec = cim_chip_read_spec(v, point, P_CHIP, t);
    cim_chip chip;
    cim_chip_evaluate(&spec, r->network, m->layers, &chip);
    cim_chip_report(r, point, &chip, m->layers);
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
    const cim_status status = make_room(m, r->network->layers.n);
    if (status != CIM_OK) return status;
    const int32_t set = cim_find_index_set(r->network, weight_layer);
    for (uint32_t p = 0; p < r->values->n_points; ++p) evaluate_point(m, r, p, set);
    return CIM_OK;
}

static cim_nonideality describe_layer(const rram_circuit *c, const rram_use *use) {
    const rram_design *d = &c->design;
    const cim_technology *t = d->technology;
    const int pairs = d->weight_mapping == RRAM_DIFFERENTIAL;
    cim_nonideality n = {
        .weight_mapping = pairs ? CIM_MAPPING_DIFFERENTIAL : CIM_MAPPING_OFFSET,
        .weight_bits = use->weight_bits + (pairs ? 1u : 0u),
        .cell_bits = d->cell_bits, .input_bits = use->input_bits, .dac_bits = d->dac_bits,
        .array_rows = d->rows, .array_columns = d->columns, .rows_at_once = d->rows_at_once,
        .adc_bits = use->adc_bits, .adc_range = CIM_ADC_FULL_SCALE,
        .on_conductance_s = c->cell_on_s, .off_conductance_s = c->cell_off_s,
        .device_spread = CIM_SPREAD_OF_RANGE, .device_spread_sd = c->device_spread_sd,
        .read_noise_sd = c->read_noise_sd,
        .row_wire_ohm = c->row.ohm / d->columns, .column_wire_ohm = c->column.ohm / d->rows,
        .driver_ohm = c->switch_ohm, .access_ohm = c->access_ohm,
        .temperature_k = t->temperature_k,
    };
    /* Both converters are sized for thermal noise as large as quantisation noise, 1/sqrt(12). */
    n.adc_noise_sd = 0.28867513459481287;
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
        const cim_nonideality row = describe_layer(&circuit, &use);
        const size_t size = out.row_size < sizeof row ? out.row_size : sizeof row;
        memcpy((char *)out.rows + (size_t)i * out.row_size, &row, size);
    }
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof(cim_hwmodel_ops), .create = create, .describe = describe,
    .evaluate = evaluate, .nonidealities = nonidealities, .destroy = destroy,
};
static const cim_plugin plugin = {
    .struct_size = sizeof(cim_plugin), .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.rram_crossbar", .version = "0.1.0",
    .summary = "RRAM crossbars with shared ADCs: area, energy, latency of a whole chip",
    .license = "MIT", .ops = &ops,
    .is = {.struct_size = sizeof(cim_description), .params = CIM_TABLE(params),
           .metrics = CIM_TABLE(metrics), .constraints = CIM_TABLE(constraints)},
};

CIM_EXPORT_PLUGIN(plugin)
