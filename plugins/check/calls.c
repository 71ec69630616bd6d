#include "calls.h"
#include "network.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- workloads ------------------------------------------------------------------------------ */

const cim_network *workload_build(subject *s, const double *numbers, cim_status *status) {
    const cim_workload_ops *ops = s->plugin->ops;
    const cim_network *n = NULL;
    char why[256];
    cim_values *v = subject_values(s, numbers, 1);
    subject_enter(s, "build");
    *status = ops->build(s->self, v, &n);
    subject_leave(s);
    if (*status != CIM_OK) {
        subject_check_refusal(s, "build", *status);
        return NULL;
    }
    if (!n) check_fail(s->c, "build: CIM_OK, but no network");
    network_check(n, s->n_index_sets, why, sizeof why);
    if (why[0]) check_fail(s->c, "build: %s", why);
    return n;
}

static uint64_t digest_text(uint64_t digest, const char *chars) {
    return digest_bytes(digest, chars ? chars : "\1", chars ? strlen(chars) + 1 : 2);
}

static uint64_t layer_digest(uint64_t d, const cim_network *n, const cim_layer *l) {
    d = digest_text(d, l->name);
    d = digest_text(d, l->tensor);
    d = digest_bytes(d, &l->op, offsetof(cim_layer, reserved) - offsetof(cim_layer, op));
    d = digest_bytes(d, l->inputs, l->n_inputs * sizeof *l->inputs);
    if (l->elements) d = digest_bytes(d, l->elements, n->index_sets.n * sizeof *l->elements);
    if (!l->statistics) return digest_bytes(d, "", 1);
    const double statistics[] = {l->statistics->input_bit_density, l->statistics->input_toggle_rate,
                                 l->statistics->weight_mean, l->statistics->weight_sd};
    return digest_numbers(d, statistics, 4);
}

uint64_t network_digest(const cim_network *n) {
    const uint64_t head[] = {n->in_channels, n->in_height, n->in_width, n->input_bits, n->layers.n,
                             n->stated_weights, n->stated_macs};
    uint64_t d = digest_bytes(DIGEST_START, head, sizeof head);
    d = digest_text(digest_text(digest_text(d, n->name), n->dataset), n->trained);
    for (uint32_t i = 0; i < n->layers.n; i++)
        d = layer_digest(d, n, CIM_ROW(cim_layer, n->layers, i));
    return d;
}

/* ---- hardware models ------------------------------------------------------------------------ */

static void note(answer *a, const char *what) {
    if (!a->wrong[0]) snprintf(a->wrong, sizeof a->wrong, "%s", what);
}

static void on_fail(void *context, uint32_t point, const char *why) {
    answer *a = context;
    if (point >= a->n_points) note(a, "fail(): no such point");
    else if (!why || !why[0]) note(a, "fail(): without a reason");
    else snprintf(a->refusals[point], sizeof a->refusals[point], "%s", why);
}

static void on_part(void *context, uint32_t point, uint32_t layer, const char *component,
                    uint32_t metric, double value) {
    answer *a = context;
    if (point >= a->n_points || metric >= a->s->n_metrics)
        note(a, "part(): no such point or metric");
    else if (layer >= a->network->layers.n && layer != CIM_WHOLE_CHIP)
        note(a, "part(): no such layer");
    else if (!component || !component[0]) note(a, "part(): without a component");
    else {
        size_t k = (size_t)point * a->s->n_metrics + metric;
        a->sums[k] += value;
        a->n_parts[k]++;
    }
}

static answer new_answer(subject *s, const cim_network *n, uint32_t n_points) {
    size_t m = (size_t)n_points * s->n_metrics, k = (size_t)n_points * s->n_constraints;
    answer a = {.n_points = n_points, .network = n, .s = s};
    a.metrics = check_new(s->c, m, sizeof *a.metrics);
    a.slack = check_new(s->c, k, sizeof *a.slack);
    a.refusals = check_new(s->c, n_points, sizeof *a.refusals);
    a.sums = check_new(s->c, m, sizeof *a.sums);
    a.n_parts = check_new(s->c, m, sizeof *a.n_parts);
    for (size_t i = 0; i < m; i++) a.metrics[i] = NAN;
    for (size_t i = 0; i < k; i++) a.slack[i] = NAN;
    return a;
}

answer model_evaluate(subject *s, const cim_network *n, const double *numbers, uint32_t n_points,
                      bool want_parts) {
    const cim_hwmodel_ops *ops = s->plugin->ops;
    answer a = new_answer(s, n, n_points);
    cim_request q = {.struct_size = sizeof q, .network = n, .metrics = a.metrics, .slack = a.slack,
                     .values = subject_values(s, numbers, n_points), .context = &a,
                     .fail = on_fail, .part = want_parts ? on_part : NULL};
    const cim_request *given = subject_struct(s, &q, sizeof q);
    subject_enter(s, "evaluate");
    a.status = ops->evaluate(s->self, given);
    subject_leave(s);
    if (a.wrong[0]) check_fail(s->c, "evaluate: %s", a.wrong);
    for (uint32_t i = 0; i < n_points; i++) s->told_dry |= s->ran_dry && a.refusals[i][0];
    if (a.status == CIM_OK) return a;
    subject_check_refusal(s, "evaluate", a.status);
    for (uint32_t i = 0; i < n_points; i++)
        snprintf(a.refusals[i], sizeof a.refusals[i], "%s", s->reason);
    return a;
}

bool answer_has_figures(const answer *a, uint32_t i, const char **why) {
    *why = a->refusals[i];
    return !a->refusals[i][0];
}

bool answer_is_feasible(const answer *a, uint32_t i) {
    const subject *s = a->s;
    if (a->refusals[i][0]) return false;
    for (uint32_t k = 0; k < s->n_constraints; k++)
        if (a->slack[(size_t)i * s->n_constraints + k] > 0) return false;
    return true;
}

void answer_check(const answer *a) {
    const subject *s = a->s;
    const char *net = a->network->name;
    for (uint32_t i = 0; i < a->n_points; i++) {
        if (a->refusals[i][0]) continue;
        for (uint32_t k = 0; k < s->n_constraints; k++)
            if (!isfinite(a->slack[(size_t)i * s->n_constraints + k]))
                check_fail(s->c, "%s: the slack of constraint %s is not filled, or not finite", net,
                           s->constraints[k].name);
        for (uint32_t k = 0; k < s->n_metrics; k++) {
            double x = a->metrics[(size_t)i * s->n_metrics + k];
            if (isfinite(x) || (isnan(x) && !answer_is_feasible(a, i))) continue;
            check_fail(s->c, "%s: metric %s is %s", net, s->metrics[k].name,
                       isnan(x) ? "NaN, though every constraint is met: not filled?" : "infinite");
        }
    }
}

uint64_t answer_digest(const answer *a, uint32_t i) {
    const subject *s = a->s;
    if (a->refusals[i][0]) return digest_bytes(DIGEST_START, "refused", 7);
    uint64_t d = digest_numbers(DIGEST_START, a->metrics + (size_t)i * s->n_metrics, s->n_metrics);
    return digest_numbers(d, a->slack + (size_t)i * s->n_constraints, s->n_constraints);
}

const cim_network *model_network(subject *s, network_kind kind, const char **why) {
    const cim_network *n = networks_make(s, kind, (network_bits){8, 8});
    answer a = model_evaluate(s, n, s->base, 1, false);
    if (answer_has_figures(&a, 0, why)) return n;
    *why = check_text(s->c, "%s", *why);
    return NULL;
}

subject_how model_how(check *c) {
    subject_how how = SUBJECT_HOW;
    how.n_sets = networks_sets(c, c->plugin, &how.sets);
    return how;
}

/* ---- accuracy evaluators -------------------------------------------------------------------- */

cim_nonideality_table accuracy_mild(const subject *s, const cim_network *n) {
    cim_nonideality *rows = check_new(s->c, n->layers.n, sizeof *rows);
    for (uint32_t i = 0; i < n->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        if (!l->weight_bits) continue;
        rows[i] = (cim_nonideality){
            .weight_mapping = CIM_MAPPING_OFFSET, .weight_bits = l->weight_bits, .cell_bits = 1,
            .input_bits = l->input_bits, .dac_bits = 1, .array_rows = 128, .array_columns = 128,
            .rows_at_once = 128, .adc_bits = 7, .adc_range = CIM_ADC_FULL_SCALE,
            .adc_noise_sd = 0.3, .on_conductance_s = 1e-5, .off_conductance_s = 1e-6,
            .device_spread = CIM_SPREAD_OF_RANGE, .device_spread_sd = 0.05, .temperature_k = 300};
    }
    return (cim_nonideality_table)SUBJECT_TABLE(s, rows, n->layers.n, cim_nonideality);
}

uint32_t accuracy_fidelities(const subject *s) {
    uint32_t n = ((const cim_accuracy_ops *)s->plugin->ops)->fidelities.n;
    return n ? n : 1;
}

static void check_request(const subject *s, const cim_accuracy_request *r, uint32_t draws) {
    if (!(r->mean >= 0 && r->mean <= 1))
        check_fail(s->c, "evaluate: mean = %g: must be 0..1", r->mean);
    if (!(r->sd >= 0) || !isfinite(r->sd))
        check_fail(s->c, "evaluate: sd = %g: must be finite, and at least 0", r->sd);
    if (!r->n_draws) check_fail(s->c, "evaluate: n_draws is not filled");
    if (draws && r->n_draws > draws)
        check_fail(s->c, "evaluate: rests on %u draws, where %u were wanted", r->n_draws, draws);
}

cim_status accuracy_evaluate(subject *s, const cim_network *n, cim_nonideality_table rows,
                             const double *numbers, uint32_t fidelity, uint32_t draws,
                             cim_accuracy_request *out) {
    const cim_accuracy_ops *ops = s->plugin->ops;
    cim_accuracy_request q = {.struct_size = sizeof q, .fidelity = fidelity, .network = n,
                              .nonidealities = rows, .values = subject_values(s, numbers, 1),
                              .draws = draws, .mean = NAN, .sd = NAN};
    cim_accuracy_request *given = subject_struct(s, &q, sizeof q);
    subject_enter(s, "evaluate");
    cim_status status = ops->evaluate(s->self, given);
    subject_leave(s);
    *out = *given;
    if (status != CIM_OK) subject_check_refusal(s, "evaluate", status);
    else check_request(s, out, draws);
    return status;
}

network_kind accuracy_network(subject *s) {
    static const network_kind kinds[] = {NETWORK_PLAIN, NETWORK_VGG8, NETWORK_ONE_LAYER,
                                         NETWORK_RESIDUAL};
    cim_accuracy_request r;
    const char *why = "";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const cim_network *n = networks_make(s, kinds[i], (network_bits){8, 8});
        cim_status status = accuracy_evaluate(s, n, accuracy_mild(s, n), s->base, 0, 1, &r);
        if (status == CIM_OK) return kinds[i];
        why = check_text(s->c, "%s", s->reason);
    }
    check_skip(s->c, "it evaluates none of the suite's networks: %s", why);
}
