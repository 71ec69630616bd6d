/* safetensors: 8 bytes length of the head, the head in JSON, the data. By the format's own rules
 * (github.com/huggingface/safetensors) names are unique, and the data have no holes and no
 * overlaps. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <cim_sdk/snapshot.h>
#include <cim_sdk/text.h>

#include "arrays.h"

enum { HEAD_AT = 8 };
#define MAX_HEAD UINT64_C(100000000) /* bytes; the format's limit */

static const struct { const char *name; array_type type; } types[] = {
    {"F64", ARRAY_F64}, {"F32", ARRAY_F32}, {"F16", ARRAY_F16}, {"BF16", ARRAY_BF16},
    {"I64", ARRAY_I64}, {"I32", ARRAY_I32}, {"I16", ARRAY_I16}, {"I8", ARRAY_I8},
    {"U64", ARRAY_U64}, {"U32", ARRAY_U32}, {"U16", ARRAY_U16}, {"U8", ARRAY_U8},
    {"BOOL", ARRAY_BOOL}};

static cim_status read_type(const bytes *b, const json_t *is, array *a) {
    const char *text = json_string_value(json_object_get(is, "dtype"));
    for (size_t i = 0; text && i < sizeof types / sizeof *types; i++)
        if (strcmp(text, types[i].name) == 0) {
            a->type = types[i].type;
            return CIM_OK;
        }
    return bytes_damaged(b, HEAD_AT, "tensor %.80s: dtype %.20s is not known", a->name,
                         text ? text : "(none)");
}

static int natural(const json_t *value, uint64_t *out) {
    if (!json_is_integer(value) || json_integer_value(value) < 0) return 0;
    *out = (uint64_t)json_integer_value(value);
    return 1;
}

static cim_status read_shape(const bytes *b, const json_t *is, array *a) {
    const json_t *shape = json_object_get(is, "shape");
    if (!json_is_array(shape) || json_array_size(shape) > ARRAY_MAX_DIMS)
        return bytes_damaged(b, HEAD_AT, "tensor %.80s: shape must be a list of at most %d numbers",
                             a->name, ARRAY_MAX_DIMS);
    a->n_dims = (uint32_t)json_array_size(shape);
    for (uint32_t i = 0; i < a->n_dims; i++)
        if (!natural(json_array_get(shape, i), &a->dims[i]))
            return bytes_damaged(b, HEAD_AT, "tensor %.80s: shape[%u] must be a natural number",
                                 a->name, i);
    return CIM_OK;
}

static cim_status read_place(const bytes *b, const json_t *is, size_t data, array *a) {
    const json_t *place = json_object_get(is, "data_offsets");
    uint64_t begin = 0, end = 0, size = 0;
    if (json_array_size(place) != 2 || !natural(json_array_get(place, 0), &begin) ||
        !natural(json_array_get(place, 1), &end) || begin > end || end > b->size - data)
        return bytes_damaged(b, HEAD_AT,
                             "tensor %.80s: data_offsets must be two numbers within the %zu bytes "
                             "behind the head", a->name, b->size - data);
    if (!array_count(a, &size) || size != end - begin)
        return bytes_damaged(b, data + begin,
                             "tensor %.80s: %" PRIu64 " bytes do not fit its shape", a->name,
                             end - begin);
    a->offset = data + begin;
    a->at = b->at + a->offset;
    return CIM_OK;
}

static cim_status read_tensor(const bytes *b, const json_t *is, size_t data, array *a) {
    cim_status status = read_type(b, is, a);
    if (status == CIM_OK) status = read_shape(b, is, a);
    return status == CIM_OK ? read_place(b, is, data, a) : status;
}

static cim_status read_tensors(arrays *out, json_t *head, size_t data) {
    const char *name;
    json_t *is;
    out->rows = out->host->alloc(out->host, json_object_size(head) + 1, sizeof *out->rows);
    if (!out->rows) return cim_failf(out->host, CIM_E_MEMORY, "%s: no memory", out->file.file);
    json_object_foreach(head, name, is) {
        if (strcmp(name, "__metadata__") == 0) continue;
        array *a = &out->rows[out->n];
        a->name = arrays_name(out->host, name, strlen(name));
        if (!a->name) return cim_failf(out->host, CIM_E_MEMORY, "%s: no memory", out->file.file);
        out->n++;
        const cim_status status = read_tensor(&out->file, is, data, a);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

static int by_place(const void *a, const void *b) {
    const array *x = a, *y = b;
    if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
    if (x->n != y->n) return x->n < y->n ? -1 : 1; /* empty ones first */
    return strcmp(x->name, y->name);
}

static cim_status check_places(arrays *out, size_t data) {
    uint64_t expected = data;
    qsort(out->rows, out->n, sizeof *out->rows, by_place);
    for (uint32_t i = 0; i < out->n; i++) {
        const array *a = &out->rows[i];
        if (a->offset != expected)
            return bytes_damaged(&out->file, a->offset, "tensor %.80s %s", a->name,
                                 a->offset < expected ? "overlaps the one before it"
                                                      : "leaves a hole before it");
        expected += a->n * array_size(a->type);
    }
    if (expected == out->file.size) return CIM_OK;
    return bytes_damaged(&out->file, expected, "%" PRIu64 " bytes that belong to no tensor",
                         out->file.size - expected);
}

cim_status arrays_parse_safetensors(arrays *out) {
    const bytes *b = &out->file;
    if (b->size < HEAD_AT)
        return bytes_damaged(b, b->size, "too short: neither a safetensors nor an npz file");
    const uint64_t length = cim_get_bytes(b->at, 8);
    if (length > MAX_HEAD || length > b->size - HEAD_AT)
        return bytes_damaged(b, 0,
                             "a head of %" PRIu64 " bytes does not fit into the file: neither "
                             "a safetensors nor an npz file",
                             length);
    json_error_t error;
    json_t *head = json_loadb((const char *)b->at + HEAD_AT, (size_t)length,
                              JSON_REJECT_DUPLICATES, &error);
    if (!head)
        return bytes_damaged(b, HEAD_AT + (uint64_t)(error.position < 0 ? 0 : error.position),
                             "the head is no JSON: %.100s", error.text);
    const size_t data = HEAD_AT + (size_t)length;
    cim_status status = json_is_object(head)
                            ? read_tensors(out, head, data)
                            : bytes_damaged(b, HEAD_AT, "the head is no JSON object");
    json_decref(head);
    return status == CIM_OK ? check_places(out, data) : status;
}
