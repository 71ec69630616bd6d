/* An instance of workload.mobilenet with its parameters laid out as the host would, for its two
 * tests. */
#ifndef MOBILENET_FIXTURE_H
#define MOBILENET_FIXTURE_H

#include "fake_host.h"
#include <cim/workload.h>

#define PLUGIN BINARY_DIR "/plugins/workload.mobilenet.so"
enum { V1, V2, V3_LARGE, PROXYLESS, VERSIONS };
enum { MAX_NUMBERS = 256, MAX_TEST_PARAMS = 16 };

typedef struct fixture {
    fake_host fake;
    const cim_plugin *plugin;
    const cim_workload_ops *ops;
    void *self;
    cim_description is;
    uint32_t n_params, first[MAX_TEST_PARAMS + 1];
    double numbers[MAX_NUMBERS];
    uint64_t random;
} fixture;

static inline const cim_param *param(const fixture *f, uint32_t i) {
    return i ? CIM_ROW(cim_param, f->is.params, i - 1)
             : CIM_ROW(cim_param, f->plugin->is.params, 0);
}

static inline uint32_t elements(const fixture *f, const cim_param *p) {
    for (uint32_t s = 0; p->index_set && s < f->is.index_sets.n; ++s) {
        const cim_index_set *set = CIM_ROW(cim_index_set, f->is.index_sets, s);
        if (!strcmp(set->name, p->index_set)) return set->size;
    }
    assert_null(p->index_set);
    return 1;
}

static inline cim_values values_of(const fixture *f) {
    return (cim_values){.struct_size = sizeof(cim_values), .n_points = 1, .n_params = f->n_params,
                        .n_numbers = f->first[f->n_params], .first = f->first,
                        .numbers = f->numbers};
}

/* An instance of VERSION, all parameters at their defaults. */
static inline void open_version(fixture *f, uint32_t version) {
    if (f->self) f->ops->destroy(f->self);
    f->self = NULL;
    f->n_params = 1;
    f->first[1] = 1;
    f->numbers[0] = version;
    cim_values v = values_of(f);
    assert_int_equal(f->ops->create(&f->fake.host, &v, &f->self), CIM_OK);
    f->is = (cim_description){.struct_size = sizeof f->is};
    assert_int_equal(f->ops->describe(f->self, &f->is), CIM_OK);
    f->n_params = 1 + f->is.params.n;
    for (uint32_t i = 1; i < f->n_params; ++i) {
        f->first[i + 1] = f->first[i] + elements(f, param(f, i));
        assert_true(f->first[i + 1] <= MAX_NUMBERS);
        for (uint32_t k = f->first[i]; k < f->first[i + 1]; ++k)
            f->numbers[k] = param(f, i)->default_value;
    }
}

static inline int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    fake_host_start(&f->fake);
    f->plugin = load_plugin(PLUGIN, "workload.mobilenet", CIM_WORKLOAD);
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

static inline uint32_t find_param(const fixture *f, const char *key) {
    for (uint32_t i = 0; i < f->n_params; ++i)
        if (!strcmp(param(f, i)->key, key)) return i;
    fail_msg("no parameter %s", key);
    return 0;
}

static inline double *at(fixture *f, const char *key, uint32_t element) {
    const uint32_t i = find_param(f, key);
    assert_true(f->first[i] + element < f->first[i + 1]);
    return &f->numbers[f->first[i] + element];
}

static inline void set_all(fixture *f, const char *key, double value) {
    const uint32_t i = find_param(f, key);
    for (uint32_t k = f->first[i]; k < f->first[i + 1]; ++k) f->numbers[k] = value;
}

static inline const cim_network *build(fixture *f) {
    const cim_values v = values_of(f);
    const cim_network *n = NULL;
    if (f->ops->build(f->self, &v, &n) != CIM_OK) fail_msg("%s", f->fake.message);
    return n;
}

static inline const cim_layer *layer(const cim_network *n, uint32_t i) {
    return CIM_ROW(cim_layer, n->layers, i);
}

static inline const cim_layer *named(const cim_network *n, const char *name) {
    for (uint32_t i = 0; i < n->layers.n; ++i)
        if (!strcmp(layer(n, i)->name, name)) return layer(n, i);
    fail_msg("no layer %s", name);
    return NULL;
}

static inline uint32_t below(fixture *f, uint32_t n) {
    f->random = f->random * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)(f->random >> 33) % n;
}
#endif
