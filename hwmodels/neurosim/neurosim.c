/* hwmodel.neurosim: the laws of DNN+NeuroSim V1.4 under its own names; see README.md. */
#include "design.h"
#include "report.h"
#include <cim_sdk/export.h>
#include <cim_circuit/data_file.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_LEVELS 32

static const char weight_layer[] = "weight_layer";
static const double nodes_nm[] = {0, 3, 5, 7, 10, 14, 22, 32, 45, 65, 90, 130};
static const double access_types[] = {0, NS_ACCESS_CMOS, NS_ACCESS_NONE};

static const double default_density = 0.25; /* of their base points                              */

#define WHOLE(name, about, usual, least, most)                                                    \
    {.key = name, .unit = "", .help = about, .type = CIM_INTEGER, .default_value = usual,         \
     .min = least, .max = most}
#define FLAG(name, about, usual) WHOLE(name, about, usual, 0, 1)
#define REAL(name, its_unit, about, usual, least, most)                                           \
    {.key = name, .unit = its_unit, .help = about, .type = CIM_REAL, .default_value = usual,      \
     .min = least, .max = most}

static const cim_param params[] = {
    WHOLE("memcelltype", "1 SRAM, 2 RRAM", NS_RRAM, NS_SRAM, NS_RRAM),
    WHOLE("operationmode", "1 row by row, 2 many rows at once", NS_PARALLEL, NS_SEQUENTIAL,
          NS_PARALLEL),
    {.key = "technode",
     .unit = "nm",
     .help = "process node; RRAM: 22 or more; 0: the file's, without one 22",
     .type = CIM_INTEGER,
     .min = 0,
     .max = 130,
     .levels = nodes_nm,
     .n_levels = sizeof nodes_nm / sizeof *nodes_nm},
    WHOLE("deviceroadmap",
          "1 high performance (22 nm or more), 2 low standby power; 0: the file's, without one 2",
          0, 0, 2),
    WHOLE("rows", "rows of a sub-array", 128, 16, 1024),
    WHOLE("cols", "columns of a sub-array", 128, 16, 1024),
    WHOLE("rowpar", "rows read at once, or all there are (operationmode 2)", 128, 1, 1024),
    {.key = "wb",
     .unit = "",
     .help = "bits of a layer's weights",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK,
     .min = 1,
     .max = 16,
     .index_set = weight_layer,
     .overrides = "weight_bits"},
    {.key = "ab",
     .unit = "",
     .help = "bits of a layer's inputs",
     .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK,
     .min = 1,
     .max = 16,
     .index_set = weight_layer,
     .overrides = "input_bits"},
    WHOLE("cellBit", "bits of a cell; SRAM: 1 whatever is said", 1, 1, 8),
    {.key = "levelOutput",
     .unit = "",
     .help = "levels of a layer's converters, 2^bits; the chip is built for the most",
     .type = CIM_INTEGER,
     .default_value = DEFAULT_LEVELS,
     .min = 4,
     .max = 1024,
     .index_set = weight_layer},
    WHOLE("numColMuxed", "columns that share a converter", 8, 1, 1024),
    FLAG("SARADC", "1 SAR, 0 flash of multi-level sense amplifiers", 0),
    FLAG("currentMode", "sense amplifiers of the flash: 1 current, 0 voltage", 1),
    {.key = "accesstype",
     .unit = "",
     .help = "RRAM: 1 one transistor a cell, 4 cross-point; 0: the cell file's, without one 1",
     .type = CIM_INTEGER,
     .min = 0,
     .max = 4,
     .levels = access_types,
     .n_levels = sizeof access_types / sizeof *access_types},
    REAL("temp", "K", "temperature", 300, CIM_TEMPERATURE_MIN_K, CIM_TEMPERATURE_MAX_K),
    REAL("resistanceOn", "ohm", "RRAM: of a cell that is fully on; 0: the cell's own (1e5)", 0, 0,
         1e8),
    REAL("onoff", "", "RRAM: off- over on-resistance; 0: the cell's own (17)", 0, 0, 1e6),
    REAL("readVoltage", "V", "of row drive and multiplexer; 0: the node's", 0, 0, 1.2),
    REAL("writeVoltage", "V",
         "RRAM: above 1.5 it takes level shifters; 0: the cell file's, else 2", 0, 0, 5),
    REAL("clkFreq", "Hz", "upper bound of the clock that digital delays are rounded to", 1e9, 1e6,
         1e11),
    FLAG("synchronous", "1: all in cycles of the sensing time; 0: SRAM with SRAM buffers", 1),
    FLAG("pipeline", "1: all layers work at once, on successive images", 1),
    WHOLE("speedUpDegree", "wanted copies of the largest layers (pipeline)", 8, 1, 64),
    FLAG("novelMapping", "1: a PE for each position of the commonest kernel", 1),
    FLAG("globalBusType", "0 X-Y bus, 1 H-tree", 0),
    FLAG("globalBufferType", "0 register file, 1 SRAM", 0),
    FLAG("peBufferType", "tile buffers: 0 register file, 1 SRAM", 0),
    FLAG("chipActivation", "activation units: 1 at the chip, 0 in the tiles", 1),
    FLAG("reLu", "1 ReLU, 0 table of the sigmoid", 1),
    FLAG("validated", "calibration on silicon: 1 on, 0 off", 1),
    REAL("inputtoggle", "", "toggle rate of wires that carry inputs", 0.18, 0, 1),
    WHOLE("maxGlobalBusWidth", "wires of the bus, at most", 2048, 8, 65536),
    REAL("globalBusDelayTolerance", "", "of the chip's repeaters over the fastest", 0.1, 0, 4),
    REAL("localBusDelayTolerance", "", "of the tiles' repeaters over the fastest", 0.1, 0, 4),
    REAL("treeFoldedRatio", "", "wires of the chip's bus that share a track", 4, 1, 1024),
    {.key = "density",
     .unit = "",
     .help = "share of ones among input bits; not known: 0.25",
     .type = CIM_REAL,
     .flags = CIM_PARAM_FROM_NETWORK,
     .min = 0,
     .max = 1},
    {.key = "technology",
     .unit = "",
     .help = "file of a process, instead of technode and deviceroadmap",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH},
    {.key = "cell",
     .unit = "",
     .help = "file of a memory cell, for memcelltype 2",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH},
    {.key = "without",
     .unit = "",
     .help =
         "artefacts of the reference to leave out: names, with blanks between; an unknown one is "
         "answered by a list of them",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED},
};
static const cim_metric metrics[] = {NS_METRICS};

typedef struct model {
    const cim_host *host;
    uint32_t room;                /* layers that the arrays hold                                 */
    ns_layer *layers;
    ns_mapped *mapped;
    ns_layer_result *results;
    ns_chip chip;
    ns_files files;
} model;

static void release_layers(model *m) {
    m->host->release(m->host, m->layers);
    m->host->release(m->host, m->mapped);
    m->host->release(m->host, m->results);
    m->layers = NULL;
    m->mapped = NULL;
    m->results = NULL;
    m->room = 0;
}

static void destroy(void *self) {
    model *m = self;
    release_layers(m);
    m->host->release(m->host, m);
}

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    model *m = host->alloc(host, 1, sizeof *m);
    if (!m) return host->fail(host, CIM_E_MEMORY, "no memory for the model");
    m->host = host;
    const char *technology = values->texts[P_TECHNOLOGY], *cell = values->texts[P_CELL];
    cim_status status = CIM_OK;
    if (*technology) status = cim_process_read(host, technology, &m->files.process);
    if (status == CIM_OK && *cell) status = cim_cell_read(host, cell, &m->files.cell);
    char error[1024];
    if (status == CIM_OK &&
        !ns_artefacts_read(values->texts[P_WITHOUT], m->files.without, error, sizeof error))
        status = host->fail(host, CIM_E_CONFIG, error);
    /* What is searched is not final here, and every point is checked again. */
    ns_parameters p;
    const int is_asked = status == CIM_OK && values->n_numbers > 0;
    const char *why = is_asked ? ns_design_read(&m->files, &p, values, 0) : NULL;
    if (why) status = host->fail(host, CIM_E_CONFIG, why);
    if (status == CIM_OK) *self = m;
    else destroy(m);
    return status;
}

static cim_status make_room(model *m, uint32_t n) {
    if (n <= m->room) return CIM_OK;
    release_layers(m);
    m->layers = m->host->alloc(m->host, n, sizeof *m->layers);
    m->mapped = m->host->alloc(m->host, n, sizeof *m->mapped);
    m->results = m->host->alloc(m->host, n, sizeof *m->results);
    if (!m->layers || !m->mapped || !m->results) {
        release_layers(m);
        return m->host->fail(m->host, CIM_E_MEMORY, "no memory for the network's layers");
    }
    m->room = n;
    return CIM_OK;
}

static uint32_t levels_of(const cim_values *v, uint32_t point, const cim_layer *l, int32_t set) {
    return (uint32_t)cim_layer_number(v, point, P_LEVELOUTPUT, l, set, DEFAULT_LEVELS);
}

/* Bits, levels and density of every layer. The chip is built for the most of any [ours: the
 * reference knows only one number of bits and one of levels for all layers]. */
static void read_layers(model *m, ns_parameters *p, const cim_request *r, uint32_t point,
                        uint32_t n, int32_t set) {
    const cim_values *v = r->values;
    p->wb = p->ab = 1;
    p->level_output = 0;
    for (uint32_t i = 0; i < n; ++i) {
        ns_layer *l = &m->layers[i];
        const cim_layer *given = CIM_ROW(cim_layer, r->network->layers, l->index);
        l->wb = (uint32_t)cim_layer_number(v, point, P_WB, given, set, given->weight_bits);
        l->ab = (uint32_t)cim_layer_number(v, point, P_AB, given, set, given->input_bits);
        l->level_output = levels_of(v, point, given, set);
        ns_layer_set_cells(l, p->cell_bit);
        l->density = cim_number(v, point, P_DENSITY, 0);
        if (isnan(l->density) && given->statistics)
            l->density = given->statistics->input_bit_density;
        if (!(l->density >= 0 && l->density <= 1)) l->density = default_density;
        if (l->wb > p->wb) p->wb = l->wb;
        if (l->ab > p->ab) p->ab = l->ab;
        if (l->level_output > p->level_output) p->level_output = l->level_output;
    }
}

static void evaluate_point(model *m, const cim_request *r, uint32_t point, uint32_t n,
                           int32_t set) {
    ns_parameters p;
    ns_result total;
    const char *why = ns_design_read(&m->files, &p, r->values, point);
    if (!why) read_layers(m, &p, r, point, n, set);
    if (!why) why = ns_evaluate(&p, m->layers, n, &m->chip, m->mapped, m->results, &total);
    if (why) {
        r->fail(r->context, point, why);
        return;
    }
    ns_report(r, point, &m->chip, m->layers, n, m->results, &total);
}

static cim_status evaluate(void *self, const cim_request *r) {
    model *m = self;
    char error[256];
    if (ns_network_check(r->network, error, sizeof error) != CIM_OK)
        return m->host->fail(m->host, CIM_E_UNSUPPORTED, error);
    const uint32_t n = ns_network_count(r->network);
    const cim_status status = make_room(m, n);
    if (status != CIM_OK) return status;
    ns_network_read(r->network, m->files.without[NS_VALID_PADDING], m->layers);
    const int32_t set = cim_find_index_set(r->network, weight_layer);
    for (uint32_t p = 0; p < r->values->n_points; ++p) evaluate_point(m, r, p, n, set);
    return CIM_OK;
}

/* What the reference costs, told to evaluators of ours: weights with an offset, that a column of
 * off cells takes out; inputs bit by bit; converters of the layer's levels, set to what occurs
 * (assumed); row by row, sense amplifiers that tell every level. It states no deviation of
 * cells. */
static cim_nonideality describe_layer(const ns_parameters *p, uint32_t weight_bits,
                                      uint32_t input_bits, uint32_t levels) {
    const int parallel = p->operationmode == NS_PARALLEL;
    cim_nonideality n = {
        .weight_mapping = CIM_MAPPING_OFFSET, .weight_bits = weight_bits,
        .cell_bits = p->cell_bit, .input_bits = input_bits, .dac_bits = 1,
        .array_rows = p->rows, .array_columns = p->cols,
        .rows_at_once = parallel ? p->rowpar : 1,
        .adc_bits = parallel ? (uint32_t)log2(levels) : 0,  /* none for half a bit */
        .adc_range = CIM_ADC_CALIBRATED, .temperature_k = p->temperature_k};
    if (p->memcelltype != NS_RRAM) return n;
    n.on_conductance_s = 1 / p->cell.resistance_on_ohm;
    n.off_conductance_s = n.on_conductance_s / p->cell.on_off;
    return n;
}

static cim_status nonidealities(void *self, const cim_network *network, const cim_values *v,
                                cim_nonideality_rows out) {
    model *m = self;
    char error[256];
    ns_parameters p;
    if (ns_network_check(network, error, sizeof error) != CIM_OK)
        return m->host->fail(m->host, CIM_E_UNSUPPORTED, error);
    const char *why = ns_design_read(&m->files, &p, v, 0);
    if (why) return m->host->fail(m->host, CIM_E_CONFIG, why);
    const int32_t set = cim_find_index_set(network, weight_layer);
    for (uint32_t i = 0; i < out.n && i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        if (!cim_layer_weights(l)) continue;
        const cim_nonideality row =
            describe_layer(&p, (uint32_t)cim_layer_number(v, 0, P_WB, l, set, l->weight_bits),
                           (uint32_t)cim_layer_number(v, 0, P_AB, l, set, l->input_bits),
                           levels_of(v, 0, l, set));
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
    .kind = CIM_HWMODEL, .id = "hwmodel.neurosim", .version = "0.2.0",
    .summary = "The laws of DNN+NeuroSim V1.4 (inference, SRAM and RRAM), artefacts included",
    .license = "MIT", .ops = &ops,
    .is = {.struct_size = sizeof(cim_description), .params = CIM_TABLE(params),
           .metrics = CIM_TABLE(metrics)},
};

CIM_EXPORT_PLUGIN(plugin)
