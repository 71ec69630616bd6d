/* Inside of workload.network: a file becomes a table of layers (listing.c, neurosim.c), and the
 * table becomes networks (network.c). Everything a file says is checked before it is in the table,
 * but for shapes along the edges: those the builder checks when the first network is built. */
#ifndef TABLE_H
#define TABLE_H

#include <cim_sdk/network.h>
#include <cim_sdk/text.h>

enum { MAX_ROWS = 8192, MAX_INPUTS = 32, MAX_NAME = 64, MAX_TENSOR = 128 };
enum { MAX_FILE_BYTES = 1 << 24, MAX_CHANNELS = 1 << 20, MAX_SIZE = 1 << 16, MAX_BITS = 16 };
enum { DEFAULT_BITS = 8, MAX_SHOWN = 200 };

typedef enum row_op {
    ROW_CONV, ROW_DEPTHWISE, ROW_LINEAR, ROW_MAX_POOL, ROW_AVERAGE_POOL, ROW_GLOBAL_POOL, ROW_ADD,
    ROW_MULTIPLY, ROW_CONCAT, ROW_ACTIVATION, ROW_OPS
} row_op;

/* One layer. The texts and lists that `is` points to are the row's own; table_finish() sets the
 * pointers, because rows move while the table grows. */
typedef struct row {
    char name[MAX_NAME], tensor[MAX_TENSOR];
    row_op op;
    uint32_t line;                /* of the file                                     */
    uint32_t inputs[MAX_INPUTS];  /* rows, or CIM_FROM_INPUT                         */
    uint32_t n_inputs;
    uint32_t n_readers;           /* in a list of layers                             */
    uint32_t has_sides, sides[4];
    uint32_t has_statistics;
    cim_layer_statistics statistics;
    cim_weight_layer is;          /* pools use its kernel, stride and padding, additions and
                                     activations its activation                      */
} row;

typedef struct table {
    const cim_host *host;
    char file[MAX_SHOWN];         /* as shown in messages: the end of its path       */
    char name[MAX_NAME], dataset[MAX_NAME], trained[MAX_NAME];
    char *weights;                /* the file that `trained` names, from this one's folder */
    row *rows;
    uint32_t n_rows, capacity, n_weight_layers;
    cim_network head;
    uint32_t totals_line;         /* that states totals                              */
} table;

/* Reads the file at PATH into T, which is empty but for its host. Whatever the status,
 * table_free() it. */
cim_status table_read(table *t, const char *path);
void table_free(table *t);

/* ---- for the readers ------------------------------------------------------------------------- */

/* A table's reader gets the file as a text of LENGTH bytes, with a 0 behind it and none in it. */
cim_status listing_read(table *t, const char *source);
cim_status neurosim_read(table *t, char *source); /* cuts SOURCE into words */

/* What libconfig would get wrong, or take very long for, found before it reads SOURCE. */
cim_status scan_listing(const table *t, const char *source);

/* "file:line: FORMAT"; returns CIM_E_CONFIG. */
CIM_PRINTF(3, 4)
cim_status table_refuse(const table *t, uint32_t line, const char *format, ...);

/* A copy of NAME in TO, of SIZE bytes; WHAT is used in messages. Names are of letters, digits and
 * _ . : / -  */
cim_status table_name(const table *t, uint32_t line, const char *what, const char *name, char *to,
                      uint32_t size);

/* Appends an empty row of that name, which must be new; valid until the next one. */
cim_status table_add(table *t, uint32_t line, const char *name, row_op op, row **out);

/* The row called NAME, or MAX_ROWS. Looks at the last rows first: inputs are near. */
uint32_t table_find(const table *t, const char *name);

static inline int row_has_weights(const row *r) { return r->op <= ROW_LINEAR; }
#endif
