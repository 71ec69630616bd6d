/* Families are recognised by their layers, not by a name: any workload may build a member. */
#include "estimate.h"

#include <cim_sdk/text.h>
#include <string.h>

enum { CLASSES = 1000 };

typedef struct census {
    uint32_t depthwise, grouped, additions, multiplications, averages; /* averages: not global */
    uint32_t points, squares;         /* dense 1x1 and 3x3 convolutions */
    uint32_t outputs;                 /* of the last layer with weights */
} census;

static void count_conv(const cim_layer *l, census *c) {
    if (l->groups > 1 && l->groups == l->in_channels) ++c->depthwise;
    else if (l->groups > 1) ++c->grouped;
    else if (l->kernel_height == 1 && l->kernel_width == 1) ++c->points;
    else if (l->kernel_height == 3 && l->kernel_width == 3) ++c->squares;
}

static void count_layer(const cim_layer *l, census *c, network_facts *out) {
    if (has_weights(l)) {
        out->macs += (double)cim_layer_macs(l);
        out->weights += (double)cim_layer_weights(l);
        ++out->weight_layers;
        c->outputs = l->out_channels;
    }
    switch (l->op) {
    case CIM_OP_CONV: count_conv(l, c); break;
    case CIM_OP_ADD: ++c->additions; break;
    case CIM_OP_MULTIPLY: ++c->multiplications; break;
    case CIM_OP_AVERAGE_POOL: c->averages += l->kernel_height < l->in_height; break;
    default: break;
    }
}

/* Bottlenecks have two 1x1 convolutions for each 3x3; Once-for-All's projections average first. */
static family dense_family(const census *c, recipe r) {
    if (!c->additions || c->points <= c->squares) return FAMILIES;
    if (r == RECIPE_ONCE_FOR_ALL || (r == RECIPE_AUTO && c->averages)) return OFA_RESNET;
    return RESNET;
}

static family family_of(const census *c, recipe r) {
    if (c->grouped) return FAMILIES;
    if (!c->depthwise) return dense_family(c, r);
    if (c->multiplications) return r == RECIPE_ONCE_FOR_ALL ? OFA_MOBILENET : MOBILENET_V3;
    return c->additions ? MOBILENET_V2 : MOBILENET_V1;
}

cim_status network_check_dataset(const cim_host *host, const cim_network *n) {
    if (!n->dataset || !strcmp(n->dataset, "imagenet")) return CIM_OK;
    return cim_failf(host, CIM_E_UNSUPPORTED, "network %.60s is for %.60s: only figures for "
                     "imagenet are known", n->name, n->dataset);
}

cim_status network_read(const cim_host *host, const cim_network *n, recipe r, network_facts *out) {
    census c = {0};
    *out = (network_facts){0};
    for (uint32_t i = 0; i < n->layers.n; ++i)
        count_layer(CIM_ROW(cim_layer, n->layers, i), &c, out);
    const cim_status status = network_check_dataset(host, n);
    if (status != CIM_OK) return status;
    if (c.outputs != CLASSES)
        return cim_failf(host, CIM_E_UNSUPPORTED, "network %.60s has %u classes: ImageNet has %d",
                         n->name, c.outputs, CLASSES);
    out->family = family_of(&c, r);
    if (out->family == FAMILIES)
        return cim_failf(host, CIM_E_UNSUPPORTED, "network %.60s is neither a MobileNet (depthwise "
                         "convolutions) nor a ResNet-50 (bottlenecks with additions): no published "
                         "figures to estimate from", n->name);
    if (r == RECIPE_ONCE_FOR_ALL && (out->family == MOBILENET_V1 || out->family == MOBILENET_V2))
        return cim_failf(host, CIM_E_CONFIG, "recipe = once_for_all: its published figures are of "
                         "MobileNetV3 (with squeeze and excitation) and ResNet-50, and network "
                         "%.60s is a %s", n->name, family_laws[out->family].name);
    return CIM_OK;
}
