#include "command.h"
#include "design_config.h"
#include "export.h"
#include "front.h"
#include "knee.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- as a config ----------------------------------------------------------------------------- */

typedef struct picked {
    const layout *l;
    const study *s;
    double *point;
    bool found;
    failure *f;
} picked;

static bool pick(void *context, const row *r) {
    picked *p = context;
    p->found = true;
    return row_point(r, p->l, &p->s->space, p->point, p->f);
}

/* The trial that --trial names, or the knee of the front. */
static bool choose_trial(store *st, const layout *l, const options *o, int64_t *id, text *head,
                         failure *f) {
    front x = {0};
    *id = (int64_t)o->trial;
    text_add(head, "Trial %llu", (unsigned long long)o->trial);
    if (o->has_trial) return true;
    bool good = front_read(st, l, &x, f);
    if (good && !x.n)
        good = fail(f, STATUS_WRONG, "no feasible trial%s: choose one with --trial",
                    front_lacks(&x));
    if (good) {
        size_t knee = knee_find(x.goals, x.n, l->n_goals);
        *id = x.members[knee < x.n ? knee : 0].id;
        text_clear(head);
        text_add(head, "Trial %lld, the knee of the front; --trial N gives another",
                 (long long)*id);
    }
    front_free(&x, l);
    return good;
}

static bool print_config(study *s, store *st, const layout *l, const options *o, failure *f) {
    text head = {0}, out = {0};
    int64_t id;
    picked p = {.l = l, .s = s, .f = f, .point = memory_new(s->space.n_dimensions, sizeof(double))};
    bool good = choose_trial(st, l, o, &id, &head, f) && store_rows(st, l, id, id, pick, &p, f) &&
                !f->status &&
                (p.found || fail(f, STATUS_WRONG, "there is no trial %lld", (long long)id));
    if (good) {
        double *design = memory_new(s->space.n_numbers, sizeof *design);
        space_design(&s->space, p.point, design);
        good = design_config(s, design, text_of(&head), &out, f);
        fputs(text_of(&out), stdout);
        free(design);
    }
    free(p.point);
    text_free(&head);
    text_free(&out);
    return good;
}

/* The knee is of the front anyway; a trial that is named may lie anywhere. */
static bool check_config_options(const options *o, failure *f) {
    if (o->format)
        return fail(f, STATUS_WRONG, "--format %s: --as config is a config, in no other format",
                    o->format);
    return !o->front || !o->has_trial ||
           fail(f, STATUS_WRONG, "--front: --trial %llu names the trial: drop one of them",
                (unsigned long long)o->trial);
}

static bool export_config(const char *folder, const options *o, failure *f) {
    study s = {0};
    layout l = {0};
    bool is_run;
    store *st = store_open(folder, false, f);
    bool good = st && command_config(&s.config, folder, o, &is_run, f) &&
                study_open(&s, STUDY_DESIGNS, f) &&
                layout_read(st, &l, f) && print_config(&s, st, &l, o, f);
    layout_free(&l);
    study_close(&s);
    return store_close(st, f) && good;
}

/* ---- as a table ------------------------------------------------------------------------------ */

static bool choose_form(const options *o, export_form *form, failure *f) {
    const char *format = o->format ? o->format : "csv";
    *form = EXPORT_CSV;
    if (o->as && strcmp(o->as, "points") != 0)
        return fail(f, STATUS_WRONG, "--as %s: must be points or config", o->as);
    if (o->has_trial) return fail(f, STATUS_WRONG, "--trial is for --as config");
    if (strcmp(format, "csv") != 0 && strcmp(format, "jsonl") != 0)
        return fail(f, STATUS_WRONG, "--format %s: must be csv or jsonl", format);
    if (strcmp(format, "jsonl") == 0) *form = EXPORT_JSONL;
    if (o->as && *form == EXPORT_JSONL)
        return fail(f, STATUS_WRONG, "--as points is a CSV file: no --format jsonl");
    if (o->as) *form = EXPORT_POINTS;
    return true;
}

int command_export(int argc, char **argv, failure *f) {
    options o;
    export_form form;
    if (!options_read(&o, argc, argv, "format front as trial target", f)) return f->status;
    if (o.n_arguments != 1) fail(f, STATUS_WRONG, "cimdse export RUN: one run folder");
    else if (!command_one_run(&o, f)) {}
    else if (o.target)
        fail(f, STATUS_WRONG, "--target %s: %s is not a run of several targets", o.target,
             o.arguments[0]);
    else if (o.as && strcmp(o.as, "config") == 0) {
        if (check_config_options(&o, f)) export_config(o.arguments[0], &o, f);
    }
    else if (choose_form(&o, &form, f)) {
        store *st = store_open(o.arguments[0], false, f);
        if (st) export_print(st, form, o.front, stdout, f);
        store_close(st, f);
    }
    options_free(&o);
    return f->status;
}
