#include "front.h"
#include "published_match.h"
#include "table.h"

typedef struct printer {
    const layout *l;
    const front *x;
    FILE *out;
} printer;

static void add_heads(const printer *p, const published_match *m, table *t) {
    table_column(t, "", "", false);
    for (uint32_t i = 0; i < m->n; i++) {
        text name = {0}, unit = {0};
        expression_name(&m->figures[i].of, p->l->metrics, &name, &unit);
        text_add(&name, " %s", m->figures[i].at_least ? ">=" : "<=");
        table_column(t, text_of(&name), text_of(&unit), true);
        text_free(&name);
        text_free(&unit);
    }
}

static void print_match(const printer *p, const published_match *m) {
    table *t = table_new();
    char word[64];
    add_heads(p, m, t);
    table_text(t, "published");
    for (uint32_t i = 0; i < m->n; i++) table_number(t, m->bounds[i]);
    snprintf(word, sizeof word, "trial %lld", (long long)m->trial);
    table_text(t, word);
    for (uint32_t i = 0; i < m->n; i++) table_number(t, m->values[i]);
    table_text(t, "against it");
    for (uint32_t i = 0; i < m->n; i++) {
        snprintf(word, sizeof word, "%+.1f %%", 100 * (m->values[i] / m->bounds[i] - 1));
        table_text(t, word);
    }
    table_print(t, p->out, 2, table_terminal_width(p->out));
    table_free(t);
}

static void print_source(void *context, const published_match *m) {
    const printer *p = context;
    fprintf(p->out, "\nPublished: %s\n\n", m->source);
    if (m->unclear < m->n) {
        const published_figure *x = &m->figures[m->unclear];
        const bool failed = x->factor != 0 && p->x->baseline_failure;
        fprintf(p->out, "  Not compared: \"%s\" %s.\n", x->written,
                failed ? "needs the baseline, which failed"
                       : "is no number above 0 with this baseline");
        return;
    }
    if (m->trial < 0) {
        fprintf(p->out, "  No feasible trial%s to compare.\n", p->x->n ? "" : front_lacks(p->x));
        return;
    }
    print_match(p, m);
    if (m->meeting)
        fprintf(p->out, "  Met by %llu trial%s, first by trial %lld.\n",
                (unsigned long long)m->meeting, m->meeting == 1 ? "" : "s", (long long)m->first);
    else fputs("  Not met: this trial comes nearest in all figures at once.\n", p->out);
}

bool published_print(store *st, const layout *l, const front *x, FILE *out, failure *f) {
    printer p = {l, x, out};
    return published_matches(st, l, x->baseline, print_source, &p, f);
}
