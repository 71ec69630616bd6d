/* The snapshot, in pieces of 8 bytes, little-endian; a number with a fraction as its bits: tag and
 * version; fingerprint; keys; members; the keys; of each member violation, next, point and goals;
 * checksum of all before. */
#include "local.h"

#include <cim_sdk/snapshot.h>

#include <string.h>

#define TAG UINT64_C(0x000000014c434f4c) /* "LOCL", version 1 */
enum { HEAD = 4 };

static uint64_t fingerprint(const searcher *s) {
    uint64_t sum = s->steps + 4 * (uint64_t)s->parts;
    sum = sum * 0x100000001b3u + s->problem->goals.n;
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++) {
        const cim_dimension *d = cim_designs_dimension(&s->designs, i);
        sum = (sum * 0x100000001b3u + d->kind) * 0x100000001b3u + d->n_levels;
    }
    return sum;
}

static void put(unsigned char **at, uint64_t piece) {
    cim_put_bytes(*at, piece, 8);
    *at += 8;
}

static void put_number(unsigned char **at, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    put(at, bits);
}

cim_status local_save(void *self, const cim_sink *sink) {
    const searcher *s = self;
    const uint32_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    const size_t pieces = HEAD + s->known.n + s->n * (2 + (size_t)d + m) + 1;
    unsigned char *data = s->host->alloc(s->host, pieces, 8), *at = data;
    if (!data) return s->host->fail(s->host, CIM_E_MEMORY, "no memory for the snapshot");
    put(&at, TAG);
    put(&at, fingerprint(s));
    put(&at, s->known.n);
    put(&at, s->n);
    for (size_t i = 0; i < s->known.n; i++) put(&at, s->known.keys[i]);
    for (size_t i = 0; i < s->n; i++) {
        put_number(&at, s->front[i].violation);
        put(&at, s->front[i].next);
        for (uint32_t k = 0; k < d; k++) put_number(&at, s->front[i].point[k]);
        for (uint32_t k = 0; k < m; k++) put_number(&at, s->front[i].goals[k]);
    }
    put(&at, cim_checksum(data, 8 * (pieces - 1)));
    const cim_status status = sink->write(sink, data, 8 * pieces);
    s->host->release(s->host, data);
    return status;
}

static double number_at(const unsigned char *at) {
    const uint64_t bits = cim_get_bytes(at, 8);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ROW: 2 + d + m numbers' room, of which the bytes at AT become the numbers. */
static int get_member(const searcher *s, const unsigned char *at, double *row) {
    const uint32_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    row[0] = number_at(at);
    for (uint32_t k = 0; k < d + m; k++) row[2 + k] = number_at(at + 16 + 8 * (size_t)k);
    for (uint32_t k = 0; k < d; k++)
        if (!cim_dimension_holds(cim_designs_dimension(&s->designs, k), row[2 + k])) return 0;
    return row[0] >= 0.0;
}

cim_status local_load(void *self, const void *data, size_t size) {
    searcher *s = self;
    const cim_host *host = s->host;
    const size_t d = s->problem->dimensions.n, row_size = 2 + d + s->problem->goals.n;
    const unsigned char *at = data;
    if (!data || size < 8 * (HEAD + 1) || size % 8)
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: it is cut off");
    if (cim_get_bytes(at, 8) != TAG)
        return host->fail(host, CIM_E_UNSUPPORTED, "the snapshot has another version");
    if (cim_get_bytes(at + size - 8, 8) != cim_checksum(at, size - 8))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged");
    const uint64_t n_keys = cim_get_bytes(at + 16, 8), n = cim_get_bytes(at + 24, 8);
    if (cim_get_bytes(at + 8, 8) != fingerprint(s) || n_keys > size / 8 || n > size / 8 ||
        size / 8 != HEAD + n_keys + n * row_size + 1)
        return host->fail(host, CIM_E_ARGUMENT,
                          "the snapshot is of another space, or of other parameters");
    double *row = host->alloc(host, row_size, sizeof *row);
    if (!row) return host->fail(host, CIM_E_MEMORY, "no memory for the snapshot");
    local_clear(s);
    at += 8 * HEAD;
    cim_status status = CIM_OK;
    for (uint64_t i = 0; i < n_keys && status == CIM_OK; i++, at += 8)
        status = cim_known_add(&s->known, cim_get_bytes(at, 8));
    for (uint64_t i = 0; i < n && status == CIM_OK; i++, at += 8 * row_size)
        status = get_member(s, at, row)
            ? local_add(s, row + 2, row + 2 + d, row[0], cim_get_bytes(at + 8, 8))
            : host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: a wrong value");
    host->release(host, row);
    if (status != CIM_OK) local_clear(s);
    return status;
}
