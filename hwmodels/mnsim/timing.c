/* Latency: section 8 of README.md. Positions of a layer come in four classes: the first, the others
 * of the first column, the others of the first row, and the rest. */
#include "timing.h"

#include <math.h>

static const double demux_s = 0.27933e-9, mux_s = 0.032744e-9;   /* of one stage */
static const double pooling_s = 100e-9;   /* of up to 9 values in up to as many channels as units */
static const double sum_s = 10e-9;

enum { FIRST, COLUMN, ROW, INNER, CLASSES };

typedef struct position {
    double s[MNSIM_PARTS];           /* the same in every class */
    double in_s[CLASSES], rd_s[CLASSES];   /* input buffer, written and read */
    double class_s[CLASSES];         /* all together */
} position;

static double buffer_s(const mnsim_design *d, double bits) {
    return MNSIM_BUFFER_ACCESS_S * ceil(bits / d->buffer_bits);
}

static double transfer_s(const mnsim_design *d, const mnsim_layer *l) {
    return l->transfer_hops * l->out_channels * MNSIM_BITS / d->inter_tile_bps;
}

/* Floor-divisions by 8 that bring WAYS to 0, and one. */
static double stages(double ways) {
    double n = 1;
    for (; ways >= 1; ways = floor(ways / 8)) ++n;
    return n;
}

/* ---- the input buffer ------------------------------------------------------------------------ */

/* CHANNELS of a window that one crossbar, or one pooling unit, has. */
static void set_input(const mnsim_design *d, const mnsim_layer *l, double channels, position *p) {
    const double k = l->kernel, s = l->stride, width = l->in_width;
    const double beyond = fmax(k - l->padding, 0);   /* padding need not be waited for */
    const double lines = fmax(k - l->padding - 1, 0);
    double in[CLASSES] = {beyond * beyond, s * beyond, s * k, s * s};
    if (d->nopipe) {
        in[FIRST] = width * lines + beyond;
        in[COLUMN] = width * (s - 1) + beyond;
        in[ROW] = in[INNER] = s;
    }
    const double rd[CLASSES] = {k * k, k * k, s * k, s * k};
    for (int c = 0; c < CLASSES; ++c) {
        p->in_s[c] = buffer_s(d, channels * in[c] * MNSIM_BITS);
        p->rd_s[c] = buffer_s(d, channels * rd[c] * MNSIM_BITS);
    }
}

/* ---- the kinds of layers --------------------------------------------------------------------- */

static void time_array(const mnsim_design *d, const mnsim_layer *l, double *s) {
    const double row_rounds = ceil(l->max_rows / d->dacs);
    const double column_rounds = ceil(l->max_columns / (d->adcs / d->subarrays));
    const double rounds = row_rounds * column_rounds;
    const double cycles = ceil(MNSIM_BITS / d->dac.bits) * rounds;   /* the sign is applied, too */
    s[MNSIM_XBAR] = cycles * d->xbar_read_s;
    s[MNSIM_DAC] = cycles * d->dac.latency_s;
    s[MNSIM_ADC] = cycles * d->adc.latency_s;
    s[MNSIM_IREG] = (rounds + cycles) * d->clock_s;
    s[MNSIM_SHIFTREG] = cycles * d->clock_s;
    s[MNSIM_OREG] = column_rounds * d->clock_s;
    s[MNSIM_ADDER] = column_rounds * ceil(log2(d->groups)) * d->clock_s;
    s[MNSIM_DEMUX] = demux_s * cycles * stages(d->dac_ways);
    s[MNSIM_MUX] = mux_s * cycles * stages(d->columns_per_adc);
}

static void time_weights(const mnsim_design *d, const mnsim_layer *l, position *p) {
    double *s = p->s;
    time_array(d, l, s);
    const double merges = ceil(log2(l->max_pes)), levels = ceil(log2(d->pes));
    const double results = l->max_columns * l->max_pes;
    const double tree_bits = levels * (d->adc.bits + merges) - merges * (merges + 1) / 2;
    s[MNSIM_JOINT] = merges * d->clock_s;
    s[MNSIM_INTRA] = tree_bits * l->max_columns / d->intra_tile_bps;
    s[MNSIM_WRITE] = buffer_s(d, (d->adc.bits + merges) * results);
    s[MNSIM_READ] = buffer_s(d, MNSIM_BITS * results);
    s[MNSIM_MERGE] = s[MNSIM_READ] +
                     l->merge_hops * (d->clock_s + results * MNSIM_BITS / d->inter_tile_bps);
    s[MNSIM_TRANSFER] = transfer_s(d, l);
    if (l->type == MNSIM_CONV) {
        set_input(d, l, l->max_rows / ((double)l->kernel * l->kernel), p);
    } else {
        for (int c = 0; c < CLASSES; ++c)
            p->in_s[c] = p->rd_s[c] = buffer_s(d, l->max_rows * MNSIM_BITS);
    }
    double all = -s[MNSIM_READ];     /* the merge has it, too */
    for (int i = 0; i < MNSIM_PARTS; ++i) all += s[i];
    for (int c = 0; c < CLASSES; ++c) p->class_s[c] = all + p->in_s[c] + p->rd_s[c];
}

static void time_pooling(const mnsim_design *d, const mnsim_layer *l, position *p) {
    double *s = p->s;
    const double window = (double)l->kernel * l->kernel;
    s[MNSIM_POOLING] = pooling_s * ceil(l->in_channels / d->pooling_units) * ceil(window / 9);
    s[MNSIM_WRITE] = buffer_s(d, l->in_channels * MNSIM_BITS);
    /* Counted twice, as MNSIM has it. */
    s[MNSIM_READ] = s[MNSIM_MERGE] = buffer_s(d, l->out_channels * MNSIM_BITS);
    s[MNSIM_TRANSFER] = transfer_s(d, l);
    set_input(d, l, l->in_channels, p);
    double all = 0;
    for (int i = 0; i < MNSIM_PARTS; ++i) all += s[i];
    for (int c = 0; c < CLASSES; ++c) p->class_s[c] = all + p->in_s[c] + p->rd_s[c];
}

static void time_sum(const mnsim_design *d, const mnsim_layer *l, position *p) {
    double *s = p->s;
    s[MNSIM_ADDER] = sum_s;
    s[MNSIM_READ] = s[MNSIM_WRITE] = buffer_s(d, l->n_inputs * MNSIM_BITS * l->sum_channels);
    s[MNSIM_TRANSFER] = transfer_s(d, l);
    for (int c = 0; c < CLASSES; ++c)
        p->class_s[c] = sum_s + s[MNSIM_READ] + s[MNSIM_WRITE] + s[MNSIM_TRANSFER];
}

/* ---- when positions are done ----------------------------------------------------------------- */

/* The input's position that window I needs last, along one side. */
static uint64_t last_needed(const mnsim_layer *l, uint32_t i, uint32_t size) {
    const int64_t beyond = (int64_t)l->kernel - l->padding;
    const uint64_t end = (uint64_t)(beyond > 1 ? beyond : 1) + (uint64_t)l->stride * i;
    return (end < size ? end : size) - 1;
}

/* Position after position, each behind those of the input that it needs; or all of them behind the
 * whole input. */
static void finish_windows(const mnsim_layer *layers, mnsim_layer *l, const position *p,
                           int pipelined, double *finish) {
    const uint32_t from = l->inputs[0];
    const double *in = NULL;
    double *own = finish + l->first, now = 0;
    const int waits = from != CIM_FROM_INPUT;
    if (waits && pipelined && l->type != MNSIM_FC) in = finish + layers[from].first;
    else if (waits) now = layers[from].finish_s;
    for (uint32_t i = 0; i < l->out_height; ++i) {
        const double *line = in ? in + last_needed(l, i, l->in_height) * l->in_width : NULL;
        for (uint32_t j = 0; j < l->out_width; ++j) {
            if (line) now = fmax(now, line[last_needed(l, j, l->in_width)]);
            *own++ = now += p->class_s[i ? (j ? INNER : COLUMN) : (j ? ROW : FIRST)];
        }
    }
    l->finish_s = now;
}

static void finish_sum(const mnsim_layer *layers, mnsim_layer *l, const position *p,
                       double *finish) {
    double now = 0;
    for (uint64_t i = 0; i < mnsim_positions(l); ++i) {
        for (uint32_t k = 0; k < l->n_inputs; ++k)
            if (l->inputs[k] != CIM_FROM_INPUT)
                now = fmax(now, finish[layers[l->inputs[k]].first + i]);
        finish[l->first + i] = now += p->class_s[INNER];
    }
    l->finish_s = now;
}

static void sum_positions(mnsim_layer *l, const position *p) {
    const double rows = l->out_height - 1.0, columns = l->out_width - 1.0;
    const double times[CLASSES] = {1, rows, columns, rows * columns};
    for (int i = 0; i < MNSIM_PARTS; ++i)
        l->time_s[i] = p->s[i] * (double)mnsim_positions(l);
    for (int c = 0; c < CLASSES; ++c) {
        l->time_s[MNSIM_WRITE] += times[c] * p->in_s[c];
        l->time_s[MNSIM_READ] += times[c] * p->rd_s[c];
    }
}

void mnsim_time(const mnsim_design *d, mnsim_layer *layers, uint32_t n, double *finish,
                mnsim_chip *chip) {
    chip->latency_s = 0;
    for (uint32_t i = 0; i < n; ++i) {
        mnsim_layer *l = &layers[i];
        position p = {.s = {0}};
        if (l->type == MNSIM_POOL) time_pooling(d, l, &p);
        else if (l->type == MNSIM_SUM) time_sum(d, l, &p);
        else time_weights(d, l, &p);
        sum_positions(l, &p);
        if (l->type == MNSIM_SUM) finish_sum(layers, l, &p, finish);
        else finish_windows(layers, l, &p, !d->nopipe, finish);
        chip->latency_s = fmax(chip->latency_s, l->finish_s);
    }
}

mnsim_sum_energy mnsim_sum_cost(const mnsim_design *d, const mnsim_chip *c, const mnsim_layer *l) {
    const double n = (double)mnsim_positions(l), values = l->n_inputs * l->sum_channels;
    const double access_s = n * buffer_s(d, values * MNSIM_BITS);
    return (mnsim_sum_energy){floor(values / 2) * c->global_adder.power_w * sum_s * n,
                              c->global_buffer.read_w * access_s,
                              c->global_buffer.write_w * access_s};
}
