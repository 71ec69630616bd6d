/* validate.h: `cimdse validate`: a hardware model held against a table of reference figures. */
#ifndef VALIDATE_H
#define VALIDATE_H
#include "command.h"
#include "reference.h"
#include "table.h"

#include <stdio.h>

/* Rows of a reference table, evaluated, and their errors. */
typedef struct validation {
    size_t n_rows, n_failed;
    char **labels;           /* n_rows */
    double *ours, *theirs;   /* n_rows x figures; NaN: none */
    size_t n_figures;
    char **units;            /* n_figures; NULL before the first evaluation */
    char *first_failure;     /* or NULL */
    bool absent;             /* the table's file is not there */
} validation;

/* Evaluates X's rows with the config at PATH. The table lies in FOLDER, or below the config. */
bool validation_run(const reference_table *x, const char *path, const char *folder,
                    const options *o, validation *out, failure *f);
void validation_free(validation *v);

/* "macro_energy_j: adc, array". */
void validation_name(table *t, const figure *x);
/* Every row and figure: theirs, ours and the error. */
void validation_list(const validation *v, const reference_table *x, FILE *out);
/* Prints them; *HELD: every figure is within its bounds. */
void validation_print(const validation *v, const reference_table *x, FILE *out, bool *held);

#endif
