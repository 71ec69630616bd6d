/* A hardware model that keeps every promise: see good_searcher.h. */
#ifndef GOOD_HWMODEL_H
#define GOOD_HWMODEL_H

#include <cim/hwmodel.h>
#include <cim_sdk/text.h>

#include <math.h>
#include <stdint.h>

enum { ROWS, WEIGHT_BITS };
enum { ENERGY_J, AREA_MM2, N_METRICS };

static inline cim_status good_create(const cim_host *host, const cim_values *values, void **self) {
    *self = (void *)(uintptr_t)host;
    return (void)values, CIM_OK;
}

static inline void good_destroy(void *self) { (void)self; }

/* Negative: it cannot be costed. */
static inline double good_cost(const cim_layer *l, double weight_bits) {
    if (l->runtime_operand || l->op == CIM_OP_NONE || l->op >= CIM_OP_END) return -1;
    const double weights = (double)cim_layer_macs(l) * l->input_bits *
                           (isnan(weight_bits) ? l->weight_bits : weight_bits);
    return weights + (double)l->out_channels * l->out_height * l->out_width;
}

/* Point P of the request: false when a layer cannot be costed. */
static inline int good_point(const cim_request *r, uint32_t p, double scale, double part_scale) {
    const double rows = cim_number(r->values, p, ROWS, 0);
    double energy = 0, area = 0;
    for (uint32_t i = 0; i < r->network->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        const double cost = good_cost(l, cim_number(r->values, p, WEIGHT_BITS, 0)) * scale * 1e-15;
        if (cost < 0) {
            char why[128];
            snprintf(why, sizeof why, "layer %s, op %u", l->name, l->op);
            r->fail(r->context, p, why);
            return 0;
        }
        energy += cost;
        area += (double)cim_layer_weights(l) / rows;
        if (r->part) r->part(r->context, p, i, "array", ENERGY_J, cost * part_scale);
    }
    r->metrics[p * N_METRICS + ENERGY_J] = energy;
    r->metrics[p * N_METRICS + AREA_MM2] = area;
    r->slack[p] = rows - 900;
    return 1;
}

static inline cim_status good_evaluate(void *self, const cim_request *r) {
    (void)self;
    for (uint32_t p = 0; p < r->values->n_points; p++) good_point(r, p, 1, 1);
    return CIM_OK;
}

static const cim_param good_params[] = {
    {.key = "rows", .unit = "", .help = "rows of an array", .type = CIM_INTEGER,
     .default_value = 128, .min = 16, .max = 1024},
    {.key = "weight_bits", .unit = "bit", .help = "bits of a weight", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .overrides = "weight_bits"}};
static const cim_metric good_metrics[N_METRICS] = {
    {.name = "energy_j", .unit = "J", .help = "energy of one image", .better = -1},
    {.name = "area_mm2", .unit = "mm2", .help = "area of the chip", .better = -1}};
static const cim_constraint good_constraints[] = {{"tall", "rows", "rows - 900"}};
#endif
