/* hwmodel.sram_cim: a chip of SRAM compute-in-memory arrays; equations and sources in README.md. */
#include "sram_array.h"
#include <cim_sdk/export.h>
#include <cim_chip/plugin.h>
#include <math.h>
#include <string.h>

enum {
    P_PROCESS, P_ROWS = P_PROCESS + CIM_CHIP_N_PROCESS, P_COLUMNS, P_SENSING, P_CELL_TYPE,
    P_WEIGHT_MAPPING, P_WEIGHT_BITS_AT_ONCE, P_WEIGHTING, P_ACCUMULATE, P_PIPELINE_REGISTERS,
    P_ADC_BITS, P_ADC_TYPE, P_COLUMNS_PER_ADC, P_ROWS_AT_ONCE, P_READ_VOLTAGE, P_CELL_CAPACITANCE,
    P_CELLS_PER_CAPACITOR, P_DAC_BITS, P_WEIGHT_BITS, P_INPUT_BITS, P_ADC_RANGE, P_CHIP,
    P_TECHNOLOGY = P_CHIP + CIM_CHIP_N_PARAMS
};
enum { C_ROWS_AT_ONCE, C_READ_VOLTAGE, C_SENSE_MARGIN, C_SUPPLY, C_CHIP };
#define N_CONSTRAINTS (C_CHIP + CIM_CHIP_N_CONSTRAINTS)

static const char *const adc_ranges[] = {"full", "calibrated"};
static const char *const adc_types[SRAM_N_ADCS] = {"sar", "flash", "ramp"};
static const char *const sensing_names[SRAM_N_SENSINGS] = {"current", "charge", "digital",
                                                           "discharge"};
static const char *const weight_mappings[] = {"offset", "differential"};
static const char *const weightings[] = {"in_turn", "ladder"};
static const char *const accumulate_names[] = {"tree", "chain"};
static const char *const cell_types[] = {"6t", "8t"};
static const char weight_layer[] = "weight_layer";

static const cim_param params[] = {
    CIM_CHIP_PROCESS_PARAMS,
    {.key = "rows", .unit = "", .help = "rows of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 8, .max = 4096},
    {.key = "columns", .unit = "", .help = "columns of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 8, .max = 4096},
    {.key = "sensing", .unit = "",
     .help = "cells add currents into an integrator, charge on capacitors, digits by adders, "
             "or discharge a precharged column",
     .type = CIM_CATEGORY, .default_value = SRAM_CURRENT, .min = 0, .max = SRAM_N_SENSINGS - 1,
     .names = sensing_names, .n_levels = SRAM_N_SENSINGS},
    {.key = "cell_type", .unit = "",
     .help = "6t: read through its access transistors; 8t: through a read port of its own",
     .type = CIM_CATEGORY, .default_value = SRAM_8T, .min = 0, .max = 1, .names = cell_types,
     .n_levels = 2},
    {.key = "weight_mapping", .unit = "",
     .help = "bits of a weight are 0 or 1, offset to be signed (digital: two's complement), or "
             "-1 or 1 in cells of two signs (XNOR)",
     .type = CIM_CATEGORY, .default_value = SRAM_OFFSET, .min = 0, .max = 1,
     .names = weight_mappings, .n_levels = 2},
    {.key = "weight_bits_at_once", .unit = "",
     .help = "bits of a weight, in as many columns, that one conversion takes together, weighted",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 8},
    {.key = "weighting", .unit = "",
     .help = "of columns that go together: their charge is shared one after another, or at once on "
             "a C-2C ladder",
     .type = CIM_CATEGORY, .default_value = SRAM_IN_TURN, .min = 0, .max = 1,
     .names = weightings, .n_levels = 2},
    {.key = "accumulate", .unit = "",
     .help = "digital adders: a tree beside the cells, or a chain of full adders through them",
     .type = CIM_CATEGORY, .default_value = SRAM_TREE, .min = 0, .max = 1,
     .names = accumulate_names, .n_levels = 2},
    {.key = "pipeline_registers", .unit = "",
     .help = "registers that cut a column's digital adders, the last one included",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 128},
    {.key = "adc_bits", .unit = "", .help = "resolution of a layer's converters",
     .type = CIM_INTEGER, .default_value = 5, .min = 1, .max = CIM_ADC_MAX_BITS,
     .index_set = weight_layer},
    {.key = "adc_type", .unit = "",
     .help = "successive approximation, flash, or a ramp shared by an array",
     .type = CIM_CATEGORY, .default_value = SRAM_SAR, .min = 0, .max = SRAM_N_ADCS - 1,
     .names = adc_types, .n_levels = SRAM_N_ADCS},
    {.key = "columns_per_adc", .unit = "", .help = "columns that share a converter",
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 4096},
    {.key = "rows_at_once", .unit = "",
     .help = "rows summed in one conversion, or in one step of digital adders",
     .type = CIM_INTEGER, .default_value = 128, .min = 1, .max = 4096},
    {.key = "read_voltage_v", .unit = "V", .help = "across the read port of an 8t cell",
     .type = CIM_REAL, .default_value = 0.2, .min = 0.02, .max = 1.2},
    {.key = "cell_capacitance_ff", .unit = "fF",
     .help = "capacitor of a cell, for charge; discharge: added to its column for each cell",
     .type = CIM_REAL, .default_value = 0.4, .min = 0.05, .max = 10},
    {.key = "cells_per_capacitor", .unit = "",
     .help = "charge: cells of a column that take turns on one capacitor; rows_at_once is at most "
             "rows over it",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 256},
    {.key = "dac_bits", .unit = "", .help = "bits of an input applied at once",
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 8},
    {.key = "weight_bits", .unit = "", .help = "bits of a layer's weights", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .index_set = weight_layer,
     .overrides = "weight_bits"},
    {.key = "input_bits", .unit = "", .help = "bits of a layer's inputs", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .index_set = weight_layer,
     .overrides = "input_bits"},
    {.key = "adc_range", .unit = "",
     .help = "of a converter: all that its rows could give, or what occurs in its layer, with a "
             "reference that is set once the weights are written",
     .type = CIM_CATEGORY, .default_value = SRAM_FULL, .min = 0, .max = 1, .names = adc_ranges,
     .n_levels = 2},
    CIM_CHIP_PARAMS,
    CIM_CHIP_TECHNOLOGY_PARAM,
};
static const double current[] = {SRAM_CURRENT}, capacitors[] = {SRAM_CHARGE, SRAM_DISCHARGE};
static const double analogue[] = {SRAM_CURRENT, SRAM_CHARGE, SRAM_DISCHARGE};
static const double ports[] = {SRAM_CURRENT, SRAM_DISCHARGE}, read_port[] = {SRAM_8T};
static const double digital[] = {SRAM_DIGITAL}, charge[] = {SRAM_CHARGE};
static const cim_condition conditions[] = {
    {"cell_type", CIM_ALL_ELEMENTS, 0, "sensing", ports, 2, 0},
    {"read_voltage_v", CIM_ALL_ELEMENTS, 0, "sensing", current, 1, 0},
    {"read_voltage_v", CIM_ALL_ELEMENTS, 0, "cell_type", read_port, 1, 0},
    {"cell_capacitance_ff", CIM_ALL_ELEMENTS, 0, "sensing", capacitors, 2, 0},
    {"accumulate", CIM_ALL_ELEMENTS, 0, "sensing", digital, 1, 0},
    {"pipeline_registers", CIM_ALL_ELEMENTS, 0, "sensing", digital, 1, 0},
    {"adc_bits", CIM_ALL_ELEMENTS, 0, "sensing", analogue, 3, 0},
    {"adc_type", CIM_ALL_ELEMENTS, 0, "sensing", analogue, 3, 0},
    {"adc_range", CIM_ALL_ELEMENTS, 0, "sensing", analogue, 3, 0},
    {"weight_bits_at_once", CIM_ALL_ELEMENTS, 0, "sensing", analogue, 3, 0},
    {"weighting", CIM_ALL_ELEMENTS, 0, "sensing", capacitors, 2, 0},
    {"cells_per_capacitor", CIM_ALL_ELEMENTS, 0, "sensing", charge, 1, 0},
    {"columns_per_adc", CIM_ALL_ELEMENTS, 0, "sensing", analogue, 3, 0},
    {"dac_bits", CIM_ALL_ELEMENTS, 0, "sensing", analogue, 3, 0},
    CIM_CHIP_CONDITIONS,
};
/* Of one that is not calibrated: README.md, "Against published macros". */
#define MACRO_ROW(id, name, unit, better, help)                                                   \
    {name, unit, help, better, 0, 0.3,                                                            \
     "silicon, mean over published macros at 22 and 65 nm; twice off at 0.6 V, 65 nm"},
static const cim_metric metrics[] = {CIM_CHIP_TOTAL_LIST(CIM_CHIP_METRIC_ROW)
                                         CIM_CHIP_MACRO_LIST(MACRO_ROW)
                                             CIM_CHIP_MORE_LIST(CIM_CHIP_METRIC_ROW)};
static const cim_constraint constraints[] = {
    {"rows_at_once", "rows", "rows_at_once - rows, of capacitors where cells take turns on them"},
    {"read_voltage", "V", "read_voltage_v - gate overdrive of the read port, which would saturate"},
    {"sense_margin", "1", "3 sd of a column's mismatch and noise over half a step, minus 1; the "
                          "worst layer"},
    CIM_CHIP_PROCESS_CONSTRAINT,
    CIM_CHIP_CONSTRAINTS,
};

typedef struct model {
    const cim_host *host;
    cim_chip_process process;
    cim_chip_room room;
} model;

static void destroy(void *self) {
    model *m = self;
    m->host->release(m->host, m->room.layers);
    m->host->release(m->host, m);
}

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    model *m = host->alloc(host, 1, sizeof *m);
    if (!m) return host->fail(host, CIM_E_MEMORY, "no memory for the model");
    m->host = host;
    const cim_status status = cim_chip_read_technology(host, values, P_TECHNOLOGY, P_PROCESS,
                                                       &m->process);
    if (status == CIM_OK) *self = m;
    else destroy(m);
    return status;
}

static sram_design read_design(const cim_technology *t, const cim_values *v, uint32_t point) {
    const double clock_mhz = cim_number(v, point, P_CHIP + CIM_CHIP_CLOCK_MHZ, 0);
    const uint32_t sensing = cim_whole_number(v, point, P_SENSING);
    return (sram_design){
        .technology = t,
        .rows = cim_whole_number(v, point, P_ROWS),
        .columns = cim_whole_number(v, point, P_COLUMNS),
        .rows_at_once = cim_whole_number(v, point, P_ROWS_AT_ONCE),
        .columns_per_adc = cim_whole_number(v, point, P_COLUMNS_PER_ADC),
        .dac_bits = cim_whole_number(v, point, P_DAC_BITS),
        .adc_type = cim_whole_number(v, point, P_ADC_TYPE),
        .adc_range = cim_whole_number(v, point, P_ADC_RANGE),
        .sensing = sensing,
        .cell_type = cim_whole_number(v, point, P_CELL_TYPE),
        .weight_mapping = cim_whole_number(v, point, P_WEIGHT_MAPPING),
        .weight_bits_at_once = cim_whole_number(v, point, P_WEIGHT_BITS_AT_ONCE),
        .weighting = sensing == SRAM_CURRENT ? SRAM_IN_TURN
                                             : cim_whole_number(v, point, P_WEIGHTING),
        .cells_per_capacitor = cim_whole_number(v, point, P_CELLS_PER_CAPACITOR),
        .accumulate = cim_whole_number(v, point, P_ACCUMULATE),
        .pipeline_registers = cim_whole_number(v, point, P_PIPELINE_REGISTERS),
        .read_voltage_v = cim_number(v, point, P_READ_VOLTAGE, 0),
        .cell_capacitance_f = 1e-15 * cim_number(v, point, P_CELL_CAPACITANCE, 0),
        .period_s = clock_mhz > 0 ? 1e-6 / clock_mhz : 0,
    };
}

/* A statistic where it is known and in range; else 0.5, random data. */
static double share(double value) { return value >= 0 && value <= 1 ? value : 0.5; }

static sram_use read_use(const cim_values *v, uint32_t point, const cim_layer *l, int32_t set) {
    sram_use u = {.input_density = 0.5, .mean_level = 0.5};
    u.adc_bits = (uint32_t)cim_layer_number(v, point, P_ADC_BITS, l, set,
                                            params[P_ADC_BITS].default_value);
    u.weight_bits = (uint32_t)cim_layer_number(v, point, P_WEIGHT_BITS, l, set, l->weight_bits);
    u.input_bits = (uint32_t)cim_layer_number(v, point, P_INPUT_BITS, l, set, l->input_bits);
    if (!l->statistics) return u;
    u.input_density = share(l->statistics->input_bit_density);
    /* Offset binary: the mean weight shifts the leading bit, the others stay random. */
    u.mean_level = share(0.5 + l->statistics->weight_mean / (2.0 * u.weight_bits));
    return u;
}

static void set_slacks(const cim_chip_spec *spec, const sram_design *d, const sram_circuit *c,
                       double margin, const cim_chip *chip, double *slack) {
    const int port = d->sensing == SRAM_CURRENT && d->cell_type == SRAM_8T;
    const int chain = d->sensing == SRAM_DIGITAL && d->accumulate == SRAM_CHAIN;
    slack[C_ROWS_AT_ONCE] = chain ? 0 : (double)d->rows_at_once - (double)sram_read_rows(d);
    slack[C_READ_VOLTAGE] = port ? d->read_voltage_v - sram_read_voltage_limit(c) : 0;
    slack[C_SENSE_MARGIN] = margin;
    cim_chip_slacks(spec, chip, slack + C_CHIP);
}

/* What a margin depends on, but for the circuit. */
static int same_margin(const sram_design *d, const sram_use *a, const sram_use *b) {
    return a->adc_bits == b->adc_bits &&
           (d->adc_range == SRAM_FULL || (!(a->input_density < b->input_density) &&
                                          !(a->input_density > b->input_density) &&
                                          !(a->mean_level < b->mean_level) &&
                                          !(a->mean_level > b->mean_level)));
}

static void evaluate_point(model *m, const cim_request *r, uint32_t point, int32_t set) {
    const cim_values *v = r->values;
    const cim_technology *t = cim_chip_read_process(&m->process, v, point, P_PROCESS);
    if (!t) {
        r->fail(r->context, point, CIM_CHIP_NO_PROCESS);
        return;
    }
    const sram_design design = read_design(t, v, point);
    sram_circuit circuit = sram_circuit_make(&design);
    double margin = -1;
    sram_use judged = {0};   /* of the last margin: layers mostly have the same                   */
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        cim_chip_layer *w = &m->room.layers[i];
        if (!cim_chip_has_weights(l)) continue;
        const sram_use use = read_use(v, point, l, set);
        sram_set_range(&circuit, &use);
        w->array = sram_array_make(&circuit, &use);
        w->weight_bits = sram_weight_columns(&design, use.weight_bits);
        w->loaded_bits = use.weight_bits;
        w->input_bits = use.input_bits;
        if (!same_margin(&design, &use, &judged))
            margin = fmax(margin, sram_sense_margin(&circuit, &use));
        judged = use;
    }
    const cim_chip_spec spec = cim_chip_read_spec(v, point, P_CHIP, t);
    cim_chip chip;
    cim_chip_evaluate(&spec, r->network, m->room.layers, &chip);
    cim_chip_report(r, point, &chip, m->room.layers);
    double *slack = r->slack + (size_t)point * N_CONSTRAINTS;
    set_slacks(&spec, &design, &circuit, margin, &chip, slack);
    slack[C_SUPPLY] = m->process.slack_v;
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

static cim_nonideality describe_layer(const sram_circuit *c, const sram_use *use) {
    const sram_design *d = &c->design;
    const cim_technology *t = d->technology;
    if (d->sensing == SRAM_DIGITAL)   /* exact */
        return (cim_nonideality){
            .weight_mapping = CIM_MAPPING_DIGITAL, .weight_bits = use->weight_bits, .cell_bits = 1,
            .input_bits = use->input_bits, .dac_bits = 1, .array_rows = d->rows,
            .array_columns = d->columns, .rows_at_once = d->rows_at_once,
            .temperature_k = t->temperature_k};
    /* Bits of -1 and 1 are told as 0 and 1 with an offset, which is what adding up gives: half of a
     * signed current, of which either sign deviates; of a charge between the signs, twice the
     * steps. */
    const int is_signed = d->weight_mapping == SRAM_DIFFERENTIAL;
    const uint32_t sign_bit = is_signed && d->sensing == SRAM_CHARGE ? 1 : 0;
    cim_nonideality n = {
        .weight_mapping = CIM_MAPPING_OFFSET,
        .weight_bits = use->weight_bits, .cell_bits = d->weight_bits_at_once,
        .input_bits = use->input_bits, .dac_bits = d->dac_bits, .array_rows = d->rows,
        .array_columns = d->columns, .rows_at_once = d->rows_at_once,
        .adc_bits = use->adc_bits + sign_bit,
        .adc_range = d->adc_range == SRAM_FULL ? CIM_ADC_FULL_SCALE : CIM_ADC_CALIBRATED,
        .on_conductance_s = 1 / c->cell_ohm, .off_conductance_s = c->off_a / c->drop_v,
        .cell_mismatch_sd = sram_read_mismatch_sd(c, use->adc_bits) / (is_signed ? sqrt(2) : 1),
        .temperature_k = t->temperature_k,
    };
    n.adc_noise_sd =
        hypot(sram_converter_lsb(c, use->adc_bits), sram_thermal_lsb(c, use->adc_bits));
    if (d->sensing == SRAM_CHARGE) return n;   /* nothing flows once it has settled */
    n.column_wire_ohm = t->wire_ohm_per_m * c->cell_height_m;   /* rows only drive gates */
    return n;
}

static cim_status nonidealities(void *self, const cim_network *network, const cim_values *v,
                                cim_nonideality_rows out) {
    model *m = self;
    char error[256];
    if (cim_chip_check(network, error, sizeof error) != CIM_OK)
        return m->host->fail(m->host, CIM_E_UNSUPPORTED, error);
    const cim_technology *t = cim_chip_read_process(&m->process, v, 0, P_PROCESS);
    if (!t) return m->host->fail(m->host, CIM_E_CONFIG, CIM_CHIP_NO_PROCESS);
    const sram_design design = read_design(t, v, 0);
    sram_circuit circuit = sram_circuit_make(&design);
    const int32_t set = cim_find_index_set(network, weight_layer);
    for (uint32_t i = 0; i < out.n && i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        if (!cim_chip_has_weights(l)) continue;
        const sram_use use = read_use(v, 0, l, set);
        sram_set_range(&circuit, &use);
        const cim_nonideality row = describe_layer(&circuit, &use);
        cim_put_nonideality(out, i, &row);
    }
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof(cim_hwmodel_ops), .create = create, .evaluate = evaluate,
    .nonidealities = nonidealities, .destroy = destroy,
};
static const cim_plugin plugin = {
    .struct_size = sizeof(cim_plugin), .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.sram_cim", .version = "0.4.0",
    .summary = "SRAM cells adding currents, charge or digits: a whole chip",
    .license = "MIT", .ops = &ops,
    .is = {.struct_size = sizeof(cim_description), .params = CIM_TABLE(params),
           .conditions = CIM_TABLE(conditions), .metrics = CIM_TABLE(metrics),
           .constraints = CIM_TABLE(constraints)},
};

CIM_EXPORT_PLUGIN(plugin)
