#include "exchange.h"

#include <cim_sdk/text.h>
#include <math.h>
#include <string.h>

/* ---- to the program ------------------------------------------------------------------------- */

static const char *op_name(uint32_t op) {
    static const char *const names[CIM_OP_END] = {
#define OP_NAME(id, text) [id] = text,
        CIM_OP_LIST(OP_NAME)
#undef OP_NAME
    };
    return op < CIM_OP_END && names[op] ? names[op] : "unknown";
}

static const char *activation_name(uint32_t activation) {
    static const char *const names[] = {"none",    "relu",     "relu6", "hswish",
                                        "sigmoid", "hsigmoid", "gelu",  "tanh"};
    return activation < sizeof names / sizeof *names ? names[activation] : "unknown";
}

static json_t *list(size_t n, const uint32_t *numbers) {
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++) json_array_append_new(all, json_integer(numbers[i]));
    return all;
}
#define LIST(...)                                                                                  \
    list(sizeof (uint32_t[]){__VA_ARGS__} / sizeof(uint32_t), (uint32_t[]){__VA_ARGS__})

static json_t *json_of_inputs(const cim_layer *l) {
    json_t *inputs = json_array();
    for (uint32_t i = 0; i < l->n_inputs; i++)
        json_array_append_new(
            inputs, json_integer(l->inputs[i] == CIM_FROM_INPUT ? -1 : (json_int_t)l->inputs[i]));
    return inputs;
}

/* Where the layer stands in each index set that it belongs to: its place in a parameter's list. */
static json_t *json_of_elements(const cim_layer *l, cim_index_set_table sets) {
    json_t *elements = json_object();
    for (uint32_t i = 0; l->elements && i < sets.n; i++)
        if (l->elements[i] >= 0)
            json_object_set_new(elements, CIM_ROW(cim_index_set, sets, i)->name,
                                json_integer(l->elements[i]));
    return elements;
}

static json_t *known(double x) { return isnan(x) ? json_null() : json_real(x); }

static json_t *json_of_statistics(const cim_layer_statistics *x) {
    if (!x) return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "input_bit_density", known(x->input_bit_density),
                     "input_toggle_rate", known(x->input_toggle_rate), "weight_mean",
                     known(x->weight_mean), "weight_sd", known(x->weight_sd));
}

static json_t *json_of_layer(const cim_layer *l, cim_index_set_table sets) {
    return json_pack(
        "{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:s, "
        "s:o, s:o, s:o}",
        "name", l->name, "op", op_name(l->op), "slot", (json_int_t)l->slot, "input",
        LIST(l->in_channels, l->in_height, l->in_width), "output",
        LIST(l->out_channels, l->out_height, l->out_width), "kernel",
        LIST(l->kernel_height, l->kernel_width), "stride", LIST(l->stride_height, l->stride_width),
        "dilation", LIST(l->dilation_height, l->dilation_width), "pad",
        LIST(l->pad_top, l->pad_bottom, l->pad_left, l->pad_right), "groups", (json_int_t)l->groups,
        "weights", (json_int_t)cim_layer_weights(l), "macs", (json_int_t)cim_layer_macs(l),
        "weight_bits", (json_int_t)l->weight_bits, "input_bits", (json_int_t)l->input_bits,
        "output_bits", (json_int_t)l->output_bits, "runtime_operand", (int)l->runtime_operand,
        "activation", activation_name(l->activation), "inputs", json_of_inputs(l), "elements",
        json_of_elements(l, sets), "statistics", json_of_statistics(l->statistics));
}

json_t *json_of_network(const cim_network *network) {
    json_t *layers = json_array();
    for (uint32_t i = 0; i < network->layers.n; i++)
        if (json_array_append_new(layers, json_of_layer(CIM_ROW(cim_layer, network->layers, i),
                                                        network->index_sets)) != 0) {
            json_decref(layers);
            return NULL;
        }
    return json_pack("{s:s, s:o, s:I, s:o}", "name", network->name,
                     "input", LIST(network->in_channels, network->in_height, network->in_width),
                     "input_bits", (json_int_t)network->input_bits, "layers", layers);
}

static json_t *json_of_value(const cim_param *p, double x) {
    if (p->type == CIM_CATEGORY) return json_string(p->names[(size_t)x]);
    if (p->type == CIM_BOOLEAN) return json_boolean(x != 0);
    return p->type == CIM_INTEGER ? json_integer((json_int_t)x) : json_real(x);
}

json_t *json_of_point(const declared *d, const cim_values *values, uint32_t point) {
    json_t *all = json_object();
    for (uint32_t i = 0; i < d->n_params; i++) {
        const cim_param *p = &d->params[i];
        const uint32_t at = OWN_PARAMETERS + i, n = values->first[at + 1] - values->first[at];
        json_t *list = json_array();
        for (uint32_t k = 0; k < n; k++)
            json_array_append_new(list, json_of_value(p, cim_number(values, point, at, k)));
        json_object_set(all, p->key, p->index_set || p->length ? list : json_array_get(list, 0));
        json_decref(list);
    }
    return all;
}

/* ---- from the program ----------------------------------------------------------------------- */

static int fail_point(const cim_request *r, uint32_t point, const char *what, const char *name) {
    char text[CIM_MAX_TEXT];
    snprintf(text, sizeof text, "the program's answer: %s%s", what, name);
    r->fail(r->context, point, text);
    return 0;
}

static uint32_t metric_named(const declared *d, const char *name) {
    uint32_t i = 0;
    while (i < d->n_metrics && (!name || strcmp(d->metrics[i].name, name) != 0)) i++;
    return i;
}

/* {"layer": 3, "component": "adc", "metric": "energy_j", "value": 1e-9}; without layer: the
 * chip's. */
static int take_part(const declared *d, const cim_request *r, uint32_t point, const json_t *x) {
    const json_t *layer = json_object_get(x, "layer"), *value = json_object_get(x, "value");
    const char *component = json_string_value(json_object_get(x, "component"));
    const uint32_t metric = metric_named(d, json_string_value(json_object_get(x, "metric")));
    const json_int_t n = r->network->layers.n,
                     l = json_is_integer(layer) ? json_integer_value(layer) : -1;
    const int chip = !layer || json_is_null(layer);
    if (!component || metric == d->n_metrics || !json_is_number(value) ||
        (!chip && (l < 0 || l >= n)))
        return 0;
    r->part(r->context, point, chip ? CIM_WHOLE_CHIP : (uint32_t)l, component, metric,
            json_number_value(value));
    return 1;
}

static int take_parts(const declared *d, const cim_request *r, uint32_t point,
                      const json_t *parts) {
    if (!parts || json_is_null(parts)) return 1;
    if (!json_is_array(parts)) return fail_point(r, point, "parts must be a list", "");
    for (size_t i = 0; i < json_array_size(parts); i++)
        if (!take_part(d, r, point, json_array_get(parts, i))) {
            char number[32];
            snprintf(number, sizeof number, "parts[%zu]", i);
            return fail_point(
                r, point, number,
                ": needs component, metric, value, and a layer of the network or none");
        }
    return 1;
}

/* null leaves NaN, which is for the host to judge. */
static int take_number(const cim_request *r, uint32_t point, const json_t *group, const char *what,
                       const char *name, double *out) {
    const json_t *x = json_object_get(group, name);
    if (json_is_number(x)) *out = json_number_value(x);
    else if (!json_is_null(x)) return fail_point(r, point, what, name);
    return 1;
}

void take_answer(const declared *d, const cim_request *r, uint32_t point, const json_t *answer) {
    const json_t *error = json_object_get(answer, "error");
    const json_t *metrics = json_object_get(answer, "metrics"),
                 *slack = json_object_get(answer, "slack");
    if (error && !json_is_null(error)) {
        r->fail(r->context, point,
                json_is_string(error) ? json_string_value(error) : "the program says: error");
        return;
    }
    for (uint32_t i = 0; i < d->n_metrics; i++)
        if (!take_number(r, point, metrics, "no number for metrics.", d->metrics[i].name,
                         &r->metrics[(size_t)point * d->n_metrics + i]))
            return;
    for (uint32_t i = 0; i < d->n_constraints; i++)
        if (!take_number(r, point, slack, "no number for slack.", d->constraints[i].name,
                         &r->slack[(size_t)point * d->n_constraints + i]))
            return;
    if (r->part) take_parts(d, r, point, json_object_get(answer, "parts"));
}
