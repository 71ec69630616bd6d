/* evaluate.h: a network on a chip: totals, and where they come from. */
#ifndef NEUROSIM_EVALUATE_H
#define NEUROSIM_EVALUATE_H

#include "layer.h"

typedef struct ns_layer_result {
    ns_subarray own;              /* where it is the first that reads with so many levels        */
    const ns_subarray *reading;   /* the sub-array as its reads use it                           */
    ns_mapped mapped;
    ns_spent time_s, energy_j;
    double latency_s;
    double leakage_w, leakage_j;  /* of its tiles, as the reference books them                   */
} ns_layer_result;

typedef struct ns_result {
    double latency_s;             /* pipelined: the slowest layer; else all, one after the other  */
    uint32_t slowest;             /* layer                                                       */
    ns_spent energy_j;
    double buffer_s, ic_s, adc_s, accum_s, other_s; /* pipelined: largest of any layer; else sums */
    double leakage_w, leakage_j;
    ns_areas area;                /* of all tiles and what they share                            */
    double operations;
} ns_result;

/* Why a design has no figures, or NULL. chip and layers are scratch and results of the call. */
const char *ns_evaluate(const ns_parameters *p, const ns_layer *layers, uint32_t n, ns_chip *chip,
                        ns_mapped *mapped, ns_layer_result *results, ns_result *total);
#endif
