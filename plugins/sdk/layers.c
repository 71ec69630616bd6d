/* What each kind of layer does to shapes. */
#include "builder.h"

static uint32_t or_one(uint32_t x) {
    return x ? x : 1;
}

/* Index of the layer appended last. After an error nobody reads it. */
static uint32_t last(const cim_builder *b) {
    return b->layers.n ? b->layers.n - 1 : 0;
}

/* One direction of a sliding window. Sets the padding if it is to be "same"; returns the number of
 * positions, 0 when the kernel does not fit. */
static uint64_t slide(uint32_t in, uint32_t kernel, uint32_t stride, uint32_t dilation, int same,
                      uint32_t *before, uint32_t *after) {
    const uint64_t extent = (uint64_t)dilation * (kernel - 1) + 1;
    if (same) {
        const uint64_t positions = ((uint64_t)in + stride - 1) / stride;
        const uint64_t covered = (positions - 1) * stride + extent;
        const uint64_t missing = covered > in ? covered - in : 0;
        if (missing > UINT32_MAX) return 0;
        *before = (uint32_t)(missing / 2);
        *after = (uint32_t)(missing - missing / 2);
        return positions;
    }
    const uint64_t span = (uint64_t)in + *before + *after;
    return span < extent ? 0 : (span - extent) / stride + 1;
}

/* The output's height and width, from kernel, stride, dilation and PADDING; or from the padding
 * the layer has, when SIDES are given. */
static void slide_over(cim_builder *b, const char *name, cim_layer *l, uint32_t padding,
                       const uint32_t *sides) {
    const int same = !sides && padding == CIM_PAD_SAME;
    if (!same) {
        l->pad_top = sides ? sides[0] : padding;
        l->pad_bottom = sides ? sides[1] : padding;
        l->pad_left = sides ? sides[2] : padding;
        l->pad_right = sides ? sides[3] : padding;
    }
    const uint64_t height = slide(l->in_height, l->kernel_height, l->stride_height,
                                  l->dilation_height, same, &l->pad_top, &l->pad_bottom);
    const uint64_t width = slide(l->in_width, l->kernel_width, l->stride_width, l->dilation_width,
                                 same, &l->pad_left, &l->pad_right);
    if (!height || !width || height > UINT32_MAX || width > UINT32_MAX)
        cim_builder_refuse(b, name, "a %u x %u kernel does not fit its %u x %u input",
                           l->kernel_height, l->kernel_width, l->in_height, l->in_width);
    l->out_height = (uint32_t)height;
    l->out_width = (uint32_t)width;
}

/* ---- layers with weights -------------------------------------------------------------------- */

/* What conv and linear have in common; checks and keeps it. */
static void set_weights(cim_builder *b, cim_layer *l, const cim_weight_layer *w,
                        uint32_t out_channels, uint32_t groups) {
    l->out_channels = out_channels;
    l->groups = groups;
    l->weight_bits = w->weight_bits;
    l->input_bits = w->input_bits;
    l->activation = w->activation;
    place *p = (place *)b->places.items + last(b);
    p->tensor = cim_builder_text(b, NULL, w->tensor);
    if (w->statistics) {
        ((cim_layer_statistics *)b->statistics.items)[last(b)] = *w->statistics;
        p->has_statistics = 1;
    }
    if (!out_channels) cim_builder_refuse(b, w->name, "it has no output channels");
    if (!w->weight_bits || w->weight_bits > CIM_BUILDER_MAX_BITS)
        cim_builder_refuse(b, w->name, "weight_bits = %u: must be 1..%u", w->weight_bits,
                           CIM_BUILDER_MAX_BITS);
    if (!w->input_bits || w->input_bits > CIM_BUILDER_MAX_BITS)
        cim_builder_refuse(b, w->name, "input_bits = %u: must be 1..%u", w->input_bits,
                           CIM_BUILDER_MAX_BITS);
    if (l->in_channels % groups || out_channels % groups)
        cim_builder_refuse(b, w->name, "%u -> %u channels cannot be split into %u groups",
                           l->in_channels, out_channels, groups);
}

static uint32_t build_conv(cim_builder *b, uint32_t from, const cim_weight_layer *w,
                           uint32_t out_channels, uint32_t groups) {
    cim_layer *l = cim_builder_append(b, CIM_OP_CONV, w->name, w->slot, &from, 1);
    if (!l) return 0;
    if (w->flatten) cim_builder_refuse(b, w->name, "only a linear layer can flatten its input");
    l->kernel_height = or_one(w->kernel);
    l->kernel_width = w->kernel_width ? w->kernel_width : l->kernel_height;
    l->stride_height = or_one(w->stride);
    l->stride_width = w->stride_width ? w->stride_width : l->stride_height;
    l->dilation_height = l->dilation_width = or_one(w->dilation);
    slide_over(b, w->name, l, w->padding, w->sides);
    set_weights(b, l, w, out_channels, groups);
    return last(b);
}

uint32_t cim_build_conv(cim_builder *b, uint32_t from, const cim_weight_layer *layer) {
    return build_conv(b, from, layer, layer->out_channels, or_one(layer->groups));
}

uint32_t cim_build_depthwise(cim_builder *b, uint32_t from, const cim_weight_layer *layer) {
    const uint32_t channels = or_one(cim_build_shape(b, from).channels);
    if (layer->groups && layer->groups != channels)
        cim_builder_refuse(b, layer->name, "groups = %u: a depthwise layer has one a channel, %u",
                           layer->groups, channels);
    return build_conv(b, from, layer, layer->out_channels ? layer->out_channels : channels,
                      channels);
}

uint32_t cim_build_linear(cim_builder *b, uint32_t from, const cim_weight_layer *layer) {
    const cim_weight_layer *w = layer;
    cim_layer *l = cim_builder_append(b, CIM_OP_LINEAR, w->name, w->slot, &from, 1);
    if (!l) return 0;
    if (w->kernel | w->kernel_width | w->stride | w->stride_width | w->dilation | w->padding ||
        w->sides)
        cim_builder_refuse(b, w->name, "kernel, stride, dilation and padding are a convolution's");
    if (w->flatten) {
        const uint64_t positions = (uint64_t)l->in_height * l->in_width;
        if (positions > UINT32_MAX / l->in_channels)
            cim_builder_refuse(b, w->name, "its input has more than %u values", UINT32_MAX);
        l->in_channels *= (uint32_t)positions;
        l->in_height = l->in_width = l->out_height = l->out_width = 1;
    }
    set_weights(b, l, w, w->out_channels, or_one(w->groups));
    return last(b);
}

/* ---- layers without -------------------------------------------------------------------------- */

static uint32_t build_pool(cim_builder *b, uint32_t op, uint32_t from, const char *name,
                           uint32_t slot, uint32_t kernel, uint32_t stride, uint32_t padding) {
    cim_layer *l = cim_builder_append(b, op, name, slot, &from, 1);
    if (!l) return 0;
    l->kernel_height = l->kernel_width = or_one(kernel);
    if (padding != CIM_PAD_SAME && padding >= l->kernel_height)
        cim_builder_refuse(b, name, "padding = %u: must be less than the kernel, %u, or a window "
                           "would lie wholly in it", padding, l->kernel_height);
    l->stride_height = l->stride_width = or_one(stride);
    slide_over(b, name, l, padding, NULL);
    return last(b);
}

uint32_t cim_build_max_pool(cim_builder *b, uint32_t from, const char *name, uint32_t slot,
                            uint32_t kernel, uint32_t stride, uint32_t padding) {
    return build_pool(b, CIM_OP_MAX_POOL, from, name, slot, kernel, stride, padding);
}

uint32_t cim_build_average_pool(cim_builder *b, uint32_t from, const char *name, uint32_t slot,
                                uint32_t kernel, uint32_t stride, uint32_t padding) {
    return build_pool(b, CIM_OP_AVERAGE_POOL, from, name, slot, kernel, stride, padding);
}

uint32_t cim_build_global_pool(cim_builder *b, uint32_t from, const char *name, uint32_t slot) {
    cim_layer *l = cim_builder_append(b, CIM_OP_AVERAGE_POOL, name, slot, &from, 1);
    if (!l) return 0;
    l->kernel_height = l->in_height;
    l->kernel_width = l->in_width;
    l->out_height = l->out_width = 1;
    return last(b);
}

static int same_shape(cim_shape a, cim_shape b) {
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

static void refuse_shapes(cim_builder *b, const char *name, cim_shape x, cim_shape y) {
    cim_builder_refuse(b, name, "its inputs of %u x %u x %u and %u x %u x %u do not agree",
                       x.channels, x.height, x.width, y.channels, y.height, y.width);
}

uint32_t cim_build_add(cim_builder *b, const uint32_t *from, uint32_t n, const char *name,
                       uint32_t slot, uint32_t activation) {
    cim_layer *l = cim_builder_append(b, CIM_OP_ADD, name, slot, from, n);
    if (!l) return 0;
    l->activation = activation;
    const cim_shape first = cim_build_shape(b, from[0]);
    for (uint32_t k = 1; k < n; ++k) {
        const cim_shape other = cim_build_shape(b, from[k]);
        if (!same_shape(first, other)) refuse_shapes(b, name, first, other);
    }
    return last(b);
}

uint32_t cim_build_multiply(cim_builder *b, uint32_t from, uint32_t gate, const char *name,
                            uint32_t slot) {
    const uint32_t both[] = {from, gate};
    if (!cim_builder_append(b, CIM_OP_MULTIPLY, name, slot, both, 2)) return 0;
    const cim_shape x = cim_build_shape(b, from), y = cim_build_shape(b, gate);
    if (!same_shape(x, y) && !same_shape((cim_shape){x.channels, 1, 1}, y))
        refuse_shapes(b, name, x, y);
    return last(b);
}

uint32_t cim_build_concat(cim_builder *b, const uint32_t *from, uint32_t n, const char *name,
                          uint32_t slot) {
    cim_layer *l = cim_builder_append(b, CIM_OP_CONCAT, name, slot, from, n);
    if (!l) return 0;
    const cim_shape first = cim_build_shape(b, from[0]);
    uint64_t channels = first.channels;
    for (uint32_t k = 1; k < n; ++k) {
        const cim_shape other = cim_build_shape(b, from[k]);
        if (other.height != first.height || other.width != first.width)
            refuse_shapes(b, name, first, other);
        channels += other.channels;
    }
    if (channels > UINT32_MAX) cim_builder_refuse(b, name, "too many channels");
    l->out_channels = (uint32_t)channels;
    return last(b);
}

uint32_t cim_build_activation(cim_builder *b, uint32_t from, const char *name, uint32_t slot,
                              uint32_t activation) {
    cim_layer *l = cim_builder_append(b, CIM_OP_ACTIVATION, name, slot, &from, 1);
    if (!l) return 0;
    if (activation == CIM_ACT_NONE) cim_builder_refuse(b, name, "it has no activation");
    l->activation = activation;
    return last(b);
}
