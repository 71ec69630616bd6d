/* study_goals.c: what a study wants of its metrics. */
#include "study_goals.h"
#include "memory.h"

bool study_read_aggregates(study *s, failure *f) {
    evaluator *e = &s->evaluator;
    node *group;
    if (!node_get_group(s->config.root, "aggregate", &group, f) || !group) return !f->status;
    if (s->n_workloads < 2) return fail_at(f, group, "is for several workloads, and there is one");
    for (uint32_t i = 0; i < e->n_base; i++) {
        const char *how;
        if (!node_get_text(group, e->metrics[i].name, &how, f)) return false;
        if (how && !aggregate_named(how, &e->aggregates[i]))
            return fail_at(f, node_get(group, e->metrics[i].name),
                           "must be \"max\", \"min\", \"mean\", \"geomean\" or \"sum\"");
    }
    for (uint32_t i = e->first_accuracy + EVALUATOR_ACCURACY; e->levels.climbs && i < e->n_base;
         i++)
        e->aggregates[i] = e->aggregates[e->first_accuracy];
    return true;
}

/* Text I of a list or array of texts, or of a single text. */
static node *text_item(node *n, size_t i) {
    if (n->type != NODE_ARRAY && n->type != NODE_LIST) return i == 0 ? n : NULL;
    return i < n->n_children ? n->children[i] : NULL;
}

static bool same_constraint(const constraint *a, const constraint *b) {
    return a->at_least == b->at_least && a->bound == b->bound && expression_same(&a->of, &b->of);
}

/* One bounds from below what the other bounds, lower, from above. */
static bool exclude_each_other(const constraint *a, const constraint *b) {
    const constraint *least = a->at_least ? a : b, *most = a->at_least ? b : a;
    return a->at_least != b->at_least && least->bound > most->bound &&
           expression_same(&a->of, &b->of);
}

/* A ladder bounds what accuracy may be at the full level, and nothing else that an evaluator
 * says. */
static bool fits_ladder(const evaluator *e, const expression *x, const node *n, failure *f) {
    for (uint32_t i = 0; e->levels.climbs && i < x->n; i++) {
        const uint32_t m = x->metric[i], in_block = m % e->n_base;
        if (in_block > e->first_accuracy)
            return fail_at(f, n, "%s differs from level to level of a ladder by an unknown amount: "
                           "drop it, or the ladder", e->metrics[m].name);
    }
    return true;
}

static bool read_constraint(evaluator *e, const node *n, failure *f) {
    constraint *read = &e->constraints[e->n_constraints];
    if (!constraint_read(n, e->metrics, e->n_metrics, read, f) || !fits_ladder(e, &read->of, n, f))
        return false;
    for (uint32_t i = 0; i < e->n_constraints; i++)
        if (same_constraint(&e->constraints[i], read))
            return fail_at(f, n, "is the same constraint as \"%s\" before it: drop one of them",
                           e->constraints[i].written);
        else if (exclude_each_other(&e->constraints[i], read))
            return fail_at(f, n, "and \"%s\" before it exclude each other: no design meets both",
                           e->constraints[i].written);
    return true;
}

static bool read_goal(evaluator *e, const node *n, failure *f) {
    goal *read = &e->goals[e->n_goals];
    if (!goal_read(n, e->metrics, e->n_metrics, read, f) || !fits_ladder(e, &read->of, n, f))
        return false;
    for (uint32_t i = 0; i < e->n_goals; i++)
        if (expression_same(&e->goals[i].of, &read->of))
            return fail_at(f, n, "is %s \"%s\" before it: drop one of them",
                           e->goals[i].maximise == read->maximise ? "the same goal as"
                                                                  : "the contrary of",
                           e->goals[i].written);
    return true;
}

bool study_read_goals(study *s, bool needed, failure *f) {
    evaluator *e = &s->evaluator;
    node *goals = node_get(s->config.root, "goals"),
         *rules = node_get(s->config.root, "constraints");
    if (goals) node_mark(goals);
    if (rules) node_mark(rules);
    e->goals = memory_new(GOAL_MAX, sizeof *e->goals);
    e->constraints = memory_new(CONSTRAINT_MAX, sizeof *e->constraints);
    for (node *n; goals && (n = text_item(goals, e->n_goals)); e->n_goals++) {
        if (e->n_goals == GOAL_MAX) return fail_at(f, goals, "at most %d goals", GOAL_MAX);
        if (!read_goal(e, n, f)) return false;
    }
    for (node *n; rules && (n = text_item(rules, e->n_constraints)); e->n_constraints++) {
        if (e->n_constraints == CONSTRAINT_MAX)
            return fail_at(f, rules, "at most %d constraints", CONSTRAINT_MAX);
        if (!read_constraint(e, n, f)) return false;
    }
    if (needed && !e->n_goals)
        return fail(f, STATUS_WRONG, "%s: needs goals = [ \"min energy_j\", ... ]",
                    s->config.n_files ? s->config.files[0] : "config");
    return true;
}
