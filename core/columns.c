#include "columns.h"
#include "memory.h"
#include "param.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the header ----------------------------------------------------------------------------- */

static bool no_such_parameter(const instance *in, const char *path, const char *name, failure *f) {
    const char **keys = memory_new(in->n_params, sizeof *keys);
    for (uint32_t i = 0; i < in->n_params; i++) keys[i] = in->params[i].key;
    const char *near = nearest_name(strchr(name, '.') + 1, keys, in->n_params);
    free(keys);
    return fail(f, STATUS_WRONG, "%s:1: %s: %s has no such parameter%s%s%s", path, name,
                in->plugin->id, near ? "; did you mean \"" : "", near ? near : "",
                near ? "\"?" : "");
}

/* Column NAME ends in BRACKET, "" or "[3]", of parameter I of IN, whose numbers begin at FIRST. */
static bool take_parameter(const instance *in, uint32_t i, const char *bracket, const char *path,
                           uint32_t first, column *out, failure *f) {
    const cim_param *p = &in->params[i];
    const uint32_t elements = instance_elements(in, i);
    char *end = NULL;
    const unsigned long element = *bracket ? strtoul(bracket + 1, &end, 10) : 0;
    out->p = p;
    out->first = first + (uint32_t)element;
    out->n = *bracket ? 1 : elements;
    if (p->type == CIM_TEXT || (p->flags & CIM_PARAM_FIXED))
        return fail(f, STATUS_WRONG, "%s:1: %s: is fixed for the whole study: use --set", path,
                    out->name);
    if (!*bracket || (end > bracket + 1 && strcmp(end, "]") == 0 && element < elements))
        return true;
    return fail(f, STATUS_WRONG, "%s:1: %s: must be an element [0]..[%u]", path, out->name,
                elements - 1);
}

/* Where column OUT->name goes: a parameter's numbers of a design. */
static bool resolve(const study *s, const char *path, column *out, failure *f) {
    const char *name = out->name, *dot = strchr(name, '.');
    if (!dot) return true;
    uint32_t base = 0;
    for (uint32_t o = 0; o < s->space.n_owners; base += s->space.owners[o]->n_numbers, o++) {
        const instance *in = s->space.owners[o];
        const size_t section = (size_t)(dot - name), key = strcspn(dot + 1, "[");
        if (strlen(in->section) != section || strncmp(name, in->section, section) != 0) continue;
        for (uint32_t i = 0; i < in->n_params; i++)
            if (strlen(in->params[i].key) == key && strncmp(in->params[i].key, dot + 1, key) == 0)
                return take_parameter(in, i, dot + 1 + key, path, base + in->first[i], out, f);
        return no_such_parameter(in, path, name, f);
    }
    text sections = {0};
    for (uint32_t o = 0; o < s->space.n_owners; o++)
        text_add(&sections, "%s%s.", o == 0 ? "" : o + 1 == s->space.n_owners ? " or " : ", ",
                 s->space.owners[o]->section);
    fail(f, STATUS_WRONG, "%s:1: %s: must begin with %s", path, name, text_of(&sections));
    text_free(&sections);
    return false;
}

/* A parameter's key alone is a label, but may have been meant otherwise. */
static void warn_of_label(const study *s, const char *path, const char *name) {
    for (uint32_t o = 0; o < s->space.n_owners; o++)
        if (instance_find_param(s->space.owners[o], name) >= 0)
            fprintf(stderr,
                    "cimdse: %s:1: %s: is a label, and changes nothing: the parameter is %s.%s\n",
                    path, name, s->space.owners[o]->section, name);
}

bool columns_add(columns *c, const study *s, const char *path, const char *name, failure *f) {
    MEMORY_ROOM(c->list, c->n);
    column *out = &c->list[c->n++];
    *out = (column){.name = memory_text(name)};
    if (!resolve(s, path, out, f)) return false;
    if (!out->p) warn_of_label(s, path, name);
    for (size_t i = 0; out->p && i + 1 < c->n; i++) {
        if (!c->list[i].p || strcmp(c->list[i].name, name) != 0) continue;
        fprintf(stderr, "cimdse: %s:1: %s: is there twice: the first one counts\n", path, name);
        out->p = NULL;
    }
    return true;
}

void columns_free(columns *c) {
    for (size_t i = 0; i < c->n; i++) free(c->list[i].name);
    free(c->list);
    *c = (columns){0};
}

/* ---- rows ----------------------------------------------------------------------------------- */

static const char *skip_blanks(const char *at) { return at + strspn(at, " \t"); }

/* CHARS, up to a comma, as element I of column TO. Returns what follows, or NULL. */
static const char *take_element(const column *to, uint32_t i, const char *chars, double *design,
                                text *rule) {
    char one[64];
    chars = skip_blanks(chars);
    size_t n = strcspn(chars, ","), used = n;
    while (used && strchr(" \t", chars[used - 1])) used--;
    if (i == to->n || used >= sizeof one) {
        text_add(rule, "at most %u values", to->n);
        return NULL;
    }
    memcpy(one, chars, used);
    one[used] = '\0';
    return param_from_text(to->p, one, &design[to->first + i], rule) ? chars + n : NULL;
}

static bool take_list(const column *to, const char *chars, double *design, text *rule) {
    uint32_t i = 0;
    for (;; chars++) {
        chars = take_element(to, i++, chars, design, rule);
        if (!chars) return false;
        if (!*chars) break;
    }
    const bool open = (to->p->flags & CIM_PARAM_FROM_NETWORK) != 0;
    if (i < to->n && !open) text_add(rule, "%u values, or one for all", to->n);
    for (uint32_t k = i; open && k < to->n; k++) design[to->first + k] = (double)NAN;
    return i == to->n || open;
}

static bool take_cell(const column *to, const char *chars, double *design, text *rule) {
    double number;
    if (to->n > 1 && strchr(chars, ',')) return take_list(to, chars, design, rule);
    if (!param_from_text(to->p, chars, &number, rule)) return false;
    for (uint32_t k = 0; k < to->n; k++) design[to->first + k] = number;
    return true;
}

void columns_design(const columns *c, const study *s, const csv_row *row, const double *base,
                    double *design, result *r) {
    const evaluator *e = &s->evaluator;
    memcpy(design, base, s->space.n_numbers * sizeof *design);
    r->outcome = 0;
    if (row->n != c->n) {
        result_fail(r, e->n_metrics, evaluator_slacks(e),
                    "line %llu: %zu cells, and the header has %zu", (unsigned long long)row->line,
                    row->n, c->n);
        return;
    }
    for (size_t i = 0; i < c->n && !r->outcome; i++) {
        const column *to = &c->list[i];
        const char *chars = csv_cell(row, i);
        text rule = {0};
        if (to->p && chars[0] && strcmp(chars, "-") != 0 && !take_cell(to, chars, design, &rule))
            result_fail(r, e->n_metrics, evaluator_slacks(e), "line %llu: %s = %.60s: must be %s",
                        (unsigned long long)row->line, to->name, chars, text_of(&rule));
        text_free(&rule);
    }
}

json_t *columns_json(const column *c, const char *chars) {
    if (!c->p) return json_text(chars);
    if (!chars[0] || strcmp(chars, "-") == 0) return json_null();
    column alone = *c;
    double *numbers = memory_new(c->n, sizeof *numbers);
    text rule = {0};
    alone.first = 0;
    json_t *is = NULL;
    if (!take_cell(&alone, chars, numbers, &rule)) is = json_text(chars);
    else if (c->n == 1 || !strchr(chars, ',')) is = json_parameter(c->p, numbers[0]);
    else is = json_array();
    for (uint32_t k = 0; json_is_array(is) && k < c->n; k++)
        json_array_append_new(is, json_parameter(c->p, numbers[k]));
    text_free(&rule);
    free(numbers);
    return is;
}
