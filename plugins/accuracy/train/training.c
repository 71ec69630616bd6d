/* accuracy.training: what a network reaches when it is trained here and now. `cimdse train` keeps
 * the weights; as the evaluator of a study it answers what the given number of epochs gives, for
 * networks that nobody has weights of. Weights are learned in exact arithmetic, or as the arrays of
 * the design round and spread them. */
#include "result_cache.h"
#include "session.h"

#include <cim_sdk/export.h>
#include <math.h>

static const char *const optimisers[] = {"sgd", "adam"};
static const char *const arithmetics[] = {"exact", "quantised", "noisy"};
static const char *const schedules[] = {"constant", "one_cycle", "cosine", "step"};

#define NUMBER(name, what, t, value, least, most)                                                \
    {.key = name, .unit = "", .help = what, .type = t, .flags = CIM_PARAM_FIXED,                 \
     .default_value = value, .min = least, .max = most}
#define CHOICE(name, what, value, list)                                                          \
    {.key = name, .unit = "", .help = what, .type = CIM_CATEGORY, .flags = CIM_PARAM_FIXED,      \
     .default_value = value, .names = list, .n_levels = sizeof list / sizeof *list}
static const cim_param params[] = {
    [EPOCHS] = NUMBER("epochs", "times that every image is seen; 0: test what start names",
                      CIM_INTEGER, 5, 0, 10000),
    [BATCH] = NUMBER("batch", "images a step", CIM_INTEGER, 128, 2, 4096),
    [RATE] = NUMBER("rate", "peak learning rate; Adam wants about 0.002", CIM_REAL, 0.1, 1e-9, 100),
    [OPTIMISER] =
        CHOICE("optimiser", "SGD with Nesterov's momentum, or Adam", OPTIMISER_SGD, optimisers),
    [SCHEDULE] =
        CHOICE("schedule", "how the rate moves from step to step", SCHEDULE_ONE_CYCLE, schedules),
    [MOMENTUM] = NUMBER("momentum", "of SGD", CIM_REAL, 0.9, 0, 0.9999),
    [WEIGHT_DECAY] =
        NUMBER("weight_decay", "of weights, not of biases and batch norm", CIM_REAL, 5e-4, 0, 1),
    [SMOOTHING] =
        NUMBER("smoothing", "share of a label spread over all classes", CIM_REAL, 0, 0, 0.9),
    [FLIP] = {.key = "flip",
              .unit = "",
              .help = "mirror half of the images",
              .type = CIM_BOOLEAN,
              .flags = CIM_PARAM_FIXED,
              .default_value = 1,
              .max = 1},
    [SHIFT] = NUMBER("shift", "pixels that images are moved by at most", CIM_INTEGER, 1, 0, 64),
    [IMAGES] = NUMBER("images", "training images, the first ones; 0: all", CIM_INTEGER, 0, 0, 1e9),
    [TEST_IMAGES] =
        NUMBER("test_images", "test images, the first ones; 0: all", CIM_INTEGER, 0, 0, 1e9),
    [DATASET] = {.key = "dataset",
                 .unit = "",
                 .type = CIM_TEXT,
                 .flags = CIM_PARAM_FIXED,
                 .help = "name of the data set; default: the network's"},
    [DATA] = {.key = "data",
              .unit = "",
              .type = CIM_TEXT,
              .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH,
              .help = "its file or folder; default: where its package puts it"},
    [START] =
        {.key = "start",
         .unit = "",
         .type = CIM_TEXT,
         .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH,
         .help =
             "weights or a checkpoint of the same network to start from; default: random weights"},
    [SUPER_NETWORK] =
        {.key = "super_network",
         .unit = "",
         .type = CIM_BOOLEAN,
         .flags = CIM_PARAM_FIXED,
         .max = 1,
         .help = "train a network drawn anew each step of those that the workload allows"},
    [ARITHMETIC] =
        CHOICE("arithmetic", "exact, in the bits of the design, or with its devices' spread too",
               EXACT, arithmetics),
    [CACHE] = {.key = "cache",
               .unit = "",
               .type = CIM_TEXT,
               .flags = CIM_PARAM_FIXED | CIM_PARAM_PATH | CIM_PARAM_WRITTEN,
               .help = "folder of results, so that a study trains what no study before it has; "
                       "default: none"},
};

static const cim_fidelity fidelities[] = {
    {.name = "full", .help = "all epochs", .relative_cost = 1}};

static cim_status train(void *self, cim_train_request *r) {
    session *s = self;
    cim_rng rng;
    s->host->stream(s->host, 0, &rng);
    return session_train(s, r, cim_rng_next(&rng));
}

static const cim_train_ops training = {.struct_size = sizeof training, .train = train};

static cim_status ready(void *self, const cim_ready_request *q) { return session_ready(self, q); }

static const cim_ready_ops readiness = {.struct_size = sizeof readiness, .ready = ready};

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    const char *cache = values->texts[CACHE];
    const char *start = values->texts[START];
    const cim_status possible = cache && *cache ? result_cache_check(host, cache) : CIM_OK;
    if (possible != CIM_OK) return possible;
    if (!cim_whole_number(values, 0, EPOCHS) && !(start && *start)) /* or every design would fail */
        return host->fail(host, CIM_E_CONFIG, "epochs = 0: start must name a checkpoint to test");
    session *s = host->alloc(host, 1, sizeof *s);
    if (!s) return host->fail(host, CIM_E_MEMORY, "no memory");
    s->host = host;
    const cim_train_host *t = host->extension(host, CIM_TRAIN);
    if (t) t->offer(host, &training);
    const cim_ready_host *r = host->extension(host, CIM_READY);
    if (r) r->offer(host, &readiness);
    *self = s;
    return CIM_OK;
}

static void destroy(void *self) {
    session *s = self;
    session_end(s);
    s->host->release(s->host, s);
}

/* A design's accuracy is no matter of the study's seed: exact arithmetic has no spread. */
#define STUDY_SEED 1u

static cim_status evaluate(void *self, cim_accuracy_request *a) {
    cim_train_request r = {.struct_size = sizeof r, .network = a->network, .values = a->values,
                           .accuracy = (double)NAN, .nonidealities = a->nonidealities};
    const cim_status status = session_train(self, &r, STUDY_SEED);
    if (status != CIM_OK) return status;
    a->mean = r.accuracy;
    a->sd = 0;
    a->n_draws = 1;
    return CIM_OK;
}

static const cim_accuracy_ops ops = {
    .struct_size = sizeof ops, .fidelities = CIM_TABLE(fidelities), .create = create,
    .evaluate = evaluate, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_ACCURACY, .id = "accuracy.training", .version = TRAINING_VERSION, .license = "MIT",
    .summary = "trains the network here and now, for the designed arrays if wanted", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(plugin)
