/* Metrics and parts. */
#include "report.h"

#include <math.h>

static const double m2_to_mm2 = 1e6;

/* Of all figures of 764 designs: README.md. */
#define STATED .relative_error = 1e-12, \
    .validity = "MNSIM 2.0, 764 designs of VGG8, LeNet, AlexNet, VGG16, totals, parts and layers"
#define METRIC(id, title, of, good, text) \
    {.name = title, .unit = of, .help = text, .better = good, STATED},
#define SPLIT_AREA(part, mask) \
    {.name = "area_" part "_mm2", .unit = "mm2", .help = "area: " part, STATED},
#define SPLIT_TIME(part, mask)                                                                     \
    {.name = "latsum_" part "_s",                                                                  \
     .unit = "s",                                                                                  \
     .help = "time over layers and positions: " part,                                              \
     STATED},
#define SPLIT_POWER(part, mask) \
    {.name = "power_" part "_w", .unit = "W", .help = "power: " part, STATED},
#define SPLIT_ENERGY(part, mask) \
    {.name = "energy_" part "_j", .unit = "J", .help = "energy: " part, STATED},
const cim_metric mnsim_metrics[MNSIM_N_METRICS] = {
    MNSIM_METRIC_LIST(METRIC)
    MNSIM_SPLIT_LIST(SPLIT_AREA, SPLIT_TIME, SPLIT_POWER, SPLIT_ENERGY)
};

#define AREA_MASK(part, mask) {MNSIM_BY_AREA, mask},
#define TIME_MASK(part, mask) {MNSIM_BY_TIME, mask},
#define POWER_MASK(part, mask) {MNSIM_BY_POWER, mask},
#define ENERGY_MASK(part, mask) {MNSIM_BY_ENERGY, mask},
static const struct { uint32_t quantity, parts; } splits[] = {
    MNSIM_SPLIT_LIST(AREA_MASK, TIME_MASK, POWER_MASK, ENERGY_MASK)
};

#define PART_NAME(id, name) name,
static const char *const names[MNSIM_PARTS] = {MNSIM_PART_LIST(PART_NAME)};

/* ---- sums ------------------------------------------------------------------------------------ */

typedef struct totals { double of[MNSIM_QUANTITIES][MNSIM_PARTS]; } totals;

static totals add_up(const mnsim_chip *c, const mnsim_layer *layers, uint32_t n) {
    totals t = {{{0}}};
    for (uint32_t i = 0; i < n; ++i) {
        for (int p = 0; p < MNSIM_POWERED; ++p) {
            t.of[MNSIM_BY_POWER][p] += layers[i].power_w[p];
            t.of[MNSIM_BY_ENERGY][p] += layers[i].energy_j[p];
        }
        for (int p = 0; p < MNSIM_PARTS; ++p) t.of[MNSIM_BY_TIME][p] += layers[i].time_s[p];
    }
    for (int p = 0; p < MNSIM_POWERED; ++p)
        t.of[MNSIM_BY_AREA][p] = c->tile_area_m2[p] * c->tiles * m2_to_mm2;
    return t;
}

static double sum_of(const double *parts, uint32_t mask) {
    double sum = 0;
    for (int p = 0; p < MNSIM_PARTS; ++p)
        if (mask & (1u << p)) sum += parts[p];
    return sum;
}

/* MNSIM counts the global accumulator in the breakdowns of area and power, and in no total. */
static void add_global(const mnsim_chip *c, totals *t) {
    const double adder_w = c->global_adders * c->global_adder.power_w;
    t->of[MNSIM_BY_AREA][MNSIM_ADDER] += c->global_adders * c->global_adder.area_m2 * m2_to_mm2;
    t->of[MNSIM_BY_AREA][MNSIM_READ] += c->global_buffer.area_m2 * m2_to_mm2;
    t->of[MNSIM_BY_POWER][MNSIM_ADDER] += adder_w;
    t->of[MNSIM_BY_POWER][MNSIM_READ] += c->global_buffer.read_w;
    t->of[MNSIM_BY_POWER][MNSIM_WRITE] += c->global_buffer.write_w;
}

/* The energy of all adders, of which no total has anything but global_accumulator_energy. */
static double adder_energy(const mnsim_design *d, const mnsim_chip *c, const mnsim_layer *layers,
                           uint32_t n) {
    static const double slip = 1e-3;   /* MNSIM takes 1 / MHz for ns */
    double sum_j = 0;
    for (uint32_t i = 0; i < n; ++i) sum_j += layers[i].omitted_j + layers[i].energy_j[MNSIM_ADDER];
    if (d->global_energy) return sum_j;
    return sum_j + c->global_adders * c->global_adder.power_w * d->clock_s * slip;
}

/* ---- metrics --------------------------------------------------------------------------------- */

static void report_network(const cim_network *network, const mnsim_design *d, const mnsim_chip *c,
                           double *m) {
    double macs = 0, weights = 0;
    for (uint32_t i = 0; i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        macs += (double)cim_layer_macs(l);
        weights += (double)cim_layer_weights(l);
    }
    const double cells = c->tiles * d->pes * d->groups * d->rows * d->columns;
    m[MNSIM_M_TOPS_PER_W] = 2 * macs / m[MNSIM_M_ENERGY] * 1e-12;
    m[MNSIM_M_EDAP] =
        m[MNSIM_M_ENERGY] * 1e3 * (m[MNSIM_M_LATENCY] * 1e3) * m[MNSIM_M_AREA];
    m[MNSIM_M_UTILIZATION] = weights * d->weight_bits / cells;   /* as many in both polarities */
}

static void report_mapping(const mnsim_design *d, const mnsim_chip *c, double *m) {
    m[MNSIM_M_TOTAL_XBAR] = c->n_pes;
    m[MNSIM_M_USED_TILE] = c->tiles;
    m[MNSIM_M_MAX_INBUF] = c->derived_inbuf_kib;
    m[MNSIM_M_MAX_OUTBUF] = c->derived_outbuf_kib;
    m[MNSIM_M_GLOBAL_BUF] = c->global_kib;
    m[MNSIM_M_GLOBAL_ADDERS] = c->global_adders;
    m[MNSIM_M_GLOBAL_BITS] = c->global_adder_bits;
    m[MNSIM_M_ADCS] = d->adcs;
    m[MNSIM_M_DACS] = d->dacs;
    m[MNSIM_M_OUTPUT_MUX] = d->adc_ways;
    m[MNSIM_M_INPUT_DEMUX] = d->dac_ways;
    m[MNSIM_M_SUBARRAYS] = d->subarrays;
    m[MNSIM_M_JOINTS] = c->joints;
}

static void report_metrics(const cim_network *network, const mnsim_design *d, const mnsim_chip *c,
                           const mnsim_layer *layers, int placed, double *m) {
    totals t = add_up(c, layers, network->layers.n);
    if (!placed)
        t.of[MNSIM_BY_TIME][MNSIM_MERGE] = t.of[MNSIM_BY_TIME][MNSIM_TRANSFER] = (double)NAN;
    double finish_s = 0;
    for (uint32_t i = 0; i < network->layers.n; ++i) finish_s += layers[i].finish_s;
    const uint32_t all = ~0u;
    m[MNSIM_M_ENERGY] = sum_of(t.of[MNSIM_BY_ENERGY], all);
    m[MNSIM_M_LATENCY] = placed ? c->latency_s : (double)NAN;
    m[MNSIM_M_FINISH] = placed ? finish_s : (double)NAN;
    m[MNSIM_M_AREA] = sum_of(t.of[MNSIM_BY_AREA], all);
    m[MNSIM_M_POWER] = sum_of(t.of[MNSIM_BY_POWER], all);
    m[MNSIM_M_LATSUM] = sum_of(t.of[MNSIM_BY_TIME], all);
    m[MNSIM_M_TILE_AREA] = sum_of(c->tile_area_m2, (1u << MNSIM_POWERED) - 1) * m2_to_mm2;
    report_network(network, d, c, m);
    report_mapping(d, c, m);
    add_global(c, &t);
    for (uint32_t i = 0; i < sizeof splits / sizeof splits[0]; ++i)
        m[MNSIM_M_SPLIT + i] =
            splits[i].quantity == MNSIM_BY_ENERGY && splits[i].parts == MNSIM_BIT(ADDER)
                ? adder_energy(d, c, layers, network->layers.n)
                : sum_of(t.of[splits[i].quantity], splits[i].parts);
}

/* ---- parts ----------------------------------------------------------------------------------- */

static void part(const cim_request *r, uint32_t point, uint32_t layer, const char *component,
                 uint32_t metric, double value) {
    if (value != 0) r->part(r->context, point, layer, component, metric, value);
}

static void report_layer(const cim_request *r, uint32_t point, const mnsim_chip *c,
                         const mnsim_layer *l, uint32_t i) {
    for (int p = 0; p < MNSIM_POWERED; ++p) {
        const double mm2 = c->tile_area_m2[p] * l->tiles * m2_to_mm2;
        part(r, point, i, p == MNSIM_READ ? "buf" : names[p], MNSIM_M_AREA, mm2);
        part(r, point, i, names[p], MNSIM_M_POWER, l->power_w[p]);
        part(r, point, i, names[p], MNSIM_M_ENERGY, l->energy_j[p]);
    }
    part(r, point, i, "PE", MNSIM_M_TOTAL_XBAR, l->n_pes);
    part(r, point, i, "tile", MNSIM_M_USED_TILE, l->tiles);
}

/* What the distances decide. DONE_S: when all layers before have finished; of the latency, a layer
 * has what passes from then until it ends. */
static void report_times(const cim_request *r, uint32_t point, const mnsim_layer *l, uint32_t i,
                         double done_s) {
    for (int p = 0; p < MNSIM_PARTS; ++p)
        part(r, point, i, names[p], MNSIM_M_LATSUM, l->time_s[p]);
    part(r, point, i, "finish", MNSIM_M_FINISH, l->finish_s);
    part(r, point, i, "finish", MNSIM_M_LATENCY, fmax(l->finish_s - done_s, 0));
}

void mnsim_report(const cim_request *r, uint32_t point, const mnsim_design *d,
                  const mnsim_chip *chip, const mnsim_layer *layers, int placed) {
    report_metrics(r->network, d, chip, layers, placed,
                   r->metrics + (size_t)point * MNSIM_N_METRICS);
    if (!r->part) return;
    double done_s = 0;
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        report_layer(r, point, chip, &layers[i], i);
        if (placed) report_times(r, point, &layers[i], i, done_s);
        done_s = fmax(done_s, layers[i].finish_s);
    }
}
