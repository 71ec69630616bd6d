#include <inttypes.h>
#include <string.h>

#include <cim_sdk/snapshot.h>

#include "npy.h"

/* The head is a Python dictionary; only what numpy itself writes is understood:
 * {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } */
typedef struct head { const char *at, *end; } head;

static void skip_space(head *h) {
    while (h->at < h->end && (*h->at == ' ' || *h->at == '\n')) h->at++;
}

static int take(head *h, const char *word) {
    const size_t n = strlen(word);
    skip_space(h);
    if ((size_t)(h->end - h->at) < n || memcmp(h->at, word, n) != 0) return 0;
    h->at += n;
    return 1;
}

static int take_number(head *h, uint64_t *out) {
    skip_space(h);
    const char *first = h->at;
    for (*out = 0; h->at < h->end && *h->at >= '0' && *h->at <= '9'; h->at++) {
        if (*out > (UINT64_MAX - 9) / 10) return 0;
        *out = *out * 10 + (uint64_t)(*h->at - '0');
    }
    return h->at > first;
}

static int take_type(head *h, array *a) {
    static const struct { const char *text; array_type type; } types[] = {
        {"'<f8'", ARRAY_F64}, {"'<f4'", ARRAY_F32}, {"'<f2'", ARRAY_F16}, {"'<i8'", ARRAY_I64},
        {"'<i4'", ARRAY_I32}, {"'<i2'", ARRAY_I16}, {"'|i1'", ARRAY_I8},  {"'<u8'", ARRAY_U64},
        {"'<u4'", ARRAY_U32}, {"'<u2'", ARRAY_U16}, {"'|u1'", ARRAY_U8},  {"'|b1'", ARRAY_BOOL}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (take(h, types[i].text)) {
            a->type = types[i].type;
            return 1;
        }
    return 0;
}

static int take_shape(head *h, array *a) {
    if (!take(h, "(")) return 0;
    for (a->n_dims = 0; !take(h, ")"); a->n_dims++) {
        if (a->n_dims == ARRAY_MAX_DIMS || !take_number(h, &a->dims[a->n_dims])) return 0;
        if (!take(h, ",")) {
            a->n_dims++;
            return a->n_dims > 1 && take(h, ")");
        }
    }
    return 1;
}

static cim_status parse_head(const bytes *b, head *h, array *a) {
    if (!take(h, "{") || !take(h, "'descr':") || !take_type(h, a))
        return bytes_damaged(b, a->offset,
                             "%.80s: its numbers must be of a plain type, lowest byte "
                             "first",
                             a->name);
    if (!take(h, ",") || !take(h, "'fortran_order':") || !take(h, "False"))
        return bytes_damaged(b, a->offset, "%.80s: must be in C order (numpy.ascontiguousarray)",
                             a->name);
    if (!take(h, ",") || !take(h, "'shape':") || !take_shape(h, a))
        return bytes_damaged(b, a->offset, "%.80s: shape must be at most %d natural numbers",
                             a->name, ARRAY_MAX_DIMS);
    return CIM_OK;
}

cim_status npy_parse(const bytes *b, const unsigned char *at, uint64_t size, array *a) {
    static const unsigned char magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
    uint64_t bytes_wanted = 0;
    if (size < 10 || memcmp(at, magic, sizeof magic) != 0 || at[6] < 1 || at[6] > 3)
        return bytes_damaged(b, a->offset, "%.80s: is no npy array of version 1 to 3", a->name);
    const int length_bytes = at[6] == 1 ? 2 : 4;
    const uint64_t start = 8 + (uint64_t)length_bytes;
    if (size < start) return bytes_damaged(b, a->offset, "%.80s: is cut off", a->name);
    const uint64_t length = cim_get_bytes(at + 8, length_bytes);
    if (length > size - start)
        return bytes_damaged(b, a->offset, "%.80s: its head of %" PRIu64 " bytes does not fit",
                             a->name, length);
    head h = {(const char *)at + start, (const char *)at + start + length};
    const cim_status status = parse_head(b, &h, a);
    if (status != CIM_OK) return status;
    if (!array_count(a, &bytes_wanted) || bytes_wanted != size - start - length)
        return bytes_damaged(b, a->offset, "%.80s: %" PRIu64 " bytes do not fit its shape", a->name,
                             size - start - length);
    a->at = at + start + length;
    return CIM_OK;
}
