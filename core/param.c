#include "param.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A range without end has max = DBL_MAX, which people write inf. */
static const char no_end[] = "inf";

static void add_number(text *out, double value) {
    char number[NUMBER_SIZE];
    number_text(number, value);
    text_add(out, "%s", value == DBL_MAX ? no_end : number);
}

void param_rule(const cim_param *p, text *out) {
    if (p->type == CIM_TEXT) text_add(out, "a text in quotes");
    else if (p->type == CIM_BOOLEAN) text_add(out, "true or false");
    else if (p->type == CIM_CATEGORY || (p->levels && p->n_levels)) {
        text_add(out, "one of ");
        for (uint32_t i = 0; i < p->n_levels; i++) {
            if (i) text_add(out, ", ");
            if (p->type == CIM_CATEGORY) text_add(out, "\"%s\"", p->names[i]);
            else add_number(out, p->levels[i]);
        }
    } else {
        text_add(out, p->type == CIM_INTEGER ? "an integer " : "a number ");
        add_number(out, p->min);
        text_add(out, "..");
        add_number(out, p->max);
        if (p->unit[0]) text_add(out, " %s", p->unit);
    }
}

bool param_allows(const cim_param *p, double number) {
    if (p->type == CIM_BOOLEAN) return number == 0 || number == 1;
    if (p->type == CIM_CATEGORY)
        return number >= 0 && number < p->n_levels && number == floor(number);
    if (!(number >= p->min && number <= p->max)) return false;
    if (p->type == CIM_INTEGER && number != floor(number)) return false;
    if (!p->levels || !p->n_levels) return true;
    for (uint32_t i = 0; i < p->n_levels; i++)
        if (p->levels[i] == number) return true;
    return false;
}

static bool category_index(const cim_param *p, const char *name, double *number) {
    for (uint32_t i = 0; i < p->n_levels; i++)
        if (strcmp(p->names[i], name) == 0) {
            *number = i;
            return true;
        }
    return false;
}

/* A name that is a whole number may be written as one: "ideal", 4, 8. */
static bool category_node(const cim_param *p, const node *n, double *number) {
    char chars[32];
    if (n->type == NODE_TEXT) return category_index(p, n->text, number);
    snprintf(chars, sizeof chars, "%lld", (long long)n->integer);
    return n->type == NODE_INTEGER && category_index(p, chars, number);
}

static bool read_number(const cim_param *p, const char *chars, double *number) {
    if (strcmp(chars, no_end) != 0 || p->type != CIM_REAL) return number_read(chars, number);
    *number = DBL_MAX;
    return true;
}

static bool real_node(const cim_param *p, const node *n, double *number) {
    if (n->type == NODE_TEXT)
        return strcmp(n->text, no_end) == 0 && read_number(p, n->text, number);
    *number = n->real;
    return node_is_number(n) && isfinite(n->real);
}

static bool node_number(const cim_param *p, const node *n, double *number) {
    switch (p->type) {
    case CIM_INTEGER: *number = n->real; return n->type == NODE_INTEGER;
    case CIM_REAL: return real_node(p, n, number);
    case CIM_BOOLEAN: *number = n->integer ? 1 : 0; return n->type == NODE_BOOLEAN;
    case CIM_CATEGORY: return category_node(p, n, number);
    default: return false;
    }
}

bool param_from_node(const cim_param *p, const node *n, double *number, failure *f) {
    if (node_number(p, n, number) && param_allows(p, *number)) return true;
    text rule = {0};
    param_rule(p, &rule);
    const char *near = p->type == CIM_CATEGORY && n->type == NODE_TEXT
                           ? nearest_name(n->text, p->names, p->n_levels) : NULL;
    if (near) fail_at(f, n, "must be %s; did you mean \"%s\"?", text_of(&rule), near);
    else fail_at(f, n, "must be %s", text_of(&rule));
    text_free(&rule);
    return false;
}

bool param_from_text(const cim_param *p, const char *chars, double *number, text *rule) {
    bool good = false;
    if (p->type == CIM_CATEGORY) good = category_index(p, chars, number);
    else if (p->type == CIM_BOOLEAN) {
        bool yes = strcmp(chars, "true") == 0 || strcmp(chars, "1") == 0;
        good = yes || strcmp(chars, "false") == 0 || strcmp(chars, "0") == 0;
        *number = yes;
    } else if (p->type != CIM_TEXT)
        good = read_number(p, chars, number) && param_allows(p, *number);
    if (!good) param_rule(p, rule);
    return good;
}

void param_to_text(const cim_param *p, double number, text *out) {
    if (isnan(number)) return;
    if (p->type == CIM_BOOLEAN) text_add(out, number != 0 ? "true" : "false");
    else if (p->type == CIM_CATEGORY && number >= 0 && number < p->n_levels)
        text_add(out, "%s", p->names[(uint32_t)number]);
    else add_number(out, number);
}

bool param_may_be_searched(const cim_param *p, uint32_t kind) {
    return (kind == CIM_WORKLOAD || kind == CIM_HWMODEL) && !(p->flags & CIM_PARAM_FIXED) &&
           p->type != CIM_TEXT;
}
