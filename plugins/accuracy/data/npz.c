/* npz: a zip file of npy files. The central directory at the end says where they are (PKWARE's
 * APPNOTE 6.3, sections 4.3 and 4.5.3); npy as in numpy.lib.format. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include <cim_sdk/snapshot.h>
#include <cim_sdk/text.h>

#include "npy.h"

enum { END_SIZE = 22, END64_SIZE = 56, LOCATOR_SIZE = 20, ENTRY_SIZE = 46, LOCAL_SIZE = 30 };
enum { MAX_COMMENT = 65535, STORED = 0, DEFLATED = 8, ZIP64_EXTRA = 1 };
#define END_MARK 0x06054b50u
#define END64_MARK 0x06064b50u
#define LOCATOR_MARK 0x07064b50u
#define ENTRY_MARK 0x02014b50u
#define LOCAL_MARK 0x04034b50u

static uint64_t number(const bytes *b, uint64_t at, int n) { return cim_get_bytes(b->at + at, n); }

static int fits(const bytes *b, uint64_t at, uint64_t n) {
    return at <= b->size && n <= b->size - at;
}

/* ---- the directory --------------------------------------------------------------------------- */

typedef struct directory { uint64_t at, n; } directory;

/* A file of many arrays has its numbers in a second, longer end. */
static cim_status find_long_end(const bytes *b, uint64_t end, directory *d) {
    if (end < LOCATOR_SIZE || number(b, end - LOCATOR_SIZE, 4) != LOCATOR_MARK) return CIM_OK;
    const uint64_t at = number(b, end - LOCATOR_SIZE + 8, 8);
    if (!fits(b, at, END64_SIZE) || number(b, at, 4) != END64_MARK)
        return bytes_damaged(b, end - LOCATOR_SIZE,
                             "the zip directory's end is not at byte %" PRIu64, at);
    *d = (directory){.n = number(b, at + 32, 8), .at = number(b, at + 48, 8)};
    return CIM_OK;
}

static cim_status find_directory(const bytes *b, directory *d) {
    const uint64_t last = b->size < END_SIZE ? 0 : b->size - END_SIZE;
    for (uint64_t back = 0; b->size >= END_SIZE && back <= MAX_COMMENT && back <= last; back++) {
        const uint64_t at = last - back;
        if (number(b, at, 4) != END_MARK) continue;
        *d = (directory){.n = number(b, at + 10, 2), .at = number(b, at + 16, 4)};
        const cim_status status = find_long_end(b, at, d);
        if (status == CIM_OK && d->n > b->size / ENTRY_SIZE)
            return bytes_damaged(b, at, "a zip directory of %" PRIu64 " files does not fit", d->n);
        return status;
    }
    return bytes_damaged(b, b->size, "the zip directory is missing: cut off?");
}

/* ---- one file of it -------------------------------------------------------------------------- */

typedef struct entry {
    uint64_t at, size;               /* of its line in the directory                              */
    uint64_t packed, unpacked, local;
    uint32_t method, checksum;
    const char *name; size_t name_length;
} entry;

/* 64-bit sizes stand in the extra field for those that are 0xffffffff, in this order. */
static cim_status read_extra(const bytes *b, uint64_t at, uint64_t length, entry *e) {
    uint64_t *wanted[3] = {&e->unpacked, &e->packed, &e->local};
    for (uint64_t i = 0; i + 4 <= length;) {
        const uint64_t size = number(b, at + i + 2, 2);
        if (size > length - i - 4) break;
        if (number(b, at + i, 2) == ZIP64_EXTRA) {
            uint64_t used = 0;
            for (int k = 0; k < 3; k++)
                if (*wanted[k] == 0xffffffffu && used + 8 <= size) {
                    *wanted[k] = number(b, at + i + 4 + used, 8);
                    used += 8;
                }
            return CIM_OK;
        }
        i += 4 + size;
    }
    return CIM_OK;
}

static cim_status read_entry(const bytes *b, uint64_t at, entry *e) {
    if (!fits(b, at, ENTRY_SIZE) || number(b, at, 4) != ENTRY_MARK)
        return bytes_damaged(b, at, "the zip directory is damaged");
    const uint64_t name = number(b, at + 28, 2), extra = number(b, at + 30, 2);
    *e = (entry){.at = at, .size = ENTRY_SIZE + name + extra + number(b, at + 32, 2),
                 .method = (uint32_t)number(b, at + 10, 2),
                 .checksum = (uint32_t)number(b, at + 16, 4), .packed = number(b, at + 20, 4),
                 .unpacked = number(b, at + 24, 4), .local = number(b, at + 42, 4),
                 .name = (const char *)b->at + at + ENTRY_SIZE, .name_length = (size_t)name};
    if (!fits(b, at, e->size)) return bytes_damaged(b, at, "the zip directory is cut off");
    if (number(b, at + 8, 2) & 1) return bytes_damaged(b, at, "the zip file is encrypted");
    return read_extra(b, at + ENTRY_SIZE + name, extra, e);
}

/* Where the file's data begin: behind a second copy of its name. */
static cim_status find_data(const bytes *b, const entry *e, uint64_t *data) {
    if (!fits(b, e->local, LOCAL_SIZE) || number(b, e->local, 4) != LOCAL_MARK)
        return bytes_damaged(b, e->at, "no file at byte %" PRIu64 ", where it should be", e->local);
    *data = e->local + LOCAL_SIZE + number(b, e->local + 26, 2) + number(b, e->local + 28, 2);
    if (!fits(b, *data, e->packed))
        return bytes_damaged(b, e->at, "a file of %" PRIu64 " bytes at byte %" PRIu64
                                       " does not fit", e->packed, *data);
    return CIM_OK;
}

static cim_status unpack(const bytes *b, const entry *e, uint64_t data, unsigned char **own) {
    if (e->unpacked / BYTES_MAX_RATIO > e->packed)
        return bytes_damaged(b, e->at, "%" PRIu64 " bytes cannot unpack to %" PRIu64, e->packed,
                             e->unpacked);
    *own = b->host->alloc(b->host, (size_t)e->unpacked + 1, 1);
    if (!*own)
        return cim_failf(b->host, CIM_E_MEMORY, "%s: no memory for %" PRIu64 " bytes", b->file,
                         e->unpacked);
    return bytes_unpack(b, (size_t)data, (size_t)e->packed, BYTES_DEFLATE, 1, *own,
                        (size_t)e->unpacked);
}

static uint32_t checksum(const unsigned char *at, uint64_t n) {
    uLong sum = crc32(0, NULL, 0);
    while (n > 0) {
        const uInt piece = n < 0x40000000u ? (uInt)n : 0x40000000u;
        sum = crc32(sum, at, piece);
        at += piece;
        n -= piece;
    }
    return (uint32_t)sum;
}

/* The entry's bytes: those in the file, or unpacked into A's own memory. */
static cim_status read_array(const bytes *b, const entry *e, array *a) {
    uint64_t data = 0;
    cim_status status = find_data(b, e, &data);
    if (status != CIM_OK) return status;
    if (e->method == DEFLATED) status = unpack(b, e, data, &a->own);
    else if (e->method != STORED)
        return bytes_damaged(b, e->at, "zip method %u: must be stored (0) or deflated (8)",
                             e->method);
    else if (e->packed != e->unpacked)
        return bytes_damaged(b, e->at, "a stored file has two sizes");
    if (status != CIM_OK) return status;
    const unsigned char *at = a->own ? a->own : b->at + data;
    if (checksum(at, e->unpacked) != e->checksum)
        return bytes_damaged(b, data, "the checksum of %.80s does not agree", a->name);
    a->offset = data;
    return npy_parse(b, at, e->unpacked, a);
}

/* numpy adds ".npy" to the name of each array. */
static cim_status add_entry(arrays *out, const entry *e) {
    const size_t n = e->name_length;
    if (n < 4 || memcmp(e->name + n - 4, ".npy", 4) != 0 || memchr(e->name, 0, n))
        return bytes_damaged(&out->file, e->at, "a file that is no .npy");
    array *a = &out->rows[out->n];
    a->name = arrays_name(out->host, e->name, n - 4);
    if (!a->name) return cim_failf(out->host, CIM_E_MEMORY, "%s: no memory", out->file.file);
    out->n++;
    return read_array(&out->file, e, a);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const array *)a)->name, ((const array *)b)->name);
}

static cim_status check_names(arrays *out) {
    qsort(out->rows, out->n, sizeof *out->rows, by_name);
    for (uint32_t i = 1; i < out->n; i++)
        if (strcmp(out->rows[i].name, out->rows[i - 1].name) == 0)
            return bytes_damaged(&out->file, out->rows[i].offset, "%.80s is there twice",
                                 out->rows[i].name);
    return CIM_OK;
}

cim_status arrays_parse_npz(arrays *out) {
    directory d = {0};
    cim_status status = find_directory(&out->file, &d);
    if (status != CIM_OK) return status;
    out->rows = out->host->alloc(out->host, (size_t)d.n + 1, sizeof *out->rows);
    if (!out->rows) return cim_failf(out->host, CIM_E_MEMORY, "%s: no memory", out->file.file);
    uint64_t at = d.at, room = out->file.size; /* files that share bytes could unpack to anything */
    for (uint64_t i = 0; i < d.n && status == CIM_OK; i++) {
        entry e = {0};
        status = read_entry(&out->file, at, &e);
        if (status == CIM_OK && e.packed > room)
            status = bytes_damaged(&out->file, at, "the files in it overlap");
        if (status != CIM_OK) break;
        room -= e.packed;
        at += e.size;
        status = add_entry(out, &e);
    }
    return status == CIM_OK ? check_names(out) : status;
}
