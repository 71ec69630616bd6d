#include "trainer.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool trainer_begin(trainer *t, const train_options *options, const image_set *set) {
    *t = (trainer){.options = *options, .set = set, .store = {.seed = options->seed}};
    if (set->n < options->batch || !options->batch) return false;
    t->order = calloc(set->n, sizeof *t->order);
    t->labels = calloc(options->batch, sizeof *t->labels);
    t->order_epoch = UINT64_MAX;
    if (t->order && t->labels) return true;
    trainer_end(t);
    return false;
}

void trainer_end(trainer *t) {
    parameters_free(&t->store);
    free(t->order);
    free(t->labels);
    free(t->images);
    *t = (trainer){0};
}

static uint64_t steps_of_epoch(const trainer *t) { return t->set->n / t->options.batch; }

uint64_t trainer_steps(const trainer *t) { return steps_of_epoch(t) * t->options.epochs; }

/* The images that this step sees: a batch of the epoch's permutation; what does not fill a batch at
 * its end waits for another epoch. */
static const uint32_t *batch_order(trainer *t) {
    const uint64_t epoch = t->step / steps_of_epoch(t);
    if (epoch != t->order_epoch) {
        cim_rng rng;
        train_stream(t->options.seed, STREAM_ORDER, epoch, &rng);
        train_shuffle(&rng, t->order, t->set->n);
        t->order_epoch = epoch;
    }
    return t->order + t->step % steps_of_epoch(t) * t->options.batch;
}

static bool room_for(real **images, size_t *size, const net *n, uint32_t m) {
    const size_t need = (size_t)m * n->in_channels * n->in_height * n->in_width;
    if (need <= *size) return true;
    free(*images);
    *images = malloc(need * sizeof **images);
    *size = *images ? need : 0;
    return *images != NULL;
}

bool trainer_step(trainer *t, net *n) {
    const train_options *o = &t->options;
    const uint32_t *order = batch_order(t);
    if (n->batch < o->batch || !room_for(&t->images, &t->images_size, n, o->batch)) return false;
    cim_rng rng;
    train_stream(o->seed, STREAM_IMAGES, t->step, &rng);
    images_gather(t->set, order, o->batch, n->in_height, n->in_width, &o->augmentation, &rng,
                  t->images);
    for (uint32_t i = 0; i < o->batch; i++) t->labels[i] = t->set->labels[order[i]];
    parameters_clear_gradients(&t->store);
    const real *logits = net_forward(n, o->batch, t->images, true);
    t->loss = cross_entropy(n->classes, o->batch, logits, t->labels, o->smoothing, net_logits_d(n),
                            &t->right);
    if (!isfinite(t->loss)) return false;
    net_backward(n, o->batch, t->images, net_logits_d(n));
    optimiser_step(&o->optimiser, &t->store, t->step,
                   schedule_rate(o->schedule, o->rate, t->step, trainer_steps(t)));
    t->step++;
    return true;
}

double trainer_accuracy(net *n, const image_set *set, uint32_t count) {
    real *images = NULL;
    size_t size = 0;
    uint32_t *order = calloc(n->batch, sizeof *order), right = 0, seen = 0;
    if (count > set->n) count = set->n;
    while (order && seen < count && room_for(&images, &size, n, n->batch)) {
        const uint32_t m = count - seen < n->batch ? count - seen : n->batch;
        for (uint32_t i = 0; i < m; i++) order[i] = seen + i;
        images_gather(set, order, m, n->in_height, n->in_width, NULL, NULL, images);
        uint32_t of_batch;
        cross_entropy(n->classes, m, net_forward(n, m, images, false), set->labels + seen, 0, NULL,
                      &of_batch);
        right += of_batch;
        seen += m;
    }
    free(images);
    free(order);
    return count && seen == count ? (double)right / count : NAN;
}

bool trainer_calibrate(net *n, const image_set *set, uint32_t batches) {
    real *images = NULL;
    size_t size = 0;
    const double momentum = n->momentum;
    uint32_t *order = calloc(n->batch, sizeof *order);
    bool good = order && room_for(&images, &size, n, n->batch);
    for (uint32_t b = 0; good && b < batches && (b + 1) * n->batch <= set->n; b++) {
        for (uint32_t i = 0; i < n->batch; i++) order[i] = b * n->batch + i;
        images_gather(set, order, n->batch, n->in_height, n->in_width, NULL, NULL, images);
        n->momentum = 1.0 / (b + 1); /* a running mean over all batches so far */
        net_forward(n, n->batch, images, true);
    }
    n->momentum = momentum;
    free(images);
    free(order);
    return good;
}
