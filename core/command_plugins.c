#include "command.h"
#include "instance.h"
#include "memory.h"
#include "param.h"
#include "settings.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_id(const void *a, const void *b) {
    return strcmp(((const catalog_entry *)a)->plugin->id, ((const catalog_entry *)b)->plugin->id);
}

static void list(catalog *c) {
    table *t = table_new();
    table_column(t, "plug-in", "", false);
    table_column(t, "version", "", false);
    table_column(t, "what it is", "", false);
    if (c->n_entries) qsort(c->entries, c->n_entries, sizeof *c->entries, by_id);
    for (size_t i = 0; i < c->n_entries; i++) {
        table_text(t, c->entries[i].plugin->id);
        table_text(t, c->entries[i].plugin->version);
        table_text(t, c->entries[i].plugin->summary);
    }
    table_print(t, stdout, 0, 0);
    table_free(t);
    for (size_t i = 0; i < c->n_folders; i++)
        printf("%s%s", i ? ":" : "\nFound in ", c->folders[i]);
    if (c->n_folders) printf("\n");
    for (size_t i = 0; i < c->n_refusals; i++) printf("refused: %s\n", c->refusals[i]);
}

static const char *const types[] = {"", "integer", "real", "category", "boolean", "text"};

static void add_default(const cim_param *p, text *out) {
    if (p->flags & CIM_PARAM_REQUIRED) text_add(out, "(required)");
    else if (p->flags & CIM_PARAM_FROM_NETWORK) text_add(out, "(network)");
    else if (p->type == CIM_TEXT) text_add(out, "\"%s\"", p->default_text ? p->default_text : "");
    else param_to_text(p, p->default_value, out);
}

/* Is it searched: yes; no, though it may be a column of a points file; or fixed for a study. */
static const char *search_word(const cim_param *p, uint32_t kind) {
    if (p->flags & CIM_PARAM_FIXED || p->type == CIM_TEXT) return "fixed";
    return param_may_be_searched(p, kind) ? "yes" : "no";
}

static void inspect_params(const cim_description *is, uint32_t kind) {
    table *t = table_new();
    static const char *const heads[] = {"parameter", "type",   "over",    "default",
                                        "unit",      "search", "allowed", "help"};
    text word = {0};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) table_column(t, heads[i], "", false);
    for (uint32_t i = 0; i < is->params.n; i++) {
        const cim_param *p = CIM_ROW(cim_param, is->params, i);
        table_text(t, p->key);
        table_text(t, types[p->type]);
        text_clear(&word);
        if (p->index_set) text_add(&word, "%s", p->index_set);
        else if (p->length) text_add(&word, "%u elements", p->length);
        table_text(t, text_of(&word));
        text_clear(&word);
        add_default(p, &word);
        table_text(t, text_of(&word));
        table_text(t, p->unit);
        table_text(t, search_word(p, kind));
        text_clear(&word);
        param_rule(p, &word);
        table_text(t, text_of(&word));
        table_text(t, p->help);
    }
    if (is->params.n) table_print(t, stdout, 2, 0);
    table_free(t);
    text_free(&word);
}

static bool same_validity(const cim_metric *a, const cim_metric *b) {
    return a->validity && b->validity && strcmp(a->validity, b->validity) == 0 &&
           a->relative_error == b->relative_error;
}

/* What is said of several metrics is said once: "energy_j .. area_mm2: typical error 1 % against
 * 237 designs on NeuroSim". */
static void inspect_validity(const cim_description *is) {
    text error = {0};
    for (uint32_t i = 0, end; i < is->metrics.n; i = end) {
        const cim_metric *first = CIM_ROW(cim_metric, is->metrics, i);
        for (end = i + 1; end < is->metrics.n; end++)
            if (!same_validity(first, CIM_ROW(cim_metric, is->metrics, end))) break;
        if (!first->validity) continue;
        const cim_metric *last = CIM_ROW(cim_metric, is->metrics, end - 1);
        text_clear(&error);
        const bool known = metric_error(first->relative_error, &error);
        printf("  %s%s%s: %s%s%s\n", first->name, last == first ? "" : " .. ",
               last == first ? "" : last->name, text_of(&error), known ? " " : "",
               first->validity);
    }
    text_free(&error);
}

static void inspect_metrics(const cim_description *is) {
    table *t = table_new();
    table_column(t, "metric", "", false);
    table_column(t, "unit", "", false);
    table_column(t, "better", "", false);
    table_column(t, "typical error", "", true);
    table_column(t, "help", "", false);
    for (uint32_t i = 0; i < is->metrics.n; i++) {
        const cim_metric *m = CIM_ROW(cim_metric, is->metrics, i);
        char error[32] = "not stated";
        if (m->relative_error >= 1e-6)
            snprintf(error, sizeof error, "%.2g %%", 100 * m->relative_error);
        else if (m->relative_error > 0)
            snprintf(error, sizeof error, "%s", m->validity ? "see below" : "exact");
        table_text(t, m->name);
        table_text(t, m->unit);
        table_text(t, m->better < 0 ? "lower" : m->better > 0 ? "higher" : "");
        table_text(t, error);
        table_text(t, m->help);
    }
    fputs("\n", stdout);
    table_print(t, stdout, 2, 0);
    table_free(t);
    inspect_validity(is);
}

/* What accuracy.level and accuracy.ladder may name. */
static void inspect_levels(const cim_fidelity_table *all) {
    if (!all->n) return;
    table *t = table_new();
    table_column(t, "level", "", false);
    table_column(t, "relative cost", "", true);
    table_column(t, "help", "", false);
    for (uint32_t i = 0; i < all->n; i++) {
        const cim_fidelity *level = CIM_ROW(cim_fidelity, *all, i);
        table_text(t, level->name);
        table_number(t, level->relative_cost);
        table_text(t, level->help);
    }
    fputs("\n", stdout);
    table_print(t, stdout, 2, 0);
    table_free(t);
}

static const cim_param *find_param(const cim_description *is, const char *key) {
    for (uint32_t i = 0; i < is->params.n; i++) {
        const cim_param *p = CIM_ROW(cim_param, is->params, i);
        if (strcmp(p->key, key) == 0) return p;
    }
    return NULL;
}

/* Which element is meant; P NULL: of an index set. */
static void print_element(const cim_param *p, uint32_t element) {
    if (element != CIM_ALL_ELEMENTS && (!p || p->length || p->index_set)) printf("[%u]", element);
}

/* "adc_bits is active while sensing is current, charge" */
static void inspect_condition(const cim_description *is, const cim_condition *c) {
    const cim_param *on = find_param(is, c->on);
    text values = {0};
    for (uint32_t k = 0; k < c->n_values; k++) {
        text_add(&values, k ? ", " : " ");
        if (on) param_to_text(on, c->values[k], &values);
        else text_add(&values, "%g", c->values[k]);
    }
    printf("%s", c->target);
    print_element(find_param(is, c->target), c->element);
    printf(" is active while %s", c->on);
    print_element(on, c->on_element);
    printf(" is%s\n", text_of(&values));
    text_free(&values);
}

static void inspect_rest(const cim_description *is) {
    for (uint32_t i = 0; i < is->constraints.n; i++) {
        const cim_constraint *c = CIM_ROW(cim_constraint, is->constraints, i);
        printf("%s  constraint %s%s%s%s: %s\n", i ? "" : "\n", c->name, c->unit[0] ? " (" : "",
               c->unit, c->unit[0] ? ")" : "", c->help);
    }
    for (uint32_t i = 0; i < is->index_sets.n; i++) {
        const cim_index_set *s = CIM_ROW(cim_index_set, is->index_sets, i);
        printf("%s  index set %s, %u elements: %s", i ? "" : "\n", s->name, s->size, s->help);
        for (uint32_t k = 0; s->element_names && k < s->size; k++)
            printf("%s%s", k ? ", " : " (", s->element_names[k]);
        printf(s->element_names ? ")\n" : "\n");
    }
    for (uint32_t i = 0; i < is->conditions.n; i++) {
        fputs(i ? "  " : "\n  ", stdout);
        inspect_condition(is, CIM_ROW(cim_condition, is->conditions, i));
    }
}

static void inspect(const catalog_entry *e, const cim_description *is) {
    const cim_plugin *p = e->plugin;
    printf("%s %s: %s\nlicence %s, interface %u.%u\nfile %s\n\n", p->id, p->version, p->summary,
           p->license, p->abi_major, p->abi_minor, e->file);
    inspect_params(is, p->kind);
    if (is->metrics.n) inspect_metrics(is);
    if (p->kind == CIM_ACCURACY) inspect_levels(&((const cim_accuracy_ops *)p->ops)->fidelities);
    inspect_rest(is);
}

/* ---- what is known only once it is created --------------------------------------------------- */

static bool describes_more(const cim_plugin *p) {
    if (p->kind == CIM_WORKLOAD) return ((const cim_workload_ops *)p->ops)->describe != NULL;
    return p->kind == CIM_HWMODEL && ((const cim_hwmodel_ops *)p->ops)->describe != NULL;
}

/* Creates it with the settings of the command line. */
static bool create(instance *in, const catalog_entry *e, config *c, const options *o, failure *f) {
    const char *section = e->plugin->kind == CIM_WORKLOAD ? "workload" : "hwmodel";
    text assignment = {0};
    text_add(&assignment, "%s = { };", section);
    bool good = config_read_text(c, text_of(&assignment), "--set", ".", f);
    for (size_t i = 0; good && i < o->n_sets; i++) {
        text_clear(&assignment);
        text_add(&assignment, "%s.%s", section, o->sets[i]);
        good = config_set(c, text_of(&assignment), f);
    }
    text_free(&assignment);
    if (!good) return false;
    instance_begin(in, e, section, node_get(c->root, section), 1);
    node_mark(in->group);
    for (size_t i = 0; i < in->group->n_children; i++) in->group->children[i]->read = false;
    if (!instance_layout(in, false, f) || !settings_read(in, NULL, f) ||
        !instance_create(in, NULL, f))
        return false;
    in->sets = in->index_sets;
    in->n_sets = in->n_index_sets;
    return instance_layout(in, false, f) && settings_read(in, NULL, f) && config_all_read(c, f);
}

/* Without settings a plug-in that needs some is shown as far as it goes. */
static bool inspect_created(const catalog_entry *e, const options *o, failure *f) {
    instance in = {0};
    config c = {0};
    failure why = {0};
    const bool good = create(&in, e, &c, o, &why);
    const cim_description is = {
        .struct_size = sizeof is,
        .params = {in.params, in.n_params, sizeof *in.params},
        .conditions = {in.conditions, in.n_conditions, sizeof *in.conditions},
        .metrics = {in.metrics, in.n_metrics, sizeof *in.metrics},
        .constraints = {in.constraints, in.n_constraints, sizeof *in.constraints},
        .index_sets = {in.index_sets, in.n_index_sets, sizeof *in.index_sets}};
    if (good || !o->n_sets) inspect(e, good ? &is : &e->plugin->is);
    else *f = why;
    if (!good && !o->n_sets) printf("\n  more with --set KEY=VALUE: %s\n", why.text);
    if (in.plugin) instance_destroy(&in);
    config_free(&c);
    return good || !o->n_sets;
}

/* "hwmodel.exec", or "exec" of any kind. */
static bool is_called(const cim_plugin *p, const char *name) {
    const char *dot = strchr(p->id, '.');
    return strcmp(p->id, name) == 0 || (dot && strcmp(dot + 1, name) == 0);
}

static bool inspect_named(catalog *c, const char *name, const options *o, failure *f) {
    const char **names = memory_new(c->n_entries, sizeof *names);
    bool is_file = strchr(name, '/') || strstr(name, ".so"), found = false;
    if (is_file && !catalog_add_file(c, name, f)) {
        free(names);
        return false;
    }
    for (size_t i = 0; i < c->n_entries; i++) {
        const catalog_entry *e = &c->entries[i];
        if (i < c->n_entries && !is_file) names[i] = e->plugin->id;
        if (is_file ? strcmp(e->file, name) != 0 : !is_called(e->plugin, name)) continue;
        if (found) fputs("\n", stdout);
        found = true;
        if (!describes_more(e->plugin) && o->n_sets)
            fail(f, STATUS_WRONG, "--set: %s describes itself without settings", e->plugin->id);
        else if (describes_more(e->plugin)) inspect_created(e, o, f);
        else inspect(e, &e->plugin->is);
    }
    const char *near = is_file ? NULL : nearest_name(name, names, c->n_entries);
    free(names);
    if (found) return !f->status;
    return fail(f, STATUS_WRONG, "%s: no such plug-in%s%s%s; see cimdse plugins list", name,
                near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int command_plugins(int argc, char **argv, failure *f) {
    options o;
    catalog c = {0};
    if (argc > 1 && strcmp(argv[1], "check") == 0) return command_check(argc - 1, argv + 1, f);
    if (!options_read(&o, argc, argv, "set", f)) return f->status;
    const char *what = o.n_arguments ? o.arguments[0] : "list";
    if (strcmp(what, "list") != 0 && strcmp(what, "inspect") != 0)
        fail(f, STATUS_WRONG, "cimdse plugins %s: must be list, inspect or check", what);
    else if (strcmp(what, "inspect") == 0 && o.n_arguments < 2)
        fail(f, STATUS_WRONG, "cimdse plugins inspect ID: which plug-in? see cimdse plugins list");
    else if (strcmp(what, "list") == 0 && o.n_arguments > 1)
        fail(f, STATUS_WRONG, "cimdse plugins list: takes no argument");
    else if (strcmp(what, "list") == 0 && o.n_sets)
        fail(f, STATUS_WRONG, "cimdse plugins list: --set is for inspect");
    else if (catalog_scan(&c, f)) {
        if (strcmp(what, "list") == 0) list(&c);
        for (size_t i = 1; !f->status && strcmp(what, "inspect") == 0 && i < o.n_arguments; i++)
            inspect_named(&c, o.arguments[i], &o, f);
    }
    catalog_free(&c);
    options_free(&o);
    return f->status;
}
