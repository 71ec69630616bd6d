/* csv_file.h: a table of comma-separated values (RFC 4180) in memory. */
#ifndef CIMDSE_TABLE_CSV_FILE_H
#define CIMDSE_TABLE_CSV_FILE_H

#include "bytes.h"

typedef struct csv_file {
    bytes file;
    char *chars;               /* all cells, each ended by a zero                                 */
    uint32_t *cells;           /* (n_rows + 1) x n_columns offsets into chars; the first row names
                                  the columns                                                     */
    uint32_t *lines;           /* of each row, the first being 0: line of the file, from 1        */
    uint32_t n_rows, n_columns;/* rows below the names                                            */
} csv_file;

/* A row with more or fewer cells than the first is an error with file and line. PATH must outlive
 * T. */
cim_status csv_file_read(const cim_host *host, const char *path, csv_file *t);
void csv_file_free(csv_file *t);

/* ROW 0: the names. */
static inline const char *csv_file_cell(const csv_file *t, uint32_t row, uint32_t column) {
    return t->chars + t->cells[(size_t)row * t->n_columns + column];
}
/* -1: there is none. */
int32_t csv_file_column(const csv_file *t, const char *name);
/* The names of all columns, as far as there is room. */
void csv_file_columns(const csv_file *t, char *to, size_t size);
#endif
