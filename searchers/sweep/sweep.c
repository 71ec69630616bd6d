/* searcher.sweep: every point of a grid, every distinct design of it, or one dimension at a time
 * around the default design. The order is fixed, and the number of the next point all the state. */
#include <cim_sdk/export.h>
#include <cim_sdk/designs.h>
#include <cim_sdk/snapshot.h>
#include <cim_sdk/text.h>

#include <inttypes.h>
#include <string.h>

enum { PARAM_MODE, PARAM_STEPS };
enum { MODE_GRID, MODE_ONE_AT_A_TIME, MODE_EXHAUSTIVE };

static const char *const mode_names[] = {"grid", "one_at_a_time", "exhaustive"};

static const cim_param params[] = {
    [PARAM_MODE] = {.key = "mode",
                    .unit = "",
                    .help = "grid: every combination; one_at_a_time: around the default design; "
                            "exhaustive: every distinct design once",
                    .type = CIM_CATEGORY,
                    .flags = CIM_PARAM_FIXED,
                    .default_value = MODE_GRID,
                    .min = MODE_GRID,
                    .max = MODE_EXHAUSTIVE,
                    .names = mode_names,
                    .n_levels = 3},
    [PARAM_STEPS] = {.key = "steps",
                     .unit = "",
                     .help = "values taken of a real dimension, its ends included; evenly spaced, "
                             "by ratio where it is logarithmic",
                     .type = CIM_INTEGER,
                     .flags = CIM_PARAM_FIXED,
                     .default_value = 5,
                     .min = 2,
                     .max = 1048576},
};

#define MOST_POINTS ((uint64_t)1 << 63)
#define NOT_A_LEVEL UINT64_MAX

typedef struct sweep {
    const cim_host *host;
    const cim_problem *problem;
    cim_designs designs;
    uint32_t mode;
    uint64_t steps;
    uint64_t *radix;   /* levels of each dimension */
    uint64_t *digits;  /* one_at_a_time: level of each default; else those of point `next` */
    double *start;     /* the default design */
    uint64_t total;    /* exhaustive: of the whole grid, repeats included */
    uint64_t next;
} sweep;

static double level_coordinate(const sweep *s, uint32_t i, uint64_t level) {
    const cim_dimension *d = cim_designs_dimension(&s->designs, i);
    if (d->kind != CIM_REAL_RANGE) return (double)level;
    if (level == 0) return d->min;
    if (level == s->steps - 1) return d->max;
    return cim_dimension_at(d, (double)level / (double)(s->steps - 1));
}

/* ---- grid and exhaustive: mixed-radix digits, the last dimension of the order fastest -------- */

static void digits_of(sweep *s, uint64_t number) {
    for (uint32_t k = s->problem->dimensions.n; k-- > 0;) {
        const uint32_t i = s->designs.order[k];
        s->digits[i] = number % s->radix[i];
        number /= s->radix[i];
    }
}

static uint64_t number_of(const sweep *s) {
    uint64_t number = 0;
    for (uint32_t k = 0; k < s->problem->dimensions.n; k++) {
        const uint32_t i = s->designs.order[k];
        number = number * s->radix[i] + s->digits[i];
    }
    return number;
}

static void give_grid_point(sweep *s, double *point) {
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++)
        point[i] = level_coordinate(s, i, s->digits[i]);
    cim_designs_canonical(&s->designs, point);
    if (s->mode == MODE_EXHAUSTIVE) {
        cim_designs_settle(&s->designs, s->digits);
        s->next = cim_designs_advance(&s->designs, s->radix, s->digits) ? number_of(s) : s->total;
    } else {
        digits_of(s, ++s->next);
    }
}

/* ---- one at a time --------------------------------------------------------------------------- */

/* Points in which dimension I alone is moved. */
static uint64_t moves_of(const sweep *s, uint32_t i) {
    return s->radix[i] - (s->digits[i] != NOT_A_LEVEL);
}

static void give_single_move(sweep *s, double *point) {
    const uint32_t n = s->problem->dimensions.n;
    memcpy(point, s->start, n * sizeof *point);
    uint64_t number = s->next++;
    if (number-- == 0) return;
    uint32_t i = 0;
    for (; number >= moves_of(s, i); i++) number -= moves_of(s, i);
    point[i] = level_coordinate(s, i, number + (number >= s->digits[i]));
    cim_designs_canonical(&s->designs, point);
}

/* ---- creation -------------------------------------------------------------------------------- */

static cim_status too_many(const sweep *s, double points) {
    return cim_failf(s->host, CIM_E_CONFIG,
                     "mode = \"%s\": %.4g points to go through, more than the 2^63 that can be "
                     "counted; search fewer dimensions or levels%s",
                     mode_names[s->mode], points,
                     s->mode == MODE_ONE_AT_A_TIME ? "" : ", or use \"one_at_a_time\"");
}

static cim_status count_grid(sweep *s) {
    double points = 1.0;
    int countable = 1;
    s->total = 1;
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++) {
        points *= (double)s->radix[i];
        countable = countable && s->radix[i] <= MOST_POINTS / s->total;
        if (countable) s->total *= s->radix[i];
    }
    return countable ? CIM_OK : too_many(s, points);
}

/* The level that dimension I has by default, or NOT_A_LEVEL. */
static uint64_t default_level(const sweep *s, uint32_t i) {
    if (cim_designs_dimension(&s->designs, i)->kind != CIM_REAL_RANGE) return (uint64_t)s->start[i];
    for (uint64_t level = 0; level < s->radix[i]; level++)
        if (level_coordinate(s, i, level) == s->start[i]) return level;
    return NOT_A_LEVEL;
}

static cim_status count_moves(sweep *s) {
    double points = 1.0;
    const uint32_t n = s->problem->dimensions.n;
    for (uint32_t i = 0; i < n; i++)
        s->start[i] = cim_designs_dimension(&s->designs, i)->default_coordinate;
    cim_designs_canonical(&s->designs, s->start);
    s->total = 1;
    for (uint32_t i = 0; i < n; i++) {
        if (!s->designs.active[i]) s->radix[i] = 1; /* nothing but its default */
        s->digits[i] = s->radix[i] == 1 ? 0 : default_level(s, i);
        points += (double)moves_of(s, i);
        s->total += moves_of(s, i);
    }
    return points <= (double)MOST_POINTS ? CIM_OK : too_many(s, points);
}

static void sweep_destroy(void *self) {
    sweep *s = self;
    const cim_host *host = s->host;
    cim_designs_free(&s->designs);
    host->release(host, s->radix);
    host->release(host, s->digits);
    host->release(host, s->start);
    host->release(host, s);
}

static cim_status set_up(sweep *s) {
    const uint32_t n = s->problem->dimensions.n;
    s->radix = s->host->alloc(s->host, (size_t)n + 1, sizeof *s->radix);
    s->digits = s->host->alloc(s->host, (size_t)n + 1, sizeof *s->digits);
    s->start = s->host->alloc(s->host, (size_t)n + 1, sizeof *s->start);
    if (!s->radix || !s->digits || !s->start)
        return s->host->fail(s->host, CIM_E_MEMORY, "no memory for the sweep");
    const cim_status status = cim_designs_init(&s->designs, s->host, s->problem);
    if (status != CIM_OK) return status;
    for (uint32_t i = 0; i < n; i++) {
        const cim_dimension *d = cim_designs_dimension(&s->designs, i);
        s->radix[i] = d->kind == CIM_REAL_RANGE ? s->steps : d->n_levels;
    }
    return s->mode == MODE_ONE_AT_A_TIME ? count_moves(s) : count_grid(s);
}

static cim_status sweep_create(const cim_host *host, const cim_values *values,
                               const cim_problem *problem, void **self) {
    sweep *s = host->alloc(host, 1, sizeof *s);
    if (s == NULL) return host->fail(host, CIM_E_MEMORY, "no memory for the searcher");
    s->host = host;
    s->problem = problem;
    s->mode = (uint32_t)cim_number(values, 0, PARAM_MODE, 0);
    s->steps = (uint64_t)cim_number(values, 0, PARAM_STEPS, 0);
    const cim_status status = set_up(s);
    if (status != CIM_OK) {
        sweep_destroy(s);
        return status;
    }
    *self = s;
    return CIM_OK;
}

/* ---- ask and tell ---------------------------------------------------------------------------- */

static cim_status sweep_ask(void *self, cim_ask *ask) {
    sweep *s = self;
    const size_t n = s->problem->dimensions.n;
    ask->count = 0;
    while (ask->count < ask->max && s->next < s->total) {
        double *point = ask->points + n * ask->count++;
        if (s->mode == MODE_ONE_AT_A_TIME) give_single_move(s, point);
        else give_grid_point(s, point);
    }
    return s->next < s->total ? CIM_OK : CIM_DONE;
}

static cim_status sweep_tell(void *self, cim_trial_table trials) {
    (void)self;
    (void)trials;
    return CIM_OK;
}

/* ---- snapshot: 4 bytes of tag, version, mode, steps, total, next, checksum; little-endian ---- */

enum {
    SNAPSHOT_VERSION = 1,
    SNAPSHOT_STEPS = 6,
    SNAPSHOT_TOTAL = 14,
    SNAPSHOT_NEXT = 22,
    SNAPSHOT_SUM = 30,
    SNAPSHOT_SIZE = 34
};
static const unsigned char snapshot_tag[4] = {'S', 'W', 'E', 'P'};

static cim_status sweep_save(void *self, const cim_sink *sink) {
    const sweep *s = self;
    unsigned char bytes[SNAPSHOT_SIZE];
    memcpy(bytes, snapshot_tag, sizeof snapshot_tag);
    bytes[4] = SNAPSHOT_VERSION;
    bytes[5] = (unsigned char)s->mode;
    cim_put_bytes(bytes + SNAPSHOT_STEPS, s->steps, 8);
    cim_put_bytes(bytes + SNAPSHOT_TOTAL, s->total, 8);
    cim_put_bytes(bytes + SNAPSHOT_NEXT, s->next, 8);
    cim_put_bytes(bytes + SNAPSHOT_SUM, cim_checksum(bytes, SNAPSHOT_SUM), 4);
    return sink->write(sink, bytes, sizeof bytes);
}

static cim_status sweep_load(void *self, const void *data, size_t size) {
    sweep *s = self;
    const unsigned char *bytes = data;
    if (size != SNAPSHOT_SIZE || memcmp(bytes, snapshot_tag, sizeof snapshot_tag) != 0 ||
        cim_get_bytes(bytes + SNAPSHOT_SUM, 4) != cim_checksum(bytes, SNAPSHOT_SUM))
        return s->host->fail(s->host, CIM_E_ARGUMENT, "the snapshot is damaged");
    if (bytes[4] != SNAPSHOT_VERSION)
        return s->host->fail(s->host, CIM_E_UNSUPPORTED, "the snapshot has another version");
    const uint64_t next = cim_get_bytes(bytes + SNAPSHOT_NEXT, 8);
    if (bytes[5] != s->mode || cim_get_bytes(bytes + SNAPSHOT_STEPS, 8) != s->steps ||
        cim_get_bytes(bytes + SNAPSHOT_TOTAL, 8) != s->total || next > s->total)
        return s->host->fail(s->host, CIM_E_ARGUMENT, "the snapshot is of another sweep");
    s->next = next;
    if (s->mode != MODE_ONE_AT_A_TIME) digits_of(s, next);
    return CIM_OK;
}

/* ---- the descriptor -------------------------------------------------------------------------- */

static const cim_searcher_ops ops = {
    .struct_size = sizeof ops,
    .create = sweep_create,
    .ask = sweep_ask,
    .tell = sweep_tell,
    .save = sweep_save,
    .load = sweep_load,
    .destroy = sweep_destroy,
};

static const cim_plugin sweep_plugin = {
    .struct_size = sizeof sweep_plugin,
    .abi_major = CIM_ABI_MAJOR,
    .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_SEARCHER,
    .id = "searcher.sweep",
    .version = "1.0.0",
    .summary = "Every point of a grid, every distinct design, or one dimension at a time",
    .license = "MIT",
    .ops = &ops,
    .is = {.struct_size = sizeof sweep_plugin.is, .params = CIM_TABLE(params)},
};

CIM_EXPORT_PLUGIN(sweep_plugin)
