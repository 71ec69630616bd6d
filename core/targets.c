#include "targets.h"
#include "memory.h"

#include <string.h>

static node *child_named(const node *group, const char *key) {
    for (size_t i = 0; group && i < group->n_children; i++)
        if (group->children[i]->key && strcmp(group->children[i]->key, key) == 0)
            return group->children[i];
    return NULL;
}

static node *model_list(const config *c) {
    node *n = child_named(c->root, "hwmodel");
    return n && n->type == NODE_LIST ? n : NULL;
}

/* The name that target I asks for; several may ask for the same plug-in's. */
static void wanted_name(const config *c, size_t i, text *out) {
    const node *list = model_list(c),
               *group = list ? list->children[i] : child_named(c->root, "hwmodel");
    const node *name = child_named(group, "target");
    if (!name) name = child_named(group, "plugin");
    const char *chars = name && name->type == NODE_TEXT ? name->text : "target";
    if (name && strcmp(name->key, "target") == 0) {
        text_add(out, "%s", chars);
        return;
    }
    const char *slash = strrchr(chars, '/');
    if (slash) chars = slash + 1;
    size_t n = strlen(chars);
    if (n > 3 && strcmp(chars + n - 3, ".so") == 0) n -= 3;
    text_add(out, "%.*s", (int)n, chars);
}

/* Those that are called as their plug-in are numbered from the second on. */
static void own_name(const config *c, size_t target, text *out) {
    const node *list = model_list(c);
    text other = {0};
    size_t same = 1;
    wanted_name(c, target, out);
    for (size_t i = 0; list && i < target; i++) {
        if (child_named(list->children[i], "target")) continue;
        text_clear(&other);
        wanted_name(c, i, &other);
        same += strcmp(text_of(&other), text_of(out)) == 0;
    }
    text_free(&other);
    if (same > 1 && !child_named(list->children[target], "target")) text_add(out, "_%zu", same);
}

/* Names are folders: none may be another's. */
static bool is_free(const config *c, const node *list, size_t target, failure *f) {
    text name = {0}, other = {0};
    bool good = true;
    own_name(c, target, &name);
    for (size_t i = 0; good && i < target; i++) {
        text_clear(&other);
        own_name(c, i, &other);
        if (strcmp(text_of(&name), text_of(&other)) != 0) continue;
        const node *at = child_named(list->children[target], "target");
        if (!at) at = child_named(list->children[i], "target");
        good = fail_at(f, at ? at : list, "hwmodel[%zu] and hwmodel[%zu] are both called \"%s\": "
                       "give each a target of its own", i, target, text_of(&name));
    }
    text_free(&name);
    text_free(&other);
    return good;
}

/* That of one target, too, though its run is called as the study. */
static bool check_name(const node *group, failure *f) {
    const node *name = child_named(group, "target");
    if (name && name->type != NODE_TEXT) return fail_at(f, name, "must be a text in quotes");
    return !name || (names_folder(name->text) && strncmp(name->text, "study.db", 8) != 0) ||
           fail_at(f, name, "must be usable as the name of a folder, and not that of a study's "
                   "file");
}

bool targets_count(const config *c, size_t *n, failure *f) {
    const node *list = model_list(c);
    *n = list ? list->n_children : 1;
    if (!list) return check_name(child_named(c->root, "hwmodel"), f);
    if (!*n || *n > TARGETS_MAX)
        return fail_at(f, list, "%zu targets: must be 1..%d", *n, TARGETS_MAX);
    for (size_t i = 0; i < *n; i++) {
        if (list->children[i]->type != NODE_GROUP)
            return fail_at(f, list->children[i], "must be a group { ... }");
        if (!check_name(list->children[i], f)) return false;
    }
    for (size_t i = 1; i < *n; i++)
        if (!is_free(c, list, i, f)) return false;
    return true;
}

void targets_name(const config *c, size_t target, text *out) {
    own_name(c, target, out);
    if (out->length && out->chars[0] != '.') return;
    text_clear(out); /* what is wrong with the plug-in's name is said when it is looked for */
    text_add(out, "target");
}

/* LIST becomes what its child I is, under its own key; the other children go. */
static void take_element(node *list, size_t i) {
    node *group = list->children[i];
    node kept = *list;
    list->type = group->type;
    list->line = group->line;
    list->file = group->file;
    list->children = group->children;
    list->n_children = group->n_children;
    for (size_t k = 0; k < list->n_children; k++) list->children[k]->parent = list;
    group->children = NULL;
    group->n_children = 0;
    config_free_nodes(kept.children, kept.n_children);
}

bool targets_select(config *c, size_t target, failure *f) {
    node *list = model_list(c), *baseline = child_named(c->root, "baseline");
    node *own = child_named(baseline, "hwmodel");
    if (!list) return true;
    if (own && own->type == NODE_LIST) {
        if (own->n_children != list->n_children || own->children[target]->type != NODE_GROUP)
            return fail_at(f, own, "needs a group { ... } for each of the %zu targets",
                           list->n_children);
        take_element(own, target);
    }
    take_element(list, target);
    return true;
}

bool targets_find(const config *c, const char *name, size_t *target, failure *f) {
    text one = {0}, all = {0};
    size_t n;
    bool found = false;
    if (!targets_count(c, &n, f)) return false;
    for (size_t i = 0; i < n && !found && !f->status; i++) {
        text_clear(&one);
        targets_name(c, i, &one);
        found = name && strcmp(name, text_of(&one)) == 0;
        *target = i;
        text_add(&all, "%s%s", i ? ", " : "", text_of(&one));
    }
    if (!found && name)
        fail(f, STATUS_WRONG, "--target %s: the targets are %s", name, text_of(&all));
    else if (!found && n > 1)
        fail(f, STATUS_WRONG, "there are several targets: choose one with --target: %s",
             text_of(&all));
    else if (!found) *target = 0;
    text_free(&one);
    text_free(&all);
    return !f->status;
}
