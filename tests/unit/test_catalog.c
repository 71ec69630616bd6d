/* What plug-ins say of themselves: every rule of the descriptor refuses its breach; and the files
 * on the search path. */
#include "catalog.h"
#include "core_fixture.h"
#include "descriptor.h"

#include <cim/accuracy.h>

static cim_status create(const cim_host *h, const cim_values *v, void **self) {
    (void)h, (void)v, (void)self;
    return CIM_OK;
}
static cim_status evaluate(void *self, const cim_request *q) {
    (void)self, (void)q;
    return CIM_OK;
}
static cim_status build(void *self, const cim_values *v, const cim_network **n) {
    (void)self, (void)v, (void)n;
    return CIM_OK;
}
static cim_status measure(void *self, cim_accuracy_request *q) {
    (void)self, (void)q;
    return CIM_OK;
}
static void destroy(void *self) { (void)self; }
static cim_status search(const cim_host *h, const cim_values *v, const cim_problem *p,
                         void **self) {
    (void)h, (void)v, (void)p, (void)self;
    return CIM_OK;
}
static cim_status ask(void *self, cim_ask *q) { (void)self, (void)q; return CIM_OK; }
static cim_status tell(void *self, cim_trial_table t) { (void)self, (void)t; return CIM_OK; }
static cim_status save(void *self, const cim_sink *s) { (void)self, (void)s; return CIM_OK; }
static cim_status load(void *self, const void *d, size_t n) {
    (void)self, (void)d, (void)n;
    return CIM_OK;
}

/* A good hardware model, of which each case breaks one thing. */
typedef struct made {
    cim_plugin plugin;
    cim_hwmodel_ops ops;
    cim_param params[2];
    cim_metric metrics[2];
    cim_constraint constraints[2];
    cim_index_set sets[2];
    cim_condition conditions[1];
    double levels[3];
    const char *names[3];
} made;

static void start(made *m) {
    static const double values[] = {1};
    *m = (made){
        .ops = {.struct_size = sizeof m->ops,
                .create = create,
                .evaluate = evaluate,
                .destroy = destroy},
        .params = {{.key = "rows",
                    .unit = "",
                    .help = "",
                    .type = CIM_INTEGER,
                    .max = 8,
                    .default_value = 2},
                   {.key = "adc", .unit = "", .help = "", .type = CIM_CATEGORY, .n_levels = 3}},
        .metrics = {{.name = "energy_j", .unit = "J", .help = ""},
                    {.name = "area_mm2", .unit = "", .help = ""}},
        .constraints = {{"capacity", "", ""}, {"margin", "V", ""}},
        .sets = {{.name = "layer", .help = "", .size = 2},
                 {.name = "block", .help = "", .size = 4096}},
        .conditions = {{.target = "rows", .on = "adc", .values = values, .n_values = 1}},
        .levels = {1, 2, 4},
        .names = {"a", "b", "c"}};
    m->params[1].names = m->names;
    m->plugin = (cim_plugin){.struct_size = sizeof m->plugin,
                             .abi_major = CIM_ABI_MAJOR,
                             .abi_minor = CIM_ABI_MINOR,
                             .kind = CIM_HWMODEL,
                             .id = "hwmodel.made",
                             .version = "1",
                             .summary = "",
                             .license = "",
                             .ops = &m->ops};
    m->plugin.is = (cim_description){.struct_size = sizeof m->plugin.is,
                                     .params = RIG_TABLE(m->params),
                                     .conditions = RIG_TABLE(m->conditions),
                                     .metrics = RIG_TABLE(m->metrics),
                                     .constraints = RIG_TABLE(m->constraints)};
}

static void assert_descriptor(const cim_plugin *p, const char *refusal) {
    failure f = {0};
    bool good = descriptor_check(p, &f);
    if (!refusal) assert_good(good, &f);
    else {
        if (good) print_error("passed: %s\n", refusal);
        assert_refused(good, &f, refusal);
    }
}

/* Starts from a good one, does CHANGE, and expects REFUSAL (NULL: none). */
#define CASE(change, refusal) \
    do { \
        made m; \
        start(&m); \
        change; \
        assert_descriptor(&m.plugin, refusal); \
    } while (0)

static void the_head_is_checked(void **state) {
    (void)state;
    CASE((void)0, NULL);
    assert_descriptor(NULL, "a descriptor is NULL");
    CASE(m.plugin.abi_major++, "built for interface 1.1, this host has 0.1");
    CASE(m.plugin.abi_minor++, "built for interface 0.2, this host has 0.1");
    CASE(m.plugin.struct_size--, "descriptor of");
    CASE(m.plugin.struct_size += 64, NULL);
    CASE(m.plugin.kind = 0, "unknown kind 0");
    CASE(m.plugin.kind = 5, "unknown kind 5");
    CASE(m.plugin.id = NULL, "id \"\": must be \"hwmodel.\" and a name");
    CASE(m.plugin.id = "made", "must be \"hwmodel.\" and a name");
    CASE(m.plugin.id = "workload.made", "must be \"hwmodel.\" and a name");
    CASE(m.plugin.id = "hwmodel.", "must be \"hwmodel.\" and a name");
    CASE(m.plugin.id = "hwmodel.1x", "must be \"hwmodel.\" and a name");
    CASE(m.plugin.id = "hwmodel.a-b", "must be \"hwmodel.\" and a name");
    CASE(m.plugin.id = "hwmodel.a/b", "must be \"hwmodel.\" and a name");
    CASE(m.plugin.id = "hwmodelxmade", "must be \"hwmodel.\" and a name");
    CASE(m.plugin.version = NULL, "hwmodel.made: version, summary and license must be texts");
    CASE(m.plugin.summary = NULL, "version, summary and license must be texts");
    CASE(m.plugin.license = NULL, "version, summary and license must be texts");
}

static void operations_are_checked(void **state) {
    (void)state;
    CASE(m.plugin.ops = NULL, "hwmodel.made: it has no operations");
    CASE(m.ops.struct_size--, "operations of");
    CASE(m.ops.create = NULL, "its operation create is NULL");
    CASE(m.ops.evaluate = NULL, "its operation evaluate is NULL");
    CASE(m.ops.destroy = NULL, "its operation destroy is NULL");
}

static void check_ops(uint32_t kind, const char *id, const void *ops, const char *refusal) {
    made m;
    start(&m);
    m.plugin.kind = kind;
    m.plugin.id = id;
    m.plugin.ops = ops;
    m.plugin.is = (cim_description){.struct_size = sizeof m.plugin.is};
    assert_descriptor(&m.plugin, refusal);
}

static void operations_of_every_kind_are_checked(void **state) {
    (void)state;
    const cim_searcher_ops s = {.struct_size = sizeof s, .create = search, .ask = ask, .tell = tell,
                                .save = save, .load = load, .destroy = destroy};
    const cim_workload_ops w = {.struct_size = sizeof w,
                                .create = create,
                                .build = build,
                                .destroy = destroy};
    const cim_accuracy_ops a = {.struct_size = sizeof a,
                                .create = create,
                                .evaluate = measure,
                                .destroy = destroy};
    check_ops(CIM_SEARCHER, "searcher.made", &s, NULL);
    check_ops(CIM_WORKLOAD, "workload.made", &w, NULL);
    check_ops(CIM_ACCURACY, "accuracy.made", &a, NULL);
#define WITHOUT(kind, id, type, ops, field) \
    do { \
        type less = ops; \
        less.field = NULL; \
        check_ops(kind, id, &less, "its operation " #field " is NULL"); \
        less = ops; \
        less.struct_size = 8; \
        check_ops(kind, id, &less, "operations of 8 bytes"); \
    } while (0)
    WITHOUT(CIM_SEARCHER, "searcher.made", cim_searcher_ops, s, create);
    WITHOUT(CIM_SEARCHER, "searcher.made", cim_searcher_ops, s, ask);
    WITHOUT(CIM_SEARCHER, "searcher.made", cim_searcher_ops, s, tell);
    WITHOUT(CIM_SEARCHER, "searcher.made", cim_searcher_ops, s, save);
    WITHOUT(CIM_SEARCHER, "searcher.made", cim_searcher_ops, s, load);
    WITHOUT(CIM_SEARCHER, "searcher.made", cim_searcher_ops, s, destroy);
    WITHOUT(CIM_WORKLOAD, "workload.made", cim_workload_ops, w, create);
    WITHOUT(CIM_WORKLOAD, "workload.made", cim_workload_ops, w, build);
    WITHOUT(CIM_WORKLOAD, "workload.made", cim_workload_ops, w, destroy);
    WITHOUT(CIM_ACCURACY, "accuracy.made", cim_accuracy_ops, a, create);
    WITHOUT(CIM_ACCURACY, "accuracy.made", cim_accuracy_ops, a, evaluate);
    WITHOUT(CIM_ACCURACY, "accuracy.made", cim_accuracy_ops, a, destroy);
}

static void tables_are_checked(void **state) {
    (void)state;
    CASE(m.plugin.is.struct_size--, "description of");
    CASE(m.plugin.is.params.n = 1025, "1025 parameters: at most 1024 are allowed");
    CASE(m.plugin.is.metrics.n = UINT32_MAX, "metrics: at most 1024 are allowed");
    CASE(m.plugin.is.constraints.n = 1025, "1025 constraints: at most 1024");
    CASE(m.plugin.is.conditions.n = 1025, "1025 conditions: at most 1024");
    CASE(m.plugin.is.params.rows = NULL, "2 parameters, but the table is NULL");
    CASE(m.plugin.is.params.row_size--, "parameters of");
    CASE(m.plugin.is.metrics.row_size = 0, "metrics of 0 bytes each");
    CASE(m.plugin.is.conditions.rows = NULL, "1 conditions, but the table is NULL");
    CASE(m.plugin.is.index_sets = (cim_index_set_table)RIG_TABLE(m.sets),
         "index sets belong to workloads");
    made m;
    start(&m);
    check_ops(CIM_SEARCHER, "searcher.made", &m.ops, "operations of"); /* a model's are shorter */
}

static void parameters_are_checked(void **state) {
    (void)state;
    CASE(m.params[0].key = NULL, "a parameter's key must be a name");
    CASE(m.params[0].key = "", "a parameter's key must be a name");
    CASE(m.params[0].key = "9x", "a parameter's key must be a name");
    CASE(m.params[0].key = "a b", "a parameter's key must be a name");
    CASE(m.params[0].key = "a.b", "a parameter's key must be a name");
    CASE(m.params[0].key = "plugin", "parameter plugin: the key is taken");
    CASE(m.params[1].key = "rows", "parameter rows: twice");
    CASE(m.params[0].unit = NULL, "parameter rows: unit and help must be texts");
    CASE(m.params[0].help = NULL, "parameter rows: unit and help must be texts");
    CASE(m.params[0].type = 0, "parameter rows: unknown type 0");
    CASE(m.params[0].type = 6, "parameter rows: unknown type 6");
    CASE(m.params[0].length = 4097, "parameter rows: length 4097: at most 4096");
    CASE((m.params[0].length = 2, m.params[0].index_set = "layer"),
         "either a length or an index set");
    CASE((m.params[0].type = CIM_TEXT, m.params[0].length = 2), "a text is no vector");
    CASE((m.params[0].type = CIM_TEXT, m.params[0].index_set = "layer"), "a text is no vector");
    CASE((m.params[0].type = CIM_TEXT, m.params[0].flags = CIM_PARAM_PATH), NULL);
    CASE(m.params[0].flags = CIM_PARAM_PATH, "only a text is a path");
    CASE(m.params[0].max = INFINITY, "needs a finite range min..max");
    CASE(m.params[0].min = NAN, "needs a finite range min..max");
    CASE(m.params[0].min = 9, "needs a finite range min..max");
    CASE(m.params[0].max = 0x1p54, "its range exceeds 2^53");
    CASE(m.params[0].min = -0x1p54, "its range exceeds 2^53");
    CASE(m.params[0].max = 0x1p53, NULL);
}

static void defaults_and_levels_are_checked(void **state) {
    (void)state;
    CASE(m.params[0].default_value = 9, "its default 9 is not an allowed value");
    CASE(m.params[0].default_value = -1, "its default -1 is not an allowed value");
    CASE(m.params[0].default_value = 0.5, "its default 0.5 is not an allowed value");
    CASE(m.params[0].default_value = NAN, "is not an allowed value");
    CASE((m.params[0].default_value = 99, m.params[0].flags = CIM_PARAM_REQUIRED), NULL);
    CASE((m.params[0].default_value = 99, m.params[0].flags = CIM_PARAM_FROM_NETWORK), NULL);
    CASE((m.params[0].type = CIM_REAL, m.params[0].default_value = 0.5), NULL);
    CASE(m.params[1].default_value = 3, "parameter adc: its default 3 is not an allowed value");
    CASE(m.params[1].names = NULL, "parameter adc: a category without names");
    CASE(m.params[1].n_levels = 0, "parameter adc: a category without names");
    CASE(m.names[1] = NULL, "parameter adc: name 1 is empty");
    CASE(m.names[2] = "", "parameter adc: name 2 is empty");
    CASE(m.params[1].n_levels = 4097, "4097 levels: at most 4096 are allowed");
#define LEVELS m.params[0].levels = m.levels, m.params[0].n_levels = 3
    CASE((LEVELS), NULL);
    CASE((LEVELS, m.params[0].default_value = 3), "its default 3 is not an allowed value");
    CASE((LEVELS, m.levels[2] = 2), "levels must ascend, within min..max");
    CASE((LEVELS, m.levels[2] = 9), "levels must ascend, within min..max");
    CASE((LEVELS, m.levels[0] = -1), "levels must ascend, within min..max");
    CASE((LEVELS, m.levels[1] = NAN), "levels must ascend, within min..max");
}

static void the_default_of_a_boolean_is_one(void **state) {
    (void)state;
    CASE((m.params[0].type = CIM_BOOLEAN, m.params[0].default_value = 1), NULL);
    CASE((m.params[0].type = CIM_BOOLEAN, m.params[0].default_value = 7),
         "its default 7 is not an allowed value");
}

static void names_of_a_category_differ(void **state) {
    (void)state;
    CASE(m.names[2] = "a", "parameter adc");  /* nobody could choose the second */
}

static void levels_of_an_integer_are_integers(void **state) {
    (void)state;
    CASE((LEVELS, m.levels[2] = 2.5), "parameter rows");
}

static void metrics_and_constraints_are_checked(void **state) {
    (void)state;
    CASE(m.metrics[0].name = NULL, "a metric must have a name");
    CASE(m.metrics[0].name = "a b", "a metric must have a name");
    CASE(m.metrics[1].name = "energy_j", "metric energy_j: twice");
    CASE(m.metrics[0].unit = NULL, "metric energy_j: unit and help must be texts");
    CASE(m.metrics[0].help = NULL, "metric energy_j: unit and help must be texts");
    CASE(m.constraints[0].name = NULL, "a constraint must have a name");
    CASE(m.constraints[1].name = "capacity", "constraint capacity: twice");
    CASE(m.constraints[0].unit = NULL, "constraint capacity: unit and help must be texts");
    CASE(m.constraints[0].help = NULL, "constraint capacity: unit and help must be texts");
    CASE(m.conditions[0].target = NULL, "condition 0: target, on and values must be given");
    CASE(m.conditions[0].on = NULL, "condition 0: target, on and values must be given");
    CASE(m.conditions[0].values = NULL, "condition 0: target, on and values must be given");
    CASE(m.conditions[0].n_values = 0, "condition 0: target, on and values must be given");
}

static void check_sets(made *m, uint32_t kind, const char *refusal) {
    failure f = {0};
    const cim_description is = {.struct_size = sizeof is, .index_sets = RIG_TABLE(m->sets)};
    bool good = description_check(&is, kind, &f);
    if (refusal) assert_refused(good, &f, refusal);
    else assert_good(good, &f);
}

static void index_sets_are_checked(void **state) {
    (void)state;
    made m;
    start(&m);
    check_sets(&m, CIM_WORKLOAD, NULL);
    check_sets(&m, CIM_ACCURACY, "index sets belong to workloads");
#define SETS(change, refusal) (start(&m), change, check_sets(&m, CIM_WORKLOAD, refusal))
    SETS(m.sets[0].name = NULL, "a index set must have a name");
    SETS(m.sets[1].name = "layer", "index set layer: twice");
    SETS(m.sets[0].help = NULL, "index set layer: help must be a text");
    SETS(m.sets[0].size = 0, "index set layer: size 0: must be 1..4096");
    SETS(m.sets[0].size = 4097, "index set layer: size 4097: must be 1..4096");
    failure f = {0};
    const cim_description is = {.struct_size = sizeof is, .metrics = RIG_TABLE(m.metrics)};
    assert_refused(description_check(&is, CIM_WORKLOAD, &f), &f,
                   "metrics and constraints belong to hardware models");
}

/* They are looked through when a config names an element: i = "b". */
static void elements_have_names_or_none_has(void **state) {
    (void)state;
    static const char *const names[] = {"a", NULL};
    made m;
    SETS(m.sets[0].element_names = names, "index set layer");
}

/* ---- files ---------------------------------------------------------------------------------- */

static void kinds_have_names(void **state) {
    (void)state;
    assert_string_equal(kind_name(CIM_WORKLOAD), "workload");
    assert_null(kind_name(0));
    assert_null(kind_name(5));
}

static void plug_ins_are_found_on_the_path(void **state) {
    (void)state;
    failure f = {0};
    catalog c;
    char *folder = make_temp_folder(), *junk = write_file(folder, "junk.so", "not a shared object");
    text path = {0};
    free(write_file(folder, "readme.txt", ""));
    text_add(&path, "%s::/nowhere:%s:%s", folder, BINARY_DIR "/plugins", BINARY_DIR "/plugins");
    setenv("CIMDSE_PLUGIN_PATH", text_of(&path), 1);
    assert_good(catalog_scan(&c, &f), &f);
    assert_int_equal(c.n_folders, 2); /* those that exist, once */
    assert_int_equal(c.n_refusals, 1);
    assert_contains(c.refusals[0], junk);
    size_t before = c.n_entries, found = 0;
    for (size_t i = 0; i < c.n_entries; i++)
        found += strcmp(c.entries[i].plugin->id, "workload.vgg8") == 0;
    assert_int_equal(found, 1);
    assert_good(catalog_add_file(&c, BINARY_DIR "/plugins/workload.vgg8.so", &f), &f);
    assert_int_equal(c.n_entries, before); /* the same once more */
    assert_refused(catalog_add_file(&c, junk, &f), &f, "junk.so");
    catalog_free(&c);
    text_free(&path);
    free(junk);
    remove_folder(folder);
}

/* A plug-in named by its file is found although its folder is on the search path, too. */
static void a_file_may_be_on_the_path_as_well(void **state) {
    (void)state;
    study s = {0};
    failure f = {0};
    setenv("CIMDSE_PLUGIN_PATH", BINARY_DIR "/plugins", 1);
    const char *source = "workload = { plugin = \"./plugins/workload.vgg8.so\"; };\n"
                         "hwmodel = { plugin = \"rram_crossbar\"; };";
    assert_good(config_read_text(&s.config, source, "a.cfg", BINARY_DIR, &f), &f);
    bool good = study_open(&s, false, &f);
    assert_good(good, &f);
    study_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_is_checked),
        cmocka_unit_test(operations_are_checked),
        cmocka_unit_test(operations_of_every_kind_are_checked),
        cmocka_unit_test(tables_are_checked),
        cmocka_unit_test(parameters_are_checked),
        cmocka_unit_test(defaults_and_levels_are_checked),
        cmocka_unit_test(the_default_of_a_boolean_is_one),
        cmocka_unit_test(names_of_a_category_differ),
        cmocka_unit_test(levels_of_an_integer_are_integers),
        cmocka_unit_test(metrics_and_constraints_are_checked),
        cmocka_unit_test(index_sets_are_checked),
        cmocka_unit_test(elements_have_names_or_none_has),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test(plug_ins_are_found_on_the_path),
        cmocka_unit_test(a_file_may_be_on_the_path_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
