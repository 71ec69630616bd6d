/* reference.h: work that a machine cannot avoid, to compare the program's speed with, and the
 * processor time it takes here. */
#ifndef REFERENCE_H
#define REFERENCE_H
#include <stdbool.h>
#include <stddef.h>

/* Reads every number of the CSV file FROM with strtod() and writes it to TO with printf("%.17g"),
 * as the program does. Texts are copied. */
bool reference_csv(const char *from, const char *to, double *processor_s);

/* Inserts every row of the table trial of FROM into a new file TO, in one transaction. */
bool reference_insert(const char *from, const char *to, double *processor_s);

/* Reads every value of the table trial. */
bool reference_select(const char *from, double *processor_s);
#endif
