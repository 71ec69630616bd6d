/* A builder on a fake host, and short ways to use and check it. */
#ifndef NETWORK_BENCH_H
#define NETWORK_BENCH_H

#include "fake_host.h"
#include <cim_sdk/network.h>

static const cim_index_set two_sets[] = {{.name = "weight_layer", .help = "", .size = 4},
                                         {.name = "block", .help = "", .size = 2}};
enum { WEIGHT_LAYER, BLOCK };

typedef struct bench {
    fake_host fake;
    cim_builder *b;
    const cim_network *n;
} bench;

static inline cim_network head_of(uint32_t channels, uint32_t height, uint32_t width) {
    return (cim_network){.name = "net", .in_channels = channels, .in_height = height,
                         .in_width = width, .index_sets = CIM_TABLE(two_sets)};
}

static inline void begin(bench *t, uint32_t channels, uint32_t height, uint32_t width) {
    const cim_network head = head_of(channels, height, width);
    cim_build_begin(t->b, &head);
}

static inline int set_up(void **state) {
    bench *t = calloc(1, sizeof *t);
    fake_host_start(&t->fake);
    *state = t;
    return cim_builder_new(&t->fake.host, &t->b) != CIM_OK;
}

static inline int tear_down(void **state) {
    bench *t = *state;
    cim_builder_free(t->b);
    const int lost = t->fake.live;
    free(t);
    return lost;
}

static inline const cim_layer *layer(const bench *t, uint32_t i) {
    assert_in_range(i, 0, t->n->layers.n - 1);
    return CIM_ROW(cim_layer, t->n->layers, i);
}

static inline void end(bench *t) {
    t->n = NULL;
    if (cim_build_end(t->b, 0, &t->n) != CIM_OK) fail_msg("%s", t->fake.message);
    assert_int_equal(t->n->layers.row_size, sizeof(cim_layer));
    assert_int_equal(t->n->struct_size, sizeof *t->n);
}

static inline uint32_t conv(bench *t, uint32_t from, uint32_t slot, cim_weight_layer w) {
    char name[16];
    snprintf(name, sizeof name, "l%u", slot);
    w.name = name;
    w.slot = slot;
    if (!w.weight_bits) w.weight_bits = 8;
    if (!w.input_bits) w.input_bits = 8;
    if (!w.out_channels) w.out_channels = 4;
    return cim_build_conv(t->b, from, &w);
}

static inline void assert_output(const cim_layer *l, uint32_t channels, uint32_t height,
                                 uint32_t width) {
    assert_int_equal(l->out_channels, channels);
    assert_int_equal(l->out_height, height);
    assert_int_equal(l->out_width, width);
}

static inline void assert_padding(const cim_layer *l, uint32_t top, uint32_t bottom, uint32_t left,
                           uint32_t right) {
    assert_int_equal(l->pad_top, top);
    assert_int_equal(l->pad_bottom, bottom);
    assert_int_equal(l->pad_left, left);
    assert_int_equal(l->pad_right, right);
}
#endif
