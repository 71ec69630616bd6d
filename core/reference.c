#include "reference.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool need_text(node *group, const char *key, const char **out, failure *f) {
    return node_get_text(group, key, out, f) &&
           (*out || fail_at(f, group, "needs %s, a text", key));
}

/* An array or list of texts, or nothing. */
static bool get_texts(node *group, const char *key, const char ***out, size_t *n, failure *f) {
    node *list = node_get(group, key);
    if (!list) return true;
    if (list->type != NODE_ARRAY && list->type != NODE_LIST)
        return fail_at(f, list, "must be a list of texts, [ \"...\" ]");
    *out = memory_new(list->n_children, sizeof **out);
    for (size_t i = 0; i < list->n_children; i++) {
        node *child = list->children[i];
        if (child->type != NODE_TEXT) return fail_at(f, child, "must be a text");
        (*out)[(*n)++] = child->text;
    }
    node_mark(list);
    return true;
}

static bool read_figure(node *group, figure *out, failure *f) {
    *out = (figure){
        .at = group, .within = NAN, .share = NAN, .worst = NAN, .factor = NAN, .mean = NAN,
        .rank = NAN};
    if (group->type != NODE_GROUP) return fail_at(f, group, "must be a group { metric; is; ... }");
    group->read = true;
    if (!need_text(group, "metric", &out->metric, f) || !need_text(group, "is", &out->is, f) ||
        !get_texts(group, "part", &out->parts, &out->n_parts, f) ||
        !node_get_real(group, "within", 0, 1e6, &out->within, f) ||
        !node_get_real(group, "share", 0, 1, &out->share, f) ||
        !node_get_real(group, "worst", 0, 1e6, &out->worst, f) ||
        !node_get_real(group, "factor", 1, 1e6, &out->factor, f) ||
        !node_get_real(group, "mean", 0, 1e6, &out->mean, f) ||
        !node_get_real(group, "rank", -1, 1, &out->rank, f))
        return false;
    if (isnan(out->within) != isnan(out->share))
        return fail_at(f, group, "needs both within and share, or neither");
    return true;
}

static bool read_figures(node *group, reference_table *out, failure *f) {
    node *list = node_get(group, "figures");
    if (!list || list->type != NODE_LIST || !list->n_children)
        return fail_at(f, list ? list : group,
                       "needs figures, a list ( { metric; is; ... }, ... )");
    list->read = true;
    out->figures = memory_new(list->n_children, sizeof *out->figures);
    for (size_t i = 0; i < list->n_children; i++)
        if (!read_figure(list->children[i], &out->figures[out->n_figures++], f)) return false;
    return true;
}

static bool read_table(node *group, reference_table *out, failure *f) {
    if (group->type != NODE_GROUP)
        return fail_at(f, group, "must be a group { table; figures; ... }");
    group->read = true;
    *out = (reference_table){.at = group};
    return need_text(group, "table", &out->table, f) &&
           need_text(group, "source", &out->source, f) &&
           node_get_text(group, "label", &out->label, f) &&
           node_get_text(group, "note", &out->note, f) &&
           node_get_boolean(group, "list", &out->list, f) &&
           get_texts(group, "where", &out->where, &out->n_where, f) &&
           get_texts(group, "parameters", &out->parameters, &out->n_parameters, f) &&
           get_texts(group, "set", &out->set, &out->n_set, f) && read_figures(group, out, f);
}

bool reference_read(config *c, reference *out, failure *f) {
    *out = (reference){0};
    node *list = node_get(c->root, "validation");
    if (!list)
        return fail(f, STATUS_WRONG,
                    "%s: has no group validation, so there is nothing to hold it against",
                    c->n_files ? c->files[0] : "config");
    if (list->type != NODE_LIST || !list->n_children)
        return fail_at(f, list, "must be a list ( { table = ...; figures = ...; }, ... )");
    list->read = true;
    out->tables = memory_new(list->n_children, sizeof *out->tables);
    for (size_t i = 0; i < list->n_children; i++)
        if (!read_table(list->children[i], &out->tables[out->n++], f)) return false;
    return node_all_read(list, f);
}

void reference_free(reference *x) {
    for (size_t i = 0; i < x->n; i++) {
        free(x->tables[i].where);
        free(x->tables[i].parameters);
        free(x->tables[i].set);
        for (size_t k = 0; k < x->tables[i].n_figures; k++) free(x->tables[i].figures[k].parts);
        free(x->tables[i].figures);
    }
    free(x->tables);
    *x = (reference){0};
}
