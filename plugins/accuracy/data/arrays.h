/* arrays.h: named arrays as they lie in a safetensors or npz file, before any conversion. */
#ifndef CIMDSE_DATA_ARRAYS_H
#define CIMDSE_DATA_ARRAYS_H

#include "bytes.h"

enum { ARRAY_MAX_DIMS = 8 };

typedef enum {
    ARRAY_F64, ARRAY_F32, ARRAY_F16, ARRAY_BF16, ARRAY_I64, ARRAY_I32, ARRAY_I16, ARRAY_I8,
    ARRAY_U64, ARRAY_U32, ARRAY_U16, ARRAY_U8, ARRAY_BOOL, ARRAY_TYPES
} array_type;

typedef struct array {
    char *name;
    array_type type;
    uint32_t n_dims;
    uint64_t dims[ARRAY_MAX_DIMS]; /* slowest first */
    uint64_t n;                    /* elements: the product of dims */
    const unsigned char *at;       /* n * array_size(type) bytes, lowest byte of a number first */
    unsigned char *own;            /* memory that is this array's alone, or NULL */
    uint64_t offset;               /* in the file, for messages */
} array;

typedef struct arrays {
    const cim_host *host;
    bytes file;                    /* arrays without own memory lie in here */
    array *rows;
    uint32_t n;
} arrays;

uint32_t array_size(array_type type);

/* Sets A's n from its dims; 0 when n, or n elements, do not fit into 64 bits. *BYTES: their
 * size. */
int array_count(array *a, uint64_t *size);

/* Element I as a number; integers over 2^53 are rounded. */
double array_number(const array *a, uint64_t i);

/* Reads what FILE holds: by its first bytes npz (a zip file) or safetensors. Takes FILE over,
 * whatever comes of it. */
cim_status arrays_parse(bytes *file, arrays *out);
void arrays_free(arrays *a);
const array *arrays_find(const arrays *a, const char *name); /* or NULL */

/* The formats: append to OUT, which holds its file. */
cim_status arrays_parse_safetensors(arrays *out);
cim_status arrays_parse_npz(arrays *out);

/* A copy of the N bytes at NAME with an end; NULL: no memory. */
char *arrays_name(const cim_host *host, const char *name, size_t n);
#endif
