/* The product of the trained network itself, without any quantisation. */
#include "patch.h"
#include "wide.h"

#include <string.h>

enum { SIDE_BY_SIDE = 16 };  /* outputs whose sums grow together                                  */

/* Weights of SIDE_BY_SIDE outputs from O on, row after row; 0 beyond the group's end. */
static void take_weights(const net_layer *l, uint32_t o, uint32_t end, double *w) {
    for (uint32_t k = 0; k < l->rows; k++)
        for (uint32_t i = 0; i < SIDE_BY_SIDE; i++)
            *w++ = o + i < end ? (double)l->weights[(size_t)(o + i) * l->rows + k] : 0;
}

/* What SIDE_BY_SIDE outputs are at two positions, each sum with its rows in order: the same bits as
 * alone. */
WIDEST static void sum_rows(const double *restrict w, const uint32_t *restrict offset,
                            uint32_t rows, const double *restrict x, const double *restrict y,
                            double *restrict sum) {
    double a[SIDE_BY_SIDE] = {0}, b[SIDE_BY_SIDE] = {0};
    for (uint32_t k = 0; k < rows; k++, w += SIDE_BY_SIDE) {
        const double at_x = x[offset[k]], at_y = y[offset[k]];
        for (uint32_t i = 0; i < SIDE_BY_SIDE; i++) a[i] += w[i] * at_x;
        for (uint32_t i = 0; i < SIDE_BY_SIDE; i++) b[i] += w[i] * at_y;
    }
    memcpy(sum, a, sizeof a);
    memcpy(sum + SIDE_BY_SIDE, b, sizeof b);
}

static void multiply_some(const net_layer *l, const net_patch *p, const double *w, uint32_t o,
                          uint32_t end, const double *in, uint32_t n_images, double *out) {
    const cim_layer *is = &l->is;
    const size_t all = (size_t)n_images * p->positions;
    in += o / (is->out_channels / is->groups) * p->group;
    for (size_t at = 0; at < all; at += 2) {
        const size_t next = at + 1 < all ? at + 1 : at;
        double sum[2][SIDE_BY_SIDE];
        sum_rows(w, p->offset, l->rows, in + net_patch_at(p, at), in + net_patch_at(p, next),
                 sum[0]);
        for (size_t k = at; k <= next; k++) {
            double *to = out + k / p->positions * l->values + k % p->positions;
            for (uint32_t i = 0; o + i < end && i < SIDE_BY_SIDE; i++)
                to[(size_t)(o + i) * p->positions] =
                    sum[k - at][i] + (l->bias ? (double)l->bias[o + i] : 0);
        }
    }
}

static cim_status multiply(const cim_host *host, const net_layer *l, const net_patch *p,
                           const double *in, uint32_t n_images, double *out) {
    const uint32_t per_group = l->is.out_channels / l->is.groups;
    double *w = host->alloc(host, (size_t)l->rows * SIDE_BY_SIDE, sizeof *w);
    if (!w) return host->fail(host, CIM_E_MEMORY, "no memory for weights");
    for (uint32_t g = 0; g < l->is.groups; g++)
        for (uint32_t o = g * per_group, end = o + per_group; o < end; o += SIDE_BY_SIDE) {
            take_weights(l, o, end, w);
            multiply_some(l, p, w, o, end, in, n_images, out);
        }
    host->release(host, w);
    return CIM_OK;
}

cim_status net_float_product(void *context, uint32_t layer, const double *in, uint32_t first,
                             uint32_t n_images, double *out) {
    const net *n = context;
    const cim_host *host = n->host;
    const net_layer *l = &n->layers[layer];
    const cim_layer *is = &l->is;
    (void)first;
    net_patch p;
    cim_status status = net_patch_open(&p, host, l);
    double *padded = host->alloc(host, n_images * p.image, sizeof *padded);
    if (status == CIM_OK && !padded)
        status = host->fail(host, CIM_E_MEMORY, "no memory for images");
    for (size_t plane = 0; status == CIM_OK && plane < (size_t)n_images * is->in_channels; plane++)
        for (uint32_t y = 0; y < is->in_height; y++, in += is->in_width)
            memcpy(padded + (plane * p.height + y + is->pad_top) * p.width + is->pad_left, in,
                   is->in_width * sizeof *in);
    if (status == CIM_OK) status = multiply(host, l, &p, padded, n_images, out);
    host->release(host, padded);
    net_patch_close(&p);
    return status;
}
