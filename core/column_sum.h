/* column_sum.h: a figure of a reference table: a sum of products of columns and numbers, as in
 * "dyn_energy_pJ * 1e-12 + leak_energy_pJ * 1e-12". */
#ifndef COLUMN_SUM_H
#define COLUMN_SUM_H
#include "csv.h"

enum { COLUMN_SUM_FACTORS = 32 };

typedef struct column_factor {
    bool begins_term;
    int column;              /* -1: a number */
    double number;
} column_factor;

typedef struct column_sum {
    column_factor factors[COLUMN_SUM_FACTORS];
    size_t n;
} column_sum;

/* HEADER: the table's first row. On failure WHY says what is wrong. */
bool column_sum_read(column_sum *out, const char *written, const csv_row *header, text *why);
/* NaN where a cell is empty or no number. */
double column_sum_of(const column_sum *x, const csv_row *row);
/* The first column of its cells that is neither empty nor a finite number; -1: there is none. */
int column_sum_unreadable(const column_sum *x, const csv_row *row);

/* The column called NAME, or -1. */
int csv_column(const csv_row *header, const char *name);

#endif
