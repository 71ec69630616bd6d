#include <cim_sdk/plain.h>

cim_status cim_plain_create(const cim_host *host, const cim_values *values, void **self) {
    (void)values; /* bits come with every build() */
    cim_builder *b = NULL;
    const cim_status status = cim_builder_new(host, &b);
    if (status == CIM_OK) *self = b;
    return status;
}

void cim_plain_destroy(void *self) { cim_builder_free(self); }

cim_status cim_plain_build(cim_builder *b, const cim_network *head, const cim_plain_layer *layers,
                           uint32_t n, const cim_values *values, const cim_network **network) {
    uint32_t x = CIM_FROM_INPUT, pool_slot = n;
    cim_build_begin(b, head);
    for (uint32_t i = 0; i < n; ++i) {
        const cim_plain_layer *l = &layers[i];
        const cim_weight_layer w = {
            .name = l->name,
            .slot = i,
            .out_channels = l->out_channels,
            .weight_bits = (uint32_t)cim_number(values, 0, CIM_PLAIN_WEIGHT_BITS, i),
            .input_bits = (uint32_t)cim_number(values, 0, CIM_PLAIN_INPUT_BITS, i),
            .activation = i + 1 < n ? CIM_ACT_RELU : CIM_ACT_NONE,
            .kernel = l->kernel,
            .stride = l->stride,
            .padding = l->padding,
            .flatten = !l->kernel,
            .tensor = l->tensor,
        };
        x = l->kernel ? cim_build_conv(b, x, &w) : cim_build_linear(b, x, &w);
        cim_build_element(b, x, 0, i);
        if (l->pool)
            x = cim_build_max_pool(b, x, l->pool, pool_slot++, l->pool_kernel, l->pool_stride, 0);
    }
    return cim_build_end(b, 0, network);
}
