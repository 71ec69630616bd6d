/* The stored weights are as accurate as their README states: all 10,000 test images with
 * CIMDSE_LONG set, to the last digit; else the first 250, within three standard errors. */
#include "network_file_fixture.h"

#include "evaluation.h"
#include "tensors.h"

typedef struct counting { net n; const samples *images; uint32_t right; } counting;

static const float *find(void *context, const char *name, uint64_t *count) {
    const tensor *t = tensors_find(context, name);
    *count = t ? t->n : 0;
    return t ? t->values : NULL;
}

static cim_status product(void *context, uint32_t layer, const double *in, uint32_t first,
                          uint32_t n, double *out) {
    return net_float_product(&((counting *)context)->n, layer, in, first, n, out);
}

static cim_status count(void *context, const double *scores, uint32_t first, uint32_t n) {
    counting *c = context;
    for (uint32_t i = 0; i < n; i++, scores += c->n.classes) {
        uint32_t best = 0;
        for (uint32_t k = 1; k < c->n.classes; k++)
            if (scores[k] > scores[best]) best = k;
        c->right += best == c->images->labels[first + i];
    }
    return CIM_OK;
}

/* The per cent behind the file's name. */
static double stated(const char *name) {
    static char text[8192];
    FILE *f = fopen(SOURCE_DIR "/plugins/accuracy/weights/README.md", "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    char file[64];
    snprintf(file, sizeof file, "`%s.safetensors`", name);
    const char *at = strstr(text, file), *end = at ? strstr(at, " %") : NULL;
    if (!end) fail_msg("the README states nothing of %s", name);
    while (end[-1] != ' ') end--;
    return strtod(end, NULL);
}

static void check(fixture *f, const char *name) {
    const cim_host *host = &f->fake.host;
    const uint32_t images = getenv("CIMDSE_LONG") ? 10000 : 250;
    char path[512];
    snprintf(path, sizeof path, SOURCE_DIR "/configs/networks/%s.cfg", name);
    if (open_path(f, path) != CIM_OK) fail_msg("%s", f->fake.message);
    (void)describe(f);
    const cim_network *network = build(f);
    tensors *t = NULL;
    samples test = {.host = host};
    counting c = {.images = &test};
    snprintf(path, sizeof path, SOURCE_DIR "/plugins/accuracy/weights/%s.safetensors", name);
    if (tensors_read(host, path, &t) != CIM_OK ||
        samples_need(&test, "fashion_mnist", DATASET_TEST, images, network) != CIM_OK ||
        net_open(&c.n, host, network, (net_source){.context = t, .find = find}) != CIM_OK ||
        net_run(&c.n, test.pixels, images, product, count, &c) != CIM_OK)
        fail_msg("%s: %s", name, f->fake.message);
    net_close(&c.n);
    samples_free(&test);
    tensors_free(t);
    f->ops->destroy(f->self);
    f->self = NULL;
    const double got = 100.0 * c.right / images, want = stated(name);
    const double most =
        images == 10000 ? 0.005 : 3 * 100 * sqrt(want * (100 - want) * 1e-4 / images);
    print_message("%s: %.2f %% of %u, %.2f %% stated\n", name, got, images, want);
    if (!(fabs(got - want) <= most + 1e-9)) fail_msg("%s: %g %%, not %g %%", name, got, want);
}

static void weights_are_as_stated(void **state) {
    static const char *const names[] = {"lenet5_fmnist", "vgg8s_fmnist", "vgg8_fmnist",
                                        "vgg16s_fmnist", "mobilenet_fmnist", "resnet8_fmnist"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) check(*state, names[i]);
}

/* Whichever network the images were read for. */
static void labels_are_checked_for_every_network(void **state) {
    fixture *f = *state;
    const cim_host *host = &f->fake.host;
    assert_int_equal(open_path(f, SOURCE_DIR "/configs/networks/lenet5_fmnist.cfg"), CIM_OK);
    (void)describe(f);
    const cim_network *ten = build(f);
    cim_network five = *ten;
    cim_layer *layers = test_calloc(ten->layers.n, sizeof *layers);
    for (uint32_t i = 0; i < ten->layers.n; i++) layers[i] = *CIM_ROW(cim_layer, ten->layers, i);
    layers[ten->layers.n - 1].out_channels = 5;
    five.layers = (cim_layer_table){layers, ten->layers.n, sizeof *layers};
    samples test = {.host = host};
    assert_int_equal(samples_need(&test, "fashion_mnist", DATASET_TEST, 20, ten), CIM_OK);
    assert_int_equal(samples_need(&test, "fashion_mnist", DATASET_TEST, 20, &five), CIM_E_FILE);
    assert_non_null(strstr(f->fake.message, "the network tells 5 apart"));
    assert_int_equal(samples_need(&test, "fashion_mnist", DATASET_TEST, 20, ten), CIM_OK);
    for (uint32_t i = 0; i < test.n; i++) test.labels[i] = i == 15 ? 7 : 0;
    assert_int_equal(samples_need(&test, "fashion_mnist", DATASET_TEST, 15, &five), CIM_OK);
    assert_int_equal(samples_need(&test, "fashion_mnist", DATASET_TEST, 16, &five), CIM_E_FILE);
    samples_free(&test);
    test_free(layers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(weights_are_as_stated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(labels_are_checked_for_every_network, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
