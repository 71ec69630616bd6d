/* accuracy.crossbar_inference under MNSIM 2.0's converter rules against layers that MNSIM computed
 * (tests/golden/mnsim_accuracy/README.md). CIMDSE_MNSIM_VECTORS=FILE: those of another file too. */
#include "fashion_networks.h"

#include <jansson.h>
#include <math.h>

#include "product.h"

typedef struct vector {
    fake_host host;
    json_t *json;
    net_layer l;
    cim_nonideality non;
    crossbar a;
} vector;

static json_t *at(const vector *v, const char *group, const char *key) {
    json_t *found = json_object_get(group ? json_object_get(v->json, group) : v->json, key);
    if (!found) fail_msg("no %s", key);
    return found;
}
static uint32_t whole(const vector *v, const char *group, const char *key) {
    return (uint32_t)json_integer_value(at(v, group, key));
}
static uint32_t side(const vector *v, const char *shape, size_t i) {
    const json_t *size = json_array_get(at(v, NULL, shape), i);
    return size ? (uint32_t)json_integer_value(size) : 1;
}

static double *numbers(const vector *v, const char *key, size_t n) {
    const json_t *all = at(v, NULL, key);
    double *out = calloc(n, sizeof *out);
    assert_int_equal(json_array_size(all), n);
    for (size_t i = 0; i < n; i++) out[i] = json_number_value(json_array_get(all, i));
    return out;
}

static void read_layer(vector *v) {
    const int is_conv = !strcmp(json_string_value(at(v, NULL, "kind")), "conv");
    cim_layer l = {.name = "layer", .op = is_conv ? CIM_OP_CONV : CIM_OP_LINEAR, .groups = 1,
                   .dilation_height = 1, .dilation_width = 1, .stride_height = 1};
    if (is_conv)
        l.stride_height = whole(v, "layer", "stride"), l.pad_top = whole(v, "layer", "padding");
    l.stride_width = l.stride_height;
    l.pad_bottom = l.pad_left = l.pad_right = l.pad_top;
    l.in_channels = side(v, "input_shape", 1);
    l.in_height = side(v, "input_shape", 2), l.in_width = side(v, "input_shape", 3);
    l.out_channels = side(v, "output_shape", 1);
    l.out_height = side(v, "output_shape", 2), l.out_width = side(v, "output_shape", 3);
    l.kernel_height = side(v, "weight_shape", 2), l.kernel_width = side(v, "weight_shape", 3);
    v->l = (net_layer){.is = l, .rows = l.in_channels * l.kernel_height * l.kernel_width,
                       .values = (size_t)l.out_channels * l.out_height * l.out_width};
}

static void read_array(vector *v) {
    v->non = (cim_nonideality){
        .weight_mapping = whole(v, "hardware", "xbar_polarity") == 2 ? CIM_MAPPING_DIFFERENTIAL
                                                                     : CIM_MAPPING_OFFSET,
        .weight_bits = whole(v, "quant", "weight_bit"),
        .cell_bits = whole(v, "hardware", "weight_bit"),
        .input_bits = whole(v, "quant", "activation_bit"),
        .dac_bits = whole(v, "hardware", "input_bit"),
        .array_rows = whole(v, "hardware", "xbar_size"),
        .rows_at_once = whole(v, "hardware", "DAC_num"),
        .adc_bits = whole(v, "hardware", "ADC_quantize_bit"),
        .adc_range = strcmp(json_string_value(at(v, NULL, "adc_action")), "FIX")
                         ? CIM_ADC_MNSIM_SCALE
                         : CIM_ADC_MNSIM_FIX};
}

/* The digits of slice S in block R, those of SIGN only or (0) all. */
static double digit_sum(const vector *v, uint32_t r, uint32_t s, int sign) {
    const crossbar *a = &v->a;
    const uint32_t from = r * a->block,
                   end = from + a->block < v->l.rows ? from + a->block : v->l.rows;
    double sum = 0;
    for (uint32_t o = 0; o < v->l.is.out_channels; o++)
        for (uint32_t k = from; k < end; k++) {
            const float g = a->real[((size_t)s * v->l.is.out_channels + o) * v->l.rows + k];
            if (!sign || g * (float)sign > 0) sum += (double)(sign < 0 ? -g : g);
        }
    return sum;
}

static void check_digits(const vector *v) {
    static const struct {
        int sign;
        const char *name;
    } kinds[] = {{0, ""}, {1, "_positive"}, {-1, "_negative"}};
    const crossbar *a = &v->a;
    const uint32_t first = a->parts == 1 ? 0 : 1, end = a->parts == 1 ? 1 : 3;
    for (uint32_t r = 0; r < a->n_blocks; r++)
        for (uint32_t s = 0; s < a->slices; s++)
            for (uint32_t i = first; i < end; i++) {
                char key[64];
                snprintf(key, sizeof key, "split%u_weight%u%s", r, s, kinds[i].name);
                const double want = json_number_value(at(v, "bit_weight_sums", key));
                assert_true(digit_sum(v, r, s, kinds[i].sign) == want);
            }
    assert_int_equal(json_object_size(at(v, NULL, "bit_weight_sums")),
                     a->n_blocks * a->slices * a->parts);
}

/* The worst, in shares of the output's scale; N_OFF: how many are beyond 1e-5. */
static double check_values(const vector *v, const double *got, double scale, uint32_t *n_off) {
    double *want = numbers(v, "output_pim", v->l.values), worst = 0;
    for (size_t i = 0; i < v->l.values; i++) {
        const double off = fabs(got[i] - want[i]) / scale;
        worst = fmax(worst, off);
        *n_off += off > 1e-5;
    }
    free(want);
    return worst;
}

static double check_vector(json_t *json, uint32_t *n_values, uint32_t *n_off) {
    vector v = {.json = json};
    fake_host_start(&v.host);
    read_layer(&v);
    read_array(&v);
    const size_t n_weights = (size_t)v.l.is.out_channels * v.l.rows;
    const size_t n_in = (size_t)v.l.is.in_channels * v.l.is.in_height * v.l.is.in_width;
    double *weights = numbers(&v, "weight", n_weights), *in = numbers(&v, "input", n_in);
    double *out = calloc(v.l.values, sizeof *out);
    float *w = calloc(n_weights, sizeof *w);
    for (size_t i = 0; i < n_weights; i++) w[i] = (float)weights[i];
    v.l.weights = w;
    /* The range from 0 to the largest code, which the rules make one of both signs. */
    const int32_t top = (1 << (v.non.input_bits - 1)) - 1;
    const net_range range = {.scale = json_number_value(at(&v, NULL, "activation_scale")),
                             .top = top};
    if (crossbar_open(&v.a, &v.host.host, &v.l, &v.non, range) != CIM_OK)
        fail_msg("%s", v.host.message);
    assert_int_equal(v.a.way, CROSSBAR_SIGNED);
    const double step = json_number_value(at(&v, NULL, "weight_scale"));
    assert_true(fabs(v.a.scale[0] / step - 1) < 1e-6);
    v.a.out_scale = json_number_value(at(&v, NULL, "output_scale"));
    assert_int_equal(crossbar_make_chip(&v.a, 0), CIM_OK);
    check_digits(&v);
    assert_int_equal(crossbar_product(&v.a, in, 0, 1, out, NULL), CIM_OK);
    const double worst = check_values(&v, out, v.a.out_scale, n_off);
    *n_values += (uint32_t)v.l.values;
    crossbar_close(&v.a);
    assert_int_equal(v.host.live, 0);
    free(weights), free(in), free(out), free(w);
    return worst;
}

static void check_file(const char *path) {
    json_error_t error;
    json_t *all = json_load_file(path, 0, &error);
    if (!all) fail_msg("%s: %s", path, error.text);
    uint32_t n_values = 0, n_off = 0;
    double worst = 0;
    for (size_t i = 0; i < json_array_size(all); i++)
        worst = fmax(worst, check_vector(json_array_get(all, i), &n_values, &n_off));
    print_message(
        "%zu layers, %u values, worst %.2g of the output's scale, %u off by more than 1e-5\n",
        json_array_size(all), n_values, worst, n_off);
    assert_in_range(json_array_size(all), 5, 1000);
    assert_int_equal(n_off, 0);
    json_decref(all);
}

static void layers_are_mnsims(void **state) {
    (void)state;
    check_file(SOURCE_DIR "/tests/golden/mnsim_accuracy/vectors.json");
}

static void layers_of_another_file_are_too(void **state) {
    (void)state;
    const char *path = getenv("CIMDSE_MNSIM_VECTORS");
    if (!path) skip();
    check_file(path);
}

/* A whole network: fine converters leave what 8-bit codes leave, coarse ones of fixed range do
 * not. */
static uint32_t right_of(scene *s, uint32_t adc_bits, uint32_t range, uint32_t n) {
    const cim_nonideality is = {
        .weight_mapping = CIM_MAPPING_DIFFERENTIAL, .weight_bits = 9, .input_bits = 9,
        .cell_bits = 2, .array_rows = 128, .rows_at_once = 128, .adc_bits = adc_bits,
        .adc_range = range};
    cim_nonideality rows[MOST_LAYERS];
    evaluation e;
    open_evaluation(&e, s, arrays_of(s, &is, rows), weights_of(s));
    assert_false(e.is_random);
    assert_int_equal(evaluation_run(&e, &s->test, n, 0), CIM_OK);
    const uint32_t right = e.right;
    evaluation_close(&e);
    return right;
}

static void a_network_runs_by_them(void **state) {
    (void)state;
    scene s;
    begin(&s, "lenet5", 100);
    const uint32_t fine = right_of(&s, 12, CIM_ADC_MNSIM_SCALE, 100);
    const uint32_t coarse = right_of(&s, 3, CIM_ADC_MNSIM_FIX, 100);
    print_message("%u and %u of 100 right\n", fine, coarse);
    assert_true(fine >= 88);
    assert_true(coarse < 40);
    end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(layers_are_mnsims),
                                       cmocka_unit_test(layers_of_another_file_are_too),
                                       cmocka_unit_test(a_network_runs_by_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
