#include <cim_sdk/snapshot.h>

enum { PIECE = 8 };

/* FNV-1a with 64 bits, piece by piece, and a shift so that high bits reach low ones. */
static uint64_t mixed(uint64_t sum, uint64_t piece) {
    sum = (sum ^ piece) * UINT64_C(0x100000001b3);
    return sum ^ (sum >> 29);
}
#define MIXED_NOTHING UINT64_C(0xcbf29ce484222325)

uint64_t cim_snapshot_fingerprint(const cim_problem *problem, const uint64_t *settings, size_t n) {
    uint64_t sum = mixed(mixed(MIXED_NOTHING, problem->goals.n), problem->constraints.n);
    for (size_t i = 0; i < n; i++) sum = mixed(sum, settings[i]);
    for (uint32_t i = 0; i < problem->dimensions.n; i++) {
        const cim_dimension *d = CIM_ROW(cim_dimension, problem->dimensions, i);
        sum = mixed(mixed(mixed(sum, d->kind), d->n_levels), d->log_scale);
        sum = mixed(mixed(sum, cim_bits_of(d->min)), cim_bits_of(d->max));
    }
    return sum;
}

/* ---- save ------------------------------------------------------------------------------------ */

static void flush(cim_snapshot_writer *w) {
    if (w->status == CIM_OK && w->n) w->status = w->sink->write(w->sink, w->bytes, w->n);
    w->n = 0;
}

void cim_snapshot_put(cim_snapshot_writer *w, uint64_t piece) {
    if (w->n == sizeof w->bytes) flush(w);
    cim_put_bytes(w->bytes + w->n, piece, PIECE);
    w->n += PIECE;
    w->sum = mixed(w->sum, piece);
}

void cim_snapshot_put_pieces(cim_snapshot_writer *w, const uint64_t *pieces, size_t n) {
    for (size_t i = 0; i < n; i++) cim_snapshot_put(w, pieces[i]);
}

void cim_snapshot_put_number(cim_snapshot_writer *w, double x) {
    cim_snapshot_put(w, cim_bits_of(x));
}

void cim_snapshot_put_numbers(cim_snapshot_writer *w, const double *numbers, size_t n) {
    for (size_t i = 0; i < n; i++) cim_snapshot_put_number(w, numbers[i]);
}

void cim_snapshot_begin(cim_snapshot_writer *w, const cim_sink *sink, uint64_t tag,
                        uint64_t fingerprint) {
    *w = (cim_snapshot_writer){.sink = sink, .status = CIM_OK, .sum = MIXED_NOTHING};
    cim_snapshot_put(w, tag);
    cim_snapshot_put(w, fingerprint);
}

cim_status cim_snapshot_end(cim_snapshot_writer *w) {
    cim_snapshot_put(w, w->sum);
    flush(w);
    return w->status;
}

/* ---- load ------------------------------------------------------------------------------------ */

uint64_t cim_snapshot_get(cim_snapshot_reader *r) {
    if (r->left == 0) return 0;
    const uint64_t piece = cim_get_bytes(r->at, PIECE);
    r->at += PIECE;
    r->left--;
    return piece;
}

double cim_snapshot_get_number(cim_snapshot_reader *r) {
    return cim_number_of(cim_snapshot_get(r));
}

int cim_snapshot_get_pieces(cim_snapshot_reader *r, uint64_t *pieces, size_t n) {
    if (n > r->left) return 0;
    for (size_t i = 0; i < n; i++) pieces[i] = cim_snapshot_get(r);
    return 1;
}

int cim_snapshot_get_numbers(cim_snapshot_reader *r, double *numbers, size_t n) {
    if (n > r->left) return 0;
    for (size_t i = 0; i < n; i++) numbers[i] = cim_snapshot_get_number(r);
    return 1;
}

static int is_whole(const unsigned char *data, size_t n_pieces) {
    cim_snapshot_reader r = {data, n_pieces};
    uint64_t sum = MIXED_NOTHING;
    while (r.left > 1) sum = mixed(sum, cim_snapshot_get(&r));
    return cim_snapshot_get(&r) == sum;
}

cim_status cim_snapshot_open(cim_snapshot_reader *r, const cim_host *host, const void *data,
                             size_t size, uint64_t tag, uint64_t fingerprint) {
    const size_t n = size / PIECE;
    if (data == NULL || n < 3 || size % PIECE != 0)
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged: it is cut off");
    *r = (cim_snapshot_reader){data, n - 1};
    if (cim_snapshot_get(r) != tag)
        return host->fail(host, CIM_E_UNSUPPORTED, "the snapshot has another version");
    if (!is_whole(data, n))
        return host->fail(host, CIM_E_ARGUMENT, "the snapshot is damaged");
    if (cim_snapshot_get(r) != fingerprint)
        return host->fail(host, CIM_E_ARGUMENT,
                          "the snapshot is of another space, or of other parameters");
    return CIM_OK;
}
