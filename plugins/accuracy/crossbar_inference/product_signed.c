/* MNSIM 2.0's bit-sliced forward (commit ca39ccb; its rules restated in README.md): inputs with a
 * sign, digit by digit; the sums of both polarities subtracted before a converter with a sign,
 * whose range is the layer's outputs (SCALE) or the array's (FIX). */
#include "product.h"

#include <math.h>

static double clamp(double x, double most) { return fmax(-most, fmin(most, x)); }
static double log2_up(uint32_t a, uint32_t b) {
    return a > b ? ceil(log2(ceil((double)a / b))) : 0;
}

typedef struct rule {
    double top;              /* largest code of either sign                                       */
    double to_share;         /* of a whole sum of the highest digits: in shares of the output's   */
    double step;             /* of such shares; FIX: of whole sums                                */
    int is_fix;
} rule;

/* MNSIM adds the partial sums of ceil(rows / DAC_Num) activations as bits of one finer
 * conversion. */
static rule rule_of(const crossbar *a) {
    const uint32_t kernel = a->l->is.kernel_height * a->l->is.kernel_width;
    const uint32_t rows =
        a->l->is.op == CIM_OP_CONV ? a->is.array_rows / kernel * kernel : a->block;
    const double bits =
        a->is.adc_bits + (a->is.rows_at_once ? log2_up(rows, a->is.rows_at_once) : 0);
    rule r = {.top = exp2(bits - 1) - 1, .is_fix = a->is.adc_range == CIM_ADC_MNSIM_FIX};
    const int highest = (int)((a->steps - 1) * a->digit_bits + (a->slices - 1) * a->is.cell_bits);
    r.to_share = ldexp(a->in.scale * a->scale[0] / a->out_scale, highest);
    const double shift = floor(-2 + 0.5 * log2(a->n_blocks));
    r.step = exp2(-(shift + bits - 1));
    if (r.is_fix)
        r.step = (double)((1u << a->digit_bits) - 1) * (double)((1u << a->is.cell_bits) - 1) *
                 a->is.array_rows / exp2(bits - 1);
    return r;
}

/* A digit of each input, with the input's sign. */
static void digits(const product_tile *t, uint32_t from, uint32_t n, uint32_t step, float *x) {
    const crossbar *a = t->a;
    const uint32_t shift = step * a->digit_bits, mask = (1u << a->digit_bits) - 1;
    const uint16_t *codes = t->codes + (size_t)from * NET_TILE;
    for (size_t i = 0; i < (size_t)n * NET_TILE; i++) {
        const int32_t code = codes[i] - a->in.zero;
        const uint32_t digit = (uint32_t)(code < 0 ? -code : code) >> shift & mask;
        x[i] = code < 0 ? -(float)digit : (float)digit;
    }
}

static void convert_all(const product_tile *t, const rule *r, const float *sums, double weight) {
    for (size_t i = 0; i < (size_t)t->outs * NET_TILE; i++) {
        const double sum = (double)sums[i] * (r->is_fix ? 1 : r->to_share);
        const double value = r->step * clamp(rint(sum / r->step), r->top);
        t->sums[i] += value * weight * (r->is_fix ? r->to_share : 1);
    }
}

void product_signed(product_tile *t) {
    const crossbar *a = t->a;
    const rule r = rule_of(a);
    const uint32_t rows = a->l->rows, outs = a->l->is.out_channels;
    for (uint32_t from = 0; from < rows; from += a->block) {
        const uint32_t n = rows - from < a->block ? rows - from : a->block;
        for (uint32_t step = 0; step < a->steps; step++) {
            digits(t, from, n, step, t->values);
            for (uint32_t s = 0; s < a->slices; s++) {
                const float *cells =
                    a->real + ((size_t)s * outs + t->group * t->outs) * rows + from;
                product_multiply(cells, t->outs, n, rows, t->values, t->work);
                const int below = (int)((a->steps - 1 - step) * a->digit_bits +
                                        (a->slices - 1 - s) * a->is.cell_bits);
                convert_all(t, &r, t->work, ldexp(1, -below));
            }
        }
    }
}

/* The sum, as share of the output's scale, in as many steps as inputs have. */
double product_signed_output(const crossbar *a, double sum) {
    const double top = exp2(a->is.input_bits - 1.0) - 1;
    return clamp(rint(sum * top), top) / top * a->out_scale;
}
