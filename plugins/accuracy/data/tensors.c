#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cim_sdk/text.h>

#include "tensors.h"

struct tensors {
    const cim_host *host;
    char *file;
    arrays raw;
    tensor *rows;
    float **own;      /* numbers that were converted; NULL where the file's are used */
};

static int is_float_here(const array *a) {
    const uint16_t one = 1;
    return a->type == ARRAY_F32 && *(const unsigned char *)&one == 1 &&
           (uintptr_t)a->at % sizeof(float) == 0;
}

static cim_status convert(tensors *t, uint32_t i) {
    const array *a = &t->raw.rows[i];
    tensor *to = &t->rows[i];
    *to = (tensor){.name = a->name, .n_dims = a->n_dims, .n = a->n};
    memcpy(to->dims, a->dims, sizeof to->dims);
    if (is_float_here(a)) {
        to->values = (const float *)(const void *)a->at;
        return CIM_OK;
    }
    float *values = t->host->alloc(t->host, (size_t)a->n + 1, sizeof *values);
    if (!values)
        return cim_failf(t->host, CIM_E_MEMORY, "%s: no memory for tensor %.80s", t->file, a->name);
    for (uint64_t k = 0; k < a->n; k++) values[k] = (float)array_number(a, k);
    t->own[i] = values;
    to->values = values;
    return CIM_OK;
}

static cim_status no_memory(const cim_host *host, const char *file) {
    return cim_failf(host, CIM_E_MEMORY, "%s: no memory for its tensors", file);
}

static cim_status parse(tensors *t, bytes *file) {
    t->file = arrays_name(t->host, file->file, strlen(file->file));
    if (!t->file) {
        const cim_status status = no_memory(t->host, file->file);
        bytes_free(file);
        return status;
    }
    file->file = t->file;
    cim_status status = arrays_parse(file, &t->raw);
    if (status != CIM_OK) return status;
    t->rows = t->host->alloc(t->host, t->raw.n + 1, sizeof *t->rows);
    t->own = t->host->alloc(t->host, t->raw.n + 1, sizeof *t->own);
    if (!t->rows || !t->own) return no_memory(t->host, t->file);
    for (uint32_t i = 0; i < t->raw.n && status == CIM_OK; i++) status = convert(t, i);
    return status;
}

cim_status tensors_parse(bytes *file, tensors **out) {
    const cim_host *host = file->host;
    *out = NULL;
    tensors *t = host->alloc(host, 1, sizeof *t);
    if (!t) {
        const cim_status status = no_memory(host, file->file);
        bytes_free(file);
        return status;
    }
    t->host = host;
    const cim_status status = parse(t, file);
    if (status == CIM_OK) *out = t;
    else tensors_free(t);
    return status;
}

cim_status tensors_read(const cim_host *host, const char *path, tensors **out) {
    bytes file;
    *out = NULL;
    const cim_status status = bytes_read(host, path, &file);
    return status == CIM_OK ? tensors_parse(&file, out) : status;
}

void tensors_free(tensors *t) {
    if (!t) return;
    const cim_host *host = t->host;
    for (uint32_t i = 0; t->own && i < t->raw.n; i++) host->release(host, t->own[i]);
    host->release(host, t->own);
    host->release(host, t->rows);
    arrays_free(&t->raw);
    host->release(host, t->file);
    host->release(host, t);
}

/* ---- looking up ------------------------------------------------------------------------------ */

const cim_host *tensors_host(const tensors *t) { return t->host; }

const char *tensors_file(const tensors *t) { return t->file; }

uint32_t tensors_count(const tensors *t) { return t->raw.n; }

const tensor *tensors_at(const tensors *t, uint32_t i) { return &t->rows[i]; }

const tensor *tensors_find(const tensors *t, const char *name) {
    for (uint32_t i = 0; i < t->raw.n; i++)
        if (strcmp(t->rows[i].name, name) == 0) return &t->rows[i];
    return NULL;
}

static void say_shape(char *to, size_t size, const uint64_t *dims, uint32_t n) {
    size_t used = 0;
    to[0] = '\0';
    for (uint32_t i = 0; i < n && used < size; i++)
        used += (size_t)snprintf(to + used, size - used, "%s%" PRIu64, i ? " x " : "", dims[i]);
}

cim_status tensors_need(const tensors *t, const char *name, uint32_t n_dims, const uint64_t *dims,
                        const tensor **out) {
    char is[120], wanted[120];
    *out = tensors_find(t, name);
    if (!*out) return cim_failf(t->host, CIM_E_FILE, "%s: no tensor %.80s", t->file, name);
    if (!n_dims || ((*out)->n_dims == n_dims &&
                    memcmp((*out)->dims, dims, n_dims * sizeof *dims) == 0))
        return CIM_OK;
    say_shape(is, sizeof is, (*out)->dims, (*out)->n_dims);
    say_shape(wanted, sizeof wanted, dims, n_dims);
    *out = NULL;
    return cim_failf(t->host, CIM_E_FILE, "%s: tensor %.80s is %s: the network needs %s", t->file,
                     name, is, wanted);
}

cim_status tensors_finite(const tensors *t) {
    for (uint32_t i = 0; i < t->raw.n; i++)
        for (uint64_t k = 0; k < t->rows[i].n; k++)
            if (!isfinite(t->rows[i].values[k]))
                return cim_failf(t->host, CIM_E_FILE, "%s: tensor %.80s: value %" PRIu64 " is %g",
                                 t->file, t->rows[i].name, k, (double)t->rows[i].values[k]);
    return CIM_OK;
}
