#include "older.h"
#include "memory.h"
#include "runs.h"
#include "store_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_MATCH = -1 };

/* Where each dimension, goal and slack of this study is in the older one. */
typedef struct matching {
    const study *s;
    const layout *l;
    older *to;
    int32_t *dimension, *goal, *slack;
    uint32_t fidelity;       /* the full one */
} matching;

/* ---- matching ------------------------------------------------------------------------------- */

static int32_t find_text(char *const *texts, uint32_t n, const char *wanted) {
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(texts[i], wanted) == 0) return (int32_t)i;
    return NO_MATCH;
}

static int32_t find_goal(const layout *l, const goal *g) {
    for (uint32_t i = 0; i < l->n_goals; i++)
        if (strcmp(l->goals[i].name, g->name) == 0 && l->goals[i].maximise == g->maximise)
            return (int32_t)i;
    return NO_MATCH;
}

static bool match(matching *m, failure *f) {
    const evaluator *e = &m->s->evaluator;
    uint32_t shared_dimensions = 0, shared_goals = 0;
    for (uint32_t i = 0; i < m->s->space.n_dimensions; i++) {
        m->dimension[i] =
            find_text(m->l->dimensions, m->l->n_dimensions, m->s->space.dimensions[i].is.name);
        shared_dimensions += m->dimension[i] != NO_MATCH;
    }
    for (uint32_t i = 0; i < e->n_goals; i++) {
        m->goal[i] = find_goal(m->l, &e->goals[i]);
        shared_goals += m->goal[i] != NO_MATCH;
    }
    for (uint32_t i = 0; i < evaluator_slacks(e); i++)
        m->slack[i] = find_text(m->l->rules, m->l->n_rules, evaluator_slack_name(e, i));
    if (!shared_dimensions)
        return fail(f, STATUS_WRONG, "it searched none of this study's dimensions");
    if (!shared_goals) return fail(f, STATUS_WRONG, "it has none of this study's goals");
    return true;
}

/* ---- trials --------------------------------------------------------------------------------- */

static void make_room(older *o, uint32_t d, uint32_t m, uint32_t c) {
    if (o->n < o->room) return;
    o->room = o->room ? 2 * o->room : 256;
    o->points = memory_grow(o->points, o->room * d, sizeof *o->points);
    o->goals = memory_grow(o->goals, o->room * m, sizeof *o->goals);
    o->known = memory_grow(o->known, o->room * m, sizeof *o->known);
    o->slack = memory_grow(o->slack, o->room * c, sizeof *o->slack);
    o->trials = memory_grow(o->trials, o->room, sizeof *o->trials);
}

static bool take(void *context, const row *r) {
    const matching *m = context;
    const evaluator *e = &m->s->evaluator;
    const uint32_t d = m->s->space.n_dimensions, n_goals = e->n_goals,
                   n_slacks = evaluator_slacks(e);
    older *o = m->to;
    if (r->duplicate_of >= 0 || (r->outcome != CIM_FAILED && r->fidelity != m->fidelity))
        return true;
    make_room(o, d, n_goals, n_slacks);
    for (uint32_t i = 0; i < d; i++) {
        double *x = &o->points[o->n * d + i];
        const int32_t at = m->dimension[i];
        if (at == NO_MATCH || !cell_coordinate(&m->s->space.dimensions[i], &r->dimensions[at], x))
            *x = NAN;
    }
    for (uint32_t i = 0; i < n_goals; i++) {
        const int32_t at = m->goal[i];
        const double y = at == NO_MATCH || r->outcome == CIM_FAILED
                             ? (double)NAN
                             : goal_minimised(&m->l->goals[at], r->metrics);
        o->goals[o->n * n_goals + i] = y;
        o->known[o->n * n_goals + i] = isfinite(y) != 0;
    }
    for (uint32_t i = 0; i < n_slacks; i++)
        o->slack[o->n * n_slacks + i] =
            m->slack[i] == NO_MATCH ? (double)NAN : r->slack[m->slack[i]];
    o->trials[o->n] = (cim_trial){.number = o->n, .outcome = r->outcome};
    o->n++;
    return true;
}

/* The rows' places, which no longer move. */
static void settle(const study *s, older *o) {
    const uint32_t d = s->space.n_dimensions, m = s->evaluator.n_goals,
                   c = evaluator_slacks(&s->evaluator);
    for (size_t i = 0; i < o->n; i++) {
        cim_trial *t = &o->trials[i];
        t->fidelity = s->evaluator.n_fidelities - 1;
        t->point = o->points + i * d;
        t->goals = o->goals + i * m;
        t->goal_known = o->known + i * m;
        t->slack = o->slack + i * c;
    }
}

static bool read_trials(matching *m, store *st, failure *f) {
    uint64_t n;
    return match(m, f) && store_extent(st, &n, &m->fidelity, f) &&
           (n > 0 || fail(f, STATUS_WRONG, "it has no trials")) &&
           store_rows(st, m->l, 0, (int64_t)n - 1, take, m, f);
}

static bool read_matched(study *s, const char *name, store *st, const layout *l, failure *f) {
    s->older = memory_grow(s->older, s->n_older + 1, sizeof *s->older);
    older *o = &s->older[s->n_older++];
    *o = (older){.name = memory_text(name)};
    matching m = {.s = s, .l = l, .to = o,
                  .dimension = memory_new(s->space.n_dimensions, sizeof(int32_t)),
                  .goal = memory_new(s->evaluator.n_goals, sizeof(int32_t)),
                  .slack = memory_new(evaluator_slacks(&s->evaluator) + 1, sizeof(int32_t))};
    const bool good = read_trials(&m, st, f);
    settle(s, o);
    free(m.dimension);
    free(m.goal);
    free(m.slack);
    return good;
}

static bool one_run(const char *folder, failure *f) {
    text names = {0};
    runs_within(folder, &names);
    const bool good = !names.length || fail(f, STATUS_WRONG, "holds a run of each of several "
                                            "targets: name one of its folders: %s",
                                            text_of(&names));
    text_free(&names);
    return good;
}

static bool read_folder(study *s, const char *name, failure *f) {
    text path = {0};
    layout l = {0};
    if (name[0] != '/') text_add(&path, "%s/", s->config.folder);
    text_add(&path, "%s", name);
    store *st = one_run(text_of(&path), f) ? store_open(text_of(&path), false, f) : NULL;
    bool good = st && layout_read(st, &l, f) && read_matched(s, name, st, &l, f);
    layout_free(&l);
    if (st) good = store_close(st, f) && good;
    text_free(&path);
    return good;
}

static bool read_one(study *s, const node *n, failure *f) {
    failure why = {0};
    if (n->type != NODE_TEXT || !n->text[0])
        return fail_at(f, n, "must be a run folder, in quotes");
    for (size_t i = 0; i < s->n_older; i++)
        if (strcmp(s->older[i].name, n->text) == 0) return fail_at(f, n, "is there twice");
    return read_folder(s, n->text, &why) || fail_at(f, n, "%s", why.text);
}

bool older_read(study *s, const node *n, failure *f) {
    if (n->type == NODE_TEXT) return read_one(s, n, f);
    if ((n->type != NODE_ARRAY && n->type != NODE_LIST) || !n->n_children)
        return fail_at(f, n, "must be run folders, as in [ \"runs/older\" ]");
    for (size_t i = 0; i < n->n_children; i++)
        if (!read_one(s, n->children[i], f)) return false;
    return true;
}

void older_free(study *s) {
    for (size_t i = 0; i < s->n_older; i++) {
        older *o = &s->older[i];
        free(o->name);
        free(o->trials);
        free(o->points);
        free(o->goals);
        free(o->slack);
        free(o->known);
    }
    free(s->older);
    s->older = NULL;
    s->n_older = 0;
}

cim_older_study *older_table(const study *s) {
    cim_older_study *rows = memory_new(s->n_older, sizeof *rows);
    for (size_t i = 0; i < s->n_older; i++) {
        const older *o = &s->older[i];
        rows[i] = (cim_older_study){.name = o->name,
                                    .trials = {o->trials, (uint32_t)o->n, sizeof *o->trials}};
    }
    return rows;
}

void older_warn(const study *s) {
    const cim_plugin *p = s->searcher.plugin;
    const cim_searcher_ops *ops = p->ops;
    if (!s->transfer || ops->learns) return;
    const char *file = s->transfer->file ? s->transfer->file : "config";
    if (s->transfer->line) fprintf(stderr, "%s:%u: ", file, s->transfer->line);
    fprintf(stderr, "warning: study.transfer: %s does not learn from older studies: the run is as "
            "without\n", p->id);
}
