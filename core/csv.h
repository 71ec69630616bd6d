/* csv.h: comma-separated values as RFC 4180 has them: quotes, doubled quotes, CRLF; behind a byte
 * order mark, where there is one. */
#ifndef CSV_H
#define CSV_H
#include "text.h"

#include <stdio.h>

struct failure;

typedef struct csv_row {
    text chars;             /* all cells, each ended by a zero */
    size_t *starts;
    size_t n;               /* cells */
    uint64_t line;          /* of the file, from 1, where the row begins */
} csv_row;

typedef struct csv_reader {
    FILE *file;
    uint64_t line;
    const char *wrong;      /* what ended the rows before their end, in LINE; else NULL */
} csv_reader;

/* The first row; a file without one, or that cannot be read, is an error that names PATH. */
bool csv_read_first(csv_reader *reader, csv_row *row, const char *path, struct failure *f);
/* The next row; blank lines are skipped. False at the end, and where the file is damaged. */
bool csv_read(csv_reader *reader, csv_row *row);
/* After the last row: whether that was the end of the file. */
bool csv_is_whole(const csv_reader *reader, const char *path, struct failure *f);
const char *csv_cell(const csv_row *row, size_t i);   /* "" beyond the last */
void csv_row_free(csv_row *row);

/* One cell, quoted where it must be, behind a comma unless FIRST. */
void csv_add(text *out, const char *chars, bool first);
/* "" for NaN. */
void csv_add_number(text *out, double value, bool first);
#endif
