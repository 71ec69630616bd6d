/* A study by hand with a dimension of every kind, and a folder for its run. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include "core_fixture.h"
#include "store_read.h"

#include <sqlite3.h>

static const char *const adcs[] = {"sar", "flash \"quick\""};
static const cim_param w_params[] = {{.key = "bits",
                                      .unit = "",
                                      .help = "",
                                      .type = CIM_INTEGER,
                                      .default_value = 8,
                                      .min = 1,
                                      .max = 16}};
static const cim_param h_params[] = {
    {.key = "rows", .unit = "", .help = "", .type = CIM_INTEGER, .default_value = 1, .max = 1024},
    {.key = "x_v", .unit = "V", .help = "", .type = CIM_REAL, .max = 1},
    {.key = "adc", .unit = "", .help = "", .type = CIM_CATEGORY, .names = adcs, .n_levels = 2}};
static const cim_metric h_metrics[] = {{.name = "energy_j", .unit = "J", .help = "all of it"},
                                       {.name = "area_mm2", .unit = "mm2", .help = ""}};
static const cim_constraint h_rules[] = {{.name = "capacity", .unit = "", .help = ""}};

typedef struct bench {
    rig r;
    char *folder;
    text run;               /* the run's folder */
    failure f;
} bench;

static void add_goals(study *s) {
    static char rule[] = "area_mm2 <= 100", goal_text[] = "min energy_j*area_mm2";
    evaluator *e = &s->evaluator;
    evaluator_begin(e, s->workloads, 1, &s->hwmodel, NULL, NULL, NULL);
    e->goals = calloc(1, sizeof *e->goals);
    e->constraints = calloc(1, sizeof *e->constraints);
    node n = {.type = NODE_TEXT, .text = goal_text, .file = ""};
    failure f = {0};
    assert_good(goal_read(&n, e->metrics, e->n_metrics, &e->goals[e->n_goals++], &f), &f);
    n.text = rule;
    assert_good(constraint_read(&n, e->metrics, e->n_metrics, &e->constraints[e->n_constraints++],
                                &f),
                &f);
}

static int open_bench(void **state) {
    bench *b = calloc(1, sizeof *b);
    rig_start(&b->r);
    b->r.workload.is.params = (cim_param_table)RIG_TABLE(w_params);
    b->r.hwmodel.is.params = (cim_param_table)RIG_TABLE(h_params);
    b->r.hwmodel.is.metrics = (cim_metric_table)RIG_TABLE(h_metrics);
    b->r.hwmodel.is.constraints = (cim_constraint_table)RIG_TABLE(h_rules);
    bool good =
        rig_open(&b->r,
                 "workload = { bits = [2, 4]; }; hwmodel = { rows = { min = 0; max = 1000; };"
                 " x_v = { min = 0.0; max = 1.0; }; adc = [\"flash \\\"quick\\\"\", \"sar\"]; };");
    assert_good(good, &b->r.f);
    add_goals(&b->r.s);
    b->folder = make_temp_folder();
    text_add(&b->run, "%s/deep/run", b->folder);
    *state = b;
    return 0;
}

static int close_bench(void **state) {
    bench *b = *state;
    rig_close(&b->r);
    remove_folder(b->folder);
    text_free(&b->run);
    free(b);
    return 0;
}

static store *create(bench *b) {
    store *st = store_create(text_of(&b->run), &b->r.s, &b->f);
    assert_good(st != NULL, &b->f);
    return st;
}

static store *reopen(bench *b, bool write) {
    store *st = store_open(text_of(&b->run), write, &b->f);
    assert_good(st != NULL, &b->f);
    if (write) assert_good(store_matches(st, &b->r.s, &b->f), &b->f);
    return st;
}

static void close_store(bench *b, store *st) { assert_good(store_close(st, &b->f), &b->f); }

/* As another program would, and nobody should. */
static inline void change_file(const bench *b, const char *sql) {
    text path = {0};
    sqlite3 *db = NULL;
    text_add(&path, "%s/study.db", text_of(&b->run));
    assert_int_equal(sqlite3_open(text_of(&path), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    text_free(&path);
}
#endif
