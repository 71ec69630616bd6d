/* hwmodel.array_only: no chip and no energy, time or area: describes one array to the accuracy
 * evaluators, so that what it does to a network can be studied by itself (README.md beside this
 * file). It only counts. */
#include <float.h>
#include <math.h>

#include <cim/hwmodel.h>
#include <cim_sdk/export.h>
#include <cim_sdk/text.h>

enum { W_BITS, A_BITS, W_SCALE, CELL_BITS, ROWS, MAPPING, ADC_BITS, ADC_RANGE, SIGMA, SIGMA_MODE,
       ON_OFF, DAC_BITS };

static const char *const scales[] = {"per_channel", "per_tensor"};
static const char *const mappings[] = {"diff", "offset", "digital"};
static const char *const converters[] = {"ideal", "1", "2", "3", "4", "5", "6", "7", "8",
                                         "9", "10", "11", "12", "13", "14", "15", "16"};
static const char *const ranges[] = {"full", "calib", "mnsim_scale", "mnsim_fix"}; /* CIM_ADC_* */
static const char *const modes[] = {"prop", "range", "lognormal"};
#define NAMES(list) .names = list, .n_levels = sizeof list / sizeof list[0]

static const cim_param params[] = {
    {.key = "w_bits",
     .unit = "bit",
     .help = "of a weight, its sign included",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK,
     .overrides = "weight_bits",
     .min = 2,
     .max = 16},
    {.key = "a_bits",
     .unit = "bit",
     .help = "of an input",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK,
     .overrides = "input_bits",
     .min = 1,
     .max = 16},
    {.key = "w_scale",
     .unit = "",
     .help = "whose step weights are codes of: one for each output, "
             "or one for the layer",
     .type = CIM_CATEGORY,
     NAMES(scales)},
    {.key = "cell_bits",
     .unit = "bit",
     .help = "of a cell",
     .type = CIM_INTEGER,
     .default_value = 1,
     .min = 1,
     .max = 8},
    {.key = "rows",
     .unit = "",
     .help = "rows of an array, read at once",
     .type = CIM_INTEGER,
     .default_value = 128,
     .min = 1,
     .max = 65536},
    {.key = "mapping",
     .unit = "",
     .help = "signed weights: two arrays, one with an offset, or "
             "digital sums without any error",
     .type = CIM_CATEGORY,
     NAMES(mappings)},
    {.key = "adc_bits",
     .unit = "bit",
     .help = "of a converter; ideal: exact",
     .type = CIM_CATEGORY,
     NAMES(converters)},
    {.key = "adc_range",
     .unit = "",
     .help = "full scale: the largest sum that rows and cells "
             "allow, or the largest seen on training images; MNSIM 2.0's two rules",
     .type = CIM_CATEGORY,
     NAMES(ranges)},
    {.key = "sigma",
     .unit = "",
     .help = "standard deviation of cells, from device to device, as "
             "sigma_mode says",
     .type = CIM_REAL,
     .min = 0,
     .max = 10},
    {.key = "sigma_mode",
     .unit = "",
     .help = "sigma is a share of each cell's conductance, of "
             "the range of conductances, or of the logarithm",
     .type = CIM_CATEGORY,
     NAMES(modes)},
    {.key = "on_off",
     .unit = "",
     .help = "largest by smallest conductance; inf: off cells carry "
             "nothing",
     .type = CIM_REAL,
     .default_value = DBL_MAX,
     .min = 1.001,
     .max = DBL_MAX},
    {.key = "dac_bits",
     .unit = "bit",
     .help = "of an input applied in one read",
     .type = CIM_INTEGER,
     .default_value = 1,
     .min = 1,
     .max = 8},
};

enum { CELLS, CONVERSIONS, DIGITAL, N_METRICS };
static const cim_metric metrics[N_METRICS] = {
    {.name = "cells", .unit = "", .help = "that hold the weights", .better = -1},
    {.name = "conversions", .unit = "", .help = "columns read and converted for an image",
     .better = -1},
    {.name = "digital_operations", .unit = "", .help = "values added, compared or multiplied "
     "digitally for an image", .better = -1}};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    *self = (void *)(uintptr_t)host; /* nothing to remember but whom to tell of a failure */
    return CIM_OK;
}

static void destroy(void *self) { (void)self; }

static uint32_t bits_of(const cim_values *v, uint32_t param, uint32_t from_network) {
    const double own = cim_number(v, 0, param, 0);
    return isnan(own) ? from_network : (uint32_t)own;
}

static cim_nonideality describe(const cim_values *v, const cim_layer *l) {
    static const uint32_t mapping[] = {CIM_MAPPING_DIFFERENTIAL, CIM_MAPPING_OFFSET,
                                       CIM_MAPPING_DIGITAL};
    static const uint32_t spread[] = {CIM_SPREAD_OF_VALUE, CIM_SPREAD_OF_RANGE,
                                      CIM_SPREAD_LOG_NORMAL};
    const double on_off = cim_number(v, 0, ON_OFF, 0), sigma = cim_number(v, 0, SIGMA, 0);
    const uint32_t rows = (uint32_t)cim_number(v, 0, ROWS, 0);
    cim_nonideality is = {
        .weight_mapping = mapping[(uint32_t)cim_number(v, 0, MAPPING, 0)],
        .weight_bits = bits_of(v, W_BITS, l->weight_bits),
        .input_bits = bits_of(v, A_BITS, l->input_bits),
        .cell_bits = (uint32_t)cim_number(v, 0, CELL_BITS, 0),
        .dac_bits = (uint32_t)cim_number(v, 0, DAC_BITS, 0),
        .array_rows = rows, .array_columns = rows, .rows_at_once = rows,
        .adc_bits = (uint32_t)cim_number(v, 0, ADC_BITS, 0),
        .adc_range = CIM_ADC_FULL_SCALE + (uint32_t)cim_number(v, 0, ADC_RANGE, 0),
        .on_conductance_s = 1e-4, /* any: only the ratio has an effect without wires */
        .weight_scale = cim_number(v, 0, W_SCALE, 0) > 0 ? CIM_SCALE_PER_TENSOR
                                                         : CIM_SCALE_PER_CHANNEL};
    is.off_conductance_s = on_off < DBL_MAX ? is.on_conductance_s / on_off : 0;
    if (sigma > 0) is.device_spread = spread[(uint32_t)cim_number(v, 0, SIGMA_MODE, 0)];
    is.device_spread_sd = sigma;
    return is;
}

static cim_status nonidealities(void *self, const cim_network *network, const cim_values *values,
                                cim_nonideality_rows out) {
    if (out.row_size < sizeof(cim_nonideality))
        return cim_failf(self, CIM_E_UNSUPPORTED,
                         "an older host, whose arrays have no weight_scale");
    for (uint32_t i = 0; i < network->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        if (!cim_layer_weights(l)) continue;
        const cim_nonideality row = describe(values, l);
        cim_put_nonideality(out, i, &row);
    }
    return CIM_OK;
}

/* ---- what there is to count ------------------------------------------------------------------ */

static double divided_up(double a, double b) { return ceil(a / b); }

static void count_weighted(const cim_nonideality *is, const cim_layer *l, double *to) {
    const double positions = (double)l->out_height * l->out_width,
                 weights = (double)cim_layer_weights(l);
    const int is_offset = is->weight_mapping == CIM_MAPPING_OFFSET;
    const int is_digital = is->weight_mapping == CIM_MAPPING_DIGITAL;
    const double bits = is->weight_bits - (is_offset || is_digital ? 0.0 : 1.0);
    const double columns = divided_up(bits, is->cell_bits) * (is_offset || is_digital ? 1 : 2);
    const double reads = divided_up(is->input_bits, is->dac_bits);
    const double blocks = divided_up(weights / l->out_channels, is->rows_at_once);
    to[CELLS] += weights * columns;
    if (is_digital) to[DIGITAL] += weights * positions * columns * reads;
    else to[CONVERSIONS] += l->out_channels * positions * columns * reads * blocks;
    to[DIGITAL] += l->out_channels * positions; /* the bias */
}

static void count_other(const cim_layer *l, double *to) {
    const double in = (double)l->in_channels * l->in_height * l->in_width;
    to[DIGITAL] += in * l->n_inputs;
}

static cim_status count(const cim_host *host, const cim_values *at, const cim_layer *l,
                        double *to) {
    if (l->op == CIM_OP_NONE || l->op >= CIM_OP_END || l->runtime_operand || l->op == CIM_OP_MATMUL)
        return cim_failf(host, CIM_E_UNSUPPORTED, "layer %s: op %u: no array holds its weights",
                         l->name, l->op);
    const cim_nonideality is = describe(at, l);
    if (cim_layer_weights(l)) count_weighted(&is, l, to);
    else count_other(l, to);
    return CIM_OK;
}

static cim_status evaluate(void *self, const cim_request *r) {
    for (uint32_t p = 0; p < r->values->n_points; p++) {
        cim_values at = *r->values;
        double total[N_METRICS] = {0};
        at.numbers += (size_t)p * at.n_numbers;
        for (uint32_t i = 0; i < r->network->layers.n; i++) {
            double own[N_METRICS] = {0};
            const cim_status status =
                count(self, &at, CIM_ROW(cim_layer, r->network->layers, i), own);
            if (status != CIM_OK) return status;
            for (uint32_t m = 0; m < N_METRICS; m++) total[m] += own[m];
            for (uint32_t m = 0; r->part && m < N_METRICS; m++)
                r->part(r->context, p, i, "array", m, own[m]);
        }
        for (uint32_t m = 0; m < N_METRICS; m++) r->metrics[p * N_METRICS + m] = total[m];
    }
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof ops, .create = create, .evaluate = evaluate,
    .nonidealities = nonidealities, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.array_only", .version = "1.0", .license = "MIT",
    .summary = "no chip and no cost: one array, as an accuracy evaluator sees it", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .metrics = CIM_TABLE(metrics)},
};

CIM_EXPORT_PLUGIN(plugin)
