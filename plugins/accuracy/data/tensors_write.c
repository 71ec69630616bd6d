#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <cim_sdk/snapshot.h>
#include <cim_sdk/text.h>

#include "tensors.h"

static json_t *describe_tensor(const tensor *row, uint64_t *at) {
    json_t *dims = json_array(), *is = json_object();
    for (uint32_t i = 0; i < row->n_dims; i++)
        json_array_append_new(dims, json_integer((json_int_t)row->dims[i]));
    const uint64_t end = *at + row->n * sizeof(float);
    json_object_set_new(is, "dtype", json_string("F32"));
    json_object_set_new(is, "shape", dims);
    json_object_set_new(is, "data_offsets",
                        json_pack("[II]", (json_int_t)*at, (json_int_t)end));
    *at = end;
    return is;
}

/* The head, padded with spaces so that the numbers begin at a multiple of 8. */
static char *make_head(const tensor *rows, uint32_t n, const char *const *metadata,
                       size_t *length) {
    json_t *head = json_object();
    uint64_t at = 0;
    if (metadata) {
        json_t *texts = json_object();
        for (; metadata[0]; metadata += 2)
            json_object_set_new(texts, metadata[0], json_string(metadata[1]));
        json_object_set_new(head, "__metadata__", texts);
    }
    for (uint32_t i = 0; i < n; i++)
        json_object_set_new(head, rows[i].name, describe_tensor(&rows[i], &at));
    char *text = json_object_size(head) == n + (metadata ? 1u : 0u)
                     ? json_dumps(head, JSON_COMPACT) : NULL; /* all names are there, once */
    json_decref(head);
    if (!text) return NULL;
    const size_t used = strlen(text);
    *length = (used + 7) / 8 * 8;
    char *padded = realloc(text, *length + 1);
    if (padded) memset(padded + used, ' ', *length - used);
    else free(text);
    return padded;
}

static int write_values(FILE *f, const tensor *row) {
    unsigned char piece[4096 * sizeof(float)];
    for (uint64_t i = 0; i < row->n;) {
        size_t k = 0;
        for (; k < 4096 && i < row->n; k++, i++) {
            uint32_t bits;
            memcpy(&bits, &row->values[i], sizeof bits);
            cim_put_bytes(piece + 4 * k, bits, 4);
        }
        if (fwrite(piece, 4, k, f) != k) return 0;
    }
    return 1;
}

static int write_all(FILE *f, const char *head, size_t length, const tensor *rows, uint32_t n) {
    unsigned char size[8];
    cim_put_bytes(size, length, 8);
    if (fwrite(size, 1, 8, f) != 8 || fwrite(head, 1, length, f) != length) return 0;
    for (uint32_t i = 0; i < n; i++)
        if (!write_values(f, &rows[i])) return 0;
    return 1;
}

cim_status tensors_write(const cim_host *host, const char *path, const tensor *rows, uint32_t n,
                         const char *const *metadata) {
    size_t length = 0;
    char *head = make_head(rows, n, metadata, &length);
    char *beside = host->alloc(host, strlen(path) + 5, 1);
    cim_status status = CIM_OK;
    if (!head || !beside) {
        status = cim_failf(host, CIM_E_ARGUMENT, "%s: names of tensors must be unique UTF-8", path);
    } else {
        snprintf(beside, strlen(path) + 5, "%s.new", path);
        FILE *f = fopen(beside, "wb");
        int good = f && write_all(f, head, length, rows, n);
        if (f && fclose(f) != 0) good = 0;
        if (!good || rename(beside, path) != 0) {
            status =
                cim_failf(host, CIM_E_FILE, "%s: cannot be written: %s", path, strerror(errno));
            if (f) remove(beside);
        }
    }
    host->release(host, beside);
    free(head);
    return status;
}
