/* report.h: the model's metrics and parts, in the interface's terms. */
#ifndef NEUROSIM_REPORT_H
#define NEUROSIM_REPORT_H

#include "evaluate.h"
#include <cim/hwmodel.h>
#include <cim_chip/plugin.h>

/* Behind the metrics that all chips share: the reference's own split. */
#define NS_METRIC_LIST(X)                                                                         \
    X(AREA_ARRAY, "area_array_mm2", "mm2", "memory cells")                                        \
    X(AREA_ADC, "area_adc_mm2", "mm2", "converters; SRAM: prechargers")                           \
    X(AREA_ACCUM, "area_accum_mm2", "mm2", "adders, shift-adds and adder trees of all levels")    \
    X(AREA_OTHER, "area_other_mm2", "mm2", "drivers, multiplexers, buffers, activation, pooling") \
    X(AREA_IC, "area_ic_mm2", "mm2", "bus or H-tree of the chip, H-trees of the tiles")           \
    X(BUFFER_TIME, "buffer_latency_s", "s", "of all buffers; pipelined: the slowest layer's")     \
    X(IC_TIME, "ic_latency_s", "s", "of all interconnect, likewise")                              \
    X(ADC_TIME, "adc_latency_s", "s", "of reading the arrays, likewise")                          \
    X(ACCUM_TIME, "accum_latency_s", "s", "of adding up, likewise")                               \
    X(OTHER_TIME, "other_latency_s", "s", "of the rest: buffers, interconnect, activation ...")   \
    X(BUFFER_ENERGY, "buffer_energy_j", "J", "of all buffers")                                    \
    X(IC_ENERGY, "ic_energy_j", "J", "of all interconnect")                                       \
    X(ADC_ENERGY, "adc_energy_j", "J", "word lines and converters")                               \
    X(ACCUM_ENERGY, "accum_energy_j", "J", "adders of all levels")                                \
    X(OTHER_ENERGY, "other_energy_j", "J", "the rest of dynamic_energy_j")
enum {
    NS_METRICS_BEFORE = CIM_CHIP_N_TOTALS - 1,
#define NS_METRIC_ENUM(id, name, unit, help) NS_M_##id,
    NS_METRIC_LIST(NS_METRIC_ENUM)
#undef NS_METRIC_ENUM
    NS_N_METRICS
};
/* Worst of all designs but one (an energy's 1.6 %); README.md has each figure's. */
#define NS_ERROR 0.01
#define NS_VALID                                                                                   \
    "worst of 237 designs of VGG8 on DNN+NeuroSim V1.4; networks and kernels other than 3 x 3 "    \
    "not measured"
#define NS_TOTAL_ROW(id, name, unit, better, help)                                                 \
    {name, unit, help, better, 0, NS_ERROR, NS_VALID},
#define NS_METRIC_ROW(id, name, unit, help) {name, unit, help, -1, 0, NS_ERROR, NS_VALID},
#define NS_METRICS CIM_CHIP_TOTAL_LIST(NS_TOTAL_ROW) NS_METRIC_LIST(NS_METRIC_ROW)

/* Writes all metrics of a point, and its parts when the host wants them. */
void ns_report(const cim_request *request, uint32_t point, const ns_chip *chip,
               const ns_layer *layers, uint32_t n, const ns_layer_result *results,
               const ns_result *total);
#endif
