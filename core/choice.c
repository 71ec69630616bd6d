#include "choice.h"
#include "memory.h"
#include "param.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double middle_or_default(const cim_param *p, const dimension *d) {
    if (p->flags & (CIM_PARAM_REQUIRED | CIM_PARAM_FROM_NETWORK))
        return d->is.kind == CIM_REAL_RANGE ? (d->is.min + d->is.max) / 2
                                            : floor((double)d->is.n_levels / 2);
    double want = p->default_value, best = 0;
    if (d->is.kind == CIM_REAL_RANGE) return fmin(fmax(want, d->is.min), d->is.max);
    if (d->is.kind == CIM_INTEGER_RANGE) {
        double level = floor((want - d->is.min) / d->is.step + 0.5);
        return fmin(fmax(level, 0), (double)(d->is.n_levels - 1));
    }
    for (uint64_t i = 1; i < d->is.n_levels; i++)
        if (fabs(d->numbers[i] - want) < fabs(d->numbers[(uint64_t)best] - want)) best = (double)i;
    return best;
}

/* Names of a categorical dimension's levels. */
static void name_levels(const cim_param *p, dimension *d) {
    static const char *const truths[] = {"false", "true"};
    const char **names = memory_new(d->is.n_levels, sizeof *names);
    for (uint64_t i = 0; i < d->is.n_levels; i++) {
        uint32_t index = (uint32_t)d->numbers[i];
        names[i] = p->type == CIM_BOOLEAN ? truths[index] : p->names[index];
    }
    d->is.names = names;
    d->is.min = 0;
    d->is.max = (double)(d->is.n_levels - 1);
}

static void finish(const cim_param *p, choice *out) {
    dimension *d = &out->d;
    out->given = true;
    d->is.unit = p->unit;
    if (d->is.kind == CIM_ORDINAL || d->is.kind == CIM_CATEGORICAL) {
        if (d->is.n_levels == 1) {
            out->number = d->numbers[0];
            return;
        }
        if (d->is.kind == CIM_CATEGORICAL) name_levels(p, d);
        else {
            d->is.levels = d->numbers;
            d->is.min = d->numbers[0];
            d->is.max = d->numbers[d->is.n_levels - 1];
        }
    }
    out->searched = true;
    d->is.default_coordinate = middle_or_default(p, d);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool read_choices(const cim_param *p, node *n, choice *out, failure *f) {
    if (n->type != NODE_ARRAY && n->type != NODE_LIST)
        return fail_at(f, n, "choices must be an array [ ... ]");
    if (!n->n_children) return fail_at(f, n, "an empty list of choices");
    node_mark(n);
    dimension *d = &out->d;
    d->numbers = memory_new(n->n_children, sizeof *d->numbers);
    d->is.n_levels = n->n_children;
    bool ordered = p->type == CIM_INTEGER || p->type == CIM_REAL;
    d->is.kind = ordered ? CIM_ORDINAL : CIM_CATEGORICAL;
    for (size_t i = 0; i < n->n_children; i++) {
        if (!param_from_node(p, n->children[i], &d->numbers[i], f)) return false;
        for (size_t j = 0; j < i; j++)
            if (d->numbers[j] == d->numbers[i])
                return fail_at(f, n->children[i], "is in the list twice");
    }
    if (ordered) qsort(d->numbers, n->n_children, sizeof *d->numbers, ascending);
    finish(p, out);
    return true;
}

/* Those of the parameter's own levels that lie in min..max. */
static bool own_levels(const cim_param *p, const node *n, double min, double max, choice *out,
                       failure *f) {
    dimension *d = &out->d;
    d->numbers = memory_new(p->n_levels, sizeof *d->numbers);
    d->is.kind = CIM_ORDINAL;
    for (uint32_t i = 0; i < p->n_levels; i++)
        if (p->levels[i] >= min && p->levels[i] <= max) d->numbers[d->is.n_levels++] = p->levels[i];
    if (!d->is.n_levels) return fail_at(f, n, "no allowed value lies in min..max");
    finish(p, out);
    return true;
}

/* The decimal that a person means by 0.1 + 2 * 0.1. */
static double as_written(double value) {
    char chars[NUMBER_SIZE];
    snprintf(chars, sizeof chars, "%.15g", value);
    return strtod(chars, NULL);
}

static bool stepped(const cim_param *p, const node *n, double step, choice *out, failure *f) {
    dimension *d = &out->d;
    double span = (d->is.max - d->is.min) / step, levels = floor(span + 1e-9) + 1;
    if (p->type == CIM_INTEGER) {
        d->is.kind = CIM_INTEGER_RANGE;
        d->is.step = step;
        d->is.n_levels = (uint64_t)levels;
        d->is.max = d->is.min + (levels - 1) * step;
        if (levels < 2)
            return fail_at(f, n, "step = %g leaves one value: write it as a scalar", step);
        finish(p, out);
        return true;
    }
    if (levels < 2) return fail_at(f, n, "step = %g leaves one value: write it as a scalar", step);
    if (levels > SPACE_MAX_LEVELS)
        return fail_at(f, n, "%g steps: at most %d are allowed", levels, SPACE_MAX_LEVELS);
    d->is.kind = CIM_ORDINAL;
    d->is.n_levels = (uint64_t)levels;
    d->numbers = memory_new(d->is.n_levels, sizeof *d->numbers);
    for (uint64_t i = 0; i < d->is.n_levels; i++)
        d->numbers[i] = fmin(as_written(d->is.min + (double)i * step), d->is.max);
    finish(p, out);
    return true;
}

static bool read_ends(const cim_param *p, node *n, node *low, node *high, choice *out, failure *f) {
    if (!low || !high) return fail_at(f, n, "needs both min and max");
    cim_param range = *p; /* the ends of a range need not be levels of their own */
    if (p->type == CIM_CATEGORY || p->type == CIM_BOOLEAN)
        return fail_at(f, n, "min and max are for numbers: use choices");
    range.levels = NULL;
    range.n_levels = 0;
    if (!param_from_node(&range, low, &out->d.is.min, f) ||
        !param_from_node(&range, high, &out->d.is.max, f))
        return false;
    if (!(out->d.is.min < out->d.is.max)) return fail_at(f, high, "max must be above min");
    return true;
}

static bool read_range(const cim_param *p, node *n, node *low, node *high, choice *out,
                       failure *f) {
    node *by = node_get(n, "step");
    bool logarithmic = false;
    dimension *d = &out->d;
    if (!read_ends(p, n, low, high, out, f) || !node_get_boolean(n, "log", &logarithmic, f))
        return false;
    if (d->is.max == DBL_MAX)
        return fail_at(f, high, "a range has an end: list it among choices, as in (10.0, \"inf\")");
    if (by && logarithmic) return fail_at(f, by, "a range has a step or a log scale, not both");
    if (logarithmic && !(d->is.min > 0))
        return fail_at(f, low, "min must be above 0 where log = true");
    d->is.log_scale = logarithmic;
    if (p->levels && p->n_levels) {
        if (by || logarithmic)
            return fail_at(f, n, "only certain values are allowed: no step, no log");
        return own_levels(p, n, d->is.min, d->is.max, out, f);
    }
    if (by && (!node_is_number(by) || !(by->real > 0) || !isfinite(by->real)))
        return fail_at(f, by, "must be a number above 0");
    if (by && p->type == CIM_INTEGER && by->type != NODE_INTEGER)
        return fail_at(f, by, "must be an integer");
    if (by || p->type == CIM_INTEGER) return stepped(p, n, by ? by->real : 1, out, f);
    d->is.kind = CIM_REAL_RANGE;
    finish(p, out);
    return true;
}

static bool read_group(const cim_param *p, node *n, choice *out, failure *f) {
    node *choices = node_get(n, "choices"), *value = node_get(n, "value");
    node *low = node_get(n, "min"), *high = node_get(n, "max");
    if ((choices != NULL) + (value != NULL) + (low || high) > 1)
        return fail_at(f, n, "needs one of choices, value, or min and max");
    if (choices) return read_choices(p, choices, out, f);
    if (low || high) return read_range(p, n, low, high, out, f);
    if (!value) return true;
    out->given = true;
    if (value->type <= NODE_ARRAY)
        return fail_at(f, value, "must be one value: an array of values is for a whole vector");
    return param_from_node(p, value, &out->number, f);
}

bool choice_read(const cim_param *p, node *n, choice *out, failure *f) {
    *out = (choice){0};
    bool good;
    if (n->type == NODE_GROUP) good = read_group(p, n, out, f);
    else if (n->type == NODE_ARRAY || n->type == NODE_LIST) good = read_choices(p, n, out, f);
    else good = out->given = param_from_node(p, n, &out->number, f);
    if (!good) choice_free(out);
    return good;
}

dimension choice_dimension(const choice *c) {
    dimension d = c->d;
    if (c->d.numbers) {
        d.numbers = memory_new(d.is.n_levels, sizeof *d.numbers);
        memcpy(d.numbers, c->d.numbers, d.is.n_levels * sizeof *d.numbers);
    }
    if (c->d.is.levels) d.is.levels = d.numbers;
    if (c->d.is.names) {
        const char **names = memory_new(d.is.n_levels, sizeof *names);
        memcpy(names, c->d.is.names, d.is.n_levels * sizeof *names);
        d.is.names = names;
    }
    return d;
}

void choice_free(choice *c) {
    free(c->d.numbers);
    free((char **)(uintptr_t)c->d.is.names);
    *c = (choice){0};
}
