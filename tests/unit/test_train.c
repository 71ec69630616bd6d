/* Training as a whole, on pictures that a child could tell apart: it learns them, the same bits
 * every time, goes on from a checkpoint as if nothing had happened, and folds what it learned. */
#include "fake_host.h"

#include <math.h>
#include <unistd.h>
#include <cim_sdk/network.h>
#include <checkpoint.h>
#include <fold_norm.h>
#include <random.h>
#include <start_weights.h>
#include <tensors.h>

enum { SIDE = 8, IMAGES = 240, CLASSES = 3, BATCH = 16 };

typedef struct fixture {
    fake_host fake;
    cim_builder *builder;
    const cim_network *network;
    uint8_t pixels[IMAGES * SIDE * SIDE];
    uint32_t labels[IMAGES];
    image_set set;
    char path[64];
} fixture;

/* Class 0: rows of light, 1: columns, 2: neither; under noise. */
static void paint(fixture *f) {
    cim_rng rng;
    train_stream(3, STREAM_IMAGES, 0, &rng);
    for (uint32_t i = 0; i < IMAGES; i++) {
        f->labels[i] = i % CLASSES;
        for (uint32_t p = 0; p < SIDE * SIDE; p++) {
            const bool stripes = f->labels[i] == 0 ? p / SIDE % 2 : p % 2;
            const bool lit = f->labels[i] < 2 ? stripes : p % 7 == 0;
            f->pixels[i * SIDE * SIDE + p] = (uint8_t)((lit ? 150 : 0) + cim_rng_below(&rng, 100));
        }
    }
    f->set = (image_set){f->pixels, f->labels, IMAGES, 1, SIDE, SIDE};
}

static cim_weight_layer layer(const char *name, uint32_t slot, uint32_t out, uint32_t kernel) {
    return (cim_weight_layer){.name = name, .slot = slot, .out_channels = out, .kernel = kernel,
                              .padding = kernel / 2, .weight_bits = 8, .input_bits = 8,
                              .activation = CIM_ACT_RELU};
}

static const cim_network *build(fixture *f, uint32_t width, bool deep) {
    cim_builder *b = f->builder;
    const cim_network *network = NULL;
    cim_build_begin(b, &(cim_network){.struct_size = sizeof(cim_network), .name = "stripes",
                                      .in_channels = 1, .in_height = SIDE, .in_width = SIDE});
    cim_weight_layer l = layer("conv", 0, width, 3);
    uint32_t x = cim_build_conv(b, CIM_FROM_INPUT, &l);
    l = layer("dw", 1, 0, 3);
    if (deep) x = cim_build_depthwise(b, x, &l);
    x = cim_build_max_pool(b, x, "pool", 2, 2, 2, 0);
    l = layer("fc", 3, CLASSES, 0);
    l.flatten = 1;
    l.activation = CIM_ACT_NONE;
    cim_build_linear(b, x, &l);
    return cim_build_end(b, 0, &network) == CIM_OK ? network : NULL;
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    fake_host_start(&f->fake);
    paint(f);
    snprintf(f->path, sizeof f->path, "/tmp/cimdse-train-%ld", (long)getpid());
    if (cim_builder_new(&f->fake.host, &f->builder) != CIM_OK) return 1;
    f->network = build(f, 4, true);
    return f->network == NULL;
}

static int tear_down(void **state) {
    fixture *f = *state;
    unlink(f->path);
    cim_builder_free(f->builder);
    const int lost = f->fake.live;
    free(f);
    return lost;
}

typedef struct run { trainer t; net *n; } run;

static void begin(fixture *f, run *r, optimiser_kind kind) {
    char why[TRAIN_MAX_TEXT];
    const train_options o = {
        .seed = 11, .batch = BATCH, .epochs = 4, .schedule = SCHEDULE_ONE_CYCLE,
        .rate = kind == OPTIMISER_SGD ? 0.05 : 0.01, .augmentation = {.flip = true, .shift = 1},
        .optimiser = {.kind = kind, .momentum = 0.9, .weight_decay = 1e-4, .beta1 = 0.9,
                      .beta2 = 0.999, .epsilon = 1e-8}};
    assert_true(trainer_begin(&r->t, &o, &f->set));
    r->n = net_new(f->network, BATCH, &r->t.store, false, why);
    if (!r->n) fail_msg("%s", why);
}

static void go_to(run *r, uint64_t step) {
    while (r->t.step < step) assert_true(trainer_step(&r->t, r->n));
}

static void end(run *r) {
    net_free(r->n);
    trainer_end(&r->t);
}

static void assert_same_bits(const run *a, const run *b) {
    assert_int_equal(a->t.store.n, b->t.store.n);
    for (uint32_t i = 0; i < a->t.store.n; i++) {
        const parameter *p = &a->t.store.rows[i], *q = &b->t.store.rows[i];
        assert_memory_equal(p->value, q->value, p->n * sizeof(real));
        assert_memory_equal(p->moment, q->moment, p->n * sizeof(real));
    }
}

static void both_optimisers_learn(void **state) {
    for (int kind = OPTIMISER_SGD; kind <= OPTIMISER_ADAM; kind++) {
        run r;
        begin(*state, &r, (optimiser_kind)kind);
        go_to(&r, trainer_steps(&r.t));
        const double accuracy = trainer_accuracy(r.n, r.t.set, IMAGES);
        if (accuracy < 0.98) fail_msg("optimiser %d: accuracy %g", kind, accuracy);
        end(&r);
    }
}

static void a_continued_run_has_the_same_bits(void **state) {
    fixture *f = *state;
    run whole, first, second;
    char why[TRAIN_MAX_TEXT];
    begin(f, &whole, OPTIMISER_SGD);
    begin(f, &first, OPTIMISER_SGD);
    begin(f, &second, OPTIMISER_SGD);
    go_to(&whole, 40);
    go_to(&first, 23);
    if (!checkpoint_write(&first.t, 7, f->path, why)) fail_msg("%s", why);
    if (!checkpoint_read(&second.t, 7, f->path, why)) fail_msg("%s", why);
    assert_same_bits(&first, &second);
    go_to(&second, 40);
    assert_same_bits(&whole, &second);
    end(&whole);
    end(&first);
    end(&second);
}

static void a_run_starts_from_what_another_learned(void **state) {
    fixture *f = *state;
    run first, second;
    char why[TRAIN_MAX_TEXT];
    begin(f, &first, OPTIMISER_SGD);
    begin(f, &second, OPTIMISER_SGD);
    go_to(&first, 20);
    assert_true(checkpoint_write(&first.t, 7, f->path, why));
    if (!checkpoint_start(&second.t, f->path, why)) fail_msg("%s", why);
    assert_int_equal(second.t.step, 0);
    for (uint32_t i = 0; i < first.t.store.n; i++) {
        const parameter *p = &first.t.store.rows[i], *q = &second.t.store.rows[i];
        assert_memory_equal(p->value, q->value, p->n * sizeof(real));
        for (size_t k = 0; k < q->n; k++) assert_true(q->moment[k] == 0);
    }
    end(&first);
    end(&second);
}

static void assert_refused(fixture *f, run *r, uint64_t fingerprint, const char *part) {
    char why[TRAIN_MAX_TEXT] = "";
    assert_false(checkpoint_read(&r->t, fingerprint, f->path, why));
    if (!strstr(why, part) || !strstr(why, f->path)) fail_msg("\"%s\", not \"%s\"", why, part);
}

static void flip_byte(const char *path, long at) {
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    const int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
}

static void damaged_checkpoints_are_refused(void **state) {
    fixture *f = *state;
    run r;
    char why[TRAIN_MAX_TEXT];
    begin(f, &r, OPTIMISER_SGD);
    assert_refused(f, &r, 7, "cannot be opened");
    assert_true(checkpoint_write(&r.t, 7, f->path, why));
    assert_refused(f, &r, 8, "other options");
    flip_byte(f->path, 200);
    assert_refused(f, &r, 7, "damaged");
    flip_byte(f->path, 200);
    flip_byte(f->path, 44);
    assert_refused(f, &r, 7, "at byte 64: a tensor of another shape");
    assert_int_equal(truncate(f->path, 100), 0);
    flip_byte(f->path, 44);
    assert_refused(f, &r, 7, "ends too early");
    end(&r);
}

/* What the folded tensors alone make of image I. */
static void folded_conv(const tensors *t, const real *image, real *out) {
    const geometry g = {1, SIDE, SIDE, 4, SIDE, SIDE, 3, 3, 1, 1, 1, 1, 1, 1, 1};
    real scratch[9 * SIDE * SIDE];
    const tensor *w = tensors_find(t, "conv.weight"), *bias = tensors_find(t, "conv.bias");
    assert_non_null(w);
    assert_non_null(bias);
    assert_int_equal(w->n_dims, 4);
    assert_true(conv_scratch(&g, 1) <= 9 * SIDE * SIDE);
    conv_forward(&g, 1, image, w->values, out, scratch);
    for (uint32_t i = 0; i < 4 * SIDE * SIDE; i++) out[i] += bias->values[i / (SIDE * SIDE)];
    activate(CIM_ACT_RELU, 4 * SIDE * SIDE, out, out);
}

static void batch_norm_is_folded_into_the_weights(void **state) {
    fixture *f = *state;
    run r;
    tensors *t = NULL;
    const uint32_t order[] = {5};
    const char *const metadata[] = {"seed", "11", NULL};
    real image[SIDE * SIDE], out[4 * SIDE * SIDE];
    begin(f, &r, OPTIMISER_SGD);
    go_to(&r, 30);
    assert_int_equal(export_weights(r.n, &f->fake.host, f->path, metadata), CIM_OK);
    assert_int_equal(tensors_read(&f->fake.host, f->path, &t), CIM_OK);
    assert_int_equal(tensors_count(t), 6);
    assert_int_equal(tensors_find(t, "fc.weight")->dims[1], 64);
    images_gather(&f->set, order, 1, SIDE, SIDE, NULL, NULL, image);
    net_forward(r.n, 1, image, false);
    folded_conv(t, image, out);
    for (uint32_t i = 0; i < 4 * SIDE * SIDE; i++)
        assert_true(fabs((double)(out[i] - r.n->nodes[0].y[i])) < 1e-5);
    tensors_free(t);
    end(&r);
}

/* The file at f->path with conv's batch norm beside its layer, as torchvision has it. */
static void put_norm_beside(const fixture *f, const run *r) {
    static const char *const names[] = {"conv.weight", "bn.weight", "bn.bias", "bn.running_mean",
                                        "bn.running_var"};
    static const parameter_kind kinds[] = {PARAMETER_WEIGHT, PARAMETER_GAMMA, PARAMETER_BETA,
                                           PARAMETER_MEAN, PARAMETER_VARIANCE};
    tensors *t = NULL;
    assert_int_equal(tensors_read(&f->fake.host, f->path, &t), CIM_OK);
    tensor rows[9];
    for (int i = 0; i < 5; i++)
        rows[i] = (tensor){.name = names[i], .n_dims = i ? 1 : 4, .dims = {4, 1, 3, 3},
                           .n = i ? 4 : 36,
                           .values = parameters_find(r->n->store, 0, kinds[i])->value};
    for (uint32_t i = 0, n = 5; i < tensors_count(t); i++)
        if (strncmp(tensors_at(t, i)->name, "conv.", 5) != 0) rows[n++] = *tensors_at(t, i);
    assert_int_equal(tensors_write(&f->fake.host, f->path, rows, 9, NULL), CIM_OK);
    tensors_free(t);
}

static void expect_start(fixture *f, const run *first, const run *second) {
    const uint32_t order[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    real images[BATCH * SIDE * SIDE];
    assert_int_equal(start_weights(second->n, f->network, &f->set, &f->fake.host, f->path), CIM_OK);
    images_gather(&f->set, order, BATCH, SIDE, SIDE, NULL, NULL, images);
    const real *a = net_forward(first->n, BATCH, images, false);
    for (int training = 0; training < 2; training++) { /* these images gave the moments */
        const real *b = net_forward(second->n, BATCH, images, training);
        for (uint32_t i = 0; i < CLASSES * BATCH; i++)
            if (!(fabs((double)(a[i] - b[i])) < 1e-3))
                fail_msg("%g, not %g", (double)b[i], (double)a[i]);
    }
}

/* Weights from a file: outside of training the same network, in training one that starts there. */
static void a_run_starts_from_stored_weights(void **state) {
    fixture *f = *state;
    run first, second;
    const char *const metadata[] = {NULL};
    begin(f, &first, OPTIMISER_SGD);
    begin(f, &second, OPTIMISER_SGD);
    go_to(&first, 40);
    assert_int_equal(export_weights(first.n, &f->fake.host, f->path, metadata), CIM_OK);
    expect_start(f, &first, &second);
    put_norm_beside(f, &first);
    expect_start(f, &first, &second);
    f->network = build(f, 5, true);
    end(&second);
    begin(f, &second, OPTIMISER_SGD);
    assert_int_equal(start_weights(second.n, f->network, &f->set, &f->fake.host, f->path),
                     CIM_E_FILE);
    if (!strstr(f->fake.message, "conv.weight")) fail_msg("%s", f->fake.message);
    end(&first);
    end(&second);
}

static void images_are_moved_flipped_and_padded(void **state) {
    fixture *f = *state;
    real out[12 * 12], moved[SIDE * SIDE];
    const uint32_t order[] = {7};
    const uint8_t *pixels = f->pixels + 7 * SIDE * SIDE;
    images_gather(&f->set, order, 1, 12, 12, NULL, NULL, out);
    for (uint32_t i = 0; i < 144; i++) {
        const uint32_t y = i / 12 - 2, x = i % 12 - 2; /* wraps round outside */
        const real is = y < SIDE && x < SIDE ? (real)pixels[y * SIDE + x] / 255 : 0;
        assert_true(fabs((double)(out[i] - is)) < 1e-7);
    }
    bool flipped = false, plain = false;
    cim_rng rng;
    train_stream(1, STREAM_IMAGES, 1, &rng);
    const augmentation a = {.flip = true};
    for (int k = 0; k < 20; k++) {
        images_gather(&f->set, order, 1, SIDE, SIDE, &a, &rng, moved);
        bool same = true, mirrored = true;
        for (uint32_t i = 0; i < SIDE * SIDE; i++) {
            same &= moved[i] == (real)pixels[i] / 255;
            mirrored &= moved[i] == (real)pixels[i / SIDE * SIDE + SIDE - 1 - i % SIDE] / 255;
        }
        assert_true(same || mirrored);
        plain |= same;
        flipped |= mirrored;
    }
    assert_true(plain && flipped);
}

static void schedules_have_their_shape(void **state) {
    (void)state;
    for (int kind = SCHEDULE_CONSTANT; kind <= SCHEDULE_STEP; kind++) {
        double most = 0;
        for (uint64_t s = 0; s < 400; s++) {
            const double rate = schedule_rate((schedule_kind)kind, 0.2, s, 400);
            assert_true(rate > 0 && rate <= 0.2);
            if (rate > most) most = rate;
        }
        assert_true(most > 0.199);
    }
    assert_true(schedule_rate(SCHEDULE_ONE_CYCLE, 0.2, 0, 400) < 0.002);
    assert_true(schedule_rate(SCHEDULE_ONE_CYCLE, 0.2, 399, 400) < 0.001);
    assert_true(schedule_rate(SCHEDULE_ONE_CYCLE, 0.2, 99, 400) > 0.198);
    assert_true(schedule_rate(SCHEDULE_COSINE, 0.2, 399, 400) < 0.001);
    assert_true(fabs(schedule_rate(SCHEDULE_STEP, 0.2, 250, 400) - 0.02) < 1e-15);
}

/* A network whose layer is narrower shares the first channels and the middle of the kernel. */
static void smaller_networks_share_their_weights(void **state) {
    (void)state;
    parameters store = {.seed = 1};
    const uint32_t large[4] = {4, 3, 5, 5}, small[4] = {2, 2, 3, 3}, larger[4] = {5, 3, 5, 5};
    parameter *p = parameters_get(&store, 0, PARAMETER_WEIGHT, large);
    real slice[36];
    assert_ptr_equal(parameters_get(&store, 0, PARAMETER_WEIGHT, small), p);
    assert_null(parameters_get(&store, 0, PARAMETER_WEIGHT, larger));
    parameter_take(p, small, slice);
    assert_true(slice[0] == p->value[6]);                       /* row 1, column 1 of the kernel */
    assert_true(slice[35] == p->value[((1 * 3 + 1) * 5 + 3) * 5 + 3]);
    parameters_clear_gradients(&store);
    parameter_give(p, small, slice);
    double given = 0, sum = 0;
    for (size_t i = 0; i < p->n; i++) given += fabs((double)p->gradient[i]);
    for (int i = 0; i < 36; i++) sum += fabs((double)slice[i]);
    assert_true(fabs(given - sum) < 1e-5 && p->gradient[6] == slice[0]);
    parameters_free(&store);
}

/* One store, trained as wide or narrow, deep or shallow networks in turn: all of them learn. */
static void a_super_network_trains_all_of_its_networks(void **state) {
    enum { NETWORKS = 4 };
    static const struct { uint32_t width; bool deep; } of[NETWORKS] = {
        {8, true}, {8, false}, {4, true}, {4, false}};
    fixture *f = *state;
    run r;
    net *nets[NETWORKS];
    char why[TRAIN_MAX_TEXT];
    f->network = build(f, of[0].width, of[0].deep); /* the largest comes first */
    begin(f, &r, OPTIMISER_SGD);
    nets[0] = r.n;
    for (int i = 1; i < NETWORKS; i++) {
        nets[i] = net_new(build(f, of[i].width, of[i].deep), BATCH, &r.t.store, false, why);
        if (!nets[i]) fail_msg("%s", why);
    }
    while (r.t.step < trainer_steps(&r.t)) {
        cim_rng rng;
        train_stream(11, STREAM_NETWORK, r.t.step, &rng);
        assert_true(trainer_step(&r.t, nets[cim_rng_below(&rng, NETWORKS)]));
    }
    for (int i = 0; i < NETWORKS; i++) {
        assert_true(trainer_calibrate(nets[i], &f->set, 10));
        const double accuracy = trainer_accuracy(nets[i], &f->set, IMAGES);
        if (accuracy < 0.95) fail_msg("network %d: accuracy %g", i, accuracy);
        if (i) net_free(nets[i]);
    }
    end(&r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(both_optimisers_learn), TEST(a_continued_run_has_the_same_bits),
        TEST(a_run_starts_from_what_another_learned), TEST(a_run_starts_from_stored_weights),
        TEST(damaged_checkpoints_are_refused), TEST(batch_norm_is_folded_into_the_weights),
        TEST(images_are_moved_flipped_and_padded), TEST(schedules_have_their_shape),
        TEST(smaller_networks_share_their_weights),
        TEST(a_super_network_trains_all_of_its_networks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
