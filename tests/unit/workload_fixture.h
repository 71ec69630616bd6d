/* An instance of one workload on a fake host, its parameters laid out as the host would: those of
 * the descriptor, then those it describes. Define WORKLOAD, its name without "workload.", first. */
#ifndef WORKLOAD_FIXTURE_H
#define WORKLOAD_FIXTURE_H

#include "fake_host.h"
#include <cim/workload.h>

enum { MOST_PARAMS = 16, MOST_NUMBERS = 256 };

typedef struct fixture {
    fake_host fake;
    const cim_plugin *plugin;
    const cim_workload_ops *ops;
    void *self;
    cim_description is;                  /* what describe() says; its index sets are the
                                            descriptor's if it says nothing of them        */
    uint32_t n_params, first[MOST_PARAMS + 1];
    double numbers[MOST_NUMBERS];
} fixture;

static inline const cim_param *param(const fixture *f, uint32_t i) {
    const uint32_t n = f->plugin->is.params.n;
    return i < n ? CIM_ROW(cim_param, f->plugin->is.params, i)
                 : CIM_ROW(cim_param, f->is.params, i - n);
}

static inline const cim_index_set *set_of(const fixture *f, uint32_t i) {
    assert_true(i < f->is.index_sets.n);
    return CIM_ROW(cim_index_set, f->is.index_sets, i);
}

static inline uint32_t elements(const fixture *f, const cim_param *p) {
    if (!p->index_set) return 1;
    for (uint32_t i = 0; i < f->is.index_sets.n; ++i)
        if (!strcmp(set_of(f, i)->name, p->index_set)) return set_of(f, i)->size;
    fail_msg("%s: no index set %s", p->key, p->index_set);
    return 0;
}

static inline cim_values values_of(const fixture *f) {
    return (cim_values){.struct_size = sizeof(cim_values), .n_points = 1, .n_params = f->n_params,
                        .n_numbers = f->first[f->n_params], .first = f->first,
                        .numbers = f->numbers};
}

/* Parameters up to the last one known become their defaults. */
static inline void append_defaults(fixture *f) {
    const uint32_t n = f->plugin->is.params.n + f->is.params.n;
    assert_true(n <= MOST_PARAMS);
    for (; f->n_params < n; ++f->n_params) {
        const uint32_t i = f->n_params;
        f->first[i + 1] = f->first[i] + elements(f, param(f, i));
        assert_true(f->first[i + 1] <= MOST_NUMBERS);
        for (uint32_t k = f->first[i]; k < f->first[i + 1]; ++k)
            f->numbers[k] = param(f, i)->default_value;
    }
}

/* What create() gets: the descriptor's parameters, the first N of them as in FIXED. */
static inline cim_status create(fixture *f, uint32_t n, const double *fixed) {
    f->n_params = 0;
    f->is = (cim_description){.struct_size = sizeof f->is,
                              .index_sets = f->plugin->is.index_sets};
    append_defaults(f);
    for (uint32_t i = 0; i < n; ++i) f->numbers[i] = fixed[i];
    const cim_values values = values_of(f);
    f->self = NULL;
    return f->ops->create(&f->fake.host, &values, &f->self);
}

static inline void open_instance(fixture *f, uint32_t n, const double *fixed) {
    if (f->self) f->ops->destroy(f->self);
    if (create(f, n, fixed) != CIM_OK) fail_msg("%s", f->fake.message);
    if (f->ops->describe) assert_int_equal(f->ops->describe(f->self, &f->is), CIM_OK);
    append_defaults(f);
}

/* Another instance, whose first parameters have these numbers and all others their defaults. */
#define OPEN(f, ...) \
    open_instance((f), sizeof((double[]){__VA_ARGS__}) / sizeof(double), (double[]){__VA_ARGS__})

static inline int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    fake_host_start(&f->fake);
    f->plugin = load_plugin(BINARY_DIR "/plugins/workload." WORKLOAD ".so", "workload." WORKLOAD,
                            CIM_WORKLOAD);
    f->ops = f->plugin->ops;
    open_instance(f, 0, NULL);
    return 0;
}

static inline int tear_down(void **state) {
    fixture *f = *state;
    if (f->self) f->ops->destroy(f->self);
    const int lost = f->fake.live;
    free(f);
    return lost;
}

/* ---- parameters ------------------------------------------------------------------------------ */

static inline uint32_t find_param(const fixture *f, const char *key) {
    for (uint32_t i = 0; i < f->n_params; ++i)
        if (!strcmp(param(f, i)->key, key)) return i;
    fail_msg("no parameter %s", key);
    return 0;
}

/* The number of element E of parameter KEY. */
static inline double *at(fixture *f, const char *key, uint32_t e) {
    const uint32_t i = find_param(f, key);
    assert_true(f->first[i] + e < f->first[i + 1]);
    return &f->numbers[f->first[i] + e];
}

static inline void set_all(fixture *f, const char *key, double number) {
    const uint32_t i = find_param(f, key);
    for (uint32_t k = f->first[i]; k < f->first[i + 1]; ++k) f->numbers[k] = number;
}

/* create() with the first N numbers in FIXED fails cleanly at each of its LEAST or more
 * allocations. */
static inline void assert_clean_without_memory(fixture *f, uint32_t n, const double *fixed,
                                               int least) {
    int failures = 0;
    if (f->self) f->ops->destroy(f->self);
    f->self = NULL;
    for (;; ++failures) {
        f->fake.fail_at = f->fake.allocations + failures;
        const cim_status status = create(f, n, fixed);
        if (status == CIM_OK) break;
        assert_int_equal(status, CIM_E_MEMORY);
        assert_null(f->self);
        assert_int_equal(f->fake.live, 0);
    }
    f->fake.fail_at = -1;
    assert_in_range(failures, least, 20);
}

/* ---- networks -------------------------------------------------------------------------------- */

static inline const cim_network *build(fixture *f) {
    const cim_values values = values_of(f);
    const cim_network *n = NULL;
    if (f->ops->build(f->self, &values, &n) != CIM_OK) fail_msg("%s", f->fake.message);
    return n;
}

static inline const cim_layer *layer(const cim_network *n, uint32_t i) {
    assert_true(i < n->layers.n);
    return CIM_ROW(cim_layer, n->layers, i);
}

/* NULL: it has none of this name. */
static inline const cim_layer *find(const cim_network *n, const char *name) {
    for (uint32_t i = 0; i < n->layers.n; ++i)
        if (!strcmp(layer(n, i)->name, name)) return layer(n, i);
    return NULL;
}

static inline const cim_layer *named(const cim_network *n, const char *name) {
    const cim_layer *l = find(n, name);
    if (!l) fail_msg("no layer %s", name);
    return l;
}

static inline const char *input_name(const cim_network *n, const cim_layer *l, uint32_t k) {
    assert_true(k < l->n_inputs);
    return l->inputs[k] == CIM_FROM_INPUT ? "input" : layer(n, l->inputs[k])->name;
}

static inline uint32_t weight_layers(const cim_network *n) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->layers.n; ++i) count += cim_layer_weights(layer(n, i)) != 0;
    return count;
}

static inline void assert_totals(const cim_network *n, uint64_t weights, uint64_t macs) {
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        weights -= cim_layer_weights(layer(n, i));
        macs -= cim_layer_macs(layer(n, i));
    }
    assert_int_equal(weights, 0);
    assert_int_equal(macs, 0);
}

static inline void assert_input(const cim_layer *l, uint32_t k, const uint32_t from[3]) {
    const uint32_t in[] = {l->in_channels, l->in_height, l->in_width};
    if (l->op == CIM_OP_LINEAR && in[1] * in[2] == 1) /* flattens */
        assert_int_equal(in[0], from[0] * from[1] * from[2]);
    else if (l->op == CIM_OP_MULTIPLY && k) /* a gate */
        assert_true(from[0] == in[0] && from[1] == 1 && from[2] == 1);
    else
        assert_memory_equal(in, from, sizeof in);
}

/* Each layer reads layers above it, or, the first one, the network's input, of the right shape;
 * returns the number of edges. */
static inline uint32_t assert_edges(const cim_network *n) {
    uint32_t edges = 0;
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        assert_int_equal(l->n_inputs, l->op == CIM_OP_ADD || l->op == CIM_OP_MULTIPLY ? 2 : 1);
        for (uint32_t k = 0; k < l->n_inputs; ++k, ++edges) {
            uint32_t from[] = {n->in_channels, n->in_height, n->in_width};
            if (i) {
                assert_true(l->inputs[k] < i);
                const cim_layer *before = layer(n, l->inputs[k]);
                from[0] = before->out_channels;
                from[1] = before->out_height;
                from[2] = before->out_width;
            } else {
                assert_int_equal(l->inputs[k], CIM_FROM_INPUT);
            }
            assert_input(l, k, from);
        }
    }
    return edges;
}

/* Its N layers with weights are the elements of index set 0, by name, and have parameters for their
 * bits. */
static inline void assert_weight_layers(fixture *f, uint32_t n) {
    static const char *const keys[] = {"weight_bits", "input_bits"};
    const cim_index_set *set = set_of(f, 0);
    assert_string_equal(set->name, "weight_layer");
    assert_int_equal(set->size, n);
    for (uint32_t i = 0; i < 2; ++i) {
        const cim_param *p = param(f, find_param(f, keys[i]));
        assert_string_equal(p->index_set, "weight_layer");
        assert_int_equal(p->type, CIM_INTEGER);
        assert_true(p->min == 1 && p->max == 16 && p->default_value == 8);
    }
    const cim_network *network = build(f);
    assert_int_equal(weight_layers(network), n);
    for (uint32_t i = 0; i < network->layers.n; ++i) {
        const cim_layer *l = layer(network, i);
        assert_int_equal(l->elements[0] >= 0, cim_layer_weights(l) > 0);
        if (l->elements[0] >= 0)
            assert_string_equal(set->element_names[l->elements[0]], l->name);
    }
}

/* Bits that differ from layer to layer arrive where they belong. */
static inline void assert_bits_reach_their_layers(fixture *f) {
    const uint32_t size = set_of(f, 0)->size;
    for (uint32_t i = 0; i < size; ++i) {
        *at(f, "weight_bits", i) = 1 + i % 16;
        *at(f, "input_bits", i) = 16 - i % 15;
    }
    const cim_network *n = build(f);
    assert_int_equal(n->input_bits, 16);
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = layer(n, i);
        const uint32_t e = (uint32_t)l->elements[0];
        assert_int_equal(l->weight_bits, l->elements[0] < 0 ? 0 : 1 + e % 16);
        if (l->elements[0] >= 0) assert_int_equal(l->input_bits, 16 - e % 15);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
#endif
