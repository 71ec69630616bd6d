/* hwmodel.faulty: a cheap, well-behaved model with a switch for everything that a model may do
 * wrong. `fault` can be searched, so that one study mixes good and bad designs; `at_create` acts in
 * the host's own process. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cim/hwmodel.h>
#include <cim_sdk/text.h>

enum { NONE, SEGFAULT, ABORT, OVERFLOW, DIVIDE, EXIT, HANG, NOT_A_NUMBER, INFINITE, UNSET, STATUS,
       SILENT_STATUS, POINT_FAIL, SLACK_UNSET, SLACK_INFINITE, EXCUSED, LOUD, WORDS, LATIN,
       SPEECHLESS, N_FAULTS };
static const char *const faults[N_FAULTS] = {
    "none", "segfault", "abort", "overflow", "divide", "exit", "hang", "nan", "infinity", "unset",
    "status", "silent_status", "point_fail", "slack_unset", "slack_infinite", "excused", "loud",
    "words", "latin", "speechless"};

enum { WELL, C_SEGFAULT, C_ABORT, C_OVERFLOW, C_EXIT, C_CONFIG, C_INTERNAL, C_LOUD, C_LEAK,
       N_CREATE };
static const char *const at_create[N_CREATE] = {"well", "segfault", "abort", "overflow", "exit",
                                                "config", "internal", "loud", "leak"};

static const double odd_levels[] = {1, 3, 5, 7};
static const char *const colours[] = {"red", "green", "blue"};

enum { FAULT, AT_CREATE, DELAY_US, WIDTH, HEIGHT, GAIN, ODD, COLOUR, FAST, TAPS, NOTE };
static const cim_param params[] = {
    {.key = "fault", .unit = "", .help = "what goes wrong in evaluate", .type = CIM_CATEGORY,
     .names = faults, .n_levels = N_FAULTS},
    {.key = "at_create", .unit = "", .help = "what goes wrong in create", .type = CIM_CATEGORY,
     .flags = CIM_PARAM_FIXED, .names = at_create, .n_levels = N_CREATE},
    {.key = "delay_us", .unit = "us", .help = "time that an evaluation takes at least",
     .type = CIM_INTEGER, .flags = CIM_PARAM_FIXED, .min = 0, .max = 1e6},
    {.key = "width", .unit = "", .help = "wide: fast and hungry", .type = CIM_INTEGER,
     .default_value = 10, .min = 1, .max = 1000},
    {.key = "height", .unit = "", .help = "high: large and frugal", .type = CIM_INTEGER,
     .default_value = 10, .min = 1, .max = 1000},
    {.key = "gain_v", .unit = "V", .help = "a real one", .type = CIM_REAL, .default_value = 1,
     .min = 0, .max = 10},
    {.key = "odd", .unit = "", .help = "one with levels", .type = CIM_INTEGER, .default_value = 3,
     .min = 1, .max = 7, .levels = odd_levels, .n_levels = 4},
    {.key = "colour", .unit = "", .help = "a category", .type = CIM_CATEGORY, .names = colours,
     .n_levels = 3},
    {.key = "fast", .unit = "", .help = "a boolean", .type = CIM_BOOLEAN, .max = 1},
    {.key = "taps", .unit = "", .help = "a vector", .type = CIM_INTEGER, .default_value = 3,
     .min = 0, .max = 15, .length = 4},
    {.key = "note", .unit = "", .help = "a text", .type = CIM_TEXT},
};

enum { ENERGY_J, LATENCY_S, AREA_MM2, N_METRICS };
static const cim_metric metrics[N_METRICS] = {
    {.name = "energy_j", .unit = "J", .help = "energy", .better = -1},
    {.name = "latency_s", .unit = "s", .help = "time", .better = -1},
    {.name = "area_mm2", .unit = "mm2", .help = "area", .better = -1}};
static const cim_constraint constraints[] = {
    {.name = "margin", .unit = "", .help = "width is at most 900"}};

#define UNCHECKED __attribute__((noinline, no_sanitize("undefined")))

UNCHECKED static void write_to_nowhere(void) {
    volatile int *volatile nowhere = NULL; /* an optimiser may leave out other writes */
    *nowhere = 1;
}

/* Far deeper than any stack; the addition keeps it from becoming a loop. */
UNCHECKED static int dig(unsigned depth) {
    volatile char here[4096];
    here[0] = (char)depth;
    return depth ? dig(depth - 1) + here[0] : 0;
}

static void spin(void) {
    for (volatile unsigned i = 0;; i = i + 1) {}
}

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    switch ((int)cim_number(values, 0, AT_CREATE, 0)) {
    case C_SEGFAULT: write_to_nowhere(); break;
    case C_ABORT: abort();
    case C_OVERFLOW: return dig(1u << 24);
    case C_EXIT: exit(0);
    case C_CONFIG: return host->fail(host, CIM_E_CONFIG, "delay_us and gain_v do not go together");
    case C_INTERNAL: return CIM_E_INTERNAL;
    case C_LOUD: printf("hello from create\n"); break;
    case C_LEAK: (void)host->alloc(host, 1, 16); break;
    default: break;
    }
    *self = (void *)(uintptr_t)host;
    return CIM_OK;
}

static void destroy(void *self) { (void)self; }

static void wait_us(double us) {
    nanosleep(&(struct timespec){.tv_sec = (time_t)(us / 1e6),
                                 .tv_nsec = (long)fmod(us, 1e6) * 1000}, NULL);
}

/* 300 two-byte letters behind one of one byte: whoever cuts at an even length cuts a letter. */
static const char *many_words(void) {
    static char words[700];
    size_t n = 0;
    words[n++] = 'x';
    for (int i = 0; i < 300; ++i) {
        words[n++] = '\xc3';
        words[n++] = '\xa9';
    }
    words[n] = '\0';
    return words;
}

/* One point of a healthy model, and its parts, which sum to the totals. */
static void cost(const cim_request *r, uint32_t p) {
    const double w = cim_number(r->values, p, WIDTH, 0), h = cim_number(r->values, p, HEIGHT, 0);
    const double gain = cim_number(r->values, p, GAIN, 0), odd = cim_number(r->values, p, ODD, 0);
    double total[N_METRICS] = {0}, taps = 1;
    for (uint32_t i = 0; i < 4; ++i) taps += cim_number(r->values, p, TAPS, i) * (i + 1.0);
    if (cim_number(r->values, p, FAST, 0) > 0) taps *= 1.5;
    taps += cim_number(r->values, p, COLOUR, 0);
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        const double n = 1.0 + (double)cim_layer_weights(l) * l->weight_bits;
        const double parts[2][N_METRICS] = {
            {n * w / h * 1e-15, n / w * 1e-9, n * h * 1e-6},
            {n * taps * (0.1 + gain) * 1e-17, n * odd / h * 1e-12, n * taps * 1e-8}};
        for (uint32_t m = 0; m < N_METRICS; ++m)
            for (int k = 0; k < 2; ++k) {
                total[m] += parts[k][m];
                if (r->part) r->part(r->context, p, i, k ? "adc" : "array", m, parts[k][m]);
            }
    }
    memcpy(r->metrics + p * N_METRICS, total, sizeof total);
    r->slack[p] = w - 900;
}

/* Spoils what cost() found; other than CIM_OK ends the call. */
static cim_status spoil(const cim_host *host, const cim_request *r, uint32_t p, int fault) {
    double *m = r->metrics + p * N_METRICS;
    switch (fault) {
    case SEGFAULT: write_to_nowhere(); break;
    case ABORT: abort();
    case OVERFLOW: return dig(1u << 24);
    case DIVIDE: raise(SIGFPE); break;
    case EXIT: exit(7);
    case HANG: spin(); break;
    case NOT_A_NUMBER: m[AREA_MM2] = sqrt(-m[AREA_MM2]); break;
    case INFINITE: m[LATENCY_S] = INFINITY; break;
    case UNSET: m[ENERGY_J] = NAN; break;
    case STATUS: return cim_failf(host, CIM_E_UNSUPPORTED, "point %u: not this one", p);
    case SILENT_STATUS: return CIM_E_INTERNAL;
    case POINT_FAIL: r->fail(r->context, p, "given up on\nby itself"); break;
    case SLACK_UNSET: r->slack[p] = NAN; break;
    case SLACK_INFINITE: r->slack[p] = -INFINITY; break;
    case EXCUSED:
        r->slack[p] = 1;
        m[LATENCY_S] = NAN;
        break;
    case LOUD:
        printf("hello from evaluate\n");
        fflush(stdout);
        break;
    case WORDS: r->fail(r->context, p, many_words()); break;
    case LATIN: r->fail(r->context, p, "caf\xe9, na\xc3\xafve"); break;
    case SPEECHLESS: r->fail(r->context, p, ""); break;
    default: break;
    }
    return CIM_OK;
}

static cim_status evaluate(void *self, const cim_request *r) {
    for (uint32_t p = 0; p < r->values->n_points; ++p) {
        wait_us(cim_number(r->values, p, DELAY_US, 0));
        cost(r, p);
        const cim_status status = spoil(self, r, p, (int)cim_number(r->values, p, FAULT, 0));
        if (status != CIM_OK) return status;
    }
    return CIM_OK;
}

static cim_status nonidealities(void *self, const cim_network *network, const cim_values *values,
                                cim_nonideality_rows out) {
    (void)self;
    for (uint32_t i = 0; i < network->layers.n; ++i) {
        cim_nonideality *row = (cim_nonideality *)(void *)((char *)out.rows + i * out.row_size);
        if (!CIM_ROW(cim_layer, network->layers, i)->weight_bits) continue;
        row->weight_mapping = CIM_MAPPING_OFFSET;
        row->device_spread = CIM_SPREAD_OF_VALUE;
        row->device_spread_sd = cim_number(values, 0, GAIN, 0) / 100;
    }
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof ops, .preferred_batch = 8, .create = create, .evaluate = evaluate,
    .nonidealities = nonidealities, .destroy = destroy};

static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.faulty", .version = "1.0", .license = "MIT",
    .summary = "test: goes wrong in any way asked for", .ops = &ops,
    .is = {.struct_size = sizeof plugin.is, .params = CIM_TABLE(params),
           .metrics = CIM_TABLE(metrics), .constraints = CIM_TABLE(constraints)},
};

const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&plugin};
    *count = 1;
    return host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR ? all : NULL;
}
