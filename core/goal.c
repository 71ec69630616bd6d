#include "goal.h"
#include "memory.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *at) {
    while (isspace((unsigned char)*at)) at++;
    return at;
}

static bool unknown_metric(const node *n, const char *name, const metric *metrics, uint32_t count,
                           failure *f) {
    const char **names = memory_new(count, sizeof *names);
    text list = {0};
    for (uint32_t i = 0; i < count; i++) {
        names[i] = metrics[i].name;
        text_add(&list, "%s%s", i ? ", " : "", metrics[i].name);
    }
    const char *near = nearest_name(name, names, count);
    fail_at(f, n, "no plug-in reports a metric \"%s\"%s%s%s; there are %s", name,
            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "", text_of(&list));
    free(names);
    text_free(&list);
    return false;
}

static bool read_factor(const node *n, const char **at, const metric *metrics, uint32_t count,
                        uint32_t *out, failure *f) {
    char name[64];
    size_t length = 0;
    *at = skip_blanks(*at);
    while ((isalnum((unsigned char)**at) || (**at && strchr("_.[]", **at))) &&
           length + 1 < sizeof name)
        name[length++] = *(*at)++;
    name[length] = '\0';
    if (!length) return fail_at(f, n, "expected the name of a metric at \"%s\"", *at);
    for (*out = 0; *out < count; ++*out)
        if (strcmp(metrics[*out].name, name) == 0) return true;
    return unknown_metric(n, name, metrics, count, f);
}

/* A metric over itself is 1, or not a number: the last factor of E against those before it. */
static bool check_factor(const node *n, const expression *e, const metric *metrics, failure *f) {
    const uint32_t last = e->n - 1;
    for (uint32_t i = 0; i < last; i++)
        if (e->metric[i] == e->metric[last] && e->divides[i] != e->divides[last])
            return fail_at(f, n, "divides %s by itself, which leaves nothing of it: drop both",
                           metrics[e->metric[last]].name);
    return true;
}

bool expression_same(const expression *a, const expression *b) {
    bool taken[EXPRESSION_MAX] = {false};
    for (uint32_t i = 0; i < a->n; i++) {
        uint32_t k = 0;
        while (k < b->n && (taken[k] || a->metric[i] != b->metric[k] ||
                            a->divides[i] != b->divides[k]))
            k++;
        if (k == b->n) return false;
        taken[k] = true;
    }
    return a->n == b->n;
}

static bool read_expression(const node *n, const char **at, const metric *metrics, uint32_t count,
                            expression *out, failure *f) {
    bool divides = false;
    *out = (expression){0};
    for (;;) {
        if (out->n == EXPRESSION_MAX)
            return fail_at(f, n, "at most %d metrics in one product", EXPRESSION_MAX);
        out->divides[out->n] = divides;
        if (!read_factor(n, at, metrics, count, &out->metric[out->n++], f) ||
            !check_factor(n, out, metrics, f))
            return false;
        *at = skip_blanks(*at);
        if (**at != '*' && **at != '/') return true;
        divides = *(*at)++ == '/';
    }
}

bool metric_error(double relative_error, text *out) {
    if (!(relative_error > 0)) return false;
    if (relative_error < 1e-6) text_add(out, "exact to");
    else text_add(out, "typical error %.2g %% against", 100 * relative_error);
    return true;
}

void expression_name(const expression *e, const metric *metrics, text *name, text *unit) {
    for (uint32_t i = 0; i < e->n; i++) {
        const metric *m = &metrics[e->metric[i]];
        const char *sign = e->divides[i] ? "/" : "*";
        text_add(name, "%s%s", i ? sign : "", m->name);
        if (m->unit[0])
            text_add(unit, "%s%s", unit->length ? sign : e->divides[i] ? "1/" : "", m->unit);
    }
}

static void name_goal(const metric *metrics, goal *g) {
    text name = {0}, unit = {0};
    expression_name(&g->of, metrics, &name, &unit);
    snprintf(g->name, sizeof g->name, "%s", text_of(&name));
    snprintf(g->unit, sizeof g->unit, "%s", text_of(&unit));
    text_free(&name);
    text_free(&unit);
}

bool goal_read(const node *n, const metric *metrics, uint32_t n_metrics, goal *out, failure *f) {
    *out = (goal){0};
    if (n->type != NODE_TEXT) return fail_at(f, n, "must be a text like \"min energy_j\"");
    const char *at = skip_blanks(n->text);
    out->written = n->text;
    out->maximise = strncmp(at, "max", 3) == 0;
    if ((!out->maximise && strncmp(at, "min", 3) != 0) || !isspace((unsigned char)at[3]))
        return fail_at(f, n, "must begin with \"min \" or \"max \"");
    at += 3;
    if (!read_expression(n, &at, metrics, n_metrics, &out->of, f)) return false;
    if (*at)
        return fail_at(f, n, "cannot read \"%s\": a goal is a product or quotient of metrics", at);
    name_goal(metrics, out);
    return true;
}

/* The metrics and <= or >=; *AT is left behind it. */
static bool read_relation(const node *n, const char **at, const metric *metrics, uint32_t count,
                          expression *of, bool *at_least, failure *f) {
    if (!read_expression(n, at, metrics, count, of, f)) return false;
    if (strncmp(*at, "<=", 2) != 0 && strncmp(*at, ">=", 2) != 0)
        return fail_at(f, n, "expected <= or >= at \"%s\"", *at);
    *at_least = **at == '>';
    *at = skip_blanks(*at + 2);
    return true;
}

static bool read_number(const char **at, double *out) {
    char *end;
    *out = strtod(*at, &end);
    const bool is_number = end != *at && isfinite(*out);
    *at = skip_blanks(end);
    return is_number;
}

/* NUMBER times ten to the EXPONENT, rounded once: 0.8 uJ are 0.8e-6 J to the last bit. What strtod
 * has rounded and is then multiplied or divided is rounded twice. */
static bool read_scaled(const node *n, const char *number, int exponent, double *out, failure *f) {
    char *end;
    text decimal = {0};
    strtod(number, &end);
    const size_t length = (size_t)(end - number);
    if (memchr(number, 'x', length) || memchr(number, 'X', length))
        return fail_at(f, n, "cannot read \"%s\": before a unit, a number is decimal", number);
    size_t digits = 0;
    while (digits < length && number[digits] != 'e' && number[digits] != 'E') digits++;
    long power = digits < length ? strtol(number + digits + 1, NULL, 10) : 0;
    if (power < -INT_MAX) power = -INT_MAX;
    text_add_bytes(&decimal, number, digits);
    text_add(&decimal, "e%lld", (long long)power + exponent);
    *out = strtod(text_of(&decimal), NULL);
    text_free(&decimal);
    return isfinite(*out) || fail_at(f, n, "is beyond all numbers");
}

/* NUMBER and, at AT, its unit, if any: that of its metrics. */
static bool read_bound_unit(const node *n, const char *number, const char *at,
                            const metric *metrics, constraint *out, failure *f) {
    text name = {0}, unit = {0};
    int exponent = 0;
    size_t length = strlen(at);
    while (length && isspace((unsigned char)at[length - 1])) length--;
    char *written = memory_text(at);
    written[length] = '\0';
    expression_name(&out->of, metrics, &name, &unit);
    if (length && !unit.length)
        fail_at(f, n, "cannot read \"%s\": %s has no unit, so its bound is a plain number", written,
                text_of(&name));
    else if (length && !unit_read(written, text_of(&unit), &exponent))
        fail_at(f, n, "cannot read \"%s\": the unit of %s is %s%s", written, text_of(&name),
                text_of(&unit),
                unit_takes_prefix(text_of(&unit)) ? ", or that with an SI prefix" : "");
    else if (length) read_scaled(n, number, exponent, &out->bound, f);
    free(written);
    text_free(&name);
    text_free(&unit);
    return !f->status;
}

bool constraint_read(const node *n, const metric *metrics, uint32_t n_metrics, constraint *out,
                     failure *f) {
    *out = (constraint){0};
    if (n->type != NODE_TEXT) return fail_at(f, n, "must be a text like \"area_mm2 <= 100\"");
    const char *at = n->text;
    out->written = n->text;
    if (!read_relation(n, &at, metrics, n_metrics, &out->of, &out->at_least, f)) return false;
    const char *number = at;
    if (!read_number(&at, &out->bound))
        return fail_at(f, n, "expected a number behind %s", out->at_least ? ">=" : "<=");
    return read_bound_unit(n, number, at, metrics, out, f);
}

/* NUMBER, NUMBER * baseline, baseline, baseline + NUMBER or baseline - NUMBER. */
static bool read_bound(const char *at, published_figure *out) {
    static const char word[] = "baseline";
    const size_t length = sizeof word - 1;
    if (strncmp(at, word, length) != 0) {
        if (!read_number(&at, &out->offset)) return false;
        if (!*at) return true;
        if (*at != '*') return false;
        at = skip_blanks(at + 1);
        out->factor = out->offset;
        out->offset = 0;
        return strncmp(at, word, length) == 0 && !*skip_blanks(at + length);
    }
    out->factor = 1;
    at = skip_blanks(at + length);
    if (!*at) return true;
    const double sign = *at == '-' ? -1 : 1;
    if (*at != '+' && *at != '-') return false;
    at = skip_blanks(at + 1);
    if (!read_number(&at, &out->offset) || *at) return false;
    out->offset *= sign;
    return true;
}

bool published_figure_read(const node *n, const metric *metrics, uint32_t n_metrics,
                           published_figure *out, failure *f) {
    *out = (published_figure){0};
    if (n->type != NODE_TEXT) return fail_at(f, n, "must be a text like \"area_mm2 <= 100\"");
    const char *at = n->text;
    out->written = n->text;
    if (!read_relation(n, &at, metrics, n_metrics, &out->of, &out->at_least, f)) return false;
    if (!read_bound(at, out))
        return fail_at(f, n,
                       "cannot read \"%s\": expected a number, a number * baseline, or baseline "
                       "and what is added to it",
                       at);
    return out->factor > 0 || (out->factor == 0 && out->offset > 0) ||
           fail_at(f, n, "must be more than 0");
}

double expression_value(const expression *e, const double *metrics) {
    double value = metrics[e->metric[0]];
    for (uint32_t i = 1; i < e->n; i++)
        value = e->divides[i] ? value / metrics[e->metric[i]] : value * metrics[e->metric[i]];
    return value;
}

double goal_value(const goal *g, const double *metrics) {
    return expression_value(&g->of, metrics);
}

double goal_minimised(const goal *g, const double *metrics) {
    double value = goal_value(g, metrics);
    return g->maximise ? -value : value;
}

double constraint_slack(const constraint *c, const double *metrics) {
    double value = expression_value(&c->of, metrics);
    return c->at_least ? c->bound - value : value - c->bound;
}

double published_bound(const published_figure *f, const double *baseline) {
    return f->factor == 0 ? f->offset : f->factor * expression_value(&f->of, baseline) + f->offset;
}
