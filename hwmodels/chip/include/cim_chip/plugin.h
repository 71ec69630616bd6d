/* cim_chip/plugin.h: the part of a hardware model's descriptor and reports that is the same for
 * every device on this chip. A model's own rows come first:
 *
 *     enum { P_ROWS, ..., P_CHIP };
 *     static const cim_param params[] = { {.key = "rows", ...}, ..., CIM_CHIP_PARAMS };
 *     static const cim_constraint constraints[] = { {...}, CIM_CHIP_CONSTRAINTS };
 *     static const cim_metric metrics[] = { CIM_CHIP_METRICS };
 *     cim_chip_spec spec = cim_chip_read_spec(values, point, P_CHIP, &technology);
 *     cim_chip_report(request, point, &chip, layers); */
#ifndef CIM_CHIP_PLUGIN_H
#define CIM_CHIP_PLUGIN_H

#include <cim/hwmodel.h>
#include <cim_chip/chip.h>

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
    {.key = "duplication", .unit = "",                                                            \
     .help = "copies of the slowest layer's weights; other layers get what balances them",        \
     .type = CIM_INTEGER, .default_value = 1, .min = 1, .max = 64}
enum {
    CIM_CHIP_ARRAYS_PER_PE, CIM_CHIP_PES_PER_TILE, CIM_CHIP_GLOBAL_BUFFER_KIB, CIM_CHIP_CLOCK_MHZ,
    CIM_CHIP_PIPELINE, CIM_CHIP_DUPLICATION, CIM_CHIP_N_PARAMS
};

#define CIM_CHIP_CONSTRAINTS                                                                      \
    {"clock", "1", "slowest stage over the clock's period, minus 1"},                             \
    {"buffer_capacity", "KiB", "what the network keeps on the chip, minus global_buffer_kib"}
enum { CIM_CHIP_CLOCK, CIM_CHIP_BUFFER_CAPACITY, CIM_CHIP_N_CONSTRAINTS };

#define CIM_CHIP_METRIC_LIST(X)                                                                   \
    X(ENERGY, "energy_j", "J", -1, "of one image: dynamic_energy_j + leakage_energy_j")           \
    X(DYNAMIC_ENERGY, "dynamic_energy_j", "J", -1, "of one image, without leakage")               \
    X(LEAKAGE_ENERGY, "leakage_energy_j", "J", -1, "leakage_w over interval_s")                   \
    X(LATENCY, "latency_s", "s", -1, "image in to result out")                                    \
    X(INTERVAL, "interval_s", "s", -1, "between results; without pipeline = latency_s")           \
    X(CYCLE, "cycle_s", "s", -1, "one round: rows driven, columns settled and converted")         \
    X(AREA, "area_mm2", "mm2", -1, "of the chip")                                                 \
    X(POWER, "power_w", "W", -1, "energy_j / interval_s")                                         \
    X(LEAKAGE, "leakage_w", "W", -1, "static power of the chip")                                  \
    X(THROUGHPUT, "throughput_ips", "1/s", 1, "images per second: 1 / interval_s")                \
    X(TOPS, "tops", "TOPS", 1, "1e12 operations per second; 1 MAC = 2 operations")                \
    X(TOPS_PER_W, "tops_per_w", "TOPS/W", 1, "operations per energy_j")                           \
    X(TOPS_PER_MM2, "tops_per_mm2", "TOPS/mm2", 1, "tops / area_mm2")                             \
    X(EDAP, "edap_mj_ms_mm2", "mJ*ms*mm2", -1, "energy_j * latency_s * area_mm2")                 \
    X(UTILIZATION, "utilization", "", 1, "used cells / all cells of the chip's arrays")
enum {
#define CIM_CHIP_METRIC_ENUM(id, name, unit, better, help) CIM_CHIP_M_##id,
    CIM_CHIP_METRIC_LIST(CIM_CHIP_METRIC_ENUM)
#undef CIM_CHIP_METRIC_ENUM
    CIM_CHIP_N_METRICS
};
/* Rows of a model's metric table: static const cim_metric metrics[] = { CIM_CHIP_METRICS }; */
#define CIM_CHIP_METRIC_ROW(id, name, unit, better, help) {name, unit, help, better, 0, 0, NULL},
#define CIM_CHIP_METRICS CIM_CHIP_METRIC_LIST(CIM_CHIP_METRIC_ROW)

/* The spec of a point, read from parameters first_param .. (CIM_CHIP_PARAMS). */
cim_chip_spec cim_chip_read_spec(const cim_values *values, uint32_t point, uint32_t first_param,
                                 const cim_technology *technology);

/* Writes all metrics of a point, and its parts when the host wants them: energy_j, area_mm2 and
 * leakage_w by layer and component, latency_s by layer and what it waits for. */
void cim_chip_report(const cim_request *request, uint32_t point, const cim_chip *chip,
                     const cim_chip_layer *layers);

/* Writes the slacks of CIM_CHIP_CONSTRAINTS to slack[0], slack[1]. */
void cim_chip_slacks(const cim_chip_spec *spec, const cim_chip *chip, double *slack);

/* Index of the network's index set of that name, or -1. */
int32_t cim_find_index_set(const cim_network *network, const char *name);

/* Value of a vector parameter for a layer: its element of index set SET (from the function above).
 * FALLBACK where the layer has no such element, or the value is NaN ("as the network says"). */
double cim_layer_number(const cim_values *values, uint32_t point, uint32_t param,
                        const cim_layer *layer, int32_t set, double fallback);
#endif
