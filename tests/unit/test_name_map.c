/* Which tensors belong to a layer, under torchvision's names and our own; npz as numpy writes
 * it. */
#include "data_fixture.h"

#include "name_map.h"

static const float numbers[64];

/* Tensors of these names; those that end in "weight" have 2 x 3 x 1 x 1 numbers (batch norm's: 2),
 * the others 2. */
static tensors *make(const char *const *names, uint32_t n, const char *const *norms) {
    tensor rows[16];
    for (uint32_t i = 0; i < n; i++) {
        const char *end = strrchr(names[i], '.');
        int is_norm = 0;
        for (const char *const *m = norms; m && *m; m++)
            is_norm |= !strncmp(names[i], *m, strlen(*m));
        const int is_weight = strcmp(end, ".weight") == 0 && !is_norm;
        rows[i] = (tensor){.name = names[i], .n_dims = is_weight ? 4 : 1, .n = is_weight ? 6 : 2,
                           .values = numbers};
        memcpy(rows[i].dims, is_weight ? (uint64_t[]){2, 3, 1, 1} : (uint64_t[]){2, 0, 0, 0},
               4 * sizeof(uint64_t));
    }
    const char *path = temp_path(&folder, "w.safetensors");
    tensors *t = NULL;
    assert_int_equal(tensors_write(&fake.host, path, rows, n, NULL), CIM_OK);
    assert_int_equal(tensors_read(&fake.host, path, &t), CIM_OK);
    return t;
}

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))

/* A convolution of 3 -> 2 channels with 1 x 1 kernels, behind another one. */
static cim_layer layers[2];
static cim_network network_of(const char *name, const char *tensor_name) {
    for (int i = 0; i < 2; i++)
        layers[i] = (cim_layer){.name = i ? name : "before", .op = CIM_OP_CONV, .in_channels = 3,
                                .out_channels = 2, .kernel_height = 1, .kernel_width = 1,
                                .groups = 1, .weight_bits = 8, .tensor = i ? tensor_name : NULL};
    return (cim_network){.struct_size = sizeof(cim_network), .layers = CIM_TABLE(layers)};
}

/* The layer of torchvision's TENSOR finds that, and the batch norm NORM. */
static void expect_norm(const char *tensor_name, const char *norm) {
    static const char *const parts[] = {"weight", "bias", "running_mean", "running_var"};
    char text[5][100];
    const char *names[5];
    for (int i = 0; i < 4; i++) snprintf(text[i], sizeof text[0], "%s.%s", norm, parts[i]);
    snprintf(text[4], sizeof text[0], "%s", tensor_name);
    for (int i = 0; i < 5; i++) names[i] = text[i];
    tensors *t = make(names, 5, (const char *const[]){norm, NULL});
    const cim_network network = network_of("x", tensor_name);
    layer_tensors found;
    if (name_map_find(t, &network, 1, &found) != CIM_OK) fail_msg("%s", fake.message);
    assert_ptr_equal(found.weight, tensors_find(t, tensor_name));
    assert_ptr_equal(found.gamma, tensors_find(t, names[0]));
    assert_ptr_equal(found.beta, tensors_find(t, names[1]));
    assert_ptr_equal(found.mean, tensors_find(t, names[2]));
    assert_ptr_equal(found.variance, tensors_find(t, names[3]));
    assert_true(found.mean && !found.bias);
    tensors_free(t);
}

static void test_batch_norm_of_torchvision(void **state) {
    (void)state;
    expect_norm("conv1.weight", "bn1");                                        /* ResNet */
    expect_norm("layer1.0.conv2.weight", "layer1.0.bn2");
    expect_norm("layer2.0.downsample.0.weight", "layer2.0.downsample.1");
    expect_norm("features.0.0.weight", "features.0.1");                        /* MobileNet */
    expect_norm("features.1.conv.1.weight", "features.1.conv.2");              /* V2, projection */
    expect_norm("features.4.block.0.0.weight", "features.4.block.0.1");        /* V3 */
    expect_norm("features.0.weight", "features.1");                            /* VGG16 with it */
    expect_norm("blocks.3.conv1.conv.weight", "blocks.3.conv1.bn");            /* Once-for-All */
}

static void test_biases_without_batch_norm(void **state) {
    (void)state;
    const char *const names[] = {"features.0.weight", "features.0.bias", "features.1.weight"};
    tensors *t = make(names, COUNT(names), NULL);
    const cim_network network = network_of("conv1_1", "features.0.weight");
    layer_tensors found;
    assert_int_equal(name_map_find(t, &network, 1, &found), CIM_OK);
    assert_ptr_equal(found.bias, tensors_find(t, "features.0.bias"));
    assert_null(found.mean);
    tensors_free(t);
}

static void test_own_names(void **state) {
    (void)state;
    const char *const names[] = {"conv0.weight", "conv1.weight", "conv1.bias",
                                 "block.expand.weight"};
    tensors *t = make(names, COUNT(names), NULL);
    layer_tensors found;
    cim_network network = network_of("other", NULL); /* the second layer with weights */
    assert_int_equal(name_map_find(t, &network, 1, &found), CIM_OK);
    assert_ptr_equal(found.weight, tensors_find(t, "conv1.weight"));
    assert_ptr_equal(found.bias, tensors_find(t, "conv1.bias"));
    network = network_of("block.expand", NULL);
    assert_int_equal(name_map_find(t, &network, 1, &found), CIM_OK);
    assert_ptr_equal(found.weight, tensors_find(t, "block.expand.weight"));
    assert_null(found.bias);
    tensors_free(t);
}

static void refused(const tensors *t, const cim_network *network, const char *words) {
    layer_tensors found;
    assert_int_equal(name_map_find(t, network, 1, &found), CIM_E_FILE);
    if (!strstr(fake.message, words)) fail_msg("'%s' is not in '%s'", words, fake.message);
}

static void test_what_does_not_fit_is_named(void **state) {
    (void)state;
    const char *const names[] = {"conv1.weight", "bn1.running_mean", "bn1.weight", "bn1.bias"};
    tensors *t = make(names, COUNT(names), (const char *const[]){"bn1", NULL});
    cim_network network = network_of("stem", "conv1.weight");
    refused(t, &network,
            "layer stem: tensor bn1 must have weight, bias, running_mean and running_var");
    network = network_of("stem", "conv9.weight");
    refused(t, &network, "w.safetensors: layer stem: tensor conv9.weight is not there");
    network = network_of("stem", NULL);
    layers[0].weight_bits = 0; /* the only one with weights: conv0 */
    refused(t, &network, "layer stem: tensor stem.weight is not there");
    network = network_of("stem", "conv1.weight");
    layers[1].kernel_height = 3;
    refused(t, &network, "tensor conv1.weight does not fit: it is 2 x 3 x 1 x 1, "
            "the network needs 2 x 3 x 3 x 1");
    tensors_free(t);
    const char *const biased[] = {"conv1.weight", "conv1.bias.weight", "conv1.bias"};
    t = make(biased, COUNT(biased), NULL);
    network = network_of("stem", "conv1.weight");
    layers[1].out_channels = 6;
    layers[1].in_channels = 1;
    refused(t, &network, "tensor conv1.weight does not fit: it is 2 x 3 x 1 x 1, "
            "the network needs 6 x 1 x 1 x 1");
    tensors_free(t);
}

static void refused_file(const char *const *names, uint32_t n, const char *norm,
                         const char *tensor_name, const char *words) {
    tensors *t = make(names, n, (const char *const[]){norm, NULL});
    const cim_network network = network_of("stem", tensor_name);
    refused(t, &network, words);
    tensors_free(t);
}

/* A network that was trained with norms is not the same without them. */
static void test_norms_without_statistics_are_refused(void **state) {
    (void)state;
    static const char words[] = "must have weight, bias, running_mean and running_var";
    const char *const bn[] = {"conv1.weight", "bn1.weight", "bn1.bias"};
    refused_file(bn, COUNT(bn), "bn1", "conv1.weight", words);
    const char *const numbered[] = {"features.0.weight", "features.1.weight", "features.1.bias"};
    refused_file(numbered, COUNT(numbered), "features.1", "features.0.weight", words);
    const char *const variance[] = {"conv1.weight", "bn1.running_var"};
    refused_file(variance, COUNT(variance), "bn1", "conv1.weight", words);
}

static void test_a_prefix_of_all_names_is_pointed_out(void **state) {
    (void)state;
    const char *const parallel[] = {"module.conv1.weight", "module.layer1.0.conv1.weight"};
    refused_file(parallel, COUNT(parallel), "-", "conv1.weight",
                 "layer stem: tensor conv1.weight is not there: all names begin with \"module.\": "
                 "take it off them");
    /* one layer's name may end as another's */
    const char *const other[] = {"layer1.0.conv1.weight", "fc.weight"};
    tensors *t = make(other, COUNT(other), NULL);
    const cim_network network = network_of("stem", "conv1.weight");
    refused(t, &network, "conv1.weight is not there");
    assert_null(strstr(fake.message, "begin"));
    tensors_free(t);
}

static void test_epsilon_goes_by_the_names(void **state) {
    (void)state;
    const struct { const char *name; double epsilon; } rows[] = {
        {"features.4.block.2.fc1.weight", 1e-3}, {"features.1.0.block.0.0.weight", 1e-5},
        {"features.1.conv.0.0.weight", 1e-5}, {"features.0.0.weight", 1e-5},
        {"layer1.0.conv1.weight", 1e-5}, {"features.4.block", 1e-5}, {NULL, 1e-5}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const cim_network network = network_of("x", rows[i].name);
        assert_true(name_map_epsilon(&network) == rows[i].epsilon);
    }
}

static void test_npz_of_numpy(void **state) {
    (void)state;
    tensors *t = NULL;
    if (tensors_read(&fake.host, SOURCE_DIR "/tests/golden/data/weights.npz", &t) != CIM_OK)
        fail_msg("%s", fake.message);
    const tensor *w = NULL, *v = NULL;
    assert_int_equal(tensors_count(t), 4);
    assert_int_equal(tensors_need(t, "conv0.weight", 4, (uint64_t[]){2, 3, 2, 2}, &w), CIM_OK);
    for (int i = 0; i < 24; i++) assert_true(w->values[i] == (float)i - 0.5f);
    assert_int_equal(tensors_need(t, "conv0.bias", 1, (uint64_t[]){2}, &v), CIM_OK);
    assert_true(v->values[0] == 1.5f && v->values[1] == -2);
    v = tensors_find(t, "scale");
    assert_true(v && v->n_dims == 0 && v->n == 1 && v->values[0] == 0.25f);
    v = tensors_find(t, "codes");
    assert_true(v && v->n == 2 && v->values[0] == -3 && v->values[1] == 4);
    tensors_free(t);
}

/* Every single byte of the file damaged in turn: refused, or read without harm. Cut off anywhere:
 * refused. */
static void test_damaged_npz(void **state) {
    (void)state;
    bytes good, b;
    assert_int_equal(bytes_read(&fake.host, SOURCE_DIR "/tests/golden/data/weights.npz", &good),
                     CIM_OK);
    int refusals = 0;
    for (size_t i = 0; i < 2 * good.size; i++) {
        const size_t at = i / 2, size = i % 2 ? at : good.size;
        unsigned char *copy = fake.host.alloc(&fake.host, size ? size : 1, 1);
        memcpy(copy, good.at, size);
        if (i % 2 == 0) copy[at] ^= 0xff;
        b = (bytes){.host = &fake.host, .file = "damaged.npz", .at = copy, .size = size};
        tensors *t = NULL;
        const cim_status status = tensors_parse(&b, &t);
        if (status != CIM_OK) {
            assert_int_equal(status, CIM_E_FILE);
            assert_non_null(strstr(fake.message, "damaged.npz: byte "));
            refusals += i % 2 == 0;
        }
        if (i % 2) assert_int_equal(status, CIM_E_FILE);
        tensors_free(t);
    }
    assert_true(3 * refusals > 2 * (int)good.size); /* the others are names, times, padding */
    bytes_free(&good);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_batch_norm_of_torchvision, setup, teardown),
        cmocka_unit_test_setup_teardown(test_biases_without_batch_norm, setup, teardown),
        cmocka_unit_test_setup_teardown(test_own_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_does_not_fit_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(test_norms_without_statistics_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_prefix_of_all_names_is_pointed_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_epsilon_goes_by_the_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_npz_of_numpy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_npz, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
