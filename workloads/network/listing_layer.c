/* One layer of a libconfig list: its op, its keys, where its input comes from. */
#include <math.h>
#include <string.h>

#include "listing.h"

#define BIT(op) (1u << (op))
enum {
    CONVS = BIT(ROW_CONV) | BIT(ROW_DEPTHWISE),
    WEIGHTS = CONVS | BIT(ROW_LINEAR),
    POOLS = BIT(ROW_MAX_POOL) | BIT(ROW_AVERAGE_POOL),
    SEVERAL = BIT(ROW_ADD) | BIT(ROW_MULTIPLY) | BIT(ROW_CONCAT),
    ANY = BIT(ROW_OPS) - 1
};

static const char *const op_names[ROW_OPS] = {
    [ROW_CONV] = "conv",               [ROW_DEPTHWISE] = "depthwise",
    [ROW_LINEAR] = "linear",           [ROW_MAX_POOL] = "max_pool",
    [ROW_AVERAGE_POOL] = "average_pool", [ROW_GLOBAL_POOL] = "global_pool",
    [ROW_ADD] = "add",                 [ROW_MULTIPLY] = "multiply",
    [ROW_CONCAT] = "concat",           [ROW_ACTIVATION] = "activation"};

static const struct {
    const char *name;
    uint32_t ops, needed;          /* may have it; must have it */
} keys[] = {
    {"name", ANY, ANY},
    {"op", ANY, ANY},
    {"from", ANY, SEVERAL},
    {"out_channels", WEIGHTS, BIT(ROW_CONV) | BIT(ROW_LINEAR)},
    {"kernel", CONVS | POOLS, BIT(ROW_DEPTHWISE) | POOLS},
    {"stride", CONVS | POOLS, 0},
    {"padding", CONVS | POOLS, 0},
    {"dilation", CONVS, 0},
    {"groups", BIT(ROW_CONV) | BIT(ROW_LINEAR), 0},
    {"flatten", BIT(ROW_LINEAR), 0},
    {"activation", WEIGHTS | BIT(ROW_ADD) | BIT(ROW_ACTIVATION), BIT(ROW_ACTIVATION)},
    {"weight_bits", WEIGHTS, 0},
    {"input_bits", WEIGHTS, 0},
    {"tensor", WEIGHTS, 0},
    {"input_bit_density", WEIGHTS, 0},
    {"input_toggle_rate", WEIGHTS, 0},
    {"weight_mean", WEIGHTS, 0},
    {"weight_sd", WEIGHTS, 0},
};
enum { KEYS = sizeof keys / sizeof keys[0] };

static const char *const activation_names[] = {
    [CIM_ACT_NONE] = "none",   [CIM_ACT_RELU] = "relu",       [CIM_ACT_RELU6] = "relu6",
    [CIM_ACT_HSWISH] = "hswish", [CIM_ACT_SIGMOID] = "sigmoid", [CIM_ACT_HSIGMOID] = "hsigmoid",
    [CIM_ACT_GELU] = "gelu",   [CIM_ACT_TANH] = "tanh"};
enum { ACTIVATIONS = sizeof activation_names / sizeof activation_names[0] };

/* The text of KEY as an index into NAMES; *OUT stays where the key is absent. */
static cim_status read_choice(const group *g, const char *key, const char *const *names,
                              uint32_t n, uint32_t *out) {
    const char *word = NULL;
    const cim_status status = listing_text(g, key, &word);
    if (status != CIM_OK || !word) return status;
    for (uint32_t i = 0; i < n; ++i)
        if (!strcmp(word, names[i])) {
            *out = i;
            return CIM_OK;
        }
    char all[160] = "";
    for (uint32_t i = 0; i < n; ++i) {
        const size_t length = strlen(all);
        snprintf(all + length, sizeof all - length, "%s%s", i ? ", " : "", names[i]);
    }
    return listing_refuse(g, key, " = \"%.40s\": must be one of %s", word, all);
}

static cim_status check_keys(const group *g, row_op op) {
    for (int i = 0; i < config_setting_length(g->is); ++i) {
        const char *name = config_setting_name(config_setting_get_elem(g->is, (unsigned)i));
        uint32_t k = 0;
        while (k < KEYS && strcmp(name, keys[k].name)) ++k;
        if (k == KEYS) return listing_refuse(g, name, ": no layer has this key");
        if (!(keys[k].ops & BIT(op)))
            return listing_refuse(g, name, ": a layer with op = \"%s\" has no such key",
                                  op_names[op]);
    }
    for (uint32_t k = 0; k < KEYS; ++k)
        if (keys[k].needed & BIT(op) && !listing_get(g, keys[k].name))
            return listing_refuse(g, keys[k].name, ": is needed where op = \"%s\"", op_names[op]);
    return CIM_OK;
}

/* ---- where its input comes from -------------------------------------------------------------- */

static cim_status find_row(const group *g, uint32_t self, const config_setting_t *s,
                           uint32_t *out) {
    const char *name = config_setting_get_string(s);
    if (!name) return listing_refuse(g, "from", ": must be the names of layers, in quotes");
    *out = CIM_FROM_INPUT;
    if (!strcmp(name, "input")) return CIM_OK;
    *out = table_find(g->t, name);
    if (*out < self) return CIM_OK;
    return listing_refuse(g, "from", " = \"%.63s\": no layer above has that name, and layers read "
                          "only from above, or from \"input\"", name);
}

static cim_status read_from(const group *g, row *r) {
    const config_setting_t *s = listing_get(g, "from");
    const uint32_t self = r->is.slot;
    r->n_inputs = 1;
    r->inputs[0] = self ? self - 1 : CIM_FROM_INPUT;
    if (!s) return CIM_OK;
    const int several = config_setting_is_array(s) || config_setting_is_list(s);
    const uint32_t n = several ? (uint32_t)config_setting_length(s) : 1;
    const uint32_t least = SEVERAL & BIT(r->op) ? 2 : 1;
    const uint32_t most = r->op == ROW_MULTIPLY ? 2 : least == 2 ? MAX_INPUTS : 1;
    if (n < least || n > most)
        return listing_refuse(g, "from", ": %u inputs: op = \"%s\" takes %u..%u", n,
                              op_names[r->op], least, most);
    r->n_inputs = n;
    for (uint32_t i = 0; i < n; ++i) {
        const config_setting_t *e = several ? config_setting_get_elem(s, i) : s;
        const cim_status status = find_row(g, self, e, &r->inputs[i]);
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

/* ---- what it does ---------------------------------------------------------------------------- */

/* A number, "same", or for convolutions [ top, bottom, left, right ]. */
static cim_status read_padding(const group *g, row *r) {
    const config_setting_t *s = listing_get(g, "padding");
    const char *word = s ? config_setting_get_string(s) : NULL;
    if (word) {
        r->is.padding = CIM_PAD_SAME;
        return strcmp(word, "same") == 0 ? CIM_OK
                   : listing_refuse(g, "padding", " = \"%.40s\": must be \"same\", a number, or [ "
                                    "top, bottom, left, right ]", word);
    }
    if (s && config_setting_is_aggregate(s) && CONVS & BIT(r->op)) {
        r->has_sides = 1;
        return listing_counts(g, "padding", 0, MAX_SIZE, 4, r->sides);
    }
    return listing_count(g, "padding", 0, MAX_SIZE, &r->is.padding);
}

static cim_status read_window(const group *g, row *r) {
    uint32_t kernel[2] = {1, 1}, stride[2] = {1, 1};
    const uint32_t sides = CONVS & BIT(r->op) ? 2 : 1; /* pools are square */
    cim_status status = listing_counts(g, "kernel", 1, MAX_SIZE, sides, kernel);
    if (sides == 1) stride[0] = kernel[0];
    if (status == CIM_OK) status = listing_counts(g, "stride", 1, MAX_SIZE, sides, stride);
    if (status == CIM_OK) status = listing_count(g, "dilation", 1, MAX_SIZE, &r->is.dilation);
    if (status == CIM_OK) status = read_padding(g, r);
    r->is.kernel = kernel[0];
    r->is.stride = stride[0];
    r->is.kernel_width = sides == 2 ? kernel[1] : 0;
    r->is.stride_width = sides == 2 ? stride[1] : 0;
    return status;
}

static cim_status read_statistics(const group *g, row *r) {
    cim_layer_statistics *s = &r->statistics;
    *s = (cim_layer_statistics){NAN, NAN, NAN, NAN};
    cim_status status = listing_real(g, "input_bit_density", 0, 1, &s->input_bit_density);
    if (status == CIM_OK)
        status = listing_real(g, "input_toggle_rate", 0, 1, &s->input_toggle_rate);
    if (status == CIM_OK) status = listing_real(g, "weight_mean", -1, 1, &s->weight_mean);
    if (status == CIM_OK) status = listing_real(g, "weight_sd", 0, 1, &s->weight_sd);
    r->has_statistics = !isnan(s->input_bit_density) || !isnan(s->input_toggle_rate) ||
                        !isnan(s->weight_mean) || !isnan(s->weight_sd);
    return status;
}

static cim_status read_weights(const group *g, row *r, const uint32_t bits[2]) {
    const char *tensor = NULL;
    r->is.flatten = r->op == ROW_LINEAR;
    r->is.weight_bits = bits[0];
    r->is.input_bits = bits[1];
    cim_status status = listing_count(g, "out_channels", 1, MAX_CHANNELS, &r->is.out_channels);
    if (status == CIM_OK) status = listing_count(g, "groups", 1, MAX_CHANNELS, &r->is.groups);
    if (status == CIM_OK) status = listing_flag(g, "flatten", &r->is.flatten);
    if (status == CIM_OK) status = listing_count(g, "weight_bits", 1, MAX_BITS, &r->is.weight_bits);
    if (status == CIM_OK) status = listing_count(g, "input_bits", 1, MAX_BITS, &r->is.input_bits);
    if (status == CIM_OK) status = listing_text(g, "tensor", &tensor);
    if (status == CIM_OK && tensor)
        status = table_name(g->t, r->line, "tensor", tensor, r->tensor, sizeof r->tensor);
    return status == CIM_OK ? read_statistics(g, r) : status;
}

static cim_status read_row(const group *g, row *r, const uint32_t bits[2]) {
    cim_status status = read_from(g, r);
    if (status == CIM_OK)
        status = read_choice(g, "activation", activation_names, ACTIVATIONS, &r->is.activation);
    if (status == CIM_OK && (CONVS | POOLS) & BIT(r->op)) status = read_window(g, r);
    if (status == CIM_OK && row_has_weights(r)) status = read_weights(g, r, bits);
    return status;
}

cim_status listing_layer(table *t, const config_setting_t *is, uint32_t i, const uint32_t bits[2]) {
    group g = {.t = t, .is = is};
    const char *name = "";
    uint32_t op = ROW_OPS;
    snprintf(g.label, sizeof g.label, "layer %u: ", i);
    if (!config_setting_is_group(is))
        return table_refuse(t, listing_line(is), "layer %u: must be a group { name = ...; }", i);
    cim_status status = listing_text(&g, "name", &name);
    if (status != CIM_OK) return status;
    if (*name) snprintf(g.label, sizeof g.label, "layer %.63s: ", name);
    status = read_choice(&g, "op", op_names, ROW_OPS, &op);
    if (status != CIM_OK) return status;
    if (op == ROW_OPS) return listing_refuse(&g, "op", ": is needed");
    status = check_keys(&g, (row_op)op);
    row *r = NULL;
    if (status == CIM_OK) status = table_add(t, listing_line(is), name, (row_op)op, &r);
    return status == CIM_OK ? read_row(&g, r, bits) : status;
}
