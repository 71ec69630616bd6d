#include "session.h"
#include "array_rules.h"
#include "checkpoint.h"
#include "fold_norm.h"
#include "result_cache.h"
#include "start_weights.h"

#include <cim_sdk/text.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_A_REPORT = 10, STEPS_A_CHECKPOINT = 200, CALIBRATION_BATCHES = 20 };

static double number(const cim_train_request *r, uint32_t param) {
    return cim_number(r->values, 0, param, 0);
}

static train_options options_of(const cim_train_request *r, uint64_t seed) {
    return (train_options){
        .seed = seed, .batch = (uint32_t)number(r, BATCH),
        .epochs = (uint32_t)number(r, EPOCHS), .rate = number(r, RATE),
        .smoothing = number(r, SMOOTHING), .schedule = (schedule_kind)number(r, SCHEDULE),
        .augmentation = {.flip = number(r, FLIP) != 0, .shift = (uint32_t)number(r, SHIFT)},
        .optimiser = {.kind = (optimiser_kind)number(r, OPTIMISER), .momentum = number(r, MOMENTUM),
                      .weight_decay = number(r, WEIGHT_DECAY), .beta1 = 0.9, .beta2 = 0.999,
                      .epsilon = 1e-8}};
}

/* ---- data ------------------------------------------------------------------------------------ */

/* "" or NULL: what there is without a name. */
static const char *name_of(const cim_values *values, const cim_network *network) {
    const char *name = values->texts[DATASET];
    return name && *name ? name : network->dataset;
}

static cim_status read_part(const session *s, const cim_values *values, const cim_network *network,
                            dataset_part part, uint32_t limit, dataset **out) {
    const dataset_request what = {
        .name = name_of(values, network), .path = values->texts[DATA], .part = part, .limit = limit,
        .channels = network->in_channels, .height = network->in_height, .width = network->in_width};
    return dataset_read(s->host, &what, out);
}

static cim_status find_part(const session *s, const cim_ready_request *q, dataset_part part) {
    dataset *one = NULL;
    const cim_status status = read_part(s, q->values, q->network, part, 1, &one);
    dataset_free(one);
    return status;
}

static cim_status find_start(const session *s, const char *file) {
    FILE *start = file && *file ? fopen(file, "rb") : NULL;
    if (file && *file && !start)
        return cim_failf(s->host, CIM_E_FILE, "%.400s: cannot be opened: %s", file,
                         strerror(errno));
    if (start) fclose(start);
    return CIM_OK;
}

cim_status session_ready(const session *s, const cim_ready_request *q) {
    cim_status status = find_start(s, q->values->texts[START]);
    if (status == CIM_OK) status = find_part(s, q, DATASET_TRAIN);
    return status == CIM_OK ? find_part(s, q, DATASET_TEST) : status;
}

static uint64_t sum_of_part(uint64_t sum, const dataset *d) {
    const uint32_t sizes[] = {d->n, d->n_classes, d->channels, d->height, d->width};
    sum = checkpoint_sum(sum, sizes, sizeof sizes);
    sum = checkpoint_sum(sum, d->pixels, (size_t)d->n * d->channels * d->height * d->width);
    return checkpoint_sum(sum, d->labels, d->n * sizeof *d->labels);
}

/* A name that does not fit is no name: its data are read again. */
static bool has_data(const session *s, const cim_train_request *r) {
    const cim_network *network = r->network;
    const char *name = name_of(r->values, r->network);
    return s->training && s->height == network->in_height && s->width == network->in_width &&
           s->training->channels == network->in_channels && strcmp(s->name, name ? name : "") == 0;
}

static cim_status read_data(session *s, const cim_train_request *r) {
    const char *name = name_of(r->values, r->network);
    if (has_data(s, r)) return CIM_OK;
    session_end(s);
    const uint32_t n = (uint32_t)number(r, IMAGES), n_test = (uint32_t)number(r, TEST_IMAGES);
    cim_status status = read_part(s, r->values, r->network, DATASET_TRAIN, n, &s->training);
    if (status == CIM_OK)
        status = read_part(s, r->values, r->network, DATASET_TEST, n_test, &s->test);
    if (status != CIM_OK) {
        session_end(s);
        return status;
    }
    s->data_sum = sum_of_part(sum_of_part(CHECKPOINT_SUM, s->training), s->test);
    s->height = r->network->in_height;
    s->width = r->network->in_width;
    snprintf(s->name, sizeof s->name, "%s", name ? name : "");
    return CIM_OK;
}

void session_end(session *s) {
    dataset_free(s->training);
    dataset_free(s->test);
    s->training = s->test = NULL;
}

static image_set set_of(const dataset *d) {
    return (image_set){d->pixels, d->labels, d->n, d->channels, d->height, d->width};
}

/* ---- the run --------------------------------------------------------------------------------- */

typedef struct run {
    session *s;
    cim_train_request *r;
    image_set images;
    trainer t;
    net *n;
    array_rules rules;
    uint64_t fingerprint, first_step;
    cim_train_progress report;
    char why[TRAIN_MAX_TEXT], name[64];
} run;

/* Of all that decides a run's bits, but for the images; going on from SUM. */
static uint64_t fingerprint_of(const run *x, uint64_t sum) {
    const train_options *o = &x->t.options;
    const uint64_t whole[] = {o->seed, o->batch, o->epochs, (uint64_t)o->optimiser.kind,
                              (uint64_t)o->schedule, o->augmentation.flip, o->augmentation.shift,
                              x->images.n, x->images.channels, x->images.height, x->images.width,
                              number(x->r, SUPER_NETWORK) != 0};
    const double reals[] = {o->rate, o->smoothing, o->optimiser.momentum,
                            o->optimiser.weight_decay};
    sum = checkpoint_sum(sum, whole, sizeof whole);
    sum = checkpoint_sum(sum, reals, sizeof reals);
    for (uint32_t i = 0; i < x->n->n; i++) {
        const node *d = &x->n->nodes[i];
        sum = checkpoint_sum(sum, &d->g, sizeof d->g);
        sum = checkpoint_sum(sum, &d->op, sizeof d->op);
        sum = checkpoint_sum(sum, &d->activation, sizeof d->activation);
        sum = checkpoint_sum(sum, d->inputs, d->n_inputs * sizeof *d->inputs);
    }
    for (uint32_t i = 0; i < x->rules.n; i++) {
        const array_rule *l = &x->rules.rows[i];
        const double rule[] = {l->weight_bits, l->input_bits, l->cell_bits, l->differential,
                               l->value_sd, l->range_sd, l->off_level};
        sum = checkpoint_sum(sum, rule, sizeof rule);
    }
    for (uint32_t i = 0; i < x->t.store.n; i++) /* what it starts from */
        sum = checkpoint_sum(sum, x->t.store.rows[i].value, x->t.store.rows[i].n * sizeof(real));
    return sum;
}

static cim_status give_up(const run *x) { return x->s->host->fail(x->s->host, CIM_E_FILE, x->why); }

static bool save(run *x) {
    return !x->r->checkpoint || checkpoint_write(&x->t, x->fingerprint, x->r->checkpoint, x->why);
}

/* Reports when it is time; true: the user wants to stop. */
static bool stopped(run *x, uint64_t steps) {
    cim_train_progress *p = &x->report;
    const train_options *o = &x->t.options;
    p->images += o->batch;
    p->loss += x->t.loss * o->batch;
    p->accuracy += x->t.right;
    if (x->t.step % STEPS_A_REPORT && x->t.step != steps) return false;
    if (!x->r->progress) return false;
    p->struct_size = sizeof *p;
    p->epochs = o->epochs;
    p->first_step = x->first_step;
    p->step = x->t.step;
    p->steps = steps;
    p->loss /= (double)p->images;
    p->accuracy /= (double)p->images;
    p->rate = schedule_rate(o->schedule, o->rate, x->t.step - 1, steps);
    const bool stop = x->r->progress(x->r->context, p) != 0;
    *p = (cim_train_progress){0};
    return stop;
}

/* A step of the network, or, in a super-network, of the one whose turn it is. */
static cim_status one_step(run *x) {
    const cim_host *host = x->s->host;
    net *n = x->n;
    if (number(x->r, SUPER_NETWORK) != 0) {
        const cim_network *network;
        const cim_status status = x->r->draw(x->r->context, x->t.step, &network);
        if (status != CIM_OK)
            return host->fail(host, status, "a network of the workload cannot be built");
        n = net_new(network, x->t.options.batch, &x->t.store, false, x->why);
        if (!n) return host->fail(host, CIM_E_UNSUPPORTED, x->why);
    }
    x->rules.step = x->t.step;
    const bool good = trainer_step(&x->t, n);
    if (n != x->n) net_free(n);
    if (good) return CIM_OK;
    if (isfinite(x->t.loss)) return host->fail(host, CIM_E_MEMORY, "no memory for a batch");
    return cim_failf(host, CIM_E_CONFIG,
                     "rate = %g: at step %llu the loss is no finite number: a smaller "
                     "rate may help",
                     x->t.options.rate, (unsigned long long)x->t.step);
}

/* *STOP: before the end, and the checkpoint says where. The first checkpoint is of no step: a
 * folder that cannot be written to is found out at once, and a run killed early can be resumed. */
static cim_status all_steps(run *x, bool *stop) {
    const uint64_t steps = trainer_steps(&x->t);
    if (x->t.step < steps && !x->r->resume && !save(x)) return give_up(x);
    while (x->t.step < steps && !*stop) {
        const cim_status status = one_step(x);
        if (status == CIM_E_CONFIG && x->r->checkpoint)
            remove(x->r->checkpoint); /* would do so again */
        if (status != CIM_OK) return status;
        *stop = stopped(x, steps) && x->t.step < steps;
        if ((*stop || x->t.step == steps || x->t.step % STEPS_A_CHECKPOINT == 0) && !save(x))
            return give_up(x);
    }
    return CIM_OK;
}

static cim_status finish(run *x) {
    cim_train_request *r = x->r;
    const image_set test = set_of(x->s->test);
    char accuracy[32], seed[32];
    const bool shares = number(r, SUPER_NETWORK) != 0 || !x->t.options.epochs;
    if (shares && !trainer_calibrate(x->n, &x->images, CALIBRATION_BATCHES))
        return x->s->host->fail(x->s->host, CIM_E_MEMORY,
                                "no memory to measure batch norm's moments");
    r->accuracy = trainer_accuracy(x->n, &test, test.n);
    if (isnan(r->accuracy)) return x->s->host->fail(x->s->host, CIM_E_MEMORY, "no memory to test");
    if (!r->weights) return CIM_OK;
    snprintf(accuracy, sizeof accuracy, "%.4f", r->accuracy);
    snprintf(seed, sizeof seed, "%016llx", (unsigned long long)x->t.options.seed);
    const char *const metadata[] = {"network", x->name, "test_accuracy", accuracy,
                                    "stream", seed, NULL};
    return export_weights(x->n, x->s->host, r->weights, metadata);
}

static bool ends_in(const char *text, const char *end) {
    const size_t n = strlen(text), of_end = strlen(end);
    return n >= of_end && !strcmp(text + n - of_end, end);
}

static cim_status start_from(run *x, const char *file) {
    if (!file || !*file || !x->t.options.epochs) return CIM_OK;
    if (ends_in(file, ".safetensors") || ends_in(file, ".npz"))
        return start_weights(x->n, x->r->network, &x->images, x->s->host, file);
    return checkpoint_start(&x->t, file, x->why) ? CIM_OK : give_up(x);
}

/* Weights that several networks share are in the store before a network is built over it. */
static cim_status check_super_network(run *x, int arithmetic) {
    const cim_host *host = x->s->host;
    const char *start = x->r->values->texts[START];
    snprintf(x->name, sizeof x->name, "%s", x->r->network->name);
    if (number(x->r, SUPER_NETWORK) != 0 && (!x->r->draw || arithmetic != EXACT))
        return host->fail(host, CIM_E_CONFIG,
                          "super_network: needs exact arithmetic, cimdse train, and a "
                          "parameter of the workload that has several choices");
    if (x->t.options.epochs) return CIM_OK;
    return checkpoint_read_store(&x->t.store, start, x->why) ? CIM_OK : give_up(x);
}

static cim_status build_net(run *x, int arithmetic) {
    const cim_host *host = x->s->host;
    const cim_network *network = x->r->network;
    x->n = net_new(network, x->t.options.batch, &x->t.store, arithmetic != EXACT, x->why);
    if (!x->n) return host->fail(host, CIM_E_UNSUPPORTED, x->why);
    if (arithmetic != EXACT) {
        if (!array_rules_begin(&x->rules, x->n, x->r->nonidealities, arithmetic == NOISY,
                               x->t.options.seed))
            return host->fail(host, CIM_E_MEMORY, "no memory for the arrays' rules");
        x->n->rules = array_rules_of(&x->rules);
    }
    if (x->n->classes < x->s->training->n_classes)
        return cim_failf(host, CIM_E_CONFIG,
                         "network %s ends in %u classes, and the data set has %u", network->name,
                         x->n->classes, x->s->training->n_classes);
    return CIM_OK;
}

static cim_status train_and_test(run *x) {
    bool stop = false;
    const cim_status status = all_steps(x, &stop);
    return status == CIM_OK && !stop ? finish(x) : status;
}

/* Sums in single precision depend on OpenBLAS' kernels, and these on the processor. */
static result_key key_of(const run *x) {
    static const char version[] = TRAINING_VERSION;
    const char *kernels = openblas_get_corename();
    uint64_t sum = checkpoint_sum(CHECKPOINT_SUM, &x->s->data_sum, sizeof x->s->data_sum);
    sum = checkpoint_sum(sum, version, sizeof version);
    sum = checkpoint_sum(sum, kernels, strlen(kernels));
    return (result_key){{fingerprint_of(x, CHECKPOINT_SUM), fingerprint_of(x, sum)}};
}

static cim_status train_once(run *x, const char *folder) {
    result_entry entry;
    const cim_status found = result_find(&entry, x->s->host, folder, key_of(x), &x->r->accuracy);
    if (found != CIM_OK || !isnan(x->r->accuracy)) return found;
    const cim_status status = train_and_test(x);
    if (status == CIM_OK) return result_store(&entry, x->r->accuracy);
    result_leave(&entry);
    return status;
}

static cim_status run_all(run *x) {
    cim_train_request *r = x->r;
    const int arithmetic = (int)number(r, ARITHMETIC);
    const char *folder = r->values->texts[CACHE];
    cim_status status = check_super_network(x, arithmetic);
    if (status == CIM_OK) status = build_net(x, arithmetic);
    if (status == CIM_OK) status = start_from(x, r->values->texts[START]);
    if (status != CIM_OK) return status;
    x->fingerprint = fingerprint_of(x, x->s->data_sum);
    if (r->resume && !checkpoint_read(&x->t, x->fingerprint, r->checkpoint, x->why))
        return x->s->host->fail(x->s->host, CIM_E_CONFIG, x->why);
    x->first_step = x->t.step;
    return r->weights || !folder || !*folder ? train_and_test(x) : train_once(x, folder);
}

cim_status session_train(session *s, cim_train_request *r, uint64_t seed) {
    run x = {.s = s, .r = r};
    cim_status status = read_data(s, r);
    if (status != CIM_OK) return status;
    x.images = set_of(s->training);
    const train_options options = options_of(r, seed);
    if (x.images.n < options.batch)
        return cim_failf(s->host, CIM_E_CONFIG, "batch = %u: at most the %u training images",
                         options.batch, x.images.n);
    if (!trainer_begin(&x.t, &options, &x.images))
        return s->host->fail(s->host, CIM_E_MEMORY, "no memory for a training run");
    status = run_all(&x);
    array_rules_end(&x.rules);
    net_free(x.n);
    trainer_end(&x.t);
    return status;
}
