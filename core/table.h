/* table.h: aligned tables for people. A column has a name and a unit; numbers of units that take SI
 * prefixes (J, s, W, ...) are scaled by one prefix a unit. */
#ifndef TABLE_H
#define TABLE_H
#include "text.h"

#include <stdio.h>

typedef struct table table;

table *table_new(void);
void table_free(table *t);

/* Columns first. UNIT "" for none. */
void table_column(table *t, const char *name, const char *unit, bool numbers);
/* Then cell by cell, row by row. */
void table_number(table *t, double value);     /* NaN: empty */
void table_text(table *t, const char *chars);
/* Prints with INDENT blanks; columns that do not fit in WIDTH characters (0: no limit) are left
 * out from the right. Returns how many were. */
size_t table_print(const table *t, FILE *out, int indent, size_t width);
/* How many it would leave out. */
size_t table_hidden(const table *t, int indent, size_t width);
/* Columns of the terminal that OUT is, else 0. */
size_t table_terminal_width(FILE *out);
#endif
