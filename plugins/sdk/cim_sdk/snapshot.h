/* cim_sdk/snapshot.h: numbers as bytes, the same on every machine, for save() and load(); and whole
 * snapshots of a searcher that are refused when damaged, or of another space. */
#ifndef CIM_SDK_SNAPSHOT_H
#define CIM_SDK_SNAPSHOT_H

#include <cim/searcher.h>

#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- single numbers -------------------------------------------------------------------------- */

/* The low N_BYTES <= 8 of VALUE, lowest first. */
static inline void cim_put_bytes(unsigned char *at, uint64_t value, int n_bytes) {
    for (int i = 0; i < n_bytes; i++) at[i] = (unsigned char)(value >> (8 * i));
}

static inline uint64_t cim_get_bytes(const unsigned char *at, int n_bytes) {
    uint64_t value = 0;
    for (int i = 0; i < n_bytes; i++) value |= (uint64_t)at[i] << (8 * i);
    return value;
}

/* FNV-1a, 32 bits: finds every damage of a single byte, and others with a probability of 1 in 2^32
 * of missing one. */
static inline uint32_t cim_checksum(const unsigned char *data, size_t size) {
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < size; i++) sum = (sum ^ data[i]) * 16777619u;
    return sum;
}

/* The bits of a number with a fraction, and the number of such bits. */
static inline uint64_t cim_bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double cim_number_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- snapshots in pieces of 8 bytes ----------------------------------------------------------
 *
 * A tag, a fingerprint, what the searcher puts, and a checksum of all before: FNV-1a with 64 bits,
 * piece by piece. The tag says the searcher and the version of its snapshots: its bytes are four
 * letters and, fifth, the version. */

/* Of the numbers of goals and constraints, the dimensions, and whatever else must be the same for
 * a searcher to go on from a snapshot: SETTINGS, as numbers or as bits. */
uint64_t cim_snapshot_fingerprint(const cim_problem *problem, const uint64_t *settings, size_t n);

typedef struct cim_snapshot_writer {
    const cim_sink *sink;
    cim_status status;           /* of the first write that failed; nothing is written after it */
    uint64_t sum;
    size_t n;                    /* bytes not yet written */
    unsigned char bytes[4096];
} cim_snapshot_writer;

void cim_snapshot_begin(cim_snapshot_writer *w, const cim_sink *sink, uint64_t tag,
                        uint64_t fingerprint);
void cim_snapshot_put(cim_snapshot_writer *w, uint64_t piece);
void cim_snapshot_put_pieces(cim_snapshot_writer *w, const uint64_t *pieces, size_t n);
void cim_snapshot_put_number(cim_snapshot_writer *w, double x);
void cim_snapshot_put_numbers(cim_snapshot_writer *w, const double *numbers, size_t n);
/* Puts the checksum and writes the rest. */
cim_status cim_snapshot_end(cim_snapshot_writer *w);

typedef struct cim_snapshot_reader {
    const unsigned char *at;
    size_t left;                 /* pieces before the checksum */
} cim_snapshot_reader;

/* Fails, saying why, unless DATA is whole and of this tag and fingerprint: with CIM_E_UNSUPPORTED
 * where the tag is another, else with CIM_E_ARGUMENT. */
cim_status cim_snapshot_open(cim_snapshot_reader *r, const cim_host *host, const void *data,
                             size_t size, uint64_t tag, uint64_t fingerprint);
/* 0 where nothing is left. */
uint64_t cim_snapshot_get(cim_snapshot_reader *r);
double cim_snapshot_get_number(cim_snapshot_reader *r);
/* All N, or, where fewer are left, none: 0. */
int cim_snapshot_get_pieces(cim_snapshot_reader *r, uint64_t *pieces, size_t n);
int cim_snapshot_get_numbers(cim_snapshot_reader *r, double *numbers, size_t n);

#ifdef __cplusplus
}
#endif
#endif
