/* Figures of a design as metrics and parts. */
#ifndef MNSIM_REPORT_H
#define MNSIM_REPORT_H

#include <cim/hwmodel.h>

#include "mapping.h"

/* Id, name, unit, better, help. */
#define MNSIM_METRIC_LIST(X) \
    X(ENERGY, "energy_j", "J", -1, "of one image, as MNSIM adds it up") \
    X(LATENCY, "latency_s", "s", -1, "of one image") \
    X(AREA, "area_mm2", "mm2", -1, "of the tiles in use, without the global accumulator") \
    X(POWER, "power_w", "W", -1, "with all layers working at once") \
    X(TOPS_PER_W, "tops_per_w", "TOPS/W", 1, "operations of one image over its energy") \
    X(EDAP, "edap_mj_ms_mm2", "mJ ms mm2", -1, "energy x latency x area") \
    X(UTILIZATION, "utilization", "", 1, "used cells over all cells of the tiles in use") \
    X(LATSUM, "latsum_s", "s", 0, "time of all parts, summed over layers and positions") \
    X(FINISH, "finish_sum_s", "s", 0, "when layers finish, summed; its parts say when each does") \
    X(TOTAL_XBAR, "total_xbar_num", "", 0, "PEs in use, which MNSIM calls crossbars") \
    X(USED_TILE, "used_tile_num", "", 0, "tiles in use") \
    X(MAX_INBUF, "max_inbuf_kb", "KiB", 0, "PE input buffer that the mapping needs") \
    X(MAX_OUTBUF, "max_outbuf_kb", "KiB", 0, "tile output buffer that the mapping needs") \
    X(GLOBAL_BUF, "global_buf_kb", "KiB", 0, "buffer of the global accumulator") \
    X(GLOBAL_ADDERS, "global_adder_num", "", 0, "adders of the global accumulator") \
    X(GLOBAL_BITS, "global_adder_bitwidth", "bit", 0, "width of an adder of it") \
    X(TILE_AREA, "tile_area_mm2", "mm2", 0, "of one tile") \
    X(ADCS, "PE_group_ADC_num", "", 0, "ADCs of a group of a PE") \
    X(DACS, "PE_group_DAC_num", "", 0, "DACs of a group of a PE") \
    X(OUTPUT_MUX, "output_mux", "", 0, "columns that share an ADC") \
    X(INPUT_DEMUX, "input_demux", "", 0, "rows that share a DAC") \
    X(SUBARRAYS, "subarray_num", "", 0, "subarrays of a crossbar") \
    X(JOINTS, "tile_jointmodule_num", "", 0, "joint modules of a tile")
enum {
#define MNSIM_METRIC(id, ...) MNSIM_M_##id,
    MNSIM_METRIC_LIST(MNSIM_METRIC)
#undef MNSIM_METRIC
    MNSIM_M_SPLIT            /* the breakdowns follow */
};

enum { MNSIM_BY_AREA, MNSIM_BY_TIME, MNSIM_BY_POWER, MNSIM_BY_ENERGY, MNSIM_QUANTITIES };

/* Breakdowns: the parts of a quantity that a mask has, as MNSIM prints them. */
#define MNSIM_BIT(part) (1u << MNSIM_##part)
#define MNSIM_BUFFERS (MNSIM_BIT(READ) | MNSIM_BIT(WRITE))
#define MNSIM_DIGITALS \
    (MNSIM_BIT(ADDER) | MNSIM_BIT(SHIFTREG) | MNSIM_BIT(IREG) | MNSIM_BIT(OREG) | \
     MNSIM_BIT(DEMUX) | MNSIM_BIT(MUX) | MNSIM_BIT(JOINT))
#define MNSIM_ARRAYS(X) \
    X("xbar", MNSIM_BIT(XBAR)) X("DAC", MNSIM_BIT(DAC)) X("ADC", MNSIM_BIT(ADC)) \
    X("pooling", MNSIM_BIT(POOLING)) X("digital", MNSIM_DIGITALS) X("adder", MNSIM_BIT(ADDER)) \
    X("shiftreg", MNSIM_BIT(SHIFTREG)) X("iReg", MNSIM_BIT(IREG)) X("oReg", MNSIM_BIT(OREG)) \
    X("input_demux", MNSIM_BIT(DEMUX)) X("output_mux", MNSIM_BIT(MUX)) \
    X("jointmodule", MNSIM_BIT(JOINT))
#define MNSIM_BUFFER(X) \
    X("buf", MNSIM_BUFFERS) X("buf_r", MNSIM_BIT(READ)) X("buf_w", MNSIM_BIT(WRITE))
#define MNSIM_TRAVEL(X) \
    X("buffer", MNSIM_BUFFERS) X("buffer_r", MNSIM_BIT(READ)) X("buffer_w", MNSIM_BIT(WRITE)) \
    X("computing", MNSIM_BIT(DAC) | MNSIM_BIT(XBAR) | MNSIM_BIT(ADC)) \
    X("intra_tile", MNSIM_BIT(INTRA)) X("tile_merge", MNSIM_BIT(MERGE)) \
    X("inter_tile", MNSIM_BIT(MERGE) | MNSIM_BIT(TRANSFER)) \
    X("tile_transfer", MNSIM_BIT(TRANSFER))

#define MNSIM_SPLIT_LIST(AREA, TIME, POWER, ENERGY) \
    MNSIM_ARRAYS(AREA) AREA("buf", MNSIM_BUFFERS) \
    MNSIM_ARRAYS(TIME) MNSIM_TRAVEL(TIME) \
    MNSIM_ARRAYS(POWER) MNSIM_BUFFER(POWER) \
    MNSIM_ARRAYS(ENERGY) MNSIM_BUFFER(ENERGY)
enum {
#define MNSIM_ONE(name, mask) +1
    MNSIM_N_METRICS = MNSIM_M_SPLIT MNSIM_SPLIT_LIST(MNSIM_ONE, MNSIM_ONE, MNSIM_ONE, MNSIM_ONE)
#undef MNSIM_ONE
};
extern const cim_metric mnsim_metrics[MNSIM_N_METRICS];

/* Metrics of POINT, and its parts where they are wanted. PLACED: the tiles fit, so that distances
 * are known; what depends on them is left NaN where they do not. */
void mnsim_report(const cim_request *r, uint32_t point, const mnsim_design *d,
                  const mnsim_chip *chip, const mnsim_layer *layers, int placed);
#endif
