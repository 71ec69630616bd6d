#include "dense.h"
#include "processor.h"

#include <cblas.h>
#include <string.h>

enum { MOST_TILE = 1 << 17, LEAST_TILE = 64,  /* inputs: half a megabyte; output positions        */
       SEGMENT = 1024,       /* outputs that stay near from the product to their place            */
       CHUNK = 8 };          /* values that are copied at once                                    */

uint32_t dense_exact_rows(const crossbar *a) {
    const uint32_t largest = (uint32_t)a->in.top << (a->is.weight_bits - 1);
    return largest < (1u << 24) ? (1u << 24) / largest : 1;
}

/* Where a line of outputs has its inputs, in CODES and in the planes that describe them. */
typedef struct line_place { size_t codes, plane; } line_place;

typedef struct tile {
    const crossbar *a;
    const float *weights;
    const double *in;
    float *codes;            /* of the images that a tile looks at, planes with their padding     */
    size_t slots, coded;     /* images that CODES has room for; that were coded                   */
    float *sum;              /* of a slot's channels, at each place; NULL: X is described         */
    uint32_t *mix;           /* a number of them, likewise                                        */
    line_place *lines;       /* of the tile                                                       */
    float *x, *y, *activity; /* row x position; output x position; of each position               */
    uint32_t *content;
    float *own;              /* of each position                                                  */
    double *sums;            /* output x position, where more than one product is added up        */
    uint32_t n, outs, group; /* positions; outputs of a group                                     */
    size_t from;             /* first position, of those asked for                                */
    uint64_t first;          /* of the layer                                                      */
    double *out;
    dense_adjust adjust;
    void *context;
} tile;

/* ---- loops that a processor with AVX2 does several at a time --------------------------------- */

/* net_code(), rounded by what a double has no bits for. */
static inline void encode_line(net_range r, const double *in, size_t n, float *codes) {
    const double low = -r.zero, high = r.top - r.zero, magic = 0x1.8p52;
    for (size_t i = 0; i < n; i++) {
        double x = in[i] / r.scale;
        x = x > low ? x : low;
        x = x < high ? x : high;
        codes[i] = (float)(x + magic - magic - low);
    }
}

/* A line of outputs after the other: neighbours have neighbouring inputs. What is written behind a
 * line belongs to what comes next, or to the end of t->x. */
static inline void gather_lines(const tile *t, size_t offset, float *to) {
    const uint32_t width = t->a->l->is.out_width, stride = t->a->l->is.stride_width;
    for (uint32_t i = 0; i < t->n; i += width, to += width) {
        const float *from = t->codes + t->lines[i / width].codes + offset;
        for (uint32_t j = 0; stride == 1 && j < width; j += CHUNK)
            memcpy(to + j, from + j, CHUNK * sizeof *to);
        for (uint32_t j = 0; stride != 1 && j < width; j++) to[j] = from[j * stride];
    }
}

/* Lines of one output: a few rows at a time, which are neighbours in the inputs. */
static inline void gather_points(const tile *t, const size_t group, uint32_t k, uint32_t n) {
    const uint32_t *offset = t->a->patch.offset + k;
    for (uint32_t i = 0; i < t->n; i++) {
        const float *from = t->codes + t->lines[i].codes + group;
        for (uint32_t r = 0; r < n; r++) t->x[(size_t)(k + r) * t->n + i] = from[offset[r]];
    }
}

/* A polynomial in GOLDEN, in 32 bits, of what lies behind a position, row after row. */
#define GOLDEN 0x9e3779b1u   /* odd: 2^32 / golden                                                */
static inline void describe(const float *x, uint32_t n, uint32_t factor, float *sum,
                            uint32_t *content) {
    for (uint32_t i = 0; i < n; i++) {
        sum[i] += x[i];
        content[i] = content[i] * factor + (uint32_t)(int32_t)x[i];
    }
}

/* A kernel's places have the same rows in every channel: the polynomial of the channels at each
 * place of the image first, once for all positions that see it, ... */
static inline void describe_image(const tile *t, const float *codes, size_t slot) {
    const cim_layer *l = &t->a->l->is;
    const size_t area = (size_t)t->a->patch.height * t->a->patch.width;
    const uint32_t channels = l->in_channels / l->groups;
    uint32_t factor = 1;
    for (uint32_t i = 0; i < l->kernel_height * l->kernel_width; i++) factor *= GOLDEN;
    for (uint32_t c = 0; c < l->in_channels; c++, codes += area) {
        const size_t at = (slot * l->groups + c / channels) * area;
        if (c % channels == 0) memset(t->sum + at, 0, area * sizeof *t->sum);
        if (c % channels == 0) memset(t->mix + at, 0, area * sizeof *t->mix);
        describe(codes, (uint32_t)area, factor, t->sum + at, t->mix + at);
    }
}

/* ... then that of the kernel's places. */
static inline void describe_lines(const tile *t) {
    const net_patch *p = &t->a->patch;
    const cim_layer *l = &t->a->l->is;
    const uint32_t width = l->out_width, stride = l->stride_width;
    for (uint32_t i = 0; i < t->n; i += width)
        for (uint32_t r = 0; r < l->kernel_height * l->kernel_width; r++) {
            const size_t at = t->lines[i / width].plane + p->offset[r] +
                              (size_t)t->group * p->height * p->width;
            const float *sum = t->sum + at;
            const uint32_t *mix = t->mix + at;
            float *activity = t->activity + i;
            uint32_t *content = t->content + i;
            for (uint32_t j = 0; j < width; j++) activity[j] += sum[j * stride];
            for (uint32_t j = 0; j < width; j++)
                content[j] = content[j] * GOLDEN + mix[j * stride];
        }
}

/* Rows of inputs, each described while it is near. */
static inline void gather_rows(const tile *t) {
    const net_patch *p = &t->a->patch;
    const size_t group = t->group * p->group;
    const int is_point = t->a->l->is.out_width == 1;
    if (t->sum) describe_lines(t);
    for (uint32_t k = 0; k < p->rows; k += CHUNK) {
        const uint32_t n = p->rows - k < CHUNK ? p->rows - k : CHUNK;
        if (is_point) gather_points(t, group, k, n);
        for (uint32_t r = k; r < k + n; r++) {
            float *x = t->x + (size_t)r * t->n;
            if (!is_point) gather_lines(t, group + p->offset[r], x);
            if (t->adjust && !t->sum) describe(x, t->n, GOLDEN, t->activity, t->content);
        }
    }
}

static inline void widen(const float *y, size_t n, int is_first, double *sums) {
    if (is_first)
        for (size_t i = 0; i < n; i++) sums[i] = (double)y[i];
    else
        for (size_t i = 0; i < n; i++) sums[i] += (double)y[i];
}

/* Y: the sums themselves, or the one product that they are. */
typedef struct line_scale { double zero, scale, bias; } line_scale;
static inline void finish_line(line_scale a, const float *y, const double *sums, uint32_t n,
                               double *out) {
    if (y)
        for (uint32_t i = 0; i < n; i++) out[i] = ((double)y[i] - a.zero) * a.scale + a.bias;
    else
        for (uint32_t i = 0; i < n; i++) out[i] = (sums[i] - a.zero) * a.scale + a.bias;
}

static AVX2 void encode_fast(net_range r, const double *in, size_t n, float *codes) {
    encode_line(r, in, n, codes);
}
static AVX2 void gather_fast(const tile *t) { gather_rows(t); }
static AVX2 void describe_fast(const tile *t, const float *codes, size_t slot) {
    describe_image(t, codes, slot);
}
static AVX2 void widen_fast(const float *y, size_t n, int is_first, double *sums) {
    widen(y, n, is_first, sums);
}
static AVX2 void finish_fast(line_scale a, const float *y, const double *sums, uint32_t n,
                             double *out) {
    finish_line(a, y, sums, n, out);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static void encode(const tile *t, size_t image) {
    const crossbar *a = t->a;
    const cim_layer *l = &a->l->is;
    const size_t width = a->patch.width, area = a->patch.height * width;
    const size_t plane = (size_t)l->in_height * l->in_width;
    const double *in = t->in + image * l->in_channels * plane;
    float *to = t->codes + image % t->slots * a->patch.image;
    void (*const line)(net_range, const double *, size_t, float *) =
        HAS_AVX2 ? encode_fast : encode_line;
    if (area == plane) {
        line(a->in, in, l->in_channels * plane, to);
        return;
    }
    to += (size_t)l->pad_top * width + l->pad_left;   /* (padding is there from the beginning)    */
    for (uint32_t c = 0; c < l->in_channels; c++, to += area)
        for (uint32_t y = 0; y < l->in_height; y++, in += l->in_width)
            line(a->in, in, l->in_width, to + y * width);
}

/* Images are coded when the first tile comes to them, and forgotten after the last. */
static void gather(tile *t) {
    const net_patch *p = &t->a->patch;
    const cim_layer *l = &t->a->l->is;
    const size_t last = (t->from + t->n - 1) / p->positions;
    for (; t->coded <= last; t->coded++) {
        const size_t slot = t->coded % t->slots;
        encode(t, t->coded);
        if (t->sum)
            (HAS_AVX2 ? describe_fast : describe_image)(t, t->codes + slot * p->image, slot);
    }
    for (uint32_t i = 0; i < t->n; i += l->out_width) {
        const size_t at = t->from + i, slot = at / p->positions % t->slots;
        const size_t place = p->place[at % p->positions];
        t->lines[i / l->out_width] = (line_place){
            slot * p->image + place, slot * l->groups * p->height * p->width + place};
    }
}

static void take_rows(const tile *t) {
    memset(t->activity, 0, t->n * sizeof *t->activity);
    memset(t->content, 0, t->n * sizeof *t->content);
    (HAS_AVX2 ? gather_fast : gather_rows)(t);
}

/* ---- product and outputs --------------------------------------------------------------------- */

/* Rows of one product: whole numbers that float would round are added up in double. */
static uint32_t most_rows(const crossbar *a) {
    const uint32_t whole = dense_exact_rows(a);
    return a->way == CROSSBAR_WHOLE || whole > 256 ? whole : 256;
}

int dense_is_whole(const crossbar *a) {
    return a->l->rows <= dense_exact_rows(a) || most_rows(a) <= dense_exact_rows(a);
}

static void multiply(const tile *t) {
    const uint32_t rows = t->a->l->rows, most = most_rows(t->a);
    const float *w = t->weights + (size_t)t->group * t->outs * rows;
    for (uint32_t k = 0; k < rows; k += most) {
        const uint32_t n = rows - k < most ? rows - k : most;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)t->outs, (blasint)t->n,
                    (blasint)n, 1, w + k, (blasint)rows, t->x + (size_t)k * t->n, (blasint)t->n, 0,
                    t->y, (blasint)t->n);
        if (rows > most)
            (HAS_AVX2 ? widen_fast : widen)(t->y, (size_t)t->outs * t->n, k == 0, t->sums);
    }
}

/* N values of output O, from position AT of the tile on. */
static void put(const tile *t, uint32_t o, uint32_t at, uint32_t n, const double *y) {
    const size_t positions = t->a->patch.positions, values = t->a->l->values;
    for (uint32_t i = 0, some; i < n; i += some) {
        const size_t p = t->from + at + i, image = p / positions, left = positions - p % positions;
        some = left < n - i ? (uint32_t)left : n - i;
        memcpy(t->out + image * values + o * positions + p % positions, y + i, some * sizeof *y);
    }
}

static void finish(const tile *t) {
    const crossbar *a = t->a;
    const int is_one = a->l->rows <= most_rows(a);
    double y[SEGMENT];
    for (uint32_t i = 0; i < t->outs; i++) {
        const uint32_t o = t->group * t->outs + i;
        const line_scale scale = {.zero = (double)a->in.zero * (double)a->code_sum[o],
                                  .scale = a->in.scale * a->scale[o],
                                  .bias = a->l->bias ? (double)a->l->bias[o] : 0};
        for (uint32_t at = 0; at < t->n; at += SEGMENT) {
            const uint32_t n = t->n - at < SEGMENT ? t->n - at : SEGMENT;
            const size_t from = (size_t)i * t->n + at;
            (HAS_AVX2 ? finish_fast : finish_line)(scale, is_one ? t->y + from : NULL,
                                                   t->sums + (is_one ? 0 : from), n, y);
            if (t->adjust)
                t->adjust(t->context,
                          &(dense_line){.o = o, .n = n, .first = t->first + t->from + at,
                                        .activity = t->activity + at, .content = t->content + at,
                                        .own = t->own + at, .is_new = i == 0, .y = y});
            put(t, o, at, n, y);
        }
    }
}

static void run(tile *t, size_t n, uint32_t most) {
    for (t->from = 0; t->from < n; t->from += most) {
        t->n = n - t->from < most ? (uint32_t)(n - t->from) : most;
        gather(t);
        for (t->group = 0; t->group < t->a->l->is.groups; t->group++) {
            take_rows(t);
            multiply(t);
            finish(t);
        }
    }
}

/* Whole lines. */
static uint32_t tile_size(const crossbar *a) {
    const uint32_t width = a->l->is.out_width, fit = MOST_TILE / a->l->rows;
    const uint32_t wanted = fit < LEAST_TILE ? LEAST_TILE : fit;
    return wanted < width ? width : wanted / width * width;
}

/* True where codes are described by planes: their sums must be exact in any order. */
static int has_planes(const tile *t) {
    const crossbar *a = t->a;
    const uint32_t most = (1u << 24) / ((uint32_t)a->in.top + 1);
    return t->adjust && a->l->is.out_width > 1 && a->l->rows < most;
}

/* Room for a tile of MOST positions of N_IMAGES. */
static int make_room(tile *t, size_t most, size_t n_images) {
    const cim_host *host = t->a->host;
    const size_t rows = t->a->l->rows, positions = t->a->patch.positions;
    const size_t spanned = (most - 1) / positions + 2;
    t->slots = spanned < n_images ? spanned : n_images ? n_images : 1;
    const size_t coded = t->slots * t->a->patch.image;
    t->codes = host->alloc(host, coded + CHUNK, sizeof *t->codes);
    t->lines = host->alloc(host, most / t->a->l->is.out_width + 1, sizeof *t->lines);
    t->x = host->alloc(host, rows * most + CHUNK, sizeof *t->x);
    t->y = host->alloc(host, t->outs * most, sizeof *t->y);
    t->sums = host->alloc(host, rows > most_rows(t->a) ? t->outs * most : 1, sizeof *t->sums);
    t->content = host->alloc(host, most, sizeof *t->content);
    t->activity = host->alloc(host, most, sizeof *t->activity);
    t->own = host->alloc(host, most, sizeof *t->own);
    if (has_planes(t)) {
        const size_t planes = t->slots * t->a->l->is.groups * t->a->patch.height;
        t->sum = host->alloc(host, planes * t->a->patch.width, sizeof *t->sum);
        t->mix = host->alloc(host, planes * t->a->patch.width, sizeof *t->mix);
        if (!t->sum || !t->mix) return 0;
    }
    for (size_t i = 0; t->codes && i < coded; i++) t->codes[i] = (float)t->a->in.zero;
    return t->codes && t->lines && t->x && t->y && t->sums && t->content && t->activity;
}

static void free_room(tile *t) {
    const cim_host *host = t->a->host;
    host->release(host, t->codes);
    host->release(host, t->lines);
    host->release(host, t->x);
    host->release(host, t->y);
    host->release(host, t->sums);
    host->release(host, t->activity);
    host->release(host, t->own);
    host->release(host, t->sum);
    host->release(host, t->mix);
    host->release(host, t->content);
}

cim_status dense_product(const crossbar *a, const float *weights, const double *in, uint32_t first,
                         uint32_t n_images, double *out, dense_adjust adjust, void *context) {
    const cim_host *host = a->host;
    const size_t positions = a->patch.positions, most = tile_size(a);
    tile t = {.a = a, .weights = weights, .in = in,
              .outs = a->l->is.out_channels / a->l->is.groups, .first = first * positions,
              .out = out, .adjust = adjust, .context = context};
    cim_status status = CIM_OK;
    if (make_room(&t, most, n_images)) run(&t, n_images * positions, (uint32_t)most);
    else status = host->fail(host, CIM_E_MEMORY, "no memory for a layer's inputs");
    free_room(&t);
    return status;
}
