/* The snapshot, in pieces of 8 bytes, little-endian; a number with a fraction as its bits:
 *
 *     tag and version; fingerprint of the problem; points of the start used; points proposed; done;
 *     length, successes and failures of the region; trials, keys; the trials; the keys; what the
 *     surrogate saves; checksum of all before. */
#include "searcher.h"

#include <cim_sdk/snapshot.h>

#include <math.h>
#include <string.h>

#define TAG UINT64_C(0x0000000153594142) /* "BAYS", version 1 */

enum { HEAD_PIECES = 10 };

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

/* Of bytes; the last ones, fewer than 8, make a piece too. */
static uint64_t checksum(const unsigned char *data, size_t size) {
    uint64_t sum = MIXED_NOTHING;
    for (; size >= 8; data += 8, size -= 8) sum = mixed(sum, cim_get_bytes(data, 8));
    return size ? mixed(sum, cim_get_bytes(data, (int)size)) : sum;
}

static uint64_t fingerprint(const searcher *s) {
    uint64_t sum = mixed(mixed(MIXED_NOTHING, s->problem->goals.n), s->problem->constraints.n);
    sum = mixed(mixed(mixed(sum, s->problem->n_fidelities), s->start.n), bits_of(s->effort));
    for (uint32_t i = 0; i < s->space.d; i++) {
        const cim_dimension *d = space_dimension(&s->space, i);
        sum = mixed(mixed(mixed(sum, d->kind), d->n_levels), d->log_scale);
        sum = mixed(mixed(sum, bits_of(d->min)), bits_of(d->max));
    }
    return sum;
}

/* ---- save ------------------------------------------------------------------------------------ */

/* Keeps the bytes, so that all of them are under the checksum. */
typedef struct buffer {
    const cim_host *host;
    unsigned char *bytes;
    size_t n, room;
    cim_status status;
} buffer;

static cim_status keep(buffer *b, const void *data, size_t size) {
    if (b->status != CIM_OK) return b->status;
    if (b->room - b->n < size) {
        const size_t room = 2 * (b->room + size) + 4096;
        unsigned char *bytes = b->host->alloc(b->host, room, 1);
        if (bytes == NULL)
            return b->status = b->host->fail(b->host, CIM_E_MEMORY, "no memory for the snapshot");
        if (b->n) memcpy(bytes, b->bytes, b->n);
        b->host->release(b->host, b->bytes);
        b->bytes = bytes;
        b->room = room;
    }
    if (size) memcpy(b->bytes + b->n, data, size);
    b->n += size;
    return CIM_OK;
}

static cim_status keep_of_sink(const cim_sink *sink, const void *data, size_t size) {
    return keep(sink->context, data, size);
}

static void put(buffer *b, uint64_t piece) {
    unsigned char bytes[8];
    cim_put_bytes(bytes, piece, 8);
    keep(b, bytes, sizeof bytes);
}

cim_status snapshot_save(searcher *s, const cim_sink *sink) {
    buffer b = {.host = s->host};
    const archive *a = &s->archive;
    const uint64_t head[HEAD_PIECES] = {
        TAG, fingerprint(s), s->start.n_used, s->n_proposed, (uint64_t)s->is_done,
        bits_of(s->region.length), s->region.successes, s->region.failures, a->n,
        s->known.n};
    for (size_t i = 0; i < HEAD_PIECES; i++) put(&b, head[i]);
    for (size_t i = 0; i < a->n; i++) {
        put(&b, (uint64_t)a->outcome[i] | (uint64_t)a->fidelity[i] << 8);
        for (size_t k = 0; k < archive_width(a); k++) put(&b, bits_of(archive_point(a, i)[k]));
    }
    for (size_t i = 0; i < s->known.n; i++) put(&b, s->known.keys[i]);
    const cim_sink into = {.struct_size = sizeof into, .context = &b, .write = keep_of_sink};
    cim_status status = b.status == CIM_OK ? surrogate_save(s->model, &into) : b.status;
    if (b.status == CIM_OK) put(&b, checksum(b.bytes, b.n));
    if (status == CIM_OK) status = b.status;
    if (status == CIM_OK) status = sink->write(sink, b.bytes, b.n);
    s->host->release(s->host, b.bytes);
    return status;
}

/* ---- load ------------------------------------------------------------------------------------ */

typedef struct reader { const unsigned char *at; } reader;

static uint64_t get(reader *r) {
    const uint64_t piece = cim_get_bytes(r->at, 8);
    r->at += 8;
    return piece;
}

static int get_trial(searcher *s, reader *r, cim_status *status) {
    const archive *a = &s->archive;
    const uint64_t first = get(r);
    const uint32_t outcome = (uint32_t)(first & 0xff), fidelity = (uint32_t)(first >> 8);
    for (uint32_t k = 0; k < a->d; k++) s->point[k] = number_of(get(r));
    for (uint32_t k = 0; k < a->m; k++) s->goals[k] = number_of(get(r));
    for (uint32_t k = 0; k < a->c; k++) s->slack[k] = number_of(get(r));
    if (!space_holds(&s->space, s->point) || fidelity > a->full) return 0;
    cim_designs_canonical(&s->space.designs, s->point);
    *status = searcher_keep(s, s->point, s->goals, s->slack, (cim_outcome)outcome, fidelity);
    return *status == CIM_OK;
}

static int get_state(searcher *s, const uint64_t *head, reader *r, size_t size,
                     cim_status *status) {
    const unsigned char *end = r->at + size;
    for (uint64_t i = 0; i < head[8]; i++)
        if (!get_trial(s, r, status)) return 0;
    for (uint64_t i = 0; i < head[9]; i++) {
        const uint64_t key = get(r);
        if (cim_known_has(&s->known, key)) continue;
        *status = cim_known_add(&s->known, key);
        if (*status != CIM_OK) return 0;
    }
    const void *at = r->at;
    size_t left = (size_t)(end - r->at);
    *status = surrogate_load(s->model, &at, &left);
    if (*status != CIM_OK || left != 0) return 0;
    s->start.n_used = (uint32_t)head[2];
    s->n_proposed = head[3];
    s->is_done = (int)head[4];
    s->region = (region){number_of(head[5]), (uint32_t)head[6], (uint32_t)head[7]};
    return s->region.length > 0.0 && s->region.length < 2.0;
}

/* Are the counts possible? */
static int fits(const searcher *s, const uint64_t *head, size_t size) {
    const uint64_t pieces = size / 8, width = archive_width(&s->archive) + 1;
    return head[2] <= s->start.n && head[4] <= 1 && head[8] < pieces && head[9] < pieces &&
           head[8] <= (pieces - HEAD_PIECES - 1) / width &&
           head[9] <= pieces - HEAD_PIECES - 1 - head[8] * width;
}

cim_status snapshot_load(searcher *s, const void *data, size_t size) {
    const cim_host *host = s->host;
    reader r = {data};
    uint64_t head[HEAD_PIECES];
    if (data == NULL || size < 8 * (HEAD_PIECES + 1))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: it is cut off");
    for (size_t i = 0; i < HEAD_PIECES; i++) head[i] = get(&r);
    if (head[0] != TAG)
        return host->fail(host, CIM_E_UNSUPPORTED, "the snapshot has another version");
    if (checksum(data, size - 8) != cim_get_bytes((const unsigned char *)data + size - 8, 8))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged");
    if (head[1] != fingerprint(s))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is of another space");
    if (!fits(s, head, size))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: its counts are wrong");
    cim_status status = CIM_OK;
    searcher_reset(s);
    if (get_state(s, head, &r, size - 8 * (HEAD_PIECES + 1), &status)) return CIM_OK;
    searcher_reset(s);
    if (status == CIM_E_MEMORY) return host->fail(host, status, "no memory for the snapshot");
    return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: a wrong value");
}
