#include "dense_tile.h"
#include "processor.h"

enum { MOST_TILE = 1 << 17, LEAST_TILE = 64,  /* inputs: half a megabyte; output positions        */
       MOST_BYTES = 1 << 15 };  /* likewise, in words: they and their outputs stay near           */

int dense_is_whole(const crossbar *a) {
    return a->bytes || a->l->rows <= dense_exact_rows(a) ||
           dense_floats_rows(a) <= dense_exact_rows(a);
}

/* ---- inputs ---------------------------------------------------------------------------------- */

/* Images are coded when the first tile comes to them, and forgotten after the last. */
static void gather(dense_tile *t) {
    const net_patch *p = &t->a->patch;
    const cim_layer *l = &t->a->l->is;
    const size_t last = (t->from + t->n - 1) / p->positions;
    for (; t->coded <= last; t->coded++) {
        const size_t slot = t->coded % t->slots;
        (t->words ? dense_bytes_encode : dense_floats_encode)(t, t->coded);
        if (t->sum) (t->words ? dense_bytes_describe : dense_floats_describe)(t, slot);
    }
    for (uint32_t i = 0; i < t->n; i += l->out_width) {
        const size_t at = t->from + i, slot = at / p->positions % t->slots;
        const size_t place = p->place[at % p->positions];
        t->lines[i / l->out_width] = (dense_place){
            slot * t->image + place, slot * l->groups * p->height * p->width + place};
    }
}

/* What the planes say of each place, over the kernel's places. */
static inline void describe_lines(const dense_tile *t) {
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
                content[j] = content[j] * DENSE_GOLDEN + mix[j * stride];
        }
}
static AVX2 void describe_lines_fast(const dense_tile *t) { describe_lines(t); }

static void take_rows(const dense_tile *t) {
    memset(t->activity, 0, t->n * sizeof *t->activity);
    memset(t->content, 0, t->n * sizeof *t->content);
    if (t->sum) (HAS_AVX2 ? describe_lines_fast : describe_lines)(t);
    (t->words ? dense_bytes_take : dense_floats_take)(t);
}

/* ---------------------------------------------------------------------------------------------- */

static void run(dense_tile *t, size_t n, uint32_t most) {
    for (t->from = 0; t->from < n; t->from += most) {
        t->n = n - t->from < most ? (uint32_t)(n - t->from) : most;
        t->stride = t->words ? (t->n + DENSE_TOGETHER - 1) / DENSE_TOGETHER * DENSE_TOGETHER : t->n;
        gather(t);
        for (t->group = 0; t->group < t->a->l->is.groups; t->group++) {
            take_rows(t);
            (t->words ? dense_bytes_multiply : dense_floats_multiply)(t);
            for (uint32_t at = 0; at < t->n; at += DENSE_SEGMENT)
                dense_finish(t, at, t->n - at < DENSE_SEGMENT ? t->n - at : DENSE_SEGMENT);
        }
    }
}

/* Whole lines. */
static uint32_t tile_size(const crossbar *a, dense_weights w) {
    const uint32_t width = a->l->is.out_width;
    const uint32_t lines = a->l->is.out_channels / a->l->is.groups * dense_bytes_digits(w);
    const uint32_t words = w.bytes ? dense_bytes_rows(a) : 0;
    const uint32_t fit = w.bytes ? MOST_BYTES / (words > lines ? words : lines)
                                 : MOST_TILE / a->l->rows;
    const uint32_t wanted = fit < LEAST_TILE ? LEAST_TILE : fit;
    return wanted < width ? width : wanted / width * width;
}

/* True where codes are described by planes: their sums must be exact in any order. */
static int has_planes(const dense_tile *t) {
    const crossbar *a = t->a;
    const uint32_t most = (1u << 24) / ((uint32_t)a->in.top + 1);
    return t->adjust && a->l->is.out_width > 1 && a->l->rows < most;
}

static void fill_codes(const dense_tile *t) {
    const uint32_t zero = (uint32_t)t->a->in.zero * 0x01010101u;
    for (size_t i = 0; t->codes && i < t->slots * t->image; i++) t->codes[i] = (float)t->a->in.zero;
    for (size_t i = 0; t->words && i < t->slots * t->image; i++) t->words[i] = zero;
}

/* Inputs and products of a tile of MOST positions. */
static int make_floats(dense_tile *t, size_t most) {
    const cim_host *host = t->a->host;
    const size_t rows = t->a->l->rows;
    t->image = t->a->patch.image;
    t->codes = host->alloc(host, t->slots * t->image + DENSE_CHUNK, sizeof *t->codes);
    t->x = host->alloc(host, rows * most + DENSE_CHUNK, sizeof *t->x);
    t->y = host->alloc(host, t->outs * most, sizeof *t->y);
    t->sums = host->alloc(host, rows > dense_floats_rows(t->a) ? t->outs * most : 1,
                          sizeof *t->sums);
    return t->codes && t->x && t->y && t->sums;
}

static int make_bytes(dense_tile *t, size_t most) {
    const cim_host *host = t->a->host;
    const size_t stride = most + DENSE_TOGETHER, rows = dense_bytes_rows(t->a);
    const uint32_t digits = dense_bytes_digits(t->w);
    t->image = dense_bytes_image(t->a);
    t->words = host->alloc(host, t->slots * t->image + DENSE_CHUNK, sizeof *t->words);
    if (!t->is_direct)
        t->x_words = host->alloc(host, rows * stride + DENSE_CHUNK, sizeof *t->x_words);
    t->y_whole = host->alloc(host, digits * t->outs * stride, sizeof *t->y_whole);
    t->y = host->alloc(host, t->w.step ? t->outs * stride : 1, sizeof *t->y);
    t->offset = host->alloc(host, rows, sizeof *t->offset);
    return t->words && (t->x_words || t->is_direct) && t->y_whole && t->y && t->offset;
}

/* Room for a tile of MOST positions of N_IMAGES. */
static int make_room(dense_tile *t, size_t most, size_t n_images) {
    const cim_host *host = t->a->host;
    const net_patch *p = &t->a->patch;
    const size_t spanned = (most - 1) / p->positions + 2;
    t->slots = spanned < n_images ? spanned : n_images ? n_images : 1;
    t->is_direct = t->w.bytes && dense_bytes_direct(t->a) && (has_planes(t) || !t->adjust);
    if (!(t->w.bytes ? make_bytes : make_floats)(t, most)) return 0;
    fill_codes(t);
    t->lines = host->alloc(host, most / t->a->l->is.out_width + 1, sizeof *t->lines);
    t->content = host->alloc(host, most, sizeof *t->content);
    t->activity = host->alloc(host, most, sizeof *t->activity);
    t->own = host->alloc(host, most, sizeof *t->own);
    if (has_planes(t)) {
        const size_t planes = t->slots * t->a->l->is.groups * p->height;
        t->sum = host->alloc(host, planes * p->width, sizeof *t->sum);
        t->mix = host->alloc(host, planes * p->width, sizeof *t->mix);
        if (!t->sum || !t->mix) return 0;
    }
    return t->lines && t->content && t->activity && t->own;
}

static void free_room(dense_tile *t) {
    void *const all[] = {t->codes, t->words, t->lines, t->x, t->x_words, t->offset, t->y,
                         t->y_whole, t->sums, t->activity, t->own, t->sum, t->mix, t->content};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) t->a->host->release(t->a->host, all[i]);
}

cim_status dense_product(const crossbar *a, dense_weights w, const double *in, uint32_t first,
                         uint32_t n_images, double *out, dense_adjust adjust, void *context) {
    const cim_host *host = a->host;
    const size_t positions = a->patch.positions, most = tile_size(a, w);
    dense_tile t = {.a = a, .w = w, .in = in,
              .outs = a->l->is.out_channels / a->l->is.groups, .first = first * positions,
              .out = out, .adjust = adjust, .context = context};
    cim_status status = CIM_OK;
    const int has_room = make_room(&t, most, n_images);
    if (has_room) run(&t, n_images * positions, (uint32_t)most);
    else status = host->fail(host, CIM_E_MEMORY, "no memory for a layer's inputs");
    free_room(&t);
    return status;
}
