#include "descriptor.h"
#include "catalog.h"
#include "levels.h"

#include <cim/accuracy.h>
#include <cim/searcher.h>
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#define REFUSE(...) fail(f, STATUS_WRONG, __VA_ARGS__)

static bool good_name(const char *name) {
    if (!name || !isalpha((unsigned char)name[0])) return false;
    size_t n = strlen(name);
    if (n > 60) return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_') return false;
    return true;
}

/* Names become columns of the store, which tells none apart by case. */
static bool names_differ(const char *what, const char *name, const char *other, failure *f) {
    if (strcasecmp(name, other) != 0) return true;
    if (strcmp(name, other) == 0) return REFUSE("%s %s: twice", what, name);
    return REFUSE("%s %s: there is %s already, and case makes no difference", what, name, other);
}

static bool table_check(const char *what, const void *rows, uint32_t n, uint32_t row_size,
                        size_t least, failure *f) {
    if (n > CIM_MAX_PARAMS)
        return REFUSE("%u %s: at most %u are allowed", n, what, CIM_MAX_PARAMS);
    if (n && !rows) return REFUSE("%u %s, but the table is NULL", n, what);
    if (n && row_size < least)
        return REFUSE("%s of %u bytes each: this host needs %zu", what, row_size, least);
    return true;
}
#define TABLE(what, table, type) \
    table_check(what, (table).rows, (table).n, (table).row_size, sizeof(type), f)

static bool levels_check(const cim_param *p, failure *f) {
    if (p->n_levels > CIM_MAX_ELEMENTS)
        return REFUSE("parameter %s: %u levels: at most %u are allowed", p->key, p->n_levels,
                      CIM_MAX_ELEMENTS);
    if (p->type == CIM_CATEGORY) {
        if (!p->names || !p->n_levels)
            return REFUSE("parameter %s: a category without names", p->key);
        for (uint32_t i = 0; i < p->n_levels; i++)
            if (!p->names[i] || !p->names[i][0])
                return REFUSE("parameter %s: name %u is empty", p->key, i);
        for (uint32_t i = 0; i < p->n_levels; i++)
            for (uint32_t j = 0; j < i; j++)
                if (strcmp(p->names[i], p->names[j]) == 0)
                    return REFUSE("parameter %s: name %s: twice", p->key, p->names[i]);
        return true;
    }
    for (uint32_t i = 0; p->levels && i < p->n_levels; i++)
        if (!(p->levels[i] >= p->min && p->levels[i] <= p->max) ||
            (i && !(p->levels[i] > p->levels[i - 1])))
            return REFUSE("parameter %s: levels must ascend, within min..max", p->key);
        else if (p->type == CIM_INTEGER && p->levels[i] != floor(p->levels[i]))
            return REFUSE("parameter %s: level %g is no integer", p->key, p->levels[i]);
    return true;
}

static bool default_check(const cim_param *p, failure *f) {
    if (p->flags & (CIM_PARAM_REQUIRED | CIM_PARAM_FROM_NETWORK)) return true;
    double d = p->default_value, bottom = p->min, top = p->max;
    if (p->type == CIM_CATEGORY) bottom = 0, top = p->n_levels - 1.0;
    if (p->type == CIM_BOOLEAN) bottom = 0, top = 1;
    bool good = d >= bottom && d <= top && (p->type == CIM_REAL || d == floor(d));
    if (p->levels && p->n_levels) {
        bool listed = false;
        for (uint32_t i = 0; i < p->n_levels; i++) listed |= p->levels[i] == d;
        good = good && listed;
    }
    if (!good) return REFUSE("parameter %s: its default %g is not an allowed value", p->key, d);
    return true;
}

static bool param_check(const cim_param *p, failure *f) {
    if (!good_name(p->key)) return REFUSE("a parameter's key must be a name like \"adc_bits\"");
    if (!p->unit || !p->help) return REFUSE("parameter %s: unit and help must be texts", p->key);
    if (p->type < CIM_INTEGER || p->type > CIM_TEXT)
        return REFUSE("parameter %s: unknown type %u", p->key, p->type);
    if (p->length > CIM_MAX_ELEMENTS)
        return REFUSE("parameter %s: length %u: at most %u is allowed", p->key, p->length,
                      CIM_MAX_ELEMENTS);
    if (p->length && p->index_set)
        return REFUSE("parameter %s: either a length or an index set", p->key);
    if (p->type == CIM_TEXT)
        return p->length || p->index_set ? REFUSE("parameter %s: a text is no vector", p->key)
                                         : true;
    if (p->flags & CIM_PARAM_PATH) return REFUSE("parameter %s: only a text is a path", p->key);
    bool bounded = p->type == CIM_INTEGER || p->type == CIM_REAL;
    if (bounded && !(isfinite(p->min) && isfinite(p->max) && p->min <= p->max))
        return REFUSE("parameter %s: needs a finite range min..max", p->key);
    if (p->type == CIM_INTEGER && (fabs(p->min) > 0x1p53 || fabs(p->max) > 0x1p53))
        return REFUSE("parameter %s: its range exceeds 2^53", p->key);
    if (p->type == CIM_BOOLEAN) return default_check(p, f);
    return levels_check(p, f) && default_check(p, f);
}

static bool params_check(const cim_description *is, uint32_t kind, failure *f) {
    if (!TABLE("parameters", is->params, cim_param)) return false;
    for (uint32_t i = 0; i < is->params.n; i++) {
        const cim_param *p = CIM_ROW(cim_param, is->params, i);
        if (!param_check(p, f)) return false;
        if (strcmp(p->key, "plugin") == 0 || strcmp(p->key, "target") == 0 ||
            (kind == CIM_ACCURACY && levels_key(p->key)))
            return REFUSE("parameter %s: the key is taken", p->key);
        for (uint32_t j = 0; j < i; j++)
            if (!names_differ("parameter", p->key, CIM_ROW(cim_param, is->params, j)->key, f))
                return false;
    }
    return true;
}

/* Metrics, constraints and index sets begin with their name. */
static bool names_check(const char *what, const void *rows, uint32_t n, uint32_t row_size,
                        failure *f) {
    for (uint32_t i = 0; i < n; i++) {
        const char *name, *other;
        memcpy(&name, (const char *)rows + (size_t)i * row_size, sizeof name);
        if (!good_name(name)) return REFUSE("a %s must have a name like \"energy_j\"", what);
        for (uint32_t j = 0; j < i; j++) {
            memcpy(&other, (const char *)rows + (size_t)j * row_size, sizeof other);
            if (!names_differ(what, name, other, f)) return false;
        }
    }
    return true;
}
#define NAMES(what, table) names_check(what, (table).rows, (table).n, (table).row_size, f)

/* What the host always measures itself, and the columns of its store and exports. (A model may tell
 * an accuracy where no evaluator does.) */
static bool taken_by_host(const char *name) {
    static const char *const taken[] = {"macs",   "weights", "id",       "trial",
                                        "outcome", "reason", "fidelity", "duplicate_of"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcasecmp(name, taken[i]) == 0) return true;
    return false;
}

static bool texts_check(const cim_description *is, failure *f) {
    for (uint32_t i = 0; i < is->metrics.n; i++) {
        const cim_metric *m = CIM_ROW(cim_metric, is->metrics, i);
        if (taken_by_host(m->name))
            return REFUSE("metric %s: the name is taken: cimdse has a column of it", m->name);
        if (!m->unit || !m->help) return REFUSE("metric %s: unit and help must be texts", m->name);
    }
    for (uint32_t i = 0; i < is->constraints.n; i++) {
        const cim_constraint *c = CIM_ROW(cim_constraint, is->constraints, i);
        if (!c->unit || !c->help)
            return REFUSE("constraint %s: unit and help must be texts", c->name);
    }
    for (uint32_t i = 0; i < is->index_sets.n; i++) {
        const cim_index_set *s = CIM_ROW(cim_index_set, is->index_sets, i);
        if (!s->help) return REFUSE("index set %s: help must be a text", s->name);
        if (s->size < 1 || s->size > CIM_MAX_ELEMENTS)
            return REFUSE("index set %s: size %u: must be 1..%u", s->name, s->size,
                          CIM_MAX_ELEMENTS);
    }
    for (uint32_t i = 0; i < is->index_sets.n; i++) {
        const cim_index_set *s = CIM_ROW(cim_index_set, is->index_sets, i);
        for (uint32_t k = 0; s->element_names && k < s->size; k++)
            if (!s->element_names[k]) return REFUSE("index set %s: name %u is NULL", s->name, k);
    }
    for (uint32_t i = 0; i < is->conditions.n; i++) {
        const cim_condition *c = CIM_ROW(cim_condition, is->conditions, i);
        if (!c->target || !c->on || !c->values || !c->n_values)
            return REFUSE("condition %u: target, on and values must be given", i);
    }
    return true;
}

bool description_check(const cim_description *is, uint32_t kind, failure *f) {
    if (is->struct_size < sizeof *is)
        return REFUSE("description of %u bytes: this host needs %zu", is->struct_size, sizeof *is);
    if (!params_check(is, kind, f) || !TABLE("conditions", is->conditions, cim_condition) ||
        !TABLE("metrics", is->metrics, cim_metric) ||
        !TABLE("constraints", is->constraints, cim_constraint) ||
        !TABLE("index sets", is->index_sets, cim_index_set))
        return false;
    if (is->index_sets.n && kind != CIM_WORKLOAD)
        return REFUSE("index sets belong to workloads");
    if ((is->metrics.n || is->constraints.n) && kind != CIM_HWMODEL)
        return REFUSE("metrics and constraints belong to hardware models");
    return NAMES("metric", is->metrics) && NAMES("constraint", is->constraints) &&
           NAMES("index set", is->index_sets) && texts_check(is, f);
}

/* Names become part of those of metrics: accuracy_estimate. */
static bool fidelities_check(const cim_fidelity_table *all, failure *f) {
    if (!TABLE("fidelities", *all, cim_fidelity)) return false;
    if (all->n > LEVEL_MAX)
        return REFUSE("%u fidelities: at most %d are allowed", all->n, LEVEL_MAX);
    for (uint32_t i = 0; i < all->n; i++) {
        const char *name = CIM_ROW(cim_fidelity, *all, i)->name;
        if (!good_name(name) || strcasecmp(name, "sd") == 0 ||
            strcasecmp(name, "draws") == 0)
            return REFUSE("a fidelity must have a name like \"estimate\"");
        for (uint32_t j = 0; j < i; j++)
            if (!names_differ("fidelity", name, CIM_ROW(cim_fidelity, *all, j)->name, f))
                return false;
    }
    return true;
}

#define NEEDS(type, function) \
    if (!((const type *)p->ops)->function) return REFUSE("its operation %s is NULL", #function)

static bool operations_check(const cim_plugin *p, failure *f) {
    static const size_t sizes[] = {0, sizeof(cim_searcher_ops), sizeof(cim_hwmodel_ops),
                                   sizeof(cim_workload_ops), sizeof(cim_accuracy_ops)};
    if (!p->ops) return REFUSE("it has no operations");
    uint32_t size = *(const uint32_t *)p->ops;
    if (size < sizes[p->kind])
        return REFUSE("operations of %u bytes: this host needs %zu", size, sizes[p->kind]);
    if (p->kind == CIM_SEARCHER) {
        NEEDS(cim_searcher_ops, create);
        NEEDS(cim_searcher_ops, ask);
        NEEDS(cim_searcher_ops, tell);
        NEEDS(cim_searcher_ops, save);
        NEEDS(cim_searcher_ops, load);
        NEEDS(cim_searcher_ops, destroy);
    } else if (p->kind == CIM_WORKLOAD) {
        NEEDS(cim_workload_ops, create);
        NEEDS(cim_workload_ops, build);
        NEEDS(cim_workload_ops, destroy);
    } else if (p->kind == CIM_HWMODEL) {
        NEEDS(cim_hwmodel_ops, create);
        NEEDS(cim_hwmodel_ops, evaluate);
        NEEDS(cim_hwmodel_ops, destroy);
    } else {
        NEEDS(cim_accuracy_ops, create);
        NEEDS(cim_accuracy_ops, evaluate);
        NEEDS(cim_accuracy_ops, destroy);
        return fidelities_check(&((const cim_accuracy_ops *)p->ops)->fidelities, f);
    }
    return true;
}

bool descriptor_check(const cim_plugin *p, failure *f) {
    if (!p) return REFUSE("cim_plugins: a descriptor is NULL");
    if (p->abi_major != CIM_ABI_MAJOR || p->abi_minor != CIM_ABI_MINOR)
        return REFUSE("cim_plugins: built for interface %u.%u, this host has %u.%u", p->abi_major,
                      p->abi_minor, CIM_ABI_MAJOR, CIM_ABI_MINOR);
    if (p->struct_size < sizeof *p)
        return REFUSE("cim_plugins: descriptor of %u bytes, this host needs %zu", p->struct_size,
                      sizeof *p);
    const char *kind = kind_name(p->kind);
    if (!kind) return REFUSE("cim_plugins: unknown kind %u", p->kind);
    size_t n = strlen(kind);
    if (!p->id || strncmp(p->id, kind, n) != 0 || p->id[n] != '.' || !good_name(p->id + n + 1))
        return REFUSE("cim_plugins: id \"%s\": must be \"%s.\" and a name", p->id ? p->id : "",
                      kind);
    if (!p->version || !p->summary || !p->license)
        return REFUSE("%s: version, summary and license must be texts", p->id);
    failure inner = {0};
    if (operations_check(p, &inner) && description_check(&p->is, p->kind, &inner)) return true;
    return REFUSE("%s: %s", p->id, inner.text);
}
