#include "estimates.h"

#include <string.h>

/* FNV-1a (G. Fowler, L. C. Noll, P. Vo), 64 bits. */
static uint64_t hash(uint64_t h, const void *data, size_t size) {
    const unsigned char *at = data;
    for (size_t i = 0; i < size; i++) h = (h ^ at[i]) * 0x100000001b3u;
    return h;
}

static uint64_t hash_text(uint64_t h, const char *chars) {
    return chars ? hash(h, chars, strlen(chars) + 1) : h;
}

/* Of the network and its weights, not of its bits: those are the design's. */
static uint64_t key_of(const estimates_question *q) {
    uint64_t h = hash_text(hash_text(0xcbf29ce484222325u, q->file), q->dataset);
    h = hash(h, &q->source.coding, sizeof q->source.coding);
    for (uint32_t i = 0; i < q->network->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, q->network->layers, i);
        const uint32_t shape[] = {l->op,
                                  l->in_channels,
                                  l->in_height,
                                  l->in_width,
                                  l->out_channels,
                                  l->out_height,
                                  l->out_width,
                                  l->kernel_height,
                                  l->kernel_width,
                                  l->stride_height,
                                  l->stride_width,
                                  l->pad_top,
                                  l->pad_bottom,
                                  l->pad_left,
                                  l->pad_right,
                                  l->groups,
                                  l->activation,
                                  l->dilation_height,
                                  l->dilation_width};
        h = hash(hash_text(hash_text(h, l->name), l->tensor), shape, sizeof shape);
        if (l->n_inputs) h = hash(h, l->inputs, l->n_inputs * sizeof *l->inputs);
    }
    return h;
}

void estimates_free(estimates *all) {
    for (uint32_t i = 0; i < ESTIMATES_KEPT; i++) estimate_close(&all->kept[i]);
}

static cim_status measure(estimates *all, const estimates_question *q, const samples *training,
                          uint64_t key, estimate **out) {
    estimate *e = &all->kept[all->next];
    all->next = (all->next + 1) % ESTIMATES_KEPT;
    estimate_close(e);
    const cim_status status = estimate_open(e, all->host, q->network, q->source, training);
    if (status == CIM_OK) e->key = key;
    *out = e;
    return status;
}

cim_status estimates_ask(estimates *all, const estimates_question *q, double *accuracy) {
    const uint64_t key = key_of(q);
    estimate *e = all->kept;
    while (e < all->kept + ESTIMATES_KEPT && (!e->host || e->key != key)) e++;
    const int is_new = e == all->kept + ESTIMATES_KEPT;
    samples training;
    cim_status status = CIM_OK;
    if (is_new || e->images != q->images)
        status = calibrate_samples(q->training, q->dataset, q->network, &training);
    if (status == CIM_OK && is_new) status = measure(all, q, &training, key, &e);
    if (status == CIM_OK && e->images != q->images) {
        status = samples_need(q->test, q->dataset, DATASET_TEST, q->images, q->network);
        if (status == CIM_OK)
            status = estimate_measure_best(e, q->network, q->source, &training, q->test, q->images);
    }
    if (status == CIM_OK) e->compensation = q->compensation;
    return status == CIM_OK ? estimate_accuracy(e, q->network, q->rows, q->source, accuracy)
                            : status;
}
