/* design_print.h: one evaluated design for a person, or as CSV or JSON; dimensions for a person. */
#ifndef DESIGN_PRINT_H
#define DESIGN_PRINT_H
#include "study.h"

#include <stdio.h>

/* The name of the vector's element that the dimension is, "conv1"; NULL: a scalar, a whole vector,
 * or an element of an index set without names. */
const char *dimension_element(const dimension *d);
/* Its name with the element's, "hwmodel.adc_bits[conv1]"; or just its name. */
void dimension_label(const dimension *d, text *out);

/* CAPTION says which design it is, in front of its dimensions. */
void design_print_table(const study *s, const double *design, const char *caption, const result *r,
                        FILE *out);
void design_print_csv(const study *s, const double *design, const result *r, FILE *out);
void design_print_json(const study *s, const double *design, const result *r, FILE *out);
#endif
