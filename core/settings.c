#include "settings.h"
#include "file_sum.h"
#include "choice.h"
#include "memory.h"
#include "param.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct reading {
    instance *in;
    space *s;                /* NULL: dimensions are not wanted */
    uint32_t param;
    const cim_param *p;
    uint32_t n_elements;
    bool *done;              /* elements that an exception has settled */
    failure *f;
} reading;

static bool is_vector(const cim_param *p) { return p->length || p->index_set; }

static const char *set_name(const cim_param *p) { return p->index_set ? p->index_set : "element"; }

/* ---- texts ---------------------------------------------------------------------------------- */

/* A study reads its files more than once. */
static bool check_path(const reading *r, const node *n, const char *path) {
    const bool is_read = r->p->flags & CIM_PARAM_PATH && !(r->p->flags & CIM_PARAM_WRITTEN);
    return !is_read || !path[0] || !file_is_special(path) ||
           fail_at(r->f, n, "is a pipe or a device: must be a file or a folder");
}

static bool read_text(reading *r, const node *n) {
    if (n->type != NODE_TEXT) return fail_at(r->f, n, "must be a text in quotes");
    const char *value = n->text;
    if ((r->p->flags & CIM_PARAM_PATH) && value[0] && value[0] != '/') {
        const node *root = n;
        while (root->parent) root = root->parent;
        text path = {0};
        text_add(&path, "%s/%s", root->text ? root->text : ".", value);
        MEMORY_ROOM(r->in->paths, r->in->n_paths);
        value = r->in->paths[r->in->n_paths++] = path.chars;
    }
    r->in->texts[r->param] = value;
    return check_path(r, n, value);
}

/* ---- numbers -------------------------------------------------------------------------------- */

/* One choice for element E, or, with CIM_ALL_ELEMENTS, the same one for all that are left. */
static bool apply(reading *r, const choice *c, uint32_t e, const node *where) {
    uint32_t first = r->in->first[r->param];
    int32_t ruled_by = -1;
    if (c->searched && (r->in->fixed || !param_may_be_searched(r->p, r->in->plugin->kind)))
        return fail_at(r->f, where, "is fixed for the whole study: give one value");
    if (c->searched && r->s) {
        dimension d = choice_dimension(c);
        text name = {0};
        text_add(&name, "%s.%s", r->in->section, r->p->key);
        if (e != CIM_ALL_ELEMENTS) text_add(&name, "[%u]", e);
        d.is.name = name.chars;
        d.owner = r->in;
        d.param = r->param;
        d.element = is_vector(r->p) ? e : 0;
        if (!space_add(r->s, d, where, r->f)) return false;
        ruled_by = (int32_t)r->s->n_dimensions - 1;
    }
    for (uint32_t i = 0; i < r->n_elements; i++) {
        if (e == CIM_ALL_ELEMENTS ? r->done[i] : i != e) continue;
        r->done[i] = true;
        r->in->dimension[first + i] = ruled_by;
        if (!c->searched) r->in->base[first + i] = c->number;
    }
    return true;
}

static bool element_index(reading *r, const node *n, uint32_t *out) {
    const cim_index_set *set = NULL;
    for (uint32_t i = 0; i < r->in->n_sets; i++)
        if (r->p->index_set && strcmp(r->in->sets[i].name, r->p->index_set) == 0)
            set = &r->in->sets[i];
    if (n->type == NODE_TEXT && set && set->element_names) {
        for (*out = 0; *out < set->size; ++*out)
            if (strcmp(set->element_names[*out], n->text) == 0) return true;
        const char *near = nearest_name(n->text, set->element_names, set->size);
        return fail_at(r->f, n, "no element of %s has that name%s%s%s", set->name,
                       near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
    if (n->type != NODE_INTEGER || n->integer < 0 || n->integer >= (int64_t)r->n_elements)
        return fail_at(r->f, n, "must be an element 0..%u of %s", r->n_elements - 1,
                       set_name(r->p));
    *out = (uint32_t)n->integer;
    return true;
}

static bool read_exception(reading *r, node *n) {
    if (n->type != NODE_GROUP) return fail_at(r->f, n, "must be a group { i = ...; value = ...; }");
    n->read = true;
    node *i = node_get(n, "i");
    uint32_t e = 0;
    choice c;
    if (!i) return fail_at(r->f, n, "needs i, the element that it is for");
    if (!element_index(r, i, &e)) return false;
    if (r->done[e]) return fail_at(r->f, i, "has two exceptions");
    if (!choice_read(r->p, n, &c, r->f)) return false;
    bool good = c.given ? apply(r, &c, e, n)
                        : fail_at(r->f, n, "needs one of value, choices, or min and max");
    choice_free(&c);
    return good;
}

static bool read_exceptions(reading *r, node *n) {
    node *at = n->type == NODE_GROUP ? node_get(n, "at") : NULL;
    if (!at) return true;
    if (!is_vector(r->p)) return fail_at(r->f, at, "is for vectors, and %s is a scalar", r->p->key);
    if (at->type != NODE_LIST) return fail_at(r->f, at, "must be a list ( { i = ...; } )");
    for (size_t i = 0; i < at->n_children; i++)
        if (!read_exception(r, at->children[i])) return false;
    return true;
}

/* Is there one dimension an element? */
static bool read_per(reading *r, node *n, bool *per_element) {
    const char *per = NULL;
    *per_element = false;
    if (n->type != NODE_GROUP) return true;
    if (!node_get_text(n, "per", &per, r->f)) return false;
    if (!per) return true;
    if (!is_vector(r->p))
        return fail_at(r->f, node_get(n, "per"), "is for vectors, and %s is a scalar", r->p->key);
    if (strcmp(per, set_name(r->p)) != 0)
        return fail_at(r->f, node_get(n, "per"), "%s runs over \"%s\"", r->p->key, set_name(r->p));
    *per_element = true;
    return true;
}

static bool read_whole_vector(const cim_param *p, const node *values, uint32_t n, double *numbers,
                              failure *f) {
    if (values->n_children != n)
        return fail_at(f, values, "%zu values, and %s has %u elements", values->n_children, p->key,
                       n);
    for (uint32_t i = 0; i < n; i++)
        if (!param_from_node(p, values->children[i], &numbers[i], f)) return false;
    return true;
}

/* { value = [ ... ] } of a vector. */
static node *whole_vector(const cim_param *p, node *n) {
    if (!is_vector(p) || n->type != NODE_GROUP) return NULL;
    node *value = node_get(n, "value");
    return value && (value->type == NODE_ARRAY || value->type == NODE_LIST) ? value : NULL;
}

static bool read_numbers(reading *r, node *n) {
    uint32_t first = r->in->first[r->param];
    bool per_element;
    node *values = whole_vector(r->p, n);
    if (!read_per(r, n, &per_element)) return false;
    if (values) {
        node_mark(values);
        if (n->n_children > 1)
            return fail_at(r->f, n, "{ value = [ ... ] } says all: nothing may stand beside it");
        return read_whole_vector(r->p, values, r->n_elements, &r->in->base[first], r->f);
    }
    const bool is_fixed = r->in->fixed || !param_may_be_searched(r->p, r->in->plugin->kind);
    if (is_fixed && is_vector(r->p) && (n->type == NODE_ARRAY || n->type == NODE_LIST))
        return fail_at(r->f, n, "is fixed for the whole study, and an array has choices: give one "
                       "value, or { value = [ ... ]; } with that of each of its %u elements",
                       r->n_elements);
    choice c;
    if (!read_exceptions(r, n) || !choice_read(r->p, n, &c, r->f)) return false;
    bool good = true;
    if (c.given && (per_element && c.searched))
        for (uint32_t e = 0; good && e < r->n_elements; e++)
            good = r->done[e] || apply(r, &c, e, n);
    else if (c.given) good = apply(r, &c, CIM_ALL_ELEMENTS, n);
    else if (!node_get(n, "at"))
        good = fail_at(r->f, n, "needs one of value, choices, or min and max");
    choice_free(&c);
    return good;
}

static bool read_param(reading *r) {
    node *n = node_get(r->in->group, r->p->key);
    if (!n) {
        if (!(r->p->flags & CIM_PARAM_REQUIRED)) return true;
        return fail_at(r->f, r->in->group, "%s has no default: it must be given", r->p->key);
    }
    if (r->p->type == CIM_TEXT) return read_text(r, n);
    r->n_elements = instance_elements(r->in, r->param);
    if (!r->n_elements) {    /* a vector over a set that is not known yet: in the second reading */
        node_mark(n);
        return true;
    }
    r->done = memory_new(r->n_elements, sizeof *r->done);
    bool good = read_numbers(r, n);
    free(r->done);
    return good;
}

bool settings_read(instance *in, space *s, failure *f) {
    node_get(in->group, "plugin");
    if (in->plugin->kind == CIM_HWMODEL) node_get(in->group, "target");
    for (uint32_t i = 0; i < in->n_params; i++) {
        reading r = {.in = in, .s = s, .param = i, .p = &in->params[i], .f = f};
        if (!read_param(&r)) return false;
    }
    return true;
}

bool settings_fix(const instance *in, uint32_t param, node *n, double *numbers, failure *f) {
    const cim_param *p = &in->params[param];
    uint32_t first = in->first[param], size = instance_elements(in, param);
    if (p->type == CIM_TEXT || (p->flags & CIM_PARAM_FIXED))
        return fail_at(f, n, "is fixed for the whole study");
    node_mark(n);
    node *values = whole_vector(p, n);
    if (!values && is_vector(p) && n->type == NODE_ARRAY) values = n;
    if (values) return read_whole_vector(p, values, size, &numbers[first], f);
    double number = 0;
    if (!param_from_node(p, n, &number, f)) return false;
    for (uint32_t i = 0; i < size; i++) numbers[first + i] = number;
    return true;
}

bool settings_check_overrides(const instance *hwmodel, const instance *workload, failure *f) {
    for (uint32_t i = 0; i < hwmodel->n_params; i++) {
        const cim_param *p = &hwmodel->params[i];
        if (!(p->flags & CIM_PARAM_FROM_NETWORK) || !p->overrides) continue;
        node *n = node_get(hwmodel->group, p->key);
        int other = instance_find_param(workload, p->overrides);
        if (!n || other < 0) continue;
        for (uint32_t k = workload->first[other]; k < workload->first[other + 1]; k++)
            if (workload->dimension[k] >= 0)
                return fail_at(f, n, "would override %s.%s, which is searched: drop one of them",
                               workload->section, p->overrides);
    }
    return true;
}
