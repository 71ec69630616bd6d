/* accuracy.crossbar_inference: a trained network on real images, through the arrays that are being
 * designed (README.md beside this file). */
#include "estimates.h"

#include <math.h>
#include <string.h>

#include <cim/ready.h>
#include <cim_sdk/export.h>
#include <cim_sdk/rng.h>
#include <cim_sdk/text.h>

#include "folded.h"

enum {
    WEIGHTS,
    DATASET,
    DATA,
    IMAGES,
    DRAWS,
    CHIP,
    COMPENSATION,
    WEIGHT_CODES,
    CODEBOOK,
    SAMPLE_IMAGES,
    INPUT_MEAN,
    INPUT_SD,
    NORM_EPSILON
};
static const char *const codings[] = {"uniform", "power_of_two", "codebook"}; /* as in quantise.h */
static const char *const compensations[] = {"none", "wires", "drift"};   /* as in cells.h */
static const cim_param params[] = {
    {.key = "weights",
     .unit = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH,
     .help = "trained weights, safetensors or npz; default: what the network names"},
    {.key = "dataset",
     .unit = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED,
     .help = "fashion_mnist, cifar10, ...; default: what the network names"},
    {.key = "data",
     .unit = "",
     .type = CIM_TEXT,
     .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH,
     .help = "file or folder of the data set; default: where its package puts it"},
    {.key = "images",
     .unit = "",
     .type = CIM_INTEGER,
     .default_value = 1000,
     .min = 1,
     .max = 1000000,
     .help = "test images, the first ones; at most as many as there are"},
    {.key = "draws",
     .unit = "",
     .type = CIM_INTEGER,
     .default_value = 0,
     .min = 0,
     .max = 1000,
     .help = "chips that the spread rests on; 0: three, or one where chip is set"},
    {.key = "chip",
     .unit = "",
     .type = CIM_INTEGER,
     .default_value = -1,
     .min = -1,
     .max = 8388607,
     .help = "number of the first chip, the same in every study; -1: chips of this study's seed"},
    {.key = "compensation",
     .unit = "",
     .type = CIM_CATEGORY,
     .default_value = CELLS_WIRES,
     .names = compensations,
     .n_levels = 3,
     .help = "what a chip sets right by itself: nothing, what wires and access devices take of "
             "each column on the average, or also what drift has taken"},
    {.key = "weight_codes",
     .unit = "",
     .type = CIM_CATEGORY,
     .names = codings,
     .n_levels = 3,
     .help =
         "weights become any whole number of their bits, 0 and powers of two, or the entries of a "
         "codebook of their layer"},
    {.key = "codebook",
     .unit = "",
     .type = CIM_INTEGER,
     .default_value = 16,
     .min = 2,
     .max = 256,
     .help = "entries of a layer's codebook, where weight_codes says codebook"},
    {.key = "sample_images",
     .unit = "",
     .type = CIM_INTEGER,
     .default_value = 200,
     .min = 1,
     .max = 1000000,
     .help = "of these test images that level sample looks at, the first ones"},
    {.key = "input_mean",
     .unit = "",
     .type = CIM_REAL,
     .flags = CIM_PARAM_FIXED,
     .length = SAMPLES_COLOURS,
     .min = -1e6,
     .max = 1e6,
     .help = "taken off each colour of an image, which is 0 to 1"},
    {.key = "input_sd",
     .unit = "",
     .type = CIM_REAL,
     .flags = CIM_PARAM_FIXED,
     .length = SAMPLES_COLOURS,
     .default_value = 1,
     .min = 1e-6,
     .max = 1e6,
     .help = "each colour is then divided by it"},
    {.key = "norm_epsilon",
     .unit = "",
     .type = CIM_REAL,
     .flags = CIM_PARAM_FIXED,
     .default_value = -1,
     .min = -1,
     .max = 1,
     .help = "added to the variance of batch norm, where the weights have it beside a layer; below "
             "0: as torchvision has it, 1e-3 in MobileNetV3 and 1e-5 in others"},
};
enum { ESTIMATE, SAMPLE, STATISTICAL, EXACT };
static const cim_fidelity fidelities[] = {
    {.name = "estimate",
     .help = "error power of each layer, weighed by what the network bears; no images",
     .relative_cost = 1e-4},
    {.name = "sample",
     .help = "level statistical of the first few images only",
     .relative_cost = 0.05},
    {.name = "statistical",
     .help = "one product a layer, and the moments of the error that arrays, "
             "reads and conversions add",
     .relative_cost = 0.25},
    {.name = "exact", .help = "every slice, array, read and conversion", .relative_cost = 1}};

typedef struct inference {
    const cim_host *host;
    char *weights, *dataset, *data;
    char *read;              /* the weights' file that is held                                    */
    tensors *t;
    folded folded;           /* of the network that is evaluated                                  */
    double epsilon;          /* of batch norm; below 0: the network's                             */
    samples test, training;
    estimates estimates;
} inference;

/* A layer's weights or biases; else a tensor of the file, as are the steps of inputs. */
static const float *find(void *context, const char *name, uint64_t *count) {
    const inference *x = context;
    const float *values = folded_find(&x->folded, name, count);
    if (values) return values;
    const tensor *t = tensors_find(x->t, name);
    *count = t ? t->n : 0;
    return t ? t->values : NULL;
}

static void destroy(void *self) {
    inference *x = self;
    tensors_free(x->t);
    estimates_free(&x->estimates);
    samples_free(&x->test);
    samples_free(&x->training);
    x->host->release(x->host, x->read);
    x->host->release(x->host, x->weights);
    x->host->release(x->host, x->dataset);
    x->host->release(x->host, x->data);
    x->host->release(x->host, x);
}

static cim_status read_file(inference *x, const char *file) {
    const cim_host *host = x->host;
    if (x->read && !strcmp(x->read, file)) return CIM_OK;
    tensors_free(x->t);
    host->release(host, x->read);
    x->t = NULL;
    x->read = NULL;
    cim_status status = tensors_read(host, file, &x->t);
    if (status == CIM_OK) status = tensors_finite(x->t);
    if (status != CIM_OK) return status;
    x->read = cim_text_copy(host, file);
    return x->read ? CIM_OK : host->fail(host, CIM_E_MEMORY, "no memory for weights");
}

static cim_status read_weights(inference *x, const cim_network *network) {
    const char *file = *x->weights ? x->weights : network->trained;
    if (file && *file) return read_file(x, file);
    return cim_failf(x->host, CIM_E_CONFIG,
                     "weights: must name a file, since network %s names none", network->name);
}

static const char *dataset_name(const inference *x, const cim_network *network) {
    return *x->dataset ? x->dataset : network->dataset;
}

static uint64_t chip_key(const inference *x, double chip, uint32_t draw) {
    if (chip >= 0) return ((uint64_t)chip + draw) << 40;
    cim_rng rng;
    x->host->stream(x->host, draw, &rng);
    return cim_rng_next(&rng) << 40;
}

static uint32_t images_at(const cim_accuracy_request *r) {
    const uint32_t all = (uint32_t)cim_number(r->values, 0, IMAGES, 0);
    const uint32_t few = (uint32_t)cim_number(r->values, 0, SAMPLE_IMAGES, 0);
    return r->fidelity == SAMPLE && few < all ? few : all;
}

/* Mean and deviation by B. P. Welford, Technometrics 4 (1962) 419. Where nothing is random, one
 * chip speaks for all. */
static cim_status run_chips(const inference *x, evaluation *e, cim_accuracy_request *r) {
    const double chip = cim_number(r->values, 0, CHIP, 0);
    const uint32_t images = images_at(r);
    const uint32_t own = (uint32_t)cim_number(r->values, 0, DRAWS, 0);
    const uint32_t wanted = r->draws ? r->draws : own ? own : chip >= 0 ? 1 : 3;
    const uint32_t draws = e->is_random ? wanted : 1;
    double mean = 0, squares = 0;
    for (uint32_t d = 0; d < draws; d++) {
        const cim_status status = evaluation_run(e, &x->test, images, chip_key(x, chip, d));
        if (status != CIM_OK) return status;
        const double share = (double)e->right / e->n_images, step = share - mean;
        mean += step / (d + 1);
        squares += step * (share - mean);
    }
    r->mean = mean;
    r->sd = draws > 1 ? sqrt(squares / (draws - 1)) : 0;
    r->n_draws = draws;
    return CIM_OK;
}

/* Weights that do not fit are refused before any image is read. */
static cim_status check_weights(const inference *x, const cim_network *network, net_source source) {
    net n;
    const cim_status status = net_open(&n, x->host, network, source);
    if (status == CIM_OK) net_close(&n);
    return status;
}

/* One number for every chip: its spread is not estimated. */
static cim_status estimate_it(inference *x, const char *images_of, net_source source,
                              uint32_t images, cim_accuracy_request *r) {
    r->sd = 0;
    r->n_draws = 1;
    return estimates_ask(
        &x->estimates,
        &(estimates_question){.network = r->network,
                              .rows = r->nonidealities,
                              .source = source,
                              .file = x->read,
                              .dataset = images_of,
                              .training = &x->training,
                              .test = &x->test,
                              .images = images,
                              .compensation = (int)cim_number(r->values, 0, COMPENSATION, 0)},
        &r->mean);
}

static cim_status evaluate_folded(inference *x, cim_accuracy_request *r) {
    const char *name = dataset_name(x, r->network);
    const uint32_t images = (uint32_t)cim_number(r->values, 0, IMAGES, 0);
    const net_source source = {
        .context = x, .find = find,
        .coding = {.kind = (uint32_t)cim_number(r->values, 0, WEIGHT_CODES, 0),
                   .entries = (uint32_t)cim_number(r->values, 0, CODEBOOK, 0)}};
    cim_status status = check_weights(x, r->network, source);
    if (status == CIM_OK && r->fidelity == ESTIMATE) return estimate_it(x, name, source, images, r);
    if (status == CIM_OK) status = samples_need(&x->test, name, DATASET_TEST, images, r->network);
    const int is_statistical = r->fidelity == SAMPLE || r->fidelity == STATISTICAL;
    samples training = {0};
    if (status == CIM_OK &&
        (is_statistical || evaluation_needs(r->network, r->nonidealities, source)))
        status = calibrate_samples(&x->training, name, r->network, &training);
    evaluation e;
    if (status != CIM_OK) return status;
    status = evaluation_open(&e, x->host, r->network, r->nonidealities, source, &training);
    if (status != CIM_OK) return status;
    evaluation_compensate(&e, (int)cim_number(r->values, 0, COMPENSATION, 0));
    e.is_statistical = is_statistical;
    status = run_chips(x, &e, r);
    evaluation_close(&e);
    return status;
}

static cim_status fold(inference *x, const cim_network *network) {
    const double epsilon = x->epsilon >= 0 ? x->epsilon : name_map_epsilon(network);
    const cim_status status = read_weights(x, network);
    return status == CIM_OK ? folded_open(&x->folded, x->host, x->t, network, epsilon) : status;
}

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    inference *x = self;
    cim_status status = fold(x, r->network);
    if (status != CIM_OK) return status;
    status = evaluate_folded(x, r);
    folded_close(&x->folded);
    return status;
}

/* ---- before the first evaluation ------------------------------------------------------------- */

/* Weights that fit NETWORK. */
static cim_status find_weights(inference *x, const cim_network *network) {
    cim_status status = fold(x, network);
    if (status != CIM_OK) return status;
    status = check_weights(x, network, (net_source){.context = x, .find = find});
    folded_close(&x->folded);
    return status;
}

/* One image of PART can be read. */
static cim_status find_images(const inference *x, const cim_network *network, dataset_part part) {
    const dataset_request what = {.name = dataset_name(x, network), .path = x->data, .part = part,
                                  .or_test = 1, .limit = 1, .channels = network->in_channels,
                                  .height = network->in_height, .width = network->in_width};
    dataset *images = NULL;
    const cim_status status = dataset_read(x->host, &what, &images);
    dataset_free(images);
    return status;
}

/* Of level exact, only some arrays need images to calibrate with. */
static cim_status ready(void *self, const cim_ready_request *q) {
    inference *x = self;
    cim_status status = (q->is_only ? find_weights : read_weights)(x, q->network);
    if (status == CIM_OK) status = find_images(x, q->network, DATASET_TEST);
    if (status == CIM_OK && q->fidelity != EXACT)
        status = find_images(x, q->network, DATASET_TRAIN);
    return status;
}

static const cim_ready_ops readiness = {.struct_size = sizeof readiness, .ready = ready};

/* Weights that the config names are the same for every design: without them there is no study. */
static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    inference *x = host->alloc(host, 1, sizeof *x);
    if (!x) return host->fail(host, CIM_E_MEMORY, "no memory for an evaluator");
    crossbar_single_thread();
    *x = (inference){.host = host, .weights = cim_text_copy(host, values->texts[WEIGHTS]),
                     .dataset = cim_text_copy(host, values->texts[DATASET]),
                     .data = cim_text_copy(host, values->texts[DATA])};
    x->estimates.host = host;
    x->test = (samples){.host = host, .path = x->data};
    for (uint32_t c = 0; c < SAMPLES_COLOURS; c++) {
        x->test.mean[c] = (float)cim_number(values, 0, INPUT_MEAN, c);
        x->test.sd[c] = (float)cim_number(values, 0, INPUT_SD, c);
    }
    x->training = x->test;
    x->epsilon = cim_number(values, 0, NORM_EPSILON, 0);
    cim_status status = CIM_OK;
    if (!x->weights || !x->dataset || !x->data)
        status = host->fail(host, CIM_E_MEMORY, "no memory for an evaluator");
    else if (*x->weights) status = read_file(x, x->weights);
    if (status != CIM_OK) {
        destroy(x);
        return status;
    }
    const cim_ready_host *r = host->extension(host, CIM_READY);
    if (r) r->offer(host, &readiness);
    *self = x;
    return CIM_OK;
}

static const cim_accuracy_ops ops = {
    .struct_size = sizeof ops, .fidelities = CIM_TABLE(fidelities), .create = create,
    .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_ACCURACY, .id = "accuracy.crossbar_inference", .version = "1.5", .license = "MIT",
    .summary = "a trained network on real images, through the designed arrays", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
