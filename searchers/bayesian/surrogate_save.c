/* The surrogate in a snapshot, in pieces of 8 bytes, little-endian; a number with a fraction as its
 * bits:
 *
 *     trials; of each: inputs, goals, slacks, failed;
 *     of each output: transform, kernel, trend, when fitted, when chosen, hyper-parameters. */
#include "surrogate_private.h"

#include <cim_sdk/snapshot.h>

#include <math.h>
#include <string.h>

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double number_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- save ------------------------------------------------------------------------------------ */

typedef struct writer { const cim_sink *sink; cim_status status; } writer;

static void put(writer *w, uint64_t piece) {
    unsigned char bytes[8];
    cim_put_bytes(bytes, piece, 8);
    if (w->status == CIM_OK) w->status = w->sink->write(w->sink, bytes, 8);
}

static void put_numbers(writer *w, const double *numbers, size_t n) {
    for (size_t i = 0; i < n; i++) put(w, bits_of(numbers[i]));
}

static void put_output(writer *w, const surrogate *s, const output *o) {
    put(w, (uint64_t)o->transform_kind);
    put(w, (uint64_t)o->form.kernel);
    put(w, (uint64_t)o->form.trend);
    put(w, o->fitted_at);
    put(w, o->chosen_at);
    put_numbers(w, o->theta, gp_n_theta(&s->space));
}

cim_status surrogate_save(const surrogate *s, const cim_sink *sink) {
    writer w = {sink, CIM_OK};
    put(&w, s->n);
    for (size_t i = 0; i < s->n; i++) {
        put_numbers(&w, s->inputs + i * s->space.n, s->space.n);
        put_numbers(&w, s->values + i * surrogate_n_values(s), surrogate_n_values(s));
        put(&w, s->failed[i]);
    }
    for (uint32_t i = 0; i < s->n_outputs_most; i++) put_output(&w, s, &s->outputs[i]);
    return w.status;
}

/* ---- load ------------------------------------------------------------------------------------ */

typedef struct reader { const unsigned char *at; } reader;

static uint64_t get(reader *r) {
    const uint64_t piece = cim_get_bytes(r->at, 8);
    r->at += 8;
    return piece;
}

static int get_output(reader *r, surrogate *s, output *o) {
    const uint64_t bend = get(r), kernel = get(r), trend = get(r);
    int good = bend < N_TRANSFORMS && kernel < N_KERNELS && trend < N_TRENDS;
    if (!good) return 0;
    o->transform_kind = (int)bend;
    o->form = (gp_form){(int)kernel, (int)trend};
    o->fitted_at = get(r);
    o->chosen_at = get(r);
    for (size_t i = 0; i < gp_n_theta(&s->space); i++) {
        o->theta[i] = number_of(get(r));
        good = good && isfinite(o->theta[i]);
    }
    return good;
}

static cim_status get_trials(reader *r, surrogate *s, uint64_t n, double *row, int *good) {
    const size_t width = s->space.n, m = surrogate_n_values(s);
    for (uint64_t i = 0; i < n; i++) {
        for (size_t k = 0; k < width + m; k++) row[k] = number_of(get(r));
        const uint64_t failed = get(r);
        for (size_t k = 0; k < width; k++) *good = *good && row[k] >= 0.0 && row[k] <= 1.0;
        *good = *good && failed <= 1;
        const cim_status status =
            surrogate_add(s, row, row + width, row + width + s->n_goals, failed != 0, 0);
        if (status != CIM_OK) return status;
        if (width > s->encoding->n_features) s->inputs[i * width + width - 1] = row[width - 1];
    }
    return CIM_OK;
}

static cim_status damaged(surrogate *s) {
    return s->host->fail(s->host, CIM_E_ARGUMENT, "the snapshot is damaged: what was learned does not fit");
}

cim_status surrogate_load(surrogate *s, const void **at, size_t *left) {
    const size_t width = s->space.n + surrogate_n_values(s), n_theta = gp_n_theta(&s->space);
    const size_t tail = s->n_outputs_most * (5 + n_theta);
    reader r = {*at};
    if (*left < 8) return damaged(s);
    const uint64_t n = get(&r);
    if (n > *left / 8 || *left / 8 < 1 + n * (width + 1) + tail) return damaged(s);
    double *row = s->host->alloc(s->host, width + 1, sizeof *row);
    if (row == NULL) return CIM_E_MEMORY;
    int good = 1;
    s->n = 0;
    s->n_failed = 0;
    const cim_status status = get_trials(&r, s, n, row, &good);
    s->host->release(s->host, row);
    if (status != CIM_OK) return status;
    for (uint32_t i = 0; good && i < s->n_outputs_most; i++) good = get_output(&r, s, &s->outputs[i]);
    if (!good) return damaged(s);
    *left -= (size_t)(r.at - (const unsigned char *)*at);
    *at = r.at;
    return CIM_OK;
}
