/* Every derivative of every layer that learns, against central differences of the loss. The
 * training library is built in double here: differences of a wrong gradient are far above its
 * rounding. */
#include "fake_host.h"

#include <math.h>
#include <cim_sdk/network.h>
#include <net.h>
#include <random.h>

enum { IMAGES = 3, SIDE = 7, CHANNELS = 2, CLASSES = 4, PIXELS = IMAGES * CHANNELS * SIDE * SIDE };

typedef uint32_t (*middle)(cim_builder *b, uint32_t x);

/* conv - what is tested - linear: the parameters before it see its derivative by its input. */
static const cim_network *build(cim_builder *b, middle of) {
    cim_build_begin(b, &(cim_network){.struct_size = sizeof(cim_network),
                                      .name = "t",
                                      .in_channels = CHANNELS,
                                      .in_height = SIDE,
                                      .in_width = SIDE});
    uint32_t x = cim_build_conv(b, CIM_FROM_INPUT, &(cim_weight_layer){
        .name = "first", .slot = 0, .out_channels = 4, .kernel = 3, .padding = 1, .weight_bits = 8,
        .input_bits = 8, .activation = CIM_ACT_TANH});
    x = of(b, x);
    cim_build_linear(b, x, &(cim_weight_layer){.name = "last", .slot = 90, .flatten = 1,
        .out_channels = CLASSES, .weight_bits = 8, .input_bits = 8});
    const cim_network *network = NULL;
    assert_int_equal(cim_build_end(b, 0, &network), CIM_OK);
    return network;
}

static uint32_t conv(cim_builder *b, uint32_t x, uint32_t slot, cim_weight_layer l) {
    static const char *const names[] = {"a", "b", "c", "d"};
    l.name = names[slot % 4];
    l.slot = slot;
    l.weight_bits = l.input_bits = 8;
    return cim_build_conv(b, x, &l);
}

static uint32_t plain_conv(cim_builder *b, uint32_t x) {
    return conv(b, x, 1, (cim_weight_layer){.out_channels = 3, .kernel = 3, .padding = 1});
}
static uint32_t strided_conv(cim_builder *b, uint32_t x) {
    const uint32_t sides[4] = {1, 0, 2, 1};
    return conv(b, x, 1, (cim_weight_layer){.out_channels = 3, .kernel = 3, .kernel_width = 2,
                                            .stride = 2, .sides = sides});
}
static uint32_t dilated_conv(cim_builder *b, uint32_t x) {
    return conv(b, x, 1,
                (cim_weight_layer){.out_channels = 3, .kernel = 3, .dilation = 2, .padding = 1});
}
static uint32_t wide_kernel(cim_builder *b, uint32_t x) { /* reaches past the image on both sides */
    return conv(b, x, 1, (cim_weight_layer){.out_channels = 2, .kernel = 13, .padding = 6});
}
static uint32_t pointwise(cim_builder *b, uint32_t x) {
    return conv(b, x, 1, (cim_weight_layer){.out_channels = 5});
}
static uint32_t strided_pointwise(cim_builder *b, uint32_t x) {
    return conv(b, x, 1, (cim_weight_layer){.out_channels = 5, .stride = 2});
}
static uint32_t grouped_conv(cim_builder *b, uint32_t x) {
    return conv(b, x, 1,
                (cim_weight_layer){.out_channels = 6, .kernel = 3, .padding = 1, .groups = 2});
}
static uint32_t depthwise(cim_builder *b, uint32_t x) {
    return cim_build_depthwise(b, x, &(cim_weight_layer){.name = "dw", .slot = 1, .kernel = 3,
        .padding = 1, .weight_bits = 8, .input_bits = 8});
}
static uint32_t strided_depthwise(cim_builder *b, uint32_t x) {
    return cim_build_depthwise(b, x, &(cim_weight_layer){.name = "dw", .slot = 1, .kernel = 3,
        .stride = 2, .padding = 1, .weight_bits = 8, .input_bits = 8});
}
static uint32_t hidden_linear(cim_builder *b, uint32_t x) {
    return cim_build_linear(b, x, &(cim_weight_layer){.name = "fc", .slot = 1, .flatten = 1,
        .out_channels = 5, .weight_bits = 8, .input_bits = 8, .activation = CIM_ACT_SIGMOID});
}
static uint32_t max_pool(cim_builder *b, uint32_t x) {
    return cim_build_max_pool(b, x, "p", 1, 2, 2, 0);
}
static uint32_t padded_max_pool(cim_builder *b, uint32_t x) {
    return cim_build_max_pool(b, x, "p", 1, 3, 2, 1);
}
static uint32_t average_pool(cim_builder *b, uint32_t x) {
    return cim_build_average_pool(b, x, "p", 1, 3, 2, 1);
}
static uint32_t global_pool(cim_builder *b, uint32_t x) {
    return cim_build_global_pool(b, x, "p", 1);
}

static uint32_t residual(cim_builder *b, uint32_t x) {
    const uint32_t both[] = {conv(b, x, 1, (cim_weight_layer){.out_channels = 4, .kernel = 3,
                                                              .padding = 1}), x};
    return cim_build_add(b, both, 2, "add", 2, CIM_ACT_RELU);
}
static uint32_t gate(cim_builder *b, uint32_t x) { /* squeeze and excitation */
    const uint32_t pooled = cim_build_global_pool(b, x, "squeeze", 1);
    const uint32_t g = conv(b, pooled, 2, (cim_weight_layer){.out_channels = 4,
                                                             .activation = CIM_ACT_HSIGMOID});
    return cim_build_multiply(b, x, g, "scale", 3);
}
static uint32_t product(cim_builder *b, uint32_t x) {
    return cim_build_multiply(b, x, conv(b, x, 1, (cim_weight_layer){.out_channels = 4}), "times",
                              2);
}
static uint32_t concat(cim_builder *b, uint32_t x) {
    const uint32_t both[] = {x, conv(b, x, 1, (cim_weight_layer){.out_channels = 3, .kernel = 3,
                                                                 .padding = 1})};
    return cim_build_activation(b, cim_build_concat(b, both, 2, "cat", 2), "act", 3,
                                CIM_ACT_HSWISH);
}

static uint32_t activation;
static uint32_t activated(cim_builder *b, uint32_t x) {
    return conv(b, x, 1, (cim_weight_layer){.out_channels = 4, .activation = activation});
}

typedef struct bench {
    parameters store;
    net *n;
    real images[PIXELS];
    uint32_t labels[IMAGES];
} bench;

static double loss_of(bench *x, bool derive) {
    uint32_t right;
    const real *logits = net_forward(x->n, IMAGES, x->images, true);
    return cross_entropy(CLASSES, IMAGES, logits, x->labels, 0.1,
                         derive ? net_logits_d(x->n) : NULL, &right);
}

static void assert_derivative(bench *x, parameter *p, size_t i) {
    const double step = 1e-5, here = p->value[i];
    p->value[i] = here + step;
    const double above = loss_of(x, false);
    p->value[i] = here - step;
    const double below = loss_of(x, false);
    p->value[i] = here;
    const double measured = (above - below) / (2 * step), derived = p->gradient[i];
    if (fabs(measured - derived) > 1e-7 + 1e-5 * fabs(measured))
        fail_msg("slot %u, kind %d, number %zu: derivative %.12g, measured %.12g", p->slot,
                 (int)p->kind, i, derived, measured);
}

static void check(middle of) {
    fake_host f;
    fake_host_start(&f);
    bench x = {.store = {.seed = 5}};
    cim_builder *b = NULL;
    char why[TRAIN_MAX_TEXT];
    cim_rng rng;
    train_stream(5, STREAM_IMAGES, 0, &rng);
    for (size_t i = 0; i < PIXELS; i++) x.images[i] = cim_rng_normal(&rng);
    for (uint32_t i = 0; i < IMAGES; i++) x.labels[i] = i;
    assert_int_equal(cim_builder_new(&f.host, &b), CIM_OK);
    x.n = net_new(build(b, of), IMAGES, &x.store, false, why);
    if (!x.n) fail_msg("%s", why);
    for (uint32_t i = 0; i < x.store.n; i++) /* none may sit at a special value */
        for (size_t k = 0; k < x.store.rows[i].n; k++)
            x.store.rows[i].value[k] += 0.3 * cim_rng_normal(&rng);
    parameters_clear_gradients(&x.store);
    loss_of(&x, true);
    net_backward(x.n, IMAGES, x.images, net_logits_d(x.n));
    for (uint32_t i = 0; i < x.store.n; i++)
        for (size_t k = 0; parameter_learns(&x.store.rows[i]) && k < x.store.rows[i].n; k++)
            assert_derivative(&x, &x.store.rows[i], k);
    net_free(x.n);
    parameters_free(&x.store);
    cim_builder_free(b);
}

#define LAYERS(X)                                                                               \
    X(plain_conv) X(strided_conv) X(dilated_conv) X(wide_kernel) X(pointwise)                    \
    X(strided_pointwise) X(grouped_conv) X(depthwise) X(strided_depthwise) X(hidden_linear)      \
    X(max_pool) X(padded_max_pool) X(average_pool) X(global_pool) X(residual) X(gate) X(product) \
    X(concat)
#define TEST(layer) static void derivatives_of_##layer(void **state) { (void)state; check(layer); }
LAYERS(TEST)

static void derivatives_of_every_activation(void **state) {
    (void)state;
    for (activation = CIM_ACT_NONE; activation <= CIM_ACT_TANH; activation++) check(activated);
}

/* No network has them; a pool stays in its input all the same. */
static void windows_beyond_the_input_read_its_edge(void **state) {
    (void)state;
    const geometry g = {.in_channels = 1, .in_height = 3, .in_width = 2, .out_channels = 1,
                        .out_height = 9, .out_width = 9, .kernel_height = 2, .kernel_width = 2,
                        .stride_height = 2, .stride_width = 2, .pad_top = 6, .pad_left = 7};
    real x[6] = {1, 2, 3, 4, 5, 6}, y[81], dx[6] = {0};
    uint32_t winner[81];
    max_pool_forward(&g, 1, x, y, winner);
    for (int i = 0; i < 81; i++) assert_true(winner[i] < 6 && y[i] == x[winner[i]]);
    assert_true(y[0] == 1 && y[80] == 6);
    max_pool_backward(&g, 1, winner, y, dx);
    average_pool_forward(&g, 1, x, y);
    for (int i = 0; i < 81; i++) assert_true(y[i] > 0 && y[i] < 6);
    average_pool_backward(&g, 1, y, dx);
}

int main(void) {
#define ENTRY(layer) cmocka_unit_test(derivatives_of_##layer),
    const struct CMUnitTest tests[] = {
        LAYERS(ENTRY)
        cmocka_unit_test(derivatives_of_every_activation),
        cmocka_unit_test(windows_beyond_the_input_read_its_edge)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
