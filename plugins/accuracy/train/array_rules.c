#include "array_rules.h"
#include "random.h"

#include "quantise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* of a batch, for the search of its range; odd: no column of an image alone */
enum { INPUTS_SEEN = 4001 };

static int32_t largest_code(uint32_t bits) { return bits < 2 ? 1 : (1 << (bits - 1)) - 1; }

/* ---- spread ---------------------------------------------------------------------------------- */

/* Variance of the slices of one part of a weight, in steps of the code. */
static double part_variance(const array_rule *r, uint32_t code, uint32_t bits) {
    const double range = (double)(1u << r->cell_bits) - 1;
    double variance = 0, worth = 1;
    for (uint32_t at = 0; at < bits; at += r->cell_bits, worth *= 1u << r->cell_bits) {
        const double level = (double)(code >> at & ((1u << r->cell_bits) - 1)) + r->off_level;
        const double of_value = r->value_sd * level * worth, of_range = r->range_sd * range * worth;
        variance += of_value * of_value + of_range * of_range;
    }
    return variance;
}

double array_rule_sd(const array_rule *r, int32_t q) {
    if (!r->cell_bits || !(r->value_sd > 0 || r->range_sd > 0)) return 0;
    if (!r->differential)
        return sqrt(
            part_variance(r, (uint32_t)(q + largest_code(r->weight_bits) + 1), r->weight_bits));
    const uint32_t bits = r->weight_bits < 2 ? 1 : r->weight_bits - 1;
    return sqrt(part_variance(r, (uint32_t)abs(q), bits) + part_variance(r, 0, bits));
}

/* What is independent adds as squares. */
static void add_sd(double *sum, double sd) { *sum = hypot(*sum, sd); }

static void take_spread(array_rule *r, const cim_nonideality *is) {
    if (is->device_spread)
        add_sd(is->device_spread == CIM_SPREAD_OF_RANGE ? &r->range_sd : &r->value_sd,
               is->device_spread_sd);
    if (is->cycle_spread)
        add_sd(is->cycle_spread == CIM_SPREAD_OF_RANGE ? &r->range_sd : &r->value_sd,
               is->cycle_spread_sd);
    add_sd(&r->value_sd, is->read_noise_sd);
    add_sd(&r->value_sd, is->cell_mismatch_sd);
    r->cell_bits = is->cell_bits < 16 ? is->cell_bits : 16;
    r->differential = is->weight_mapping == CIM_MAPPING_DIFFERENTIAL;
    if (is->off_conductance_s > 0 && is->on_conductance_s > is->off_conductance_s)
        r->off_level = ((double)(1u << r->cell_bits) - 1) /
                       (is->on_conductance_s / is->off_conductance_s - 1);
}

static array_rule rule_of(const node *d, const cim_nonideality *is, bool noisy) {
    array_rule r = {.weight_bits = d->weight_bits, .input_bits = d->input_bits};
    if (!is || !is->weight_mapping) return r;
    if (is->weight_bits) r.weight_bits = is->weight_bits;
    if (is->input_bits) r.input_bits = is->input_bits;
    if (noisy && is->weight_mapping != CIM_MAPPING_DIGITAL) take_spread(&r, is);
    return r;
}

bool array_rules_begin(array_rules *a, const net *n, cim_nonideality_table table, bool noisy,
                       uint64_t seed) {
    *a = (array_rules){.n = n->n, .seed = seed, .rows = calloc(n->n, sizeof *a->rows)};
    for (uint32_t i = 0; a->rows && i < n->n; i++)
        a->rows[i] = rule_of(&n->nodes[i], i < table.n ? CIM_ROW(cim_nonideality, table, i) : NULL,
                             noisy);
    size_t most = 1;
    for (uint32_t i = 0; i < n->n; i++) {
        const uint32_t *shape = n->nodes[i].shape;
        const size_t row = (size_t)shape[1] * shape[2] * shape[3];
        if (row > most) most = row;
    }
    a->row = calloc(most, sizeof *a->row);
    return a->rows && a->row;
}

void array_rules_end(array_rules *a) {
    free(a->rows);
    free(a->row);
    *a = (array_rules){0};
}

/* ---- on the way into the product ------------------------------------------------------------- */

/* The codes of accuracy.crossbar_inference, so that what is tuned is what is read: a scale for each
 * output channel, clipped where the squared error is least. Folding batch norm leaves them as they
 * are. */
static void weights(void *context, const node *d, uint32_t number, real *w, bool training) {
    const array_rules *a = context;
    const array_rule *r = &a->rows[number];
    const size_t row = (size_t)d->shape[1] * d->shape[2] * d->shape[3];
    cim_rng rng;
    if (!r->weight_bits || r->weight_bits > 16) return;
    train_stream(a->seed, STREAM_NOISE, a->step * a->n + number, &rng);
    for (uint32_t o = 0; o < d->shape[0]; o++, w += row) {
        for (size_t k = 0; k < row; k++) a->row[k] = (float)w[k];
        const uint32_t bits = r->weight_bits < 2 ? 2 : r->weight_bits;
        const double step = net_weight_scale(a->row, row, bits);
        for (size_t k = 0; k < row; k++) {
            double q = net_weight_code(a->row[k], step, bits);
            const double sd = training ? array_rule_sd(r, (int32_t)q) : 0;
            if (sd > 0) q += sd * cim_rng_normal(&rng);
            w[k] = (real)(q * step);
        }
    }
}

/* FROM and TO: the range, in steps. Adding and taking off 1.5 x 2^(digits - 1) rounds to whole
 * numbers. */
WIDE static void round_all(const real *x, real *q, size_t n, real step, real from, real to) {
    const real per_step = 1 / step, digits = sizeof(real) == 4 ? (real)0x1.8p23 : (real)0x1.8p52;
    for (size_t i = 0; i < n; i++) {
        const real steps = x[i] * per_step, high = steps < to ? steps : to;
        const real inside = high > from ? high : from;
        q[i] = ((inside + digits) - digits) * step;
    }
}

/* Codes for the range that suits some of the batch's values best. */
static void inputs(void *context, uint32_t number, const real *x, real *q, size_t n) {
    const uint32_t bits = ((const array_rules *)context)->rows[number].input_bits;
    float some[INPUTS_SEEN];
    size_t seen = 0;
    if (!bits || bits > 16) {
        memcpy(q, x, n * sizeof *q);
        return;
    }
    const size_t stride = (n + INPUTS_SEEN - 1) / INPUTS_SEEN;
    for (size_t i = 0; i < n; i += stride) some[seen++] = (float)x[i];
    const net_range r = net_range_search(some, seen, bits);
    round_all(x, q, n, (real)r.scale, (real)-r.zero, (real)(r.top - r.zero));
}

net_rules array_rules_of(array_rules *a) {
    return (net_rules){.context = a, .weights = weights, .inputs = inputs};
}
