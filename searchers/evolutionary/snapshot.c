/* The snapshot, in pieces of 8 bytes, little-endian; a number with a fraction as its bits:
 *
 *     tag and version; fingerprint of problem and settings; initial points used; exhausted;
 *     known designs, members, points pending, points of others, children bred;
 *     the keys; the spread of each slack; the members; the points pending; checksum of all before.
 *
 * The cursor of the remaining designs is not in it: it comes to stand where it stood. */
#include "searcher.h"

#include <cim_sdk/snapshot.h>

#include <math.h>
#include <string.h>

#define TAG UINT64_C(0x000000034c4f5645) /* "EVOL", version 3 */

enum { HEAD_PIECES = 9, MEMBER_PIECES = 6, PENDING_PIECES = 4 };

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

/* FNV-1a with 64 bits, piece by piece, and a shift so that high bits reach low ones. */
static uint64_t mixed(uint64_t sum, uint64_t piece) {
    sum = (sum ^ piece) * UINT64_C(0x100000001b3);
    return sum ^ (sum >> 29);
}
#define MIXED_NOTHING UINT64_C(0xcbf29ce484222325)

static uint64_t fingerprint(const searcher *s) {
    const settings *t = &s->proposer.settings;
    uint64_t sum = mixed(mixed(MIXED_NOTHING, s->problem->goals.n), s->problem->constraints.n);
    sum = mixed(mixed(sum, t->algorithm), (uint64_t)t->is_phased);
    sum = mixed(mixed(sum, t->population), bits_of(t->crossover));
    sum = mixed(mixed(mixed(sum, bits_of(t->rate)), bits_of(t->step)), bits_of(t->reset));
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++) {
        const cim_dimension *d = cim_designs_dimension(&s->proposer.designs, i);
        sum = mixed(mixed(mixed(sum, d->kind), d->n_levels), d->log_scale);
        sum = mixed(mixed(sum, bits_of(d->min)), bits_of(d->max));
    }
    return sum;
}

/* ---- save ------------------------------------------------------------------------------------ */

typedef struct writer {
    const cim_sink *sink;
    cim_status status;
    uint64_t sum;
    size_t n;
    unsigned char bytes[4096];
} writer;

static void flush(writer *w) {
    if (w->status == CIM_OK && w->n) w->status = w->sink->write(w->sink, w->bytes, w->n);
    w->n = 0;
}

static void put(writer *w, uint64_t piece) {
    if (w->n == sizeof w->bytes) flush(w);
    cim_put_bytes(w->bytes + w->n, piece, 8);
    w->n += 8;
    w->sum = mixed(w->sum, piece);
}

static void put_numbers(writer *w, const double *numbers, size_t n) {
    for (size_t i = 0; i < n; i++) put(w, bits_of(numbers[i]));
}

static void put_member(writer *w, const searcher *s, const member *m) {
    put(w, m->number);
    put(w, m->class);
    put(w, m->children);
    put(w, bits_of(m->violation));
    put(w, bits_of(m->rate));
    put(w, bits_of(m->step));
    put_numbers(w, m->point, s->problem->dimensions.n);
    put_numbers(w, m->goals, s->problem->goals.n);
    put_numbers(w, m->slack, s->problem->constraints.n);
}

static void put_pending(writer *w, const proposal *p) {
    put(w, p->key);
    put(w, p->target);
    put(w, bits_of(p->rate));
    put(w, bits_of(p->step));
}

cim_status snapshot_save(const searcher *s, const cim_sink *sink) {
    writer w = {.sink = sink, .status = CIM_OK, .sum = MIXED_NOTHING};
    const cim_known *h = &s->proposer.known;
    const population *p = &s->population;
    const uint64_t head[HEAD_PIECES] = {TAG, fingerprint(s), s->proposer.n_used,
                                        (uint64_t)s->proposer.is_exhausted, h->n, p->n,
                                        s->end - s->first, s->proposer.n_given,
                                        s->proposer.n_bred};
    for (size_t i = 0; i < HEAD_PIECES; i++) put(&w, head[i]);
    for (size_t i = 0; i < h->n; i++) put(&w, h->keys[i]);
    for (uint32_t i = 0; i < s->problem->constraints.n; i++) {
        put(&w, bits_of(p->spread[i].log_sum));
        put(&w, p->spread[i].n);
    }
    for (size_t i = 0; i < p->n; i++) put_member(&w, s, &p->members[i]);
    for (size_t i = s->first; i < s->end; i++) put_pending(&w, &s->pending[i]);
    put(&w, w.sum);
    flush(&w);
    return w.status;
}

/* ---- load ------------------------------------------------------------------------------------ */

typedef struct reader { const unsigned char *at; } reader;

static uint64_t get(reader *r) {
    const uint64_t piece = cim_get_bytes(r->at, 8);
    r->at += 8;
    return piece;
}

static double get_number(reader *r) {
    return number_of(get(r));
}

static int is_whole(const unsigned char *data, size_t size) {
    reader r = {data};
    uint64_t sum = MIXED_NOTHING;
    for (size_t i = 0; i < size / 8 - 1; i++) sum = mixed(sum, get(&r));
    return get(&r) == sum;
}

/* Are the counts possible, and the data as long as they say? */
static int fits(const searcher *s, const uint64_t *head, size_t size) {
    const uint64_t pieces = size / 8, d = s->problem->dimensions.n, m = s->problem->goals.n;
    const uint64_t c = s->problem->constraints.n;
    const uint64_t n_keys = head[4], n = head[5], n_pending = head[6];
    return head[2] <= s->proposer.settings.initial && head[3] <= 1 && n_keys < pieces &&
           n <= s->population.most && n <= n_keys && n_pending <= n_keys &&
           pieces == HEAD_PIECES + n_keys + 2 * c + n * (MEMBER_PIECES + d + m + c) +
                         PENDING_PIECES * n_pending + 1;
}

static int get_member(searcher *s, reader *r) {
    member *m = population_place(&s->population);
    m->number = get(r);
    m->class = (uint32_t)get(r);
    m->children = get(r);
    m->violation = get_number(r);
    m->rate = get_number(r);
    m->step = get_number(r);
    int good = m->class <= CLASS_UNKNOWN && m->violation >= 0.0 && m->rate > 0.0 && m->step > 0.0;
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++) {
        m->point[i] = get_number(r);
        good = good && cim_dimension_holds(cim_designs_dimension(&s->proposer.designs, i), m->point[i]);
    }
    for (uint32_t i = 0; i < s->problem->goals.n; i++) {
        m->goals[i] = get_number(r);
        good = good && (m->class != CLASS_FEASIBLE || isfinite(m->goals[i]));
    }
    for (uint32_t i = 0; i < s->problem->constraints.n; i++) m->slack[i] = get_number(r);
    return good;
}

static int get_state(searcher *s, const uint64_t *head, reader *r, cim_status *status) {
    cim_known *h = &s->proposer.known;
    int good = 1;
    for (uint64_t i = 0; i < head[4]; i++) {
        const uint64_t key = get(r);
        good = good && !cim_known_has(h, key);
        if (good) *status = cim_known_add(h, key);
        if (*status != CIM_OK) return 0;
    }
    for (uint32_t i = 0; i < s->problem->constraints.n; i++) {
        s->population.spread[i].log_sum = get_number(r);
        s->population.spread[i].n = get(r);
        good = good && isfinite(s->population.spread[i].log_sum);
    }
    for (uint64_t i = 0; i < head[5]; i++) good = get_member(s, r) && good;
    for (uint64_t i = 0; i < head[6] && *status == CIM_OK; i++) {
        proposal p = {.key = get(r)};
        p.target = get(r);
        p.rate = get_number(r);
        p.step = get_number(r);
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
    reader r = {data};
    uint64_t head[HEAD_PIECES];
    if (data == NULL || size < 8 * (HEAD_PIECES + 1) || size % 8 != 0)
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: it is cut off");
    for (size_t i = 0; i < HEAD_PIECES; i++) head[i] = get(&r);
    if (head[0] != TAG)
        return host->fail(host, CIM_E_UNSUPPORTED, "the snapshot has another version");
    if (!is_whole(data, size))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged");
    if (head[1] != fingerprint(s))
        return host->fail(host, CIM_E_ARGUMENT,
                          "the snapshot is of another space, or of other parameters");
    if (!fits(s, head, size))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: its counts are wrong");
    cim_status status = CIM_OK;
    reset(s);
    if (!get_state(s, head, &r, &status)) {
        reset(s);
        return status != CIM_OK
            ? status : host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: a wrong value");
    }
    s->proposer.n_used = head[2];
    s->proposer.is_exhausted = (int)head[3];
    s->proposer.n_given = head[7];
    s->proposer.n_bred = head[8];
    population_settle(&s->population);
    return CIM_OK;
}
