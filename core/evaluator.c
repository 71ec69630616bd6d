/* evaluator.c: what a study measures: its metrics by name, their aggregates over several workloads,
 * its slacks. */
#include "evaluate.h"
#include "memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const aggregates[] = {"max", "min", "mean", "geomean", "sum"};

const char *aggregate_name(aggregate how) { return aggregates[how]; }

bool aggregate_named(const char *name, aggregate *out) {
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
        if (strcmp(name, aggregates[i]) == 0) {
            *out = (aggregate)i;
            return true;
        }
    return false;
}

double aggregate_of(aggregate how, const double *values, uint32_t n, size_t stride) {
    double sum = how == AGGREGATE_MAX || how == AGGREGATE_MIN ? values[0] : 0;
    for (uint32_t i = 0; i < n; i++) {
        double v = values[i * stride];
        if (isnan(v)) return v;
        switch (how) {
        case AGGREGATE_MAX: sum = fmax(sum, v); break;
        case AGGREGATE_MIN: sum = fmin(sum, v); break;
        case AGGREGATE_GEOMEAN: sum += log(v); break;
        default: sum += v;
        }
    }
    if (how == AGGREGATE_MEAN) return sum / n;
    return how == AGGREGATE_GEOMEAN ? exp(sum / n) : sum;
}

static void add_metric(evaluator *e, const metric *m, aggregate how) {
    e->metrics = memory_grow(e->metrics, e->n_metrics + 1u, sizeof *e->metrics);
    e->aggregates = memory_grow(e->aggregates, e->n_metrics + 1u, sizeof *e->aggregates);
    e->metrics[e->n_metrics] = *m;
    e->metrics[e->n_metrics].name = memory_text(m->name);
    e->aggregates[e->n_metrics++] = how;
}

static void add_own(evaluator *e, const char *name, const char *help, const char *from,
                    aggregate how) {
    add_metric(e, &(metric){.name = name, .unit = "", .help = help, .from = from}, how);
}

/* Accuracy at a lower level of a ladder, which a design may have left behind. */
static void add_level(evaluator *e, const char *level) {
    text name = {0};
    text_add(&name, "accuracy_%s", level);
    add_metric(e, &(metric){.name = text_of(&name), .unit = "", .help = "accuracy at a lower level",
                            .from = e->accuracy->plugin->id, .partial = true}, AGGREGATE_MIN);
    text_free(&name);
}

/* The same metrics once more for each workload: workload[1].energy_j. */
static void add_each_workload(evaluator *e) {
    for (uint32_t w = 0; e->n_workloads > 1 && w < e->n_workloads; w++)
        for (uint32_t i = 0; i < e->n_base; i++) {
            text name = {0};
            metric m = e->metrics[i];
            text_add(&name, "workload[%u].%s", w, m.name);
            m.name = text_of(&name);
            add_metric(e, &m, AGGREGATE_MAX);
            text_free(&name);
        }
}

void evaluator_begin(evaluator *e, instance *workloads, uint32_t n_workloads, instance *hwmodel,
                     instance *accuracy, stand_in *on, const accuracy_levels *levels) {
    *e = (evaluator){.workloads = workloads, .n_workloads = n_workloads, .hwmodel = hwmodel,
                     .accuracy = accuracy, .stand_in = on, .n_fidelities = 1,
                     .n_numbers = hwmodel->n_numbers};
    for (uint32_t i = 0; i < hwmodel->n_metrics; i++) {
        const cim_metric *m = &hwmodel->metrics[i];
        add_metric(e, &(metric){.name = m->name, .unit = m->unit, .help = m->help,
                                .from = hwmodel->plugin->id, .relative_error = m->relative_error,
                                .validity = m->validity},
                   m->better > 0 ? AGGREGATE_MIN : AGGREGATE_MAX);
    }
    add_own(e, "macs", "multiply-accumulates of one image", "cimdse", AGGREGATE_SUM);
    add_own(e, "weights", "weights of the network, without biases", "cimdse", AGGREGATE_SUM);
    if (accuracy) {
        e->levels = *levels;
        e->n_fidelities = levels->n;
        e->first_accuracy = e->n_metrics;
        add_own(e, "accuracy", on ? on->help : "share of right answers",
                accuracy->plugin->id, AGGREGATE_MIN);
        add_own(e, "accuracy_sd", "its standard deviation over draws", accuracy->plugin->id,
                AGGREGATE_MAX);
        add_own(e, "accuracy_draws", "draws that it rests on", accuracy->plugin->id, AGGREGATE_MIN);
        for (uint32_t i = 0; levels->climbs && i + 1 < levels->n; i++)
            add_level(e, levels->names[i]);
    }
    e->n_base = e->n_metrics;
    add_each_workload(e);
    for (uint32_t w = 0; w < n_workloads; w++) e->n_numbers += workloads[w].n_numbers;
    if (accuracy) e->n_numbers += accuracy->n_numbers;
    e->built = memory_new(e->n_numbers, sizeof *e->built);
    e->networks = memory_new(n_workloads, sizeof *e->networks);
}

void evaluator_free(evaluator *e) {
    for (uint32_t i = 0; i < e->n_metrics; i++) free((char *)(uintptr_t)e->metrics[i].name);
    free(e->metrics);
    free(e->aggregates);
    free(e->goals);
    free(e->constraints);
    free(e->built);
    free(e->networks);
    *e = (evaluator){0};
}

const char *evaluator_plugin(const evaluator *e, uint32_t running) {
    if (running == EVALUATOR_HWMODEL) return e->hwmodel->plugin->id;
    if (running == EVALUATOR_ACCURACY_PLUGIN && e->accuracy) return e->accuracy->plugin->id;
    if (running == EVALUATOR_STAND_IN && e->stand_in) return e->stand_in->workload.plugin->id;
    if (running < EVALUATOR_WORKLOAD || running - EVALUATOR_WORKLOAD >= e->n_workloads) return NULL;
    return e->workloads[running - EVALUATOR_WORKLOAD].plugin->id;
}

uint32_t evaluator_slacks(const evaluator *e) {
    return e->hwmodel->n_constraints + e->n_constraints;
}

bool evaluator_is_exact(const evaluator *e, const expression *x) {
    for (uint32_t i = 0; e->accuracy && i < x->n; i++)
        if (x->metric[i] % e->n_base >= e->first_accuracy) return false;
    return true;
}

const char *evaluator_slack_name(const evaluator *e, uint32_t i) {
    uint32_t own = e->hwmodel->n_constraints;
    return i < own ? e->hwmodel->constraints[i].name : e->constraints[i - own].written;
}

void evaluator_explain(const evaluator *e, const result *r, text *out) {
    text_add(out, "%s", r->reason);
    for (uint32_t i = 0; r->outcome == CIM_INFEASIBLE && i < evaluator_slacks(e); i++)
        if (r->slack[i] > 0)
            text_add(out, "%s%s: slack %.4g", out->length ? "; " : "", evaluator_slack_name(e, i),
                     r->slack[i]);
}
