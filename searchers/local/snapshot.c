/* What the snapshot holds between fingerprint and checksum (cim_sdk/snapshot.h): keys, members; the
 * keys; of each member violation, next, point and goals. */
#include "local.h"

#include <cim_sdk/snapshot.h>

#define TAG UINT64_C(0x000000024c434f4c) /* "LOCL", version 2 */

static uint64_t fingerprint(const searcher *s) {
    const uint64_t values[] = {s->steps, s->parts};
    return cim_snapshot_fingerprint(s->problem, values, sizeof values / sizeof values[0]);
}

cim_status local_save(void *self, const cim_sink *sink) {
    const searcher *s = self;
    cim_snapshot_writer w;
    cim_snapshot_begin(&w, sink, TAG, fingerprint(s));
    cim_snapshot_put(&w, s->known.n);
    cim_snapshot_put(&w, s->n);
    cim_snapshot_put_pieces(&w, s->known.keys, s->known.n);
    for (size_t i = 0; i < s->n; i++) {
        cim_snapshot_put_number(&w, s->front[i].violation);
        cim_snapshot_put(&w, s->front[i].next);
        cim_snapshot_put_numbers(&w, s->front[i].point, s->problem->dimensions.n);
        cim_snapshot_put_numbers(&w, s->front[i].goals, s->problem->goals.n);
    }
    return cim_snapshot_end(&w);
}

/* NUMBERS: room for a point and goals. */
static cim_status get_member(searcher *s, cim_snapshot_reader *r, double *numbers) {
    const uint32_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    const double violation = cim_snapshot_get_number(r);
    const uint64_t next = cim_snapshot_get(r);
    int good = cim_snapshot_get_numbers(r, numbers, (size_t)d + m) && violation >= 0.0;
    for (uint32_t k = 0; k < d; k++)
        good = good && cim_dimension_holds(cim_designs_dimension(&s->designs, k), numbers[k]);
    if (good) return local_add(s, numbers, numbers + d, violation, next);
    return s->host->fail(s->host, CIM_E_ARGUMENT, "the snapshot is damaged: a wrong value");
}

cim_status local_load(void *self, const void *data, size_t size) {
    searcher *s = self;
    const cim_host *host = s->host;
    const size_t d = s->problem->dimensions.n, m = s->problem->goals.n;
    cim_snapshot_reader r;
    cim_status status = cim_snapshot_open(&r, host, data, size, TAG, fingerprint(s));
    if (status != CIM_OK) return status;
    const uint64_t n_keys = cim_snapshot_get(&r), n = cim_snapshot_get(&r);
    if (n_keys > r.left || n > r.left || r.left != n_keys + n * (2 + d + m))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: its counts are wrong");
    double *numbers = host->alloc(host, d + m, sizeof *numbers);
    if (!numbers) return host->fail(host, CIM_E_MEMORY, "no memory for the snapshot");
    local_clear(s);
    for (uint64_t i = 0; i < n_keys && status == CIM_OK; i++)
        status = cim_known_add(&s->known, cim_snapshot_get(&r));
    for (uint64_t i = 0; i < n && status == CIM_OK; i++) status = get_member(s, &r, numbers);
    host->release(host, numbers);
    if (status != CIM_OK) local_clear(s);
    return status;
}
