/* What the snapshot holds between fingerprint and checksum (cim_sdk/snapshot.h):
 *
 *     initial points used; exhausted; known designs, members, points pending, points of others,
 *     children bred; the keys; the spread of each slack; the members; the points pending.
 *
 * The cursor of the remaining designs is not in it: it comes to stand where it stood. */
#include "searcher.h"

#include <cim_sdk/snapshot.h>

#include <math.h>

#define TAG UINT64_C(0x000000044c4f5645) /* "EVOL", version 4: 1 to 3 proposed by other rules */

enum { HEAD_PIECES = 7, MEMBER_PIECES = 6, PENDING_PIECES = 4 };

static uint64_t fingerprint(const searcher *s) {
    const settings *t = &s->proposer.settings;
    const uint64_t values[] = {t->algorithm, (uint64_t)t->is_phased, t->population,
                               cim_bits_of(t->crossover), cim_bits_of(t->rate),
                               cim_bits_of(t->step), cim_bits_of(t->reset)};
    return cim_snapshot_fingerprint(s->problem, values, sizeof values / sizeof values[0]);
}

/* ---- save ------------------------------------------------------------------------------------ */

static void put_member(cim_snapshot_writer *w, const searcher *s, const member *m) {
    cim_snapshot_put(w, m->number);
    cim_snapshot_put(w, m->class);
    cim_snapshot_put(w, m->children);
    cim_snapshot_put_number(w, m->violation);
    cim_snapshot_put_number(w, m->rate);
    cim_snapshot_put_number(w, m->step);
    cim_snapshot_put_numbers(w, m->point, s->problem->dimensions.n);
    cim_snapshot_put_numbers(w, m->goals, s->problem->goals.n);
    cim_snapshot_put_numbers(w, m->slack, s->problem->constraints.n);
}

static void put_pending(cim_snapshot_writer *w, const proposal *p) {
    cim_snapshot_put(w, p->key);
    cim_snapshot_put(w, p->target);
    cim_snapshot_put_number(w, p->rate);
    cim_snapshot_put_number(w, p->step);
}

cim_status snapshot_save(const searcher *s, const cim_sink *sink) {
    cim_snapshot_writer w;
    const cim_known *h = &s->proposer.known;
    const population *p = &s->population;
    const uint64_t head[HEAD_PIECES] = {s->proposer.n_used, (uint64_t)s->proposer.is_exhausted,
                                        h->n, p->n, s->end - s->first, s->proposer.n_given,
                                        s->proposer.n_bred};
    cim_snapshot_begin(&w, sink, TAG, fingerprint(s));
    cim_snapshot_put_pieces(&w, head, HEAD_PIECES);
    cim_snapshot_put_pieces(&w, h->keys, h->n);
    for (uint32_t i = 0; i < s->problem->constraints.n; i++) {
        cim_snapshot_put_number(&w, p->spread[i].log_sum);
        cim_snapshot_put(&w, p->spread[i].n);
    }
    for (size_t i = 0; i < p->n; i++) put_member(&w, s, &p->members[i]);
    for (size_t i = s->first; i < s->end; i++) put_pending(&w, &s->pending[i]);
    return cim_snapshot_end(&w);
}

/* ---- load ------------------------------------------------------------------------------------ */

/* Are the counts possible, and the data as long as they say? */
static int fits(const searcher *s, const uint64_t *head, uint64_t left) {
    const uint64_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    const uint64_t c = s->problem->constraints.n;
    const uint64_t n_keys = head[2], n = head[3], n_pending = head[4];
    return head[0] <= s->proposer.settings.initial && head[1] <= 1 && n_keys <= left &&
           n <= s->population.most && n <= n_keys && n_pending <= n_keys &&
           left == n_keys + 2 * c + n * (MEMBER_PIECES + d + m + c) + PENDING_PIECES * n_pending;
}

static int get_member(searcher *s, cim_snapshot_reader *r) {
    member *m = population_place(&s->population);
    m->number = cim_snapshot_get(r);
    m->class = (uint32_t)cim_snapshot_get(r);
    m->children = cim_snapshot_get(r);
    m->violation = cim_snapshot_get_number(r);
    m->rate = cim_snapshot_get_number(r);
    m->step = cim_snapshot_get_number(r);
    cim_snapshot_get_numbers(r, m->point, s->problem->dimensions.n);
    cim_snapshot_get_numbers(r, m->goals, s->problem->goals.n);
    cim_snapshot_get_numbers(r, m->slack, s->problem->constraints.n);
    int good = m->class <= CLASS_UNKNOWN && m->violation >= 0.0 && m->rate > 0.0 && m->step > 0.0;
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++) {
        const cim_dimension *d = cim_designs_dimension(&s->proposer.designs, i);
        good = good && cim_dimension_holds(d, m->point[i]);
    }
    for (uint32_t i = 0; i < s->problem->goals.n; i++)
        good = good && (m->class != CLASS_FEASIBLE || isfinite(m->goals[i]));
    return good;
}

static int get_state(searcher *s, const uint64_t *head, cim_snapshot_reader *r,
                     cim_status *status) {
    cim_known *h = &s->proposer.known;
    int good = 1;
    for (uint64_t i = 0; i < head[2]; i++) {
        const uint64_t key = cim_snapshot_get(r);
        good = good && !cim_known_has(h, key);
        if (good) *status = cim_known_add(h, key);
        if (*status != CIM_OK) return 0;
    }
    for (uint32_t i = 0; i < s->problem->constraints.n; i++) {
        s->population.spread[i].log_sum = cim_snapshot_get_number(r);
        s->population.spread[i].n = cim_snapshot_get(r);
        good = good && isfinite(s->population.spread[i].log_sum);
    }
    for (uint64_t i = 0; i < head[3]; i++) good = get_member(s, r) && good;
    for (uint64_t i = 0; i < head[4] && *status == CIM_OK; i++) {
        proposal p = {.key = cim_snapshot_get(r)};
        p.target = cim_snapshot_get(r);
        p.rate = cim_snapshot_get_number(r);
        p.step = cim_snapshot_get_number(r);
        good = good && p.rate > 0.0 && p.step > 0.0;
        *status = searcher_expect(s, &p);
    }
    return good && *status == CIM_OK;
}

static void reset(searcher *s) {
    cim_known_clear(&s->proposer.known);
    s->proposer.n_used = s->proposer.n_given = s->proposer.n_bred = 0;
    s->proposer.is_exhausted = 0;
    population_clear(&s->population);
    s->first = s->end = 0;
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
    s->proposer.n_used = head[0];
    s->proposer.is_exhausted = (int)head[1];
    s->proposer.n_given = head[5];
    s->proposer.n_bred = head[6];
    population_settle(&s->population);
    return CIM_OK;
}
