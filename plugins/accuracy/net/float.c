/* The product of the trained network itself, without any quantisation. */
#include "patch.h"

#include <string.h>

static void multiply(const net_layer *l, const net_patch *p, const double *in, uint32_t n_images,
                     double *out) {
    const cim_layer *is = &l->is;
    const uint32_t per_group = is->out_channels / is->groups;
    for (size_t at = 0; at < (size_t)n_images * p->positions; at++) {
        const double *from = in + net_patch_at(p, is, at);
        double *to = out + at / p->positions * l->values + at % p->positions;
        for (uint32_t o = 0; o < is->out_channels; o++) {
            const double *x = from + o / per_group * p->group;
            const float *w = l->weights + (size_t)o * l->rows;
            double sum = 0;
            for (uint32_t k = 0; k < l->rows; k++) sum += (double)w[k] * x[p->offset[k]];
            to[(size_t)o * p->positions] = sum + (l->bias ? (double)l->bias[o] : 0);
        }
    }
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
    if (status == CIM_OK && !padded) status = host->fail(host, CIM_E_MEMORY, "no memory for images");
    for (size_t plane = 0; status == CIM_OK && plane < (size_t)n_images * is->in_channels; plane++)
        for (uint32_t y = 0; y < is->in_height; y++, in += is->in_width)
            memcpy(padded + (plane * p.height + y + is->pad_top) * p.width + is->pad_left, in,
                   is->in_width * sizeof *in);
    if (status == CIM_OK) multiply(l, &p, padded, n_images, out);
    host->release(host, padded);
    net_patch_close(&p);
    return status;
}
