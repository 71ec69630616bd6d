#include "samples.h"

#include <cim_sdk/text.h>

#include <string.h>

static int holds(const samples *s, const char *name, dataset_part part, uint32_t n,
                 const cim_network *wanted) {
    return s->pixels && s->part == part && s->wanted >= n && s->channels == wanted->in_channels &&
           s->height == wanted->in_height && s->width == wanted->in_width && !strcmp(s->name, name);
}

static cim_status keep(samples *s, const char *name, const dataset *d) {
    const cim_host *host = s->host;
    const size_t values = (size_t)d->n * d->channels * d->height * d->width;
    s->name = host->alloc(host, strlen(name) + 1, 1);
    s->pixels = host->alloc(host, values, sizeof *s->pixels);
    s->labels = host->alloc(host, d->n, sizeof *s->labels);
    s->ranges = host->alloc(host, 1, sizeof *s->ranges);
    s->peaks = host->alloc(host, 1, sizeof *s->peaks);
    if (!s->name || !s->pixels || !s->labels || !s->ranges || !s->peaks)
        return host->fail(host, CIM_E_MEMORY, "no memory for images");
    s->ranges->host = s->peaks->host = host;
    strcpy(s->name, name);
    const size_t plane = (size_t)d->height * d->width;
    for (size_t i = 0; i < values; i++) {
        const size_t colour = i / plane % d->channels % SAMPLES_COLOURS;
        const float sd = s->sd[colour] > 0 ? s->sd[colour] : 1;
        s->pixels[i] = ((float)d->pixels[i] / 255.0f - s->mean[colour]) / sd;
    }
    memcpy(s->labels, d->labels, d->n * sizeof *s->labels);
    for (uint32_t i = 0; i < d->n; i++)
        if (d->labels[i] > s->top_label) s->top_label = d->labels[i];
    s->n = d->n;
    return CIM_OK;
}

/* Labels beyond what the network tells apart are those of other data. Of the same images, another
 * network may tell fewer apart than the one that they were read for. */
/* Of the first N: what is held beyond them is another network's. */
static cim_status check_labels(const samples *s, uint32_t n, const cim_network *network) {
    if (!network->layers.n) return CIM_OK;
    const cim_layer *last = CIM_ROW(cim_layer, network->layers, network->layers.n - 1);
    const uint64_t classes = (uint64_t)last->out_channels * last->out_height * last->out_width;
    if (s->top_label < classes) return CIM_OK;
    for (uint32_t i = 0; i < s->n && i < n; i++)
        if (s->labels[i] >= classes)
            return cim_failf(s->host, CIM_E_FILE,
                             "image %u of the data is of class %u: the network tells %llu apart", i,
                             s->labels[i], (unsigned long long)classes);
    return CIM_OK;
}

cim_status samples_need(samples *s, const char *name, dataset_part part, uint32_t n,
                        const cim_network *network) {
    if (!name) name = "";
    if (holds(s, name, part, n, network)) return check_labels(s, n, network);
    samples_free(s);
    const dataset_request what = {.name = name, .path = s->path, .part = part, .or_test = 1,
                                  .limit = n, .channels = network->in_channels,
                                  .height = network->in_height, .width = network->in_width};
    dataset *d = NULL;
    cim_status status = dataset_read(s->host, &what, &d);
    if (status != CIM_OK) return status;
    status = keep(s, name, d);
    if (status == CIM_OK) status = check_labels(s, n, network);
    dataset_free(d);
    s->part = part;
    s->wanted = n;
    s->channels = network->in_channels;
    s->height = network->in_height;
    s->width = network->in_width;
    if (status != CIM_OK) samples_free(s);
    return status;
}

void samples_free(samples *s) {
    s->host->release(s->host, s->name);
    s->host->release(s->host, s->pixels);
    s->host->release(s->host, s->labels);
    memo_free(s->ranges);
    memo_free(s->peaks);
    samples empty = {.host = s->host, .path = s->path};
    memcpy(empty.mean, s->mean, sizeof empty.mean);
    memcpy(empty.sd, s->sd, sizeof empty.sd);
    *s = empty;
}
