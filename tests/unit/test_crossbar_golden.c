/* accuracy.crossbar_inference against another program's predictions (PyTorch 1.13.1), image by image:
 * tests/golden/accuracy. */
#include "fake_host.h"

#include "evaluation.h"
#include "tensors.h"

enum { MOST_IMAGES = 200, MOST_LAYERS = 16 };

typedef struct plan_layer { const char *name; uint32_t kernel, pad, outs, pool; } plan_layer;
static const plan_layer lenet5[] = {{"conv0", 5, 0, 6, 2}, {"conv1", 5, 0, 16, 2},
                                    {"fc2", 0, 0, 120, 0}, {"fc3", 0, 0, 84, 0},
                                    {"fc4", 0, 0, 10, 0}, {0}};
static const plan_layer vgg8s[] = {
    {"conv0", 3, 1, 16, 0}, {"conv1", 3, 1, 16, 2}, {"conv2", 3, 1, 32, 0}, {"conv3", 3, 1, 32, 2},
    {"conv4", 3, 1, 64, 0}, {"conv5", 3, 1, 64, 2}, {"fc6", 0, 0, 128, 0}, {"fc7", 0, 0, 10, 0}, {0}};

typedef struct plan {
    cim_layer layers[MOST_LAYERS];
    uint32_t inputs[MOST_LAYERS];
    cim_network network;
} plan;

static void add(plan *p, cim_layer l) {
    const uint32_t i = p->network.layers.n++;
    const cim_layer *last = i ? &p->layers[i - 1] : NULL;
    p->inputs[i] = i ? i - 1 : CIM_FROM_INPUT;
    l.in_channels = last ? last->out_channels : 1;
    l.in_height = last ? last->out_height : 32;
    l.in_width = last ? last->out_width : 32;
    if (l.op == CIM_OP_LINEAR) {
        l.in_channels *= l.in_height * l.in_width;
        l.in_height = l.in_width = 1;
    }
    if (!l.out_channels) l.out_channels = l.in_channels;
    l.out_height = (l.in_height + 2 * l.pad_top - l.kernel_height) / l.stride_height + 1;
    l.out_width = l.out_height;
    l.pad_bottom = l.pad_left = l.pad_right = l.pad_top;
    l.kernel_width = l.kernel_height;
    l.stride_width = l.stride_height;
    l.dilation_height = l.dilation_width = l.groups = l.n_inputs = 1;
    l.inputs = &p->inputs[i];
    p->layers[i] = l;
}

static void make(plan *p, const plan_layer *l) {
    *p = (plan){.network = {.struct_size = sizeof p->network, .name = "n", .in_channels = 1,
                            .in_height = 32, .in_width = 32, .input_bits = 8,
                            .layers = {.rows = p->layers, .row_size = sizeof *p->layers}}};
    for (; l->name; l++) {
        add(p, (cim_layer){.name = l->name, .op = l->kernel ? CIM_OP_CONV : CIM_OP_LINEAR,
                           .kernel_height = l->kernel ? l->kernel : 1, .stride_height = 1,
                           .pad_top = l->pad, .out_channels = l->outs, .weight_bits = 8,
                           .input_bits = 8, .activation = l[1].name ? CIM_ACT_RELU : CIM_ACT_NONE});
        if (l->pool)
            add(p, (cim_layer){.name = "pool", .op = CIM_OP_MAX_POOL, .kernel_height = l->pool,
                               .stride_height = l->pool});
    }
}

typedef struct scene {
    fake_host host;
    plan p;
    tensors *t;
    samples test, training;
} scene;

static const float *find(void *context, const char *name, uint64_t *count) {
    const tensor *t = tensors_find(context, name);
    *count = t ? t->n : 0;
    return t ? t->values : NULL;
}

static void begin(scene *s, const char *name) {
    char path[512];
    fake_host_start(&s->host);
    crossbar_single_thread();
    make(&s->p, strcmp(name, "lenet5") ? vgg8s : lenet5);
    snprintf(path, sizeof path, SOURCE_DIR "/plugins/accuracy/weights/%s_fmnist.safetensors", name);
    if (tensors_read(&s->host.host, path, &s->t) != CIM_OK) fail_msg("%s", s->host.message);
    s->test = s->training = (samples){.host = &s->host.host};
    if (samples_need(&s->test, "", DATASET_TEST, MOST_IMAGES, &s->p.network) != CIM_OK ||
        samples_need(&s->training, "", DATASET_TRAIN, CALIBRATE_IMAGES, &s->p.network) != CIM_OK)
        fail_msg("%s", s->host.message);
}

static void end(scene *s) {
    tensors_free(s->t);
    samples_free(&s->test);
    samples_free(&s->training);
    assert_int_equal(s->host.live, 0);
}

/* "ptq_w8a8_pc" (a step for each channel; pt: one for the tensor), "cim_w8a8_c2_r128_diff_adc6_calib" */
static cim_nonideality parse(const char *name) {
    cim_nonideality x = {.weight_mapping = CIM_MAPPING_DIGITAL};
    char mapping[8], range[8];
    char scale;
    if (sscanf(name, "ptq_w%ua%u_p%c", &x.weight_bits, &x.input_bits, &scale) == 3) {
        x.weight_scale = scale == 't' ? CIM_SCALE_PER_TENSOR : CIM_SCALE_PER_CHANNEL;
        return x;
    }
    if (sscanf(name, "cim_w%ua%u_c%u_r%u_%7[a-z]_adc%u_%7s", &x.weight_bits, &x.input_bits,
               &x.cell_bits, &x.rows_at_once, mapping, &x.adc_bits, range) != 7)
        fail_msg("what is %s?", name);
    x.array_rows = x.rows_at_once;
    x.weight_mapping = strcmp(mapping, "diff") ? CIM_MAPPING_OFFSET : CIM_MAPPING_DIFFERENTIAL;
    x.adc_range = strcmp(range, "calib") ? CIM_ADC_FULL_SCALE : CIM_ADC_CALIBRATED;
    return x;
}

static void predict(scene *s, const cim_nonideality *non, uint32_t n, uint8_t *classes) {
    cim_nonideality rows[MOST_LAYERS] = {{0}};
    for (uint32_t i = 0; i < s->p.network.layers.n; i++)
        if (cim_layer_weights(&s->p.layers[i])) rows[i] = *non;
    const cim_nonideality_table table = {rows, s->p.network.layers.n, sizeof rows[0]};
    evaluation e;
    if (evaluation_open(&e, &s->host.host, &s->p.network, table,
                        (net_source){.context = s->t, .find = find}, &s->training) != CIM_OK)
        fail_msg("%s", s->host.message);
    e.predicted = classes;
    assert_int_equal(evaluation_run(&e, &s->test, n, 0), CIM_OK);
    evaluation_close(&e);
}

static cim_status keep_class(void *context, const double *scores, uint32_t first, uint32_t n) {
    uint8_t *classes = context;
    for (uint32_t i = 0; i < n; i++, scores += 10)
        for (uint8_t c = 0; c < 10; c++)
            if (scores[c] > scores[classes[first + i]]) classes[first + i] = c;
    return CIM_OK;
}

typedef struct both { net n; uint8_t *classes; } both;
static cim_status of_net(void *context, uint32_t layer, const double *in, uint32_t first, uint32_t n,
                         double *out) {
    both *b = context;
    return net_float_product(&b->n, layer, in, first, n, out);
}
static cim_status of_classes(void *context, const double *scores, uint32_t first, uint32_t n) {
    both *b = context;
    return keep_class(b->classes, scores, first, n);
}

static void predict_float(scene *s, uint32_t n, uint8_t *classes) {
    both b = {.classes = classes};
    assert_int_equal(net_open(&b.n, &s->host.host, &s->p.network,
                              (net_source){.context = s->t, .find = find}), CIM_OK);
    assert_int_equal(net_run(&b.n, s->test.pixels, n, of_net, of_classes, &b), CIM_OK);
    net_close(&b.n);
}

static void check_rows(const char *net_name) {
    scene s;
    char path[512], name[80], want[MOST_IMAGES + 1];
    begin(&s, net_name);
    snprintf(path, sizeof path, SOURCE_DIR "/tests/golden/accuracy/%s_predictions.txt", net_name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    uint32_t n = 0, rows = 0;
    while (fscanf(file, "#%*[^\n]\n") != EOF && fscanf(file, "%79s %u %200s\n", name, &n, want) == 3) {
        uint8_t classes[MOST_IMAGES] = {0};
        assert_in_range(n, 1, MOST_IMAGES);
        if (!strcmp(name, "float32")) predict_float(&s, n, classes);
        else {
            const cim_nonideality non = parse(name);
            predict(&s, &non, n, classes);
        }
        for (uint32_t i = 0; i < n; i++)
            if (classes[i] != want[i] - '0')
                fail_msg("%s, image %u: %u, not %c", name, i, classes[i], want[i]);
        rows++;
    }
    fclose(file);
    assert_in_range(rows, 18, 100);
    end(&s);
}

static void lenet5_predicts_the_same(void **state) { (void)state; check_rows("lenet5"); }
static void vgg8s_predicts_the_same(void **state) { (void)state; check_rows("vgg8s"); }

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lenet5_predicts_the_same),
                                       cmocka_unit_test(vgg8s_predicts_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
