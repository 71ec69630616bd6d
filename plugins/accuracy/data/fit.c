/* Images into the wanted shape. */
#include <math.h>
#include <string.h>

#include <cim_sdk/text.h>

#include "images.h"

uint64_t images_limit(const dataset_request *what, uint64_t n) {
    return what->limit && what->limit < n ? what->limit : n;
}

cim_status images_no_memory(const source *s, uint64_t n) {
    return cim_failf(s->host, CIM_E_MEMORY, "data set %s: no memory for %llu images", s->title,
                     (unsigned long long)n);
}

cim_status images_begin(const source *s, uint64_t n, const picture *first) {
    dataset *d = s->to;
    const dataset_request *w = s->what;
    d->channels = w->channels ? w->channels : first->channels;
    d->height = w->height ? w->height : first->height;
    d->width = w->width ? w->width : first->width;
    if (d->channels != first->channels && !(d->channels == 1 || first->channels == 1))
        return cim_failf(s->host, CIM_E_CONFIG, "data set %s: has %u channels: %u are wanted",
                         s->title, first->channels, d->channels);
    const uint64_t size = (uint64_t)d->channels * d->height * d->width;
    if (n > UINT32_MAX || n > SIZE_MAX / 8 / (size ? size : 1)) return images_no_memory(s, n);
    d->pixels = s->host->alloc(s->host, (size_t)(n * size) + 1, 1);
    d->labels = s->host->alloc(s->host, (size_t)n + 1, sizeof *d->labels);
    if (!d->pixels || !d->labels) return images_no_memory(s, n);
    d->n = (uint32_t)n;
    return CIM_OK;
}

/* ---- channels -------------------------------------------------------------------------------- */

static double sample(const picture *p, uint32_t c, uint32_t y, uint32_t x) {
    const size_t plane = (size_t)p->height * p->width, at = (size_t)y * p->width + x;
    return p->interleaved ? p->at[at * p->channels + c] : p->at[c * plane + at];
}

/* Channel C of WANTED at a pixel: grey to colours repeats, colours to grey is luma (ITU-R
 * BT.601). */
static double channel(const picture *p, uint32_t wanted, uint32_t c, uint32_t y, uint32_t x) {
    if (p->channels == wanted) return sample(p, c, y, x);
    if (p->channels == 1) return sample(p, 0, y, x);
    if (p->channels == 2) return sample(p, 0, y, x); /* grey and opacity */
    return 0.299 * sample(p, 0, y, x) + 0.587 * sample(p, 1, y, x) + 0.114 * sample(p, 2, y, x);
}

/* ---- padding --------------------------------------------------------------------------------- */

static void pad(const picture *p, const dataset *d, uint8_t *to) {
    const int64_t top = ((int64_t)d->height - p->height) / 2,
                  left = ((int64_t)d->width - p->width) / 2;
    for (uint32_t c = 0; c < d->channels; c++)
        for (int64_t y = 0; y < d->height; y++)
            for (int64_t x = 0; x < d->width; x++, to++) {
                const int64_t from_y = y - top, from_x = x - left;
                *to = from_y < 0 || from_x < 0 || from_y >= p->height || from_x >= p->width
                          ? 0 : (uint8_t)lround(channel(p, d->channels, c, (uint32_t)from_y,
                                                        (uint32_t)from_x));
            }
}

/* ---- scaling --------------------------------------------------------------------------------- */

/* A line of FROM samples, of which [begin, begin + length) becomes TO ones: sample I is the sum of
 * weights[k] * sample[first + k]. The kernel is a triangle, as wide as the step where it
 * shrinks. */
typedef struct tap { uint32_t first, n; float *weights; } tap;

static void set_tap(tap *t, uint32_t i, uint32_t from, double begin, double step) {
    const double radius = step > 1 ? step : 1, centre = begin + (i + 0.5) * step;
    double sum = 0;
    const double low = ceil(centre - radius - 0.5), high = floor(centre + radius - 0.5);
    t->first = low < 0 ? 0 : (uint32_t)low;
    const uint32_t last = high > from - 1 ? from - 1 : (uint32_t)high;
    t->n = last - t->first + 1;
    for (uint32_t k = 0; k < t->n; k++) {
        const double w = 1 - fabs(t->first + k + 0.5 - centre) / radius;
        t->weights[k] = w > 0 ? (float)w : 0;
        sum += (double)t->weights[k];
    }
    for (uint32_t k = 0; k < t->n; k++) t->weights[k] = (float)((double)t->weights[k] / sum);
}

static uint32_t tap_room(double step) { return 2 * (uint32_t)ceil(step > 1 ? step : 1) + 2; }

typedef struct axis { uint32_t from, to; double begin, step; tap *taps; float *weights; } axis;

static int make_axis(const cim_host *host, axis *a) {
    const uint32_t room = tap_room(a->step);
    a->taps = host->alloc(host, a->to, sizeof *a->taps);
    a->weights = host->alloc(host, (size_t)a->to * room, sizeof *a->weights);
    for (uint32_t i = 0; a->taps && a->weights && i < a->to; i++) {
        a->taps[i].weights = a->weights + (size_t)i * room;
        set_tap(&a->taps[i], i, a->from, a->begin, a->step);
    }
    return a->taps && a->weights;
}

static void free_axis(const cim_host *host, axis *a) {
    host->release(host, a->taps);
    host->release(host, a->weights);
}

/* Rows first, then columns. */
static void scale_channel(const picture *p, const dataset *d, uint32_t c, const axis *y,
                          const axis *x, float *rows, uint8_t *to) {
    for (uint32_t i = 0; i < p->height; i++)
        for (uint32_t k = 0; k < d->width; k++) {
            const tap *t = &x->taps[k];
            double sum = 0;
            for (uint32_t j = 0; j < t->n; j++)
                sum += (double)t->weights[j] * channel(p, d->channels, c, i, t->first + j);
            rows[(size_t)i * d->width + k] = (float)sum;
        }
    for (uint32_t i = 0; i < d->height; i++)
        for (uint32_t k = 0; k < d->width; k++) {
            const tap *t = &y->taps[i];
            double sum = 0;
            for (uint32_t j = 0; j < t->n; j++)
                sum += (double)t->weights[j] * (double)rows[(size_t)(t->first + j) * d->width + k];
            to[(size_t)i * d->width + k] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : lround(sum));
        }
}

/* The largest part of the wanted proportions in the middle, of which CROP is kept; the whole image,
 * out of proportion, where nothing is cut off. */
static cim_status scale(const source *s, const picture *p, double crop, uint8_t *to) {
    const dataset *d = s->to;
    const double step_y = (double)p->height / d->height, step_x = (double)p->width / d->width;
    const double step = (step_y < step_x ? step_y : step_x) * crop;
    const int keep = crop >= 1 && !(s->what->crop > 0);
    axis y = {.from = p->height, .to = d->height, .step = keep ? step_y : step};
    axis x = {.from = p->width, .to = d->width, .step = keep ? step_x : step};
    y.begin = (p->height - y.step * d->height) / 2;
    x.begin = (p->width - x.step * d->width) / 2;
    float *rows = s->host->alloc(s->host, (size_t)p->height * d->width, sizeof *rows);
    const int good = make_axis(s->host, &y) & make_axis(s->host, &x) & (rows != NULL);
    const size_t plane = (size_t)d->height * d->width;
    for (uint32_t c = 0; good && c < d->channels; c++)
        scale_channel(p, d, c, &y, &x, rows, to + c * plane);
    free_axis(s->host, &y);
    free_axis(s->host, &x);
    s->host->release(s->host, rows);
    return good ? CIM_OK : images_no_memory(s, d->n);
}

/* ---- which ----------------------------------------------------------------------------------- */

static int is_near(uint32_t wanted, uint32_t is) {
    return wanted >= is && wanted - is <= wanted / 4;
}

cim_status images_put(const source *s, uint32_t i, const picture *p, double crop) {
    const dataset *d = s->to;
    uint8_t *to = d->pixels + (size_t)i * d->channels * d->height * d->width;
    const int same = p->height == d->height && p->width == d->width && crop >= 1;
    const int pads = s->what->fit == DATASET_PAD ||
                     (s->what->fit == DATASET_FIT && crop >= 1 &&
                      is_near(d->height, p->height) && is_near(d->width, p->width));
    if (same && p->channels == d->channels && !p->interleaved)
        memcpy(to, p->at, (size_t)p->channels * p->height * p->width);
    else if (same || pads) pad(p, d, to);
    else return scale(s, p, crop, to);
    return CIM_OK;
}
