#include "quantise.h"
#include "wide.h"

#include <math.h>

enum { TRIALS = 32 };        /* ranges tried together: the clips, and some to fill registers      */

static double share(int clip) { return 1 - 0.025 * clip; }

static double largest_code(uint32_t bits) { return (double)((1 << (bits - 1)) - 1); }

int32_t net_weight_code(float weight, double scale, uint32_t bits) {
    const double most = largest_code(bits);
    return (int32_t)fmax(-most, fmin(most, rint((double)weight / scale)));
}

/* 0 or 2^k, k = 0 .. bits - 2: the nearest. */
static int32_t power_code(float weight, double scale, uint32_t bits) {
    const double size = fabs((double)weight) / scale;
    const int32_t most = (int32_t)(1u << (bits - 2));
    int32_t code = size > 0.5 ? 1 : 0;
    while (code && code < most && size > 1.5 * code) code *= 2;
    return weight < 0 ? -code : code;
}

/* Several ranges side by side. */
typedef struct trials {
    double scale[TRIALS], zero[TRIALS], error[TRIALS];
} trials;

static void power_errors(trials *t, uint32_t bits, const float *weights, size_t n) {
    for (int c = 0; c < NET_CLIPS; c++)
        for (size_t i = 0; i < n; i++) {
            const double off = power_code(weights[i], t->scale[c], bits) * t->scale[c] -
                               (double)weights[i];
            t->error[c] += off * off;
        }
}

/* Adding and taking it off rounds to whole numbers, as rint() does. */
#define DIGITS 0x1.8p52

/* Adds the squared errors of net_weight_code(), of each scale in the order of the weights: the same
 * bits as one scale after the other. Training asks at every step: no function is called. */
WIDEST static void divide_weights(trials *t, double most, const float *weights, size_t n) {
    for (size_t k = 0; k < n; k++) {
        const double weight = (double)weights[k];
        for (int i = 0; i < TRIALS; i++) {
            const double code = (weight / t->scale[i] + DIGITS) - DIGITS;
            const double high = code < most ? code : most, inside = high > -most ? high : -most;
            const double off = inside * t->scale[i] - weight;
            t->error[i] += off * off;
        }
    }
}

/* The same by BY = 1 / scale, and without a division: false, and worth nothing, where any quotient
 * is so near to a whole number and a half that it may have another code. */
WIDEST static int multiply_weights(trials *t, const double *by, double most, const float *weights,
                                   size_t n) {
    uint64_t near[TRIALS] = {0}, any = 0;
    for (size_t k = 0; k < n; k++) {
        const double weight = (double)weights[k];
        for (int i = 0; i < TRIALS; i++) {
            const double share = weight * by[i], code = (share + DIGITS) - DIGITS;
            const double high = code < most ? code : most, inside = high > -most ? high : -most;
            const double off = inside * t->scale[i] - weight;
            t->error[i] += off * off;
            near[i] |= fabs(share - code) <= 0.5 - 1e-9 ? 0u : 1u;
        }
    }
    for (int i = 0; i < TRIALS; i++) any |= near[i];
    return !any;
}

static void uniform_errors(trials *t, double most, const float *weights, size_t n) {
    enum { AT_ONCE = 64 };
    double by[TRIALS];
    for (int i = 0; i < TRIALS; i++) by[i] = 1 / t->scale[i];
    for (size_t k = 0; k < n; k += AT_ONCE) {
        const size_t some = n - k < AT_ONCE ? n - k : AT_ONCE;
        const trials before = *t;
        if (multiply_weights(t, by, most, weights + k, some)) continue;
        *t = before;
        divide_weights(t, most, weights + k, some);
    }
}

/* MOST: the largest code. The step with the least squared error of all codes. */
static double least_error(const float *weights, size_t n, uint32_t bits, double most,
                          int is_power) {
    double largest = 0, least = INFINITY, best = 1;
    trials t = {.error = {0}};
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)weights[i]));
    if (!(largest > 0)) return 1;
    for (int c = 0; c < TRIALS; c++)         /* those beyond the last clip repeat it             */
        t.scale[c] = (double)(float)(largest * share(c < NET_CLIPS ? c : NET_CLIPS - 1) / most);
    if (is_power) power_errors(&t, bits, weights, n);
    else uniform_errors(&t, most, weights, n);
    for (int c = 0; c < NET_CLIPS; c++) {
        if (!(t.error[c] < least)) continue;
        least = t.error[c];
        best = t.scale[c];
    }
    return best;
}

double net_weight_scale(const float *weights, size_t n, uint32_t bits) {
    return least_error(weights, n, bits, largest_code(bits), 0);
}

/* ---- codebooks ------------------------------------------------------------------------------- */

enum { MOST_ENTRIES = 256, MOST_ROUNDS = 100 };

typedef struct histogram {
    const double *count;     /* of code LOW + i                                                   */
    int32_t low, n;
} histogram;

/* S. P. Lloyd's k-means (IEEE Trans. Inf. Theory 28 (1982) 129) in one dimension, from centres at
 * equal distances (S. Han et al., Deep Compression, ICLR 2016). True when a centre moved. */
static int move_centres(const histogram *h, double *centre, uint32_t entries) {
    int has_moved = 0, i = 0;
    for (uint32_t e = 0; e < entries; e++) {
        const double end = e + 1 < entries ? (centre[e] + centre[e + 1]) / 2 : INFINITY;
        double n = 0, sum = 0;
        for (; i < h->n && h->low + i <= end; i++) {
            n += h->count[i];
            sum += h->count[i] * (h->low + i);
        }
        if (n > 0 && sum / n != centre[e]) {
            has_moved = 1;
            centre[e] = sum / n;
        }
    }
    return has_moved;
}

/* Codes become the nearest whole centre. */
static void use_codebook(int16_t *codes, size_t n, uint32_t entries) {
    static double count[65536];
    double centre[MOST_ENTRIES];
    int32_t low = codes[0], high = codes[0];
    for (size_t i = 0; i < n; i++) {
        low = codes[i] < low ? codes[i] : low;
        high = codes[i] > high ? codes[i] : high;
    }
    histogram h = {.count = count, .low = low, .n = high - low + 1};
    if (entries >= (uint32_t)h.n) return;
    for (int32_t i = 0; i < h.n; i++) count[i] = 0;
    for (size_t i = 0; i < n; i++) count[codes[i] - low]++;
    for (uint32_t e = 0; e < entries; e++)
        centre[e] = low + (h.n - 1) * (e + 0.5) / entries;
    for (int round = 0; round < MOST_ROUNDS && move_centres(&h, centre, entries); round++) continue;
    uint32_t e = 0;
    for (int32_t i = 0; i < h.n; i++) {         /* the histogram has served: now a table          */
        while (e + 1 < entries && low + i > (centre[e] + centre[e + 1]) / 2) e++;
        count[i] = rint(centre[e]);
    }
    for (size_t i = 0; i < n; i++) codes[i] = (int16_t)count[codes[i] - low];
}

void net_code_weights(net_coding coding, const float *weights, uint32_t outs, uint32_t rows,
                      uint32_t bits, int is_per_tensor, int16_t *codes, double *scale) {
    const int is_power = coding.kind == NET_POWER_OF_TWO && bits > 2;
    const double most = is_power ? (double)(1u << (bits - 2)) : largest_code(bits);
    const size_t n = (size_t)outs * rows;
    const double common = is_per_tensor ? least_error(weights, n, bits, most, is_power) : 0;
    for (uint32_t o = 0; o < outs; o++) {
        const float *w = weights + (size_t)o * rows;
        scale[o] = is_per_tensor ? common : least_error(w, rows, bits, most, is_power);
        for (uint32_t k = 0; k < rows; k++)
            codes[(size_t)o * rows + k] =
                (int16_t)(is_power ? power_code(w[k], scale[o], bits)
                                   : net_weight_code(w[k], scale[o], bits));
    }
    if (coding.kind == NET_CODEBOOK && n)
        use_codebook(codes, n, coding.entries > MOST_ENTRIES ? MOST_ENTRIES : coding.entries);
}

net_range net_range_of(double low, double high, uint32_t bits) {
    net_range r = {.top = (1 << bits) - 1};
    r.scale = (high - low) / r.top;
    if (!(r.scale > 0)) r.scale = 1;
    r.zero = (int32_t)rint(-low / r.scale);
    return r;
}

int32_t net_code(net_range r, double value) {
    const double code = rint(value / r.scale) + r.zero;
    return code > r.top ? r.top : code > 0 ? (int32_t)code : 0;
}

/* Adds the squared errors of net_code(), of each range in the order of the values: the same bits as
 * one range after the other, and without a call for each value. */
WIDEST static void add_errors(trials *t, double top, const float *values, size_t n) {
    for (size_t k = 0; k < n; k++) {
        const double value = (double)values[k];
        for (int i = 0; i < TRIALS; i++) {
            const double code = (value / t->scale[i] + DIGITS) - DIGITS + t->zero[i];
            const double high = code > top ? top : code, inside = high > 0 ? high : 0;
            const double off = (inside - t->zero[i]) * t->scale[i] - value;
            t->error[i] += off * off;
        }
    }
}

net_range net_range_search(const float *values, size_t n, uint32_t bits) {
    double low = 0, high = 0, least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, (double)values[i]);
        high = fmax(high, (double)values[i]);
    }
    net_range best = net_range_of(low, high, bits), clipped[TRIALS];
    trials t = {.error = {0}};
    for (int i = 0; i < TRIALS; i++) {       /* those beyond the last clip repeat it             */
        const double kept = share(i < NET_CLIPS ? i : NET_CLIPS - 1);
        clipped[i] = net_range_of(low * kept, high * kept, bits);
        t.scale[i] = clipped[i].scale;
        t.zero[i] = clipped[i].zero;
    }
    add_errors(&t, best.top, values, n);
    for (int i = 0; i < NET_CLIPS; i++) {
        if (!(t.error[i] < least)) continue;
        least = t.error[i];
        best = clipped[i];
    }
    best.scale = (double)(float)best.scale;
    return best;
}

_Static_assert((int)NET_CLIPS <= (int)TRIALS, "all clips are tried together");
