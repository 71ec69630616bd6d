/* dense.h: a layer as one matrix product of real weights, in single precision: the ways WHOLE and
 * LINEAR, and what the statistical level starts from. Whole numbers of at most a byte are
 * multiplied as such where the processor can; the sums are the same. */
#ifndef CROSSBAR_DENSE_H
#define CROSSBAR_DENSE_H

#include "crossbar.h"

/* What inputs are multiplied by: output x row, in steps of a code. BYTES: NULL, or the same for a
 * processor that multiplies bytes; where there is a STEP, that of each output, in two digits. */
typedef struct dense_weights {
    const float *real;
    uint32_t *bytes;
    float *step;
} dense_weights;

/* One of: the one product's floats, or its whole numbers; the sums of several. */
typedef struct dense_sums { const float *y; const int32_t *whole; const double *sums; } dense_sums;
/* Value: (sum - zero) * scale + bias. */
typedef struct dense_scale { double zero, scale, bias; } dense_scale;

/* Of output O, N positions from number FIRST of the layer: Y as the product gave it, bias included;
 * where A gives codes, Y is but room, and CODES are wanted of the values that SUMS and SCALE stand
 * for. ACTIVITY: the sum of input codes behind each; CONTENT: a number that equal inputs share.
 * OWN: one for each, ADJUST's own, which it sets where IS_NEW, and has for the outputs after. */
typedef struct dense_line {
    uint32_t o, n;
    uint64_t first;
    const float *activity;
    const uint32_t *content;
    float *own;
    int is_new;
    double *y;
    uint8_t *codes;
    dense_sums sums;
    dense_scale scale;
} dense_line;
typedef void (*dense_adjust)(void *context, const dense_line *line);

/* OUT (image x channel x position). ADJUST: NULL, or has the last word on each value, or code. Whole
 * weights give the integer product, bit by bit. */
cim_status dense_product(const crossbar *a, dense_weights w, const double *in, uint32_t first,
                         uint32_t n_images, double *out, dense_adjust adjust, void *context);
/* Makes A's weights ready to be multiplied as bytes, where this processor can and they are whole
 * and small enough; its way is known. */
cim_status dense_pack(crossbar *a);
/* Rounds REAL (output x row) to two digits of a byte, on any processor: by at most 1/65278 of each
 * output's largest weight. W: REAL, and, where this processor multiplies bytes, its own. */
cim_status dense_split(const crossbar *a, float *real, dense_weights *w);
void dense_split_close(const crossbar *a, dense_weights *w);
/* Rows that can be summed in float without rounding whole numbers; 1: codes are too large. */
uint32_t dense_exact_rows(const crossbar *a);
/* True where a product of A's codes rounds no number, whichever its way. */
int dense_is_whole(const crossbar *a);
#endif
