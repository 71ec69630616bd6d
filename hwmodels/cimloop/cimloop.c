/* hwmodel.cimloop as a plug-in. */
#include "cost.h"

#include <cim_sdk/export.h>
#include <cim_chip/plugin.h>
#include <math.h>
#include <string.h>

static const char weight_layer[] = "weight_layer";
static const char *const memories[] = {"rram", "sram"};
enum { RRAM, SRAM };

enum {
    P_MEMORY, P_VOLTAGE, P_CELL_BITS, P_CYCLE, P_ROWS, P_COLUMNS, P_GROUPS, P_TILES, P_MACROS,
    P_GLB_DEPTH, P_ADC_BITS, P_MEAN_INPUT, P_ADC_AREA, P_ELEMENTWISE, P_WEIGHT_BITS, P_INPUT_BITS
};
static const cim_param params[] = {
    {.key = "memory", .unit = "", .help = "rram: weights stay; sram: they come from LPDDR4",
     .type = CIM_CATEGORY, .default_value = RRAM, .min = 0, .max = 1, .names = memories,
     .n_levels = 2},
    {.key = "voltage_v", .unit = "V", .help = "supply", .type = CIM_REAL, .default_value = 0.7,
     .min = 0.5, .max = 0.9},
    {.key = "bits_per_cell", .unit = "", .help = "1 for sram", .type = CIM_INTEGER,
     .default_value = 1, .min = 1, .max = 8},
    {.key = "cycle_s", .unit = "s", .help = "of one array read: all rows, the whole input",
     .type = CIM_REAL, .default_value = 4e-9, .min = 1e-10, .max = 1e-6},
    {.key = "rows", .unit = "", .help = "of a macro's array", .type = CIM_INTEGER,
     .default_value = 128, .min = 8, .max = 2048},
    {.key = "cols", .unit = "", .help = "of a macro's array", .type = CIM_INTEGER,
     .default_value = 128, .min = 8, .max = 2048},
    {.key = "groups", .unit = "", .help = "router groups of the chip", .type = CIM_INTEGER,
     .default_value = 8, .min = 1, .max = 1024},
    {.key = "tiles_per_group", .unit = "", .help = "tiles that share a router",
     .type = CIM_INTEGER, .default_value = 16, .min = 1, .max = 1024},
    {.key = "macros_per_tile", .unit = "", .help = "arrays that share buffers",
     .type = CIM_INTEGER, .default_value = 16, .min = 1, .max = 1024},
    {.key = "glb_depth_2048b", .unit = "", .help = "words of 2048 bits: 4096 are 1 MB",
     .type = CIM_INTEGER, .default_value = 32768, .min = 512, .max = 1048576},
    {.key = "adc_bits", .unit = "", .help = "of every ADC", .type = CIM_INTEGER,
     .default_value = 8, .min = 1, .max = 12},
    {.key = "mean_input", .unit = "", .help = "mean of the inputs as applied, 1 is full scale",
     .type = CIM_REAL, .flags = CIM_PARAM_FROM_NETWORK, .min = 0, .max = 1},
    {.key = "adc_area_scale", .unit = "", .help = "size of the ADC; CiMLoop's ADC_AREA_SCALE",
     .type = CIM_REAL, .default_value = 1, .min = 0.01, .max = 100},
    {.key = "elementwise", .unit = "",
     .help = "layers without weights read and write the global buffer; false: free, as in CiMLoop",
     .type = CIM_BOOLEAN, .default_value = 1, .min = 0, .max = 1},
    {.key = "weight_bits", .unit = "", .help = "bits of a layer's weights", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .index_set = weight_layer,
     .overrides = "weight_bits"},
    {.key = "input_bits", .unit = "", .help = "bits of a layer's inputs", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .index_set = weight_layer,
     .overrides = "input_bits"},
};

/* Typical errors are medians over the evaluated designs; README.md has them by network. */
#define RANGE "CiMLoop, 32 nm, 5-bit ADC, 8-bit operands, 0.5 to 0.85 V, "
#define LATENCY_RANGE "CiMLoop, all 1260 RRAM and 2512 SRAM designs; fewer weight bits: 2 %"
#define ENERGY_RANGE                                                                              \
    RANGE "rram 0.6 % with the inputs' own means, else 1 %; sram 5 % (worse where most weights "  \
    "do not fit); 8-bit ADC, 4 and 6 bits: 10 %"
#define AREA_RANGE RANGE "rram 0.7 % at most, sram 0.04 % (2 % at most); 8-bit ADC: 1 %"
#define EDAP_RANGE "CiMLoop, as energy; ranks designs with Spearman's 0.998 and more"
#define METRIC_LIST(X)                                                                            \
    X(ENERGY, "energy_j", "J", -1, "of one image, without leakage", 0.05, ENERGY_RANGE)           \
    X(LATENCY, "latency_s", "s", -1, "image in to result out, layer after layer", 0.001,          \
      LATENCY_RANGE)                                                                              \
    X(INTERVAL, "interval_s", "s", -1, "between results: latency_s, there is no pipeline", 0.001, \
      LATENCY_RANGE)                                                                              \
    X(CYCLE, "cycle_s", "s", -1, "of one array read, as given", 0, NULL)                          \
    X(AREA, "area_mm2", "mm2", -1, "of the chip", 0.01, AREA_RANGE)                               \
    X(POWER, "power_w", "W", -1, "energy_j / interval_s", 0.05, ENERGY_RANGE)                     \
    X(THROUGHPUT, "throughput_ips", "1/s", 1, "images per second: 1 / interval_s", 0.001,         \
      LATENCY_RANGE)                                                                              \
    X(TOPS, "tops", "TOPS", 1, "1e12 operations per second; 1 MAC = 2 operations", 0.001,         \
      LATENCY_RANGE)                                                                              \
    X(TOPS_PER_W, "tops_per_w", "TOPS/W", 1, "operations per energy_j", 0.05, ENERGY_RANGE)       \
    X(TOPS_PER_MM2, "tops_per_mm2", "TOPS/mm2", 1, "tops / area_mm2", 0.01, AREA_RANGE)           \
    X(LAYER_TOPS_PER_W, "layer_tops_per_w", "TOPS/W", 1,                                          \
      "mean of the weight layers' own, as CIMNAS reports it", 0, NULL)                            \
    X(LAYER_TOPS_PER_MM2, "layer_tops_per_mm2", "TOPS/mm2", 1,                                    \
      "mean of the weight layers' own, as CIMNAS reports it", 0, NULL)                            \
    X(EDAP, "edap_mj_ms_mm2", "mJ*ms*mm2", -1, "energy_j * latency_s * area_mm2", 0.05,           \
      EDAP_RANGE)                                                                                 \
    X(UTILIZATION, "utilization", "", 1, "cells at work / all cells, mean over latency_s", 0, NULL)
enum {
#define METRIC_ENUM(id, name, unit, better, help, error, validity) M_##id,
    METRIC_LIST(METRIC_ENUM)
#undef METRIC_ENUM
    N_METRICS
};
#define METRIC_ROW(id, name, unit, better, help, error, validity)                                 \
    {name, unit, help, better, 0, error, validity},
static const cim_metric metrics[] = {METRIC_LIST(METRIC_ROW)};

enum { C_RESIDENCY, C_CAPACITY, C_CELL_BITS, N_CONSTRAINTS };
static const cim_constraint constraints[N_CONSTRAINTS] = {
    {"residency", "passes", "rram: passes that the worst layer needs on the chip, minus 1"},
    {"capacity", "1", "rram: cells of all weights (of one group) over the chip's, minus 1"},
    {"cell_bits", "bit", "sram: bits_per_cell - 1"},
};

typedef struct totals {
    double energy_j, cycles, macs, cell_reads, cells, passes, tops_per_w, cycle_macs;
    uint32_t layers;
} totals;

typedef struct model {
    const cim_host *host;
    cimloop_memo memo;
} model;

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    model *m = host->alloc(host, 1, sizeof *m);
    if (!m) return host->fail(host, CIM_E_MEMORY, "no memory for the model");
    m->host = host;
    *self = m;
    return CIM_OK;
}

static void destroy(void *self) {
    model *m = self;
    m->host->release(m->host, m);
}

static cimloop_design read_design(const cim_values *v, uint32_t point) {
    const int sram = cim_whole_number(v, point, P_MEMORY) == SRAM;
    return (cimloop_design){
        .is = sram ? &cimloop_sram : &cimloop_rram, .sram = sram,
        .voltage_v = cim_number(v, point, P_VOLTAGE, 0),
        .cycle_s = cim_number(v, point, P_CYCLE, 0),
        .mean_input = cim_number(v, point, P_MEAN_INPUT, 0),
        .adc_area_scale = cim_number(v, point, P_ADC_AREA, 0),
        .glb_depth = cim_number(v, point, P_GLB_DEPTH, 0),
        .cell_bits = cim_whole_number(v, point, P_CELL_BITS),
        .adc_bits = cim_whole_number(v, point, P_ADC_BITS),
        .rows = cim_whole_number(v, point, P_ROWS),
        .columns = cim_whole_number(v, point, P_COLUMNS),
        .groups = cim_whole_number(v, point, P_GROUPS),
        .tiles_per_group = cim_whole_number(v, point, P_TILES),
        .macros_per_tile = cim_whole_number(v, point, P_MACROS),
    };
}

/* As set; else as the layer's statistics say; else the reference networks' usual value. */
static double mean_input(const cimloop_design *d, const cim_layer *l) {
    if (!isnan(d->mean_input)) return d->mean_input;
    const double density = l->statistics ? l->statistics->input_bit_density : NAN;
    return density >= 0 && density <= 1 ? density : NOMINAL_MEAN_INPUT;
}

static uint32_t layer_bits(const cim_values *v, uint32_t point, uint32_t param, const cim_layer *l,
                           int32_t set, uint32_t networks) {
    return (uint32_t)cim_layer_number(v, point, param, l, set, networks);
}

static void report_layer(const cim_request *r, uint32_t point, uint32_t i, const cimloop_layer *c,
                         double cycle_s) {
    for (uint32_t p = 0; p < N_PARTS; ++p)
        if (c->energy_j[p] != 0)
            r->part(r->context, point, i, cimloop_part_names[p], M_ENERGY, c->energy_j[p]);
    if (c->cycles != 0)
        r->part(r->context, point, i, cimloop_part_names[PART_ARRAY], M_LATENCY,
                c->cycles * cycle_s);
}

/* Bits that a layer without weights reads and writes. */
static double traffic_bits(const cim_layer *l) {
    const double in = (double)l->in_channels * l->in_height * l->in_width * l->n_inputs;
    const double out = (double)l->out_channels * l->out_height * l->out_width;
    return in * l->input_bits + out * l->output_bits;
}

static void add_layer(totals *t, const cimloop_layer *c, int weights) {
    double energy_j = 0;
    for (uint32_t p = 0; p < N_PARTS; ++p) energy_j += c->energy_j[p];
    t->energy_j += energy_j;
    if (!weights) return;
    t->cycles += c->cycles;
    t->macs += c->macs;
    t->cell_reads += c->cell_reads;
    t->cells += c->cells;
    t->passes = fmax(t->passes, c->passes);
    t->tops_per_w += 2 * c->macs / energy_j * 1e-12;
    t->cycle_macs += c->macs / c->cycles;
    ++t->layers;
}

static totals cost_layers(cimloop_memo *memo, const cim_request *r, uint32_t point,
                          const cimloop_chip *chip, int32_t set) {
    const cim_values *v = r->values;
    const int elementwise = cim_number(v, point, P_ELEMENTWISE, 0) != 0;
    totals t = {.passes = 1};
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        const int weights = cim_chip_has_weights(l);
        cimloop_layer cost;
        if (!weights && !elementwise) continue;
        if (weights)
            cimloop_layer_cost(chip, memo, l,
                               layer_bits(v, point, P_WEIGHT_BITS, l, set, l->weight_bits),
                               layer_bits(v, point, P_INPUT_BITS, l, set, l->input_bits),
                               mean_input(&chip->design, l), &cost);
        else
            cimloop_element_cost(chip, traffic_bits(l), &cost);
        add_layer(&t, &cost, weights);
        if (r->part) report_layer(r, point, i, &cost, chip->design.cycle_s);
    }
    return t;
}

static void report_metrics(double *m, const cimloop_chip *chip, const totals *t, double area_mm2) {
    const cimloop_design *d = &chip->design;
    const double latency_s = t->cycles * d->cycle_s, operations = 2 * t->macs;
    const double layers = fmax(t->layers, 1);
    m[M_ENERGY] = t->energy_j;
    m[M_LATENCY] = m[M_INTERVAL] = latency_s;
    m[M_CYCLE] = d->cycle_s;
    m[M_AREA] = area_mm2;
    m[M_POWER] = latency_s > 0 ? t->energy_j / latency_s : 0;
    m[M_THROUGHPUT] = latency_s > 0 ? 1 / latency_s : 0;
    m[M_TOPS] = operations * m[M_THROUGHPUT] * 1e-12;
    m[M_TOPS_PER_W] = t->energy_j > 0 ? operations / t->energy_j * 1e-12 : 0;
    m[M_TOPS_PER_MM2] = m[M_TOPS] / area_mm2;
    m[M_LAYER_TOPS_PER_W] = t->tops_per_w / layers;
    m[M_LAYER_TOPS_PER_MM2] = 2 * t->cycle_macs / layers / d->cycle_s * 1e-12 / area_mm2;
    m[M_EDAP] = t->energy_j * 1e3 * (latency_s * 1e3) * area_mm2;
    m[M_UTILIZATION] = t->cycles > 0 ? t->cell_reads / t->cycles /
                                       (chip->macros * d->rows * d->columns) : 0;
}

static void evaluate_point(model *m, const cim_request *r, uint32_t point, int32_t set) {
    const cimloop_design design = read_design(r->values, point);
    const cimloop_chip chip = cimloop_chip_make(&design);
    double part_mm2[N_PARTS], *slack = r->slack + (size_t)point * N_CONSTRAINTS;
    const double area_mm2 = cimloop_area(&chip, part_mm2);
    const totals t = cost_layers(&m->memo, r, point, &chip, set);
    report_metrics(r->metrics + (size_t)point * N_METRICS, &chip, &t, area_mm2);
    for (uint32_t p = 0; r->part && p < N_PARTS; ++p)
        if (part_mm2[p] != 0)
            r->part(r->context, point, CIM_WHOLE_CHIP, cimloop_part_names[p], M_AREA, part_mm2[p]);
    const double all_cells = chip.macros * design.rows * design.columns;
    slack[C_RESIDENCY] = design.sram ? 0 : t.passes - 1;
    slack[C_CAPACITY] = design.sram ? 0 : t.cells / all_cells - 1;
    slack[C_CELL_BITS] = design.sram ? design.cell_bits - 1.0 : 0;
}

static cim_status check(const cim_host *host, const cim_network *network) {
    char error[256];
    const cim_status status = cim_chip_check(network, error, sizeof error);
    return status == CIM_OK ? CIM_OK : host->fail(host, status, error);
}

static cim_status evaluate(void *self, const cim_request *r) {
    model *m = self;
    const cim_status status = check(m->host, r->network);
    if (status != CIM_OK) return status;
    const int32_t set = cim_find_index_set(r->network, weight_layer);
    for (uint32_t p = 0; p < r->values->n_points; ++p) evaluate_point(m, r, p, set);
    return CIM_OK;
}

/* CiMLoop costs a design and never asks what it computes: whole inputs at once into all rows of an
 * array, bits in slices with an offset, converters for all that could come. Its cells are exact. */
static cim_nonideality describe_layer(const cimloop_design *d, const cim_values *v,
                                      const cim_layer *l, int32_t set) {
    const uint32_t bits = layer_bits(v, 0, P_INPUT_BITS, l, set, l->input_bits);
    return (cim_nonideality){
        .weight_mapping = CIM_MAPPING_OFFSET,
        .weight_bits = layer_bits(v, 0, P_WEIGHT_BITS, l, set, l->weight_bits),
        .cell_bits = d->cell_bits, .input_bits = bits, .dac_bits = bits, .array_rows = d->rows,
        .array_columns = d->columns, .rows_at_once = d->rows, .adc_bits = d->adc_bits,
        .adc_range = CIM_ADC_FULL_SCALE};
}

static cim_status nonidealities(void *self, const cim_network *network, const cim_values *v,
                                cim_nonideality_rows out) {
    model *m = self;
    const cim_status status = check(m->host, network);
    if (status != CIM_OK) return status;
    const cimloop_design design = read_design(v, 0);
    const int32_t set = cim_find_index_set(network, weight_layer);
    for (uint32_t i = 0; i < out.n && i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        if (!cim_chip_has_weights(l)) continue;
        const cim_nonideality row = describe_layer(&design, v, l, set);
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
    .kind = CIM_HWMODEL, .id = "hwmodel.cimloop", .version = "0.2.0",
    .summary = "the RRAM and SRAM chips of CIMNAS and the joint study, as CiMLoop evaluates them",
    .license = "MIT", .ops = &ops,
    .is = {.struct_size = sizeof(cim_description), .params = CIM_TABLE(params),
           .metrics = CIM_TABLE(metrics), .constraints = CIM_TABLE(constraints)},
};

CIM_EXPORT_PLUGIN(plugin)
