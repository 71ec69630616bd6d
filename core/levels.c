#include "levels.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool levels_key(const char *key) {
    return strcmp(key, "level") == 0 || strcmp(key, "ladder") == 0 || strcmp(key, "margin") == 0 ||
           strcmp(key, "on") == 0;
}

/* An evaluator that names none has one. */
static uint32_t count_of(const cim_fidelity_table *all) { return all->n ? all->n : 1; }

static const char *name_of(const cim_fidelity_table *all, uint32_t i) {
    return all->n ? CIM_ROW(cim_fidelity, *all, i)->name : "full";
}

static bool unknown_level(const instance *in, const cim_fidelity_table *all, const node *n,
                          failure *f) {
    const char *names[LEVEL_MAX];
    const uint32_t count = count_of(all);
    text list = {0};
    for (uint32_t i = 0; i < count; i++) {
        names[i] = name_of(all, i);
        text_add(&list, "%s%s", i ? ", " : "", names[i]);
    }
    const char *near = nearest_name(n->text, names, count);
    fail_at(f, n, "%s has no such level%s%s%s; there are %s", in->plugin->id,
            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "", text_of(&list));
    text_free(&list);
    return false;
}

static bool add_level(const instance *in, const cim_fidelity_table *all, const node *n,
                      accuracy_levels *out, failure *f) {
    uint32_t i = 0;
    if (n->type != NODE_TEXT) return fail_at(f, n, "must be the name of a level, in quotes");
    while (i < count_of(all) && strcmp(name_of(all, i), n->text) != 0) i++;
    if (i == count_of(all)) return unknown_level(in, all, n, f);
    if (out->n && i <= out->of[out->n - 1])
        return fail_at(f, n, "must be dearer than \"%s\" before it: cheap levels come first",
                       out->names[out->n - 1]);
    out->names[out->n] = name_of(all, i);
    out->of[out->n++] = i;
    return true;
}

static bool take_margin(const node *n, double *out, failure *f) {
    if (!node_is_number(n) || !(n->real >= 0 && n->real <= 1))
        return fail_at(f, n,
                       "must be \"auto\", or a number 0..1 or one for each level but the last");
    *out = n->real;
    return true;
}

static bool read_margin(node *n, bool ladder, accuracy_levels *out, failure *f) {
    for (uint32_t i = 0; i < out->n; i++) out->margin[i] = NAN;
    if (!n) return true;
    node_mark(n);
    if (!ladder) return fail_at(f, n, "is of a ladder, and there is none");
    if (n->type == NODE_TEXT && strcmp(n->text, "auto") == 0) return true;
    if (n->type != NODE_ARRAY && n->type != NODE_LIST) {
        double margin = 0;
        if (!take_margin(n, &margin, f)) return false;
        for (uint32_t i = 0; i < out->n; i++) out->margin[i] = margin;
        return true;
    }
    if (out->climbs && n->n_children + 1 != out->n) /* of one level: what a longer ladder had */
        return fail_at(f, n,
                       "has %zu margins, and the ladder needs %u: one for each level but the last",
                       n->n_children, out->n - 1);
    for (size_t i = 0; i < n->n_children; i++) {
        double margin = 0;
        if (!take_margin(n->children[i], &margin, f)) return false;
        if (out->climbs) out->margin[i] = margin;
    }
    return true;
}

static bool read_ladder(const instance *in, const cim_fidelity_table *all, node *n,
                        accuracy_levels *out, failure *f) {
    node_mark(n);
    if ((n->type != NODE_ARRAY && n->type != NODE_LIST) || !n->n_children)
        return fail_at(f, n, "must be names of levels, cheap ones first: [ \"...\", \"...\" ]");
    for (size_t i = 0; i < n->n_children; i++)
        if (!add_level(in, all, n->children[i], out, f)) return false;
    out->climbs = out->n > 1;
    return true;
}

bool levels_read(const instance *in, accuracy_levels *out, failure *f) {
    const cim_fidelity_table *all = &((const cim_accuracy_ops *)in->plugin->ops)->fidelities;
    node *level = node_get(in->group, "level"), *ladder = node_get(in->group, "ladder");
    *out = (accuracy_levels){0};
    if (level && ladder)
        return fail_at(f, level, "picks one level, and ladder climbs several: drop one of them");
    if (ladder && !read_ladder(in, all, ladder, out, f)) return false;
    if (level && !add_level(in, all, level, out, f)) return false;
    for (uint32_t i = 0; !level && !ladder && i < count_of(all); i++) {
        out->names[i] = name_of(all, i);
        out->of[out->n++] = i;
    }
    return read_margin(node_get(in->group, "margin"), ladder != NULL, out, f);
}
