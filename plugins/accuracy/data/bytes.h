/* bytes.h: files as bytes in memory, for loaders that trust nothing in them. */
#ifndef CIMDSE_DATA_BYTES_H
#define CIMDSE_DATA_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include <cim/host.h>

#if defined(__GNUC__)
#define DATA_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define DATA_PRINTF(text, first)
#endif

typedef struct bytes {
    const cim_host *host;
    const char *file;          /* its name in messages */
    const unsigned char *at;
    size_t size;
} bytes;

/* All of the file at PATH, which must outlive B. */
cim_status bytes_read(const cim_host *host, const char *path, bytes *b);
void bytes_free(bytes *b);

/* "FILE: byte OFFSET: " and what is wrong there; returns CIM_E_FILE. */
DATA_PRINTF(3, 4)
cim_status bytes_damaged(const bytes *b, uint64_t offset, const char *format, ...);

/* How bytes are compressed. */
typedef enum { BYTES_GZIP = 31, BYTES_DEFLATE = -15 } bytes_coding; /* zlib's window bits */

/* Compressed data of N bytes never becomes more than N times this (zlib's technical notes, "Maximum
 * compression factor"): what claims more is refused before memory is asked for. */
#define BYTES_MAX_RATIO 1032u

/* Unpacks the LENGTH bytes at OFFSET until TO holds SIZE bytes; fewer are an error. ALL: there must
 * not be more either, and checksums must agree. */
cim_status bytes_unpack(const bytes *b, size_t offset, size_t length, bytes_coding coding, int all,
                        unsigned char *to, size_t size);

/* *OUT = A * B; 0 when that does not fit into 64 bits. */
static inline int bytes_times(uint64_t a, uint64_t b, uint64_t *out) {
    if (a && b > UINT64_MAX / a) return 0;
    *out = a * b;
    return 1;
}
#endif
