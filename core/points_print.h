/* points_print.h: the rows that come out of `eval --points`. */
#ifndef POINTS_PRINT_H
#define POINTS_PRINT_H
#include "columns.h"
#include "points.h"

typedef struct printer printer;

printer *points_printer(const study *s, const columns *c, points_form form, bool breakdown,
                        FILE *out);
void points_print(printer *p, const csv_row *row, result *r);
/* Ends the output (prints what waited for the last row, if GOOD) and frees the printer. */
bool points_printed(printer *p, bool good, failure *f);
#endif
