/* hwmodel.outside: a stranger's device model on the installed circuit and chip libraries. An SRAM
 * cell on which all rows are read at once by a SAR converter; a test, not a validated model. */
#include <cim_chip/plugin.h>
#include <cim_circuit/adc.h>
#include <cim_sdk/text.h>

#define CELL_READ_J 1e-15 /* round number for a test */

enum { P_ROWS, P_ADC_BITS, P_CHIP };
static const cim_param params[] = {
    {.key = "rows", .unit = "", .help = "rows, and columns, of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 16, .max = 1024},
    {.key = "adc_bits", .unit = "bit", .help = "of the converters", .type = CIM_INTEGER,
     .default_value = 5, .min = 3, .max = 8},
    CIM_CHIP_PARAMS,
};
static const cim_condition conditions[] = {CIM_CHIP_CONDITIONS};
static const cim_metric metrics[] = {CIM_CHIP_METRICS};
static const cim_constraint constraints[] = {CIM_CHIP_CONSTRAINTS};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    *self = (void *)(uintptr_t)host;
    return CIM_OK;
}

static void destroy(void *self) { (void)self; }

static cim_array array_of(const cim_technology *t, uint32_t rows, uint32_t adc_bits,
                          const cim_layer *l) {
    const cim_cost cell = {.area_m2 = t->sram_cell_m2};
    const cim_cost adc = cim_adc_sar(t, &(cim_adc){.bits = adc_bits, .full_scale_v = t->vdd_v / 2});
    cim_array a = {.rows = rows, .columns = rows, .rows_at_once = rows, .columns_per_adc = 8,
                   .cell_bits = 1, .dac_bits = 1, .round_s = adc.delay_s};
    cim_array_add(&a, CIM_PART_ARRAY, cim_cost_times(cell, (double)rows * rows));
    cim_array_add(&a, CIM_PART_ADC, cim_cost_times(adc, cim_array_adcs(&a)));
    a.cell_j[CIM_PART_ARRAY] = CELL_READ_J;
    a.conversion_j[CIM_PART_ADC] = adc.energy_j;
    cim_array_add_shift_add(&a, t, adc_bits, l->weight_bits, l->input_bits, 1);
    return a;
}

static void evaluate_point(const cim_request *r, uint32_t p, cim_chip_layer *layers) {
    cim_technology t;
    cim_technology_init(&t, cim_process_find(22, CIM_LSTP), 300);
    const cim_chip_spec spec = cim_chip_read_spec(r->values, p, P_CHIP, &t);
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        if (!cim_chip_has_weights(l)) continue;
        layers[i].weight_bits = layers[i].loaded_bits = l->weight_bits;
        layers[i].input_bits = l->input_bits;
        layers[i].array = array_of(&t, (uint32_t)cim_number(r->values, p, P_ROWS, 0),
                                   (uint32_t)cim_number(r->values, p, P_ADC_BITS, 0), l);
    }
    cim_chip chip;
    cim_chip_evaluate(&spec, r->network, layers, &chip);
    cim_chip_report(r, p, &chip, layers);
    cim_chip_slacks(&spec, &chip, r->slack + (size_t)p * CIM_CHIP_N_CONSTRAINTS);
}

static cim_status evaluate(void *self, const cim_request *r) {
    const cim_host *host = self;
    char why[CIM_MAX_TEXT];
    if (cim_chip_check(r->network, why, sizeof why) != CIM_OK)
        return host->fail(host, CIM_E_UNSUPPORTED, why);
    cim_chip_layer *layers = host->alloc(host, r->network->layers.n, sizeof *layers);
    if (!layers) return host->fail(host, CIM_E_MEMORY, "out of memory");
    for (uint32_t p = 0; p < r->values->n_points; ++p) evaluate_point(r, p, layers);
    host->release(host, layers);
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof ops, .create = create, .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.outside", .version = "1.0", .license = "MIT",
    .summary = "an SRAM array from outside the tree", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .conditions = CIM_TABLE(conditions), .metrics = CIM_TABLE(metrics),
           .constraints = CIM_TABLE(constraints)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&plugin};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
