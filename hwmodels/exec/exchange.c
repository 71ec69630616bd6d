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
    static const char *const names[] = {"none", "relu", "relu6", "hswish", "sigmoid", "hsigmoid", "gelu", "tanh"};
    return activation < sizeof names / sizeof *names ? names[activation] : "unknown";
}

static json_t *inputs_of(const cim_layer *l) {
    json_t *inputs = json_array();
    for (uint32_t i = 0; i < l->n_inputs; i++)
        json_array_append_new(inputs, json_integer(l->inputs[i] == CIM_FROM_INPUT ? -1 : (json_int_t)l->inputs[i]));
    return inputs;
}

static json_t *json_of_layer(const cim_layer *l) {
    return json_pack("{s:s, s:s, s:i, s:[i,i,i], s:[i,i,i], s:[i,i], s:[i,i], s:[i,i], s:[i,i,i,i], s:i, s:i, "
                     "s:i, s:i, s:b, s:s, s:o}",
                     "name", l->name, "op", op_name(l->op), "slot", (int)l->slot,
                     "input", (int)l->in_channels, (int)l->in_height, (int)l->in_width,
                     "output", (int)l->out_channels, (int)l->out_height, (int)l->out_width,
                     "kernel", (int)l->kernel_height, (int)l->kernel_width,
                     "stride", (int)l->stride_height, (int)l->stride_width,
                     "dilation", (int)l->dilation_height, (int)l->dilation_width,
                     "pad", (int)l->pad_top, (int)l->pad_bottom, (int)l->pad_left, (int)l->pad_right,
                     "groups", (int)l->groups, "weight_bits", (int)l->weight_bits,
                     "input_bits", (int)l->input_bits, "output_bits", (int)l->output_bits,
                     "runtime_operand", (int)l->runtime_operand, "activation", activation_name(l->activation),
                     "inputs", inputs_of(l));
}

json_t *json_of_network(const cim_network *network) {
    json_t *layers = json_array();
    for (uint32_t i = 0; i < network->layers.n; i++)
        json_array_append_new(layers, json_of_layer(CIM_ROW(cim_layer, network->layers, i)));
    return json_pack("{s:s, s:[i,i,i], s:i, s:o}", "name", network->name, "input", (int)network->in_channels,
                     (int)network->in_height, (int)network->in_width, "input_bits", (int)network->input_bits,
                     "layers", layers);
}

static json_t *json_of_value(const cim_param *p, double x) {
    if (isnan(x)) return json_null();
    if (p->type == CIM_CATEGORY) return json_string(p->names[(size_t)x]);
    if (p->type == CIM_BOOLEAN) return json_boolean(x != 0);
    return p->type == CIM_INTEGER ? json_integer((json_int_t)x) : json_real(x);
}

json_t *json_of_point(const declared *d, const cim_values *values, uint32_t point) {
    json_t *all = json_object();
    for (uint32_t i = 0; i < d->n_params; i++) {
        const cim_param *p = &d->params[i];
        const uint32_t at = OWN_PARAMETERS + i, n = values->first[at + 1] - values->first[at];
        const int scalar = !p->index_set && !p->length;
        json_t *list = scalar ? NULL : json_array();
        for (uint32_t k = 0; !scalar && k < n; k++)
            json_array_append_new(list, json_of_value(p, cim_number(values, point, at, k)));
        json_object_set_new(all, p->key, scalar ? json_of_value(p, cim_number(values, point, at, 0)) : list);
    }
    return all;
}

/* ---- from the program ----------------------------------------------------------------------- */

static void fail_point(const cim_request *r, uint32_t point, const char *what, const char *name) {
    char text[CIM_MAX_TEXT];
    snprintf(text, sizeof text, "the program's answer: %s%s", what, name);
    r->fail(r->context, point, text);
}

static uint32_t metric_named(const declared *d, const char *name) {
    uint32_t i = 0;
    while (i < d->n_metrics && (!name || strcmp(d->metrics[i].name, name) != 0)) i++;
    return i;
}

/* {"layer": 3, "component": "adc", "metric": "energy_j", "value": 1e-9}; without layer: the chip's. */
static int take_part(const declared *d, const cim_request *r, uint32_t point, const json_t *x) {
    const json_t *layer = json_object_get(x, "layer"), *value = json_object_get(x, "value");
    const char *component = json_string_value(json_object_get(x, "component"));
    const uint32_t metric = metric_named(d, json_string_value(json_object_get(x, "metric")));
    const json_int_t l = layer ? json_integer_value(layer) : (json_int_t)CIM_WHOLE_CHIP;
    if (!component || metric == d->n_metrics || !json_is_number(value) || l < 0 ||
        (layer && l >= (json_int_t)r->network->layers.n))
        return 0;
    r->part(r->context, point, (uint32_t)l, component, metric, json_number_value(value));
    return 1;
}

static int take_numbers(const cim_request *r, uint32_t point, const json_t *group, const char *what,
                        const char *name, double *out) {
    const json_t *x = json_object_get(group, name);
    if (json_is_number(x)) *out = json_number_value(x);
    else if (!json_is_null(x) || !x) {
        fail_point(r, point, what, name);
        return 0;
    }
    return 1;
}

void take_answer(const declared *d, const cim_request *r, uint32_t point, const json_t *answer) {
    const json_t *error = json_object_get(answer, "error"), *parts = json_object_get(answer, "parts");
    const json_t *metrics = json_object_get(answer, "metrics"), *slack = json_object_get(answer, "slack");
    if (error) {
        r->fail(r->context, point, json_is_string(error) ? json_string_value(error) : "the program says: error");
        return;
    }
    for (uint32_t i = 0; i < d->n_metrics; i++)
        if (!take_numbers(r, point, metrics, "no number for metrics.", d->metrics[i].name,
                          &r->metrics[(size_t)point * d->n_metrics + i]))
            return;
    for (uint32_t i = 0; i < d->n_constraints; i++)
        if (!take_numbers(r, point, slack, "no number for slack.", d->constraints[i].name,
                          &r->slack[(size_t)point * d->n_constraints + i]))
            return;
    for (size_t i = 0; r->part && i < json_array_size(parts); i++)
        if (!take_part(d, r, point, json_array_get(parts, i))) {
            fail_point(r, point, "a part needs a layer of the network, component, metric and value", "");
            return;
        }
}
