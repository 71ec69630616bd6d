/* The error power of one layer's product, from its design and the moments of its codes. */
#include "estimate.h"

#include <math.h>
#include <string.h>

#include <cim_sdk/text.h>

enum { NODES = 16, MOST_STEPS = 16, PLACES = 4 };
#define CALIBRATED_SDS 3.5   /* a largest sum lies so far above the mean of the most active group */

/* Midpoints of 16 equal shares of the normal distribution, scaled to variance 1. */
static const double half_nodes[NODES / 2] = {0.08159, 0.24681, 0.41854, 0.60258,
                                             0.80786, 1.05088, 1.37138, 1.93816};
static double node(int i) {
    return i < NODES / 2 ? -half_nodes[NODES / 2 - 1 - i] : half_nodes[i - NODES / 2];
}

typedef struct moments { double first, second; } moments;

/* ---- cells ----------------------------------------------------------------------------------- */

typedef struct array {
    const cim_nonideality *is;
    const estimate_codes *codes;
    const estimate_digits *digits;
    uint32_t rows, block, n_blocks, parts, slices;
    int compensation;
    double floor_level;
    int deviates;            /* cells do, or reads                                                */
    double shift[256], spread[256]; /* mean and variance of what a cell of each level deviates by */
    moments plain[2][CROSSBAR_MOST_SLICES];   /* levels                                           */
    moments off[2][CROSSBAR_MOST_SLICES];     /* what cells deviate by: mean, and variance        */
    double square[2][CROSSBAR_MOST_SLICES]; /* mean squared conductance, off conductance included */
} array;

static double spread_once(const cim_nonideality *is, double g, double most, double z) {
    const double sd = is->device_spread_sd;
    switch (is->device_spread) {
    case CIM_SPREAD_OF_VALUE: return g * fmax(0, 1 + sd * z);
    case CIM_SPREAD_OF_RANGE: return fmax(0, g + sd * most * z);
    case CIM_SPREAD_LOG_NORMAL: return g * exp(sd * z - sd * sd / 2);
    default: return g;
    }
}

/* Mean and mean square of the factor that drift and wires leave of a cell of LEVEL, over its
 * places. */
static moments factor_of(const cells_rules *r, uint32_t level) {
    const cim_nonideality *is = r->is;
    moments m = {0, 0};
    const double g = level + r->floor_level;
    for (uint32_t i = 0; i < PLACES * PLACES; i++) {
        const cells_place at = {.row = (2 * (i / PLACES) + 1) *
                                       (is->rows_at_once ? is->rows_at_once : 1) / (2 * PLACES),
                                .column = (2 * (i % PLACES) + 1) *
                                          (is->array_columns ? is->array_columns : 1) /
                                          (2 * PLACES)};
        const double f = g > 0 ? ((double)cells_conductance(r, level, at) + r->floor_level) / g : 1;
        m.first += f / (PLACES * PLACES);
        m.second += f * f / (PLACES * PLACES);
    }
    return m;
}

/* What cells of each level conduct: spread, mismatch, drift and wires, stuck ones. */
static void find_deviations(array *a) {
    const cim_nonideality *is = a->is;
    cim_nonideality fixed = *is;
    fixed.device_spread_sd = fixed.cell_mismatch_sd = fixed.stuck_on_share = fixed.stuck_off_share =
        0;
    const cells_rules r = cells_rules_of(&fixed, a->compensation);
    int is_random;
    const int is_steady = !cells_deviate(&r, &is_random);
    const double on = is->stuck_on_share, off = is->stuck_off_share;
    a->floor_level = r.floor_level;
    for (uint32_t level = 0; level <= (uint32_t)r.most; level++) {
        const double g = level + r.floor_level;
        moments m = {0, 0};
        for (int i = 0; i < NODES; i++) {
            const double x = is->device_spread ? spread_once(is, g, r.most, node(i)) : g;
            m.first += x / NODES;
            m.second += x * x / NODES;
        }
        const moments f = is_steady ? (moments){1, 1} : factor_of(&r, level);
        m.first *= f.first;
        m.second *= f.second * (1 + is->cell_mismatch_sd * is->cell_mismatch_sd);
        const double top = r.most + r.floor_level, bottom = r.floor_level;
        m.first = (1 - on - off) * m.first + on * top + off * bottom;
        m.second = (1 - on - off) * m.second + on * top * top + off * bottom * bottom;
        a->shift[level] = m.first - g;
        a->spread[level] = fmax(0, m.second - m.first * m.first);
    }
}

static void find_moments(array *a) {
    const int32_t most = (1 << (a->is->weight_bits - 1)) - 1, mask = (1 << a->is->cell_bits) - 1;
    const int32_t add = a->parts == 1 ? most + 1 : 0;
    for (uint32_t part = 0; part < a->parts; part++)
        for (uint32_t s = 0; s < a->slices; s++) {
            moments *plain = &a->plain[part][s], *off = &a->off[part][s];
            for (int32_t q = -most; q <= most; q++) {
                const double share = a->codes->share[q + most];
                const int32_t u = (part ? -q : q) + add;
                const int32_t level = ((u > 0 ? u : 0) >> (s * a->is->cell_bits)) & mask;
                const double shift = a->shift[level], all = level + shift + a->floor_level;
                plain->first += share * level;
                plain->second += share * level * level;
                off->first += share * shift;
                off->second += share * (shift * shift + a->spread[level]);
                a->square[part][s] += share * (all * all + a->spread[level]);
            }
            off->second = fmax(0, off->second - off->first * off->first);
        }
}

/* ---- reads and conversions ------------------------------------------------------------------- */

typedef struct adc { double step, top; } adc;

static moments sum_of(const array *a, uint32_t step, uint32_t group, moments cell) {
    const double first = a->digits->first[step][group], second = a->digits->second[step][group];
    const double rows = (double)a->rows / a->n_blocks;
    return (moments){rows * first * cell.first,
                     rows *
                         fmax(0, second * cell.second - first * first * cell.first * cell.first)};
}

static adc converter_for(const array *a, uint32_t slice) {
    const double digit = (double)((1u << a->digits->digit_bits) - 1);
    const double most = a->block * (double)((1u << a->is->cell_bits) - 1) * digit;
    double scale = most;
    if (a->is->adc_range == CIM_ADC_CALIBRATED) {
        scale = 1;
        for (uint32_t part = 0; part < a->parts; part++)
            for (uint32_t step = 0; step < a->digits->steps; step++) {
                const moments m = sum_of(a, step, ESTIMATE_GROUPS - 1, a->plain[part][slice]);
                scale = fmax(scale, fmin(most, m.first + CALIBRATED_SDS * sqrt(m.second)));
            }
    }
    const double top = (double)((1u << a->is->adc_bits) - 1);
    return (adc){.top = top, .step = scale > top ? scale / top : 1};
}

/* What becomes of a sum of whole levels SUM that is off by OFF, both normal. */
typedef struct conversion {
    double mean;             /* of the error                                                      */
    double kept;             /* share of what it was off by that comes through                    */
    double variance;         /* of the rest                                                       */
} conversion;

static double convert(adc c, double sum) {
    return c.step * fmin(fmax(floor(sum / c.step + 0.5), 0), c.top);
}

static conversion convert_sum(adc c, moments sum, moments off) {
    const double sd = sqrt(sum.second), off_sd = sqrt(off.second);
    double mean = 0, square = 0, with_off = 0;
    for (int i = 0; i < NODES; i++) {
        const double whole = rint(fmax(0, sum.first + sd * node(i)));
        /* every node once, in another order */
        const double by = off_sd * node((5 * i + 3) % NODES);
        const double up = convert(c, whole + off.first + by) - whole;
        const double down = off_sd > 0 ? convert(c, whole + off.first - by) - whole : up;
        mean += (up + down) / (2 * NODES);
        square += (up * up + down * down) / (2 * NODES);
        with_off += (up - down) * by / (2 * NODES);
    }
    const double kept = off.second > 0 ? with_off / off.second : 0;
    return (conversion){mean, kept, fmax(0, square - mean * mean - kept * kept * off.second)};
}

/* What a converter's own errors add to a conversion, as a variance. */
static double converter_variance(const cim_nonideality *is, adc c, moments m) {
    const double bow = is->adc_nonlinearity * is->adc_nonlinearity / 2;
    const double gain = is->adc_gain_sd * is->adc_gain_sd * (m.first * m.first + m.second);
    return c.step * c.step *
               (is->adc_noise_sd * is->adc_noise_sd + is->adc_offset_sd * is->adc_offset_sd + bow) +
           gain;
}

static double read_variance(const array *a, uint32_t step, uint32_t group, double square) {
    const cim_nonideality *is = a->is;
    const double cycle = is->cycle_spread ? is->cycle_spread_sd : 0;
    const double rows = (double)a->rows / a->n_blocks, most = (double)((1u << is->cell_bits) - 1);
    const double of = is->cycle_spread == CIM_SPREAD_OF_RANGE ? most * most : square;
    return rows * a->digits->second[step][group] *
           (is->read_noise_sd * is->read_noise_sd * square + cycle * cycle * of);
}

/* Error power of a group's positions: what is random adds up in power, what is systematic in size.
 * Cells are the same at every read: what comes through of their deviations (KEPT, of each slice)
 * adds up over the digits of an input. */
typedef struct reads {
    double own, common, kept[CROSSBAR_MOST_SLICES], all[CROSSBAR_MOST_SLICES];
} reads;

static void read_column(const array *a, uint32_t group, uint32_t step, uint32_t s, uint32_t part,
                        const adc *converters, reads *r) {
    const double first = a->digits->first[step][group], second = a->digits->second[step][group];
    const double rows = (double)a->rows / a->n_blocks;
    const double place = exp2(step * a->digits->digit_bits + s * a->is->cell_bits);
    const double noise = read_variance(a, step, group, a->square[part][s]);
    const moments sum = sum_of(a, step, group, a->plain[part][s]);
    const moments off = {rows * first * a->off[part][s].first,
                         rows * second * a->off[part][s].second + noise};
    conversion c = {.mean = off.first, .kept = 1};
    if (a->is->adc_bits) {
        c = convert_sum(converters[s], sum, off);
        c.variance += converter_variance(a->is, converters[s], sum);
    }
    const double cells = exp2(2 * step * a->digits->digit_bits) * second;
    r->own += place * place * a->n_blocks * (c.variance + c.kept * c.kept * noise);
    r->common += (part ? -1 : 1) * place * a->n_blocks * c.mean;
    r->kept[s] += cells * c.kept;
    r->all[s] += cells;
}

static double array_power(array *a) {
    adc converters[CROSSBAR_MOST_SLICES];
    reads r = {.own = 0};
    double power = 0, squares = 0;
    if (!a->is->adc_bits && !a->deviates) return 0;
    for (uint32_t s = 0; a->is->adc_bits && s < a->slices; s++) converters[s] = converter_for(a, s);
    for (uint32_t g = 0; g < ESTIMATE_GROUPS; g++) {
        r.own = r.common = 0;
        for (uint32_t step = 0; step < a->digits->steps; step++)
            for (uint32_t s = 0; s < a->slices; s++)
                for (uint32_t part = 0; part < a->parts; part++)
                    read_column(a, g, step, s, part, converters, &r);
        power += r.own / ESTIMATE_GROUPS;
        squares += r.common * r.common / ESTIMATE_GROUPS;
    }
    for (uint32_t s = 0; s < a->slices; s++) {
        const double kept = exp2(s * a->is->cell_bits) * (r.all[s] > 0 ? r.kept[s] / r.all[s] : 0);
        for (uint32_t part = 0; part < a->parts; part++)
            power += a->rows * a->digits->square * kept * kept * a->off[part][s].second;
    }
    return power + squares;
}

/* ---- a layer --------------------------------------------------------------------------------- */

static cim_status check_bits(const cim_host *host, const net_layer *l, const cim_nonideality *is) {
    if (is->adc_bits && is->adc_range > CIM_ADC_CALIBRATED)
        return cim_failf(host, CIM_E_UNSUPPORTED,
                         "layer %s: no estimate of MNSIM's converter rules: use "
                         "another level",
                         l->is.name);
    if (is->weight_bits >= 2 && is->weight_bits <= 16 && is->input_bits >= 1 &&
        is->input_bits <= 16 && is->cell_bits >= 1 && is->cell_bits <= 8 && is->adc_bits <= 16)
        return CIM_OK;
    return cim_failf(host, CIM_E_UNSUPPORTED,
                     "layer %s: %u-bit weights, %u-bit inputs, %u-bit cells: must "
                     "be 2..16, 1..16 and 1..8",
                     l->is.name, is->weight_bits, is->input_bits, is->cell_bits);
}

static void shape_array(array *a, const net_layer *l) {
    const cim_nonideality *is = a->is;
    const int is_offset = is->weight_mapping == CIM_MAPPING_OFFSET;
    int is_random;
    a->rows = l->rows;
    a->parts = is_offset ? 1 : 2;
    a->slices =
        ((is_offset ? is->weight_bits : is->weight_bits - 1) + is->cell_bits - 1) / is->cell_bits;
    a->block = is->rows_at_once ? is->rows_at_once : is->array_rows;
    if (!a->block || a->block > l->rows) a->block = l->rows;
    a->n_blocks = (l->rows + a->block - 1) / a->block;
    const cells_rules rules = cells_rules_of(is, a->compensation);
    a->deviates = cells_deviate(&rules, &is_random) || is->read_noise_sd > 0 ||
                  (is->cycle_spread && is->cycle_spread_sd > 0);
}

cim_status estimate_power(estimate *e, const net_layer *l, const cim_nonideality *non,
                          net_source source, double *out) {
    const estimate_layer *from = &e->layers[l->weighted];
    cim_nonideality is = *non;
    const int analogue =
        is.weight_mapping == CIM_MAPPING_OFFSET || is.weight_mapping == CIM_MAPPING_DIFFERENTIAL;
    is.weight_bits = crossbar_weight_bits(l, non);
    is.input_bits = crossbar_input_bits(l, non);
    if (!analogue) is.cell_bits = 1;
    if (!analogue) is.adc_bits = 0;
    cim_status status = check_bits(e->host, l, &is);
    uint32_t digit = is.dac_bits ? is.dac_bits : 1;
    if (digit > is.input_bits) digit = is.input_bits;
    array a = {.is = &is, .compensation = e->compensation};
    if (status == CIM_OK)
        status = estimate_codes_of(e, l, is.weight_bits, is.weight_scale == CIM_SCALE_PER_TENSOR,
                                   &a.codes);
    if (status == CIM_OK)
        status = estimate_digits_of(e, l, is.input_bits, digit, source, &a.digits);
    if (status != CIM_OK) return status;
    double power = l->rows * (a.codes->error2 * from->value2 + from->weight2 * a.digits->error2);
    if (analogue) {
        shape_array(&a, l);
        find_deviations(&a);
        find_moments(&a);
        power += a.digits->scale * a.digits->scale * a.codes->scale2 * array_power(&a);
    }
    *out = power / fmax(from->signal, 1e-300);
    return CIM_OK;
}
