/* networks.h: small networks that the suite makes for hardware models and accuracy evaluators.
 * Every weight layer belongs to an element of every index set. */
#ifndef NETWORKS_H
#define NETWORKS_H
#include "subject.h"

typedef enum network_kind {
    NETWORK_ONE_LAYER,   /* one fully connected layer                              */
    NETWORK_PLAIN,       /* convolution, max pool, classifier                      */
    NETWORK_VGG8,        /* six convolutions, three pools, two fully connected     */
    NETWORK_RESIDUAL,    /* depthwise, 1 x 1, add, average pools                   */
    N_NETWORKS
} network_kind;
extern const char *const network_names[N_NETWORKS];

typedef struct network_bits { uint32_t weight, input; } network_bits;

/* The index sets that PLUGIN's vectors name, and "weight_layer": all of the same size. */
uint32_t networks_sets(check *c, const cim_plugin *plugin, const cim_index_set **sets);

/* In memory of the test, with the rows and index sets of S' host. */
const cim_network *networks_make(const subject *s, network_kind kind, network_bits bits);

/* A convolution, a layer of operation OP named "probe" that keeps the shape (but concat), and a
 * classifier. CIM_OP_NONE: without it. An OP of no interface: networks_unknown_op. */
enum { networks_unknown_op = 999 };
const cim_network *networks_with_op(const subject *s, uint32_t op);
const char *networks_op_name(uint32_t op);
#endif
