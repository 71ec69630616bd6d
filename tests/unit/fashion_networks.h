/* LeNet-5 and the small VGG8 for Fashion-MNIST as networks, with their weights and images, for what
 * tries the crossbar's library without a host. */
#ifndef FASHION_NETWORKS_H
#define FASHION_NETWORKS_H

#include "fake_host.h"

#include "evaluation.h"
#include "tensors.h"

enum { MOST_LAYERS = 16 };

typedef struct plan_layer { const char *name; uint32_t kernel, pad, outs, pool; } plan_layer;
static const plan_layer lenet5[] = {{"conv0", 5, 0, 6, 2}, {"conv1", 5, 0, 16, 2},
                                    {"fc2", 0, 0, 120, 0}, {"fc3", 0, 0, 84, 0},
                                    {"fc4", 0, 0, 10, 0}, {0}};
static const plan_layer vgg8s[] = {
    {"conv0", 3, 1, 16, 0}, {"conv1", 3, 1, 16, 2}, {"conv2", 3, 1, 32, 0},
    {"conv3", 3, 1, 32, 2}, {"conv4", 3, 1, 64, 0}, {"conv5", 3, 1, 64, 2},
    {"fc6", 0, 0, 128, 0},  {"fc7", 0, 0, 10, 0},   {0}};

typedef struct plan {
    cim_layer layers[MOST_LAYERS];
    uint32_t inputs[MOST_LAYERS];
    cim_network network;
} plan;

static inline void add(plan *p, cim_layer l) {
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

static inline void make(plan *p, const plan_layer *l) {
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

static inline const float *find(void *context, const char *name, uint64_t *count) {
    const tensor *t = tensors_find(context, name);
    *count = t ? t->n : 0;
    return t ? t->values : NULL;
}

/* NAME: lenet5 or vgg8s; the first N test images. */
static inline void begin(scene *s, const char *name, uint32_t n) {
    char path[512];
    fake_host_start(&s->host);
    crossbar_single_thread();
    make(&s->p, strcmp(name, "lenet5") ? vgg8s : lenet5);
    snprintf(path, sizeof path, SOURCE_DIR "/plugins/accuracy/weights/%s_fmnist.safetensors", name);
    if (tensors_read(&s->host.host, path, &s->t) != CIM_OK) fail_msg("%s", s->host.message);
    s->test = s->training = (samples){.host = &s->host.host};
    if (samples_need(&s->test, "", DATASET_TEST, n, &s->p.network) != CIM_OK ||
        samples_need(&s->training, "", DATASET_TRAIN, CALIBRATE_IMAGES, &s->p.network) != CIM_OK)
        fail_msg("%s", s->host.message);
}

/* Every layer with weights on arrays such as IS. */
static inline cim_nonideality_table arrays_of(const scene *s, const cim_nonideality *is,
                                              cim_nonideality rows[MOST_LAYERS]) {
    const uint32_t n = s->p.network.layers.n;
    for (uint32_t i = 0; i < n; i++)
        rows[i] = cim_layer_weights(&s->p.layers[i]) ? *is : (cim_nonideality){0};
    return (cim_nonideality_table){rows, n, sizeof rows[0]};
}

static inline net_source weights_of(const scene *s) {
    return (net_source){.context = s->t, .find = find};
}

static inline void open_evaluation(evaluation *e, scene *s, cim_nonideality_table on,
                                   net_source source) {
    if (evaluation_open(e, &s->host.host, &s->p.network, on, source, &s->training) != CIM_OK)
        fail_msg("%s", s->host.message);
}

static inline void end(scene *s) {
    tensors_free(s->t);
    samples_free(&s->test);
    samples_free(&s->training);
    assert_int_equal(s->host.live, 0);
}
#endif
