/* The surrogate in a snapshot (cim_sdk/snapshot.h):
 *
 *     trials; of each: inputs, goals, slacks, failed;
 *     of each output: transform, kernel, trend, waves, when fitted, when chosen,
 *     hyper-parameters. */
#include "surrogate_private.h"
#include "waves.h"

#include <math.h>

/* ---- save ------------------------------------------------------------------------------------ */

static void put_output(cim_snapshot_writer *w, const surrogate *s, const output *o) {
    cim_snapshot_put(w, (uint64_t)o->transform_kind);
    cim_snapshot_put(w, (uint64_t)o->form.kernel);
    cim_snapshot_put(w, (uint64_t)o->form.trend);
    cim_snapshot_put(w, o->form.n_waves);
    cim_snapshot_put(w, o->fitted_at);
    cim_snapshot_put(w, o->chosen_at);
    cim_snapshot_put_numbers(w, o->theta, gp_n_theta(&s->space));
}

void surrogate_save(const surrogate *s, cim_snapshot_writer *w) {
    cim_snapshot_put(w, s->n);
    for (size_t i = 0; i < s->n; i++) {
        cim_snapshot_put_numbers(w, s->inputs + i * s->space.n, s->space.n);
        cim_snapshot_put_numbers(w, s->values + i * surrogate_n_values(s), surrogate_n_values(s));
        cim_snapshot_put(w, s->failed[i]);
    }
    for (uint32_t i = 0; i < s->n_outputs_most; i++) put_output(w, s, &s->outputs[i]);
}

/* ---- load ------------------------------------------------------------------------------------ */

static int get_output(cim_snapshot_reader *r, surrogate *s, output *o) {
    const uint64_t bend = cim_snapshot_get(r), kernel = cim_snapshot_get(r);
    const uint64_t trend = cim_snapshot_get(r), waves = cim_snapshot_get(r);
    if (bend >= N_TRANSFORMS || kernel >= N_KERNELS || trend >= N_TRENDS || waves > WAVES_MOST)
        return 0;
    o->transform_kind = (int)bend;
    o->form = (gp_form){(int)kernel, (int)trend, (uint32_t)waves};
    o->fitted_at = cim_snapshot_get(r);
    o->chosen_at = cim_snapshot_get(r);
    int good = cim_snapshot_get_numbers(r, o->theta, gp_n_theta(&s->space));
    for (size_t i = 0; i < gp_n_theta(&s->space); i++) good = good && isfinite(o->theta[i]);
    return good;
}

static cim_status get_trials(cim_snapshot_reader *r, surrogate *s, uint64_t n, double *row,
                             int *good) {
    const size_t width = s->space.n, m = surrogate_n_values(s);
    for (uint64_t i = 0; i < n; i++) {
        cim_snapshot_get_numbers(r, row, width + m);
        const uint64_t failed = cim_snapshot_get(r);
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
    return s->host->fail(s->host, CIM_E_ARGUMENT,
                         "the snapshot is damaged: what was learned does not fit");
}

cim_status surrogate_load(surrogate *s, cim_snapshot_reader *r) {
    const size_t width = s->space.n + surrogate_n_values(s), n_theta = gp_n_theta(&s->space);
    const size_t tail = s->n_outputs_most * (6 + n_theta);
    if (r->left < 1 + tail) return damaged(s);
    const uint64_t n = cim_snapshot_get(r);
    if (n > (r->left - tail) / (width + 1)) return damaged(s);
    double *row = s->host->alloc(s->host, width + 1, sizeof *row);
    if (row == NULL) return CIM_E_MEMORY;
    int good = 1;
    s->n = 0;
    s->n_failed = 0;
    const cim_status status = get_trials(r, s, n, row, &good);
    s->host->release(s->host, row);
    if (status != CIM_OK) return status;
    for (uint32_t i = 0; good && i < s->n_outputs_most; i++)
        good = get_output(r, s, &s->outputs[i]);
    return good ? CIM_OK : damaged(s);
}
