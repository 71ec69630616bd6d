#include "reasons.h"

#include <math.h>
#include <string.h>

enum { MOST_REASONS = 5 };

typedef struct printer {
    const char *before;
    FILE *out;
} printer;

static bool print_failed(void *context, const char *reason, uint64_t n) {
    const printer *p = context;
    fprintf(p->out, "%sfailed %llu x: %s\n", p->before, (unsigned long long)n, reason);
    return true;
}

/* VALUE as tables have it: "411.4 uJ". */
static void add_figure(double value, const char *unit, text *out) {
    const char *prefix;
    const double factor = unit_prefix(unit, value, &prefix);
    text_add_figure(out, value / factor);
    text_add(out, "%s%s%s", *unit ? " " : "", prefix, unit);
}

/* What is lost where a slack is all that is known of a value beside a bound so large. */
static const double digits = 1e-10;

/* "nearest feasible 411.4 uJ", and of a bound that no trial breaks "of 200 J". */
static void add_nearest(const layout *l, uint32_t rule, const front *x, text *out) {
    failure ignored = {0};
    constraint c;
    text name = {0}, unit = {0};
    const node written = {.type = NODE_TEXT, .text = l->rules[rule], .file = "study.db"};
    const double slack = x->nearest[rule];
    if (strcmp(l->rule_sources[rule], "config") != 0 || !isfinite(slack) ||
        !constraint_read(&written, l->metrics, l->n_metrics, &c, &ignored))
        return;
    expression_name(&c.of, l->metrics, &name, &unit);
    text_add(out, x->violations[rule] ? "; nearest feasible " : ": never binding, nearest ");
    const double value = c.at_least ? c.bound - slack : c.bound + slack;
    if (fabs(value) < digits * fabs(c.bound)) text_add(out, "almost 0");
    else add_figure(value, text_of(&unit), out);
    if (!x->violations[rule]) text_add(out, " of ");
    if (!x->violations[rule]) add_figure(c.bound, text_of(&unit), out);
    text_free(&name);
    text_free(&unit);
}

bool reasons_print(store *st, const layout *l, const front *x, const char *before, FILE *out,
                   failure *f) {
    printer p = {before, out};
    text nearest = {0};
    for (uint32_t i = 0; i < l->n_rules; i++) {
        text_clear(&nearest);
        add_nearest(l, i, x, &nearest);
        if (x->violations[i] || nearest.length)
            fprintf(out, "%sinfeasible %llu x: %s (%s)%s\n", before,
                    (unsigned long long)x->violations[i], l->rules[i], l->rule_sources[i],
                    text_of(&nearest));
    }
    text_free(&nearest);
    return store_reasons(st, MOST_REASONS, print_failed, &p, f);
}
