/* What the snapshot holds between fingerprint and checksum (cim_sdk/snapshot.h):
 *
 *     points of the start, and used; points proposed; done; length, successes and failures of the
 *     region; wait, left, has_looked and best of the stall; trials, keys; the start; the trials;
 *     the keys; what the surrogate saves. */
#include "searcher.h"

#include <cim_sdk/snapshot.h>

#define TAG UINT64_C(0x0000000453594142) /* "BAYS", version 4 */

enum { HEAD_PIECES = 13 };

static uint64_t fingerprint(const searcher *s) {
    const uint64_t values[] = {s->problem->n_fidelities, cim_bits_of(s->effort)};
    return cim_snapshot_fingerprint(s->problem, values, sizeof values / sizeof values[0]);
}

/* ---- save ------------------------------------------------------------------------------------ */

cim_status snapshot_save(searcher *s, const cim_sink *sink) {
    cim_snapshot_writer w;
    const archive *a = &s->archive;
    const uint64_t head[HEAD_PIECES] = {
        s->start.n, s->start.n_used, s->n_proposed, (uint64_t)s->is_done,
        cim_bits_of(s->region.length), s->region.successes, s->region.failures,
        s->stall.wait, s->stall.left, (uint64_t)s->stall.has_looked, cim_bits_of(s->stall.best),
        a->n, s->known.n};
    cim_snapshot_begin(&w, sink, TAG, fingerprint(s));
    cim_snapshot_put_pieces(&w, head, HEAD_PIECES);
    cim_snapshot_put_numbers(&w, s->start.points, (size_t)s->start.n * s->space.d);
    for (size_t i = 0; i < a->n; i++) {
        cim_snapshot_put(&w, (uint64_t)a->outcome[i] | (uint64_t)a->fidelity[i] << 8);
        cim_snapshot_put_numbers(&w, archive_point(a, i), archive_width(a));
    }
    cim_snapshot_put_pieces(&w, s->known.keys, s->known.n);
    surrogate_save(s->model, &w);
    return cim_snapshot_end(&w);
}

/* ---- load ------------------------------------------------------------------------------------ */

static int get_trial(searcher *s, cim_snapshot_reader *r, cim_status *status) {
    const archive *a = &s->archive;
    const uint64_t first = cim_snapshot_get(r);
    const uint32_t outcome = (uint32_t)(first & 0xff), fidelity = (uint32_t)(first >> 8);
    cim_snapshot_get_numbers(r, s->point, a->d);
    cim_snapshot_get_numbers(r, s->goals, a->m);
    cim_snapshot_get_numbers(r, s->slack, a->c);
    if (!space_contains(&s->space, s->point) || fidelity > a->full) return 0;
    cim_designs_canonical(&s->space.designs, s->point);
    *status = searcher_keep(s, s->point, s->goals, s->slack, (cim_outcome)outcome, fidelity);
    return *status == CIM_OK;
}

static int get_start(searcher *s, uint32_t n, cim_snapshot_reader *r, cim_status *status) {
    *status = start_replace(&s->start, n, s->space.d);
    if (*status != CIM_OK) return 0;
    cim_snapshot_get_numbers(r, s->start.points, (size_t)n * s->space.d);
    for (uint32_t i = 0; i < n; i++) {
        double *point = s->start.points + (size_t)i * s->space.d;
        if (!space_contains(&s->space, point)) {
            s->start.n = 0; /* none of them is proposed */
            return 0;
        }
        cim_designs_canonical(&s->space.designs, point);
    }
    return 1;
}

static int get_state(searcher *s, const uint64_t *head, cim_snapshot_reader *r,
                     cim_status *status) {
    if (!get_start(s, (uint32_t)head[0], r, status)) return 0;
    for (uint64_t i = 0; i < head[11]; i++)
        if (!get_trial(s, r, status)) return 0;
    for (uint64_t i = 0; i < head[12]; i++) {
        const uint64_t key = cim_snapshot_get(r);
        if (cim_known_has(&s->known, key)) continue;
        *status = cim_known_add(&s->known, key);
        if (*status != CIM_OK) return 0;
    }
    *status = surrogate_load(s->model, r);
    if (*status != CIM_OK || r->left != 0) return 0;
    s->start.n_used = (uint32_t)head[1];
    s->n_proposed = head[2];
    s->is_done = (int)head[3];
    s->region = (region){cim_number_of(head[4]), (uint32_t)head[5], (uint32_t)head[6]};
    s->stall = (stall){head[7], head[8], (int)head[9], cim_number_of(head[10])};
    return s->region.length > 0.0 && s->region.length < 2.0;
}

/* Are the counts possible? */
static int fits(const searcher *s, const uint64_t *head, uint64_t left) {
    const uint64_t width = archive_width(&s->archive) + 1, first = head[0] * s->space.d;
    return head[0] <= START_MOST && head[1] <= head[0] && head[3] <= 1 && first <= left &&
           head[7] <= STALL_LONGEST_WAIT && head[8] <= head[7] && head[9] <= 1 &&
           head[11] <= (left - first) / width && head[12] <= left - first - head[11] * width;
}

cim_status snapshot_load(searcher *s, const void *data, size_t size) {
    const cim_host *host = s->host;
    cim_snapshot_reader r;
    uint64_t head[HEAD_PIECES];
    cim_status status = cim_snapshot_open(&r, host, data, size, TAG, fingerprint(s));
    if (status != CIM_OK) return status;
    if (!cim_snapshot_get_pieces(&r, head, HEAD_PIECES) || !fits(s, head, r.left))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: its counts are wrong");
    searcher_reset(s);
    if (get_state(s, head, &r, &status)) return CIM_OK;
    searcher_reset(s);
    if (status == CIM_E_MEMORY) return host->fail(host, status, "no memory for the snapshot");
    return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: a wrong value");
}
