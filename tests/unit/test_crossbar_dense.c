/* The one matrix product of a layer: multiplied as bytes it gives what single precision gives, bit
 * by bit, and describes its inputs alike. Where the processor has no instruction for bytes, only
 * the latter is there to be tried: against a plain sum. */
#include "fake_host.h"

#include "dense.h"

#include <math.h>

enum { IMAGES = 5, MOST_VALUES = 40000, MOST_WEIGHTS = 20000 };

typedef struct shape {
    uint32_t channels, height, width, outs, kernel_height, kernel_width, stride, dilation, pad,
        groups, weight_bits, input_bits;
    double low;              /* of the inputs' range: below 0, zero has a code of its own         */
} shape;

static const shape shapes[] = {
    {8, 12, 12, 8, 3, 3, 1, 1, 1, 1, 8, 8, 0},       {5, 9, 7, 11, 3, 3, 1, 1, 1, 1, 8, 8, -0.5},
    {1, 16, 16, 16, 3, 3, 1, 1, 1, 1, 8, 8, 0},      {16, 8, 8, 32, 3, 3, 2, 1, 1, 1, 6, 8, 0},
    {12, 10, 10, 8, 3, 3, 1, 2, 2, 2, 4, 6, -1},     {6, 7, 7, 4, 3, 3, 1, 1, 1, 2, 8, 8, 0},
    {16, 6, 5, 24, 1, 1, 1, 1, 0, 1, 2, 1, 0},       {300, 1, 1, 17, 1, 1, 1, 1, 0, 1, 8, 8, 0},
    {7, 5, 4, 9, 5, 4, 1, 1, 0, 1, 8, 8, -0.2},      {20, 33, 1, 10, 5, 1, 1, 1, 0, 1, 8, 8, 0},
    {9, 1, 40, 9, 1, 7, 3, 1, 3, 3, 8, 8, 0},       {8, 34, 34, 3, 3, 3, 1, 1, 1, 1, 8, 8, 0},
    {6, 7, 16, 9, 3, 3, 1, 1, 1, 1, 8, 8, 0},        {10, 5, 32, 12, 3, 3, 1, 2, 2, 2, 8, 8, -0.3}};

typedef struct layer {
    fake_host host;
    net_layer l;
    crossbar a;
    float weights[MOST_WEIGHTS], codes[MOST_WEIGHTS], bias[64];
    double in[IMAGES * MOST_VALUES];
    size_t inputs, outputs;
} layer;

/* The steps of weights and inputs make some values lie half way between two codes. */
static void layer_begin(layer *x, const shape *s) {
    fake_host_start(&x->host);
    crossbar_single_thread();
    const uint32_t reach_y = s->dilation * (s->kernel_height - 1),
                   reach_x = s->dilation * (s->kernel_width - 1),
                   pad_y = s->height > 1 ? s->pad : 0;
    cim_layer is = {.name = "c", .op = CIM_OP_CONV, .in_channels = s->channels,
                    .in_height = s->height, .in_width = s->width, .out_channels = s->outs,
                    .kernel_height = s->kernel_height, .kernel_width = s->kernel_width,
                    .stride_height = s->stride, .stride_width = s->stride,
                    .dilation_height = s->dilation, .dilation_width = s->dilation,
                    .pad_top = pad_y, .pad_bottom = pad_y, .pad_left = s->pad,
                    .pad_right = s->pad, .groups = s->groups, .weight_bits = s->weight_bits,
                    .input_bits = s->input_bits};
    is.out_height = (s->height + 2 * pad_y - reach_y - 1) / s->stride + 1;
    is.out_width = (s->width + 2 * s->pad - reach_x - 1) / s->stride + 1;
    x->inputs = (size_t)s->channels * s->height * s->width;
    x->outputs = (size_t)s->outs * is.out_height * is.out_width;
    x->l = (net_layer){.is = is, .weights = x->weights, .bias = x->bias,
                       .rows = s->channels / s->groups * s->kernel_height * s->kernel_width,
                       .values = x->outputs};
    assert_true(x->inputs <= MOST_VALUES && x->outputs <= MOST_VALUES);
    assert_true((size_t)s->outs * x->l.rows <= MOST_WEIGHTS);
    for (size_t i = 0; i < (size_t)s->outs * x->l.rows; i++)
        x->weights[i] = (float)cells_normal(i);
    for (uint32_t i = 0; i < s->outs; i++) x->bias[i] = (float)cells_normal(70000 + i);
    const double step = 1.0 / (1 << s->input_bits);
    for (size_t i = 0; i < IMAGES * x->inputs; i++)
        x->in[i] = i % 3 ? cells_normal(100000 + i) : step * (double)(i % 97);
    const cim_nonideality non = {.weight_mapping = CIM_MAPPING_DIGITAL, .cell_bits = 1,
                                 .weight_bits = s->weight_bits, .input_bits = s->input_bits};
    const net_range range = net_range_of(s->low, 1, s->input_bits);
    assert_int_equal(crossbar_open(&x->a, &x->host.host, &x->l, &non, range), CIM_OK);
    assert_int_equal(crossbar_make_chip(&x->a, 1), CIM_OK);
    crossbar_fold(&x->a, x->codes);
}

static void layer_end(layer *x) {
    crossbar_close(&x->a);
    assert_int_equal(x->host.live, 0);
}

typedef struct description { float activity[MOST_VALUES]; uint32_t content[MOST_VALUES]; size_t n; }
    description;

static void note(void *context, const dense_line *line) {
    description *d = context;
    if (line->o) return;
    memcpy(d->activity + line->first, line->activity, line->n * sizeof *line->activity);
    memcpy(d->content + line->first, line->content, line->n * sizeof *line->content);
    d->n += line->n;
}

static dense_weights weights_of(const layer *x) {
    return (dense_weights){.real = x->codes, .bytes = x->a.bytes};
}

static void bytes_give_what_floats_give(void **unused) {
    (void)unused;
    static layer x;
    static description one, other;
    static double bytes[IMAGES * MOST_VALUES], floats[IMAGES * MOST_VALUES];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        layer_begin(&x, &shapes[i]);
        for (int is_described = 0; is_described < 2; is_described++) {
            one.n = other.n = 0;
            assert_int_equal(dense_product(&x.a, weights_of(&x), x.in, 0, IMAGES, bytes,
                                           is_described ? note : NULL, &one), CIM_OK);
            const dense_weights real = {.real = x.codes};
            assert_int_equal(dense_product(&x.a, real, x.in, 0, IMAGES, floats,
                                           is_described ? note : NULL, &other), CIM_OK);
            assert_memory_equal(bytes, floats, IMAGES * x.outputs * sizeof *bytes);
        }
        assert_int_equal(one.n, other.n);
        assert_int_equal(one.n, IMAGES * x.l.is.out_height * x.l.is.out_width);
        assert_memory_equal(one.activity, other.activity, one.n * sizeof *one.activity);
        assert_memory_equal(one.content, other.content, one.n * sizeof *one.content);
        layer_end(&x);
    }
}

/* Output O at (Y, X) of image N of WEIGHTS, from the definition. */
static double plain_output(const layer *x, const float *weights, uint32_t n, uint32_t o, uint32_t y,
                           uint32_t column) {
    const cim_layer *l = &x->l.is;
    const uint32_t channels = l->in_channels / l->groups, group = o / (l->out_channels / l->groups);
    double sum = 0;
    for (uint32_t k = 0; k < x->l.rows; k++) {
        const uint32_t places = l->kernel_height * l->kernel_width, c = k / places,
                       down = k % places / l->kernel_width, right = k % l->kernel_width;
        const int64_t iy = (int64_t)y * l->stride_height + down * l->dilation_height - l->pad_top,
                      ix = (int64_t)column * l->stride_width + right * l->dilation_width -
                           l->pad_left;
        const int is_in = iy >= 0 && ix >= 0 && iy < l->in_height && ix < l->in_width;
        const size_t plane = (size_t)n * l->in_channels + group * channels + c;
        const double value =
            is_in ? x->in[(plane * l->in_height + (size_t)iy) * l->in_width + (size_t)ix] : 0;
        sum += (double)net_code(x->a.in, value) * (double)weights[(size_t)o * x->l.rows + k];
    }
    sum -= (double)x->a.in.zero * (double)x->a.code_sum[o];
    return sum * (x->a.in.scale * x->a.scale[o]) + (double)x->bias[o];
}

/* OUT differs from the definition by at most SHARE of the output's largest weight and input. */
static void assert_product(const layer *x, const double *out, const float *weights, double share) {
    const cim_layer *l = &x->l.is;
    for (uint32_t n = 0; n < IMAGES; n++)
        for (uint32_t o = 0; o < l->out_channels; o++) {
            double most = 0;
            for (uint32_t k = 0; k < x->l.rows; k++)
                most = fmax(most, fabs((double)weights[(size_t)o * x->l.rows + k]));
            most *= (double)x->a.in.top * x->a.in.scale * x->a.scale[o];
            for (uint32_t y = 0; y < l->out_height; y++)
                for (uint32_t c = 0; c < l->out_width; c++, out++)
                    if (fabs(*out - plain_output(x, weights, n, o, y, c)) > share * most)
                        fail_msg("%u channels of %u x %u, image %u, output %u, %u, %u: %.17g, not "
                                 "%.17g", l->in_channels, l->in_height, l->in_width, n, o, y, c,
                                 *out, plain_output(x, weights, n, o, y, c));
        }
}

static void a_product_is_its_sum(void **unused) {
    (void)unused;
    static layer x;
    static double out[IMAGES * MOST_VALUES];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        layer_begin(&x, &shapes[i]);
        assert_int_equal(dense_product(&x.a, weights_of(&x), x.in, 0, IMAGES, out, NULL,
                                       NULL), CIM_OK);
        assert_product(&x, out, x.codes, 0);
        layer_end(&x);
    }
}

/* Weights that are not whole: what is multiplied is near to what was given, and the product is its
 * sum but for what single precision rounds. An output without weights, one with the largest. */
static void two_digits_are_a_weight(void **unused) {
    (void)unused;
    static layer x;
    static float real[MOST_WEIGHTS];
    static double out[IMAGES * MOST_VALUES], floats[IMAGES * MOST_VALUES];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        layer_begin(&x, &shapes[i]);
        const uint32_t outs = x.l.is.out_channels, rows = x.l.rows;
        for (uint32_t j = 0; j < outs * rows; j++)
            real[j] = j / rows == 1 ? 0 : j / rows == 2 ? (j % 2 ? 50.0f : -50.0f)
                                        : x.codes[j] * (float)(1 + 0.1 * cells_normal(j));
        memcpy(x.codes, real, outs * rows * sizeof *real);
        dense_weights w;
        assert_int_equal(dense_split(&x.a, real, &w), CIM_OK);
        for (uint32_t o = 0; o < outs; o++) {
            float most = 0, off = 0;
            for (uint32_t j = o * rows; j < (o + 1) * rows; j++) {
                most = fmaxf(most, fabsf(real[j]));
                off = fmaxf(off, fabsf(real[j] - x.codes[j]));
            }
            assert_true(off <= most / 65000.0f);
        }
        assert_int_equal(dense_product(&x.a, w, x.in, 0, IMAGES, out, NULL, NULL), CIM_OK);
        assert_product(&x, out, real, 1e-6 * sqrt(rows));
        const dense_weights alone = {.real = real};
        assert_int_equal(dense_product(&x.a, alone, x.in, 0, IMAGES, floats, NULL, NULL), CIM_OK);
        assert_product(&x, floats, real, 2e-6 * sqrt(rows));
        dense_split_close(&x.a, &w);
        layer_end(&x);
    }
}

/* What bytes cannot hold is multiplied as it was; a chip whose cells deviate forgets the bytes. */
static void bytes_only_where_they_fit(void **unused) {
    (void)unused;
    static layer x;
    shape wide = shapes[0];
    layer_begin(&x, &wide);
    const int has_bytes = x.a.bytes != NULL;
    layer_end(&x);
    wide.weight_bits = 9;
    layer_begin(&x, &wide);
    assert_null(x.a.bytes);
    layer_end(&x);
    wide.weight_bits = 8;
    wide.input_bits = 9;
    layer_begin(&x, &wide);
    assert_null(x.a.bytes);
    layer_end(&x);
    layer_begin(&x, &shapes[0]);
    x.a.way = CROSSBAR_LINEAR;
    assert_int_equal(crossbar_make_chip(&x.a, 2), CIM_OK);
    assert_null(x.a.bytes);
    layer_end(&x);
    if (!has_bytes) skip();
}

static int allocations_of(layer *x, const shape *s) {
    static double out[IMAGES * MOST_VALUES];
    layer_begin(x, s);
    const int before = x->host.allocations;
    assert_int_equal(dense_product(&x->a, weights_of(x), x->in, 0, IMAGES, out, NULL, NULL),
                     CIM_OK);
    const int n = x->a.bytes ? x->host.allocations - before : 0;
    layer_end(x);
    return n;
}

/* Words that are multiplied where they are need no room to be gathered in. */
static void no_room_that_is_not_used(void **unused) {
    (void)unused;
    static layer x;
    const int gathered = allocations_of(&x, &shapes[0]), direct = allocations_of(&x, &shapes[2]);
    if (!gathered) skip();
    assert_int_equal(direct, gathered - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_give_what_floats_give),
                                       cmocka_unit_test(a_product_is_its_sum),
                                       cmocka_unit_test(two_digits_are_a_weight),
                                       cmocka_unit_test(bytes_only_where_they_fit),
                                       cmocka_unit_test(no_room_that_is_not_used)};
    return cmocka_run_group_tests_name("crossbar dense", tests, NULL, NULL);
}
