#include "design_print.h"
#include "csv.h"
#include "json_text.h"
#include "memory.h"
#include "param.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- dimensions ------------------------------------------------------------------------------ */

const char *dimension_element(const dimension *d) {
    const char *set = d->owner->params[d->param].index_set;
    if (!set || d->element == CIM_ALL_ELEMENTS) return NULL;
    for (uint32_t i = 0; i < d->owner->n_sets; i++) {
        const cim_index_set *x = &d->owner->sets[i];
        if (strcmp(x->name, set) == 0)
            return x->element_names ? x->element_names[d->element] : NULL;
    }
    return NULL;
}

void dimension_label(const dimension *d, text *out) {
    const char *element = dimension_element(d);
    if (element)
        text_add(out, "%s.%s[%s]", d->owner->section, d->owner->params[d->param].key, element);
    else text_add(out, "%s", d->is.name);
}

/* The number of dimension D's first element in a design. */
static double ruled_number(const study *s, uint32_t d, const double *design) {
    uint32_t base = 0;
    for (uint32_t o = 0; o < s->space.n_owners; base += s->space.owners[o]->n_numbers, o++) {
        const instance *in = s->space.owners[o];
        for (uint32_t k = 0; k < in->n_numbers; k++)
            if (in->dimension[k] == (int32_t)d) return design[base + k];
    }
    return NAN;
}

static void ruled_text(const study *s, uint32_t d, const double *design, text *out) {
    const dimension *dim = &s->space.dimensions[d];
    param_to_text(&dim->owner->params[dim->param], ruled_number(s, d, design), out);
}

/* ---- table ----------------------------------------------------------------------------------- */

static void print_design(const study *s, const double *design, const char *caption, FILE *out) {
    text value = {0};
    for (uint32_t d = 0; d < s->space.n_dimensions; d++) {
        text_clear(&value);
        ruled_text(s, d, design, &value);
        fprintf(out, "%s%s%s = %s", d ? "" : caption, d ? ", " : ": ",
                s->space.dimensions[d].is.name, text_of(&value));
    }
    if (s->space.n_dimensions) fputs("\n", out);
    text_free(&value);
}

/* What typical errors are against: a paragraph each, which several metrics share. */
typedef struct notes {
    const char *list[16];
    size_t n;
} notes;

/* The number of WORDS among the notes, from 1. */
static size_t note_number(notes *x, const char *words) {
    for (size_t i = 0; i < x->n; i++)
        if (strcmp(x->list[i], words) == 0) return i + 1;
    if (x->n == sizeof x->list / sizeof *x->list) return 0;
    x->list[x->n++] = words;
    return x->n;
}

static void print_error(const metric *m, notes *x, FILE *out) {
    text error = {0};
    if (metric_error(m->relative_error, &error)) {
        const size_t note = m->validity ? note_number(x, m->validity) : 0;
        fprintf(out, " (%s", text_of(&error));
        if (note) fprintf(out, " [%zu])", note);
        else fprintf(out, " %s)", m->validity ? m->validity : "what it does not say");
    }
    text_free(&error);
}

static void print_notes(const study *s, const notes *x, FILE *out) {
    if (!x->n) return;
    fprintf(out, "\n  %s (%s) states its errors against\n", s->hwmodel.plugin->id,
            s->hwmodel.plugin->summary);
    for (size_t i = 0; i < x->n; i++) fprintf(out, "  [%zu] %s\n", i + 1, x->list[i]);
}

static void print_metrics(const study *s, const result *r, FILE *out) {
    const evaluator *e = &s->evaluator;
    notes against = {.n = 0};
    text value = {0};
    size_t widest = 0, widest_unit = 0;
    for (uint32_t i = 0; i < e->n_metrics; i++) {
        const char *prefix;
        unit_prefix(e->metrics[i].unit, r->metrics[i], &prefix);
        const size_t unit = strlen(prefix) + strlen(e->metrics[i].unit);
        if (strlen(e->metrics[i].name) > widest) widest = strlen(e->metrics[i].name);
        if (unit > widest_unit) widest_unit = unit;
    }
    fputs("\n", out);
    for (uint32_t i = 0; i < e->n_metrics; i++) {
        const metric *m = &e->metrics[i];
        const char *prefix;
        const double v = r->metrics[i] / unit_prefix(m->unit, r->metrics[i], &prefix);
        text_clear(&value);
        if (isnan(v)) text_add(&value, "not known");
        else text_add(&value, v == floor(v) && fabs(v) < 1e15 ? "%.0f" : "%.5g", v);
        fprintf(out, "  %-*s  %12s %s%-*s  ", (int)widest, m->name, text_of(&value), prefix,
                (int)(widest_unit - strlen(prefix)), isnan(v) ? "" : m->unit);
        if (e->n_workloads > 1 && i < e->n_base)
            fprintf(out, "%s of %u networks: ", aggregate_name(e->aggregates[i]), e->n_workloads);
        fputs(m->help, out);
        print_error(m, &against, out);
        fputs("\n", out);
    }
    print_notes(s, &against, out);
    text_free(&value);
}

static void print_slacks(const study *s, const result *r, FILE *out) {
    uint32_t n = evaluator_slacks(&s->evaluator);
    if (n) fputs("\n  constraints (slack <= 0: met)\n", out);
    for (uint32_t i = 0; i < n; i++)
        fprintf(out, "  %-32s  %12.5g  %s\n", evaluator_slack_name(&s->evaluator, i), r->slack[i],
                isnan(r->slack[i]) ? "not known" : r->slack[i] <= 0 ? "met" : "violated");
}

/* ---- parts as tables ------------------------------------------------------------------------- */

typedef struct names {
    const char **list;
    size_t n;
} names;

static size_t name_index(names *x, const char *name) {
    size_t i = 0;
    while (i < x->n && strcmp(x->list[i], name) != 0) i++;
    if (i == x->n) {
        MEMORY_ROOM(x->list, x->n);
        x->list[x->n++] = name;
    }
    return i;
}

/* "": of no layer; of several networks "vgg8/". */
static void add_layer(table *t, const char *layer) {
    const size_t n = strlen(layer);
    text name = {0};
    text_add(&name, "%s%s", layer, !n || layer[n - 1] == '/' ? "(chip)" : "");
    table_text(t, text_of(&name));
    text_free(&name);
}

/* Layers down, components across, sums at both ends. */
static void print_parts_of(const study *s, const result *r, uint32_t m, FILE *out) {
    names layers = {0}, components = {0};
    for (size_t i = 0; i < r->n_parts; i++)
        if (r->parts[i].metric == m) {
            name_index(&layers, r->parts[i].layer);
            name_index(&components, r->parts[i].component);
        }
    double *cells = memory_new((layers.n + 1) * (components.n + 1), sizeof *cells);
    size_t wide = components.n + 1;
    for (size_t i = 0; i < r->n_parts; i++) {
        if (r->parts[i].metric != m) continue;
        size_t l = name_index(&layers, r->parts[i].layer),
               c = name_index(&components, r->parts[i].component);
        double v = r->parts[i].value;
        cells[l * wide + c] += v;
        cells[l * wide + components.n] += v;
        cells[layers.n * wide + c] += v;
        cells[layers.n * wide + components.n] += v;
    }
    const metric *of = &s->evaluator.metrics[m];
    table *t = table_new();
    table_column(t, of->name, "", false);
    for (size_t c = 0; c < components.n; c++) table_column(t, components.list[c], of->unit, true);
    table_column(t, "sum", of->unit, true);
    for (size_t l = 0; l <= layers.n; l++) {
        if (l == layers.n) table_text(t, "sum");
        else add_layer(t, layers.list[l]);
        for (size_t c = 0; c < wide; c++) table_number(t, cells[l * wide + c]);
    }
    fputs("\n", out);
    table_print(t, out, 2, 0);
    table_free(t);
    free(cells);
    free(layers.list);
    free(components.list);
}

static void print_parts(const study *s, const result *r, FILE *out) {
    for (uint32_t m = 0; m < s->evaluator.n_metrics; m++)
        for (size_t i = 0; i < r->n_parts; i++)
            if (r->parts[i].metric == m) {
                print_parts_of(s, r, m, out);
                break;
            }
}

void design_print_table(const study *s, const double *design, const char *caption, const result *r,
                        FILE *out) {
    text why = {0};
    evaluator_explain(&s->evaluator, r, &why);
    for (uint32_t w = 0; w < s->n_workloads; w++)
        fprintf(out, "%s%s", w ? ", " : "", s->workloads[w].plugin->id);
    fprintf(out, " on %s: %s%s%s\n", s->hwmodel.plugin->id, outcome_name(r->outcome),
            why.length ? ": " : "", text_of(&why));
    text_free(&why);
    print_design(s, design, caption, out);
    if (r->outcome == CIM_FAILED) return;
    print_metrics(s, r, out);
    print_slacks(s, r, out);
    print_parts(s, r, out);
}

/* ---- CSV and JSON ---------------------------------------------------------------------------- */

void design_print_csv(const study *s, const double *design, const result *r, FILE *out) {
    const evaluator *e = &s->evaluator;
    text line = {0}, value = {0};
    for (uint32_t d = 0; d < s->space.n_dimensions; d++)
        csv_add(&line, s->space.dimensions[d].is.name, d == 0);
    csv_add(&line, "outcome", s->space.n_dimensions == 0);
    csv_add(&line, "reason", false);
    for (uint32_t i = 0; i < e->n_metrics; i++) csv_add(&line, e->metrics[i].name, false);
    for (size_t i = 0; i < r->n_parts; i++) {
        text_clear(&value);
        text_add(&value, "part.%s.%s.%s", e->metrics[r->parts[i].metric].name,
                 r->parts[i].layer[0] ? r->parts[i].layer : "chip", r->parts[i].component);
        csv_add(&line, text_of(&value), false);
    }
    text_add_bytes(&line, "\n", 1);
    for (uint32_t d = 0; d < s->space.n_dimensions; d++) {
        text_clear(&value);
        ruled_text(s, d, design, &value);
        csv_add(&line, text_of(&value), d == 0);
    }
    csv_add(&line, outcome_name(r->outcome), s->space.n_dimensions == 0);
    text_clear(&value);
    evaluator_explain(e, r, &value);
    csv_add(&line, text_of(&value), false);
    for (uint32_t i = 0; i < e->n_metrics; i++) csv_add_number(&line, r->metrics[i], false);
    for (size_t i = 0; i < r->n_parts; i++) csv_add_number(&line, r->parts[i].value, false);
    fprintf(out, "%s\n", text_of(&line));
    text_free(&line);
    text_free(&value);
}

static json_t *json_parameters(const study *s, const double *design) {
    json_t *all = json_object();
    for (uint32_t o = 0; o < s->space.n_owners; design += s->space.owners[o]->n_numbers, o++) {
        const instance *in = s->space.owners[o];
        json_t *section = json_object();
        for (uint32_t i = 0; i < in->n_params; i++) {
            const cim_param *p = &in->params[i];
            json_t *values = json_array();
            for (uint32_t k = in->first[i]; k < in->first[i + 1]; k++)
                json_array_append_new(values, json_parameter(p, design[k]));
            bool vector = p->length || p->index_set;
            if (p->type == CIM_TEXT) json_object_set_new(section, p->key, json_text(in->texts[i]));
            else json_object_set(section, p->key, vector ? values : json_array_get(values, 0));
            json_decref(values);
        }
        json_object_set_new(all, in->section, section);
    }
    return all;
}

void design_print_json(const study *s, const double *design, const result *r, FILE *out) {
    const evaluator *e = &s->evaluator;
    json_t *metrics = json_object(), *units = json_object(), *slack = json_object(),
           *parts = json_array();
    for (uint32_t i = 0; i < e->n_metrics; i++) {
        json_object_set_new(metrics, e->metrics[i].name, json_number(r->metrics[i]));
        json_object_set_new(units, e->metrics[i].name, json_text(e->metrics[i].unit));
    }
    for (uint32_t i = 0; i < evaluator_slacks(e); i++)
        json_object_set_new(slack, evaluator_slack_name(e, i), json_number(r->slack[i]));
    for (size_t i = 0; i < r->n_parts; i++)
        json_array_append_new(parts, json_pack("{s:s, s:o, s:o, s:o}", "metric",
                                               e->metrics[r->parts[i].metric].name, "layer",
                                               json_text(r->parts[i].layer), "component",
                                               json_text(r->parts[i].component), "value",
                                               json_number(r->parts[i].value)));
    text why = {0};
    evaluator_explain(e, r, &why);
    json_t *all =
        json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "outcome", outcome_name(r->outcome),
                  "reason", json_text(text_of(&why)), "parameters", json_parameters(s, design),
                  "metrics", metrics, "units", units, "slack", slack, "parts", parts);
    text_free(&why);
    char *chars = json_dumps(all, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    fprintf(out, "%s\n", chars ? chars : "");
    free(chars);
    json_decref(all);
}
