#include "validate.h"

#include <math.h>

void validation_name(table *t, const figure *x) {
    text name = {0};
    text_add(&name, "%s", x->metric);
    for (size_t i = 0; i < x->n_parts; i++) text_add(&name, "%s%s", i ? ", " : ": ", x->parts[i]);
    table_text(t, text_of(&name));
    text_free(&name);
}

static void add_number(table *t, double number) {
    text one = {0};
    if (isfinite(number)) text_add(&one, "%.4g", number);
    table_text(t, text_of(&one));
    text_free(&one);
}

static void add_error(table *t, double ours, double theirs) {
    text one = {0};
    const double error = 100 * (ours / theirs - 1);
    if (isfinite(error)) text_add(&one, "%+.1f %%", error);
    table_text(t, text_of(&one));
    text_free(&one);
}

void validation_list(const validation *v, const reference_table *x, FILE *out) {
    table *t = table_new();
    table_column(t, "row", "", false);
    table_column(t, "metric", "", false);
    table_column(t, "unit", "", false);
    table_column(t, "reference", "", true);
    table_column(t, "ours", "", true);
    table_column(t, "error", "", true);
    for (size_t i = 0; i < v->n_rows; i++)
        for (size_t k = 0; k < v->n_figures; k++) {
            const double ours = v->ours[i * v->n_figures + k],
                         theirs = v->theirs[i * v->n_figures + k];
            if (!isfinite(theirs)) continue;
            table_text(t, v->labels[i]);
            validation_name(t, &x->figures[k]);
            table_text(t, v->units ? v->units[k] : "");
            add_number(t, theirs);
            add_number(t, ours);
            add_error(t, ours, theirs);
        }
    table_print(t, out, 2, 0);
    table_free(t);
    fputs("\n", out);
}
