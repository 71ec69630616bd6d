#include "patch.h"

cim_status net_patch_open(net_patch *p, const cim_host *host, const net_layer *l) {
    const cim_layer *is = &l->is;
    *p = (net_patch){.host = host, .rows = l->rows, .positions = is->out_height * is->out_width,
                     .height = is->in_height + is->pad_top + is->pad_bottom,
                     .width = is->in_width + is->pad_left + is->pad_right};
    const size_t plane = (size_t)p->height * p->width;
    const uint32_t channels = is->in_channels / is->groups;
    p->image = plane * is->in_channels;
    p->group = plane * channels;
    p->offset = host->alloc(host, l->rows, sizeof *p->offset);
    p->place = host->alloc(host, p->positions, sizeof *p->place);
    if (!p->offset || !p->place)
        return host->fail(host, CIM_E_MEMORY, "no memory for a layer's inputs");
    uint32_t *offset = p->offset;
    for (uint32_t c = 0; c < channels; c++)
        for (uint32_t y = 0; y < is->kernel_height; y++)
            for (uint32_t x = 0; x < is->kernel_width; x++)
                *offset++ = (uint32_t)(c * plane) + y * is->dilation_height * p->width +
                            x * is->dilation_width;
    uint32_t *place = p->place;
    for (uint32_t y = 0; y < is->out_height; y++)
        for (uint32_t x = 0; x < is->out_width; x++)
            *place++ = y * is->stride_height * p->width + x * is->stride_width;
    return CIM_OK;
}

void net_patch_close(net_patch *p) {
    if (p->host) {
        p->host->release(p->host, p->offset);
        p->host->release(p->host, p->place);
    }
    *p = (net_patch){0};
}

size_t net_patch_at(const net_patch *p, size_t at) {
    return at / p->positions * p->image + p->place[at % p->positions];
}
