#include <math.h>
#include <string.h>

#include <cim_sdk/snapshot.h>
#include <cim_sdk/text.h>

#include "arrays.h"

uint32_t array_size(array_type type) {
    static const uint32_t sizes[ARRAY_TYPES] = {
        [ARRAY_F64] = 8, [ARRAY_F32] = 4, [ARRAY_F16] = 2, [ARRAY_BF16] = 2, [ARRAY_I64] = 8,
        [ARRAY_I32] = 4, [ARRAY_I16] = 2, [ARRAY_I8] = 1, [ARRAY_U64] = 8, [ARRAY_U32] = 4,
        [ARRAY_U16] = 2, [ARRAY_U8] = 1, [ARRAY_BOOL] = 1};
    return sizes[type];
}

int array_count(array *a, uint64_t *size) {
    a->n = 1;
    for (uint32_t i = 0; i < a->n_dims; i++)
        if (!bytes_times(a->n, a->dims[i], &a->n)) return 0;
    return bytes_times(a->n, array_size(a->type), size);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double double_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* IEEE 754 binary16. */
static double half_of(uint32_t bits) {
    const int exponent = (int)(bits >> 10 & 31);
    const double fraction = bits & 1023;
    const double sign = bits >> 15 ? -1 : 1;
    if (exponent == 31) return fraction > 0 ? (double)NAN : sign * (double)INFINITY;
    if (exponent == 0) return sign * ldexp(fraction, -24);
    return sign * ldexp(1024 + fraction, exponent - 25);
}

double array_number(const array *a, uint64_t i) {
    const uint32_t size = array_size(a->type);
    const uint64_t bits = cim_get_bytes(a->at + i * size, (int)size);
    switch (a->type) {
    case ARRAY_F64: return double_of(bits);
    case ARRAY_F32: return (double)float_of((uint32_t)bits);
    case ARRAY_F16: return half_of((uint32_t)bits);
    case ARRAY_BF16: return (double)float_of((uint32_t)bits << 16);
    case ARRAY_I64: return (double)(int64_t)bits;
    case ARRAY_I32: return (double)(int32_t)bits;
    case ARRAY_I16: return (double)(int16_t)bits;
    case ARRAY_I8: return (double)(int8_t)bits;
    case ARRAY_BOOL: return bits != 0;
    default: return (double)bits;
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

char *arrays_name(const cim_host *host, const char *name, size_t n) {
    char *copy = host->alloc(host, n + 1, 1);
    if (copy) memcpy(copy, name, n);
    return copy;
}

/* What torch.save() writes, .pth or .pt: a zip file that begins with NAME/data.pkl, before version
 * 1.6 pickles of which the first is this number. Pickles are programs: they are not read. */
static int is_of_torch(const bytes *b, int is_zip) {
    static const unsigned char old[] = {0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                                        0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};
    static const char pickle[] = "/data.pkl";
    const size_t name = 30, end = sizeof pickle - 1;
    if (!is_zip) return b->size >= 2 + sizeof old && !memcmp(b->at + 2, old, sizeof old);
    const size_t n = b->size >= name ? (size_t)cim_get_bytes(b->at + 26, 2) : 0;
    return n >= end && n <= b->size - name && !memcmp(b->at + name + n - end, pickle, end);
}

static cim_status parse(arrays *out) {
    const bytes *b = &out->file;
    const int is_zip = b->size >= 4 && b->at[0] == 'P' && b->at[1] == 'K' && b->at[2] < 8;
    if (is_of_torch(b, is_zip))
        return bytes_damaged(b, 0, "written by torch.save(), which is neither safetensors nor npz: "
                                   "in Python, safetensors.torch.save_file(state_dict, \"name"
                                   ".safetensors\") makes the file that is read here");
    return is_zip ? arrays_parse_npz(out) : arrays_parse_safetensors(out);
}

cim_status arrays_parse(bytes *file, arrays *out) {
    *out = (arrays){.host = file->host, .file = *file};
    *file = (bytes){0};
    const cim_status status = parse(out);
    if (status != CIM_OK) arrays_free(out);
    return status;
}

void arrays_free(arrays *a) {
    for (uint32_t i = 0; i < a->n; i++) {
        a->host->release(a->host, a->rows[i].name);
        a->host->release(a->host, a->rows[i].own);
    }
    if (a->host) a->host->release(a->host, a->rows);
    bytes_free(&a->file);
    *a = (arrays){0};
}

const array *arrays_find(const arrays *a, const char *name) {
    for (uint32_t i = 0; i < a->n; i++)
        if (strcmp(a->rows[i].name, name) == 0) return &a->rows[i];
    return NULL;
}
