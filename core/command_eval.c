#include "command.h"
#include "design_print.h"
#include "memory.h"
#include "points.h"
#include "ready.h"
#include "store_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the design ------------------------------------------------------------------------------ */

typedef struct finder {
    const study *s;
    const layout *l;
    double *point;
    bool found;
    failure *f;
} finder;

static bool take_point(void *context, const row *r) {
    finder *x = context;
    x->found = true;
    return row_point(r, x->l, &x->s->space, x->point, x->f);
}

static bool stored_design(const study *s, const char *folder, uint64_t trial, double *design,
                          failure *f) {
    store *st = store_open(folder, false, f);
    layout l = {0};
    finder x = {
        .s = s, .l = &l, .f = f, .point = memory_new(s->space.n_dimensions, sizeof(double))};
    failure changed = {0};   /* what comes out is then not what is stored */
    if (st && !store_matches(st, s, &changed))
        fprintf(stderr, "cimdse: warning: %s\n", changed.text);
    bool good = st && layout_read(st, &l, f) &&
                store_rows(st, &l, (int64_t)trial, (int64_t)trial, take_point, &x, f) && !f->status;
    if (good && !x.found)
        good = fail(f, STATUS_WRONG, "%s: has no trial %llu", folder, (unsigned long long)trial);
    if (good) space_design(&s->space, x.point, design);
    free(x.point);
    layout_free(&l);
    return store_close(st, f) && good;
}

/* ---- printing -------------------------------------------------------------------------------- */

static int form_of(const options *o) {
    static const char *const forms[] = {"table", "csv", "json"};
    if (!o->format) return o->points ? 1 : 0;
    for (int i = 0; i < 3; i++)
        if (strcmp(o->format, forms[i]) == 0) return i;
    return -1;
}

#define NOT_FOUND "default design, not one that the run found (--trial N shows one of its trials)"

/* Which design it is, for a person. */
static void add_caption(const options *o, bool is_run, text *out) {
    if (o->has_trial) text_add(out, "Trial %llu", (unsigned long long)o->trial);
    else text_add(out, is_run ? "The " NOT_FOUND : "Searched dimensions, at their defaults");
}

static bool evaluate_one(const study *s, pool *p, const double *design, const options *o,
                         bool is_run, failure *f) {
    const evaluator *e = &s->evaluator;
    result *r = results_new(1, e->n_metrics, evaluator_slacks(e));
    pool_task task = {.designs = design, .n = 1, .results = r, .want_parts = o->breakdown};
    bool good = pool_run(p, &task, NULL, f);
    if (good) {
        int form = form_of(o);
        text caption = {0};
        add_caption(o, is_run, &caption);
        if (form && is_run && !o->has_trial) fprintf(stderr, "cimdse: this is the " NOT_FOUND "\n");
        if (form == 0) design_print_table(s, design, text_of(&caption), r, stdout);
        else if (form == 1) design_print_csv(s, design, r, stdout);
        else design_print_json(s, design, r, stdout);
        text_free(&caption);
        if (r->outcome == CIM_FAILED) good = fail(f, STATUS_FAILED, "%s", r->reason);
    }
    results_free(r, 1);
    return good;
}

static bool evaluate(study *s, const options *o, const char *path, bool is_run, failure *f) {
    static const points_form forms[] = {POINTS_TABLE, POINTS_CSV, POINTS_JSONL};
    double *design = memory_new(s->space.n_numbers, sizeof *design);
    study_default_design(s, design);
    bool good = (!o->has_trial || stored_design(s, path, o->trial, design, f)) &&
                (o->points || ready_design(s, design, f));
    pool *p =
        good ? pool_start(&s->evaluator, o->points ? (unsigned)o->workers : 1, s->time_limit_s, f)
             : NULL;
    if (p)
        good = o->points ? points_evaluate(s, p, design, o->points, o->breakdown, forms[form_of(o)],
                                           stdout, f)
                         : evaluate_one(s, p, design, o, is_run, f);
    pool_stop(p);
    free(design);
    return good && p;
}

int command_eval(int argc, char **argv, failure *f) {
    options o;
    study s = {0};
    bool is_run = false;
    bool good = options_read(&o, argc, argv, "trial set points breakdown format workers target", f);
    if (good && o.n_arguments != 1)
        good = fail(f, STATUS_WRONG, "cimdse eval CONFIG|RUN: one of them");
    if (good && form_of(&o) < 0)
        good = fail(f, STATUS_WRONG, "--format %s: must be table, csv or json", o.format);
    good = good && command_one_run(&o, f) &&
           command_one_target(&s.config, o.arguments[0], &o, &is_run, f);
    if (good && o.has_trial && !is_run)
        good = fail(f, STATUS_WRONG, "--trial %llu: needs a run folder, and %s is a config",
                    (unsigned long long)o.trial, o.arguments[0]);
    if (good && study_open(&s, STUDY_DESIGNS, f)) evaluate(&s, &o, o.arguments[0], is_run, f);
    study_close(&s);
    options_free(&o);
    return f->status;
}
