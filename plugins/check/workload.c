/* Tests of workloads. */
#include "calls.h"
#include "network.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { POINTS = 30 };

static subject *start(check *c) {
    subject *s = check_new(c, 1, sizeof *s);
    subject_begin(s, c, SUBJECT_HOW);
    return s;
}

/* Point I of many: the defaults, lowest, highest, corners, random ones. */
static double *point(const subject *s, uint32_t i) {
    static const pick_mode modes[] = {PICK_DEFAULT, PICK_LOWEST, PICK_HIGHEST, PICK_CORNER};
    double *numbers = check_new(s->c, s->n_numbers, sizeof *numbers);
    pick p = {.mode = i < 4 ? modes[i] : i % 4 ? PICK_RANDOM : PICK_CORNER, .only = -1,
              .seed = check_below(s->c, UINT32_MAX)};
    subject_point(s, p, numbers);
    return numbers;
}

/* Calls RUN with the network of every point that the workload does not refuse. */
static void on_every_network(check *c, void (*run)(subject *s, const cim_network *n)) {
    subject *s = start(c);
    cim_status status;
    for (uint32_t i = 0; i < POINTS; i++) {
        const cim_network *n = workload_build(s, point(s, i), &status);
        if (!n && i == 0) check_refused(c, "build: refuses its defaults: %s", s->reason);
        if (n) run(s, n);
    }
    subject_end(s);
}

/* workload_build() checks with the host's own network_check(); this is what that leaves open. */
static void run_graph(subject *s, const cim_network *n) {
    if (!n->name || !n->name[0]) check_fail(s->c, "the network has no name");
    if (!n->in_channels || !n->in_height || !n->in_width) check_fail(s->c, "its input is empty");
    for (uint32_t i = 0; i < n->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        if (!l->name[0]) check_fail(s->c, "layer %u has no name", i);
        if (l->op >= CIM_OP_END) check_fail(s->c, "layer %s: op %u is unknown", l->name, l->op);
        if (l->activation > CIM_ACT_TANH)
            check_fail(s->c, "layer %s: activation %u is unknown", l->name, l->activation);
        if (!l->n_inputs) check_fail(s->c, "layer %s takes no input", l->name);
    }
}

static void graph_is_valid(check *c) { on_every_network(c, run_graph); }

static bool agrees(uint32_t in, uint32_t out, uint32_t kernel, uint32_t stride, uint32_t dilation,
                   uint32_t pads) {
    uint64_t padded = (uint64_t)in + pads, reach = (uint64_t)dilation * (kernel - 1) + 1;
    return padded >= reach && out == (padded - reach) / stride + 1;
}

static void run_shapes(subject *s, const cim_network *n) {
    for (uint32_t i = 0; i < n->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        bool pool = l->op == CIM_OP_MAX_POOL || l->op == CIM_OP_AVERAGE_POOL;
        if (!l->kernel_height || !l->kernel_width)
            check_fail(s->c, "layer %s: its kernel is 0: 1 where there is none", l->name);
        if (pool && l->in_channels != l->out_channels)
            check_fail(s->c, "layer %s: a pool that changes the channels", l->name);
        if (!pool && l->op != CIM_OP_CONV) continue;
        if (!l->stride_height || !l->stride_width || !l->dilation_height || !l->dilation_width)
            check_fail(s->c, "layer %s: stride and dilation must be 1 or more", l->name);
        if (!agrees(l->in_height, l->out_height, l->kernel_height, l->stride_height,
                    l->dilation_height, l->pad_top + l->pad_bottom) ||
            !agrees(l->in_width, l->out_width, l->kernel_width, l->stride_width, l->dilation_width,
                    l->pad_left + l->pad_right))
            check_fail(s->c, "layer %s: %u x %u cannot come of %u x %u with its kernel, stride and "
                       "padding", l->name, l->out_height, l->out_width, l->in_height, l->in_width);
    }
}

static void shapes_agree(check *c) { on_every_network(c, run_shapes); }

static bool is_share_or_unknown(double x) { return isnan(x) || (x >= 0 && x <= 1); }

static void run_bits(subject *s, const cim_network *n) {
    for (uint32_t i = 0; i < n->layers.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        bool weights = l->op == CIM_OP_CONV || l->op == CIM_OP_LINEAR ||
                       (l->op == CIM_OP_MATMUL && l->runtime_operand);
        const cim_layer_statistics *t = l->statistics;
        if (!l->input_bits || l->input_bits > 64 || !l->output_bits || l->output_bits > 64)
            check_fail(s->c, "layer %s: input and output bits must be 1..64", l->name);
        if (weights ? !l->weight_bits || l->weight_bits > 64 : l->weight_bits)
            check_fail(s->c, "layer %s: %u weight bits, and it has %s weights", l->name,
                       l->weight_bits, weights ? "" : "no");
        if (l->runtime_operand > 1)
            check_fail(s->c, "layer %s: runtime_operand must be 0 or 1", l->name);
        if (t && (!is_share_or_unknown(t->input_bit_density) ||
                  !is_share_or_unknown(t->input_toggle_rate) || isinf(t->weight_mean) ||
                  fabs(t->weight_mean) > 1 || isinf(t->weight_sd) || t->weight_sd < 0))
            check_fail(s->c, "layer %s: a statistic is out of its range", l->name);
    }
}

static void bits_in_range(check *c) { on_every_network(c, run_bits); }

/* The build itself refuses totals that differ from those stated; here they must be stated, if ever,
 * by every point or none, and never be zero. */
static void run_totals(subject *s, const cim_network *n) {
    uint64_t macs, weights;
    network_totals(n, &macs, &weights);
    if (!macs || !weights)
        check_fail(s->c, "%" PRIu64 " MACs and %" PRIu64 " weights: nothing to compute", macs,
                   weights);
    if (n->stated_macs == macs && n->stated_weights == weights) s->c->standard[0]++;
}

static void totals_agree(check *c) {
    c->standard[0] = 0;
    on_every_network(c, run_totals);
    if (!c->standard[0]) check_skip(c, "it states no totals");
}

/* ---- slots ---------------------------------------------------------------------------------- */

/* NAMES: the layer seen in each slot, or NULL. */
static void note_slot(subject *s, const cim_layer *l, const char **names) {
    if (l->slot >= CIM_MAX_LAYERS)
        check_fail(s->c, "layer %s: slot %u: must be below %u", l->name, l->slot, CIM_MAX_LAYERS);
    const char *seen = names[l->slot];
    if (seen && strcmp(seen, l->name) == 0) return;
    if (seen)
        check_warn(s->c, "slot %u: layer %s here, and %s at another point", l->slot, l->name, seen);
    for (uint32_t k = 0; k < CIM_MAX_LAYERS; k++)
        if (k != l->slot && names[k] && strcmp(names[k], l->name) == 0)
            check_fail(s->c, "layer %s: slot %u here, and %u at another point", l->name, l->slot,
                       k);
    if (!seen) names[l->slot] = check_text(s->c, "%s", l->name);
}

static void slots_are_stable(check *c) {
    subject *s = start(c);
    cim_status status;
    const char **names = check_new(c, CIM_MAX_LAYERS, sizeof *names);
    for (uint32_t i = 0; i < POINTS; i++) {
        const cim_network *n = workload_build(s, point(s, i), &status);
        for (uint32_t k = 0; n && k < n->layers.n; k++)
            note_slot(s, CIM_ROW(cim_layer, n->layers, k), names);
    }
    subject_end(s);
}

/* ---- index sets ----------------------------------------------------------------------------- */

static void run_sets(subject *s, const cim_network *n) {
    for (uint32_t k = 0; k < s->n_index_sets; k++) {
        const cim_index_set *is = CIM_ROW(cim_index_set, n->index_sets, k);
        if (strcmp(is->name, s->index_sets[k].name) != 0 || is->size != s->index_sets[k].size)
            check_fail(s->c, "index set %u: %s of %u in the network, %s of %u described", k,
                       is->name, is->size, s->index_sets[k].name, s->index_sets[k].size);
        bool used = false;
        for (uint32_t i = 0; i < n->layers.n; i++)
            used |= CIM_ROW(cim_layer, n->layers, i)->elements[k] >= 0;
        if (!used) check_warn(s->c, "index set %s: no layer belongs to it", is->name);
    }
}

static void index_sets_are_valid(check *c) {
    subject *s = start(c);
    if (!s->n_index_sets) check_skip(c, "it has no index sets");
    for (uint32_t i = 0; i < s->n_params; i++) {
        const char *set = s->params[i].index_set;
        bool known = !set;
        for (uint32_t k = 0; !known && k < s->n_index_sets; k++)
            known = strcmp(s->index_sets[k].name, set) == 0;
        if (!known) check_fail(c, "parameter %s runs over %s, which is not its own index set",
                               s->params[i].key, set);
    }
    subject_end(s);
    on_every_network(c, run_sets);
}

/* ---- same bits ------------------------------------------------------------------------------ */

static void repeats_itself(check *c) {
    enum { N = 10 };
    subject *s = start(c);
    double *points[N];
    uint64_t digests[N];
    cim_status status;
    for (uint32_t i = 0; i < N; i++) {
        points[i] = point(s, i);
        const cim_network *n = workload_build(s, points[i], &status);
        digests[i] = n ? network_digest(n) : 0;
    }
    for (uint32_t i = N; i-- > 0;) {
        const cim_network *n = workload_build(s, points[i], &status);
        if ((n ? network_digest(n) : 0) != digests[i])
            check_fail(c, "another network for the same values, after other builds");
    }
    subject_end(s);
}

/* Whatever an inactive element holds: the network does not show it. */
static void inactive_values_do_not_matter(check *c) {
    subject *s = start(c);
    uint32_t tried = 0;
    cim_status status;
    bool *active = check_new(c, s->n_numbers, sizeof *active);
    if (!s->n_conditions) check_skip(c, "it has no conditions");
    for (uint32_t i = 0; i < 4 * POINTS; i++) {
        double *a = point(s, 4 + i), *b = point(s, 4 + i);
        subject_canonical(s, a, active);
        const cim_network *n = workload_build(s, a, &status);
        if (!n) continue;
        uint64_t digest = network_digest(n);
        for (uint32_t p = 0; p < s->n_params; p++)
            for (uint32_t k = s->first[p]; k < s->first[p + 1]; k++)
                if (active[k] || s->params[p].flags & CIM_PARAM_FIXED) b[k] = a[k];
        if (memcmp(a, b, s->n_numbers * sizeof *a) == 0) continue;
        n = workload_build(s, b, &status);
        if (!n) check_fail(c, "build: refuses a value of an inactive element: %s", s->reason);
        if (network_digest(n) != digest)
            check_fail(c, "an inactive element's value changes the network");
        tried++;
    }
    if (!tried) check_skip(c, "no random point has an inactive element");
    subject_end(s);
}

const check_test workload_tests[] = {
    {"workload.graph_is_valid", "layers in order, known ops, names of their own", graph_is_valid},
    {"workload.shapes_agree", "outputs follow from inputs, kernels, strides and padding",
     shapes_agree},
    {"workload.bits_in_range", "operand bits and statistics are in range", bits_in_range},
    {"workload.totals_agree", "MACs and weights are those stated", totals_agree},
    {"workload.slots_are_stable", "a layer keeps its slot at every point", slots_are_stable},
    {"workload.index_sets_are_valid", "index sets and their elements are those described",
     index_sets_are_valid},
    {"workload.repeats_itself", "same values, same network, after other builds", repeats_itself},
    {"workload.inactive_values_do_not_matter", "inactive elements do not change the network",
     inactive_values_do_not_matter},
    {0}};
