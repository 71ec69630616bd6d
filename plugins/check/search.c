#include "search.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const cim_searcher_ops *ops(const search *x) { return x->s.plugin->ops; }

/* The problem in the structs of the subject's host. */
static const cim_problem *hand_out(check *c, const subject_how *how, const cim_problem *p) {
    const subject s = {.c = c, .how = *how};
    cim_problem out = *p;
    out.dimensions =
        (cim_dimension_table)SUBJECT_TABLE(&s, p->dimensions.rows, p->dimensions.n, cim_dimension);
    out.activities =
        (cim_activity_table)SUBJECT_TABLE(&s, p->activities.rows, p->activities.n, cim_activity);
    out.goals = (cim_goal_table)SUBJECT_TABLE(&s, p->goals.rows, p->goals.n, cim_goal);
    out.constraints =
        (cim_goal_table)SUBJECT_TABLE(&s, p->constraints.rows, p->constraints.n, cim_goal);
    return subject_struct(&s, &out, sizeof out);
}

bool search_create(search *x, check *c, search_how how, cim_status *status) {
    const cim_problem *p = problem_make(c, how.kind);
    *x = (search){.problem = p, .news = how.news, .rubbish = (double)NAN, .best = INFINITY};
    how.subject.problem = hand_out(c, &how.subject, p);
    return subject_create(&x->s, c, how.subject, status);
}

void search_end(search *x) { subject_end(&x->s); }

problem_kind search_standard(check *c) {
    const char *why = "";
    for (problem_kind k = 0; k < N_PROBLEMS; k++) {
        search_how how = SEARCH_HOW;
        search x;
        cim_status status;
        how.kind = k;
        if (search_create(&x, c, how, &status)) {
            search_end(&x);
            return k;
        }
        why = check_text(c, "%s", subject_reason(&x.s, status));
    }
    check_refused(c, "create: refuses each of the suite's problems: %s", why);
}

/* ---- ask ------------------------------------------------------------------------------------ */

static const uint32_t canary = 0xcafef00du;

static void check_point(search *x, const double *raw, double *point) {
    const cim_problem *p = x->problem;
    bool active[40];
    memcpy(point, raw, p->dimensions.n * sizeof *point);
    problem_canonical(p, point, active);
    for (uint32_t d = 0; d < p->dimensions.n; d++) {
        const cim_dimension *is = CIM_ROW(cim_dimension, p->dimensions, d);
        if (active[d] && !problem_holds(is, raw[d]))
            check_fail(x->s.c, "ask %" PRIu64 ": %s = %.17g lies outside the space (%s)", x->asks,
                       is->name, raw[d], is->kind == CIM_REAL_RANGE ? "a value" : "a level index");
    }
}

static void take_points(search *x, const double *raw, uint32_t count) {
    uint32_t n = x->problem->dimensions.n;
    if (x->n_points + count > x->room) {
        x->room = 2 * (x->n_points + count);
        double *more = check_new(x->s.c, x->room * n, sizeof *more);
        if (x->n_points) memcpy(more, x->points, x->n_points * n * sizeof *more);
        x->points = more;
    }
    for (uint32_t i = 0; i < count; i++)
        check_point(x, raw + (size_t)i * n, x->points + (x->n_points + i) * n);
    x->n_points += count;
}

/* What came back from an ask for MAX points. */
static void check_answer(search *x, const cim_ask *q, uint32_t max, cim_status status) {
    check *c = x->s.c;
    if (q->count > max)
        check_fail(c, "ask %" PRIu64 ": %u points, where at most %u were wanted", x->asks, q->count,
                   max);
    if (memcmp(q->points + (size_t)max * x->problem->dimensions.n, &canary, sizeof canary) != 0 ||
        q->fidelity[max] != canary)
        check_fail(c, "ask %" PRIu64 ": writes behind the last of %u points", x->asks, max);
    if (!q->count && status == CIM_OK)
        check_fail(c, "ask %" PRIu64 ": no points, and not CIM_DONE either", x->asks);
    if (x->done && q->count)
        check_fail(c, "ask %" PRIu64 ": points after CIM_DONE, which is final", x->asks);
    if (x->done && status != CIM_DONE)
        check_fail(c, "ask %" PRIu64 ": status %d after CIM_DONE, which is final", x->asks, status);
    for (uint32_t i = 0; i < q->count; i++)
        if (q->fidelity[i] >= x->problem->n_fidelities)
            check_fail(c, "ask %" PRIu64 ": wants fidelity %u, and there are %u", x->asks,
                       q->fidelity[i], x->problem->n_fidelities);
    x->done |= status == CIM_DONE;
    take_points(x, q->points, q->count);
}

static cim_status ask(search *x, uint32_t max, uint32_t *count) {
    subject *s = &x->s;
    uint32_t n = x->problem->dimensions.n;
    cim_ask q = {.struct_size = sizeof q, .max = max, .number = x->asks, .count = 0};
    q.points = check_new(s->c, (size_t)max * n + 1, sizeof *q.points);
    q.fidelity = check_new(s->c, max + 1u, sizeof *q.fidelity);
    for (uint32_t i = 0; i < max; i++) q.fidelity[i] = x->problem->n_fidelities - 1;
    q.fidelity[max] = canary;
    memcpy(q.points + (size_t)max * n, &canary, sizeof canary);
    s->host->stream(s->host, x->asks, &q.rng);
    cim_ask *given = subject_struct(s, &q, sizeof q);
    subject_enter(s, "ask");
    cim_status status = ops(x)->ask(s->self, given);
    subject_leave(s);
    *count = 0;
    if (status != CIM_OK && status != CIM_DONE) {
        subject_check_refusal(s, "ask", status);
        return status;
    }
    if (given->points != q.points || given->fidelity != q.fidelity)
        check_fail(s->c, "ask %" PRIu64 ": changes what is the host's", x->asks);
    check_answer(x, given, max, status);
    *count = given->count;
    return status;
}

/* ---- tell, save, load ----------------------------------------------------------------------- */

static cim_status tell(search *x, uint32_t count) {
    subject *s = &x->s;
    const cim_problem *p = x->problem;
    problem_told *told = check_new(s->c, count, sizeof *told);
    cim_trial *trials = check_new(s->c, count, sizeof *trials);
    for (uint32_t i = 0; i < count; i++) {
        const double *point = x->points + (x->n_points - count + i) * p->dimensions.n;
        problem_judge(p, point, x->news, x->rubbish, &told[i]);
        if (told[i].outcome == CIM_FEASIBLE) x->best = fmin(x->best, told[i].goals[0]);
        trials[i] = (cim_trial){.number = x->told + i, .outcome = told[i].outcome,
                                .fidelity = p->n_fidelities - 1, .point = point,
                                .goals = told[i].goals, .goal_known = told[i].known,
                                .slack = told[i].slack};
    }
    cim_trial_table table = SUBJECT_TABLE(s, trials, count, cim_trial);
    subject_enter(s, "tell");
    cim_status status = ops(x)->tell(s->self, table);
    subject_leave(s);
    if (status != CIM_OK) subject_check_refusal(s, "tell", status);
    x->told += count;
    return status;
}

static cim_status sink_write(const cim_sink *sink, const void *data, size_t size) {
    text_add_bytes(sink->context, data, size);
    return CIM_OK;
}

static cim_status save(search *x, const char **data, size_t *size) {
    subject *s = &x->s;
    text bytes = {0};
    cim_sink sink = {.struct_size = sizeof sink, .context = &bytes, .write = sink_write};
    const cim_sink *given = subject_struct(s, &sink, sizeof sink);
    subject_enter(s, "save");
    cim_status status = ops(x)->save(s->self, given);
    char *copy = check_new(s->c, bytes.length + 1, 1);
    memcpy(copy, text_of(&bytes), bytes.length);
    *data = copy;
    *size = bytes.length;
    text_free(&bytes);
    subject_leave(s);
    if (status != CIM_OK) subject_check_refusal(s, "save", status);
    return status;
}

const char *search_save(search *x, size_t *size) {
    const char *data;
    cim_status status = save(x, &data, size);
    if (status != CIM_OK) check_fail(x->s.c, "save: refused: %s", subject_reason(&x->s, status));
    return data;
}

/* In a block of their own, so that a sanitizer sees who reads on behind them. */
cim_status search_load(search *x, const char *data, size_t size) {
    char *bytes = memory_new(size, 1);
    if (size) memcpy(bytes, data, size);
    subject_enter(&x->s, "load");
    cim_status status = ops(x)->load(x->s.self, bytes, size);
    free(bytes);
    subject_leave(&x->s);
    if (status != CIM_OK) subject_check_refusal(&x->s, "load", status);
    return status;
}

bool search_step(search *x, uint32_t max, cim_status *status) {
    uint32_t count;
    const char *data;
    size_t size;
    *status = ask(x, max, &count);
    if (*status < CIM_OK) return false;
    if (count && (*status = tell(x, count)) != CIM_OK) return false;
    x->asks++;
    *status = save(x, &data, &size);
    return *status == CIM_OK;
}

void search_steps(search *x, uint32_t n) {
    cim_status status;
    for (uint32_t i = 0; i < n; i++)
        if (!search_step(x, x->problem->batch, &status))
            check_fail(x->s.c, "ask %" PRIu64 ": refused: %s", x->asks,
                       subject_reason(&x->s, status));
}
