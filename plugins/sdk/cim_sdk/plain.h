/* cim_sdk/plain.h: a workload whose layers are always the same, and whose parameters are the bits
 * of each: its plug-in is little more than the list of layers.
 *
 *     static const char *const names[] = {"conv1", "fc1"};
 *     static const cim_index_set index_sets[] = {CIM_WEIGHT_LAYER_SET(names)};
 *     static const cim_network head = {.name = "small", .in_channels = 1, .in_height = 28,
 *                                      .in_width = 28, .index_sets = CIM_TABLE(index_sets)};
 *     static const cim_plain_layer layers[] = {
 *         {"conv1", NULL, 5, 1, 2, 16, "pool1", 2, 2},
 *         {"fc1",   NULL, 0, 0, 0, 10, NULL, 0, 0},
 *     };
 *     static cim_status build(void *self, const cim_values *values, const cim_network **network) {
 *         return cim_plain_build(self, &head, layers, 2, values, network);
 *     }
 *     CIM_PLAIN_PLUGIN(build, index_sets,
 *         .id = "workload.small", .version = "1.0", .license = "MIT",
 *         .summary = "one convolution and a classifier")
 *
 * A network that is no chain makes its own build() with cim_sdk/network.h (SELF is its builder) and
 * leaves out the list: workloads/resnet18. */
#ifndef CIM_SDK_PLAIN_H
#define CIM_SDK_PLAIN_H

#include <cim_sdk/export.h>
#include <cim_sdk/network.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The index set that vectors of bits run over; NAMES is an array of the layers' names. */
#define CIM_WEIGHT_LAYER_SET(names)                                                               \
    {.name = "weight_layer", .help = "layers with weights, in order", .element_names = (names),   \
     .size = sizeof(names) / sizeof((names)[0])}

/* Two rows for a table of parameters: the bits of each element of weight_layer. */
#define CIM_LAYER_BITS_PARAMS                                                                     \
    {.key = "weight_bits", .unit = "bit",                                                         \
     .help = "precision of the weights of each weight layer", .type = CIM_INTEGER,                \
     .default_value = 8, .min = 1, .max = 16, .index_set = "weight_layer"},                       \
    {.key = "input_bits", .unit = "bit",                                                          \
     .help = "precision of the input (activations) of each weight layer; "                        \
             "the first is the image's",                                                          \
     .type = CIM_INTEGER, .default_value = 8, .min = 1, .max = 16, .index_set = "weight_layer"}

/* Their numbers in a plain network's table, which holds nothing else. */
enum { CIM_PLAIN_WEIGHT_BITS, CIM_PLAIN_INPUT_BITS };

/* A layer with weights that reads the one before it, and the max pool behind it. */
typedef struct cim_plain_layer {
    const char *name;
    const char *tensor;                   /* name of its trained weights, or NULL                 */
    uint32_t kernel, stride, padding;     /* square; kernel 0: fully connected, input flattened   */
    uint32_t out_channels;
    const char *pool;                     /* name of the pool; NULL: none                         */
    uint32_t pool_kernel, pool_stride;    /* square, without padding                              */
} cim_plain_layer;

/* The chain of N layers, each but the last with a ReLU. Layer i has slot i and is element i of
 * index set 0; the pools have the slots from N on. VALUES: CIM_PLAIN_WEIGHT_BITS, ...INPUT_BITS. */
cim_status cim_plain_build(cim_builder *b, const cim_network *head, const cim_plain_layer *layers,
                           uint32_t n, const cim_values *values, const cim_network **network);

/* An instance is its builder. */
cim_status cim_plain_create(const cim_host *host, const cim_values *values, void **self);
void cim_plain_destroy(void *self);

/* All of the file's plug-in, with cim_plugins(). BUILD and INDEX_SETS are the network's own; then
 * follow the id, version, summary and license, as initialisers of a cim_plugin. */
#define CIM_PLAIN_PLUGIN(build_function, sets, ...)                                               \
    static const cim_param cim_plain_params[] = {CIM_LAYER_BITS_PARAMS};                          \
    static const cim_workload_ops cim_plain_ops = {                                               \
        .struct_size = sizeof cim_plain_ops, .create = cim_plain_create,                          \
        .build = (build_function), .destroy = cim_plain_destroy};                                 \
    static const cim_plugin cim_plain_plugin = {                                                  \
        .struct_size = sizeof cim_plain_plugin, .abi_major = CIM_ABI_MAJOR,                       \
        .abi_minor = CIM_ABI_MINOR, .kind = CIM_WORKLOAD, .ops = &cim_plain_ops,                  \
        .is = {.struct_size = sizeof cim_plain_plugin.is, .params = CIM_TABLE(cim_plain_params),  \
               .index_sets = CIM_TABLE(sets)},                                                    \
        __VA_ARGS__};                                                                             \
    CIM_EXPORT_PLUGIN(cim_plain_plugin)

#ifdef __cplusplus
}
#endif
#endif
