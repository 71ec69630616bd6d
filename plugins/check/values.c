/* Values for a subject's parameters. */
#include "param.h"
#include "stream.h"
#include "subject.h"

#include <cim_sdk/rng.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>



int subject_find(const subject *s, const char *key) {
    for (uint32_t i = 0; i < s->n_params; i++)
        if (strcmp(s->params[i].key, key) == 0) return (int)i;
    return -1;
}

/* ---- --set ---------------------------------------------------------------------------------- */

static const char *set_value(const subject *s, const cim_param *p) {
    const check_options *o = s->c->options;
    size_t n = strlen(p->key);
    for (size_t i = o->n_sets; i-- > 0;)
        if (strncmp(o->sets[i], p->key, n) == 0 && o->sets[i][n] == '=') return o->sets[i] + n + 1;
    return NULL;
}

bool subject_is_set(const subject *s, uint32_t param) {
    return set_value(s, &s->params[param]) != NULL;
}

static const char *text_value(const subject *s, const cim_param *p) {
    const char *value = set_value(s, p);
    char whole[PATH_MAX];
    if (value && (p->flags & CIM_PARAM_PATH) && value[0]) {
        if (!realpath(value, whole)) check_fail(s->c, "--set %s=%s: no such file", p->key, value);
        return check_text(s->c, "%s", whole);
    }
    if (!value && (p->flags & CIM_PARAM_REQUIRED))
        check_skip(s->c, "%s has no default: give it with --set %s=...", p->key, p->key);
    return value ? value : p->default_text ? p->default_text : "";
}

/* ---- one number ----------------------------------------------------------------------------- */

static double lowest(const cim_param *p) {
    if (p->type == CIM_BOOLEAN || p->type == CIM_CATEGORY) return 0;
    return p->levels && p->n_levels ? p->levels[0]
                                    : p->type == CIM_INTEGER ? ceil(p->min) : p->min;
}

static double highest(const cim_param *p) {
    if (p->type == CIM_BOOLEAN) return 1;
    if (p->type == CIM_CATEGORY) return p->n_levels - 1.0;
    return p->levels && p->n_levels ? p->levels[p->n_levels - 1]
                                    : p->type == CIM_INTEGER ? floor(p->max) : p->max;
}

/* Over a range of several decades every decade is as likely as any other. */
static double random_value(const cim_param *p, cim_rng *rng) {
    double a = lowest(p), b = highest(p), u = cim_rng_uniform(rng);
    bool decades = a > 0 && b / a > 100, whole = p->type == CIM_INTEGER;
    if (p->levels && p->n_levels) return p->levels[cim_rng_below(rng, p->n_levels)];
    if (!whole && p->type != CIM_REAL) return (double)cim_rng_below(rng, (uint64_t)b + 1);
    double x = decades ? a * pow(b / a, u) : whole ? a + u * (b - a + 1) : a * (1 - u) + b * u;
    if (whole) x = floor(x);
    return x < a ? a : x > b ? b : x;
}

double subject_default(const subject *s, uint32_t param) {
    const cim_param *p = &s->params[param];
    double x = 0;
    text rule = {0};
    const char *set = set_value(s, p);
    bool good = !set || param_from_text(p, set, &x, &rule);
    const char *words = check_text(s->c, "%s", text_of(&rule));
    text_free(&rule);
    if (!good) check_fail(s->c, "--set %s=%s: must be %s", p->key, set, words);
    if (set) return x;
    if (s->c->variant && strcmp(s->c->variant->key, p->key) == 0) return s->c->variant_value;
    if (p->flags & CIM_PARAM_FROM_NETWORK) return (double)NAN;
    return p->flags & CIM_PARAM_REQUIRED ? lowest(p) : p->default_value;
}

static double picked(const subject *s, pick p, uint32_t param, uint32_t element) {
    const cim_param *is = &s->params[param];
    if (set_value(s, is) || p.mode == PICK_DEFAULT || (p.only >= 0 && p.only != (int32_t)param))
        return subject_default(s, param);
    cim_rng rng;
    stream_start(p.seed, is->key, element, &rng);
    switch (p.mode) {
    case PICK_LOWEST: return lowest(is);
    case PICK_HIGHEST: return highest(is);
    case PICK_CORNER: return cim_rng_next(&rng) >> 63 ? highest(is) : lowest(is);
    default: return random_value(is, &rng);
    }
}

/* ---- all of them ---------------------------------------------------------------------------- */

static uint32_t n_elements(const subject *s, const cim_param *p) {
    if (p->type == CIM_TEXT) return 0;
    if (!p->index_set) return p->length ? p->length : 1;
    bool own = s->plugin->kind == CIM_WORKLOAD;
    const cim_index_set *sets = own ? s->index_sets : s->how.sets;
    uint32_t n = own ? s->n_index_sets : s->how.n_sets;
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(sets[i].name, p->index_set) == 0) return sets[i].size;
    return 0; /* a set that describe() will tell of */
}

void subject_layout(subject *s) {
    s->first = check_new(s->c, s->n_params + 1u, sizeof *s->first);
    s->texts = check_new(s->c, s->n_params, sizeof *s->texts);
    for (uint32_t i = 0; i < s->n_params; i++) {
        const cim_param *p = &s->params[i];
        s->first[i + 1] = s->first[i] + n_elements(s, p);
        s->texts[i] = p->type == CIM_TEXT ? text_value(s, p) : NULL;
    }
    s->n_numbers = s->first[s->n_params];
    s->base = check_new(s->c, s->n_numbers, sizeof *s->base);
    for (uint32_t i = 0; i < s->n_params; i++)
        for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
            s->base[k] = picked(s, s->how.pick, i, k - s->first[i]);
    subject_canonical(s, s->base, NULL);
}

void subject_point(const subject *s, pick p, double *numbers) {
    for (uint32_t i = 0; i < s->n_params; i++)
        for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
            numbers[k] = s->params[i].flags & CIM_PARAM_FIXED ? s->base[k]
                                                              : picked(s, p, i, k - s->first[i]);
    subject_canonical(s, numbers, NULL);
}

cim_values *subject_values(subject *s, const double *numbers, uint32_t n_points) {
    cim_values v = {.struct_size = sizeof v, .n_points = n_points, .n_params = s->n_params,
                    .n_numbers = s->n_numbers, .first = s->first, .numbers = numbers,
                    .texts = s->texts};
    return subject_struct(s, &v, sizeof v);
}

/* ---- conditions ----------------------------------------------------------------------------- */

static bool holds(const subject *s, const cim_condition *c, const double *numbers,
                  const bool *active) {
    int on = subject_find(s, c->on);
    if (on < 0 || c->on_element >= s->first[on + 1] - s->first[on]) return true;
    uint32_t k = s->first[on] + c->on_element;
    for (uint32_t i = 0; i < c->n_values; i++)
        if (numbers[k] == c->values[i]) return active[k];
    return false;
}

static bool hits(const subject *s, const cim_condition *c, uint32_t param, uint32_t element) {
    const cim_param *p = &s->params[param];
    bool own = s->plugin->kind == CIM_WORKLOAD;
    bool named = strcmp(p->key, c->target) == 0 ||
                 (own && p->index_set && strcmp(p->index_set, c->target) == 0 &&
                  subject_find(s, c->target) < 0);
    return named && (c->element == CIM_ALL_ELEMENTS || c->element == element);
}

/* One look at every condition; false when nothing changed. */
static bool settle(const subject *s, double *numbers, bool *active) {
    bool changed = false;
    for (uint32_t i = 0; i < s->n_params; i++)
        for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
            for (uint32_t n = 0; n < s->n_conditions && active[k]; n++) {
                const cim_condition *c = &s->conditions[n];
                if (!hits(s, c, i, k - s->first[i]) || holds(s, c, numbers, active)) continue;
                active[k] = false;
                numbers[k] = subject_default(s, i);
                changed = true;
            }
    return changed;
}

void subject_canonical(const subject *s, double *numbers, bool *active) {
    if (!active) active = check_new(s->c, s->n_numbers, sizeof *active);
    memset(active, 1, s->n_numbers * sizeof *active);
    if (!s->n_conditions) return;
    /* Deciders are settled before those that they decide on, after as many looks as there are. */
    for (uint32_t i = 0; i <= s->n_conditions && settle(s, numbers, active); i++) {}
}
