/* Batch norm beside a layer goes into its weights and biases; what has none stays as it is. */
#include "data_fixture.h"

#include "folded.h"
#include "near.h"

enum { OUTS = 2, ROWS = 3 };
#define EPSILON 0.25

static const float weight[] = {1, -2, 3, 0.5f, 0, -1}, bias[] = {0.5f, -1};
static const float gamma_of[] = {2, -1}, beta[] = {0.25f, 4}, mean[] = {1, -3};
static const float variance[] = {3.75f, 8.75f};

static tensor row(const char *name, const float *values, int is_weight) {
    return (tensor){.name = name, .n_dims = is_weight ? 4 : 1, .dims = {OUTS, ROWS, 1, 1},
                    .n = is_weight ? OUTS * ROWS : OUTS, .values = values};
}

static tensors *write_and_read(const tensor *rows, uint32_t n) {
    const char *path = temp_path(&folder, "w.safetensors");
    tensors *t = NULL;
    assert_int_equal(tensors_write(&fake.host, path, rows, n, NULL), CIM_OK);
    assert_int_equal(tensors_read(&fake.host, path, &t), CIM_OK);
    return t;
}

static cim_layer layer;
static cim_network network_of(const char *tensor_name) {
    layer = (cim_layer){.name = "stem", .op = CIM_OP_CONV, .in_channels = ROWS,
                        .out_channels = OUTS, .kernel_height = 1, .kernel_width = 1, .groups = 1,
                        .weight_bits = 8, .tensor = tensor_name};
    return (cim_network){.struct_size = sizeof(cim_network),
                         .layers = {.rows = &layer, .n = 1, .row_size = sizeof layer}};
}

static void expect_folded(const folded *f, const char *of_weight, const char *of_bias, int biased) {
    uint64_t n;
    const float *w = folded_find(f, of_weight, &n);
    assert_int_equal(n, OUTS * ROWS);
    const float *b = folded_find(f, of_bias, &n);
    assert_int_equal(n, OUTS);
    for (int o = 0; o < OUTS; o++) {
        const double gain = gamma_of[o] / (o ? 3.0 : 2.0);   /* sqrt(variance + EPSILON) */
        const double own = biased ? bias[o] : 0;
        near(b[o], (own - mean[o]) * gain + beta[o], 1e-6);
        for (int k = 0; k < ROWS; k++)
            near(w[o * ROWS + k], weight[o * ROWS + k] * gain, 1e-6);
    }
}

static void test_norm_of_torchvision(void **state) {
    (void)state;
    const tensor rows[] = {row("layer1.0.conv1.weight", weight, 1),
                           row("layer1.0.bn1.weight", gamma_of, 0),
                           row("layer1.0.bn1.bias", beta, 0),
                           row("layer1.0.bn1.running_mean", mean, 0),
                           row("layer1.0.bn1.running_var", variance, 0)};
    tensors *t = write_and_read(rows, 5);
    const cim_network network = network_of("layer1.0.conv1.weight");
    folded f;
    assert_int_equal(folded_open(&f, &fake.host, t, &network, EPSILON), CIM_OK);
    expect_folded(&f, "layer1.0.conv1.weight", "layer1.0.conv1.bias", 0);
    folded_close(&f);
    tensors_free(t);
}

static void test_norm_behind_a_bias(void **state) {
    (void)state;
    const tensor rows[] = {row("conv0.weight", weight, 1),  row("conv0.bias", bias, 0),
                           row("bn0.weight", gamma_of, 0),  row("bn0.bias", beta, 0),
                           row("bn0.running_mean", mean, 0), row("bn0.running_var", variance, 0)};
    tensors *t = write_and_read(rows, 6);
    const cim_network network = network_of(NULL);
    folded f;
    assert_int_equal(folded_open(&f, &fake.host, t, &network, EPSILON), CIM_OK);
    expect_folded(&f, "stem.weight", "stem.bias", 1);
    folded_close(&f);
    tensors_free(t);
}

static void test_no_norm_no_copy(void **state) {
    (void)state;
    const tensor rows[] = {row("stem.weight", weight, 1), row("act_scale.8", bias, 0)};
    tensors *t = write_and_read(rows, 2);
    const cim_network network = network_of(NULL);
    folded f;
    uint64_t n;
    assert_int_equal(folded_open(&f, &fake.host, t, &network, EPSILON), CIM_OK);
    assert_ptr_equal(folded_find(&f, "stem.weight", &n), tensors_find(t, "stem.weight")->values);
    assert_null(folded_find(&f, "stem.bias", &n));
    assert_null(folded_find(&f, "act_scale.8", &n)); /* of no layer */
    folded_close(&f);
    tensors_free(t);
}

static void test_what_does_not_fit(void **state) {
    (void)state;
    tensor rows[] = {row("stem.weight", weight, 1)};
    rows[0].dims[0] = ROWS;
    rows[0].dims[1] = OUTS;
    tensors *t = write_and_read(rows, 1);
    const cim_network network = network_of(NULL);
    folded f;
    assert_int_equal(folded_open(&f, &fake.host, t, &network, EPSILON), CIM_E_FILE);
    assert_non_null(strstr(fake.message, "stem.weight does not fit: it is 3 x 2 x 1 x 1, "
                                         "the network needs 2 x 3"));
    tensors_free(t);
}

static void refused(const float *of, double epsilon, const char *words) {
    const tensor rows[] = {row("conv0.weight", weight, 1), row("bn0.weight", gamma_of, 0),
                           row("bn0.bias", beta, 0), row("bn0.running_mean", mean, 0),
                           row("bn0.running_var", of, 0)};
    tensors *t = write_and_read(rows, 5);
    const cim_network network = network_of(NULL);
    folded f;
    assert_int_equal(folded_open(&f, &fake.host, t, &network, epsilon), CIM_E_FILE);
    if (!strstr(fake.message, words)) fail_msg("'%s' is not in '%s'", words, fake.message);
    tensors_free(t);
}

/* Their weights would be no numbers, and the network would still answer. */
static void test_variances_that_are_none(void **state) {
    (void)state;
    const float negative[OUTS] = {1, -0.125f}, zero[OUTS] = {0, 1};
    refused(negative, EPSILON, "w.safetensors: tensor bn0.running_var: value 1 is -0.125: must be");
    refused(zero, 0, "tensor bn0.running_var: value 0 is 0: must be above 0");
}

static void test_numbers_that_are_none(void **state) {
    (void)state;
    const float odd[][OUTS] = {{1, NAN}, {-INFINITY, 1}, {1, 2}};
    const char *const said[] = {"tensor stem.bias: value 1 is", "tensor stem.bias: value 0 is"};
    for (int i = 0; i < 3; i++) {
        const tensor rows[] = {row("stem.weight", weight, 1), row("stem.bias", odd[i], 0)};
        tensors *t = write_and_read(rows, 2);
        assert_int_equal(tensors_finite(t), i < 2 ? CIM_E_FILE : CIM_OK);
        if (i < 2) assert_non_null(strstr(fake.message, said[i]));
        tensors_free(t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_norm_of_torchvision, setup, teardown),
        cmocka_unit_test_setup_teardown(test_norm_behind_a_bias, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_norm_no_copy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_does_not_fit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_variances_that_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(test_numbers_that_are_none, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
