/* mnsim_fixture.h: hwmodel.mnsim loaded as a host would, points set by MNSIM's own texts
 * ("256,256"), the networks of configs/validation, and figures by name. */
#ifndef MNSIM_FIXTURE_H
#define MNSIM_FIXTURE_H

#include "network_file_fixture.h"

#include <cim/hwmodel.h>
#include <cim_sdk/rng.h>

#define MOST_PARAMS 128u
#define MOST_NUMBERS 512u
#define MOST_METRICS 160u
#define MOST_PARTS 4096u

typedef struct mnsim_part {
    uint32_t layer, metric;
    char component[24];
    double value;
} mnsim_part;

typedef struct mnsim {
    fixture network;                 /* first: it is set up and torn down as such */
    const cim_plugin *plugin;
    const cim_hwmodel_ops *ops;
    fake_host host;
    void *self;
    const char *texts[MOST_PARAMS];
    uint32_t first[MOST_PARAMS + 1];
    const cim_network *net;
    double metrics[MOST_METRICS], slack;
    char failure[256];               /* of the point; "" if none */
    mnsim_part parts[MOST_PARTS];
    uint32_t n_parts;
} mnsim;

typedef struct point { double numbers[MOST_NUMBERS]; } point;

static inline void near(const char *what, double value, double wanted, double relative) {
    if (!(fabs(value - wanted) <= relative * fabs(wanted)))
        fail_msg("%s: %.17g is not %.17g within %g", what, value, wanted, relative);
}

static inline const cim_param *param(const mnsim *m, uint32_t i) {
    return CIM_ROW(cim_param, m->plugin->is.params, i);
}

static inline uint32_t param_index(const mnsim *m, const char *key) {
    uint32_t i = 0;
    while (i < m->plugin->is.params.n && strcmp(param(m, i)->key, key)) ++i;
    if (i == m->plugin->is.params.n) fail_msg("no parameter %s", key);
    return i;
}

/* Index of a metric; that of none where there is no such. */
static inline uint32_t find_metric(const mnsim *m, const char *name) {
    uint32_t i = 0;
    while (i < m->plugin->is.metrics.n &&
           strcmp(CIM_ROW(cim_metric, m->plugin->is.metrics, i)->name, name)) ++i;
    return i;
}

static inline uint32_t metric_index(const mnsim *m, const char *name) {
    const uint32_t i = find_metric(m, name);
    if (i == m->plugin->is.metrics.n) fail_msg("no metric %s", name);
    return i;
}

static inline double metric(const mnsim *m, const char *name) {
    return m->metrics[metric_index(m, name)];
}

/* Nothing set. */
static inline point unset(void) {
    point p;
    for (uint32_t i = 0; i < MOST_NUMBERS; ++i) p.numbers[i] = (double)NAN;
    return p;
}

/* A parameter from MNSIM's own text; elements behind a shorter list stay unset. */
static inline void set(const mnsim *m, point *p, const char *key, const char *text) {
    const uint32_t i = param_index(m, key);
    const cim_param *row = param(m, i);
    for (uint32_t e = m->first[i]; e < m->first[i + 1]; ++e) {
        p->numbers[e] = (double)NAN;
        if (!*text) continue;
        char *end;
        if (row->type == CIM_CATEGORY) {
            uint32_t name = 0;
            while (name < row->n_levels && strcmp(row->names[name], text)) ++name;
            if (name == row->n_levels) fail_msg("%s = %s", key, text);
            p->numbers[e] = name;
            text = "";
            continue;
        }
        p->numbers[e] = strtod(text, &end);
        if (end == text) fail_msg("%s = %s", key, text);
        text = *end == ',' ? end + 1 : end;
    }
    if (*text) fail_msg("%s: %s is too much", key, text);
}

static inline cim_values values_of(const mnsim *m, const double *numbers, uint32_t n) {
    const uint32_t n_params = m->plugin->is.params.n;
    return (cim_values){.struct_size = sizeof(cim_values), .n_points = n, .n_params = n_params,
                        .n_numbers = m->first[n_params], .first = m->first, .numbers = numbers,
                        .texts = m->texts};
}

/* The model anew, on configuration file INI; "" for none. */
static inline cim_status start_model(mnsim *m, const char *ini) {
    const point p = unset();
    if (m->self) m->ops->destroy(m->self);
    m->self = NULL;
    m->host.message[0] = '\0';
    m->texts[param_index(m, "ini")] = ini;
    const cim_values v = values_of(m, p.numbers, 1);
    return m->ops->create(&m->host.host, &v, &m->self);
}

static inline int start(void **state) {
    static mnsim m;
    memset(&m, 0, sizeof m);
    m.plugin = load_plugin(BINARY_DIR "/plugins/hwmodel.mnsim.so", "hwmodel.mnsim", CIM_HWMODEL);
    m.ops = m.plugin->ops;
    fake_host_start(&m.host);
    const uint32_t n = m.plugin->is.params.n;
    assert_true(n <= MOST_PARAMS && m.plugin->is.metrics.n <= MOST_METRICS);
    for (uint32_t i = 0; i < n; ++i)
        m.first[i + 1] = m.first[i] + (param(&m, i)->type == CIM_TEXT ? 0
                                       : param(&m, i)->length ? param(&m, i)->length : 1);
    assert_true(m.first[n] <= MOST_NUMBERS);
    fake_host_start(&m.network.fake);
    m.network.ops = load_plugin(BINARY_DIR "/plugins/workload.network.so", "workload.network",
                                CIM_WORKLOAD)->ops;
    *state = &m;
    return start_model(&m, "") != CIM_OK;
}

static inline int stop(void **state) {
    mnsim *m = *state;
    if (m->self) m->ops->destroy(m->self);
    if (m->network.self) m->network.ops->destroy(m->network.self);
    return m->host.live + m->network.fake.live;
}

/* "vgg8", "lenet", ... as MNSIM has it. */
static inline void use_network(mnsim *m, const char *name) {
    static char now[32];
    if (m->net && !strcmp(now, name)) return;
    char path[256];
    snprintf(path, sizeof path, "%s/configs/validation/networks/mnsim_%s.cfg", SOURCE_DIR, name);
    if (open_path(&m->network, path) != CIM_OK) fail_msg("%s", m->network.fake.message);
    (void)describe(&m->network);
    m->net = build(&m->network);
    snprintf(now, sizeof now, "%s", name);
}

static inline void take_failure(void *context, uint32_t at, const char *text) {
    mnsim *m = context;
    assert_int_equal(at, 0);
    snprintf(m->failure, sizeof m->failure, "%s", text);
}

static inline void take_part(void *context, uint32_t at, uint32_t layer_, const char *component,
                             uint32_t metric_, double value) {
    mnsim *m = context;
    assert_true(at == 0 && m->n_parts < MOST_PARTS && strlen(component) < 24);
    mnsim_part *p = &m->parts[m->n_parts++];
    *p = (mnsim_part){.layer = layer_, .metric = metric_, .value = value};
    snprintf(p->component, sizeof p->component, "%s", component);
}

static inline double part_of(const mnsim *m, uint32_t layer_, const char *name,
                             const char *component) {
    const uint32_t of = metric_index(m, name);
    for (uint32_t i = 0; i < m->n_parts; ++i)
        if (m->parts[i].layer == layer_ && m->parts[i].metric == of &&
            !strcmp(m->parts[i].component, component)) return m->parts[i].value;
    return 0;
}

/* One point on the network in use; what comes of it is in M. */
static inline cim_status evaluate(mnsim *m, const point *p, int want_parts) {
    const cim_values v = values_of(m, p->numbers, 1);
    const cim_request r = {.struct_size = sizeof r, .network = m->net, .values = &v,
                           .metrics = m->metrics, .slack = &m->slack, .context = m,
                           .fail = take_failure, .part = want_parts ? take_part : NULL};
    for (uint32_t i = 0; i < MOST_METRICS; ++i) m->metrics[i] = (double)NAN;
    m->slack = (double)NAN;
    m->failure[0] = '\0';
    m->n_parts = 0;
    return m->ops->evaluate(m->self, &r);
}

static inline void evaluate_well(mnsim *m, const point *p) {
    assert_int_equal(evaluate(m, p, 1), CIM_OK);
    if (m->failure[0]) fail_msg("%s", m->failure);
}
#endif
