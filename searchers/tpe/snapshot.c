/* The snapshot, in pieces of 8 bytes, little-endian; a number with a fraction as its bits:
 *
 *     tag and version; fingerprint of problem and settings; initial points used; exhausted; known
 *     designs, those of them at work, trials; the keys of both; for each trial class, point, goals and
 *     slacks; checksum of all before. */
#include "searcher.h"

#include <cim_sdk/snapshot.h>

#include <math.h>
#include <string.h>

#define TAG UINT64_C(0x0000000145505400) /* "TPE", version 1 */

enum { HEAD_PIECES = 7 };

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
    const settings *t = &s->settings;
    const uint64_t numbers[] = {s->problem->goals.n, s->problem->constraints.n, t->start,
                                t->candidates, t->most_good, t->is_multivariate, bits_of(t->share)};
    uint64_t sum = MIXED_NOTHING;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) sum = mixed(sum, numbers[i]);
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++) {
        const cim_dimension *d = cim_designs_dimension(&s->designs, i);
        sum = mixed(mixed(mixed(sum, d->kind), d->n_levels), d->log_scale);
        sum = mixed(mixed(sum, bits_of(d->min)), bits_of(d->max));
    }
    return sum;
}

static size_t trial_numbers(const searcher *s) {
    return (size_t)s->problem->dimensions.n + s->problem->goals.n + s->problem->constraints.n;
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

cim_status snapshot_save(const searcher *s, const cim_sink *sink) {
    writer w = {.sink = sink, .status = CIM_OK, .sum = MIXED_NOTHING};
    const trials *t = &s->trials;
    const cim_known *h = &s->known;
    const size_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    const size_t c = s->problem->constraints.n;
    const uint64_t head[HEAD_PIECES] = {TAG, fingerprint(s), s->n_used, (uint64_t)s->is_exhausted,
                                        h->n, s->n_at_work, t->n};
    for (size_t i = 0; i < HEAD_PIECES; i++) put(&w, head[i]);
    for (size_t i = 0; i < h->n; i++) put(&w, h->keys[i]);
    for (size_t i = 0; i < s->n_at_work; i++) put(&w, s->at_work[i]);
    for (size_t i = 0; i < t->n; i++) {
        put(&w, t->class[i]);
        put_numbers(&w, t->points + i * d, d);
        put_numbers(&w, t->goals + i * m, m);
        put_numbers(&w, t->slack + i * c, c);
    }
    put(&w, w.sum);
    flush(&w);
    return w.status;
}

/* ---- load ------------------------------------------------------------------------------------ */

static uint64_t get(const unsigned char **at) {
    const uint64_t piece = cim_get_bytes(*at, 8);
    *at += 8;
    return piece;
}

static int is_whole(const unsigned char *at, size_t size) {
    uint64_t sum = MIXED_NOTHING;
    for (size_t i = 0; i < size / 8 - 1; i++) sum = mixed(sum, get(&at));
    return get(&at) == sum;
}

/* Are the counts possible, and the data as long as they say? */
static int fits(const searcher *s, const uint64_t *head, size_t size) {
    const uint64_t pieces = size / 8;
    return head[2] <= s->settings.start && head[3] <= 1 && head[4] < pieces && head[5] <= head[4] &&
           head[6] <= head[4] &&
           pieces == HEAD_PIECES + head[4] + head[5] + head[6] * (1 + trial_numbers(s)) + 1;
}

static int get_trial(searcher *s, const unsigned char **at, cim_status *status) {
    const size_t d = s->problem->dimensions.n, m = s->problem->goals.n, n = trial_numbers(s);
    const uint64_t class = get(at);
    int good = class <= CLASS_FAILED;
    for (size_t i = 0; i < n; i++) s->scratch[i] = number_of(get(at));
    for (uint32_t i = 0; i < d; i++)
        good = good && cim_dimension_holds(cim_designs_dimension(&s->designs, i), s->scratch[i]);
    for (size_t i = 0; i < m; i++)
        good = good && (class != CLASS_FEASIBLE || isfinite(s->scratch[d + i]));
    if (!good) return 0;
    *status = trials_add(&s->trials, (uint32_t)class, s->scratch, s->scratch + d, s->scratch + d + m);
    return *status == CIM_OK;
}

static int get_state(searcher *s, const uint64_t *head, const unsigned char *at, cim_status *status) {
    cim_known *h = &s->known;
    for (uint64_t i = 0; i < head[4]; i++) {
        const uint64_t key = get(&at);
        if (cim_known_has(h, key)) return 0;
        *status = cim_known_add(h, key);
        if (*status != CIM_OK) return 0;
    }
    for (uint64_t i = 0; i < head[5]; i++) {
        *status = searcher_expect(s, get(&at));
        if (*status != CIM_OK) return 0;
    }
    for (uint64_t i = 0; i < head[6]; i++)
        if (!get_trial(s, &at, status)) return 0;
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
    const unsigned char *at = data;
    uint64_t head[HEAD_PIECES];
    if (data == NULL || size < 8 * (HEAD_PIECES + 1) || size % 8 != 0)
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: it is cut off");
    for (size_t i = 0; i < HEAD_PIECES; i++) head[i] = get(&at);
    if (head[0] != TAG)
        return host->fail(host, CIM_E_UNSUPPORTED, "the snapshot has another version");
    if (!is_whole(data, size)) return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged");
    if (head[1] != fingerprint(s))
        return host->fail(host, CIM_E_ARGUMENT,
                          "the snapshot is of another space, or of other parameters");
    if (!fits(s, head, size))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: its counts are wrong");
    cim_status status = CIM_OK;
    reset(s);
    if (!get_state(s, head, at, &status)) {
        reset(s);
        return status != CIM_OK
            ? status : host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: a wrong value");
    }
    s->n_used = head[2];
    s->is_exhausted = (int)head[3];
    return CIM_OK;
}
