#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cim_sdk/text.h>

#include "name_map.h"

enum { MAX_NAME = 256 };

/* ---- names ----------------------------------------------------------------------------------- */

static const tensor *find_part(const tensors *t, const char *module, const char *part) {
    char name[2 * MAX_NAME];
    snprintf(name, sizeof name, "%s.%s", module, part);
    return tensors_find(t, name);
}

/* MODULE (MAX_NAME characters) becomes the name of the tensor without its ".weight". */
static int set_module(char *module, const char *tensor_name) {
    static const char end[] = ".weight";
    const size_t n = strlen(tensor_name), m = sizeof end - 1;
    if (n <= m || n - m >= MAX_NAME || strcmp(tensor_name + n - m, end) != 0) return 0;
    memcpy(module, tensor_name, n - m);
    module[n - m] = '\0';
    return 1;
}

static uint32_t weight_number(const cim_network *network, uint32_t layer) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < layer; i++)
        n += CIM_ROW(cim_layer, network->layers, i)->weight_bits != 0;
    return n;
}

/* The first of the names there may be that is there; otherwise the one there should be. */
static const tensor *find_weight(const tensors *t, const cim_network *network, uint32_t layer,
                                 char *name) {
    const cim_layer *l = CIM_ROW(cim_layer, network->layers, layer);
    const char *kind = l->op == CIM_OP_CONV ? "conv" : "fc";
    if (l->tensor) {
        snprintf(name, MAX_NAME, "%s", l->tensor);
        return tensors_find(t, name);
    }
    snprintf(name, MAX_NAME, "%s%u.weight", kind, weight_number(network, layer));
    const tensor *numbered = tensors_find(t, name);
    char own[MAX_NAME];
    snprintf(own, sizeof own, "%s.weight", l->name);
    const tensor *named = tensors_find(t, own);
    if (named || !numbered) memcpy(name, own, sizeof own);
    return named ? named : numbered;
}

/* NORM (MAX_NAME + 16 characters) becomes the module that may be MODULE's batch norm. */
static int set_norm(const char *module, char *norm) {
    const char *dot = strrchr(module, '.'), *last = dot ? dot + 1 : module;
    const int stem = (int)(last - module);
    char *end = NULL;
    if (strncmp(last, "conv", 4) == 0) {
        snprintf(norm, MAX_NAME + 16, "%.*sbn%s", stem, module, last + 4);
        return 1;
    }
    const unsigned long number = strtoul(last, &end, 10);
    if (end == last || *end || number > 1000000) return 0;
    snprintf(norm, MAX_NAME + 16, "%.*s%lu", stem, module, number + 1);
    return 1;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

static cim_status misfit(const tensors *t, const cim_layer *l, const char *name, const char *what) {
    return cim_failf(tensors_host(t), CIM_E_FILE, "%s: layer %.80s: tensor %.120s %s",
                     tensors_file(t), l->name, name, what);
}

static cim_status wrong_shape(const tensors *t, const cim_layer *l, const tensor *is,
                              const char *needs) {
    char shape[160] = "one number", what[320];
    size_t used = 0;
    for (uint32_t i = 0; i < is->n_dims && used < sizeof shape; i++)
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%" PRIu64, i ? " x " : "",
                                 is->dims[i]);
    snprintf(what, sizeof what, "does not fit: it is %s, the network needs %s", shape, needs);
    return misfit(t, l, is->name, what);
}

static cim_status check_weight(const tensors *t, const cim_layer *l, const tensor *w) {
    const uint64_t wanted[4] = {l->out_channels, l->in_channels / l->groups, l->kernel_height,
                                l->kernel_width};
    char needs[80];
    int same = w->n_dims >= 2;
    for (uint32_t i = 0; i < w->n_dims; i++) same &= w->dims[i] == (i < 4 ? wanted[i] : 1);
    for (uint32_t i = w->n_dims; i < 4; i++) same &= wanted[i] == 1;
    if (same) return CIM_OK;
    snprintf(needs, sizeof needs, "%u x %u x %u x %u", l->out_channels, l->in_channels / l->groups,
             l->kernel_height, l->kernel_width);
    return wrong_shape(t, l, w, needs);
}

static cim_status check_channels(const tensors *t, const cim_layer *l, const tensor *v) {
    char needs[20];
    if (!v || (v->n_dims == 1 && v->n == l->out_channels)) return CIM_OK;
    snprintf(needs, sizeof needs, "%u", l->out_channels);
    return wrong_shape(t, l, v, needs);
}

/* A norm's own tensors have one dimension. One without running means (track_running_stats=False,
 * group norm, what is no norm) cannot be folded, and the network is another without it. */
static cim_status find_norm(const tensors *t, const cim_layer *l, const char *module,
                            layer_tensors *out) {
    char norm[MAX_NAME + 16];
    if (!set_norm(module, norm)) return CIM_OK;
    out->mean = find_part(t, norm, "running_mean");
    out->variance = find_part(t, norm, "running_var");
    const tensor *scale = find_part(t, norm, "weight");
    if (!out->mean && !out->variance && !(scale && scale->n_dims == 1)) return CIM_OK;
    out->gamma = scale;
    out->beta = find_part(t, norm, "bias");
    if (!out->mean || !out->variance || !out->gamma || !out->beta)
        return misfit(t, l, norm, "must have weight, bias, running_mean and running_var");
    const tensor *const parts[] = {out->mean, out->variance, out->gamma, out->beta};
    cim_status status = CIM_OK;
    for (int i = 0; i < 4 && status == CIM_OK; i++) status = check_channels(t, l, parts[i]);
    return status;
}

/* All names begin with the N characters at PREFIX. */
static int is_prefix_of_all(const tensors *t, const char *prefix, size_t n) {
    for (uint32_t i = 0; i < tensors_count(t); i++)
        if (strncmp(tensors_at(t, i)->name, prefix, n) != 0) return 0;
    return 1;
}

/* Models inside others have a prefix before all names: "module." of torch.nn.DataParallel,
 * "_orig_mod." of torch.compile(). */
static cim_status not_there(const tensors *t, const cim_layer *l, const char *name) {
    char what[MAX_NAME];
    const size_t n = strlen(name);
    for (uint32_t i = 0; i < tensors_count(t); i++) {
        const char *is = tensors_at(t, i)->name;
        const size_t all = strlen(is), before = all > n ? all - n : 0;
        if (!before || is[before - 1] != '.' || strcmp(is + before, name) != 0 ||
            !is_prefix_of_all(t, is, before))
            continue;
        snprintf(what, sizeof what, "is not there: all names begin with \"%.*s\": take it off them",
                 before < 100 ? (int)before : 100, is);
        return misfit(t, l, name, what);
    }
    return misfit(t, l, name, "is not there");
}

cim_status name_map_find(const tensors *t, const cim_network *network, uint32_t layer,
                         layer_tensors *out) {
    const cim_layer *l = CIM_ROW(cim_layer, network->layers, layer);
    char name[MAX_NAME], module[MAX_NAME];
    *out = (layer_tensors){.weight = find_weight(t, network, layer, name)};
    if (!out->weight) return not_there(t, l, name);
    cim_status status = check_weight(t, l, out->weight);
    if (status != CIM_OK || !set_module(module, name)) return status;
    out->bias = find_part(t, module, "bias");
    status = check_channels(t, l, out->bias);
    return status == CIM_OK ? find_norm(t, l, module, out) : status;
}

double name_map_epsilon(const cim_network *network) {
    for (uint32_t i = 0; i < network->layers.n; i++) {
        const char *name = CIM_ROW(cim_layer, network->layers, i)->tensor;
        int end = 0;
        if (name && sscanf(name, "features.%*u.block.%n", &end) == 0 && end) return 1e-3;
    }
    return 1e-5;
}
