/* design_print.h: one evaluated design for a person, or as CSV or JSON. */
#ifndef DESIGN_PRINT_H
#define DESIGN_PRINT_H
#include "study.h"

#include <stdio.h>

void design_print_table(const study *s, const double *design, const result *r, FILE *out);
void design_print_csv(const study *s, const double *design, const result *r, FILE *out);
void design_print_json(const study *s, const double *design, const result *r, FILE *out);
#endif
