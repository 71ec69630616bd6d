/* Ranges of activations (plugins/accuracy/net, crossbar_inference/calibrate.c): what is computed
 * side by side has the bits of one after the other, and a design's ranges do not depend on those
 * before. */
#include "fashion_networks.h"

#include <math.h>
#include <string.h>

/* As net_code() defines it. */
static net_range searched_plainly(const float *values, size_t n, uint32_t bits) {
    double low = 0, high = 0, least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, (double)values[i]);
        high = fmax(high, (double)values[i]);
    }
    net_range best = net_range_of(low, high, bits);
    for (int c = 0; c < NET_CLIPS; c++) {
        const double kept = 1 - 0.025 * c;
        const net_range r = net_range_of(low * kept, high * kept, bits);
        double error = 0;
        for (size_t i = 0; i < n; i++) {
            const double off =
                (net_code(r, (double)values[i]) - r.zero) * r.scale - (double)values[i];
            error += off * off;
        }
        if (error >= least) continue;
        least = error;
        best = r;
    }
    best.scale = (double)(float)best.scale;
    return best;
}

static void the_clip_of_least_error(void **state) {
    (void)state;
    float values[500];
    uint32_t scales[17] = {0};
    for (uint32_t bits = 1; bits <= 16; bits++)
        for (int kind = 0; kind < 3; kind++) { /* both signs; none below 0; nothing at all */
            for (size_t i = 0; i < 500; i++) {
                const double x = cells_normal(i + 500u * bits);
                values[i] = kind == 2 ? 0 : (float)(kind ? fmax(x, 0) : x);
            }
            const net_range a = net_range_search(values, 500, bits);
            const net_range b = searched_plainly(values, 500, bits);
            assert_memory_equal(&a.scale, &b.scale, sizeof a.scale);
            assert_true(a.zero == b.zero && a.top == b.top);
            scales[bits] += kind == 0 && a.scale < net_range_of(-3, 3, bits).scale;
        }
    for (uint32_t bits = 2; bits <= 5; bits++) assert_int_equal(scales[bits], 1); /* clipped */
}

/* As net_weight_code() defines it. */
static double step_sought_plainly(const float *weights, size_t n, uint32_t bits) {
    double largest = 0, least = INFINITY, best = 1;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)weights[i]));
    for (int c = 0; c < NET_CLIPS; c++) {
        const double step =
            (double)(float)(largest * (1 - 0.025 * c) / ((1 << (bits - 1)) - 1));
        double error = 0;
        for (size_t i = 0; i < n; i++) {
            const double off =
                net_weight_code(weights[i], step, bits) * step - (double)weights[i];
            error += off * off;
        }
        if (error >= least) continue;
        least = error;
        best = step;
    }
    return best;
}

/* Weights of any size; half of them as far from two codes of the largest step. */
static void steps_of_weights(void **state) {
    (void)state;
    float weights[300];
    for (uint32_t bits = 2; bits <= 16; bits++)
        for (int exponent = -120; exponent <= 100; exponent += 20) {
            const int top = (1 << (bits - 1)) - 1;
            const double step = ldexp(49, exponent);     /* 49 times the next to 1 / 49 is not 1 */
            for (int i = 0; i < 300; i++) {
                const double half = i % (2 * top) - top + 0.5,
                             any = top * cells_normal((uint64_t)i) / 2;
                weights[i] = (float)(step * (i % 2 ? half : fmax(-top, fmin(any, top))));
            }
            weights[7] = (float)(step * top);
            const double a = net_weight_scale(weights, 300, bits),
                         b = step_sought_plainly(weights, 300, bits);
            if (a != b) fail_msg("%u bits, 2^%d: %.17g, not %.17g", bits, exponent, a, b);
        }
}

static double plain_product(const net_layer *l, const double *in, uint32_t o, uint32_t y,
                            uint32_t x) {
    const cim_layer *is = &l->is;
    double sum = 0;
    const float *w = l->weights + (size_t)o * l->rows;
    for (uint32_t c = 0; c < is->in_channels; c++)
        for (uint32_t i = 0; i < is->kernel_height; i++)
            for (uint32_t j = 0; j < is->kernel_width; j++)
                sum += (double)*w++ * in[(c * is->in_height + y + i) * is->in_width + x + j];
    return sum + (double)l->bias[o];
}

/* 6 and 16 outputs. */
static void the_networks_own_product(void **state) {
    (void)state;
    scene s;
    net n;
    static double in[6 * 32 * 32], out[6 * 28 * 28];
    begin(&s, "lenet5", 1);
    assert_int_equal(net_open(&n, &s.host.host, &s.p.network, weights_of(&s)), CIM_OK);
    for (size_t i = 0; i < sizeof in / sizeof *in; i++) in[i] = cells_normal(i);
    for (uint32_t layer = 0; layer <= 2; layer += 2) {
        const net_layer *l = &n.layers[layer];
        assert_int_equal(net_float_product(&n, layer, in, 0, 1, out), CIM_OK);
        const double *at = out;
        for (uint32_t o = 0; o < l->is.out_channels; o++)
            for (uint32_t y = 0; y < l->is.out_height; y++)
                for (uint32_t x = 0; x < l->is.out_width; x++, at++)
                    assert_true(*at == plain_product(l, in, o, y, x));
    }
    net_close(&n);
    end(&s);
}

/* Weights without stored steps. */
static const float *find_no_steps(void *context, const char *name, uint64_t *count) {
    *count = 0;
    return strncmp(name, "act_scale", 9) == 0 ? NULL : find(context, name, count);
}

static void ranges_of(scene *s, const uint32_t bits[5], net_range ranges[5]) {
    net n;
    cim_nonideality rows[MOST_LAYERS] = {{0}};
    const cim_nonideality *of[MOST_LAYERS];
    const net_source source = {.context = s->t, .find = find_no_steps};
    assert_int_equal(net_open(&n, &s->host.host, &s->p.network, source), CIM_OK);
    for (uint32_t i = 0; i < n.n_layers; i++) {
        of[i] = &rows[i];
        if (!n.layers[i].rows) continue;
        rows[i].weight_mapping = CIM_MAPPING_OFFSET;
        rows[i].input_bits = bits[n.layers[i].weighted];
    }
    if (calibrate_ranges(&n, source, of, &s->training, ranges) != CIM_OK)
        fail_msg("%s", s->host.message);
    net_close(&n);
}

/* What was searched for one design serves the next ones, and changes nothing. */
static void whatever_came_before(void **state) {
    (void)state;
    static const uint32_t bits[][5] = {{8, 4, 4, 8, 6}, {4, 4, 6, 8, 8}, {5, 4, 6, 4, 8}};
    scene s;
    net_range after[3][5], alone[5];
    memset(after, 0, sizeof after);
    memset(alone, 0, sizeof alone);
    begin(&s, "lenet5", 1);
    for (int i = 0; i < 3; i++) ranges_of(&s, bits[i], after[i]);
    end(&s);
    for (int i = 0; i < 3; i++) {
        begin(&s, "lenet5", 1);
        ranges_of(&s, bits[i], alone);
        assert_memory_equal(after[i], alone, sizeof alone);
        for (int k = 0; k < 5; k++) assert_int_equal(alone[k].top, (1 << bits[i][k]) - 1);
        end(&s);
    }
}

/* As many images as a large network can be afforded, even where a small one's are held. */
static void images_of_a_large_network(void **state) {
    (void)state;
    static const struct { uint32_t outs, images; } is[] = {
        {64, 512}, {3000, 512}, {4000, 390}, {40000, 128}, {400000, 128}, {64, 512}};
    scene s;
    begin(&s, "lenet5", 1);
    for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
        /* 64,000 multiply-accumulates an output */
        cim_layer l = {.name = "c", .op = CIM_OP_CONV, .in_channels = 1, .in_height = 32,
                       .in_width = 32, .out_channels = is[i].outs, .out_height = 80,
                       .out_width = 80, .kernel_height = 5, .kernel_width = 2, .stride_height = 1,
                       .stride_width = 1, .groups = 1};
        cim_network network = s.p.network;
        network.layers = (cim_layer_table){&l, 1, sizeof l};
        samples some;
        if (calibrate_samples(&s.training, "", &network, &some) != CIM_OK)
            fail_msg("%s", s.host.message);
        assert_int_equal(some.n, is[i].images);
        assert_int_equal(s.training.n, CALIBRATE_IMAGES);
        assert_ptr_equal(some.pixels, s.training.pixels);
    }
    samples few = {.host = &s.host.host}, some;
    cim_layer l = *(const cim_layer *)s.p.network.layers.rows;
    cim_network network = s.p.network;
    l.out_channels = 1u << 30;
    network.layers = (cim_layer_table){&l, 1, sizeof l};
    assert_int_equal(calibrate_samples(&few, "", &network, &some), CIM_OK);
    assert_int_equal(few.n, CALIBRATE_ALL);
    samples_free(&few);
    end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(images_of_a_large_network),
                                       cmocka_unit_test(the_clip_of_least_error),
                                       cmocka_unit_test(steps_of_weights),
                                       cmocka_unit_test(the_networks_own_product),
                                       cmocka_unit_test(whatever_came_before)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
