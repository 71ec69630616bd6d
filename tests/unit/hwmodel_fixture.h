/* hwmodel_fixture.h: a hardware model on the chip library loaded as a host would, its figures by
 * name, and random points of its ranges. Define FIXTURE_MODEL, "hwmodel.NAME", before it. */
#ifndef HWMODEL_FIXTURE_H
#define HWMODEL_FIXTURE_H

#include "fake_host.h"

#include <cim/hwmodel.h>
#include <cim_sdk/rng.h>

#include "chip_fixture.h"
#include "near.h"

#define N_METRICS 26u
#define N_OWN_SLACKS 4u        /* a model's own, besides those of the chip                        */
#define N_SLACKS (N_OWN_SLACKS + N_CHIP_SLACKS)
#define MOST_NUMBERS 128u
#define N_VECTOR 8u            /* weight layers of VGG8 */
#define MOST_COMPONENTS 16u

/* Of every model on the chip library: a change of the chip's parameters is made here alone. */
static const char *const chip_keys[] = {
    "technology_nm",     "supply_v",       "temperature_k", "arrays_per_pe",   "pes_per_tile",
    "global_buffer_kib", "clock_mhz",      "pipeline",      "pipeline_rows",   "duplication",
    "interconnect",      "link_bits",      "pe_port_bits",  "line_buffer_kib", "chip_tiles",
    "images_per_load",   "write_power_w",  "off_chip",      "power_gating",    "calibrate_energy",
    "calibrate_time",    "calibrate_area", "technology"};
static const char *const chip_slacks[] = {"clock", "buffer_capacity", "tile_capacity"};
#define N_CHIP_KEYS (sizeof chip_keys / sizeof chip_keys[0])
#define N_CHIP_SLACKS 3u
static const char *const chip_metrics[] = {
    "energy_j", "dynamic_energy_j", "leakage_energy_j", "latency_s", "interval_s", "cycle_s",
    "area_mm2", "power_w", "leakage_w", "throughput_ips", "tops", "tops_per_w", "tops_per_mm2",
    "edap_mj_ms_mm2", "utilization", "macro_tops", "macro_tops_per_w", "macro_tops_per_mm2",
    "macro_area_mm2", "macro_energy_j", "macro_latency_s", "macro_power_w", "writes_per_image",
    "lifetime_images", "off_chip_bits", "lost_bits"};

static const cim_plugin *plugin;
static const cim_hwmodel_ops *ops;
static fake_host host;
static fixture_network vgg8;
static void *self;

/* ---- parameters and metrics by name ---------------------------------------------------------- */

typedef struct point { double numbers[MOST_NUMBERS]; } point;
static uint32_t first[MOST_NUMBERS];
static const char *texts[MOST_NUMBERS];   /* of the parameters that are texts; see set_text() */

static inline uint32_t param_index(const char *key) {
    for (uint32_t i = 0; i < plugin->is.params.n; ++i)
        if (!strcmp(CIM_ROW(cim_param, plugin->is.params, i)->key, key)) return i;
    fail_msg("no parameter %s", key);
    return 0;
}

static inline uint32_t metric(const char *name) {
    for (uint32_t i = 0; i < plugin->is.metrics.n; ++i)
        if (!strcmp(CIM_ROW(cim_metric, plugin->is.metrics, i)->name, name)) return i;
    fail_msg("no metric %s", name);
    return 0;
}

static inline uint32_t constraint(const char *name) {
    for (uint32_t i = 0; i < plugin->is.constraints.n; ++i)
        if (!strcmp(CIM_ROW(cim_constraint, plugin->is.constraints, i)->name, name)) return i;
    fail_msg("no constraint %s", name);
    return 0;
}

/* The model has its own keys and those of the chip, and no others. */
static inline void keys_are(const char *const *own, size_t n) {
    assert_int_equal(plugin->is.params.n, n + N_CHIP_KEYS);
    for (size_t i = 0; i < n; ++i) param_index(own[i]);
    for (size_t i = 0; i < N_CHIP_KEYS; ++i) param_index(chip_keys[i]);
    assert_int_equal(sizeof chip_metrics / sizeof chip_metrics[0], N_METRICS);
    assert_int_equal(plugin->is.metrics.n, N_METRICS);
    for (size_t i = 0; i < N_METRICS; ++i) metric(chip_metrics[i]);
    assert_int_equal(sizeof chip_slacks / sizeof chip_slacks[0], N_CHIP_SLACKS);
    assert_int_equal(plugin->is.constraints.n, N_SLACKS);
    for (size_t i = 0; i < N_CHIP_SLACKS; ++i) constraint(chip_slacks[i]);
}

static inline void set(point *p, const char *key, double value) {
    const uint32_t i = param_index(key);
    for (uint32_t e = first[i]; e < first[i + 1]; ++e) p->numbers[e] = value;
}

static inline point defaults(void) {
    point p = {{0}};
    uint32_t n = 0;
    for (uint32_t i = 0; i < plugin->is.params.n; ++i) {
        const cim_param *row = CIM_ROW(cim_param, plugin->is.params, i);
        const uint32_t length = row->index_set ? N_VECTOR : row->type != CIM_TEXT;
        first[i] = n;
        if (row->type == CIM_TEXT && !texts[i]) texts[i] = "";
        for (uint32_t e = 0; e < length; ++e, ++n)
            p.numbers[n] = row->flags & CIM_PARAM_FROM_NETWORK ? NAN : row->default_value;
    }
    first[plugin->is.params.n] = n;
    return p;
}

static inline void set_text(const char *key, const char *text) {
    texts[param_index(key)] = text;
}

static inline void band(double value_, double reference, double least, double most) {
    if (!(value_ >= least * reference && value_ <= most * reference))
        fail_msg("%g is %g times the reference %g", value_, value_ / reference, reference);
}

/* ---- evaluation ------------------------------------------------------------------------------ */

typedef struct figures { double m[N_METRICS], s[N_SLACKS]; } figures;

typedef struct parts {
    uint32_t calls;
    double sum[N_METRICS];
    char name[MOST_COMPONENTS][16];
    double by_name[MOST_COMPONENTS][N_METRICS];
} parts;

static inline void take_part(void *context, uint32_t at, uint32_t layer, const char *component,
                             uint32_t m, double value) {
    parts *p = context;
    assert_true(at == 0 && m < N_METRICS && value > 0);
    assert_true(layer < vgg8.network.layers.n || layer == CIM_WHOLE_CHIP);
    ++p->calls;
    p->sum[m] += value;
    uint32_t k = 0;
    while (p->name[k][0] && strcmp(p->name[k], component)) assert_true(++k < MOST_COMPONENTS);
    snprintf(p->name[k], sizeof p->name[k], "%s", component);
    p->by_name[k][m] += value;
}

static inline void take_failure(void *context, uint32_t at, const char *text) {
    (void)context;
    fail_msg("point %u: %s", at, text);
}

static inline cim_values values_of(const double *numbers, uint32_t n) {
    return (cim_values){.struct_size = sizeof(cim_values), .n_points = n,
                        .n_params = plugin->is.params.n, .n_numbers = first[plugin->is.params.n],
                        .first = first, .numbers = numbers, .texts = texts};
}

static inline cim_status run(void *model, const cim_network *network, const double *numbers,
                             uint32_t n, double *metrics, double *slack, parts *p) {
    const cim_values v = values_of(numbers, n);
    const cim_request r = {.struct_size = sizeof r, .network = network, .values = &v,
                           .metrics = metrics, .slack = slack, .context = p,
                           .fail = take_failure, .part = p ? take_part : NULL};
    return ops->evaluate(model, &r);
}

static inline figures evaluate(const point *p) {
    figures f;
    assert_int_equal(run(self, &vgg8.network, p->numbers, 1, f.m, f.s, NULL), CIM_OK);
    return f;
}

static inline double value(const char *key, double at, const char *name) {
    point p = defaults();
    set(&p, key, at);
    return evaluate(&p).m[metric(name)];
}

/* Of parameters whose 0 means the node's, the cell's own, or as needed: their least other value. */
static inline double least_above_0(const char *key) {
    static const struct { const char *key; double least; } rows[] = {
        {"supply_v", 0.2}, {"on_resistance_ohm", 1e3}, {"on_off_ratio", 1.5},
        {"read_voltage_v", 0.05}, {"amplifier_a", 1e-8}, {"chip_tiles", 1}};
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        if (!strcmp(rows[i].key, key)) return rows[i].least;
    return 0;
}

/* As a newer host asks: its rows are longer, and what is behind a row stays as it was. */
enum { LAYERS_MOST = 11 };
typedef struct longer_row { cim_nonideality row; double later; } longer_row;

static inline void ask_nonidealities(const point *p, longer_row rows[LAYERS_MOST]) {
    const cim_values v = values_of(p->numbers, 1);
    const cim_nonideality_rows out = {&rows->row, vgg8.network.layers.n, sizeof *rows};
    assert_true(vgg8.network.layers.n <= LAYERS_MOST);
    memset(rows, 0, LAYERS_MOST * sizeof *rows);
    assert_int_equal(ops->nonidealities(self, &vgg8.network, &v, out), CIM_OK);
    for (uint32_t i = 0; i < LAYERS_MOST; i++) assert_true(rows[i].later == 0);
}

/* Some points of the declared ranges, the technology changing from each to the next. */
static inline point random_point(cim_rng *rng) {
    point p = {{0}};
    for (uint32_t i = 0; i < plugin->is.params.n; ++i) {
        const cim_param *row = CIM_ROW(cim_param, plugin->is.params, i);
        for (uint32_t e = first[i]; e < first[i + 1]; ++e) {
            const double u = cim_rng_uniform(rng);
            double x = row->min + u * (row->max - row->min);
            if (row->min > 0 && u < 0.5)   /* all magnitudes, not only the largest */
                x = row->min * pow(row->max / row->min, cim_rng_uniform(rng));
            if (u < 0.05) x = row->min;
            if (u > 0.95) x = row->max;
            const double least = row->min > 0 ? 0 : least_above_0(row->key);
            if (least > 0) x = u < 0.5 ? 0 : least * pow(row->max / least, 2 * u - 1);
            if (row->type != CIM_REAL) x = floor(x + 0.5);
            if (row->levels) x = row->levels[cim_rng_below(rng, row->n_levels)];
            p.numbers[e] = fmin(fmax(x, row->min), row->max);
            if (row->flags & CIM_PARAM_FROM_NETWORK && u < 0.5) p.numbers[e] = NAN;
        }
    }
    return p;
}

static inline int start(void **state) {
    (void)state;
    plugin = load_plugin(BINARY_DIR "/plugins/" FIXTURE_MODEL ".so", FIXTURE_MODEL, CIM_HWMODEL);
    ops = plugin->ops;
    fake_host_start(&host);
    fixture_vgg8(&vgg8);
    const point p = defaults();
    const cim_values v = values_of(p.numbers, 1);
    return ops->create(&host.host, &v, &self) != CIM_OK;
}

static inline int stop(void **state) {
    (void)state;
    ops->destroy(self);
    return host.live != 0;
}
#endif
