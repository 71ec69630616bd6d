/* Tests of accuracy evaluators. */
#include "calls.h"

#include <math.h>
#include <string.h>

typedef struct scene {
    subject *s;
    const cim_network *network;
    cim_nonideality_table rows;
} scene;

static scene start(check *c, uint64_t seed) {
    scene x = {.s = check_new(c, 1, sizeof(subject))};
    subject_how how = model_how(c);
    how.seed = seed;
    subject_begin(x.s, c, how);
    x.network = networks_make(x.s, accuracy_network(x.s), (network_bits){8, 8});
    x.rows = accuracy_mild(x.s, x.network);
    return x;
}

static cim_accuracy_request ask(const scene *x, cim_nonideality_table rows, uint32_t fidelity,
                                uint32_t draws) {
    cim_accuracy_request r;
    cim_status status = accuracy_evaluate(x->s, x->network, rows, x->s->base, fidelity, draws, &r);
    if (status != CIM_OK)
        check_fail(x->s->c, "evaluate: fidelity %u, %u draws, %u rows: refused: %s", fidelity,
                   draws, rows.n, subject_reason(x->s, status));
    return r;
}

static bool same(const cim_accuracy_request *a, const cim_accuracy_request *b) {
    return same_number(a->mean, b->mean) && same_number(a->sd, b->sd) && a->n_draws == b->n_draws;
}

static const cim_nonideality_table exact = {.row_size = sizeof(cim_nonideality)};

/* Between the two, another request. */
static void repeats_itself(check *c) {
    scene x = start(c, 1);
    for (uint32_t f = 0; f < accuracy_fidelities(x.s); f++) {
        cim_accuracy_request a = ask(&x, x.rows, f, 3);
        ask(&x, exact, f, 2);
        cim_accuracy_request b = ask(&x, x.rows, f, 3);
        if (!same(&a, &b)) check_fail(c, "another answer for the same request");
    }
    subject_end(x.s);
}

/* calls.c checks every answer: 0..1, a spread, a number of draws. */
static void answers_in_range(check *c) {
    scene x = start(c, 1);
    static const uint32_t draws[] = {0, 1, 2, 7};
    for (uint32_t f = 0; f < accuracy_fidelities(x.s); f++)
        for (size_t i = 0; i < sizeof draws / sizeof *draws; i++) ask(&x, x.rows, f, draws[i]);
    cim_nonideality *rows = (cim_nonideality *)(uintptr_t)x.rows.rows;
    for (uint32_t i = 0; i < x.rows.n; i++)
        if (rows[i].weight_mapping) {
            rows[i].device_spread_sd = 10;
            rows[i].stuck_on_share = 0.5;
            rows[i].adc_bits = 1;
        }
    ask(&x, x.rows, 0, 4);
    subject_end(x.s);
}

static void fidelities_are_described(check *c) {
    const cim_accuracy_ops *ops = c->plugin->ops;
    double before = 0;
    if (ops->fidelities.n && ops->fidelities.row_size < sizeof(cim_fidelity))
        check_fail(c, "fidelities of %u bytes each", ops->fidelities.row_size);
    for (uint32_t i = 0; i < ops->fidelities.n; i++) {
        const cim_fidelity *f = CIM_ROW(cim_fidelity, ops->fidelities, i);
        if (!f->name || !f->name[0] || !f->help) check_fail(c, "fidelity %u: no name or help", i);
        if (!(f->relative_cost > 0) || f->relative_cost < before)
            check_fail(c, "fidelity %s: costs must be above 0, and cheap ones come first", f->name);
        before = f->relative_cost;
    }
    if (ops->fidelities.n && before != 1)
        check_fail(c, "the last, full fidelity costs %g, not 1", before);
}

static void exact_has_no_spread(check *c) {
    scene x = start(c, 1), other = start(c, 2);
    for (uint32_t f = 0; f < accuracy_fidelities(x.s); f++) {
        cim_accuracy_request a = ask(&x, exact, f, 4), b = ask(&other, exact, f, 4);
        if (a.sd != 0) check_fail(c, "with no non-ideality at all, its spread is %g", a.sd);
        if (a.mean != b.mean)
            check_fail(c, "with no non-ideality at all, another seed gives %g instead of %g",
                       b.mean, a.mean);
    }
    subject_end(x.s);
    subject_end(other.s);
}

/* Means over draws of two seeds differ by no more than five standard errors. */
static void spread_is_true(check *c) {
    enum { DRAWS = 16 };
    scene x = start(c, 1 + check_below(c, 1000)), other = start(c, 2000 + check_below(c, 1000));
    uint32_t full = accuracy_fidelities(x.s) - 1;
    cim_accuracy_request a = ask(&x, x.rows, full, DRAWS), b = ask(&other, other.rows, full, DRAWS);
    double error = sqrt(a.sd * a.sd / a.n_draws + b.sd * b.sd / b.n_draws);
    if (fabs(a.mean - b.mean) > 5 * error + 1e-12)
        check_warn(c, "other draws give %g instead of %g, and the stated spread is only %g", b.mean,
                   a.mean, a.sd);
    subject_end(x.s);
    subject_end(other.s);
}

const check_test accuracy_tests[] = {
    {"accuracy.repeats_itself", "same request, same answer", repeats_itself},
    {"accuracy.answers_in_range",
     "0..1, with a spread and the draws it rests on, at every fidelity",
     answers_in_range},
    {"accuracy.fidelities_are_described", "fidelities are named, cheap ones first",
     fidelities_are_described},
    {"accuracy.exact_has_no_spread", "without non-idealities: one value, whatever the draw",
     exact_has_no_spread},
    {"accuracy.spread_is_true", "other draws stay within the stated spread", spread_is_true},
    {0}};
