/* reference_rows.h: a reference table in memory: the rows that count, each with what it wants
 * set. */
#ifndef REFERENCE_ROWS_H
#define REFERENCE_ROWS_H
#include "column_sum.h"
#include "reference.h"

typedef struct reference_rows {
    const reference_table *x;
    char *path;
    csv_row header, *rows;
    size_t n;
    char **sets;             /* one a row: assignments for --set, each ended by a newline */
    int *parameters;         /* columns */
    int label;               /* column */
    column_sum *figures;
} reference_rows;

bool reference_rows_read(reference_rows *t, const reference_table *x, const char *path, failure *f);
void reference_rows_free(reference_rows *t);

#endif
