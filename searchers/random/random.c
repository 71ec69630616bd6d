/* searcher.random: independent uniform points, or a scrambled Sobol sequence. It learns nothing
 * from trials: the bar that every other searcher has to clear, and a start for those that do. */
#include "sobol.h"

#include <cim_sdk/export.h>
#include <cim_sdk/designs.h>
#include <cim_sdk/snapshot.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PARAM_SEQUENCE };
enum { SEQUENCE_UNIFORM, SEQUENCE_SOBOL };

static const char *const sequence_names[] = {"uniform", "sobol"};

static const cim_param params[] = {
    [PARAM_SEQUENCE] = {.key = "sequence",
                        .unit = "",
                        .help = "uniform: independent points; sobol: evenly spread ones",
                        .type = CIM_CATEGORY,
                        .flags = CIM_PARAM_FIXED,
                        .default_value = SEQUENCE_UNIFORM,
                        .min = SEQUENCE_UNIFORM,
                        .max = SEQUENCE_SOBOL,
                        .names = sequence_names,
                        .n_levels = 2},
};

typedef struct searcher {
    const cim_host *host;
    const cim_problem *problem;
    uint32_t sequence;
    uint64_t given;      /* points of the Sobol sequence given so far */
    sobol_axis *axes;    /* one a dimension; NULL when uniform */
} searcher;

/* ---- snapshot: 4 bytes of tag, version, sequence, points given, checksum; little-endian ------ */

enum { SNAPSHOT_VERSION = 1, SNAPSHOT_GIVEN = 6, SNAPSHOT_SUM = 14, SNAPSHOT_SIZE = 18 };
static const unsigned char snapshot_tag[4] = {'R', 'N', 'D', 'S'};

static cim_status random_save(void *self, const cim_sink *sink) {
    const searcher *s = self;
    unsigned char bytes[SNAPSHOT_SIZE];
    memcpy(bytes, snapshot_tag, sizeof snapshot_tag);
    bytes[4] = SNAPSHOT_VERSION;
    bytes[5] = (unsigned char)s->sequence;
    cim_put_bytes(bytes + SNAPSHOT_GIVEN, s->given, 8);
    cim_put_bytes(bytes + SNAPSHOT_SUM, cim_checksum(bytes, SNAPSHOT_SUM), 4);
    return sink->write(sink, bytes, sizeof bytes);
}

static cim_status random_load(void *self, const void *data, size_t size) {
    searcher *s = self;
    const unsigned char *bytes = data;
    if (size != SNAPSHOT_SIZE || memcmp(bytes, snapshot_tag, sizeof snapshot_tag) != 0 ||
        cim_get_bytes(bytes + SNAPSHOT_SUM, 4) != cim_checksum(bytes, SNAPSHOT_SUM))
        return s->host->fail(s->host, CIM_E_ARGUMENT, "the snapshot is damaged");
    if (bytes[4] != SNAPSHOT_VERSION)
        return s->host->fail(s->host, CIM_E_UNSUPPORTED, "the snapshot has another version");
    if (bytes[5] != s->sequence)
        return s->host->fail(s->host, CIM_E_CONFIG, "the snapshot is of another sequence");
    const uint64_t given = cim_get_bytes(bytes + SNAPSHOT_GIVEN, 8);
    if (given > (uint64_t)1 << 32)
        return s->host->fail(s->host, CIM_E_ARGUMENT, "the snapshot is damaged: too many points");
    s->given = given;
    return CIM_OK;
}

/* ---- the other operations -------------------------------------------------------------------- */

static void random_destroy(void *self) {
    searcher *s = self;
    const cim_host *host = s->host;
    host->release(host, s->axes);
    host->release(host, s);
}

static cim_status start_sobol(searcher *s) {
    const uint32_t n = s->problem->dimensions.n;
    if (n > SOBOL_MAX_DIMENSIONS) {
        char text[128];
        snprintf(text, sizeof text,
                 "sequence = \"sobol\": the space has %" PRIu32 " dimensions, at most %u can be "
                 "spread evenly; use \"uniform\"", n, SOBOL_MAX_DIMENSIONS);
        return s->host->fail(s->host, CIM_E_CONFIG, text);
    }
    if (n == 0) return CIM_OK;
    s->axes = s->host->alloc(s->host, n, sizeof *s->axes);
    if (s->axes == NULL) return s->host->fail(s->host, CIM_E_MEMORY, "no memory for the sequence");
    cim_rng rng;
    s->host->stream(s->host, CIM_CREATE_STREAM, &rng);
    sobol_init(s->axes, n);
    sobol_scramble(s->axes, n, &rng);
    return CIM_OK;
}

static cim_status random_create(const cim_host *host, const cim_values *values,
                                const cim_problem *problem, void **self) {
    searcher *s = host->alloc(host, 1, sizeof *s);
    if (s == NULL) return host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    s->host = host;
    s->problem = problem;
    s->sequence = (uint32_t)cim_number(values, 0, PARAM_SEQUENCE, 0);
    const cim_status status = s->sequence == SEQUENCE_SOBOL ? start_sobol(s) : CIM_OK;
    if (status != CIM_OK) {
        random_destroy(s);
        return status;
    }
    *self = s;
    return CIM_OK;
}

/* Of the interval that the multiple X of 2^-32 stands for. */
static double middle_of(uint32_t x) {
    return ((double)x + 0.5) * 0x1.0p-32;
}

static cim_status random_ask(void *self, cim_ask *ask) {
    searcher *s = self;
    const cim_dimension_table dimensions = s->problem->dimensions;
    const uint64_t left = ((uint64_t)1 << 32) - s->given;
    uint32_t count = ask->max;
    if (s->sequence == SEQUENCE_SOBOL && count > left) count = (uint32_t)left;
    ask->count = count;
    if (count == 0 && left == 0) return CIM_DONE;
    for (uint32_t i = 0; i < count; i++) {
        double *point = ask->points + (size_t)i * dimensions.n;
        for (uint32_t k = 0; k < dimensions.n; k++) {
            const cim_dimension *d = CIM_ROW(cim_dimension, dimensions, k);
            point[k] = s->sequence == SEQUENCE_UNIFORM
                ? cim_dimension_draw(d, &ask->rng)
                : cim_dimension_at(d, middle_of(sobol_coordinate(&s->axes[k],
                                                                 (uint32_t)s->given)));
        }
        if (s->sequence == SEQUENCE_SOBOL) s->given++;
    }
    return CIM_OK;
}

static cim_status random_tell(void *self, cim_trial_table trials) {
    (void)self;
    (void)trials;
    return CIM_OK;
}

static const cim_searcher_ops ops = {
    .struct_size = sizeof ops,
    .create = random_create,
    .ask = random_ask,
    .tell = random_tell,
    .save = random_save,
    .load = random_load,
    .destroy = random_destroy,
};

static const cim_plugin random_plugin = {
    .struct_size = sizeof random_plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_SEARCHER,
    .id = "searcher.random",
    .version = "1.0.0",
    .summary = "Random points: independent, or evenly spread by a scrambled Sobol sequence",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof random_plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(random_plugin)
