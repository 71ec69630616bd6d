/* The forward pass: every layer of a batch, one after the other. */
#include "net.h"
#include "wide.h"

#include <math.h>
#include <string.h>

enum { MOST_VALUES = 1 << 23, MOST_IMAGES = 128,  /* of a batch: 64 MiB of doubles                */
       NEAR_BYTES = 1 << 22,   /* about a second-level cache                                      */
       NEAR_IMAGES = 8,      /* at least, and in multiples: products are of many positions        */
       NEAR_POSITIONS = 64 };/* of a layer                                                        */

typedef struct batch {
    const net *n;
    void **out;              /* of each layer: doubles, or bytes (n->is_coded)                    */
    double *image;
    uint32_t first, images;
    uint32_t near, cut;      /* layers before CUT take NEAR images at a time, or 0                */
    uint8_t *is_kept;        /* of each layer: it has room for all images                         */
} batch;

static int is_coded(const net *n, uint32_t i) { return n->is_coded && n->is_coded[i]; }

/* Bytes of an image of layer I's values. */
static size_t bytes_of(const net *n, uint32_t i) {
    return n->layers[i].values * (is_coded(n, i) ? 1 : sizeof(double));
}

static const void *input_of(const batch *b, const net_layer *l, uint32_t i, size_t *values) {
    const net *n = b->n;
    *values = l->inputs[i] == CIM_FROM_INPUT
                  ? (size_t)n->in_channels * n->in_height * n->in_width
                  : n->layers[l->inputs[i]].values;
    return l->inputs[i] == CIM_FROM_INPUT ? b->image : b->out[l->inputs[i]];
}

static double activate(uint32_t a, double x) {
    switch (a) {
    case CIM_ACT_RELU: return x > 0 ? x : 0;
    case CIM_ACT_RELU6: return fmin(fmax(x, 0), 6);
    case CIM_ACT_HSWISH: return x * fmin(fmax(x + 3, 0), 6) / 6;
    case CIM_ACT_SIGMOID: return 1 / (1 + exp(-x));
    case CIM_ACT_HSIGMOID: return fmin(fmax(x + 3, 0), 6) / 6;
    case CIM_ACT_GELU: return x * 0.5 * (1 + erf(x * 0.70710678118654752)); /* 1 / sqrt(2) */
    case CIM_ACT_TANH: return tanh(x);
    default: return x;
    }
}

/* One output of a pool; padding is no member of a maximum, and a zero of an average. */
static double pooled(const cim_layer *l, const double *plane, uint32_t oy, uint32_t ox) {
    const int is_max = l->op == CIM_OP_MAX_POOL;
    double result = is_max ? -INFINITY : 0;
    for (uint32_t ky = 0; ky < l->kernel_height; ky++)
        for (uint32_t kx = 0; kx < l->kernel_width; kx++) {
            const int64_t y = (int64_t)oy * l->stride_height + ky - l->pad_top;
            const int64_t x = (int64_t)ox * l->stride_width + kx - l->pad_left;
            if (y < 0 || x < 0 || y >= l->in_height || x >= l->in_width) continue;
            const double v = plane[y * l->in_width + x];
            result = !is_max ? result + v : v > result ? v : result;
        }
    return is_max ? result : result / ((double)l->kernel_height * l->kernel_width);
}

static int is_halving(const cim_layer *l) {
    return l->op == CIM_OP_MAX_POOL && l->kernel_height == 2 && l->kernel_width == 2 &&
           l->stride_height == 2 && l->stride_width == 2 && !l->pad_top && !l->pad_left &&
           2 * l->out_height <= l->in_height && 2 * l->out_width <= l->in_width;
}

static int halves_codes(const cim_layer *l) {
    return is_halving(l) && l->in_width == 2 * l->out_width && l->in_height == 2 * l->out_height;
}

/* The only reader of layer I, or -1. */
static int32_t only_reader(const net *n, uint32_t i) {
    int32_t reader = -1;
    for (uint32_t k = i + 1; k < n->n_layers; k++)
        for (uint32_t j = 0; j < n->layers[k].is.n_inputs; j++) {
            if (n->layers[k].inputs[j] != i) continue;
            if (reader >= 0) return -1;
            reader = (int32_t)k;
        }
    return reader;
}

int32_t net_reader(const net *n, uint32_t i) {
    const uint32_t activation = n->layers[i].is.activation;
    if (activation != CIM_ACT_NONE && activation != CIM_ACT_RELU) return -1;
    const int32_t reader = only_reader(n, i);
    if (reader < 0 || n->layers[reader].rows) return reader;
    return halves_codes(&n->layers[reader].is) ? reader : -1;
}

/* The commonest pool, without a test at every value. */
static WIDE void halve(const cim_layer *l, const double *plane, double *out) {
    const uint32_t width = l->out_width;
    for (uint32_t y = 0; y < l->out_height; y++, plane += 2 * (size_t)l->in_width, out += width) {
        const double *below = plane + l->in_width;
        for (uint32_t x = 0; x < width; x++) {
            const double a = plane[2 * x + 1] > plane[2 * x] ? plane[2 * x + 1] : plane[2 * x];
            const double c = below[2 * x + 1] > below[2 * x] ? below[2 * x + 1] : below[2 * x];
            out[x] = c > a ? c : a;
        }
    }
}

#define INLINE static inline __attribute__((always_inline))
enum { AT_ONCE = 16 };       /* outputs of a line                                                 */

/* N outputs of the codes ABOVE and BELOW: neighbours are the halves of a word. */
INLINE void halve_line(const uint8_t *restrict above, const uint8_t *restrict below, uint32_t n,
                       uint8_t *restrict out) {
    uint8_t larger[2 * AT_ONCE];
    uint16_t pair[AT_ONCE];
    for (uint32_t i = 0; i < 2 * n; i++) larger[i] = above[i] > below[i] ? above[i] : below[i];
    memcpy(pair, larger, 2 * n);
    for (uint32_t i = 0; i < n; i++) {
        const uint16_t low = pair[i] & 255, high = pair[i] >> 8;
        out[i] = (uint8_t)(high > low ? high : low);
    }
}

/* N planes of codes whose sides are even. */
INLINE void halve_lines(const cim_layer *l, uint32_t width, size_t n, const uint8_t *in,
                        uint8_t *out) {
    for (size_t y = 0; y < n * l->out_height; y++, in += 4 * (size_t)width, out += width)
        for (uint32_t x = 0; x < width; x += AT_ONCE)
            halve_line(in + 2 * x, in + 2 * (width + x), width - x < AT_ONCE ? width - x : AT_ONCE,
                       out + x);
}

/* Widths that the compiler knows take no loop. */
static WIDE void halve_codes(const cim_layer *l, size_t n, const uint8_t *in, uint8_t *out) {
    switch (l->out_width) {
    case 4: halve_lines(l, 4, n, in, out); break;
    case 8: halve_lines(l, 8, n, in, out); break;
    case 16: halve_lines(l, 16, n, in, out); break;
    default: halve_lines(l, l->out_width, n, in, out);
    }
}

static WIDEST void rectify(double *x, size_t n) {
    for (size_t k = 0; k < n; k++) x[k] = x[k] > 0 ? x[k] : 0;
}

static void pool_codes(const batch *b, const net_layer *l, uint8_t *out) {
    size_t values;
    const uint8_t *in = input_of(b, l, 0, &values);
    halve_codes(&l->is, (size_t)b->images * l->is.in_channels, in, out);
}

static void pool(const batch *b, const net_layer *l, double *out) {
    size_t values;
    const double *in = input_of(b, l, 0, &values);
    const size_t planes = (size_t)b->images * l->is.in_channels;
    const size_t area = (size_t)l->is.in_height * l->is.in_width;
    for (size_t p = 0; is_halving(&l->is) && p < planes; p++)
        halve(&l->is, in + p * area, out + p * l->is.out_height * l->is.out_width);
    if (is_halving(&l->is)) return;
    for (size_t p = 0; p < planes; p++)
        for (uint32_t y = 0; y < l->is.out_height; y++)
            for (uint32_t x = 0; x < l->is.out_width; x++)
                *out++ = pooled(&l->is, in + p * area, y, x);
}

static void combine(const batch *b, const net_layer *l, double *out) {
    size_t values, other;
    const double *in = input_of(b, l, 0, &values);
    const size_t area = (size_t)l->is.out_height * l->is.out_width;
    memcpy(out, in, b->images * values * sizeof *out);
    for (uint32_t i = 1; i < l->is.n_inputs; i++) {
        const double *x = input_of(b, l, i, &other);
        for (size_t k = 0; k < b->images * values; k++) {
            const double v = x[other == values ? k : k / area];
            out[k] = l->is.op == CIM_OP_ADD ? out[k] + v : out[k] * v;
        }
    }
}

static void concat(const batch *b, const net_layer *l, double *out) {
    for (uint32_t image = 0; image < b->images; image++)
        for (uint32_t i = 0; i < l->is.n_inputs; i++) {
            size_t values;
            const double *in = input_of(b, l, i, &values);
            memcpy(out, in + image * values, values * sizeof *out);
            out += values;
        }
}

static cim_status compute(const batch *b, uint32_t i, net_product product, void *context) {
    const net_layer *l = &b->n->layers[i];
    double *out = b->out[i];
    size_t values;
    const double *in = input_of(b, l, 0, &values);
    cim_status status = CIM_OK;
    if (is_coded(b->n, i)) {
        if (l->rows) return product(context, i, in, b->first, b->images, out);
        pool_codes(b, l, b->out[i]);
        return CIM_OK;
    }
    switch (l->is.op) {
    case CIM_OP_CONV:
    case CIM_OP_LINEAR: status = product(context, i, in, b->first, b->images, out); break;
    case CIM_OP_ADD:
    case CIM_OP_MULTIPLY: combine(b, l, out); break;
    case CIM_OP_CONCAT: concat(b, l, out); break;
    case CIM_OP_MAX_POOL:
    case CIM_OP_AVERAGE_POOL: pool(b, l, out); break;
    default: memcpy(out, in, b->images * values * sizeof *out);
    }
    if (l->is.activation == CIM_ACT_RELU) rectify(out, b->images * l->values);
    else if (l->is.activation != CIM_ACT_NONE)
        for (size_t k = 0; k < b->images * l->values; k++)
            out[k] = activate(l->is.activation, out[k]);
    return status;
}

uint32_t net_batch(const net *n) {
    size_t values = (size_t)n->in_channels * n->in_height * n->in_width;
    for (uint32_t i = 0; i < n->n_layers; i++) values += n->layers[i].values;
    const size_t fit = MOST_VALUES / values;
    return fit < 1 ? 1 : fit > MOST_IMAGES ? MOST_IMAGES : (uint32_t)fit;
}

/* ---- batches --------------------------------------------------------------------------------- */

/* Layers from FIRST to before END. */
static cim_status run_layers(const batch *b, uint32_t first, uint32_t end, net_product product,
                             void *context) {
    cim_status status = CIM_OK;
    for (uint32_t i = first; status == CIM_OK && i < end; i++)
        status = compute(b, i, product, context);
    return status;
}

/* Layers before the cut, of the NEAR images from FROM of the batch on. SOME: as *B, for them. */
static cim_status run_near(const batch *b, batch *some, uint32_t from, net_product product,
                           void *context) {
    const net *n = b->n;
    some->first = b->first + from;
    some->images = b->images - from < b->near ? b->images - from : b->near;
    some->image = b->image + from * ((size_t)n->in_channels * n->in_height * n->in_width);
    for (uint32_t i = 0; i < b->cut; i++)
        some->out[i] = (char *)b->out[i] + (b->is_kept[i] ? from * bytes_of(n, i) : 0);
    return run_layers(some, 0, b->cut, product, context);
}

static cim_status run_batch(batch *b, batch *some, const float *images, net_product product,
                            net_result result, void *context) {
    const net *n = b->n;
    const size_t pixels = (size_t)n->in_channels * n->in_height * n->in_width;
    cim_status status = CIM_OK;
    for (size_t k = 0; k < b->images * pixels; k++)
        b->image[k] = (double)images[b->first * pixels + k];
    for (uint32_t from = 0; status == CIM_OK && b->cut && from < b->images; from += b->near)
        status = run_near(b, some, from, product, context);
    if (status == CIM_OK) status = run_layers(b, b->cut, n->n_layers, product, context);
    return status == CIM_OK && result
               ? result(context, b->out[n->n_layers - 1], b->first, b->images)
               : status;
}

/* The first layers, of many positions, are the large ones. What others than they need is kept. */
static void choose_near(batch *b, uint32_t most) {
    const net *n = b->n;
    size_t bytes = 0;
    while (b->cut + 1 < n->n_layers) {
        const cim_layer *l = &n->layers[b->cut].is;
        if (l->out_height * l->out_width < NEAR_POSITIONS) break;
        bytes += bytes_of(n, b->cut++);
    }
    const size_t fit = bytes ? NEAR_BYTES / bytes / NEAR_IMAGES * NEAR_IMAGES : 0;
    b->near = fit < NEAR_IMAGES ? NEAR_IMAGES : fit < most ? (uint32_t)fit : most;
    for (uint32_t i = 0; i < n->n_layers; i++) {
        b->is_kept[i] = i >= b->cut;
        for (uint32_t k = 0; i >= b->cut && k < n->layers[i].is.n_inputs; k++)
            if (n->layers[i].inputs[k] != CIM_FROM_INPUT) b->is_kept[n->layers[i].inputs[k]] = 1;
    }
}

/* In doubles. */
static size_t room_of(const batch *b, uint32_t i, uint32_t most) {
    const size_t bytes = bytes_of(b->n, i) * (b->is_kept[i] || b->near > most ? most : b->near);
    return (bytes + sizeof(double) - 1) / sizeof(double);
}

static cim_status run_all(const net *n, const float *images, uint32_t n_images, int is_near,
                          net_product product, net_result result, void *context) {
    const cim_host *host = n->host;
    const uint32_t most = net_batch(n);
    const size_t pixels = (size_t)n->in_channels * n->in_height * n->in_width;
    batch b = {.n = n, .out = host->alloc(host, n->n_layers, sizeof *b.out),
               .is_kept = host->alloc(host, n->n_layers, 1)},
          some = {.n = n, .out = host->alloc(host, n->n_layers, sizeof *some.out)};
    size_t room = pixels * most;
    double *values = NULL;
    if (b.out && b.is_kept && some.out) {
        if (is_near) choose_near(&b, most);
        else memset(b.is_kept, 1, n->n_layers);
        for (uint32_t i = 0; i < n->n_layers; i++) room += room_of(&b, i, most);
        b.image = values = host->alloc(host, room, sizeof *values);
    }
    cim_status status = CIM_OK;
    if (!values) status = host->fail(host, CIM_E_MEMORY, "no memory for activations");
    room = pixels * most;
    for (uint32_t i = 0; status == CIM_OK && i < n->n_layers; i++) {
        b.out[i] = values + room;
        room += room_of(&b, i, most);
    }
    for (; status == CIM_OK && b.first < n_images; b.first += most) {
        b.images = n_images - b.first < most ? n_images - b.first : most;
        status = run_batch(&b, &some, images, product, result, context);
    }
    host->release(host, b.out);
    host->release(host, b.is_kept);
    host->release(host, some.out);
    host->release(host, values);
    return status;
}

cim_status net_run(const net *n, const float *images, uint32_t n_images, net_product product,
                   net_result result, void *context) {
    return run_all(n, images, n_images, 0, product, result, context);
}

cim_status net_run_near(const net *n, const float *images, uint32_t n_images, net_product product,
                        net_result result, void *context) {
    return run_all(n, images, n_images, 1, product, result, context);
}
