/* tensors.h: trained weights by name: safetensors and npz read, safetensors written.
 *
 *     tensors *t = NULL;
 *     cim_status status = tensors_read(host, path, &t);
 *     const tensor *w = tensors_find(t, "conv0.weight");
 *
 * Whatever the file holds (float64, float32, float16, bfloat16, integers, booleans) comes as float.
 * A damaged file is an error that names file and byte; sizes are checked before memory is asked
 * for. */
#ifndef CIMDSE_DATA_TENSORS_H
#define CIMDSE_DATA_TENSORS_H

#include "arrays.h"

enum { TENSOR_MAX_DIMS = ARRAY_MAX_DIMS };

typedef struct tensor {
    const char *name;
    uint32_t n_dims;
    uint64_t dims[TENSOR_MAX_DIMS]; /* slowest first: out, in, kernel height, kernel width        */
    uint64_t n;                     /* numbers: the product of dims                               */
    const float *values;
} tensor;

typedef struct tensors tensors;

/* All tensors of the file at PATH, until tensors_free(). */
cim_status tensors_read(const cim_host *host, const char *path, tensors **out);
/* The same of a file in memory, which is taken over whatever comes of it. */
cim_status tensors_parse(bytes *file, tensors **out);
void tensors_free(tensors *t); /* NULL does nothing */

const cim_host *tensors_host(const tensors *t);
const char *tensors_file(const tensors *t); /* its name, for messages */
uint32_t tensors_count(const tensors *t);
const tensor *tensors_at(const tensors *t, uint32_t i);
const tensor *tensors_find(const tensors *t, const char *name); /* NULL: there is none */

/* The same, but a tensor that is not there, or has other than the N_DIMS dims, is an error that
 * says so with the file's name. N_DIMS 0: any shape. */
cim_status tensors_need(const tensors *t, const char *name, uint32_t n_dims, const uint64_t *dims,
                        const tensor **out);

/* Fails at the first number that is none, or infinite: a network with one of them still answers,
 * and only looks somewhat worse. */
cim_status tensors_finite(const tensors *t);

/* Writes N tensors as float32, in this order, through a file beside PATH that then takes its place:
 * a reader sees the old file or the new one. METADATA: pairs of texts with NULL at the end; or
 * NULL. Same tensors, same bytes. */
cim_status tensors_write(const cim_host *host, const char *path, const tensor *rows, uint32_t n,
                         const char *const *metadata);
#endif
