#include "joint.h"
#include "mixture.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

#define WIDTH 0.2            /* of the kernel of a single trial */
#define LEVEL_WIDTH 0.5      /* of a kernel, at least, in pieces of a level */
#define LOG_SQRT_2_PI 0.91893853320467274178
enum { NODES = 256, OTHERS_MOST = 128 };

/* The good trials, or the others. */
typedef struct crowd {
    size_t n;
    uint32_t *trial;
    double total, *log_weight;
    double *unit, *norm; /* dimensions x room: where, and the logarithm of its sum or integral */
    double width, log_inside[NODES + 1];
} crowd;

struct joint {
    const cim_host *host;
    const cim_problem *problem;
    cim_designs *designs;
    uint32_t candidates;
    crowd good, others;
    double *unit, *best;         /* a candidate, NaN where inactive; the best point */
    double *sums;                /* one a kernel */
    size_t room, n_fitted;       /* trials that are in the crowds; 0: none */
};

/* ---- memory ---------------------------------------------------------------------------------- */

cim_status joint_new(joint **out, const cim_host *host, const cim_problem *problem,
                     cim_designs *designs, uint32_t candidates) {
    joint *j = host->alloc(host, 1, sizeof *j);
    if (!j) return host->fail(host, CIM_E_MEMORY, "no memory for the densities");
    *j = (joint){.host = host, .problem = problem, .designs = designs, .candidates = candidates};
    j->unit = host->alloc(host, 2 * ((size_t)problem->dimensions.n + 1), sizeof *j->unit);
    if (!j->unit) {
        joint_free(j);
        return host->fail(host, CIM_E_MEMORY, "no memory for the densities");
    }
    j->best = j->unit + problem->dimensions.n + 1;
    *out = j;
    return CIM_OK;
}

static void crowd_free(const cim_host *host, crowd *c) {
    host->release(host, c->trial);
    host->release(host, c->log_weight);
    host->release(host, c->unit);
    host->release(host, c->norm);
}

void joint_free(joint *j) {
    if (!j) return;
    crowd_free(j->host, &j->good);
    crowd_free(j->host, &j->others);
    j->host->release(j->host, j->unit);
    j->host->release(j->host, j->sums);
    j->host->release(j->host, j);
}

static cim_status reserve(joint *j, size_t n) {
    if (n <= j->room) return CIM_OK;
    const size_t room = 2 * n, d = (size_t)j->problem->dimensions.n + 1;
    crowd *const crowds[] = {&j->good, &j->others};
    j->host->release(j->host, j->sums);
    j->sums = j->host->alloc(j->host, room, sizeof *j->sums);
    int good = j->sums != NULL;
    for (size_t i = 0; i < 2; i++) {
        crowd_free(j->host, crowds[i]);
        crowds[i]->trial = j->host->alloc(j->host, room, sizeof *crowds[i]->trial);
        crowds[i]->log_weight = j->host->alloc(j->host, room, sizeof *crowds[i]->log_weight);
        crowds[i]->unit = j->host->alloc(j->host, room * d, sizeof *crowds[i]->unit);
        crowds[i]->norm = j->host->alloc(j->host, room * d, sizeof *crowds[i]->norm);
        good = good && crowds[i]->trial && crowds[i]->log_weight && crowds[i]->unit &&
               crowds[i]->norm;
    }
    j->room = good ? room : 0;
    j->n_fitted = 0;
    return good ? CIM_OK : j->host->fail(j->host, CIM_E_MEMORY, "no memory for the densities");
}

/* ---- fitting --------------------------------------------------------------------------------- */

static double width_on(const crowd *c, const cim_dimension *d) {
    return axis_kind(d) == AXIS_LEVELS ? fmax(c->width, LEVEL_WIDTH / (double)d->n_levels)
                                       : c->width;
}

/* Of a category, that it is the trial's own; another's has what is left. */
static double own_share(const crowd *c, const cim_dimension *d) {
    const double extra = 1.0 / ((double)c->n + 1.0);
    return (1.0 + extra) / (1.0 + extra * (double)d->n_levels);
}

static double inside(const crowd *c, double unit) {
    const size_t k = unit < 1.0 ? (size_t)(unit * NODES) : NODES - 1;
    const double part = unit * NODES - (double)k;
    return c->log_inside[k] * (1.0 - part) + c->log_inside[k + 1] * part;
}

static double log_levels(const cim_dimension *d, double unit, double width) {
    double sum = 0.0;
    for (uint64_t level = 0; level < d->n_levels; level++) {
        const double z = (axis_unit(d, (double)level) - unit) / width;
        sum += exp(-0.5 * z * z);
    }
    return log(sum);
}

/* Kernels from FIRST on. */
static void place_kernels(const joint *j, crowd *c, const trials *t, size_t first) {
    const size_t d = t->problem->dimensions.n;
    for (uint32_t i = 0; i < d; i++) {
        const cim_dimension *of = cim_designs_dimension(t->designs, i);
        const uint32_t kind = axis_kind(of);
        const double width = width_on(c, of), log_width = log(width) + LOG_SQRT_2_PI;
        double known[TABLE_MOST];
        for (size_t k = 0; kind == AXIS_LEVELS && k < of->n_levels; k++) known[k] = NAN;
        for (size_t k = first; k < c->n; k++) {
            const double unit = t->units[c->trial[k] * d + i];
            double *norm = &c->norm[i * j->room + k];
            c->unit[i * j->room + k] = unit;
            *norm = 0.0;
            if (isnan(unit) || kind == AXIS_CATEGORIES) continue;
            if (kind == AXIS_CONTINUOUS) {
                *norm = inside(c, unit) + log_width;
                continue;
            }
            const size_t level = (size_t)t->points[c->trial[k] * d + i];
            if (isnan(known[level])) known[level] = log_levels(of, unit, width);
            *norm = known[level];
        }
    }
}

static void add_trials(const joint *j, crowd *c, const trials *t, int good, size_t first) {
    for (uint32_t i = (uint32_t)(first > j->n_fitted ? first : j->n_fitted); i < t->n; i++) {
        if (t->good[i] != good) continue;
        c->trial[c->n] = i;
        c->log_weight[c->n++] = log(t->weight[i]);
        c->total += t->weight[i];
    }
}

/* The latest are the nearest to where the search has come, and say the most. */
static size_t first_of_others(const trials *t) {
    size_t n = 0, first = t->n;
    while (first > 0 && n < OTHERS_MOST) n += !t->good[--first];
    return first;
}

static void gather(const joint *j, crowd *c, const trials *t, int good) {
    c->n = 0;
    c->total = 1.0;   /* of the uniform kernel */
    add_trials(j, c, t, good, good ? 0 : first_of_others(t));
    const double n = c->n ? (double)c->n : 1.0;
    c->width = WIDTH * pow(n, -1.0 / (t->problem->dimensions.n + 4.0));
    for (size_t k = 0; k <= NODES; k++)
        c->log_inside[k] = log(normal_inside((double)k / NODES, c->width));
    place_kernels(j, c, t, 0);
}

void joint_forget(joint *j) {
    if (j) j->n_fitted = 0;
}

/* During one ask, points at work come to what is there: they are no good ones. */
cim_status joint_fit(joint *j, const trials *t) {
    if (j->n_fitted == 0) {   /* room for all that may come, so that none of it is placed anew */
        const cim_status status = reserve(j, t->n + PENDING_MOST + 1);
        if (status != CIM_OK) return status;
        gather(j, &j->good, t, 1);
        gather(j, &j->others, t, 0);
    } else {
        const size_t first = j->others.n;
        add_trials(j, &j->others, t, 0, 0);
        place_kernels(j, &j->others, t, first);
    }
    j->n_fitted = t->n;
    return CIM_OK;
}

/* ---- candidates ------------------------------------------------------------------------------ */

/* Number of a kernel of the good ones; n: the uniform one. */
static size_t draw_kernel(const crowd *c, const trials *t, cim_rng *rng) {
    double left = cim_rng_uniform(rng) * c->total;
    for (size_t k = 0; k < c->n; k++) {
        left -= t->weight[c->trial[k]];
        if (left < 0.0) return k;
    }
    return c->n;
}

static double draw_level(const cim_dimension *d, double unit, double width, double norm,
                         cim_rng *rng) {
    double left = cim_rng_uniform(rng) * exp(norm);
    uint64_t level = 0;
    for (; level + 1 < d->n_levels; level++) {
        const double z = (axis_unit(d, (double)level) - unit) / width;
        left -= exp(-0.5 * z * z);
        if (left < 0.0) break;
    }
    return (double)level;
}

static double draw_coordinate(const joint *j, size_t kernel, uint32_t i, cim_rng *rng) {
    const crowd *c = &j->good;
    const cim_dimension *d = cim_designs_dimension(j->designs, i);
    const size_t at = i * j->room + kernel;
    const double unit = kernel < c->n ? c->unit[at] : (double)NAN;
    if (isnan(unit)) return cim_dimension_draw(d, rng) + 0.0;
    switch (axis_kind(d)) {
    case AXIS_CONTINUOUS:
        return axis_coordinate(d, truncated_normal(unit, c->width, rng));
    case AXIS_LEVELS:
        return draw_level(d, unit, width_on(c, d), c->norm[at], rng);
    default: {
        const double own = own_share(c, d);
        if (cim_rng_uniform(rng) < own) return unit;
        const double other = (double)cim_rng_below(rng, d->n_levels - 1);
        return other < unit ? other : other + 1.0;
    }
    }
}

static void draw_candidate(joint *j, const trials *t, cim_rng *rng, double *point) {
    const size_t kernel = draw_kernel(&j->good, t, rng);
    for (uint32_t k = 0; k < j->problem->dimensions.n; k++) {
        const uint32_t i = j->designs->order[k];
        const cim_dimension *d = cim_designs_dimension(j->designs, i);
        const int active = cim_designs_is_active(j->designs, point, i);
        point[i] = active ? draw_coordinate(j, kernel, i, rng) : d->default_coordinate;
        j->unit[i] = active ? axis_unit(d, point[i]) : (double)NAN;
    }
}

/* Adds what dimension I says of the candidate to the logarithm of each kernel. Uniform where the
 * kernel has no place in it, as that is less by a whole density. Returns the uniform one's. */
static double add_dimension(const joint *j, const crowd *c, uint32_t i) {
    const cim_dimension *d = cim_designs_dimension(j->designs, i);
    const uint32_t kind = axis_kind(d);
    const double *units = c->unit + i * j->room, *norms = c->norm + i * j->room;
    const double unit = j->unit[i], narrow = 1.0 / width_on(c, d);
    const double uniform = kind == AXIS_CONTINUOUS ? 0.0 : -log((double)d->n_levels);
    const double own = own_share(c, d), log_own = log(own);
    const double log_other = log((1.0 - own) / fmax(1.0, (double)d->n_levels - 1.0));
    for (size_t k = 0; k < c->n; k++) {
        const double at = units[k], z = (unit - at) * narrow;
        if (isnan(at)) j->sums[k] += uniform;
        else if (kind == AXIS_CATEGORIES) j->sums[k] += at == unit ? log_own : log_other;
        else j->sums[k] -= 0.5 * z * z + norms[k];
    }
    return uniform;
}

static double log_density(joint *j, const crowd *c) {
    double uniform = 0.0, sum = 0.0;
    for (size_t k = 0; k < c->n; k++) j->sums[k] = c->log_weight[k];
    for (uint32_t i = 0; i < j->problem->dimensions.n; i++)
        if (!isnan(j->unit[i])) uniform += add_dimension(j, c, i);
    double most = uniform;
    for (size_t k = 0; k < c->n; k++) most = fmax(most, j->sums[k]);
    for (size_t k = 0; k < c->n; k++)
        if (j->sums[k] > most - 40.0) sum += exp(j->sums[k] - most);
    return most + log(sum + exp(uniform - most)) - log(c->total);
}

void joint_draw(joint *j, const trials *t, cim_rng *rng, double *point) {
    double most = -INFINITY;
    for (uint32_t i = 0; i < j->candidates; i++) {
        draw_candidate(j, t, rng, point);
        const double ratio = log_density(j, &j->good) - log_density(j, &j->others);
        if (i > 0 && !(ratio > most)) continue;
        most = ratio;
        memcpy(j->best, point, j->problem->dimensions.n * sizeof *point);
    }
    memcpy(point, j->best, j->problem->dimensions.n * sizeof *point);
}
