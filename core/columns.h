/* columns.h: a CSV file of designs: its header says which parameter a column sets, a row is a
 * design. Used by `eval --points`, `validate` and the like. */
#ifndef COLUMNS_H
#define COLUMNS_H
#include "csv.h"
#include "json_text.h"
#include "study.h"

typedef struct column {
    char *name;
    const cim_param *p;      /* NULL: a label, copied through */
    uint32_t first, n;       /* numbers of a design that it sets */
} column;

typedef struct columns {
    column *list;
    size_t n;
} columns;

/* Takes NAME ("hwmodel.rows", "workload.weight_bits[3]"; a label has no dot) as the next column.
 * PATH: of the file, for messages. Where a parameter is there twice the first column counts, and a
 * warning says so: MNSIM's tables have the same key in two sections. */
bool columns_add(columns *c, const study *s, const char *path, const char *name, failure *f);
void columns_free(columns *c);

/* The design that is BASE but for what the row says; an empty cell says nothing. What is wrong with
 * the row makes R a failed result. Else R has no outcome yet.
 *
 * A column of a whole vector holds one value for all elements, or a list "256, 128" of all of them;
 * where elements may be unset (CIM_PARAM_FROM_NETWORK), a shorter list leaves the others so. */
void columns_design(const columns *c, const study *s, const csv_row *row, const double *base,
                    double *design, result *r);

/* What a cell of column C says: a label is a text, an empty cell null, a list an array; what is no
 * value of the parameter stays the text that it is. */
json_t *columns_json(const column *c, const char *chars);
#endif
