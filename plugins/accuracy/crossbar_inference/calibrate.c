#include "calibrate.h"

#include "product.h"

#include <math.h>
#include <string.h>
#include <stdio.h>

#include <cim_sdk/text.h>

enum {
    MOST_VALUES = 400000,    /* of a layer's input that a search looks at                         */
    MOST_BITS = 16           /* of an input                                                       */
};

/* Ten seconds of a core: a layer has enough values in a few large images. */
#define MOST_MACS 1e11

static uint32_t images_for(double macs) {
    const double most = macs > 0 ? MOST_MACS / macs : CALIBRATE_IMAGES;
    return (uint32_t)fmin(fmax(most, CALIBRATE_LEAST), CALIBRATE_IMAGES);
}

cim_status calibrate_samples(samples *all, const char *name, const cim_network *network,
                             samples *out) {
    double macs = 0;
    for (uint32_t i = 0; i < network->layers.n; i++)
        macs += (double)cim_layer_macs(CIM_ROW(cim_layer, network->layers, i));
    const uint32_t ranges = images_for(macs), n = ranges > CALIBRATE_ALL ? ranges : CALIBRATE_ALL;
    const cim_status status = samples_need(all, name, DATASET_TRAIN, n, network);
    *out = *all;
    if (out->n > n) out->n = n;
    return status;
}

/* ---- activations ---------------------------------------------------------------------------- */

static const float *stored(const net *n, net_source source, uint32_t bits) {
    char name[32];
    uint64_t count = 0;
    snprintf(name, sizeof name, "act_scale.%u", bits);
    const float *steps = source.find(source.context, name, &count);
    return steps && count == n->n_weighted ? steps : NULL;
}

/* What a range depends on: the network, the layer, and its bits. */
typedef struct range_key { uint64_t network; uint32_t layer, bits; } range_key;

typedef struct watch {
    const net *n;
    float **values;          /* of each layer with weights, MOST_VALUES                           */
    size_t *seen;
    uint32_t images;
} watch;

/* Every STRIDE-th value of all images, whatever the batches. */
static void look(const watch *w, const net_layer *l, const double *in, uint32_t first,
                 uint32_t n_images) {
    const size_t values = (size_t)l->is.in_channels * l->is.in_height * l->is.in_width;
    const size_t stride = values * w->images / MOST_VALUES + 1, from = first * values;
    for (size_t i = (stride - from % stride) % stride; i < n_images * values; i += stride)
        w->values[l->weighted][w->seen[l->weighted]++] = (float)in[i];
}

static cim_status watch_product(void *context, uint32_t layer, const double *in, uint32_t first,
                                uint32_t n_images, double *out) {
    const watch *w = context;
    look(w, &w->n->layers[layer], in, first, n_images);
    return net_float_product((void *)(uintptr_t)w->n, layer, in, first, n_images, out);
}

static cim_status watch_images(watch *w, const samples *images, float **room) {
    const cim_host *host = w->n->host;
    const uint32_t layers = w->n->n_weighted;
    double macs = 0;
    for (uint32_t i = 0; i < w->n->n_layers; i++)
        macs += (double)cim_layer_macs(&w->n->layers[i].is);
    w->images = images_for(macs) < images->n ? images_for(macs) : images->n;
    *room = host->alloc(host, (size_t)layers * MOST_VALUES, sizeof **room);
    w->values = host->alloc(host, layers, sizeof *w->values);
    w->seen = host->alloc(host, layers, sizeof *w->seen);
    if (!*room || !w->values || !w->seen)
        return host->fail(host, CIM_E_MEMORY, "no memory to calibrate with");
    for (uint32_t i = 0; i < layers; i++) w->values[i] = *room + (size_t)i * MOST_VALUES;
    return net_run(w->n, images->pixels, w->images, watch_product, NULL, w);
}

static cim_status check_bits(const net *n, const cim_nonideality *const *rows) {
    for (uint32_t i = 0; i < n->n_layers; i++) {
        const net_layer *l = &n->layers[i];
        const uint32_t bits = l->rows ? crossbar_input_bits(l, rows[i]) : 1;
        if (bits < 1 || bits > MOST_BITS)
            return cim_failf(n->host, CIM_E_UNSUPPORTED, "layer %s: %u-bit inputs: must be 1..%d",
                             l->is.name, bits, MOST_BITS);
    }
    return CIM_OK;
}

/* The layer's range, if it is stored with the weights or was searched before. */
static int find_range(const range_key *key, const net *n, net_source source, const samples *images,
                      net_range *range) {
    const float *steps = stored(n, source, key->bits);
    if (!steps) {
        const net_range *known = memo_find(images->ranges, key, sizeof *key, sizeof *known);
        if (known) *range = *known;
        return known != NULL;
    }
    *range = net_range_of(0, 1, key->bits);   /* of the image itself                              */
    if (steps[key->layer] != (float)range->scale) range->scale = (double)steps[key->layer];
    return 1;
}

/* KEY: of the design's layers. While all inputs are at hand, each layer's range is searched for
 * every width that the design has anywhere: the next design will have another layer's. */
static cim_status search_ranges(const net *n, net_source source, const range_key *key,
                                const samples *images, net_range *ranges) {
    watch w = {.n = n};
    float *room = NULL;
    uint32_t widths = 0;
    cim_status status = watch_images(&w, images, &room);
    for (uint32_t i = 0; i < n->n_weighted; i++) widths |= 1u << key[i].bits;
    for (uint32_t i = 0; status == CIM_OK && i < n->n_weighted; i++)
        for (uint32_t bits = 1; bits <= MOST_BITS; bits++) {
            const range_key one = {key[i].network, i, bits};
            net_range r;
            if (!(widths >> bits & 1) || find_range(&one, n, source, images, &r)) continue;
            r = net_range_search(w.values[i], w.seen[i], bits);
            memo_keep(images->ranges, &one, sizeof one, &r, sizeof r);
            if (bits == key[i].bits) ranges[i] = r;
        }
    n->host->release(n->host, room);
    n->host->release(n->host, w.values);
    n->host->release(n->host, w.seen);
    return status;
}

/* The network is watched as it was trained: no layer's range depends on another's bits. */
cim_status calibrate_ranges(const net *n, net_source source, const cim_nonideality *const *rows,
                            const samples *images, net_range *ranges) {
    const cim_host *host = n->host;
    cim_status status = check_bits(n, rows);
    if (status != CIM_OK) return status;
    range_key *key = host->alloc(host, n->n_weighted, sizeof *key);
    if (!key) return host->fail(host, CIM_E_MEMORY, "no memory to calibrate with");
    const uint64_t network = net_fingerprint(n);
    int all = 1;
    for (uint32_t i = 0; i < n->n_layers; i++) {
        const net_layer *l = &n->layers[i];
        const uint32_t k = l->weighted;
        if (!l->rows) continue;
        key[k] = (range_key){network, k, crossbar_input_bits(l, rows[i])};
        all &= find_range(&key[k], n, source, images, &ranges[k]);
    }
    if (!all) status = search_ranges(n, source, key, images, ranges);
    host->release(host, key);
    return status;
}

/* ---- converters ----------------------------------------------------------------------------- */

/* MNSIM's scale of a layer's outputs, of the images at hand: |mean| + 3 standard deviations. */
static double output_scale(const double *y, size_t n) {
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        const double step = y[i] - mean;
        mean += step / (double)(i + 1);
        squares += step * (y[i] - mean);
    }
    const double scale = fabs(mean) + 3 * sqrt(squares / (double)(n > 1 ? n - 1 : 1));
    return scale > 0 ? scale : 1;
}

typedef struct peaks {
    const net *n;
    crossbar *plain;         /* the arrays without anything that deviates                         */
    uint32_t (*largest)[CROSSBAR_MOST_SLICES];
    crossbar *arrays;
} peaks;

static int is_calibrated(const crossbar *a) {
    return a->is.adc_bits && a->is.adc_range == CIM_ADC_CALIBRATED;
}

int calibrate_needs(const cim_nonideality *is) {
    return is->weight_mapping && is->adc_bits && is->adc_range >= CIM_ADC_CALIBRATED;
}

static cim_status peak_product(void *context, uint32_t layer, const double *in, uint32_t first,
                               uint32_t n_images, double *out) {
    peaks *p = context;
    const uint32_t i = p->n->layers[layer].weighted;
    const cim_status status = crossbar_product(&p->plain[i], in, first, n_images, out,
                                               is_calibrated(&p->arrays[i]) ? p->largest[i] : NULL);
    if (p->arrays[i].way == CROSSBAR_SIGNED && first == 0)
        p->arrays[i].out_scale = output_scale(out, n_images * p->n->layers[layer].values);
    return status;
}

static cim_status open_plain(crossbar *plain, const crossbar *a) {
    const cim_nonideality *is = &a->is;
    if (is_calibrated(a) && (is->cell_bits > SUMS_MOST_CELL_BITS || a->most > UINT16_MAX))
        return cim_failf(a->host, CIM_E_UNSUPPORTED, "layer %s: sums up to %u of %u-bit cells: too "
                         "large for a calibrated converter", a->l->is.name, a->most, is->cell_bits);
    const cim_nonideality only = {
        .weight_mapping = is->weight_mapping, .weight_bits = is->weight_bits,
        .cell_bits = is->cell_bits, .input_bits = is->input_bits, .dac_bits = is->dac_bits,
        .array_rows = is->array_rows, .rows_at_once = is->rows_at_once,
        .weight_scale = is->weight_scale};
    cim_status status = crossbar_open(plain, a->host, a->l, &only, a->in);
    if (status == CIM_OK && is_calibrated(a)) status = product_table_keep(plain);
    return status == CIM_OK ? crossbar_make_chip(plain, 0) : status;
}

static cim_status find_peaks(peaks *p, const samples *images) {
    const net *n = p->n;
    cim_status status = CIM_OK;
    p->plain = n->host->alloc(n->host, n->n_weighted, sizeof *p->plain);
    if (!p->plain) return n->host->fail(n->host, CIM_E_MEMORY, "no memory to calibrate with");
    for (uint32_t i = 0; status == CIM_OK && i < n->n_weighted; i++)
        status = open_plain(&p->plain[i], &p->arrays[i]);
    const uint32_t most = images->n < CALIBRATE_CONVERTERS ? images->n : CALIBRATE_CONVERTERS;
    if (status == CIM_OK) status = net_run(n, images->pixels, most, peak_product, NULL, p);
    for (uint32_t i = 0; i < n->n_weighted; i++) crossbar_close(&p->plain[i]);
    n->host->release(n->host, p->plain);
    return status;
}

/* What peaks depend on, of each layer. */
typedef struct peak_key {
    uint64_t network;
    net_range in;
    uint32_t is_calibrated, mapping, weight_bits, cell_bits, digit_bits, block, n_blocks,
        weight_scale;
} peak_key;

static peak_key key_of(const crossbar *a, uint64_t network) {
    return (peak_key){network, a->in, (uint32_t)is_calibrated(a), a->is.weight_mapping,
                      a->is.weight_bits, a->is.cell_bits, a->digit_bits, a->block, a->n_blocks,
                      a->is.weight_scale};
}

cim_status calibrate_converters(const net *n, const samples *images, crossbar *arrays) {
    const cim_host *host = n->host;
    int any = 0, is_kept = 1;
    for (uint32_t i = 0; i < n->n_weighted; i++) {
        any |= calibrate_needs(&arrays[i].is);
        is_kept &= arrays[i].way != CROSSBAR_SIGNED; /* whose scales are not peaks                */
    }
    if (!any) return CIM_OK;
    peaks p = {
        .n = n, .arrays = arrays, .largest = host->alloc(host, n->n_weighted, sizeof *p.largest)};
    peak_key *key = host->alloc(host, n->n_weighted, sizeof *key);
    const size_t n_key = n->n_weighted * sizeof *key, n_value = n->n_weighted * sizeof *p.largest;
    cim_status status = CIM_OK;
    if (!p.largest || !key) status = host->fail(host, CIM_E_MEMORY, "no memory to calibrate with");
    const uint64_t network = net_fingerprint(n);
    for (uint32_t i = 0; status == CIM_OK && i < n->n_weighted; i++)
        key[i] = key_of(&arrays[i], network);
    const void *known = NULL;
    if (status == CIM_OK && is_kept) known = memo_find(images->peaks, key, n_key, n_value);
    if (known) memcpy(p.largest, known, n_value);
    else if (status == CIM_OK) status = find_peaks(&p, images);
    if (status == CIM_OK && !known && is_kept)
        memo_keep(images->peaks, key, n_key, p.largest, n_value);
    for (uint32_t i = 0; status == CIM_OK && i < n->n_weighted; i++)
        if (is_calibrated(&arrays[i])) crossbar_set_converters(&arrays[i], p.largest[i]);
    host->release(host, key);
    host->release(host, p.largest);
    return status;
}
