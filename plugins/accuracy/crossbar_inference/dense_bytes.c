/* Inputs and weights of at most a byte, multiplied four at a time: processors with AVX-512 VNNI do
 * 64 products of bytes in one instruction. Sums are whole, so they are those of dense_floats.c.
 *
 * A word holds four channels of one place, a group's channels filled up with weights of 0; a
 * position's words are, of each four channels, those of the kernel's places. */
#include "dense_tile.h"
#include "processor.h"

#include <math.h>

#if IS_X86
#include <immintrin.h>
#define VNNI __attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vnni")))
#define HAS_VNNI (HAS_AVX512("bw") && HAS_AVX512("vl") && HAS_AVX512("vnni"))
#else
#define VNNI
#define HAS_VNNI 0
#endif

enum { BYTES = 4,            /* of a word                                                         */
       OUTS = 8,             /* outputs that are computed together                                */
       LANES = 16,           /* words of a register                                               */
       MOST_ROWS = 65536,    /* 255 x 128 of each: fewer than 2^31                                */
       LEAST_CHANNELS = 3 }; /* of a group, so that most bytes are used                           */

static uint32_t channels_of(const crossbar *a) { return a->l->is.in_channels / a->l->is.groups; }
static uint32_t quads_of(const crossbar *a) { return (channels_of(a) + BYTES - 1) / BYTES; }
static uint32_t places_of(const crossbar *a) {
    return a->l->is.kernel_height * a->l->is.kernel_width;
}

size_t dense_bytes_image(const crossbar *a) {
    return (size_t)a->l->is.groups * quads_of(a) * a->patch.height * a->patch.width;
}

uint32_t dense_bytes_rows(const crossbar *a) { return quads_of(a) * places_of(a); }

/* ---- weights --------------------------------------------------------------------------------- */

uint32_t dense_bytes_digits(dense_weights w) { return w.step ? 2 : 1; }

/* Of lines of products, one for each digit of an output. */
static uint32_t blocks_of(const crossbar *a, uint32_t digits) {
    return (a->l->is.out_channels / a->l->is.groups * digits + OUTS - 1) / OUTS;
}

static int can(const crossbar *a) {
    const int is_filled = channels_of(a) >= LEAST_CHANNELS || a->l->is.groups == 1;
    return HAS_VNNI && is_filled && a->in.top <= 255 && a->l->rows <= MOST_ROWS;
}

static int can_whole(const crossbar *a) {
    return can(a) && (a->way == CROSSBAR_WHOLE || a->way == CROSSBAR_TABLE) &&
           a->is.weight_bits <= 8;
}

/* Group x block of lines x word x line of the block. Line DIGIT, of DIGITS, of output O's CODES. */
static void pack_line(const crossbar *a, uint32_t digits, uint32_t o, uint32_t digit,
                      const int16_t *codes, uint32_t *to) {
    const uint32_t places = places_of(a), channels = channels_of(a), rows = dense_bytes_rows(a);
    const uint32_t outs = a->l->is.out_channels / a->l->is.groups;
    const uint32_t line = o % outs * digits + digit;
    const size_t block = (size_t)o / outs * blocks_of(a, digits) + line / OUTS;
    for (uint32_t c = 0; c < channels; c++)
        for (uint32_t k = 0; k < places; k++) {
            const size_t word = (size_t)(c / BYTES) * places + k;
            to[(block * rows + word) * OUTS + line % OUTS] |=
                (uint32_t)(uint8_t)codes[(size_t)c * places + k] << (8 * (c % BYTES));
        }
}

static uint32_t *packed_room(const crossbar *a, uint32_t digits) {
    const size_t lines = (size_t)a->l->is.groups * blocks_of(a, digits) * OUTS;
    return a->host->alloc(a->host, lines * dense_bytes_rows(a), sizeof(uint32_t));
}

cim_status dense_pack(crossbar *a) {
    if (!can_whole(a)) {
        a->host->release(a->host, a->bytes);
        a->bytes = NULL;
    }
    if (a->bytes || !can_whole(a)) return CIM_OK;
    a->bytes = packed_room(a, 1);
    if (!a->bytes) return a->host->fail(a->host, CIM_E_MEMORY, "no memory for a layer's weights");
    for (uint32_t o = 0; o < a->l->is.out_channels; o++)
        pack_line(a, 1, o, 0, a->codes + (size_t)o * a->l->rows, a->bytes);
    return CIM_OK;
}

/* ---- weights of two digits ------------------------------------------------------------------- */

enum { DIGIT = 256, LARGEST = 127 * DIGIT + 127 };

/* Of one output's N: its step. HIGH, LOW: the digits. */
static float split_output(float *real, uint32_t n, int16_t *high, int16_t *low) {
    float most = 0;
    for (uint32_t i = 0; i < n; i++) most = fmaxf(most, fabsf(real[i]));
    const float step = most / LARGEST;
    for (uint32_t i = 0; i < n; i++) {
        const int32_t code = step > 0 ? (int32_t)lrintf(real[i] / step) : 0;
        high[i] = (int16_t)((code + LARGEST + 1) / DIGIT - LARGEST / DIGIT);
        low[i] = (int16_t)(code - high[i] * DIGIT);
        real[i] = (float)code * step;
    }
    return step;
}

cim_status dense_split(const crossbar *a, float *real, dense_weights *w) {
    const cim_host *host = a->host;
    const uint32_t outs = a->l->is.out_channels, rows = a->l->rows;
    *w = (dense_weights){.real = real};
    if (can(a)) {
        w->bytes = packed_room(a, 2);
        w->step = host->alloc(host, outs, sizeof *w->step);
    }
    int16_t *digits = host->alloc(host, 2 * (size_t)rows, sizeof *digits);
    if (!digits || (can(a) && (!w->bytes || !w->step))) {
        dense_split_close(a, w);
        host->release(host, digits);
        return host->fail(host, CIM_E_MEMORY, "no memory for a layer's weights");
    }
    for (uint32_t o = 0; o < outs; o++) {
        const float step = split_output(real + (size_t)o * rows, rows, digits, digits + rows);
        if (!w->step) continue;
        w->step[o] = step;
        for (uint32_t d = 0; d < 2; d++) pack_line(a, 2, o, d, digits + d * rows, w->bytes);
    }
    host->release(host, digits);
    return CIM_OK;
}

void dense_split_close(const crossbar *a, dense_weights *w) {
    if (w->step) a->host->release(a->host, w->bytes);
    a->host->release(a->host, w->step);
    *w = (dense_weights){0};
}

/* ---- inputs ---------------------------------------------------------------------------------- */

/* Of N_CHANNELS (at most four), which lie AREA values from each other. */
static VNNI void encode_line(net_range r, const double *in, size_t area, uint32_t n_channels,
                             size_t n, uint32_t *words) {
    for (uint32_t c = 0; c < n_channels; c++, in += area)
        for (size_t i = 0; i < n; i++) {
            const uint32_t code = (uint32_t)(int32_t)net_code_fast(r, in[i]);
            words[i] = c ? words[i] | code << (8 * c) : code;
        }
}

/* The same of codes. */
static VNNI void weave_line(const uint8_t *in, size_t area, uint32_t n_channels, size_t n,
                            uint32_t *words) {
    const uint8_t *b = in + area, *c = b + area, *d = c + area;
    if (n_channels == BYTES)
        for (size_t i = 0; i < n; i++)
            words[i] = in[i] | (uint32_t)b[i] << 8 | (uint32_t)c[i] << 16 | (uint32_t)d[i] << 24;
    for (uint32_t k = 0; n_channels < BYTES && k < n_channels; k++, in += area)
        for (size_t i = 0; i < n; i++) words[i] = k ? words[i] | (uint32_t)in[i] << (8 * k) : in[i];
}

/* Of N places from input FROM of all images on. */
static void encode_some(const dense_tile *t, size_t from, uint32_t n_channels, size_t n,
                        uint32_t *to) {
    const cim_layer *l = &t->a->l->is;
    const size_t area = (size_t)l->in_height * l->in_width;
    const uint8_t *coded = (const void *)t->in;
    if (t->a->takes_codes) weave_line(coded + from, area, n_channels, n, to);
    else encode_line(t->a->in, t->in + from, area, n_channels, n, to);
}

void dense_bytes_encode(const dense_tile *t, size_t image) {
    const crossbar *a = t->a;
    const cim_layer *l = &a->l->is;
    const size_t width = a->patch.width, area = a->patch.height * width;
    const size_t plane = (size_t)l->in_height * l->in_width;
    const uint32_t channels = channels_of(a);
    uint32_t *to = t->words + image % t->slots * t->image;
    to += (size_t)l->pad_top * width + l->pad_left;   /* (padding is there from the beginning)    */
    for (uint32_t c = 0; c < l->in_channels; to += area) {
        const size_t from = (image * l->in_channels + c) * plane;
        const uint32_t left = channels - c % channels, n = left < BYTES ? left : BYTES;
        if (area == plane) encode_some(t, from, n, plane, to);
        for (uint32_t y = 0; area != plane && y < l->in_height; y++)
            encode_some(t, from + (size_t)y * l->in_width, n, l->in_width, to + y * width);
        c += n;
    }
}

/* The same polynomials as in dense_floats.c. */
static VNNI void describe(const uint32_t *words, uint32_t byte, size_t n, uint32_t factor,
                          float *sum, uint32_t *content) {
    for (size_t i = 0; i < n; i++) {
        const uint32_t code = words[i] >> (8 * byte) & 255;
        sum[i] += (float)(int32_t)code;
        content[i] = content[i] * factor + code;
    }
}

/* All bytes of a word, the first one first; ARE_FIRST: of a place's words. */
static VNNI void describe_words(const uint32_t *restrict words, size_t n, uint32_t factor,
                                int are_first, float *restrict sum, uint32_t *restrict content) {
    for (size_t i = 0; i < n; i++) {
        const uint32_t w = words[i], a = w & 255, b = w >> 8 & 255, c = w >> 16 & 255, d = w >> 24;
        const uint32_t before = are_first ? 0 : content[i];
        sum[i] = (are_first ? 0 : sum[i]) + (float)(int32_t)(a + b + c + d);
        content[i] = (((before * factor + a) * factor + b) * factor + c) * factor + d;
    }
}

void dense_bytes_describe(const dense_tile *t, size_t slot) {
    const cim_layer *l = &t->a->l->is;
    const size_t area = (size_t)t->a->patch.height * t->a->patch.width;
    const uint32_t channels = channels_of(t->a), quads = quads_of(t->a);
    uint32_t factor = 1;
    for (uint32_t i = 0; i < places_of(t->a); i++) factor *= DENSE_GOLDEN;
    for (uint32_t g = 0; g < l->groups; g++) {
        const uint32_t *words = t->words + slot * t->image + g * quads * area;
        const size_t at = (slot * l->groups + g) * area;
        const uint32_t whole = channels / BYTES;
        if (!whole) memset(t->sum + at, 0, area * sizeof *t->sum);
        if (!whole) memset(t->mix + at, 0, area * sizeof *t->mix);
        for (uint32_t q = 0; q < whole; q++)
            describe_words(words + q * area, area, factor, q == 0, t->sum + at, t->mix + at);
        for (uint32_t c = whole * BYTES; c < channels; c++)
            describe(words + whole * area, c % BYTES, area, factor, t->sum + at, t->mix + at);
    }
}

static VNNI void gather_lines(const dense_tile *t, size_t offset, uint32_t *to) {
    dense_gather_lines(t, t->words, offset, to);
}

static VNNI void gather_points(const dense_tile *t, size_t offset, uint32_t *to) {
    for (uint32_t i = 0; i < t->n; i++) to[i] = t->words[t->lines[i].codes + offset];
}

/* Of outputs that lie in one column: row after row, as the polynomial goes. */
static void describe_points(const dense_tile *t) {
    const uint32_t channels = channels_of(t->a), places = places_of(t->a);
    for (uint32_t c = 0; c < channels; c++)
        for (uint32_t k = 0; k < places; k++)
            describe(t->x_words + ((size_t)c / BYTES * places + k) * t->stride, c % BYTES, t->n,
                     DENSE_GOLDEN, t->activity, t->content);
}

int dense_bytes_direct(const crossbar *a) {
    return a->l->is.stride_width == 1 && a->l->is.out_width % LANES == 0;
}

void dense_bytes_take(const dense_tile *t) {
    if (t->is_direct) return;
    const net_patch *p = &t->a->patch;
    const uint32_t quads = quads_of(t->a), places = places_of(t->a);
    const size_t area = (size_t)p->height * p->width, group = t->group * quads * area;
    for (uint32_t q = 0; q < quads; q++)
        for (uint32_t k = 0; k < places; k++) {
            uint32_t *x = t->x_words + ((size_t)q * places + k) * t->stride;
            const size_t offset = group + q * area + p->offset[k];
            if (t->a->l->is.out_width == 1) gather_points(t, offset, x);
            else gather_lines(t, offset, x);
        }
    if (t->adjust && !t->sum) describe_points(t);
}

/* ---- product --------------------------------------------------------------------------------- */

/* Where the words of two registers of positions begin, and how far row after row lies behind. */
typedef struct two_registers { const uint32_t *low, *high, *offset; } two_registers;

/* OUTS outputs of two registers of positions. */
#if IS_X86
static VNNI void multiply_block(const uint32_t *w, two_registers x, uint32_t rows, size_t stride,
                                uint32_t outs, int32_t *y) {
    __m512i low[OUTS], high[OUTS];
#pragma GCC unroll 8
    for (int o = 0; o < OUTS; o++) low[o] = high[o] = _mm512_setzero_si512();
    for (uint32_t k = 0; k < rows; k++, w += OUTS) {
        const __m512i a = _mm512_loadu_si512(x.low + x.offset[k]),
                      b = _mm512_loadu_si512(x.high + x.offset[k]);
#pragma GCC unroll 8
        for (int o = 0; o < OUTS; o++) {
            const __m512i weight = _mm512_set1_epi32((int32_t)w[o]);
            low[o] = _mm512_dpbusd_epi32(low[o], a, weight);
            high[o] = _mm512_dpbusd_epi32(high[o], b, weight);
        }
    }
#pragma GCC unroll 8
    for (uint32_t o = 0; o < OUTS; o++)
        if (o < outs) {
            _mm512_storeu_si512(y + o * stride, low[o]);
            _mm512_storeu_si512(y + o * stride + LANES, high[o]);
        }
}
#else
static void multiply_block(const uint32_t *w, two_registers x, uint32_t rows, size_t stride,
                           uint32_t outs, int32_t *y) {
    (void)w, (void)x, (void)rows, (void)stride, (void)outs, (void)y;   /* never: HAS_VNNI         */
}
#endif

/* The registers from position AT of the tile on. */
static two_registers registers_at(const dense_tile *t, uint32_t at) {
    if (!t->is_direct) {
        const uint32_t *x = t->x_words + at;
        return (two_registers){x, x + LANES, t->offset};
    }
    const uint32_t width = t->a->l->is.out_width, next = at + LANES < t->n ? at + LANES : at;
    const uint32_t *group = t->words + t->group * (t->image / t->a->l->is.groups);
    return (two_registers){group + t->lines[at / width].codes + at % width,
                           group + t->lines[next / width].codes + next % width, t->offset};
}

/* Of gathered words, row after row; or, where the words of a register of positions lie side by
 * side, of those of the image. */
static void set_offsets(const dense_tile *t) {
    const net_patch *p = &t->a->patch;
    const uint32_t quads = quads_of(t->a), places = places_of(t->a);
    for (uint32_t q = 0; q < quads; q++)
        for (uint32_t k = 0; k < places; k++)
            t->offset[q * places + k] = t->is_direct ? q * p->height * p->width + p->offset[k]
                                                     : (q * places + k) * t->stride;
}

/* Y of two digits' lines each. */
static VNNI void join_digits(const dense_tile *t) {
    for (uint32_t o = 0; o < t->outs; o++) {
        const int32_t *high = t->y_whole + 2 * o * (size_t)t->stride, *low = high + t->stride;
        const float step = t->w.step[t->group * t->outs + o];
        float *y = t->y + o * (size_t)t->stride;
        for (uint32_t i = 0; i < t->n; i++)
            y[i] = step * ((float)DIGIT * (float)high[i] + (float)low[i]);
    }
}

void dense_bytes_multiply(const dense_tile *t) {
    const uint32_t rows = dense_bytes_rows(t->a), digits = dense_bytes_digits(t->w),
                   blocks = blocks_of(t->a, digits), lines = t->outs * digits;
    const size_t block = (size_t)rows * OUTS;
    const uint32_t *w = t->w.bytes + t->group * blocks * block;
    set_offsets(t);
    for (uint32_t at = 0; at < t->n; at += DENSE_TOGETHER) {
        const two_registers x = registers_at(t, at);
        for (uint32_t b = 0, o = 0; b < blocks; b++, o += OUTS)
            multiply_block(w + b * block, x, rows, t->stride, lines - o,
                           t->y_whole + o * (size_t)t->stride + at);
    }
    if (t->w.step) join_digits(t);
}
