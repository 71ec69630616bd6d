/* A layer starts when the rows under its first window are there, takes rows at the pace at which
 * they come, and ends after its inputs have. */
#include "rows.h"
#include "network.h"
#include <math.h>

int chip_hands_on_rows(const chip_common *c, const cim_chip *chip) {
    return c->spec->pipeline && c->spec->pipeline_rows && !chip->reloads;
}

static const cim_layer *layer_at(const cim_network *network, uint32_t i) {
    return CIM_ROW(cim_layer, network->layers, i);
}

static double rows_of(const cim_network *network, uint32_t from) {
    return fmax(1, from < network->layers.n ? layer_at(network, from)->out_height
                                            : network->in_height);
}

/* Share of its input FROM that the layer needs before it starts. */
static double first_window(const cim_network *network, const cim_layer *l, uint32_t from) {
    const double gap = l->dilation_height > 1 ? l->dilation_height : 1;
    const double rows = (l->kernel_height - 1.0) * gap + 1 - l->pad_top;
    if (l->op == CIM_OP_LINEAR) return 1;
    return fmin(1, fmax(1, rows) / rows_of(network, from));
}

/* Sets start and end of every layer that takes latency_s when it does not wait. The image is there
 * at time 0. */
static void flow(const cim_network *network, cim_chip_layer *layers) {
    for (uint32_t i = 0; i < network->layers.n; ++i) {
        const cim_layer *l = layer_at(network, i);
        cim_chip_layer *w = &layers[i];
        const double last_row_s = w->latency_s / rows_of(network, i);
        w->start = 0;
        double ready = 0;
        for (uint32_t k = 0; k < l->n_inputs; ++k) {
            if (l->inputs[k] >= i) continue;
            const cim_chip_layer *in = &layers[l->inputs[k]];
            const double share = first_window(network, l, l->inputs[k]);
            w->start = fmax(w->start, in->start + share * (in->end - in->start));
            ready = fmax(ready, in->end + last_row_s);
        }
        w->end = fmax(w->start + w->latency_s, ready);
    }
}

/* Share of a tensor that waits at most, written evenly from one time to another and read likewise;
 * more than one where it waits longer than the time between images. */
static double waiting(const cim_chip_layer *from, const cim_chip_layer *to, double interval) {
    const double written = fmin(1, (to->start - from->start) / fmax(from->end - from->start, 1));
    const double read = fmax(0, from->end - to->start) / fmax(to->end - to->start, 1);
    const double longest = fmax(to->start - from->start, to->end - from->end);
    return fmax(fmax(written, 1 - fmin(1, read)), longest / interval);
}

double chip_row_buffer_need(const cim_network *network, cim_chip_layer *layers) {
    const uint32_t n = network->layers.n;
    double interval = 1, input = 0, need = 0;
    for (uint32_t i = 0; i < n; ++i) {
        layers[i].latency_s = layers[i].cycles;   /* for the time being: shares have no unit */
        layers[i].waiting = 0;
        interval = fmax(interval, layers[i].cycles);
    }
    flow(network, layers);
    for (uint32_t i = 0; i < n; ++i) {
        const cim_layer *l = layer_at(network, i);
        const cim_chip_layer image = {.start = 0, .end = interval};
        for (uint32_t k = 0; k < l->n_inputs; ++k) {
            const int inside = l->inputs[k] < i;
            double *share = inside ? &layers[l->inputs[k]].waiting : &input;
            *share = fmax(*share, waiting(inside ? &layers[l->inputs[k]] : &image, &layers[i],
                                          interval));
        }
    }
    /* And a row that is being written. */
    for (uint32_t i = 0; i < n; ++i)
        need += chip_output_bits(network, i) * (layers[i].waiting + 1 / rows_of(network, i));
    need += chip_output_bits(network, CIM_FROM_INPUT) *
            (input + 1 / rows_of(network, CIM_FROM_INPUT));
    for (uint32_t i = 0; i < n; ++i) layers[i].live_bits = need;
    return need;
}

double chip_row_latency(const cim_network *network, cim_chip_layer *layers) {
    uint32_t i = 0;
    flow(network, layers);
    for (uint32_t k = 0; k < network->layers.n; ++k) {
        layers[k].latency_s = 0;   /* but on the way to the last end */
        if (layers[k].end >= layers[i].end) i = k;
    }
    const double latency_s = layers[i].end;
    for (;;) {
        const cim_layer *l = layer_at(network, i);
        uint32_t before = CIM_FROM_INPUT;
        for (uint32_t k = 0; k < l->n_inputs; ++k)
            if (l->inputs[k] < i &&
                (before == CIM_FROM_INPUT || layers[l->inputs[k]].end > layers[before].end))
                before = l->inputs[k];
        if (before == CIM_FROM_INPUT) break;
        layers[i].latency_s = layers[i].end - layers[before].end;
        i = before;
    }
    layers[i].latency_s = layers[i].end;
    return latency_s;
}
