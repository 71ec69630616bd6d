/* config_node.c: looking things up in the tree, and saying what is wrong with them. */
#include "config.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

node *node_get(node *group, const char *key) {
    size_t k = 0;
    while (k < group->n_known && strcmp(group->known[k], key) != 0) k++;
    if (k == group->n_known) {
        MEMORY_ROOM(group->known, group->n_known);
        group->known[group->n_known++] = key;
    }
    for (size_t i = 0; i < group->n_children; i++) {
        node *child = group->children[i];
        if (child->key && strcmp(child->key, key) == 0) {
            child->read = true;
            return child;
        }
    }
    return NULL;
}

void node_mark(node *n) {
    n->read = true;
    for (size_t i = 0; i < n->n_children; i++) node_mark(n->children[i]);
}

bool node_is_number(const node *n) { return n->type == NODE_INTEGER || n->type == NODE_REAL; }

static void path_of(const node *n, text *out) {
    if (!n->parent) return;
    path_of(n->parent, out);
    if (n->key) text_add(out, "%s%s", out->length ? "." : "", n->key);
    else
        for (size_t i = 0; i < n->parent->n_children; i++)
            if (n->parent->children[i] == n) text_add(out, "[%zu]", i);
}

static void value_of(const node *n, text *out) {
    char number[NUMBER_SIZE];
    switch (n->type) {
    case NODE_INTEGER: text_add(out, " = %lld", (long long)n->integer); break;
    case NODE_BOOLEAN: text_add(out, n->integer ? " = true" : " = false"); break;
    case NODE_TEXT: text_add(out, " = \"%.200s\"", n->text); break;
    case NODE_REAL:
        number_text(number, n->real);
        text_add(out, " = %s%s", number, strpbrk(number, ".en") ? "" : ".0");
        break;
    default: break;
    }
}

bool fail_at(failure *f, const node *n, const char *format, ...) {
    text where = {0};
    char what[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    text_add(&where, "%s:", n->file ? n->file : "");
    if (n->line) text_add(&where, "%u:", n->line);
    text name = {0};
    path_of(n, &name);
    if (name.length) text_add(&where, " %s", text_of(&name));
    value_of(n, &where);
    fail(f, STATUS_WRONG, "%s%s %s", text_of(&where), name.length ? ":" : "", what);
    text_free(&name);
    text_free(&where);
    return false;
}

bool node_get_group(node *group, const char *key, node **out, failure *f) {
    *out = node_get(group, key);
    if (*out && (*out)->type != NODE_GROUP) return fail_at(f, *out, "must be a group { ... }");
    return true;
}

bool node_get_text(node *group, const char *key, const char **out, failure *f) {
    node *n = node_get(group, key);
    *out = NULL;
    if (!n) return true;
    if (n->type != NODE_TEXT) return fail_at(f, n, "must be a text in quotes");
    *out = n->text;
    return true;
}

bool node_get_natural(node *group, const char *key, uint64_t min, uint64_t max, uint64_t *out,
                      failure *f) {
    node *n = node_get(group, key);
    if (!n) return true;
    if (n->type != NODE_INTEGER || n->integer < 0 || (uint64_t)n->integer < min ||
        (uint64_t)n->integer > max)
        return fail_at(f, n, "must be a whole number %llu..%llu", (unsigned long long)min,
                       (unsigned long long)max);
    *out = (uint64_t)n->integer;
    return true;
}

bool node_get_real(node *group, const char *key, double min, double max, double *out, failure *f) {
    node *n = node_get(group, key);
    if (!n) return true;
    if (!node_is_number(n) || !(n->real >= min && n->real <= max))
        return fail_at(f, n, "must be a number %g..%g", min, max);
    *out = n->real;
    return true;
}

bool node_get_boolean(node *group, const char *key, bool *out, failure *f) {
    node *n = node_get(group, key);
    if (!n) return true;
    if (n->type != NODE_BOOLEAN) return fail_at(f, n, "must be true or false");
    *out = n->integer != 0;
    return true;
}

bool node_all_read(const node *n, failure *f) {
    if (!n->read && n->parent) {
        const char *near =
            n->key ? nearest_name(n->key, n->parent->known, n->parent->n_known) : NULL;
        if (near) return fail_at(f, n, "no such key; did you mean \"%s\"?", near);
        return fail_at(f, n, "no such key");
    }
    for (size_t i = 0; i < n->n_children; i++)
        if (!node_all_read(n->children[i], f)) return false;
    return true;
}

bool config_all_read(config *c, failure *f) { return node_all_read(c->root, f); }
