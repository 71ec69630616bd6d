/* What a network bears: noise is added to the products of an 8-bit network on training images, in
 * one layer and in all. */
#include "estimate.h"

#include <math.h>
#include <string.h>

enum { REFERENCE_BITS = 8, NORMALS = 1 << 16, HALVINGS = 5, CURVE = 8,
       MOST_KNOWN = 1 << 24 };  /* values of products that are kept: 64 MiB                       */
#define LEAST_POWER 1e-3 /* of noise, relative to the product's: where a search for half begins */
#define MOST_POWER 1e2

typedef struct sense {
    estimate *e;
    evaluation *v;
    const samples *images;
    float *normals;
    double *sd;              /* of the noise in each layer with weights                           */
    double **sum, **square;  /* of each output, in the first pass; else NULL                      */
    uint32_t right;
    float **known; /* products without noise, of each layer with weights; NULL: not kept */
    uint32_t disturbed;      /* the first layer with noise                                        */
} sense;

/* The network on exact arithmetic of 8 bits, whatever the design has. */
static cim_status open_reference(evaluation *v, const cim_host *host, const cim_network *network,
                                 net_source source, const samples *training) {
    cim_nonideality *rows = host->alloc(host, network->layers.n, sizeof *rows);
    if (!rows) return host->fail(host, CIM_E_MEMORY, "no memory for an estimate");
    for (uint32_t i = 0; i < network->layers.n; i++)
        rows[i] = (cim_nonideality){.weight_mapping = CIM_MAPPING_DIGITAL, .cell_bits = 1,
                                    .weight_bits = REFERENCE_BITS, .input_bits = REFERENCE_BITS};
    const cim_nonideality_table t = {
        .rows = rows, .n = network->layers.n, .row_size = sizeof *rows};
    const cim_status status = evaluation_open(v, host, network, t, source, training);
    host->release(host, rows);
    return status;
}

/* ---- the first pass: signals and samples of inputs ------------------------------------------- */

/* Inputs of output position AT of image IN, for group GROUP. */
static void take_patch(const net_layer *l, const double *in, uint32_t at, uint32_t group,
                       float *out) {
    const cim_layer *is = &l->is;
    const uint32_t channels = is->in_channels / is->groups;
    const int64_t top = (int64_t)(at / is->out_width) * is->stride_height - is->pad_top;
    const int64_t left = (int64_t)(at % is->out_width) * is->stride_width - is->pad_left;
    for (uint32_t c = 0; c < channels; c++)
        for (uint32_t ky = 0; ky < is->kernel_height; ky++)
            for (uint32_t kx = 0; kx < is->kernel_width; kx++) {
                const int64_t y = top + (int64_t)ky * is->dilation_height;
                const int64_t x = left + (int64_t)kx * is->dilation_width;
                const int inside = y >= 0 && x >= 0 && y < is->in_height && x < is->in_width;
                const size_t plane = (size_t)group * channels + c;
                *out++ =
                    inside
                        ? (float)in[(plane * is->in_height + (size_t)y) * is->in_width + (size_t)x]
                        : 0;
            }
}

static void take_patches(sense *s, const net_layer *l, const double *in, uint32_t first,
                         uint32_t n) {
    estimate_layer *to = &s->e->layers[l->weighted];
    const size_t values = (size_t)l->is.in_channels * l->is.in_height * l->is.in_width;
    const uint32_t positions = l->is.out_height * l->is.out_width;
    for (uint32_t i = 0; i < ESTIMATE_PATCHES; i++) {
        const uint32_t image = i * s->images->n / ESTIMATE_PATCHES;
        if (image < first || image >= first + n) continue;
        take_patch(l, in + (image - first) * values, (uint32_t)(cells_bits(i) % positions),
                   i % l->is.groups, to->patches + (size_t)i * l->rows);
    }
}

static void take_signal(sense *s, const net_layer *l, const double *out, uint32_t n) {
    const size_t positions = (size_t)l->is.out_height * l->is.out_width;
    for (size_t plane = 0; plane < (size_t)n * l->is.out_channels; plane++)
        for (size_t k = 0; k < positions; k++) {
            const double y = *out++;
            s->sum[l->weighted][plane % l->is.out_channels] += y;
            s->square[l->weighted][plane % l->is.out_channels] += y * y;
        }
}

static void settle_signal(sense *s, const net_layer *l, uint32_t n) {
    estimate_layer *to = &s->e->layers[l->weighted];
    const double count = (double)n * l->is.out_height * l->is.out_width;
    for (uint32_t o = 0; o < l->is.out_channels; o++) {
        const double mean = s->sum[l->weighted][o] / count;
        to->signal += (s->square[l->weighted][o] / count - mean * mean) / l->is.out_channels;
    }
    for (size_t i = 0; i < (size_t)ESTIMATE_PATCHES * l->rows; i++)
        to->value2 += (double)to->patches[i] * (double)to->patches[i] / ESTIMATE_PATCHES / l->rows;
    for (size_t i = 0; i < (size_t)l->is.out_channels * l->rows; i++)
        to->weight2 += (double)l->weights[i] * (double)l->weights[i] / l->is.out_channels / l->rows;
}

/* ---- noisy passes ---------------------------------------------------------------------------- */

static cim_status noisy_product(void *context, uint32_t layer, const double *in, uint32_t first,
                                uint32_t n_images, double *out) {
    sense *s = context;
    const net_layer *l = &s->v->n.layers[layer];
    float *known = s->known[l->weighted] ? s->known[l->weighted] + first * l->values : NULL;
    if (known && l->weighted < s->disturbed) {
        for (size_t k = 0; k < n_images * l->values; k++) out[k] = (double)known[k];
        return CIM_OK;
    }
    const cim_status status =
        crossbar_product(&s->v->arrays[l->weighted], in, first, n_images, out, NULL);
    if (status != CIM_OK) return status;
    if (s->sum) {
        take_patches(s, l, in, first, n_images);
        take_signal(s, l, out, n_images);
        for (size_t k = 0; known && k < n_images * l->values; k++) known[k] = (float)out[k];
    }
    const double sd = s->sd[l->weighted];
    for (uint32_t i = 0; sd > 0 && i < n_images; i++) {
        size_t at = (size_t)cells_bits(((uint64_t)layer << 32) + first + i);
        for (size_t k = 0; k < l->values; k++) *out++ += sd * (double)s->normals[at++ % NORMALS];
    }
    return CIM_OK;
}

static cim_status count(void *context, const double *scores, uint32_t first, uint32_t n_images) {
    sense *s = context;
    const uint32_t classes = s->v->n.classes;
    for (uint32_t i = 0; i < n_images; i++, scores += classes) {
        uint32_t best = 0;
        for (uint32_t c = 1; c < classes; c++)
            if (scores[c] > scores[best]) best = c;
        s->right += best == s->images->labels[first + i];
    }
    return CIM_OK;
}

/* *KEPT: share of what the network knows without noise, beyond guessing. */
static cim_status pass(sense *s, double *kept) {
    const uint32_t n = s->images->n < ESTIMATE_IMAGES ? s->images->n : ESTIMATE_IMAGES;
    s->right = 0;
    const cim_status status = net_run(&s->v->n, s->images->pixels, n, noisy_product, count, s);
    const double share = (double)s->right / n;
    *kept = (share - s->e->chance) / (s->e->best - s->e->chance);
    return status;
}

/* By halving the exponent. A layer that bears everything has the largest power. */
static cim_status find_half(sense *s, uint32_t layer) {
    estimate_layer *l = &s->e->layers[layer];
    double low = log(LEAST_POWER), high = log(MOST_POWER);
    cim_status status = CIM_OK;
    s->disturbed = layer;
    for (int i = 0; status == CIM_OK && i < HALVINGS; i++) {
        const double middle = (low + high) / 2;
        double kept = 0;
        s->sd[layer] = sqrt(exp(middle) * l->signal);
        status = pass(s, &kept);
        if (kept > 0.5) low = middle;
        else high = middle;
    }
    s->sd[layer] = 0;
    l->half = exp((low + high) / 2);
    return status;
}

/* Least squares of the share kept over middle (2^-6 .. 2^6) and power (0.25 .. 4). */
static void fit_curve(estimate *e, const double *load, const double *kept) {
    double least = INFINITY;
    for (int i = -96; i <= 96; i++)
        for (int k = 1; k <= 32; k++) {
            const double middle = exp2(i / 16.0), power = k / 8.0;
            double error = 0;
            for (int c = 0; c < CURVE; c++) {
                const double off = 1 / (1 + pow(load[c] / middle, power)) - kept[c];
                error += off * off;
            }
            if (error >= least) continue;
            least = error;
            e->middle = middle;
            e->power = power;
        }
}

/* All layers disturbed at once, each by an equal share of the load. */
static cim_status measure_curve(sense *s) {
    estimate *e = s->e;
    double load[CURVE], kept[CURVE];
    cim_status status = CIM_OK;
    s->disturbed = 0;
    for (int c = 0; status == CIM_OK && c < CURVE; c++) {
        load[c] = exp2(c - 4);
        for (uint32_t i = 0; i < e->n_layers; i++)
            s->sd[i] = sqrt(load[c] * e->layers[i].half / e->n_layers * e->layers[i].signal);
        status = pass(s, &kept[c]);
    }
    if (status == CIM_OK) fit_curve(e, load, kept);
    return status;
}

static cim_status first_pass(sense *s) {
    const net *n = &s->v->n;
    const uint32_t images = s->images->n < ESTIMATE_IMAGES ? s->images->n : ESTIMATE_IMAGES;
    double kept;
    s->e->best = 1;
    const cim_status status = pass(s, &kept);
    s->e->best = (double)s->right / images;
    if (status == CIM_OK && !(s->e->best > s->e->chance))
        return n->host->fail(n->host, CIM_E_UNSUPPORTED,
                             "an estimate needs a network that is better than "
                             "guessing on its training images");
    for (uint32_t i = 0; status == CIM_OK && i < n->n_layers; i++)
        if (n->layers[i].rows) settle_signal(s, &n->layers[i], images);
    return status;
}

/* As many as there is room for, the dear first ones before others. Without room, none is missed. */
static void make_known(sense *s) {
    const net *n = &s->v->n;
    size_t left = MOST_KNOWN;
    for (uint32_t i = 0; i < n->n_layers; i++) {
        const size_t values = (size_t)s->images->n * n->layers[i].values;
        if (!n->layers[i].rows || values > left) continue;
        s->known[n->layers[i].weighted] = n->host->alloc(n->host, values, sizeof(float));
        left -= values;
    }
}

static cim_status make_room(sense *s) {
    const cim_host *host = s->e->host;
    const net *n = &s->v->n;
    s->known = host->alloc(host, n->n_weighted, sizeof *s->known);
    s->normals = host->alloc(host, NORMALS, sizeof *s->normals);
    s->sd = host->alloc(host, n->n_weighted, sizeof *s->sd);
    s->sum = host->alloc(host, n->n_weighted, sizeof *s->sum);
    s->square = host->alloc(host, n->n_weighted, sizeof *s->square);
    int good = s->known && s->normals && s->sd && s->sum && s->square;
    for (uint32_t i = 0; good && i < n->n_layers; i++) {
        const net_layer *l = &n->layers[i];
        if (!l->rows) continue;
        s->e->layers[l->weighted].rows = l->rows;
        s->e->layers[l->weighted].patches =
            host->alloc(host, (size_t)ESTIMATE_PATCHES * l->rows, sizeof(float));
        s->sum[l->weighted] = host->alloc(host, l->is.out_channels, sizeof(double));
        s->square[l->weighted] = host->alloc(host, l->is.out_channels, sizeof(double));
        good = s->e->layers[l->weighted].patches && s->sum[l->weighted] && s->square[l->weighted];
    }
    if (good) make_known(s);
    for (uint32_t i = 0; good && i < NORMALS; i++) s->normals[i] = (float)cells_normal(i);
    return good ? CIM_OK : host->fail(host, CIM_E_MEMORY, "no memory for an estimate");
}

static void free_sums(sense *s) {
    const cim_host *host = s->e->host;
    for (uint32_t i = 0; i < s->v->n.n_weighted; i++) {
        if (s->sum) host->release(host, s->sum[i]);
        if (s->square) host->release(host, s->square[i]);
    }
    host->release(host, s->sum);
    host->release(host, s->square);
    s->sum = s->square = NULL;
}

static cim_status measure(estimate *e, evaluation *v, const samples *training) {
    samples images = *training;
    if (images.n > ESTIMATE_IMAGES) images.n = ESTIMATE_IMAGES;
    sense s = {.e = e, .v = v, .images = &images};
    e->chance = 1.0 / v->n.classes;
    cim_status status = make_room(&s);
    if (status == CIM_OK) status = first_pass(&s);
    free_sums(&s);
    for (uint32_t i = 0; status == CIM_OK && i < e->n_layers; i++) status = find_half(&s, i);
    if (status == CIM_OK) status = measure_curve(&s);
    for (uint32_t i = 0; s.known && i < e->n_layers; i++) e->host->release(e->host, s.known[i]);
    e->host->release(e->host, s.known);
    e->host->release(e->host, s.normals);
    e->host->release(e->host, s.sd);
    return status;
}

cim_status estimate_open(estimate *e, const cim_host *host, const cim_network *network,
                         net_source source, const samples *training) {
    evaluation v;
    *e = (estimate){.host = host};
    cim_status status = open_reference(&v, host, network, source, training);
    if (status != CIM_OK) return status;
    e->n_layers = v.n.n_weighted;
    e->layers = host->alloc(host, e->n_layers ? e->n_layers : 1, sizeof *e->layers);
    status = e->layers ? CIM_OK : host->fail(host, CIM_E_MEMORY, "no memory for an estimate");
    for (uint32_t i = 0; status == CIM_OK && i < e->n_layers; i++)
        status = crossbar_make_chip(&v.arrays[i], 0);
    if (status == CIM_OK) status = measure(e, &v, training);
    evaluation_close(&v);
    if (status != CIM_OK) estimate_close(e);
    return status;
}

cim_status estimate_measure_best(estimate *e, const cim_network *network, net_source source,
                                 const samples *training, const samples *test, uint32_t n) {
    evaluation v;
    if (e->images == n) return CIM_OK;
    cim_status status = open_reference(&v, e->host, network, source, training);
    if (status != CIM_OK) return status;
    status = evaluation_run(&v, test, n, 0);
    e->best = (double)v.right / (v.n_images ? v.n_images : 1);
    e->images = n;
    evaluation_close(&v);
    return status;
}
