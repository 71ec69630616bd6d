/* Tests of hardware models. */
#include "calls.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static subject *start(check *c) {
    subject *s = check_new(c, 1, sizeof *s);
    subject_begin(s, c, model_how(c));
    return s;
}

static double *point(const subject *s, pick_mode mode, uint64_t seed, int32_t only) {
    double *numbers = check_new(s->c, s->n_numbers, sizeof *numbers);
    subject_point(s, (pick){.mode = mode, .seed = seed, .only = only}, numbers);
    return numbers;
}

/* The defaults for 0, else a random point. */
static double *random_or_default(const subject *s, uint32_t i) {
    return point(s, i ? PICK_RANDOM : PICK_DEFAULT, check_below(s->c, UINT32_MAX), -1);
}

/* Calls RUN with every network that the model costs at its base values. */
static void on_every_network(check *c, void (*run)(subject *s, const cim_network *n)) {
    subject *s = start(c);
    const char *why = "";
    uint32_t costed = 0;
    for (network_kind k = 0; k < N_NETWORKS; k++) {
        const cim_network *n = model_network(s, k, &why);
        if (!n) continue;
        costed++;
        run(s, n);
    }
    if (!costed) check_refused(c, "costs none of the suite's networks: %s", why);
    subject_end(s);
}

/* ---- figures -------------------------------------------------------------------------------- */

static void warn_of_negatives(const answer *a) {
    const subject *s = a->s;
    for (uint32_t k = 0; k < s->n_metrics; k++)
        if (a->metrics[k] < 0)
            check_warn(s->c, "%s: metric %s is %g", a->network->name, s->metrics[k].name,
                       a->metrics[k]);
}

static void run_figures(subject *s, const cim_network *n) {
    for (uint32_t i = 0; i < 25; i++) {
        double *numbers = random_or_default(s, i);
        answer a = model_evaluate(s, n, numbers, 1, false);
        answer_check(&a);
        if (answer_is_feasible(&a, 0)) warn_of_negatives(&a);
    }
}

static void fills_everything(check *c) {
    if (!c->plugin->is.metrics.n && !((const cim_hwmodel_ops *)c->plugin->ops)->describe)
        check_fail(c, "declares no metrics");
    on_every_network(c, run_figures);
}

static void run_corners(subject *s, const cim_network *n) {
    const char *why;
    for (uint32_t i = 0; i < 2 * s->n_params + 40; i++) {
        bool single = i < 2 * s->n_params;
        pick_mode mode = i % 2 ? PICK_HIGHEST : PICK_LOWEST;
        if (!single && i % 20 > 1) mode = PICK_CORNER;
        double *numbers =
            point(s, mode, check_below(s->c, UINT32_MAX), single ? (int32_t)(i / 2) : -1);
        answer a = model_evaluate(s, n, numbers, 1, true);
        answer_check(&a);
        answer_has_figures(&a, 0, &why);
    }
}

static void survives_corners(check *c) { on_every_network(c, run_corners); }

/* ---- same bits ------------------------------------------------------------------------------ */

static void run_repeats(subject *s, const cim_network *n) {
    enum { N = 8 };
    double *numbers[N];
    uint64_t digests[N];
    for (uint32_t i = 0; i < N; i++) {
        numbers[i] = random_or_default(s, i);
        answer a = model_evaluate(s, n, numbers[i], 1, false);
        digests[i] = answer_digest(&a, 0);
    }
    for (uint32_t i = N; i-- > 0;) {
        answer a = model_evaluate(s, n, numbers[i], 1, i % 2);
        if (answer_digest(&a, 0) != digests[i])
            check_fail(s->c, "%s: other bits for the same design, after other calls%s", n->name,
                       i % 2 ? " or with parts" : "");
    }
}

static void repeats_itself(check *c) { on_every_network(c, run_repeats); }

static void run_together(subject *s, const cim_network *n) {
    enum { N = 17 };
    double *all = check_new(s->c, (size_t)N * s->n_numbers, sizeof *all);
    uint64_t alone[N];
    bool figures[N];
    const char *why;
    for (uint32_t i = 0; i < N; i++) {
        double *one = all + (size_t)i * s->n_numbers;
        memcpy(one, random_or_default(s, i % 6), s->n_numbers * sizeof *one);
        answer a = model_evaluate(s, n, one, 1, false);
        if (a.status != CIM_OK) { /* it would take the others along */
            memcpy(one, s->base, s->n_numbers * sizeof *one);
            a = model_evaluate(s, n, one, 1, false);
        }
        alone[i] = answer_digest(&a, 0);
        figures[i] = answer_has_figures(&a, 0, &why);
    }
    answer a = model_evaluate(s, n, all, N, false);
    answer_check(&a);
    for (uint32_t i = 0; i < N; i++) {
        if (answer_has_figures(&a, i, &why) != figures[i])
            check_fail(s->c, "%s: point %u of %d is refused, and alone it is not, or the other way "
                       "round: %s", n->name, i, N, why);
        if (answer_digest(&a, i) != alone[i])
            check_fail(s->c, "%s: point %u of %d has other bits than alone", n->name, i, N);
    }
}

static void points_stand_alone(check *c) { on_every_network(c, run_together); }

/* ---- parts ---------------------------------------------------------------------------------- */

static void run_parts(subject *s, const cim_network *n) {
    for (uint32_t i = 0; i < 12; i++) {
        double *numbers = random_or_default(s, i);
        answer a = model_evaluate(s, n, numbers, 1, true);
        for (uint32_t k = 0; k < s->n_metrics && !a.refusals[0][0]; k++) {
            if (!a.n_parts[k] || isnan(a.metrics[k])) continue;
            s->c->standard[0] = 1;
            double off = fabs(a.sums[k] - a.metrics[k]);
            if (!(off <= 1e-9 * fabs(a.metrics[k])))
                check_fail(s->c, "%s: the parts of %s sum to %.12g, and it is %.12g", n->name,
                           s->metrics[k].name, a.sums[k], a.metrics[k]);
        }
    }
}

static void parts_sum_up(check *c) {
    c->standard[0] = 0;
    on_every_network(c, run_parts);
    if (!c->standard[0]) check_skip(c, "it reports no parts");
}

/* ---- operations ----------------------------------------------------------------------------- */

static void check_names_layer(subject *s, const answer *a, uint32_t op) {
    const char *why;
    if (a->status != CIM_OK && a->status != CIM_E_UNSUPPORTED)
        check_fail(s->c, "op %s: refused with status %d instead of CIM_E_UNSUPPORTED",
                   networks_op_name(op), a->status);
    answer_has_figures(a, 0, &why);
    if (!strstr(why, "probe"))
        check_fail(s->c, "op %s: refused without naming the layer (\"probe\"): %s",
                   networks_op_name(op), why);
}

static void refuses_unknown_op(check *c) {
    const char *why;
    subject *s = start(c);
    answer a = model_evaluate(s, networks_with_op(s, networks_unknown_op), s->base, 1, false);
    if (answer_has_figures(&a, 0, &why))
        check_fail(c, "costs a layer of op %d, which no interface has", networks_unknown_op);
    check_names_layer(s, &a, networks_unknown_op);
    subject_end(s);
}

/* Costed, or refused by name; a layer that changes no figure was free. */
static void nothing_is_free(check *c) {
    const char *why;
    subject *s = start(c);
    answer without = model_evaluate(s, networks_with_op(s, CIM_OP_NONE), s->base, 1, false);
    bool have = answer_has_figures(&without, 0, &why);
    for (uint32_t op = CIM_OP_NONE + 1; op < CIM_OP_END; op++) {
        answer a = model_evaluate(s, networks_with_op(s, op), s->base, 1, false);
        answer_check(&a);
        if (!answer_has_figures(&a, 0, &why)) check_names_layer(s, &a, op);
        else if (have && op != CIM_OP_CONCAT && answer_digest(&a, 0) == answer_digest(&without, 0))
            check_fail(c, "op %s: a network with such a layer costs what it costs without",
                       networks_op_name(op));
    }
    subject_end(s);
}

/* ---- the network's own figures -------------------------------------------------------------- */

/* Unset follows the network; set to what the network says, it is the same; and the network's bits
 * matter. */
static void follow(subject *s, uint32_t param, bool weights, network_kind kind) {
    const char *key = s->params[param].key;
    double *set = check_new(s->c, s->n_numbers, sizeof *set);
    memcpy(set, s->base, s->n_numbers * sizeof *set);
    for (uint32_t k = s->first[param]; k < s->first[param + 1]; k++) set[k] = 8;
    const cim_network *eight = networks_make(s, kind, (network_bits){8, 8}),
                      *four = networks_make(s, kind, weights ? (network_bits){4, 8}
                                                             : (network_bits){8, 4});
    answer unset = model_evaluate(s, eight, s->base, 1, false),
           same = model_evaluate(s, eight, set, 1, false),
           other = model_evaluate(s, four, s->base, 1, false);
    if (answer_digest(&unset, 0) != answer_digest(&same, 0))
        check_fail(s->c, "%s: 8 in the network, and 8 in the parameter, give other bits", key);
    if (answer_digest(&unset, 0) == answer_digest(&other, 0))
        check_fail(s->c, "%s: unset, and yet networks of 8 and of 4 bits get the same figures",
                   key);
}

static void follows_network(check *c) {
    subject *s = start(c);
    const char *why = "";
    uint32_t n = 0;
    network_kind kind = 0;
    while (kind < N_NETWORKS && !model_network(s, kind, &why)) kind++;
    if (kind == N_NETWORKS) check_refused(c, "costs none of the suite's networks: %s", why);
    for (uint32_t i = 0; i < s->n_params; i++) {
        const cim_param *p = &s->params[i];
        if (!(p->flags & CIM_PARAM_FROM_NETWORK) || !p->overrides || subject_is_set(s, i)) continue;
        bool weights = strcmp(p->overrides, "weight_bits") == 0;
        if ((!weights && strcmp(p->overrides, "input_bits") != 0) || p->min > 8 || p->max < 8)
            continue;
        follow(s, i, weights, kind);
        n++;
    }
    if (!n) check_skip(c, "no parameter overrides the network's weight_bits or input_bits");
    subject_end(s);
}

/* ---- non-idealities ------------------------------------------------------------------------- */

static bool is_share(double x) { return x >= 0 && x <= 1; }
static bool is_amount(double x) { return x >= 0 && isfinite(x); }

static const char *row_rule(const cim_nonideality *r) {
    if (r->weight_mapping > CIM_MAPPING_DIGITAL) return "weight_mapping is unknown";
    if (!r->weight_bits || !r->input_bits) return "weight_bits and input_bits must be filled";
    if (r->weight_mapping != CIM_MAPPING_DIGITAL && (!r->cell_bits || !r->dac_bits))
        return "cell_bits and dac_bits must be filled";
    if (!r->array_rows || !r->array_columns) return "array_rows and array_columns must be filled";
    if (!r->rows_at_once) return "rows_at_once must be filled";
    if (r->columns_at_once > r->array_columns) return "columns_at_once exceeds array_columns";
    if (r->adc_range > CIM_ADC_MNSIM_FIX) return "adc_range is unknown";
    if (r->adc_bits > 32) return "adc_bits exceeds 32";
    if (r->device_spread > CIM_SPREAD_LOG_NORMAL || r->cycle_spread > CIM_SPREAD_LOG_NORMAL)
        return "a spread is unknown";
    if (!is_share(r->stuck_on_share) || !is_share(r->stuck_off_share))
        return "a share of stuck cells is not in 0..1";
    const double amounts[] = {r->adc_offset_sd, r->adc_gain_sd, r->adc_noise_sd,
                              r->on_conductance_s, r->off_conductance_s, r->device_spread_sd,
                              r->cycle_spread_sd, r->read_noise_sd, r->drift_time_s,
                              r->drift_reference_s, r->row_wire_ohm, r->column_wire_ohm,
                              r->driver_ohm, r->access_ohm, r->cell_mismatch_sd,
                              r->temperature_k};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        if (!is_amount(amounts[i]))
            return "a standard deviation, resistance or time is negative or not finite";
    if (!isfinite(r->adc_nonlinearity) || !isfinite(r->drift_exponent))
        return "a figure is not finite";
    return NULL;
}

static void check_rows(subject *s, const cim_network *n, const char *rows, size_t row_size) {
    static const cim_nonideality zero;
    for (uint32_t i = 0; i < n->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        cim_nonideality r;
        memcpy(&r, rows + i * row_size, sizeof r);
        for (size_t k = sizeof r; k < row_size; k++)
            if (rows[i * row_size + k])
                check_fail(s->c, "layer %s: writes behind the row that it knows", l->name);
        bool weights = l->op == CIM_OP_CONV || l->op == CIM_OP_LINEAR;
        if (!weights && memcmp(&r, &zero, sizeof r) != 0)
            check_fail(s->c, "layer %s has no weights, and its row is not zero", l->name);
        if (!weights || !r.weight_mapping) continue;
        const char *rule = row_rule(&r);
        if (rule) check_fail(s->c, "layer %s: %s", l->name, rule);
        s->c->standard[0] = 1;
    }
}

static void *ask_rows(subject *s, const cim_network *n, const double *numbers, size_t row_size) {
    const cim_hwmodel_ops *ops = s->plugin->ops;
    cim_nonideality_rows out = {check_new(s->c, n->layers.n, row_size), n->layers.n,
                                (uint32_t)row_size};
    cim_values *v = subject_values(s, numbers, 1);
    subject_enter(s, "nonidealities");
    cim_status status = ops->nonidealities(s->self, n, v, out);
    subject_leave(s);
    if (status == CIM_OK) return out.rows;
    subject_check_refusal(s, "nonidealities", status);
    return NULL;
}

static void run_rows(subject *s, const cim_network *n) {
    const size_t size = sizeof(cim_nonideality);
    for (uint32_t i = 0; i < 12; i++) {
        double *numbers = random_or_default(s, i);
        char *rows = ask_rows(s, n, numbers, size), *longer = ask_rows(s, n, numbers, size + 24);
        if (!rows && !i) check_fail(s->c, "%s: refused: %s", n->name, s->reason);
        if (!rows || !longer) continue;
        check_rows(s, n, rows, size);
        check_rows(s, n, longer, size + 24);
        for (uint32_t k = 0; k < n->layers.n; k++)
            if (memcmp(rows + k * size, longer + k * (size + 24), size) != 0)
                check_fail(s->c, "%s: other bits for the same design", n->name);
    }
}

static void describes_arrays(check *c) {
    if (!((const cim_hwmodel_ops *)c->plugin->ops)->nonidealities)
        check_skip(c, "it does not describe its arrays: accuracy cannot be evaluated on it");
    c->standard[0] = 0;
    on_every_network(c, run_rows);
    if (!c->standard[0])
        check_warn(c, "no layer has any non-ideality: exact arithmetic throughout");
}

const check_test hwmodel_tests[] = {
    {"hwmodel.fills_everything", "metrics and slacks are filled and finite, at random designs",
     fills_everything},
    {"hwmodel.survives_corners", "answers at every corner of its parameters", survives_corners},
    {"hwmodel.repeats_itself", "same design, same bits, after other calls and with parts",
     repeats_itself},
    {"hwmodel.points_stand_alone", "a point has the same bits alone as among others",
     points_stand_alone},
    {"hwmodel.parts_sum_up", "the parts of a metric sum to it", parts_sum_up},
    {"hwmodel.refuses_unknown_op", "refuses an op it cannot know, by the layer's name",
     refuses_unknown_op},
    {"hwmodel.nothing_is_free", "costs every op, or refuses it by the layer's name",
     nothing_is_free},
    {"hwmodel.follows_network", "takes from the network what is not set", follows_network},
    {"hwmodel.describes_arrays", "non-idealities of layers with weights are filled and in range",
     describes_arrays},
    {0}};
