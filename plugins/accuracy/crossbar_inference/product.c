/* A layer's product, 128 output positions at a time. */
#include "product.h"

#include "dense.h"
#include "processor.h"

#include <cblas.h>
#include <string.h>

void crossbar_single_thread(void) { openblas_set_num_threads(1); }

void product_multiply(const float *a, uint32_t m, uint32_t k, uint32_t stride, const float *x,
                      float *out) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)m, NET_TILE, (blasint)k, 1, a,
                (blasint)stride, x, NET_TILE, 0, out, NET_TILE);
}

void product_multiply_across(const float *a, uint32_t m, uint32_t k, size_t stride, const float *x,
                             float *out) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)m, NET_TILE, (blasint)k, 1, a,
                (blasint)stride, x, NET_TILE, 0, out, NET_TILE);
}

int product_is_read(const product_tile *t, uint32_t step) {
    int is = !t->chosen;
    for (uint32_t s = 0; !is && s < t->a->slices; s++) is = t->chosen[s * t->a->steps + step];
    return is;
}

/* ---- inputs --------------------------------------------------------------------------------- */

/* net_code(), rounded by what a double has no bits for. */
static inline void encode_plainly(net_range r, const double *in, size_t n, uint16_t *codes) {
    for (size_t i = 0; i < n; i++) codes[i] = (uint16_t)(int32_t)net_code_fast(r, in[i]);
}
static void widen(const uint8_t *in, size_t n, uint16_t *codes) {
    for (size_t i = 0; i < n; i++) codes[i] = in[i];
}
static AVX2 void encode_avx2(net_range r, const double *in, size_t n, uint16_t *codes) {
    encode_plainly(r, in, n, codes);
}

/* N codes of the inputs from FROM on. */
static void encode_some(const crossbar *a, const double *in, size_t from, size_t n,
                        uint16_t *codes) {
    if (a->takes_codes) widen((const uint8_t *)(const void *)in + from, n, codes);
    else (HAS_AVX2 ? encode_avx2 : encode_plainly)(a->in, in + from, n, codes);
}

/* Codes of all images, each plane with its padding, which is the code of zero. */
static void encode(const crossbar *a, const double *in, uint32_t n_images, uint16_t *codes) {
    const cim_layer *l = &a->l->is;
    const size_t planes = (size_t)n_images * l->in_channels, width = a->patch.width;
    const size_t area = (size_t)a->patch.height * width;
    if (area == (size_t)l->in_height * l->in_width) {
        encode_some(a, in, 0, planes * area, codes);
        return;
    }
    for (size_t i = 0; i < planes * area; i++) codes[i] = (uint16_t)a->in.zero;
    for (size_t p = 0; p < planes; p++)
        for (uint32_t y = 0; y < l->in_height; y++)
            encode_some(a, in, (p * l->in_height + y) * l->in_width, l->in_width,
                        codes + p * area + (y + l->pad_top) * width + l->pad_left);
}

/* N codes and up to CHUNK - 1 more: a loop of single instructions, where a call would take longer
 * than the few codes of a line do. */
enum { CHUNK = 8 };
static inline void copy(uint16_t *to, const uint16_t *from, uint32_t n) {
    for (uint32_t i = 0; i < n; i += CHUNK) memcpy(to + i, from + i, CHUNK * sizeof *to);
}

/* What is written behind a run belongs to what comes next, or to the end of t->codes. */
static void gather(product_tile *t, const uint16_t *codes, const size_t *at) {
    const net_patch *p = &t->a->patch;
    for (uint32_t k = 0; k < p->rows; k++) {
        const uint16_t *from = codes + t->group * p->group + p->offset[k];
        uint16_t *to = t->codes + (size_t)k * NET_TILE;
        for (uint32_t i = 0, n; i < NET_TILE; i += n) {
            n = t->run[i];
            if (n == 1) to[i] = from[at[i]];
            else copy(to + i, from + at[i], n);
        }
    }
}

/* ---- the integer product, and that of real weights ------------------------------------------ */

size_t product_work(const crossbar *a) {
    const size_t outs = a->l->is.out_channels / a->l->is.groups;
    const size_t columns = outs * a->slices * a->parts, block = a->block;
    const size_t whole = outs * NET_TILE * sizeof(float);
    const size_t reads = (2 * columns + 2 * block + 1) * NET_TILE * sizeof(float) +
                         columns * block * sizeof(float);
    const size_t of[] = {product_table_work(a), reads, product_lines_work(a)};
    size_t most = whole;
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) most = of[i] > most ? of[i] : most;
    return most;
}

/* Codes beyond what float holds exactly. */
static void wide_product(product_tile *t) {
    const crossbar *a = t->a;
    for (uint32_t o = 0; o < t->outs; o++)
        for (uint32_t k = 0; k < a->l->rows; k++) {
            const int64_t q = a->codes[((size_t)t->group * t->outs + o) * a->l->rows + k];
            for (uint32_t i = 0; i < NET_TILE; i++)
                t->sums[o * NET_TILE + i] += (double)(q * t->codes[k * NET_TILE + i]);
        }
}

void product_whole(product_tile *t) {
    const crossbar *a = t->a;
    const uint32_t rows = a->l->rows, most = dense_exact_rows(a);
    const float *weights = a->real + (size_t)t->group * t->outs * rows;
    float *y = t->work;
    if (most == 1 && a->way == CROSSBAR_WHOLE) {
        wide_product(t);
        return;
    }
    for (size_t i = 0; i < (size_t)rows * NET_TILE; i++) t->values[i] = t->codes[i];
    for (uint32_t k = 0; k < rows; k += most) {
        const uint32_t n = rows - k < most ? rows - k : most;
        product_multiply(weights + k, t->outs, n, rows, t->values + (size_t)k * NET_TILE, y);
        for (size_t i = 0; i < (size_t)t->outs * NET_TILE; i++) t->sums[i] += (double)y[i];
    }
}

/* ---- the whole layer ------------------------------------------------------------------------ */

static void run_tile(product_tile *t) {
    memset(t->sums, 0, (size_t)t->outs * NET_TILE * sizeof *t->sums);
    if (t->a->way == CROSSBAR_SIGNED) {
        product_signed(t);
        return;
    }
    if (t->largest || t->a->way == CROSSBAR_TABLE) product_table(t);
    if (t->a->way == CROSSBAR_READS && product_lines_can(t->a)) product_lines(t);
    else if (t->a->way == CROSSBAR_READS) product_reads(t);
    else if (t->a->way != CROSSBAR_TABLE || t->largest) product_whole(t);
}

/* What the chosen reads are off by. */
static void add_errors(const product_tile *t, const size_t *to, double *out) {
    const crossbar *a = t->a;
    for (uint32_t n = 0; n < t->outs; n++) {
        const uint32_t o = t->group * t->outs + n;
        const double share = t->share ? (double)t->share[o] : 1;
        const double scale = a->in.scale * a->scale[o] * share;
        for (uint32_t i = 0; i < t->lanes; i++)
            out[to[i] + (size_t)o * a->patch.positions] +=
                t->sums[(size_t)n * NET_TILE + i] * scale;
    }
}

/* Of each read by itself: read x ALL values. The inputs are gathered once for all of them. */
static void add_each(product_tile *t, const size_t *to, size_t all, double *out) {
    uint8_t one[CROSSBAR_MOST_SLICES * CROSSBAR_MOST_STEPS] = {0};
    t->chosen = one;
    for (uint32_t r = 0; r < t->a->slices * t->a->steps; r++, out += all) {
        one[r] = 1;
        run_tile(t);
        add_errors(t, to, out);
        one[r] = 0;
    }
}

/* Digital and exact: what the mapping and the input's zero added, the scales, the bias. */
static void finish(const product_tile *t, const size_t *to, double *out) {
    const crossbar *a = t->a;
    const int has_offset = a->parts == 1 && !t->largest &&
                           (a->way == CROSSBAR_TABLE || a->way == CROSSBAR_READS);
    double inputs[NET_TILE] = {0};
    for (uint32_t k = 0; has_offset && k < a->l->rows; k++)
        for (uint32_t i = 0; i < NET_TILE; i++) inputs[i] += t->codes[(size_t)k * NET_TILE + i];
    const double offset = (double)(1u << (a->is.weight_bits - 1));
    for (uint32_t n = 0; n < t->outs; n++) {
        const uint32_t o = t->group * t->outs + n;
        const double scale = a->in.scale * a->scale[o];
        const double zero = (double)a->in.zero * (double)a->code_sum[o];
        const double bias = a->l->bias ? (double)a->l->bias[o] : 0;
        const double *sums = t->sums + (size_t)n * NET_TILE;
        double y[NET_TILE];
        if (a->way == CROSSBAR_SIGNED)
            for (uint32_t i = 0; i < NET_TILE; i++) y[i] = product_signed_output(a, sums[i]) + bias;
        else
            for (uint32_t i = 0; i < NET_TILE; i++)
                y[i] = (sums[i] - offset * inputs[i] - zero) * scale + bias;
        double *plane = out + (size_t)o * a->patch.positions;
        for (uint32_t i = 0; i < t->lanes; i++) plane[to[i]] = y[i];
    }
}

/* Of positions whose inputs lie side by side, the first gets their number. */
static void find_runs(const size_t *at, uint8_t *run) {
    for (uint32_t i = 0, n; i < NET_TILE; i += n) {
        n = 1;
        while (i + n < NET_TILE && at[i + n] == at[i] + n) n++;
        run[i] = (uint8_t)n;
    }
}

/* Where the tile's outputs have their inputs, and where they go themselves. Lanes without an output
 * of their own have the last one's inputs. */
static void find_places(const product_tile *t, size_t from, size_t *at, size_t *to) {
    const crossbar *a = t->a;
    const size_t positions = a->patch.positions;
    size_t image = from / positions, position = from % positions;
    for (uint32_t i = 0; i < NET_TILE; i++) {
        at[i] = image * a->patch.image + a->patch.place[position];
        to[i] = image * a->l->values + position;
        if (i + 1 >= t->lanes || ++position < positions) continue;
        image++;
        position = 0;
    }
}

static void run_tiles(product_tile *t, const uint16_t *codes, uint64_t first, size_t n,
                      double *out) {
    const crossbar *a = t->a;
    const size_t positions = a->patch.positions;
    for (size_t from = 0; from < n; from += NET_TILE) {
        size_t at[NET_TILE], to[NET_TILE];
        t->lanes = n - from < NET_TILE ? (uint32_t)(n - from) : NET_TILE;
        t->first = first + from;
        find_places(t, from, at, to);
        find_runs(at, t->run);
        for (t->group = 0; t->group < a->l->is.groups; t->group++) {
            gather(t, codes, at);
            if (t->is_each) {
                add_each(t, to, n / positions * a->l->values, out);
                continue;
            }
            run_tile(t);
            if (t->chosen) add_errors(t, to, out);
            else finish(t, to, out);
        }
    }
}

/* WHAT: what is wanted of the product. */
static cim_status read_all(const crossbar *a, const double *in, uint32_t first, uint32_t n_images,
                           double *out, product_tile what) {
    const cim_host *host = a->host;
    product_tile t = what;
    t.a = a;
    t.outs = a->l->is.out_channels / a->l->is.groups;
    const size_t tile = (size_t)a->l->rows * NET_TILE;
    uint16_t *codes = host->alloc(host, n_images * a->patch.image + CHUNK, sizeof *codes);
    t.codes = host->alloc(host, tile + CHUNK, sizeof *t.codes);
    t.values = host->alloc(host, tile, sizeof *t.values);
    t.sums = host->alloc(host, (size_t)t.outs * NET_TILE, sizeof *t.sums);
    t.work = host->alloc(host, product_work(a), 1);
    cim_status status = CIM_OK;
    if (!codes || !t.codes || !t.values || !t.sums || !t.work)
        status = host->fail(host, CIM_E_MEMORY, "no memory for a layer's inputs");
    if (status == CIM_OK) {
        encode(a, in, n_images, codes);
        const uint64_t positions = a->patch.positions;
        run_tiles(&t, codes, first * positions, n_images * positions, out);
    }
    host->release(host, codes);
    host->release(host, t.codes);
    host->release(host, t.values);
    host->release(host, t.sums);
    host->release(host, t.work);
    return status;
}

cim_status crossbar_product(const crossbar *a, const double *in, uint32_t first, uint32_t n_images,
                            double *out, uint32_t *largest) {
    const int is_one_product = a->way == CROSSBAR_WHOLE || a->way == CROSSBAR_LINEAR;
    if (is_one_product && !largest && dense_exact_rows(a) > 1)
        return dense_product(a, (dense_weights){.real = a->real, .bytes = a->bytes}, in, first,
                             n_images, out, NULL, NULL);
    return read_all(a, in, first, n_images, out, (product_tile){.largest = largest});
}

int crossbar_has_errors(const crossbar *a) {
    if (a->way == CROSSBAR_READS) return product_lines_can(a);
    return a->way == CROSSBAR_TABLE && a->most <= 1u << (30 - a->is.input_bits);
}

cim_status crossbar_add_errors(const crossbar *a, crossbar_chosen chosen, const double *in,
                               uint32_t first, uint32_t n_images, double *out) {
    const product_tile what = {.chosen = chosen.reads, .share = chosen.share};
    return read_all(a, in, first, n_images, out, what);
}

cim_status crossbar_each_error(const crossbar *a, const double *in, uint32_t n_images,
                               double *out) {
    return read_all(a, in, 0, n_images, out, (product_tile){.is_each = 1});
}
