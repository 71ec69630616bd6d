/* cim_chip/device.h: a hardware model around one cell. You write what the cell is; reading
 * parameters, the periphery of its array, the chip and the reports are here. A model is one file:
 *
 *     static const cim_param params[] = {CIM_DEVICE_PARAMS, {.key = "my_parameter", ...}};
 *     static cim_array array_of(const cim_device_point *p, const cim_layer *layer) {...}
 *     static const cim_device device = {.array = array_of, .margin = ..., .nonideality = ...};
 *     CIM_DEVICE_PLUGIN(device, params, "hwmodel.mine", "1.0", "MIT", "what it is")
 *
 * Three of them: tests/outside/cells. For more (sensing schemes, bits a layer): plugin.h. */
#ifndef CIM_CHIP_DEVICE_H
#define CIM_CHIP_DEVICE_H

#include <cim_chip/plugin.h>
#include <cim_circuit/adc.h>
#include <cim_circuit/wire.h>
#include <cim_sdk/export.h>

enum { CIM_DEVICE_SAR, CIM_DEVICE_FLASH, CIM_DEVICE_RAMP, CIM_DEVICE_N_ADC_TYPES };
#define CIM_DEVICE_MAX_OWN 16u     /* parameters of the device's own                              */

/* Rows of every device's parameter table, first. */
#define CIM_DEVICE_PARAMS                                                                         \
    CIM_CHIP_PROCESS_PARAMS, CIM_CHIP_PARAMS,                                                     \
    {.key = "rows", .unit = "", .help = "rows of an array", .type = CIM_INTEGER,                  \
     .default_value = 128, .min = 8, .max = 2048},                                                \
    {.key = "columns", .unit = "", .help = "columns of an array", .type = CIM_INTEGER,            \
     .default_value = 128, .min = 8, .max = 2048},                                                \
    {.key = "rows_at_once", .unit = "", .help = "rows summed in one conversion; at most all",     \
     .type = CIM_INTEGER, .default_value = 128, .min = 1, .max = 2048},                           \
    {.key = "columns_per_adc", .unit = "", .help = "columns that share a converter; at most all", \
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 2048},                             \
    {.key = "adc_bits", .unit = "", .help = "resolution of the converters", .type = CIM_INTEGER,  \
     .default_value = 5, .min = 1, .max = CIM_ADC_MAX_BITS},                                      \
    {.key = "adc_type", .unit = "", .help = "successive approximation, flash or single slope",    \
     .type = CIM_CATEGORY, .default_value = CIM_DEVICE_SAR, .min = 0,                             \
     .max = CIM_DEVICE_N_ADC_TYPES - 1, .names = cim_device_adc_types,                            \
     .n_levels = CIM_DEVICE_N_ADC_TYPES}
enum {
    CIM_DEVICE_CHIP = CIM_CHIP_N_PROCESS, CIM_DEVICE_ROWS = CIM_DEVICE_CHIP + CIM_CHIP_N_PARAMS,
    CIM_DEVICE_COLUMNS, CIM_DEVICE_ROWS_AT_ONCE, CIM_DEVICE_COLUMNS_PER_ADC, CIM_DEVICE_ADC_BITS,
    CIM_DEVICE_ADC_TYPE, CIM_DEVICE_N_PARAMS
};
#define CIM_DEVICE_CONSTRAINTS                                                                    \
    {"sense_margin", "1", "3 sd of a column's noise over half a step, minus 1"},                  \
    CIM_CHIP_PROCESS_CONSTRAINT, CIM_CHIP_CONSTRAINTS

/* A design, read. */
typedef struct cim_device_point {
    const cim_technology *technology;
    uint32_t rows, columns, rows_at_once, columns_per_adc;   /* the latter two cut to the array   */
    uint32_t adc_type, reserved;
    cim_adc adc;                   /* range half the supply, as fast as it can                    */
    double period_s;               /* of the clock asked for; 0: none                             */
    double own[CIM_DEVICE_MAX_OWN];    /* values of the parameters behind CIM_DEVICE_PARAMS       */
} cim_device_point;

typedef struct cim_device {
    /* Area, times and energies of an array that holds LAYER. */
    cim_array (*array)(const cim_device_point *p, const cim_layer *layer);
    double (*margin)(const cim_device_point *p);     /* slack of sense_margin                     */
    /* Fills what is particular to the device; NULL: accuracy cannot be evaluated. Set before it is
     * called: weight_mapping (offset), bits, array, rows at once, ADC, temperature. */
    void (*nonideality)(const cim_device_point *p, const cim_layer *layer, cim_nonideality *row);
} cim_device;

/* What a cell is to the lines that it lies on. */
typedef struct cim_device_cell {
    uint32_t bits, reserved;       /* of a weight                                                 */
    double height_m, width_m;      /* along its column, along its row                             */
    double row_f, column_f;        /* its load on its row, which drives gates, and its column     */
    double column_ohm;             /* of all cells of a column that are read at once              */
    double leakage_w;
} cim_device_cell;

/* The lines of an array, driven, and a column's through its multiplexer. */
typedef struct cim_device_lines { cim_line row, column; double driver_s; } cim_device_lines;

#ifdef __cplusplus
extern "C" {
#endif
extern const char *const cim_device_adc_types[CIM_DEVICE_N_ADC_TYPES];

cim_cost cim_device_converter(const cim_device_point *p);
double cim_device_converter_input_f(const cim_device_point *p);

/* Share of ones among a layer's input bits; 0.5 where nothing is known. */
double cim_device_density(const cim_layer *layer);

/* An array of such cells, its row drivers and registers (one bit), multiplexers and converters.
 * Left to the device: cell_j, writing, and the time for cim_device_finish(). */
cim_array cim_device_begin(const cim_device_point *p, const cim_layer *layer,
                           const cim_device_cell *cell, cim_device_lines *lines);

/* A round: rows driven, SENSE_S until the converter's input stands, conversion, which has what is
 * left of the period. And what adds up conversions (cim_array_add_shift_add, with an offset). */
void cim_device_finish(const cim_device_point *p, const cim_layer *layer, double sense_s,
                       cim_array *array);

/* Level shifters of LINES lines that write with more than the supply. */
void cim_device_add_shifters(const cim_device_point *p, double lines, cim_array *array);

/* The plug-in's functions. */
cim_status cim_device_create(const cim_device *device, uint32_t n_own, const cim_host *host,
                             void **self);
cim_status cim_device_evaluate(void *self, const cim_request *request);
cim_status cim_device_nonidealities(void *self, const cim_network *network,
                                    const cim_values *values, cim_nonideality_rows out);
void cim_device_destroy(void *self);
#ifdef __cplusplus
}
#endif

#define CIM_DEVICE_PLUGIN(device_, params_, id_, version_, license_, summary_)                    \
    static const cim_condition cim_device_conditions[] = {CIM_CHIP_CONDITIONS};                   \
    static const cim_metric cim_device_metrics[] = {CIM_CHIP_METRICS};                            \
    static const cim_constraint cim_device_constraints[] = {CIM_DEVICE_CONSTRAINTS};              \
    static cim_status cim_device_make(const cim_host *host, const cim_values *v, void **self) {   \
        (void)v;                                                                                  \
        return cim_device_create(&(device_),                                                      \
            (uint32_t)(sizeof(params_) / sizeof(params_)[0]) - CIM_DEVICE_N_PARAMS, host, self);  \
    }                                                                                             \
    static const cim_hwmodel_ops cim_device_ops = {                                               \
        .struct_size = sizeof(cim_hwmodel_ops), .create = cim_device_make,                        \
        .evaluate = cim_device_evaluate, .nonidealities = cim_device_nonidealities,               \
        .destroy = cim_device_destroy};                                                           \
    static const cim_plugin cim_device_plugin = {                                                 \
        .struct_size = sizeof(cim_plugin), .abi_major = CIM_ABI_MAJOR,                            \
        .abi_minor = CIM_ABI_MINOR, .kind = CIM_HWMODEL, .id = (id_), .version = (version_),      \
        .license = (license_), .summary = (summary_), .ops = &cim_device_ops,                     \
        .is = {.struct_size = sizeof(cim_description), .params = CIM_TABLE(params_),              \
               .conditions = CIM_TABLE(cim_device_conditions),                                    \
               .metrics = CIM_TABLE(cim_device_metrics),                                          \
               .constraints = CIM_TABLE(cim_device_constraints)}};                                \
    CIM_EXPORT_PLUGIN(cim_device_plugin)
#endif
