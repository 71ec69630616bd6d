/* compare_parts.c: what makes the difference between the knees: their parts, summed over layers. */
#include "compare_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct components {
    char names[64][32];
    double values[64][COMPARE_MAX];
    size_t n, run;
    bool any[COMPARE_MAX];
} components;

static bool take_component(void *context, const char *component, double value) {
    components *all = context;
    size_t i = 0;
    while (i < all->n && strcmp(all->names[i], component) != 0) i++;
    if (i == 64) return false;
    if (i == all->n) {
        snprintf(all->names[all->n], sizeof all->names[0], "%s", component);
        for (size_t k = 0; k < COMPARE_MAX; k++) all->values[all->n][k] = 0;
        all->n++;
    }
    all->values[i][all->run] += value;
    all->any[all->run] = true;
    return true;
}

/* A run that has some parts has none of the others; of one without any, nothing is known. */
static void blank_unknown(components *all, size_t n_runs) {
    for (size_t run = 0; run < n_runs; run++)
        for (size_t i = 0; !all->any[run] && i < all->n; i++) all->values[i][run] = NAN;
}

static void print_parts_of(comparison *c, const metric *m) {
    components all = {.n = 0};
    for (all.run = 0; all.run < c->n; all.run++) {
        const side *s = &c->sides[all.run];
        if (s->front.n)
            store_components(s->st, s->front.members[s->knee].id, m->name, take_component, &all,
                             c->f);
    }
    if (!all.n) return;
    blank_unknown(&all, c->n);
    text head = {0};
    text_add(&head, "%s of the knees", m->name);
    table *t = compare_table(c, text_of(&head));
    for (size_t i = 0; i < all.n; i++) compare_row(c, t, all.names[i], m->unit, all.values[i]);
    fputs("\n", c->out);
    compare_finish(c, t);
    text_free(&head);
}

void compare_parts(comparison *c) {
    static const char *const of[] = {"energy_j", "latency_s", "area_mm2"};
    const layout *l = &c->sides[0].l;
    for (uint32_t i = 0; i < l->n_metrics; i++)
        for (size_t k = 0; k < sizeof of / sizeof *of; k++)
            if (strcmp(l->metrics[i].name, of[k]) == 0) print_parts_of(c, &l->metrics[i]);
}
