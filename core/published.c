#include "published.h"
#include "memory.h"
#include "study.h"

#include <stdlib.h>
#include <string.h>

static bool read_figures(const study *s, node *group, published *out, failure *f) {
    const evaluator *e = &s->evaluator;
    node *all = node_get(group, "figures");
    if (!all || (all->type != NODE_ARRAY && all->type != NODE_LIST) || !all->n_children)
        return fail_at(f, all ? all : group, "needs figures = [ \"area_mm2 <= 100\", ... ]");
    if (all->n_children > PUBLISHED_FIGURES)
        return fail_at(f, all, "at most %d figures", PUBLISHED_FIGURES);
    node_mark(all);
    out->figures = memory_new(all->n_children, sizeof *out->figures);
    for (size_t i = 0; i < all->n_children; i++) {
        published_figure *x = &out->figures[out->n_figures++];
        if (!published_figure_read(all->children[i], e->metrics, e->n_metrics, x, f)) return false;
        if (x->factor != 0 && !s->baseline)
            return fail_at(f, all->children[i],
                           "there is no baseline to hold it against: give baseline = { ... }");
    }
    return true;
}

static bool read_group(study *s, node *group, failure *f) {
    published *p = &s->published[s->n_published++];
    group->read = true;
    if (group->type != NODE_GROUP)
        return fail_at(f, group, "must be a group { source = ...; figures = ...; }");
    if (!node_get_text(group, "source", &p->source, f)) return false;
    if (!p->source || !p->source[0])
        return fail_at(f, group, "needs source, where the figures come from");
    for (size_t i = 0; i + 1 < s->n_published; i++)
        if (strcmp(s->published[i].source, p->source) == 0)
            return fail_at(f, group, "has the source of another group: tell them apart");
    return read_figures(s, group, p, f);
}

bool published_read(study *s, failure *f) {
    node *n = node_get(s->config.root, "published");
    if (!n) return true;
    const bool is_list = n->type == NODE_LIST;
    const size_t count = is_list ? n->n_children : 1;
    if (!count || count > PUBLISHED_MAX)
        return fail_at(f, n, "%zu groups: must be 1..%d", count, PUBLISHED_MAX);
    s->published = memory_new(count, sizeof *s->published);
    for (size_t i = 0; i < count; i++)
        if (!read_group(s, is_list ? n->children[i] : n, f)) return false;
    return true;
}

void published_free(published *p, size_t n) {
    for (size_t i = 0; i < n; i++) free(p[i].figures);
    free(p);
}
