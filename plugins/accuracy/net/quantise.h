/* quantise.h: numbers to whole codes. */
#ifndef CIMDSE_NET_QUANTISE_H
#define CIMDSE_NET_QUANTISE_H

#include <stddef.h>
#include <stdint.h>

enum { NET_CLIPS = 29 };     /* clip = largest magnitude * (1, 0.975, ..., 0.3)                   */

/* Symmetric, BITS bits (2..16), sign included: the step, of those that the clips give, with the
 * least squared error. Rounded to float. 1 where all weights are zero. */
double net_weight_scale(const float *weights, size_t n, uint32_t bits);
int32_t net_weight_code(float weight, double scale, uint32_t bits);

/* Which whole numbers weights become: all; 0 and the powers of two of both signs; or, of all, those
 * that ENTRIES centres of the tensor's codes lie next to. */
typedef enum net_coding_kind { NET_UNIFORM, NET_POWER_OF_TWO, NET_CODEBOOK } net_coding_kind;
typedef struct net_coding { uint32_t kind, entries; } net_coding;
/* Weights (OUTS x ROWS) -> CODES and the step of each output: its own, or one for all. */
void net_code_weights(net_coding coding, const float *weights, uint32_t outs, uint32_t rows,
                      uint32_t bits, int is_per_tensor, int16_t *codes, double *scale);

/* Unsigned codes 0 .. 2^bits - 1 of values LOW .. HIGH (LOW <= 0): code = x / scale + zero. */
typedef struct net_range { double scale; int32_t zero, top; } net_range;
net_range net_range_of(double low, double high, uint32_t bits);
/* The same, with the clip of least squared error on the N values. */
net_range net_range_search(const float *values, size_t n, uint32_t bits);
int32_t net_code(net_range r, double value);
/* The same, rounded by what a double has no bits for: a loop does several at a time. */
static inline double net_code_fast(net_range r, double value) {
    const double low = -r.zero, high = r.top - r.zero, magic = 0x1.8p52;
    double x = value / r.scale;
    x = x > low ? x : low;
    x = x < high ? x : high;
    return x + magic - magic - low;
}
#endif
