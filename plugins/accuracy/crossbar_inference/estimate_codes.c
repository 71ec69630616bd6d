/* What codes a layer's weights and inputs have, made once for each precision. */
#include "estimate.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- codes of weights ------------------------------------------------------------------------ */

static cim_status make_codes(estimate *e, const net_layer *l, estimate_codes *c) {
    const uint32_t outs = l->is.out_channels, most = (1u << (c->bits - 1)) - 1;
    const size_t n = (size_t)outs * l->rows;
    c->share = e->host->alloc(e->host, 2 * (size_t)most + 1, sizeof *c->share);
    if (!c->share) return e->host->fail(e->host, CIM_E_MEMORY, "no memory for an estimate");
    int16_t *codes = e->host->alloc(e->host, n, sizeof *codes);
    double *scale = e->host->alloc(e->host, outs, sizeof *scale);
    cim_status status = CIM_OK;
    if (!codes || !scale)
        status = e->host->fail(e->host, CIM_E_MEMORY, "no memory for an estimate");
    else
        net_code_weights(l->coding, l->weights, outs, l->rows, c->bits, (int)c->per_tensor, codes,
                         scale);
    for (uint32_t o = 0; status == CIM_OK && o < outs; o++) {
        const float *w = l->weights + (size_t)o * l->rows;
        c->scale2 += scale[o] * scale[o] / outs;
        for (uint32_t k = 0; k < l->rows; k++) {
            const int32_t code = codes[(size_t)o * l->rows + k];
            const double off = code * scale[o] - (double)w[k];
            c->error2 += off * off / (double)n;
            c->share[code + (int32_t)most] += 1.0 / (double)n;
        }
    }
    e->host->release(e->host, codes);
    e->host->release(e->host, scale);
    return status;
}

cim_status estimate_codes_of(estimate *e, const net_layer *l, uint32_t bits, uint32_t per_tensor,
                             const estimate_codes **out) {
    estimate_codes *c = e->codes;
    while (c && (c->layer != l->weighted || c->bits != bits || c->per_tensor != per_tensor))
        c = c->next;
    *out = c;
    if (c) return CIM_OK;
    *out = c = e->host->alloc(e->host, 1, sizeof *c);
    if (!c) return e->host->fail(e->host, CIM_E_MEMORY, "no memory for an estimate");
    *c = (estimate_codes){
        .layer = l->weighted, .bits = bits, .per_tensor = per_tensor, .next = e->codes};
    e->codes = c;
    return make_codes(e, l, c);
}

/* ---- digits of inputs ------------------------------------------------------------------------ */

static net_range range_of(const estimate *e, const net_layer *l, uint32_t bits, net_source source) {
    char name[32];
    uint64_t count = 0;
    snprintf(name, sizeof name, "act_scale.%u", bits);
    const float *steps = source.find(source.context, name, &count);
    if (!steps || count != e->n_layers)
        return net_range_search(e->layers[l->weighted].patches, (size_t)ESTIMATE_PATCHES * l->rows,
                                bits);
    net_range r = net_range_of(0, 1, bits);
    r.scale = (double)steps[l->weighted];
    return r;
}

typedef struct moments { double first, second; } moments;

static int by_first(const void *a, const void *b) {
    const double x = ((const moments *)a)->first, y = ((const moments *)b)->first;
    return (x > y) - (x < y);
}

/* Digit STEP of every position, in groups of equal size from the least active one on. */
static void group_digit(const estimate_layer *l, const int32_t *codes, uint32_t step,
                        estimate_digits *d) {
    moments of[ESTIMATE_PATCHES];
    const int32_t mask = (1 << d->digit_bits) - 1;
    for (uint32_t p = 0; p < ESTIMATE_PATCHES; p++) {
        of[p] = (moments){0, 0};
        for (uint32_t k = 0; k < l->rows; k++) {
            const double x = (codes[(size_t)p * l->rows + k] >> (step * d->digit_bits)) & mask;
            of[p].first += x / l->rows;
            of[p].second += x * x / l->rows;
        }
    }
    qsort(of, ESTIMATE_PATCHES, sizeof *of, by_first);
    for (uint32_t p = 0; p < ESTIMATE_PATCHES; p++) {
        const uint32_t g = p * ESTIMATE_GROUPS / ESTIMATE_PATCHES;
        d->first[step][g] += of[p].first * ESTIMATE_GROUPS / ESTIMATE_PATCHES;
        d->second[step][g] += of[p].second * ESTIMATE_GROUPS / ESTIMATE_PATCHES;
    }
}

static cim_status make_digits(estimate *e, const net_layer *l, net_source source,
                              estimate_digits *d) {
    const estimate_layer *from = &e->layers[l->weighted];
    const size_t n = (size_t)ESTIMATE_PATCHES * l->rows;
    const net_range r = range_of(e, l, d->bits, source);
    int32_t *codes = e->host->alloc(e->host, n, sizeof *codes);
    if (!codes) return e->host->fail(e->host, CIM_E_MEMORY, "no memory for an estimate");
    d->scale = r.scale;
    for (uint32_t p = 0; p < ESTIMATE_PATCHES; p++) {
        double sum = 0;
        for (uint32_t k = 0; k < l->rows; k++) {
            const size_t i = (size_t)p * l->rows + k;
            codes[i] = net_code(r, (double)from->patches[i]);
            const double off = (codes[i] - r.zero) * r.scale - (double)from->patches[i];
            d->error2 += off * off / (double)n;
            d->square += (double)codes[i] * codes[i] / (double)n;
            sum += (double)codes[i] / l->rows;
        }
        d->sum2 += sum * sum / ESTIMATE_PATCHES;
    }
    for (uint32_t s = 0; s < d->steps; s++) group_digit(from, codes, s, d);
    e->host->release(e->host, codes);
    return CIM_OK;
}

cim_status estimate_digits_of(estimate *e, const net_layer *l, uint32_t bits, uint32_t digit_bits,
                              net_source source, const estimate_digits **out) {
    estimate_digits *d = e->digits;
    while (d && (d->layer != l->weighted || d->bits != bits || d->digit_bits != digit_bits))
        d = d->next;
    *out = d;
    if (d) return CIM_OK;
    *out = d = e->host->alloc(e->host, 1, sizeof *d);
    if (!d) return e->host->fail(e->host, CIM_E_MEMORY, "no memory for an estimate");
    *d = (estimate_digits){.layer = l->weighted, .bits = bits, .digit_bits = digit_bits,
                           .steps = (bits + digit_bits - 1) / digit_bits, .next = e->digits};
    e->digits = d;
    return make_digits(e, l, source, d);
}
