#include "statistical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FAR = 1 << 28,        /* images that no read of the test has the numbers of                */
       LEAST = 512, MOST = 8192, /* positions of a sample                                         */
       WORK = 5 << 19 };     /* multiply-accumulates for more than the least                      */

int statistical_applies(const crossbar *a) {
    return a->way == CROSSBAR_TABLE || a->way == CROSSBAR_READS;
}

/* ---- a sample of exact products ------------------------------------------------------------- */

/* The layer as seen from single output positions: each one's inputs are an image of their own. */
typedef struct sample {
    crossbar point, quiet;   /* QUIET: reads do not differ                                        */
    net_layer l;
    uint32_t n;
    double *in;              /* position x input; as a->takes_codes has it                        */
    double *exact, *rough;   /* position x output                                                 */
    double *read;            /* what the chosen reads are off by, likewise                        */
    float *activity;         /* output x position                                                 */
    double bias;
} sample;

/* One position's inputs, EACH bytes of them. What is beyond the image stays 0. */
static inline void take_one(const cim_layer *l, const char *image, int64_t top, int64_t left,
                            size_t each, char *to) {
    const size_t plane = (size_t)l->in_height * l->in_width * each;
    for (uint32_t c = 0; c < l->in_channels; c++, image += plane)
        for (uint32_t ky = 0; ky < l->kernel_height; ky++)
            for (uint32_t kx = 0; kx < l->kernel_width; kx++, to += each) {
                const int64_t y = top + ky * l->dilation_height, x = left + kx * l->dilation_width;
                if (y >= 0 && x >= 0 && y < l->in_height && x < l->in_width)
                    memcpy(to, image + (size_t)(y * l->in_width + x) * each, each);
            }
}

static void take(sample *s, const crossbar *a, const double *in, uint32_t n_images) {
    const cim_layer *l = &a->l->is;
    const size_t positions = a->patch.positions, each = a->takes_codes ? 1 : sizeof *in,
                 inputs = (size_t)l->in_channels * l->in_height * l->in_width;
    for (uint32_t i = 0; i < s->n; i++) {
        const size_t image = (size_t)i * n_images / s->n;
        const size_t at = positions > 1 ? cells_bits(i) % positions : 0;
        const int64_t top = (int64_t)(at / l->out_width * l->stride_height) - l->pad_top;
        const int64_t left = (int64_t)(at % l->out_width * l->stride_width) - l->pad_left;
        const char *from = (const char *)in + image * inputs * each;
        char *to = (char *)s->in + (size_t)i * a->l->rows * l->groups * each;
        if (a->takes_codes) take_one(l, from, top, left, 1, to);
        else take_one(l, from, top, left, sizeof *in, to);
    }
}

/* Where a position is little work, its errors are cheap to know well. */
static uint32_t positions_of(const crossbar *a, uint32_t n_images) {
    const size_t all = (size_t)n_images * a->patch.positions;
    const size_t each = (size_t)a->l->rows * a->l->is.out_channels, fit = WORK / each;
    const size_t wanted = fit < LEAST ? LEAST : fit > MOST ? MOST : fit;
    return (uint32_t)(all < wanted || a->patch.positions == 1 ? all : wanted);
}

static cim_status sample_open(sample *s, const crossbar *a, const double *in, uint32_t n_images) {
    const cim_host *host = a->host;
    *s = (sample){.point = *a, .l = *a->l};
    const uint32_t inputs = a->l->rows * a->l->is.groups, outs = a->l->is.out_channels;
    s->n = positions_of(a, n_images);
    s->l.values = outs;
    s->l.is = (cim_layer){.name = a->l->is.name, .op = CIM_OP_CONV, .in_channels = inputs,
        .in_height = 1, .in_width = 1, .out_channels = outs, .out_height = 1, .out_width = 1,
        .kernel_height = 1, .kernel_width = 1, .stride_height = 1, .stride_width = 1,
        .dilation_height = 1, .dilation_width = 1, .groups = a->l->is.groups,
        .weight_bits = a->l->is.weight_bits, .input_bits = a->l->is.input_bits};
    s->point.l = &s->l;
    s->point.gives = NULL;
    s->in = host->alloc(host, (size_t)s->n * inputs, a->takes_codes ? 1 : sizeof *s->in);
    s->exact = host->alloc(host, (size_t)s->n * outs, sizeof *s->exact);
    s->rough = host->alloc(host, (size_t)s->n * outs, sizeof *s->rough);
    s->read = host->alloc(host, (size_t)s->n * outs, sizeof *s->read);
    s->activity = host->alloc(host, (size_t)s->n * outs, sizeof *s->activity);
    cim_status status = net_patch_open(&s->point.patch, host, &s->l);
    if (!s->in || !s->exact || !s->rough || !s->read || !s->activity)
        status = host->fail(host, CIM_E_MEMORY, "no memory for a sample of products");
    s->quiet = s->point;
    s->quiet.disturbs = 0;
    if (status == CIM_OK) take(s, a, in, n_images);
    return status;
}

static void sample_close(sample *s) {
    const cim_host *host = s->point.host;
    net_patch_close(&s->point.patch);
    host->release(host, s->in);
    host->release(host, s->exact);
    host->release(host, s->rough);
    host->release(host, s->read);
    host->release(host, s->activity);
}

static void note_activity(void *context, const dense_line *line) {
    sample *s = context;
    memcpy(s->activity + (size_t)line->o * s->n + line->first, line->activity,
           line->n * sizeof *line->activity);
}

/* ---- moments -------------------------------------------------------------------------------- */

enum { TERMS = 4 };

/* x of the normal equations A x = B; a term without any weight is 0. */
static void solve(double a[TERMS][TERMS], double *b) {
    for (int i = 0; i < TERMS; i++) {
        for (int j = i + 1; j < TERMS; j++) {
            const double f = a[i][i] > 0 ? a[j][i] / a[i][i] : 0;
            for (int k = i; k < TERMS; k++) a[j][k] -= f * a[i][k];
            b[j] -= f * b[i];
        }
    }
    for (int i = TERMS - 1; i >= 0; i--) {
        for (int k = i + 1; k < TERMS; k++) b[i] -= a[i][k] * b[k];
        b[i] = a[i][i] > 0 ? b[i] / a[i][i] : 0;
    }
}

static int class_of(const statistical *s, float activity) {
    int c = 0;
    while (c + 1 < STATISTICAL_CLASSES && activity > s->bound[c]) c++;
    return c;
}

static void fit_output(statistical *s, sample *x, uint32_t o) {
    const uint32_t outs = s->a->l->is.out_channels;
    const double bias = s->a->l->bias ? (double)s->a->l->bias[o] : 0;
    const float *activity = x->activity + (size_t)o * x->n;
    double a[TERMS][TERMS] = {{0}}, b[TERMS] = {0};
    uint32_t n = 0;
    for (uint32_t i = 0; i < x->n; i++) {
        const double u = x->rough[(size_t)i * outs + o] - bias,
                     e = x->exact[(size_t)i * outs + o] - bias - u;
        if (s->is_still && activity[i] <= 0) continue;
        const double f[TERMS] = {u, 1, (double)activity[i], x->read[(size_t)i * outs + o]};
        for (int j = 0; j < TERMS; j++) {
            for (int k = 0; k < TERMS; k++) a[j][k] += f[j] * f[k];
            b[j] += f[j] * e;
        }
        n++;
    }
    for (int j = 0; j < TERMS; j++) a[j][j] *= 1 + 1e-6;
    solve(a, b);
    double squares = 0;
    for (uint32_t i = 0; i < x->n; i++) {
        const double u = x->rough[(size_t)i * outs + o] - bias;
        double *e = &x->exact[(size_t)i * outs + o];
        const double is_on = s->is_still && activity[i] <= 0 ? 0 : 1;
        *e = is_on * (*e - bias - u - b[0] * u - b[1] - b[2] * (double)activity[i] -
                      b[3] * x->read[(size_t)i * outs + o]);
        squares += *e * *e;
    }
    s->kept[o] = (float)b[3];
    s->of[o] = (statistical_line){(float)(1 + b[0]), (float)b[1], (float)b[2],
                                  n > TERMS ? (float)sqrt(squares / (n - TERMS)) : 0};
}

static int ascending(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Classes of equally many; how large errors are in each, compared with all. */
static cim_status fit_classes(statistical *s, const sample *x) {
    const cim_host *host = s->a->host;
    const uint32_t outs = s->a->l->is.out_channels, groups = s->a->l->is.groups;
    const uint32_t alike = outs / groups;    /* outputs that share their inputs                   */
    float *sorted = host->alloc(host, (size_t)x->n * groups, sizeof *sorted);
    if (!sorted) return host->fail(host, CIM_E_MEMORY, "no memory for a sample of products");
    size_t n = 0;
    for (uint32_t g = 0; g < groups; g++)
        for (uint32_t i = 0; i < x->n; i++) {
            const float activity = x->activity[(size_t)g * alike * x->n + i];
            if (!s->is_still || activity > 0) sorted[n++] = activity;
        }
    qsort(sorted, n, sizeof *sorted, ascending);
    n *= alike;
    for (uint32_t c = 0; c < STATISTICAL_CLASSES; c++) {
        const size_t last = (c + 1) * n / STATISTICAL_CLASSES - (n >= STATISTICAL_CLASSES);
        s->bound[c] = n ? sorted[last / alike] : 0;
    }
    host->release(host, sorted);
    double squares[STATISTICAL_CLASSES] = {0}, count[STATISTICAL_CLASSES] = {0};
    for (uint32_t o = 0; o < outs; o++)
        for (uint32_t i = 0; i < x->n && s->of[o].sd > 0; i++) {
            const float activity = x->activity[(size_t)o * x->n + i];
            const double e = x->exact[(size_t)i * outs + o] / (double)s->of[o].sd;
            if (s->is_still && activity <= 0) continue;
            squares[class_of(s, activity)] += e * e;
            count[class_of(s, activity)]++;
        }
    for (uint32_t c = 0; c < STATISTICAL_CLASSES; c++)
        s->share[c] = count[c] > 0 ? (float)sqrt(squares[c] / count[c]) : 1;
    return CIM_OK;
}

/* Where reads differ, those are chosen without which least is left of what they are off by
 * together, noise included. */
static cim_status choose_reads(statistical *s, const sample *x, uint32_t most) {
    const cim_host *host = s->a->host;
    const size_t n = (size_t)x->n * s->a->l->is.out_channels;
    if (!s->a->disturbs)
        return reads_choose(&x->quiet, x->in, x->n, NULL, most, s->chosen, &s->any);
    double *off = host->alloc(host, n, sizeof *off);
    if (!off) return host->fail(host, CIM_E_MEMORY, "no memory for a sample of products");
    for (size_t i = 0; i < n; i++) off[i] = x->exact[i] - x->rough[i];
    const cim_status status = reads_choose(&x->quiet, x->in, x->n, off, most, s->chosen, &s->any);
    host->release(host, off);
    return status;
}

static cim_status fit(statistical *s, sample *x, uint32_t most_reads) {
    const uint32_t outs = s->a->l->is.out_channels;
    const dense_weights real = {.real = s->real};   /* (bytes are in another kernel's order)         */
    cim_status status = crossbar_product(&x->point, x->in, FAR, x->n, x->exact, NULL);
    if (status == CIM_OK)
        status = dense_product(&x->point, real, x->in, 0, x->n, x->rough, note_activity, x);
    if (status == CIM_OK) status = choose_reads(s, x, most_reads);
    const crossbar_chosen chosen = {.reads = s->chosen};
    if (status == CIM_OK && s->any)
        status = crossbar_add_errors(&x->quiet, chosen, x->in, FAR, x->n, x->read);
    for (uint32_t o = 0; status == CIM_OK && o < outs; o++) fit_output(s, x, o);
    return status == CIM_OK ? fit_classes(s, x) : status;
}

cim_status statistical_open(statistical *s, const crossbar *a, const double *in, uint32_t n_images,
                            uint32_t most_reads) {
    const cim_host *host = a->host;
    const int has_own = a->is.adc_bits && (a->is.adc_noise_sd > 0 || a->is.adc_offset_sd > 0);
    *s = (statistical){.is_wanted = 1, .a = a, .quiet = *a, .is_still = !a->in.zero && !has_own};
    s->quiet.disturbs = 0;
    s->key = cells_bits((a->disturbs ? a->key : 0) ^ (uint64_t)a->l->weighted << 32 ^ 1u << 31);
    s->real = host->alloc(host, (size_t)a->l->is.out_channels * a->l->rows, sizeof *s->real);
    s->of = host->alloc(host, a->l->is.out_channels, sizeof *s->of);
    s->kept = host->alloc(host, a->l->is.out_channels, sizeof *s->kept);
    s->chosen = host->alloc(host, (size_t)a->slices * a->steps, 1);
    if (!s->real || !s->of || !s->kept || !s->chosen)
        return host->fail(host, CIM_E_MEMORY, "no memory for moments");
    crossbar_fold(a, s->real);
    s->w = (dense_weights){.real = s->real, .bytes = a->bytes};
    cim_status status = a->way == CROSSBAR_READS ? dense_split(a, s->real, &s->w) : CIM_OK;
    if (status != CIM_OK) return status;
    sample x;
    status = sample_open(&x, a, in, n_images);
    if (status == CIM_OK) status = fit(s, &x, most_reads);
    sample_close(&x);
    return status;
}

void statistical_close(statistical *s) {
    if (!s->a) return;
    dense_split_close(s->a, &s->w);
    s->a->host->release(s->a->host, s->real);
    s->a->host->release(s->a->host, s->of);
    s->a->host->release(s->a->host, s->kept);
    s->a->host->release(s->a->host, s->chosen);
    *s = (statistical){0};
}
