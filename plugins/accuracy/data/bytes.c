#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <zlib.h>

#include <cim/files.h>
#include <cim_sdk/text.h>

#include "bytes.h"

cim_status bytes_damaged(const bytes *b, uint64_t offset, const char *format, ...) {
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return cim_failf(b->host, CIM_E_FILE, "%s: byte %" PRIu64 ": %s", b->file, offset, what);
}

/* ---- files ----------------------------------------------------------------------------------- */

static cim_status unreadable(const cim_host *host, const char *path) {
    return cim_failf(host, CIM_E_FILE, "%s: %s", path, strerror(errno));
}

static cim_status read_open(const cim_host *host, const char *path, FILE *f, bytes *b) {
    struct stat is;
    if (fstat(fileno(f), &is) != 0) return unreadable(host, path);
    if (!S_ISREG(is.st_mode)) return cim_failf(host, CIM_E_FILE, "%s: is not a file", path);
    const size_t size = (size_t)is.st_size;
    unsigned char *memory = host->alloc(host, size ? size : 1, 1);
    if (!memory)
        return cim_failf(host, CIM_E_MEMORY, "%s: no memory for its %zu bytes", path, size);
    if (fread(memory, 1, size, f) != size) {
        host->release(host, memory);
        return cim_failf(host, CIM_E_FILE, "%s: cannot be read to its end", path);
    }
    *b = (bytes){.host = host, .file = path, .at = memory, .size = size};
    return CIM_OK;
}

cim_status bytes_read(const cim_host *host, const char *path, bytes *b) {
    *b = (bytes){0};
    struct stat is; /* before it is opened: a pipe would wait for whoever writes */
    if (stat(path, &is) == 0 && !S_ISREG(is.st_mode))
        return cim_failf(host, CIM_E_FILE, "%s: is not a file", path);
    FILE *f = fopen(path, "rb");
    if (!f) return unreadable(host, path);
    const cim_status status = read_open(host, path, f, b);
    fclose(f);
    if (status == CIM_OK) cim_files_used(host, path);
    return status;
}

void bytes_free(bytes *b) {
    if (b->host) b->host->release(b->host, (void *)(uintptr_t)b->at);
    *b = (bytes){0};
}

/* ---- unpacking ------------------------------------------------------------------------------- */

/* zlib counts in 32 bits: it is fed, and emptied, a piece at a time. */
static uInt piece(size_t left) { return left < 0x40000000u ? (uInt)left : 0x40000000u; }

typedef struct unpacking {
    const bytes *b;
    z_stream z;
    size_t offset, end;      /* bytes not yet given to zlib */
} unpacking;

static uint64_t position(const unpacking *u) { return u->offset - u->z.avail_in; }

/* Until TO holds SIZE bytes or the stream ends; *GOT of them came. */
static cim_status unpack_some(unpacking *u, unsigned char *to, size_t size, size_t *got, int *end) {
    *got = 0;
    while (*got < size && !*end) {
        if (u->z.avail_in == 0) {
            if (u->offset == u->end)
                return bytes_damaged(u->b, u->offset, "the compressed data end too early");
            u->z.next_in = (Bytef *)(uintptr_t)(u->b->at + u->offset);
            u->z.avail_in = piece(u->end - u->offset);
            u->offset += u->z.avail_in;
        }
        const uInt room = piece(size - *got);
        u->z.next_out = to + *got;
        u->z.avail_out = room;
        const int code = inflate(&u->z, Z_NO_FLUSH);
        *got += room - u->z.avail_out;
        *end = code == Z_STREAM_END;
        if (code == Z_MEM_ERROR)
            return cim_failf(u->b->host, CIM_E_MEMORY, "%s: no memory to unpack it", u->b->file);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return bytes_damaged(u->b, position(u), "cannot be unpacked: %s",
                                 u->z.msg ? u->z.msg : "damaged");
    }
    return CIM_OK;
}

static cim_status unpack_all(unpacking *u, int all, unsigned char *to, size_t size) {
    size_t got = 0, more = 0;
    int end = 0;
    unsigned char extra;
    cim_status status = unpack_some(u, to, size, &got, &end);
    if (status != CIM_OK) return status;
    if (got < size)
        return bytes_damaged(u->b, position(u), "unpacks to %zu bytes: %zu are needed", got, size);
    if (all && !end) status = unpack_some(u, &extra, 1, &more, &end);
    if (status == CIM_OK && more)
        return bytes_damaged(u->b, position(u), "unpacks to more than the %zu bytes that it should",
                             size);
    return status;
}

cim_status bytes_unpack(const bytes *b, size_t offset, size_t length, bytes_coding coding, int all,
                        unsigned char *to, size_t size) {
    unpacking u = {.b = b, .offset = offset, .end = offset + length};
    if (inflateInit2(&u.z, coding) != Z_OK)
        return cim_failf(b->host, CIM_E_MEMORY, "%s: no memory to unpack it", b->file);
    const cim_status status = unpack_all(&u, all, to, size);
    inflateEnd(&u.z);
    return status;
}
