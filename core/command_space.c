#include "command.h"
#include "design_print.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 12 };

static void add_values(const dimension *d, text *out) {
    const cim_dimension *is = &d->is;
    char low[NUMBER_SIZE], high[NUMBER_SIZE], step[NUMBER_SIZE];
    if (is->kind == CIM_REAL_RANGE || is->kind == CIM_INTEGER_RANGE) {
        number_text(low, is->min);
        number_text(high, is->max);
        text_add(out, "%s..%s", low, high);
        number_text(step, is->step);
        if (is->kind == CIM_INTEGER_RANGE && is->step != 1) text_add(out, " step %s", step);
        if (is->log_scale) text_add(out, " log");
        return;
    }
    for (uint64_t i = 0; i < is->n_levels; i++) {
        if (is->n_levels > MOST_VALUES && i == MOST_VALUES / 2) {
            text_add(out, " ...");
            i = is->n_levels - 2;
        }
        text_add(out, i ? " " : "");
        space_print(d, (double)i, out);
    }
}

static void add_activity(const space *s, uint32_t target, text *out) {
    for (uint32_t i = 0; i < s->n_activities; i++) {
        const cim_activity *a = &s->activities[i];
        if (a->target != target) continue;
        text_add(out, "%s", out->length ? " and " : "");
        if (!a->n_levels) {
            text_add(out, "never");
            continue;
        }
        dimension_label(&s->dimensions[a->on], out);
        text_add(out, " =");
        for (uint32_t k = 0; k < a->n_levels; k++) {
            text_add(out, k ? "|" : " ");
            space_print(&s->dimensions[a->on], (double)a->levels[k], out);
        }
    }
}

static bool any_element(const space *s) {
    for (uint32_t i = 0; i < s->n_dimensions; i++)
        if (dimension_element(&s->dimensions[i])) return true;
    return false;
}

static void print_dimensions(const space *s) {
    static const char *const kinds[] = {"", "ordinal", "integer", "real", "categorical"};
    table *t = table_new();
    text word = {0};
    bool elements = any_element(s);
    table_column(t, "dimension", "", false);
    if (elements) table_column(t, "element", "", false);
    table_column(t, "kind", "", false);
    table_column(t, "levels", "", true);
    table_column(t, "default", "", true);
    table_column(t, "unit", "", false);
    table_column(t, "values", "", false);
    if (s->n_activities) table_column(t, "active when", "", false);
    for (uint32_t i = 0; i < s->n_dimensions; i++) {
        const dimension *d = &s->dimensions[i];
        const char *element = dimension_element(d);
        table_text(t, d->is.name);
        if (elements) table_text(t, element ? element : "");
        table_text(t, kinds[d->is.kind]);
        if (d->is.kind == CIM_REAL_RANGE) table_text(t, "any");
        else table_number(t, (double)d->is.n_levels);
        text_clear(&word);
        space_print(d, d->is.default_coordinate, &word);
        table_text(t, text_of(&word));
        table_text(t, d->is.unit);
        text_clear(&word);
        add_values(d, &word);
        table_text(t, text_of(&word));
        text_clear(&word);
        add_activity(s, i, &word);
        if (s->n_activities) table_text(t, text_of(&word));
    }
    table_print(t, stdout, 0, 0);
    table_free(t);
    text_free(&word);
}

/* All digits; from seven on also "about 1.23e+06". */
static void print_count(const char *what, const text *digits, uint32_t n_real) {
    printf("%s: %s", what, text_of(digits));
    if (digits->length > 6 && digits->length < 300)
        printf(" (about %.3g)", strtod(text_of(digits), NULL));
    if (n_real) printf(" x %u real dimension%s", n_real, n_real == 1 ? "" : "s");
    printf("\n");
}

int command_space(int argc, char **argv, failure *f) {
    options o;
    study s = {0};
    bool is_run;
    bool good = options_read(&o, argc, argv, "set target", f);
    if (good && o.n_arguments != 1) good = fail(f, STATUS_WRONG, "cimdse space CONFIG: one config");
    good = good && command_one_run(&o, f) &&
           command_one_target(&s.config, o.arguments[0], &o, &is_run, f) &&
           study_open(&s, STUDY_LOOK, f);
    if (good && s.space.n_dimensions) print_dimensions(&s.space);
    if (good) {
        text raw = {0}, distinct = {0};
        uint32_t n_real;
        space_count(&s.space, &raw, &distinct, &n_real);
        printf("%s%u dimensions\n", s.space.n_dimensions ? "\n" : "", s.space.n_dimensions);
        print_count("raw configurations", &raw, n_real);
        print_count("distinct designs", &distinct, n_real);
        text_free(&raw);
        text_free(&distinct);
    }
    study_close(&s);
    options_free(&o);
    return f->status;
}
