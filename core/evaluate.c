#include "evaluate.h"
#include "design_view.h"
#include "memory.h"
#include "network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- one group ------------------------------------------------------------------------------ */

typedef struct group {
    evaluator *e;
    result *results;
    const double *designs;
    uint32_t n, n_slacks;
    uint32_t w;              /* the workload at hand */
} group;

/* Metrics of the workload at hand: the first block, or its own behind the aggregates. */
static double *own_metrics(const group *g, const result *r) {
    return r->metrics + (g->e->n_workloads == 1 ? 0 : (size_t)g->e->n_base * (1 + g->w));
}

static void fail_all(const group *g, const char *who, const char *why) {
    for (uint32_t i = 0; i < g->n; i++)
        if (g->results[i].outcome != CIM_FAILED)
            result_fail(&g->results[i], g->e->n_metrics, g->n_slacks, "%s: %s", who, why);
}

static void on_fail(void *context, uint32_t point, const char *why) {
    const group *g = context;
    if (point < g->n)
        result_fail(&g->results[point], g->e->n_metrics, g->n_slacks, "%s: %s",
                    g->e->hwmodel->plugin->id, why && *why ? why : "(no reason given)");
}

static void on_part(void *context, uint32_t point, uint32_t layer, const char *component,
                    uint32_t index, double value) {
    const group *g = context;
    if (point >= g->n || index >= g->e->hwmodel->n_metrics || !component) return;
    result *r = &g->results[point];
    if (r->outcome == CIM_FAILED) return;
    const cim_network *network = g->e->networks[g->w];
    const char *name =
        layer < network->layers.n ? CIM_ROW(cim_layer, network->layers, layer)->name : "";
    MEMORY_ROOM(r->parts, r->n_parts);
    part *p = &r->parts[r->n_parts++];
    *p = (part){.metric = (uint32_t)(own_metrics(g, r) - r->metrics) + index, .value = value};
    snprintf(p->component, sizeof p->component, "%s", component);
    if (g->e->n_workloads == 1) snprintf(p->layer, sizeof p->layer, "%s", name);
    else snprintf(p->layer, sizeof p->layer, "%s/%s", network->name, name);
}

static void say_running(const evaluator *e, uint32_t who) {
    if (e->running) *e->running = who;
}

/* The network of the workload at hand, for the design that begins at NUMBERS. */
static bool build(group *g, const double *numbers, double *built) {
    evaluator *e = g->e;
    instance *in = &e->workloads[g->w];
    size_t bytes = in->n_numbers * sizeof(double);
    if (e->networks[g->w] && memcmp(built, numbers, bytes) == 0) return true;
    e->networks[g->w] = NULL;
    char why[256];
    say_running(e, EVALUATOR_WORKLOAD + g->w);
    const cim_network *network = instance_build(in, numbers, why, sizeof why);
    if (!network) {
        fail_all(g, in->plugin->id, why);
        return false;
    }
    memcpy(built, numbers, bytes);
    e->networks[g->w] = network;
    return true;
}

static bool build_all(group *g, const double *design) {
    double *built = g->e->built;
    for (g->w = 0; g->w < g->e->n_workloads; g->w++) {
        if (!build(g, design, built)) return false;
        design += g->e->workloads[g->w].n_numbers;
        built += g->e->workloads[g->w].n_numbers;
    }
    return true;
}

/* The model's answers for all points, side by side. */
static bool ask_model(group *g, const cim_values *values, bool want_parts, double *metrics,
                      double *slack) {
    instance *in = g->e->hwmodel;
    for (size_t i = 0; i < (size_t)g->n * in->n_metrics; i++) metrics[i] = NAN;
    for (size_t i = 0; i < (size_t)g->n * in->n_constraints; i++) slack[i] = NAN;
    cim_request request = {.struct_size = sizeof request, .network = g->e->networks[g->w],
                           .values = values, .metrics = metrics, .slack = slack, .context = g,
                           .fail = on_fail, .part = want_parts ? on_part : NULL};
    in->reason[0] = '\0';
    say_running(g->e, EVALUATOR_HWMODEL);
    cim_status status = ((const cim_hwmodel_ops *)in->plugin->ops)->evaluate(in->self, &request);
    if (status != CIM_OK) fail_all(g, in->plugin->id, instance_reason(in, status));
    return status == CIM_OK;
}

/* What the network at hand was built from. */
static const double *built_numbers(const group *g) {
    const double *numbers = g->e->built;
    for (uint32_t w = 0; w < g->w; w++) numbers += g->e->workloads[w].n_numbers;
    return numbers;
}

static uint32_t accuracy_numbers(const evaluator *e) {
    return e->accuracy ? e->accuracy->n_numbers : 0;
}

/* Numbers of all workloads of a design, with which it begins. */
static uint32_t workload_numbers(const evaluator *e) {
    return e->n_numbers - e->hwmodel->n_numbers - accuracy_numbers(e);
}

static double processor_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* What accuracy is measured on: a network, its arrays' parameters, and what arrays do to it. */
typedef struct subject {
    const cim_network *network;
    cim_values values;     /* the hardware model's */
    cim_nonideality *rows; /* one a layer */
    char why[256];         /* there is none, because; "" else */
} subject;

static cim_nonideality_rows rows_of(const subject *x) {
    return (cim_nonideality_rows){
        .rows = x->rows, .n = x->network->layers.n, .row_size = sizeof *x->rows};
}

static void describe_arrays(const evaluator *e, subject *x) {
    instance *hw = e->hwmodel;
    x->rows = memory_new(x->network->layers.n, sizeof *x->rows);
    hw->reason[0] = '\0';
    say_running(e, EVALUATOR_HWMODEL);
    cim_status status = ((const cim_hwmodel_ops *)hw->plugin->ops)
                            ->nonidealities(hw->self, x->network, &x->values, rows_of(x));
    if (status != CIM_OK)
        snprintf(x->why, sizeof x->why, "%s: %s%s%s", hw->plugin->id,
                 e->stand_in ? e->stand_in->name : "", e->stand_in ? ": " : "",
                 instance_reason(hw, status));
}

/* The study's own network, or the stand-in. */
static subject find_subject(const group *g, const double *hw_numbers) {
    const evaluator *e = g->e;
    subject x = {.network = e->networks[g->w],
                 .values = instance_values(e->hwmodel, hw_numbers, 1)};
    char why[200];
    if (e->stand_in) {
        say_running(e, EVALUATOR_STAND_IN);
        if (!stand_in_build(e->stand_in, x.network, built_numbers(g), hw_numbers, why,
                            sizeof why)) {
            snprintf(x.why, sizeof x.why, "accuracy.on: %s", why);
            return x;
        }
        x.network = e->stand_in->network;
        x.values = stand_in_values(e->stand_in);
    }
    describe_arrays(e, &x);
    return x;
}

/* Of design I of the group. */
static cim_status ask_accuracy(const group *g, uint32_t i, const double *hw_numbers,
                               cim_accuracy_request *q) {
    const evaluator *e = g->e;
    instance *in = e->accuracy;
    const double *own_numbers = g->designs + (size_t)(i + 1) * e->n_numbers - in->n_numbers;
    const cim_values own = instance_values(in, own_numbers, 1);
    const design_view view = {.workload = &e->workloads[g->w],
                              .hwmodel = e->hwmodel,
                              .n_workloads = 1,
                              .workload_numbers = built_numbers(g),
                              .hwmodel_numbers = hw_numbers};
    q->values = &own;
    in->reason[0] = '\0';
    in->view = &view;
    say_running(e, EVALUATOR_ACCURACY_PLUGIN);
    const double began = processor_s();
    cim_status status = ((const cim_accuracy_ops *)in->plugin->ops)->evaluate(in->self, q);
    g->results[i].accuracy_s += processor_s() - began;
    in->view = NULL;
    q->values = NULL;
    return status;
}

static void measure_accuracy(group *g, uint32_t i, const double *hw_numbers) {
    const evaluator *e = g->e;
    result *r = &g->results[i];
    subject x = find_subject(g, hw_numbers);
    cim_accuracy_request q = {.struct_size = sizeof q,
                              .fidelity = e->levels.of[r->fidelity],
                              .network = x.network,
                              .mean = NAN,
                              .sd = NAN};
    if (!x.why[0]) {
        q.nonidealities = (cim_nonideality_table){x.rows, x.network->layers.n, sizeof *x.rows};
        cim_status status = ask_accuracy(g, i, hw_numbers, &q);
        if (status != CIM_OK)
            snprintf(x.why, sizeof x.why, "%s: %s", e->accuracy->plugin->id,
                     instance_reason(e->accuracy, status));
    }
    free(x.rows);
    if (x.why[0]) {
        result_fail(r, e->n_metrics, g->n_slacks, "%s", x.why);
        return;
    }
    double *out = own_metrics(g, r) + e->first_accuracy;
    out[0] = q.mean;
    out[1] = q.sd;
    out[2] = q.n_draws;
    if (e->levels.climbs && r->fidelity + 1 < e->n_fidelities)
        out[EVALUATOR_ACCURACY + r->fidelity] = q.mean;
}

/* Every metric and goal must be a finite number; NaN is allowed where the model's own constraints
 * are violated. */
static bool check_numbers(const group *g, result *r, bool violated) {
    const evaluator *e = g->e;
    for (uint32_t i = 0; i < e->n_metrics; i++) {
        double v = r->metrics[i];
        if (isfinite(v) || (isnan(v) && (violated || e->metrics[i].partial))) continue;
        char what[32];
        snprintf(what, sizeof what, isnan(v) ? "unset or NaN" : "%g", v);
        result_fail(r, e->n_metrics, g->n_slacks, "%s: metric %s is %s", e->metrics[i].from,
                    e->metrics[i].name, what);
        return false;
    }
    for (uint32_t i = 0; i < e->n_goals && !violated; i++)
        if (!isfinite(goal_value(&e->goals[i], r->metrics))) {
            result_fail(r, e->n_metrics, g->n_slacks, "goal \"%s\" is not a finite number",
                        e->goals[i].written);
            return false;
        }
    return true;
}

static void conclude(const group *g, result *r) {
    const evaluator *e = g->e;
    uint32_t own = e->hwmodel->n_constraints;
    bool violated = false;
    for (uint32_t i = 0; i < own; i++) {
        if (!isfinite(r->slack[i])) {
            result_fail(r, e->n_metrics, g->n_slacks, "%s: constraint %s was left unset or is not "
                        "finite", e->hwmodel->plugin->id, e->hwmodel->constraints[i].name);
            return;
        }
        violated |= r->slack[i] > 0;
    }
    if (!check_numbers(g, r, violated)) return;
    for (uint32_t i = 0; i < e->n_constraints; i++) {
        double slack = constraint_slack(&e->constraints[i], r->metrics);
        r->slack[own + i] = isfinite(slack) ? slack : (double)NAN;
        if (!violated && !isfinite(slack)) {
            result_fail(r, e->n_metrics, g->n_slacks, "constraint \"%s\" is not a finite number",
                        e->constraints[i].written);
            return;
        }
    }
    for (uint32_t i = own; i < g->n_slacks; i++) violated |= r->slack[i] > 0;
    r->outcome = violated ? CIM_INFEASIBLE : CIM_FEASIBLE;
}

static void take_slacks(const group *g, result *r, const double *slack) {
    for (uint32_t i = 0; i < g->e->hwmodel->n_constraints; i++) {
        bool worse = g->w == 0 || isnan(slack[i]) || slack[i] > r->slack[i];
        if (worse && !(g->w > 0 && isnan(r->slack[i]))) r->slack[i] = slack[i];
    }
}

static void take_answers(group *g, const double *metrics, const double *slack,
                         const double *hw_numbers) {
    evaluator *e = g->e;
    uint32_t n_hw = e->hwmodel->n_metrics, own = e->hwmodel->n_constraints;
    uint64_t macs, weights;
    network_totals(e->networks[g->w], &macs, &weights);
    for (uint32_t i = 0; i < g->n; i++) {
        result *r = &g->results[i];
        if (r->outcome == CIM_FAILED) continue;
        double *mine = own_metrics(g, r);
        memcpy(mine, metrics + (size_t)i * n_hw, n_hw * sizeof *metrics);
        take_slacks(g, r, slack + (size_t)i * own);
        mine[n_hw] = (double)macs;
        mine[n_hw + 1] = (double)weights;
        if (e->accuracy) measure_accuracy(g, i, hw_numbers + (size_t)i * e->hwmodel->n_numbers);
    }
}

static void finish(const group *g, result *r) {
    const evaluator *e = g->e;
    if (r->outcome == CIM_FAILED) return;
    if (e->n_workloads > 1)
        for (uint32_t i = 0; i < e->n_base; i++)
            r->metrics[i] = aggregate_of(e->aggregates[i], r->metrics + e->n_base + i,
                                         e->n_workloads, e->n_base);
    conclude(g, r);
}

uint32_t evaluate_group_size(const evaluator *e, const double *designs, uint32_t n) {
    uint32_t most = ((const cim_hwmodel_ops *)e->hwmodel->plugin->ops)->preferred_batch, i = 1;
    size_t bytes = workload_numbers(e) * sizeof(double);
    while (i < n && i < most && memcmp(designs, designs + (size_t)i * e->n_numbers, bytes) == 0)
        i++;
    return i;
}

/* One workload after the other: metrics and slacks of all points. False when a call for several
 * points failed as a whole. */
static bool ask_all(group *g, const double *hw, bool want_parts) {
    const evaluator *e = g->e;
    double *metrics = memory_new((size_t)g->n * e->hwmodel->n_metrics, sizeof *metrics);
    double *slack = memory_new((size_t)g->n * e->hwmodel->n_constraints, sizeof *slack);
    cim_values values = instance_values(e->hwmodel, hw, g->n);
    bool good = true;
    for (g->w = 0; good && g->w < e->n_workloads; g->w++) {
        good = ask_model(g, &values, want_parts, metrics, slack) || g->n == 1;
        if (good) take_answers(g, metrics, slack, hw);
    }
    free(metrics);
    free(slack);
    return good;
}

void evaluate_group(evaluator *e, const double *designs, const uint32_t *fidelity, uint32_t n,
                    bool want_parts, result *results) {
    group g = {.e = e, .results = results, .designs = designs, .n = n,
               .n_slacks = evaluator_slacks(e)};
    uint32_t n_h = e->hwmodel->n_numbers, n_w = workload_numbers(e);
    for (uint32_t i = 0; i < n; i++) {
        result_clear(&results[i], e->n_metrics, g.n_slacks);
        results[i].fidelity = fidelity ? fidelity[i] : e->n_fidelities - 1;
    }
    if (!build_all(&g, designs)) return;
    double *hw = memory_new((size_t)n * n_h, sizeof *hw);
    for (uint32_t i = 0; i < n; i++)
        memcpy(hw + (size_t)i * n_h, designs + (size_t)i * e->n_numbers + n_w, n_h * sizeof *hw);
    if (ask_all(&g, hw, want_parts))
        for (uint32_t i = 0; i < n; i++) finish(&g, &results[i]);
    else /* says nothing of the single designs: which were together is chance */
        for (uint32_t i = 0; i < n; i++) {
            free(results[i].parts);
            results[i].parts = NULL;
            evaluate_group(e, designs + (size_t)i * e->n_numbers, fidelity ? fidelity + i : NULL, 1,
                           want_parts, results + i);
        }
    free(hw);
}

void evaluate_promoted(evaluator *e, const double *design, uint32_t fidelity, result *r) {
    group g = {.e = e, .results = r, .designs = design, .n = 1, .n_slacks = evaluator_slacks(e)};
    r->fidelity = fidelity;
    r->outcome = 0;
    r->accuracy_s = 0;
    if (!build_all(&g, design)) return;
    for (g.w = 0; g.w < e->n_workloads && r->outcome != CIM_FAILED; g.w++)
        measure_accuracy(&g, 0, design + workload_numbers(e));
    finish(&g, r);
}
