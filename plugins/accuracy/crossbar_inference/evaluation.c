#include "evaluation.h"

#include <stdio.h>
#include <string.h>

#include <cim_sdk/text.h>

static const cim_nonideality exact;
#define READ_BUDGET 6e6      /* multiply-accumulates an image, of reads that are done as they are */
enum { MOST_READS = 6 };     /* of a layer                                                        */
#define EXACT_SHARE 0.03     /* of all multiply-accumulates: the statistical level's last layers  */

/* One row a layer; a row of an older host may be shorter. */
static cim_nonideality *copy_rows(const cim_host *host, uint32_t n, cim_nonideality_table t) {
    cim_nonideality *rows = host->alloc(host, n ? n : 1, sizeof *rows);
    const size_t size = t.row_size < sizeof *rows ? t.row_size : sizeof *rows;
    for (uint32_t i = 0; rows && i < n; i++) {
        rows[i] = exact;
        if (i < t.n) memcpy(&rows[i], CIM_ROW(cim_nonideality, t, i), size);
    }
    return rows;
}

int evaluation_needs(const cim_network *network, cim_nonideality_table t, net_source source) {
    uint32_t weighted = 0;
    for (uint32_t i = 0; i < network->layers.n; i++)
        weighted += cim_layer_weights(CIM_ROW(cim_layer, network->layers, i)) > 0;
    for (uint32_t i = 0; i < network->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        cim_nonideality row = exact;
        if (i < t.n) memcpy(&row, CIM_ROW(cim_nonideality, t, i),
                            t.row_size < sizeof row ? t.row_size : sizeof row);
        if (!cim_layer_weights(l)) continue;
        if (calibrate_needs(&row)) return 1;
        char name[32];
        uint64_t count = 0;
        snprintf(name, sizeof name, "act_scale.%u",
                 row.weight_mapping && row.input_bits ? row.input_bits : l->input_bits);
        if (!source.find(source.context, name, &count) || count != weighted) return 1;
    }
    return 0;
}

static cim_status open_arrays(evaluation *e, const cim_nonideality *rows, net_source source,
                              const samples *training) {
    const cim_host *host = e->host;
    const net *n = &e->n;
    net_range *ranges = host->alloc(host, n->n_weighted ? n->n_weighted : 1, sizeof *ranges);
    const cim_nonideality **of = host->alloc(host, n->n_layers, sizeof *of);
    e->arrays = host->alloc(host, n->n_weighted ? n->n_weighted : 1, sizeof *e->arrays);
    cim_status status = CIM_OK;
    if (!ranges || !of || !e->arrays)
        status = host->fail(host, CIM_E_MEMORY, "no memory for arrays");
    for (uint32_t i = 0; status == CIM_OK && i < n->n_layers; i++) of[i] = &rows[i];
    if (status == CIM_OK) status = calibrate_ranges(n, source, of, training, ranges);
    for (uint32_t i = 0; status == CIM_OK && i < n->n_layers; i++) {
        const net_layer *l = &n->layers[i];
        if (l->rows)
            status = crossbar_open(&e->arrays[l->weighted], host, l, &rows[i], ranges[l->weighted]);
    }
    if (status == CIM_OK) status = calibrate_converters(n, training, e->arrays);
    for (uint32_t i = 0; status == CIM_OK && i < n->n_weighted; i++)
        e->is_random |= e->arrays[i].is_random;
    host->release(host, of);
    host->release(host, ranges);
    return status;
}

cim_status evaluation_open(evaluation *e, const cim_host *host, const cim_network *network,
                           cim_nonideality_table rows, net_source source, const samples *training) {
    *e = (evaluation){.host = host, .training = training};
    cim_nonideality *own = copy_rows(host, network->layers.n, rows);
    if (!own) return host->fail(host, CIM_E_MEMORY, "no memory for arrays");
    cim_status status = net_open(&e->n, host, network, source);
    if (status == CIM_OK) status = open_arrays(e, own, source, training);
    host->release(host, own);
    if (status != CIM_OK) evaluation_close(e);
    return status;
}

static void forget_moments(evaluation *e) {
    for (uint32_t i = 0; e->moments && i < e->n.n_weighted; i++) statistical_close(&e->moments[i]);
    e->host->release(e->host, e->moments);
    e->moments = NULL;
}

void evaluation_close(evaluation *e) {
    forget_moments(e);
    for (uint32_t i = 0; e->arrays && i < e->n.n_weighted; i++) crossbar_close(&e->arrays[i]);
    e->host->release(e->host, e->arrays);
    if (e->n.host) net_close(&e->n);
    *e = (evaluation){.host = e->host};
}

void evaluation_compensate(evaluation *e, int compensation) {
    e->is_random = 0;
    for (uint32_t i = 0; i < e->n.n_weighted; i++) {
        crossbar_compensate(&e->arrays[i], compensation);
        e->is_random |= e->arrays[i].is_random;
    }
}

/* ---- codes between layers -------------------------------------------------------------------- */

/* True where layer I's product is one of dense.h, and nothing is added to it. */
static int gives_codes(const evaluation *e, uint32_t i) {
    const uint32_t k = e->n.layers[i].weighted;
    const crossbar *a = &e->arrays[k];
    if (e->moments && e->moments[k].is_wanted) return !e->most_reads;
    return (a->way == CROSSBAR_WHOLE || a->way == CROSSBAR_LINEAR) && dense_exact_rows(a) > 1;
}

/* The layer with weights that reads layer I's values, through pools; NULL: as codes, none can. */
static crossbar *reader_of(const evaluation *e, uint32_t i) {
    const net *n = &e->n;
    int32_t reader = net_reader(n, i);
    while (reader >= 0 && !n->layers[reader].rows) reader = net_reader(n, (uint32_t)reader);
    if (reader < 0) return NULL;
    crossbar *to = &e->arrays[n->layers[reader].weighted];
    return !to->in.zero && to->in.top <= UINT8_MAX ? to : NULL;
}

/* What only another layer reads goes there as the codes that it makes of it. */
static cim_status choose_codes(evaluation *e) {
    net *n = &e->n;
    if (!n->is_coded) n->is_coded = e->host->alloc(e->host, n->n_layers, 1);
    if (!n->is_coded) return e->host->fail(e->host, CIM_E_MEMORY, "no memory for the network");
    memset(n->is_coded, 0, n->n_layers);
    for (uint32_t i = 0; i < n->n_weighted; i++) {
        e->arrays[i].takes_codes = 0;
        e->arrays[i].gives = NULL;
    }
    for (uint32_t i = 0; !e->has_doubles && i < n->n_layers; i++) {
        crossbar *to = n->layers[i].rows && gives_codes(e, i) ? reader_of(e, i) : NULL;
        if (!to) continue;
        to->takes_codes = 1;
        e->arrays[n->layers[i].weighted].gives = &to->in;
        for (uint32_t k = i; k == i || !n->layers[k].rows; k = (uint32_t)net_reader(n, k))
            n->is_coded[k] = 1;
    }
    return CIM_OK;
}

static cim_status product(void *context, uint32_t layer, const double *in, uint32_t first,
                          uint32_t n_images, double *out) {
    const evaluation *e = context;
    const uint32_t i = e->n.layers[layer].weighted;
    if (e->moments && e->moments[i].a)
        return statistical_product(&e->moments[i], in, first, n_images, out);
    return crossbar_product(&e->arrays[i], in, first, n_images, out, NULL);
}

/* Layer after layer, so that each meets its inputs as the ones before disturb them. */
static cim_status sample_product(void *context, uint32_t layer, const double *in, uint32_t first,
                                 uint32_t n_images, double *out) {
    evaluation *e = context;
    const uint32_t i = e->n.layers[layer].weighted;
    if (e->moments[i].is_wanted) {
        const cim_status status =
            statistical_open(&e->moments[i], &e->arrays[i], in, n_images, e->most_reads);
        if (status != CIM_OK) return status;
    }
    return product(context, layer, in, first, n_images, out);
}

/* Layers from the last one on that are a small part of the work, and little of it, are computed
 * exactly: their errors are averaged over nothing. */
static int choose_layers(evaluation *e) {
    const net *n = &e->n;
    double all = 0, left = 0;
    int any = 0;
    for (uint32_t i = 0; i < n->n_layers; i++)
        all += (double)n->layers[i].values * n->layers[i].rows;
    left = EXACT_SHARE * all;
    e->most_reads = MOST_READS * all <= READ_BUDGET ? MOST_READS : (uint32_t)(READ_BUDGET / all);
    for (uint32_t last = n->n_layers; last-- > 0;) {
        const net_layer *l = &n->layers[last];
        const double own = (double)l->values * l->rows;
        if (!l->rows) continue;
        const crossbar *a = &e->arrays[l->weighted];
        const int is_small = own <= left && own * a->slices * a->steps <= READ_BUDGET;
        e->moments[l->weighted].is_wanted = statistical_applies(a) && !is_small;
        any |= e->moments[l->weighted].is_wanted;
        left = is_small ? left - own : 0;
    }
    return any;
}

static cim_status learn_moments(evaluation *e) {
    const uint32_t fit = net_batch(&e->n), have = e->training->n;
    const uint32_t most = fit < STATISTICAL_IMAGES ? fit : STATISTICAL_IMAGES;
    e->moments = e->host->alloc(e->host, e->n.n_weighted, sizeof *e->moments);
    if (!e->moments) return e->host->fail(e->host, CIM_E_MEMORY, "no memory for moments");
    const int any = choose_layers(e);
    const cim_status status = choose_codes(e);
    if (status != CIM_OK || !any) return status;
    return net_run(&e->n, e->training->pixels, have < most ? have : most, sample_product, NULL, e);
}

/* The first of the largest scores is the answer. */
static cim_status count(void *context, const double *scores, uint32_t first, uint32_t n_images) {
    evaluation *e = context;
    for (uint32_t i = 0; i < n_images; i++, scores += e->n.classes) {
        uint32_t best = 0;
        for (uint32_t c = 1; c < e->n.classes; c++)
            if (scores[c] > scores[best]) best = c;
        e->right += best == e->images->labels[first + i];
        if (e->predicted) e->predicted[first + i] = (uint8_t)best;
    }
    return CIM_OK;
}

/* True where all products are of whole numbers. The last bit of others depends on which positions
 * go through OpenBLAS together. */
static int is_whole(const evaluation *e) {
    for (uint32_t i = 0; i < e->n.n_weighted; i++) {
        const crossbar *a = &e->arrays[i];
        const int is_table = a->way == CROSSBAR_TABLE && (!e->is_statistical || dense_is_whole(a));
        if (a->way != CROSSBAR_WHOLE && !is_table) return 0;
    }
    return 1;
}

cim_status evaluation_run(evaluation *e, const samples *images, uint32_t n, uint64_t key) {
    cim_status status = CIM_OK;
    e->images = images;
    e->n_images = n < images->n ? n : images->n;
    e->right = 0;
    for (uint32_t i = 0; status == CIM_OK && i < e->n.n_weighted; i++)
        status = crossbar_make_chip(&e->arrays[i], key);
    forget_moments(e);
    if (status == CIM_OK) status = (e->is_statistical ? learn_moments : choose_codes)(e);
    if (status != CIM_OK) return status;
    return (is_whole(e) ? net_run_near : net_run)(&e->n, images->pixels, e->n_images, product,
                                                  count, e);
}
