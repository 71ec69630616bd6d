/* cim_chip/plugin.h: the part of a hardware model's descriptor and reports that is the same for
 * every device on this chip. A model's own rows come first:
 *
 *     enum { P_PROCESS, P_ROWS = P_PROCESS + CIM_CHIP_N_PROCESS, ..., P_CHIP };
 *     static const cim_param params[] = { CIM_CHIP_PROCESS_PARAMS, {.key = "rows", ...}, ...,
 *                                         CIM_CHIP_PARAMS };
 *     static const cim_condition conditions[] = { CIM_CHIP_CONDITIONS };
 *     static const cim_constraint constraints[] = { {...}, CIM_CHIP_CONSTRAINTS };
 *     static const cim_metric metrics[] = { CIM_CHIP_METRICS };
 *     const cim_technology *t = cim_chip_read_process(&process, values, point, P_PROCESS);
 *     cim_chip_spec spec = cim_chip_read_spec(values, point, P_CHIP, t);
 *     cim_chip_report(request, point, &chip, layers); */
#ifndef CIM_CHIP_PLUGIN_H
#define CIM_CHIP_PLUGIN_H

#include <cim/hwmodel.h>
#include <cim_chip/chip.h>

/* Node, supply and temperature: of models that leave them to the user. */
#define CIM_CHIP_PROCESS_PARAMS                                                                   \
    {.key = "technology_nm", .unit = "nm",                                                        \
     .help = "process node (low standby power); 0: that of the file technology, or 22",           \
     .type = CIM_INTEGER, .default_value = 0, .min = 0, .max = 130,                               \
     .levels = cim_chip_nodes_nm, .n_levels = CIM_CHIP_N_NODES},                                  \
    {.key = "supply_v", .unit = "V",                                                              \
     .help = "supply of everything on the chip, 0.55 to 1.2 times the node's; 0: the node's",     \
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 2},                                   \
    {.key = "temperature_k", .unit = "K", .help = "temperature of the chip", .type = CIM_REAL,    \
     .default_value = 300, .min = CIM_TEMPERATURE_MIN_K, .max = CIM_TEMPERATURE_MAX_K}
enum {
    CIM_CHIP_TECHNOLOGY_NM, CIM_CHIP_SUPPLY_V, CIM_CHIP_TEMPERATURE_K, CIM_CHIP_N_PROCESS
};
/* Its constraint, whose slack is cim_chip_process.slack_v. */
#define CIM_CHIP_PROCESS_CONSTRAINT                                                               \
    {"supply", "V", "how far supply_v is outside 0.55 to 1.2 times the node's supply"}
#define CIM_CHIP_N_NODES 12u     /* with 0                                                        */
#define CIM_CHIP_DEFAULT_NODE_NM 22.0

/* The file of a process in place of the built-in nodes, of models that call
 * cim_chip_read_technology() in create(). */
#define CIM_CHIP_TECHNOLOGY_PARAM                                                                 \
    {.key = "technology", .unit = "", .help = "file of a process, instead of technology_nm",      \
     .type = CIM_TEXT, .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH}

#define CIM_CHIP_PARAMS                                                                           \
    {.key = "arrays_per_pe", .unit = "", .help = "arrays of a PE, which share input registers",   \
     .type = CIM_INTEGER, .default_value = 16, .min = 1, .max = 1024},                            \
    {.key = "pes_per_tile", .unit = "", .help = "PEs of a tile, which share a line buffer",       \
     .type = CIM_INTEGER, .default_value = 4, .min = 1, .max = 1024},                             \
    {.key = "global_buffer_kib", .unit = "KiB",                                                   \
     .help = "capacity of the global buffer; 0: as much as the network needs",                    \
     .type = CIM_INTEGER, .default_value = 0, .min = 0, .max = 1048576},                          \
    {.key = "clock_mhz", .unit = "MHz",                                                           \
     .help = "clock; 0: as fast as the slowest stage allows",                                     \
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 10000},                               \
    {.key = "pipeline", .unit = "", .help = "layers work on successive images at the same time",  \
     .type = CIM_BOOLEAN, .default_value = 1, .min = 0, .max = 1},                                \
    {.key = "pipeline_rows", .unit = "",                                                          \
     .help = "the pipeline hands on rows as they come, not images; where all weights stay",       \
     .type = CIM_BOOLEAN, .default_value = 0, .min = 0, .max = 1},                                \
    {.key = "duplication", .unit = "",                                                            \
     .help = "copies of the slowest layer's weights; other layers get what balances them",        \
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 64},                               \
    {.key = "interconnect", .unit = "", .help = "between the global buffer and the tiles",        \
     .type = CIM_CATEGORY, .default_value = CIM_CHIP_MESH, .min = 0,                              \
     .max = CIM_CHIP_N_INTERCONNECTS - 1, .names = cim_chip_interconnects,                        \
     .n_levels = CIM_CHIP_N_INTERCONNECTS},                                                       \
    {.key = "link_bits", .unit = "", .help = "width of a tile's link, each way; of the bus",      \
     .type = CIM_INTEGER, .default_value = CIM_CHIP_LINK_BITS, .min = 8, .max = 4096},            \
    {.key = "pe_port_bits", .unit = "", .help = "bits a cycle from a tile's buffer to a PE",      \
     .type = CIM_INTEGER, .default_value = CIM_CHIP_PE_PORT_BITS, .min = 8, .max = 4096},         \
    {.key = "line_buffer_kib", .unit = "KiB",                                                     \
     .help = "line buffer of a tile; 0: all image rows under a window, as the layer needs",       \
     .type = CIM_REAL, .default_value = 0, .min = 0, .max = 4096},                                \
    {.key = "chip_tiles", .unit = "",                                                             \
     .help = "equal tiles that the chip has; 0: every layer has its own, as many as it needs",    \
     .type = CIM_INTEGER, .default_value = 0, .min = 0, .max = 1048576},                          \
    {.key = "images_per_load", .unit = "",                                                        \
     .help = "images that pass while weights stay, where chip_tiles are too few for all of them", \
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 65536},                            \
    {.key = "write_power_w", .unit = "W",                                                         \
     .help = "power that writing weights may draw; 0: no limit",                                  \
     .type = CIM_REAL, .default_value = 1, .min = 0, .max = 1000},                                \
    {.key = "off_chip", .unit = "",                                                               \
     .help = "memory for images, results and what the chip has no room for; none: all stay",      \
     .type = CIM_CATEGORY, .default_value = CIM_OFF_CHIP_NONE, .min = 0,                          \
     .max = CIM_N_OFF_CHIP - 1, .names = cim_chip_off_chips, .n_levels = CIM_N_OFF_CHIP},         \
    {.key = "power_gating", .unit = "", .help = "idle tiles are switched off, where that pays",   \
     .type = CIM_BOOLEAN, .default_value = 0, .min = 0, .max = 1},                                \
    {.key = "calibrate_energy", .unit = "",                                                       \
     .help = "energy of a known macro, measured over modelled; 1: not calibrated",                \
     .type = CIM_REAL, .default_value = 1, .min = 0.01, .max = 100},                              \
    {.key = "calibrate_time", .unit = "",                                                         \
     .help = "round of a known macro, measured over modelled; 1: not calibrated",                 \
     .type = CIM_REAL, .default_value = 1, .min = 0.01, .max = 100},                              \
    {.key = "calibrate_area", .unit = "",                                                         \
     .help = "area of a known macro, measured over modelled; 1: not calibrated",                  \
     .type = CIM_REAL, .default_value = 1, .min = 0.01, .max = 100}
enum {
    CIM_CHIP_ARRAYS_PER_PE, CIM_CHIP_PES_PER_TILE, CIM_CHIP_GLOBAL_BUFFER_KIB, CIM_CHIP_CLOCK_MHZ,
    CIM_CHIP_PIPELINE, CIM_CHIP_PIPELINE_ROWS, CIM_CHIP_DUPLICATION, CIM_CHIP_INTERCONNECT,
    CIM_CHIP_LINK, CIM_CHIP_PE_PORT, CIM_CHIP_LINE_BUFFER_KIB, CIM_CHIP_TILES,
    CIM_CHIP_IMAGES_PER_LOAD,
    CIM_CHIP_WRITE_POWER, CIM_CHIP_OFF_CHIP, CIM_CHIP_POWER_GATING, CIM_CHIP_CALIBRATE_ENERGY,
    CIM_CHIP_CALIBRATE_TIME, CIM_CHIP_CALIBRATE_AREA, CIM_CHIP_N_PARAMS
};

/* Rows of a condition table. Weights are only ever loaded in turn from an off-chip memory: without
 * one, a chip of too few tiles is infeasible whatever these say. (That chip_tiles is not 0 cannot
 * be said: conditions list values.) */
#define CIM_CHIP_CONDITIONS                                                                       \
    {.target = "images_per_load", .element = CIM_ALL_ELEMENTS, .on = "off_chip",                  \
     .values = cim_chip_off_chip_memories, .n_values = CIM_N_OFF_CHIP - 1},                       \
    {.target = "write_power_w", .element = CIM_ALL_ELEMENTS, .on = "off_chip",                    \
     .values = cim_chip_off_chip_memories, .n_values = CIM_N_OFF_CHIP - 1}

#define CIM_CHIP_CONSTRAINTS                                                                      \
    {"clock", "1", "slowest stage over the clock's period, minus 1"},                             \
    {"buffer_capacity", "KiB",                                                                    \
     "what the network keeps on the chip, minus global_buffer_kib; none where off_chip takes it"}, \
    {"tile_capacity", "tiles",                                                                    \
     "tiles for all weights, minus chip_tiles; none where off_chip has them and cells say what "  \
     "a write costs"}
enum {
    CIM_CHIP_CLOCK, CIM_CHIP_BUFFER_CAPACITY, CIM_CHIP_TILE_CAPACITY, CIM_CHIP_N_CONSTRAINTS
};

#define CIM_CHIP_TOTAL_LIST(X)                                                                    \
    X(ENERGY, "energy_j", "J", -1, "of one image: dynamic_energy_j + leakage_energy_j")           \
    X(DYNAMIC_ENERGY, "dynamic_energy_j", "J", -1, "of one image, without leakage")               \
    X(LEAKAGE_ENERGY, "leakage_energy_j", "J", -1, "leakage_w over interval_s")                   \
    X(LATENCY, "latency_s", "s", -1, "image in to result out")                                    \
    X(INTERVAL, "interval_s", "s", -1, "between results; without pipeline = latency_s")           \
    X(CYCLE, "cycle_s", "s", -1, "one round: rows driven, columns settled and converted")         \
    X(AREA, "area_mm2", "mm2", -1, "of the chip")                                                 \
    X(POWER, "power_w", "W", -1, "energy_j / interval_s")                                         \
    X(LEAKAGE, "leakage_w", "W", -1, "static power of the chip, its mean with power_gating")      \
    X(THROUGHPUT, "throughput_ips", "1/s", 1, "images per second: 1 / interval_s")                \
    X(TOPS, "tops", "TOPS", 1, "1e12 operations per second; 1 MAC = 2 operations")                \
    X(TOPS_PER_W, "tops_per_w", "TOPS/W", 1, "operations per energy_j")                           \
    X(TOPS_PER_MM2, "tops_per_mm2", "TOPS/mm2", 1, "tops / area_mm2")                             \
    X(EDAP, "edap_mj_ms_mm2", "mJ*ms*mm2", -1, "energy_j * latency_s * area_mm2")                 \
    X(UTILIZATION, "utilization", "", 1, "used cells / all cells of the chip's arrays")
/* The arrays alone, as publications of macros count them. */
#define CIM_MACRO_TEXT "cells, drivers, converters, shift-add"
#define CIM_CHIP_MACRO_LIST(X)                                                                    \
    X(MACRO_TOPS, "macro_tops", "TOPS", 1, "of arrays that never wait; macro: " CIM_MACRO_TEXT)   \
    X(MACRO_TOPS_PER_W, "macro_tops_per_w", "TOPS/W", 1, "operations per macro_energy_j")         \
    X(MACRO_TOPS_PER_MM2, "macro_tops_per_mm2", "TOPS/mm2", 1, "macro_tops / macro_area_mm2")     \
    X(MACRO_AREA, "macro_area_mm2", "mm2", -1, "of all arrays: " CIM_MACRO_TEXT)                  \
    X(MACRO_ENERGY, "macro_energy_j", "J", -1, "of one image, " CIM_MACRO_TEXT ", with leakage")  \
    X(MACRO_LATENCY, "macro_latency_s", "s", -1, "of one input vector, the slowest layer's")      \
    X(MACRO_POWER, "macro_power_w", "W", -1, "macro_energy_j over the time of macro_tops")
#define CIM_CHIP_MORE_LIST(X)                                                                     \
    X(WRITES, "writes_per_image", "cells", -1, "cells written, where weights are loaded in turn") \
    X(LIFETIME, "lifetime_images", "images", 1, "until the most written cell fails, at most 1e15") \
    X(OFF_CHIP_BITS, "off_chip_bits", "bits", -1, "of one image, to and from the off-chip memory") \
    X(LOST_BITS, "lost_bits", "bits", -1,                                                         \
      "log2 of a converter's step over the least product of a cell; 0: exact sums; worst layer")
#define CIM_CHIP_METRIC_LIST(X) CIM_CHIP_TOTAL_LIST(X) CIM_CHIP_MACRO_LIST(X) CIM_CHIP_MORE_LIST(X)
enum {
#define CIM_CHIP_METRIC_ENUM(id, name, unit, better, help) CIM_CHIP_M_##id,
    CIM_CHIP_METRIC_LIST(CIM_CHIP_METRIC_ENUM)
#undef CIM_CHIP_METRIC_ENUM
    CIM_CHIP_N_METRICS
};
enum { CIM_CHIP_N_TOTALS = CIM_CHIP_M_MACRO_TOPS };
/* Rows of a model's metric table: static const cim_metric metrics[] = { CIM_CHIP_METRICS }. One
 * that has a chip of its own takes CIM_CHIP_TOTAL_LIST; one held against macros has a row of its
 * own for CIM_CHIP_MACRO_LIST, that states the error. */
#define CIM_CHIP_METRIC_ROW(id, name, unit, better, help) {name, unit, help, better, 0, 0, NULL},
#define CIM_CHIP_METRICS CIM_CHIP_METRIC_LIST(CIM_CHIP_METRIC_ROW)

#ifdef __cplusplus
extern "C" {
#endif
extern const double cim_chip_nodes_nm[CIM_CHIP_N_NODES];
extern const char *const cim_chip_interconnects[CIM_CHIP_N_INTERCONNECTS];
extern const char *const cim_chip_off_chips[CIM_N_OFF_CHIP];
extern const double cim_chip_off_chip_memories[CIM_N_OFF_CHIP - 1];   /* all but none             */

/* A network's layers, kept from call to call. Start it zeroed; release layers in destroy(). */
typedef struct cim_chip_room {
    cim_chip_layer *layers;
    uint32_t n;                                /* that there is room for                          */
} cim_chip_room;
/* Room for N layers; what is in it is not kept where it grows. */
cim_status cim_chip_make_room(const cim_host *host, cim_chip_room *room, uint32_t n);

/* The technology that points ask for. Start it zeroed and keep it in the model's instance: it is
 * made anew only where the values differ from those before, with the same bits either way. */
typedef struct cim_chip_process {
    cim_technology technology;
    double node_nm, supply_v, temperature_k;   /* as the point has them                          */
    double slack_v;                            /* of CIM_CHIP_PROCESS_CONSTRAINT                  */
    cim_process file;                          /* of CIM_CHIP_TECHNOLOGY_PARAM; node_nm 0: none   */
} cim_chip_process;

/* Why cim_chip_read_process() gave NULL, for request->fail(). */
#define CIM_CHIP_NO_PROCESS                                                                       \
    "technology_nm, temperature_k: no such process; with a file as technology, technology_nm is " \
    "left out or equal to its node_nm"

/* For create(): reads the file that the text parameter TECHNOLOGY (CIM_CHIP_TECHNOLOGY_PARAM)
 * names, if any, into process->file. FIRST_PARAM: CIM_CHIP_PROCESS_PARAMS. */
cim_status cim_chip_read_technology(const cim_host *host, const cim_values *values,
                                    uint32_t technology, uint32_t first_param,
                                    cim_chip_process *process);

/* Reads parameters first_param .. (CIM_CHIP_PROCESS_PARAMS). A supply out of range is moved to its
 * end, and slack_v says how far. NULL: no such process. */
const cim_technology *cim_chip_read_process(cim_chip_process *process, const cim_values *values,
                                            uint32_t point, uint32_t first_param);

/* The spec of a point, read from parameters first_param .. (CIM_CHIP_PARAMS). */
cim_chip_spec cim_chip_read_spec(const cim_values *values, uint32_t point, uint32_t first_param,
                                 const cim_technology *technology);

/* Writes all metrics of a point, and its parts when the host wants them: energy_j, area_mm2 and
 * leakage_w by layer and component, latency_s by layer and what it waits for. */
void cim_chip_report(const cim_request *request, uint32_t point, const cim_chip *chip,
                     const cim_chip_layer *layers);

/* Writes the slacks of CIM_CHIP_CONSTRAINTS to slack[0] and behind it. */
void cim_chip_slacks(const cim_chip_spec *spec, const cim_chip *chip, double *slack);

/* Index of the network's index set of that name, or -1. */
int32_t cim_find_index_set(const cim_network *network, const char *name);

/* Value of a vector parameter for a layer: its element of index set SET (from the function above).
 * FALLBACK where the layer has no such element, or the value is NaN ("as the network says"). */
double cim_layer_number(const cim_values *values, uint32_t point, uint32_t param,
                        const cim_layer *layer, int32_t set, double fallback);
#ifdef __cplusplus
}
#endif
#endif
