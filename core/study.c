#include "study.h"
#include "design_view.h"
#include "initial.h"
#include "memory.h"
#include "older.h"
#include "published.h"
#include "settings.h"
#include "study_goals.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding plug-ins ----------------------------------------------------------------------- */

static bool missing_plugin(const study *s, const node *n, const char *kind, failure *f) {
    const char **names = memory_new(s->catalog.n_entries, sizeof *names);
    size_t count = 0, skip = strlen(kind) + 1;
    text list = {0}, folders = {0}, refused = {0};
    for (size_t i = 0; i < s->catalog.n_entries; i++) {
        const char *id = s->catalog.entries[i].plugin->id;
        if (strncmp(id, kind, skip - 1) != 0 || id[skip - 1] != '.') continue;
        text_add(&list, "%s%s", count ? ", " : "", id + skip);
        names[count++] = id + skip;
    }
    for (size_t i = 0; i < s->catalog.n_folders; i++)
        text_add(&folders, "%s%s", i ? ":" : "", s->catalog.folders[i]);
    for (size_t i = 0; i < s->catalog.n_refusals; i++)
        text_add(&refused, "; refused: %s", s->catalog.refusals[i]);
    const char *near = nearest_name(n->text, names, count);
    fail_at(f, n, "no %s plug-in of that name in %s%s%s%s; there are: %s%s", kind,
            folders.length ? text_of(&folders) : "an empty search path",
            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "",
            list.length ? text_of(&list) : "none", text_of(&refused));
    free(names);
    text_free(&list);
    text_free(&folders);
    text_free(&refused);
    return false;
}

/* A text with a slash names a file, relative to the config's folder. */
static bool find_in_file(study *s, const node *n, uint32_t kind, const catalog_entry **out,
                         failure *f) {
    text path = {0};
    failure inner = {0};
    size_t found = 0;
    text_add(&path, n->text[0] == '/' ? "%.0s%s" : "%s/%s", s->config.folder, n->text);
    if (!catalog_add_file(&s->catalog, text_of(&path), &inner)) fail_at(f, n, "%s", inner.text);
    for (size_t i = 0; !f->status && i < s->catalog.n_entries; i++) {
        const catalog_entry *e = &s->catalog.entries[i];
        if (strcmp(e->file, text_of(&path)) != 0 || e->plugin->kind != kind) continue;
        *out = e;
        found++;
    }
    if (!f->status && found != 1)
        fail_at(f, n, "holds %zu %s plug-ins; it must hold one", found, kind_name(kind));
    text_free(&path);
    return !f->status;
}

static bool find_plugin(study *s, node *group, uint32_t kind, const catalog_entry **out,
                        failure *f) {
    const char *name, *kind_text = kind_name(kind);
    if (!node_get_text(group, "plugin", &name, f)) return false;
    if (!name)
        return fail_at(f, group, "needs plugin, the name of %s %s plug-in",
                       kind == CIM_ACCURACY ? "an" : "a", kind_text);
    const node *n = node_get(group, "plugin");
    if (strchr(name, '/')) return find_in_file(s, n, kind, out, f);
    size_t skip = strlen(kind_text);
    for (size_t i = 0; i < s->catalog.n_entries; i++) {
        const char *id = s->catalog.entries[i].plugin->id;
        if (strncmp(id, kind_text, skip) == 0 && id[skip] == '.' &&
            strcmp(id + skip + 1, name) == 0) {
            *out = &s->catalog.entries[i];
            return true;
        }
    }
    return missing_plugin(s, n, kind_text, f);
}

/* ---- instances ------------------------------------------------------------------------------ */

/* A workload's vectors run over its own index sets, everybody else's over the common ones. */
static void choose_sets(const study *s, instance *in) {
    bool own = in->plugin->kind == CIM_WORKLOAD;
    in->sets = own ? in->index_sets : s->common_sets;
    in->n_sets = own ? in->n_index_sets : s->n_common_sets;
}

/* A group of the config -> a living instance with its numbers. */
static bool open_instance(study *s, node *group, uint32_t kind, const char *section, instance *in,
                          failure *f) {
    const catalog_entry *entry;
    if (!find_plugin(s, group, kind, &entry, f)) return false;
    instance_begin(in, entry, section, group, s->seed);
    in->fixed = in == &s->stand_in.workload;
    bool searchable = !in->fixed && (kind == CIM_WORKLOAD || kind == CIM_HWMODEL);
    choose_sets(s, in);
    if (!instance_layout(in, false, f) || !settings_read(in, NULL, f)) return false;
    if (kind == CIM_SEARCHER) return true; /* created when the space is known */
    const design_view names = {.workload = s->workloads, .n_workloads = s->n_workloads,
                               .hwmodel = &s->hwmodel};
    in->view = kind == CIM_ACCURACY ? &names : NULL;
    const bool created = instance_create(in, NULL, f);
    in->view = NULL;
    if (!created) return false;
    choose_sets(s, in);
    return instance_layout(in, true, f) && settings_read(in, searchable ? &s->space : NULL, f);
}

static bool section(study *s, const char *key, bool needed, node **out, failure *f) {
    if (!node_get_group(s->config.root, key, out, f)) return false;
    if (*out || !needed) return true;
    const node *root = s->config.root;
    for (size_t i = 0; i < root->n_children; i++)
        if (!root->children[i]->read && nearest_name(root->children[i]->key, &key, 1))
            return fail_at(f, root->children[i], "no such key; did you mean \"%s\"?", key);
    return fail(f, STATUS_WRONG, "%s: needs a group %s = { plugin = ...; }",
                s->config.n_files ? s->config.files[0] : "config", key);
}

/* workload = { ... } or several of them, ( { ... }, { ... } ). */
static bool open_workloads(study *s, failure *f) {
    static const char *const sections[STUDY_MAX_WORKLOADS] = {
        "workload[0]",  "workload[1]",  "workload[2]",  "workload[3]",
        "workload[4]",  "workload[5]",  "workload[6]",  "workload[7]",
        "workload[8]",  "workload[9]",  "workload[10]", "workload[11]",
        "workload[12]", "workload[13]", "workload[14]", "workload[15]"};
    node *n = node_get(s->config.root, "workload");
    if (!n || n->type != NODE_LIST) {
        s->n_workloads = 1;
        return section(s, "workload", true, &n, f) &&
               open_instance(s, n, CIM_WORKLOAD, "workload", &s->workloads[0], f);
    }
    if (!n->n_children || n->n_children > STUDY_MAX_WORKLOADS)
        return fail_at(f, n, "%zu workloads: must be 1..%d", n->n_children, STUDY_MAX_WORKLOADS);
    for (size_t i = 0; i < n->n_children; i++) {
        node *group = n->children[i];
        group->read = true;
        if (group->type != NODE_GROUP) return fail_at(f, group, "must be a group { ... }");
        s->n_workloads = (uint32_t)i + 1;
        if (!open_instance(s, group, CIM_WORKLOAD, n->n_children > 1 ? sections[i] : "workload",
                           &s->workloads[i], f))
            return false;
    }
    return true;
}

static const cim_index_set *set_named(const instance *in, const char *name) {
    for (uint32_t i = 0; i < in->n_index_sets; i++)
        if (strcmp(in->index_sets[i].name, name) == 0) return &in->index_sets[i];
    return NULL;
}

/* What the hardware model's vectors may run over: the sets that every workload has. Element i of a
 * vector is for element i of each network; the largest network gives the size and the names. */
static void find_common_sets(study *s) {
    const instance *first = &s->workloads[0];
    s->common_sets = memory_new(first->n_index_sets, sizeof *s->common_sets);
    for (uint32_t i = 0; i < first->n_index_sets; i++) {
        const cim_index_set *largest = &first->index_sets[i], *other = largest;
        for (uint32_t w = 1; other && w < s->n_workloads; w++) {
            other = set_named(&s->workloads[w], first->index_sets[i].name);
            if (other && other->size > largest->size) largest = other;
        }
        if (other) s->common_sets[s->n_common_sets++] = *largest;
    }
}

/* accuracy.on */
static bool open_stand_in(study *s, node *accuracy, failure *f) {
    node *group;
    if (!node_get_group(accuracy, "on", &group, f)) return false;
    if (!group) return true;
    if (s->n_workloads > 1)
        return fail_at(f, group, "is for one workload, and there are %u: drop it", s->n_workloads);
    return open_instance(s, group, CIM_WORKLOAD, "accuracy.on", &s->stand_in.workload, f) &&
           stand_in_begin(&s->stand_in, &s->workloads[0], &s->hwmodel, &s->space, f);
}

static bool open_accuracy(study *s, failure *f) {
    node *group;
    if (!section(s, "accuracy", false, &group, f)) return false;
    s->has_accuracy = group != NULL;
    if (!group) return true;
    if (!open_stand_in(s, group, f) ||
        !open_instance(s, group, CIM_ACCURACY, "accuracy", &s->accuracy, f) ||
        !levels_read(&s->accuracy, &s->levels, f))
        return false;
    if (((const cim_hwmodel_ops *)s->hwmodel.plugin->ops)->nonidealities) return true;
    return fail_at(f, group, "%s does not describe its arrays: accuracy cannot be evaluated on it",
                   s->hwmodel.plugin->id);
}

static bool open_plugins(study *s, failure *f) {
    node *group;
    instance *owners[SPACE_MAX_OWNERS];
    if (!open_workloads(s, f)) return false;
    find_common_sets(s);
    if (!section(s, "hwmodel", true, &group, f) ||
        !open_instance(s, group, CIM_HWMODEL, "hwmodel", &s->hwmodel, f))
        return false;
    for (uint32_t w = 0; w < s->n_workloads; w++) {
        owners[w] = &s->workloads[w];
        if (!settings_check_overrides(&s->hwmodel, owners[w], f)) return false;
    }
    uint32_t n_owners = s->n_workloads;
    owners[n_owners++] = &s->hwmodel;
    if (!open_accuracy(s, f)) return false;
    if (s->has_accuracy) owners[n_owners++] = &s->accuracy;
    return space_finish(&s->space, owners, n_owners, f);
}

/* ---- the baseline --------------------------------------------------------------------------- */

void study_default_design(const study *s, double *design) {
    double *point = memory_new(s->space.n_dimensions, sizeof *point);
    space_default(&s->space, point);
    space_design(&s->space, point, design);
    free(point);
}

static bool read_baseline_of(const instance *in, node *group, double *numbers, failure *f) {
    for (uint32_t i = 0; group && i < in->n_params; i++) {
        node *n = node_get(group, in->params[i].key);
        if (n && !settings_fix(in, i, n, numbers, f)) return false;
    }
    return true;
}

/* baseline.workload: one group for all workloads, or a list with one each. */
static bool baseline_of_workload(node *baseline, uint32_t w, node **out, failure *f) {
    node *n = node_get(baseline, "workload");
    *out = n;
    if (!n || n->type != NODE_LIST) return node_get_group(baseline, "workload", out, f);
    if (w >= n->n_children) return fail_at(f, n, "needs a group for each workload");
    *out = n->children[w];
    (*out)->read = true;
    return (*out)->type == NODE_GROUP || fail_at(f, *out, "must be a group { ... }");
}

static bool read_baseline(study *s, failure *f) {
    node *group, *own;
    if (!node_get_group(s->config.root, "baseline", &group, f)) return false;
    if (!group) return true;
    double *numbers = s->baseline = memory_new(s->space.n_numbers, sizeof *s->baseline);
    study_default_design(s, s->baseline);
    for (uint32_t w = 0; w < s->n_workloads; numbers += s->workloads[w++].n_numbers)
        if (!baseline_of_workload(group, w, &own, f) ||
            !read_baseline_of(&s->workloads[w], own, numbers, f))
            return false;
    return node_get_group(group, "hwmodel", &own, f) &&
           read_baseline_of(&s->hwmodel, own, numbers, f);
}

/* ---- the searcher --------------------------------------------------------------------------- */

static cim_problem *make_problem(study *s) {
    const space *sp = &s->space;
    const evaluator *e = &s->evaluator;
    uint32_t n_slacks = evaluator_slacks(e);
    cim_problem *p = memory_new(1, sizeof *p);
    s->goal_rows = memory_new(e->n_goals, sizeof *s->goal_rows);
    s->constraint_rows = memory_new(n_slacks, sizeof *s->constraint_rows);
    for (uint32_t i = 0; i < e->n_goals; i++)
        s->goal_rows[i] = (cim_goal){.name = e->goals[i].written,
                                     .is_exact = evaluator_is_exact(e, &e->goals[i].of)};
    for (uint32_t i = 0; i < n_slacks; i++) {
        const uint32_t own = e->hwmodel->n_constraints;
        s->constraint_rows[i] = (cim_goal){
            .name = evaluator_slack_name(e, i),
            .is_exact = i < own || evaluator_is_exact(e, &e->constraints[i - own].of)};
    }
    *p = (cim_problem){
        .struct_size = sizeof *p, .batch = (uint32_t)s->batch, .trials = s->trials,
        .dimensions = {sp->table, sp->n_dimensions, sizeof *sp->table},
        .activities = {sp->activities, sp->n_activities, sizeof *sp->activities},
        .goals = {s->goal_rows, e->n_goals, sizeof *s->goal_rows},
        .constraints = {s->constraint_rows, n_slacks, sizeof *s->constraint_rows},
        .n_fidelities = e->n_fidelities,
        .older = {s->older_rows, (uint32_t)s->n_older, sizeof *s->older_rows}};
    return p;
}

static bool read_initial(study *s, failure *f) {
    text path = {0};
    if (!s->initial_points) return true;
    if (s->initial_points[0] != '/') text_add(&path, "%s/", s->config.folder);
    text_add(&path, "%s", s->initial_points);
    bool good = initial_read(s, text_of(&path), f);
    text_free(&path);
    return good;
}

static bool read_searcher(study *s, bool needed, failure *f) {
    node *group;
    return section(s, "searcher", needed, &group, f) &&
           (!group || open_instance(s, group, CIM_SEARCHER, "searcher", &s->searcher, f));
}

static bool open_searcher(study *s, failure *f) {
    if (!read_searcher(s, true, f) || !config_all_read(&s->config, f)) return false;
    if (!s->space.n_dimensions)
        return fail(f, STATUS_WRONG,
                    "%s: searches nothing: give a parameter of workload or hwmodel "
                    "several values, as in rows = [64, 128]; or use cimdse eval",
                    s->config.n_files ? s->config.files[0] : "config");
    if (s->transfer && !older_read(s, s->transfer, f)) return false;
    s->older_rows = older_table(s);
    s->problem = make_problem(s);
    return read_initial(s, f) && instance_create(&s->searcher, s->problem, f);
}

/* ---- all together --------------------------------------------------------------------------- */

/* A study without a name is called as its file, without the ending. */
static void name_after_file(study *s) {
    const char *file = s->config.n_files ? s->config.files[0] : "study",
               *slash = strrchr(file, '/');
    if (slash) file = slash + 1;
    snprintf(s->file_name, sizeof s->file_name, "%.*s", (int)strcspn(file, "."), file);
    s->name = s->file_name[0] ? s->file_name : "study";
}

bool study_settings(study *s, failure *f) {
    node *group;
    name_after_file(s);
    s->seed = 1;
    s->trials = 200;
    s->batch = 8;
    s->max_seconds = INFINITY;
    s->time_limit_s = 60;
    if (!node_get_group(s->config.root, "study", &group, f)) return false;
    if (!group) return true;
    const char *name = NULL;
    if (!node_get_text(group, "name", &name, f) ||
        !node_get_text(group, "initial_points", &s->initial_points, f) ||
        !node_get_natural(group, "seed", 0, INT64_MAX, &s->seed, f) ||
        !node_get_natural(group, "trials", 1, 1000000000, &s->trials, f) ||
        !node_get_natural(group, "batch", 1, STUDY_MAX_BATCH, &s->batch, f) ||
        !node_get_real(group, "max_seconds", 0.001, 1e9, &s->max_seconds, f) ||
        !node_get_real(group, "time_limit_s", 0.001, 1e9, &s->time_limit_s, f))
        return false;
    node *transfer = node_get(group, "transfer");
    if (transfer) node_mark(transfer);
    s->transfer = transfer;
    if (!name) return true;
    if (!names_folder(name))
        return fail_at(f, node_get(group, "name"), "must be usable as the name of a folder");
    s->name = name;
    return true;
}

bool study_open(study *s, study_use use, failure *f) {
    const bool search = use == STUDY_SEARCH, look = use == STUDY_LOOK;
    evaluator *e = &s->evaluator;
    if (!study_settings(s, f) || !catalog_scan(&s->catalog, f) || !open_plugins(s, f)) return false;
    s->levels.climbs = s->levels.climbs && use != STUDY_DESIGNS;
    stand_in *on = s->stand_in.workload.plugin ? &s->stand_in : NULL;
    evaluator_begin(e, s->workloads, s->n_workloads, &s->hwmodel,
                    s->has_accuracy ? &s->accuracy : NULL, on, &s->levels);
    const bool needs_goals = search || (look && node_get(s->config.root, "goals"));
    if (!study_read_aggregates(s, f) || !study_read_goals(s, needs_goals, f) ||
        !read_baseline(s, f) || !published_read(s, f))
        return false;
    node *validation = node_get(s->config.root, "validation"); /* for `cimdse validate` */
    if (validation) node_mark(validation);
    node *searcher = node_get(s->config.root, "searcher");
    if (use == STUDY_DESIGNS && searcher) node_mark(searcher);
    if (look && !read_searcher(s, false, f)) return false;
    if (search && !open_searcher(s, f)) return false;
    return config_all_read(&s->config, f);
}

void study_close(study *s) {
    if (s->searcher.plugin) instance_destroy(&s->searcher);
    if (s->accuracy.plugin) instance_destroy(&s->accuracy);
    stand_in_free(&s->stand_in);
    if (s->hwmodel.plugin) instance_destroy(&s->hwmodel);
    for (uint32_t w = 0; w < s->n_workloads; w++)
        if (s->workloads[w].plugin) instance_destroy(&s->workloads[w]);
    free(s->common_sets);
    evaluator_free(&s->evaluator);
    space_free(&s->space);
    free(s->baseline);
    published_free(s->published, s->n_published);
    free(s->initial);
    free(s->older_rows);
    older_free(s);
    free((cim_problem *)(uintptr_t)s->problem);
    free(s->goal_rows);
    free(s->constraint_rows);
    catalog_free(&s->catalog);
    config_free(&s->config);
    *s = (study){0};
}
