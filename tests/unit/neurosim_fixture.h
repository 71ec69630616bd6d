/* neurosim_fixture.h: hwmodel.neurosim loaded as a host would, designs by the names of the
 * reference's tables, figures and parts by name. */
#ifndef NEUROSIM_FIXTURE_H
#define NEUROSIM_FIXTURE_H

#include "fake_host.h"

#include <cim/hwmodel.h>
#include <cim_sdk/rng.h>

#include "chip_fixture.h"

#define MOST_METRICS 40u
#define MOST_NUMBERS 64u
#define MOST_PLACES 16u        /* layers of VGG8, and the whole chip behind them */
#define N_VECTOR 8u            /* its weight layers */

typedef struct part_row { char name[24]; double value[MOST_METRICS]; } part_row;

typedef struct neurosim {
    const cim_plugin *plugin;
    const cim_hwmodel_ops *ops;
    fake_host host;
    void *self;
    fixture_network vgg8;
    uint32_t first[MOST_NUMBERS + 1];
    double metrics[MOST_METRICS];
    char failure[256];
    part_row parts[MOST_PLACES][12];
} neurosim;

typedef struct design { double numbers[MOST_NUMBERS]; } design;

static inline uint32_t param_index(const neurosim *m, const char *key) {
    for (uint32_t i = 0; i < m->plugin->is.params.n; ++i)
        if (!strcmp(CIM_ROW(cim_param, m->plugin->is.params, i)->key, key)) return i;
    return UINT32_MAX;
}

static inline uint32_t metric_index(const neurosim *m, const char *name) {
    for (uint32_t i = 0; i < m->plugin->is.metrics.n; ++i)
        if (!strcmp(CIM_ROW(cim_metric, m->plugin->is.metrics, i)->name, name)) return i;
    fail_msg("no metric %s", name);
    return 0;
}

static inline double metric(const neurosim *m, const char *name) {
    return m->metrics[metric_index(m, name)];
}

/* False when it is no parameter. */
static inline int set(const neurosim *m, design *d, const char *key, double value) {
    const uint32_t i = param_index(m, key);
    if (i == UINT32_MAX) return 0;
    for (uint32_t e = m->first[i]; e < m->first[i + 1]; ++e) d->numbers[e] = value;
    return 1;
}

static inline design defaults(const neurosim *m) {
    design d = {{0}};
    for (uint32_t i = 0; i < m->plugin->is.params.n; ++i) {
        const cim_param *row = CIM_ROW(cim_param, m->plugin->is.params, i);
        for (uint32_t e = m->first[i]; e < m->first[i + 1]; ++e)
            d.numbers[e] = row->flags & CIM_PARAM_FROM_NETWORK ? NAN : row->default_value;
    }
    return d;
}

/* Element i of a vector parameter. */
static inline double *element(const neurosim *m, design *d, const char *key, uint32_t i) {
    return &d->numbers[m->first[param_index(m, key)] + i];
}

static inline double random_value(const cim_param *p, cim_rng *rng) {
    const double u = cim_rng_uniform(rng);
    if (p->levels) return p->levels[cim_rng_below(rng, p->n_levels)];
    if (u < 0.05) return p->min;
    if (u > 0.95) return p->max;
    double x = p->min + u * (p->max - p->min);
    if (p->min > 0 && p->max / p->min > 10) x = p->min * pow(p->max / p->min, u);
    return p->type == CIM_INTEGER ? floor(x + 0.5) : x;
}

/* Anywhere in the ranges; most often with sizes that fit each other, as few random ones do. */
static inline design random_design(const neurosim *m, cim_rng *rng) {
    design d = defaults(m);
    const double size = exp2(4 + (double)cim_rng_below(rng, 6));
    const int fitting = cim_rng_below(rng, 4) != 0;
    for (uint32_t i = 0; i < m->plugin->is.params.n; ++i) {
        const cim_param *p = CIM_ROW(cim_param, m->plugin->is.params, i);
        if (cim_rng_below(rng, 3)) continue;
        for (uint32_t e = m->first[i]; e < m->first[i + 1]; ++e)
            d.numbers[e] = random_value(p, rng);
    }
    if (!fitting) return d;
    set(m, &d, "rows", size);
    set(m, &d, "cols", size);
    set(m, &d, "rowpar", fmax(1, size / exp2((double)cim_rng_below(rng, 4))));
    set(m, &d, "numColMuxed", fmin(size, exp2((double)cim_rng_below(rng, 6))));
    set(m, &d, "levelOutput", exp2(2 + (double)cim_rng_below(rng, 6)));
    return d;
}

static inline void take_part(void *context, uint32_t at, uint32_t layer, const char *component,
                             uint32_t m, double value) {
    neurosim *n = context;
    assert_int_equal(at, 0);
    assert_true(m < MOST_METRICS && value > 0 && isfinite(value));
    const uint32_t place = layer == CIM_WHOLE_CHIP ? MOST_PLACES - 1 : layer;
    part_row *row = n->parts[place];
    while (row->name[0] && strcmp(row->name, component)) assert_true(++row < n->parts[place] + 12);
    snprintf(row->name, sizeof row->name, "%s", component);
    row->value[m] += value;
}

static inline void take_failure(void *context, uint32_t at, const char *text) {
    neurosim *n = context;
    assert_int_equal(at, 0);
    snprintf(n->failure, sizeof n->failure, "%s", text);
}

/* What one layer's parts named NAME (NULL: all) give to a metric. */
static inline double part_sum(const neurosim *m, uint32_t place, const char *name,
                              uint32_t metric) {
    double sum = 0;
    for (const part_row *row = m->parts[place]; row < m->parts[place] + 12 && row->name[0]; ++row)
        if (!name || !strcmp(row->name, name)) sum += row->value[metric];
    return sum;
}

/* Index in the network of the n-th weight layer. */
static inline uint32_t layer_place(const neurosim *m, uint32_t n) {
    for (uint32_t i = 0; i < m->vgg8.network.layers.n; ++i)
        if (m->vgg8.elements[i] == (int32_t)n) return i;
    fail_msg("no weight layer %u", n);
    return 0;
}

static inline void compare(const char *id, const char *what, double ours, double theirs,
                           double within) {
    if (!(fabs(ours - theirs) <= within * fabs(theirs)))
        fail_msg("%s: %s: %.6g is not %.6g within %g", id, what, ours, theirs, within);
}

/* No file of a process, none of a cell. */
static inline const char *const *no_texts(void) {
    static const char *texts[MOST_NUMBERS];
    for (uint32_t i = 0; i < MOST_NUMBERS; ++i) texts[i] = "";
    return texts;
}

static inline cim_status evaluate_on(neurosim *m, const cim_network *network, const design *d) {
    const cim_values v = {.struct_size = sizeof v, .n_points = 1,
                          .n_params = m->plugin->is.params.n,
                          .n_numbers = m->first[m->plugin->is.params.n], .first = m->first,
                          .numbers = d->numbers, .texts = no_texts()};
    double slack[1];
    const cim_request r = {.struct_size = sizeof r, .network = network, .values = &v,
                           .metrics = m->metrics, .slack = slack, .context = m,
                           .fail = take_failure, .part = take_part};
    for (uint32_t i = 0; i < MOST_METRICS; ++i) m->metrics[i] = NAN;
    memset(m->parts, 0, sizeof m->parts);
    m->failure[0] = '\0';
    return m->ops->evaluate(m->self, &r);
}

static inline void evaluate(neurosim *m, const design *d) {
    if (evaluate_on(m, &m->vgg8.network, d) != CIM_OK) fail_msg("%s", m->host.message);
}

static inline int start(void **state) {
    static neurosim model;
    neurosim *m = *state = &model;
    m->plugin = load_plugin(BINARY_DIR "/plugins/hwmodel.neurosim.so", "hwmodel.neurosim",
                            CIM_HWMODEL);
    m->ops = m->plugin->ops;
    fake_host_start(&m->host);
    fixture_vgg8(&m->vgg8);
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->plugin->is.params.n; ++i) {
        m->first[i] = n;
        const cim_param *row = CIM_ROW(cim_param, m->plugin->is.params, i);
        n += row->type == CIM_TEXT ? 0 : row->index_set ? N_VECTOR : 1;
    }
    m->first[m->plugin->is.params.n] = n;
    if (n > MOST_NUMBERS || m->plugin->is.metrics.n > MOST_METRICS) return 1;
    const cim_values none = {.struct_size = sizeof none, .texts = no_texts()};
    return m->ops->create(&m->host.host, &none, &m->self) != CIM_OK;
}

static inline int stop(void **state) {
    neurosim *m = *state;
    m->ops->destroy(m->self);
    return m->host.live != 0;
}
#endif
