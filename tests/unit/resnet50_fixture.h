/* An instance of workload.resnet50 on a fake host, its parameters by name, its layers by name. */
#ifndef RESNET50_FIXTURE_H
#define RESNET50_FIXTURE_H

#include "fake_host.h"
#include <cim/workload.h>

#define PLUGIN BINARY_DIR "/plugins/workload.resnet50.so"
#define MOST_PARAMS 9u
#define MOST_NUMBERS 256u

enum { V1, V1_5, OFA, OFA_LARGEST, VERSIONS };
enum { WEIGHT_LAYER, BLOCK, STAGE, SETS };

typedef struct fixture {
    fake_host fake;
    const cim_plugin *plugin;
    const cim_workload_ops *ops;
    void *self;
    cim_description is;
    uint32_t n_params, first[MOST_PARAMS + 1];
    double numbers[MOST_NUMBERS];
} fixture;

static inline cim_status create(fixture *f, uint32_t version) {
    static const uint32_t first[] = {0, 1};
    const double number = version;
    const cim_values values = {.struct_size = sizeof values, .n_points = 1, .n_params = 1,
                               .n_numbers = 1, .first = first, .numbers = &number};
    f->numbers[0] = version;
    return f->ops->create(&f->fake.host, &values, &f->self);
}

static inline const cim_index_set *set_of(const fixture *f, uint32_t i) {
    return CIM_ROW(cim_index_set, f->is.index_sets, i);
}

/* Another instance, with all its parameters at their defaults. */
static inline void restart(fixture *f, uint32_t version) {
    if (f->self) f->ops->destroy(f->self);
    assert_int_equal(create(f, version), CIM_OK);
    f->is = (cim_description){.struct_size = sizeof f->is};
    assert_int_equal(f->ops->describe(f->self, &f->is), CIM_OK);
    assert_int_equal(f->is.index_sets.n, SETS);
    f->n_params = 1 + f->is.params.n;
    f->first[1] = 1;
    for (uint32_t i = 1; i < f->n_params; ++i) {
        const cim_param *p = CIM_ROW(cim_param, f->is.params, i - 1);
        uint32_t n = 1;
        for (uint32_t s = 0; p->index_set && s < SETS; ++s)
            if (strcmp(set_of(f, s)->name, p->index_set) == 0) n = set_of(f, s)->size;
        for (uint32_t k = 0; k < n; ++k) f->numbers[f->first[i] + k] = p->default_value;
        f->first[i + 1] = f->first[i] + n;
    }
}

static inline int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    fake_host_start(&f->fake);
    f->plugin = load_plugin(PLUGIN, "workload.resnet50", CIM_WORKLOAD);
    f->ops = f->plugin->ops;
    return 0;
}

static inline int tear_down(void **state) {
    fixture *f = *state;
    if (f->self) f->ops->destroy(f->self);
    const int lost = f->fake.live;
    free(f);
    return lost;
}

/* The number of parameter KEY, element E. */
static inline double *at(fixture *f, const char *key, uint32_t e) {
    for (uint32_t i = 1; i < f->n_params; ++i)
        if (strcmp(CIM_ROW(cim_param, f->is.params, i - 1)->key, key) == 0) {
            assert_in_range(f->first[i] + e, 0, f->first[i + 1] - 1);
            return &f->numbers[f->first[i] + e];
        }
    fail_msg("no parameter %s", key);
    return NULL;
}

static inline void set_all(fixture *f, const char *key, uint32_t n, double number) {
    for (uint32_t e = 0; e < n; ++e) *at(f, key, e) = number;
}

static inline const cim_network *build(fixture *f) {
    const cim_values values = {.struct_size = sizeof values, .n_points = 1,
                               .n_params = f->n_params, .n_numbers = f->first[f->n_params],
                               .first = f->first, .numbers = f->numbers};
    const cim_network *network = NULL;
    if (f->ops->build(f->self, &values, &network) != CIM_OK) fail_msg("%s", f->fake.message);
    return network;
}

static inline const cim_layer *layer(const cim_network *n, uint32_t i) {
    return CIM_ROW(cim_layer, n->layers, i);
}

/* NULL: it has none of this name. */
static inline const cim_layer *find(const cim_network *n, const char *name) {
    for (uint32_t i = 0; i < n->layers.n; ++i)
        if (strcmp(layer(n, i)->name, name) == 0) return layer(n, i);
    return NULL;
}

static inline void assert_totals(const cim_network *n, uint64_t weights, uint64_t macs) {
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        weights -= cim_layer_weights(layer(n, i));
        macs -= cim_layer_macs(layer(n, i));
    }
    assert_int_equal(weights, 0);
    assert_int_equal(macs, 0);
}

static inline uint32_t weight_layers(const cim_network *n) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->layers.n; ++i) count += cim_layer_weights(layer(n, i)) != 0;
    return count;
}

static inline void assert_edges(const cim_network *n) {
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        const uint32_t in[] = {l->in_channels, l->in_height, l->in_width};
        assert_int_equal(l->n_inputs, l->op == CIM_OP_ADD ? 2 : 1);
        for (uint32_t k = 0; k < l->n_inputs; ++k) {
            uint32_t out[] = {n->in_channels, n->in_height, n->in_width};
            if (i) {
                assert_in_range(l->inputs[k], 0, i - 1);
                const cim_layer *from = layer(n, l->inputs[k]);
                out[0] = from->out_channels;
                out[1] = from->out_height;
                out[2] = from->out_width;
            }
            assert_memory_equal(in, out, sizeof in);
        }
    }
}
#endif
