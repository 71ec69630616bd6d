/* What the snapshot holds between fingerprint and checksum (cim_sdk/snapshot.h):
 *
 *     initial points used; exhausted; known designs, those of them at work, trials; the keys of
 *     both; for each trial class, point, goals and slacks. */
#include "searcher.h"

#include <cim_sdk/snapshot.h>

#include <math.h>

#define TAG UINT64_C(0x0000000345505400) /* "TPE", version 3: 1, 2 proposed by other rules */

enum { HEAD_PIECES = 5 };

static uint64_t fingerprint(const searcher *s) {
    const settings *t = &s->settings;
    const uint64_t values[] = {t->start, t->candidates, t->most_good, t->is_multivariate,
                               cim_bits_of(t->share), cim_bits_of(t->keep)};
    return cim_snapshot_fingerprint(s->problem, values, sizeof values / sizeof values[0]);
}

static size_t trial_numbers(const searcher *s) {
    return (size_t)s->problem->dimensions.n + s->problem->goals.n + s->problem->constraints.n;
}

/* ---- save ------------------------------------------------------------------------------------ */

cim_status snapshot_save(const searcher *s, const cim_sink *sink) {
    cim_snapshot_writer w;
    const trials *t = &s->trials;
    const cim_known *h = &s->known;
    const size_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    const size_t c = s->problem->constraints.n;
    const uint64_t head[HEAD_PIECES] = {s->n_used, (uint64_t)s->is_exhausted, h->n, s->n_at_work,
                                        t->n};
    cim_snapshot_begin(&w, sink, TAG, fingerprint(s));
    cim_snapshot_put_pieces(&w, head, HEAD_PIECES);
    cim_snapshot_put_pieces(&w, h->keys, h->n);
    cim_snapshot_put_pieces(&w, s->at_work, s->n_at_work);
    for (size_t i = 0; i < t->n; i++) {
        cim_snapshot_put(&w, t->class[i]);
        cim_snapshot_put_numbers(&w, t->points + i * d, d);
        cim_snapshot_put_numbers(&w, t->goals + i * m, m);
        cim_snapshot_put_numbers(&w, t->slack + i * c, c);
    }
    return cim_snapshot_end(&w);
}

/* ---- load ------------------------------------------------------------------------------------ */

/* Are the counts possible, and the data as long as they say? */
static int fits(const searcher *s, const uint64_t *head, uint64_t left) {
    return head[0] <= s->settings.start && head[1] <= 1 && head[2] <= left && head[3] <= head[2] &&
           head[4] <= head[2] && left == head[2] + head[3] + head[4] * (1 + trial_numbers(s));
}

static int get_trial(searcher *s, cim_snapshot_reader *r, cim_status *status) {
    const size_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    const uint64_t class = cim_snapshot_get(r);
    int good = class <= CLASS_FAILED;
    cim_snapshot_get_numbers(r, s->scratch, trial_numbers(s));
    for (uint32_t i = 0; i < d; i++)
        good = good && cim_dimension_holds(cim_designs_dimension(&s->designs, i), s->scratch[i]);
    for (size_t i = 0; i < m; i++)
        good = good && (class != CLASS_FEASIBLE || isfinite(s->scratch[d + i]));
    if (!good) return 0;
    *status = trials_add(&s->trials, (uint32_t)class, s->scratch, s->scratch + d,
                         s->scratch + d + m);
    return *status == CIM_OK;
}

static int get_state(searcher *s, const uint64_t *head, cim_snapshot_reader *r,
                     cim_status *status) {
    cim_known *h = &s->known;
    for (uint64_t i = 0; i < head[2]; i++) {
        const uint64_t key = cim_snapshot_get(r);
        if (cim_known_has(h, key)) return 0;
        *status = cim_known_add(h, key);
        if (*status != CIM_OK) return 0;
    }
    for (uint64_t i = 0; i < head[3]; i++) {
        *status = searcher_expect(s, cim_snapshot_get(r));
        if (*status != CIM_OK) return 0;
    }
    for (uint64_t i = 0; i < head[4]; i++)
        if (!get_trial(s, r, status)) return 0;
    return 1;
}

static void reset(searcher *s) {
    cim_known_clear(&s->known);
    trials_clear(&s->trials);
    sampler_forget(&s->sampler, 0);
    s->n_at_work = 0;
    s->n_used = 0;
    s->is_exhausted = 0;
}

cim_status snapshot_load(searcher *s, const void *data, size_t size) {
    const cim_host *host = s->host;
    cim_snapshot_reader r;
    uint64_t head[HEAD_PIECES];
    cim_status status = cim_snapshot_open(&r, host, data, size, TAG, fingerprint(s));
    if (status != CIM_OK) return status;
    if (!cim_snapshot_get_pieces(&r, head, HEAD_PIECES) || !fits(s, head, r.left))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: its counts are wrong");
    reset(s);
    if (!get_state(s, head, &r, &status)) {
        reset(s);
        return status != CIM_OK
            ? status : host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: a wrong value");
    }
    s->n_used = head[0];
    s->is_exhausted = (int)head[1];
    return CIM_OK;
}
