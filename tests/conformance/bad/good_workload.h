/* A workload that keeps every promise: see good_searcher.h. One to four layers, whose slots and
 * bits do not depend on how many there are. */
#ifndef GOOD_WORKLOAD_H
#define GOOD_WORKLOAD_H

#include <cim/workload.h>

#include <stdint.h>

enum { MOST_LAYERS = 4 };
enum { DEPTH, BITS };

typedef struct workload {
    const cim_host *host;
    cim_network network;
    cim_layer layers[MOST_LAYERS];
    uint32_t inputs[MOST_LAYERS];
    int32_t elements[MOST_LAYERS];
} workload;

static const char *const good_names[] = {"a", "b", "c", "d"};
static const cim_index_set good_sets[] = {
    {.name = "stage", .help = "layers in order", .element_names = good_names, .size = MOST_LAYERS}};
static const double two_or_more[] = {2, 3, 4}, three_or_more[] = {3, 4}, four[] = {4};
static const cim_condition good_conditions[] = {
    {.target = "bits", .element = 1, .on = "depth", .values = two_or_more, .n_values = 3},
    {.target = "bits", .element = 2, .on = "depth", .values = three_or_more, .n_values = 2},
    {.target = "bits", .element = 3, .on = "depth", .values = four, .n_values = 1}};
static const cim_param good_params[] = {
    {.key = "depth", .unit = "", .help = "number of layers", .type = CIM_INTEGER,
     .default_value = 2, .min = 1, .max = MOST_LAYERS},
    {.key = "bits", .unit = "bit", .help = "bits of each layer", .type = CIM_INTEGER,
     .default_value = 8, .min = 1, .max = 16, .index_set = "stage"}};

static inline cim_status good_create(const cim_host *host, const cim_values *values, void **self) {
    (void)values;
    workload *w = host->alloc(host, 1, sizeof *w);
    if (!w) return host->fail(host, CIM_E_MEMORY, "no memory for the workload");
    w->host = host;
    *self = w;
    return CIM_OK;
}

static inline void good_destroy(void *self) {
    const cim_host *host = ((workload *)self)->host;
    host->release(host, self);
}

static inline cim_layer good_layer(const workload *w, uint32_t i, uint32_t bits) {
    return (cim_layer){
        .name = good_names[i], .op = CIM_OP_CONV, .slot = i, .in_channels = i ? 8 : 3,
        .in_height = 8, .in_width = 8, .out_channels = 8, .out_height = 8, .out_width = 8,
        .kernel_height = 3, .kernel_width = 3, .stride_height = 1, .stride_width = 1,
        .dilation_height = 1, .dilation_width = 1, .pad_top = 1, .pad_bottom = 1, .pad_left = 1,
        .pad_right = 1, .groups = 1, .weight_bits = bits, .input_bits = 8, .output_bits = 8,
        .activation = CIM_ACT_RELU, .n_inputs = 1, .inputs = &w->inputs[i],
        .elements = &w->elements[i]};
}

static inline cim_status good_build(void *self, const cim_values *v, const cim_network **network) {
    workload *w = self;
    const uint32_t n = (uint32_t)cim_number(v, 0, DEPTH, 0);
    uint64_t weights = 0;
    for (uint32_t i = 0; i < n; i++) {
        w->inputs[i] = i ? i - 1 : CIM_FROM_INPUT;
        w->elements[i] = (int32_t)i;
        w->layers[i] = good_layer(w, i, (uint32_t)cim_number(v, 0, BITS, i));
        weights += cim_layer_weights(&w->layers[i]);
    }
    w->network = (cim_network){
        .struct_size = sizeof w->network, .name = "suspect", .in_channels = 3, .in_height = 8,
        .in_width = 8, .input_bits = 8, .layers = {w->layers, n, sizeof *w->layers},
        .index_sets = CIM_TABLE(good_sets), .stated_weights = weights,
        .stated_macs = weights * 64};
    *network = &w->network;
    return CIM_OK;
}
#endif
