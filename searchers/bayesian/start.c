/* The default design, then a Latin hypercube (M. D. McKay, R. J. Beckman, W. J. Conover,
 * Technometrics 21, 239-245 (1979)), the one of some whose two nearest points are farthest apart
 * (M. D. Morris, T. J. Mitchell, J. Stat. Plan. Infer. 43, 381-402 (1995)). */
#include "start.h"
#include "start_older.h"

#include <math.h>
#include <string.h>

enum { FEWEST = 10, TRIES = 20 };

static double nearest_pair(const start *t, const space *s, const double *units) {
    double least = INFINITY;
    for (uint32_t j = 0; j < t->n; j++)
        for (uint32_t k = 0; k < j; k++) {
            double sum = 0.0;
            for (uint32_t i = 0; i < s->d; i++) {
                const double x = units[(size_t)i * t->n + j] - units[(size_t)i * t->n + k];
                sum += x * x;
            }
            least = fmin(least, sum);
        }
    return least;
}

static void take(start *t, space *s, const double *units) {
    for (uint32_t k = 0; k < t->n; k++) {
        double *point = t->points + (size_t)k * s->d;
        for (uint32_t i = 0; i < s->d; i++) {
            const cim_dimension *d = space_dimension(s, i);
            point[i] = k == 0 ? d->default_coordinate
                              : cim_dimension_at(d, units[(size_t)i * t->n + k]) + 0.0;
        }
        cim_designs_canonical(&s->designs, point);
    }
}

/* What older studies found best takes half of the places; the hypercube keeps a quarter, behind
 * them, and the last quarter is spared. */
static cim_status put_older_first(start *t, space *s) {
    const uint32_t most = t->n / 2;
    const size_t width = s->d * sizeof *t->points;
    double *points = t->host->alloc(t->host, (size_t)most + 1, width + sizeof *points);
    uint32_t n = 0;
    cim_status status = points ? start_older(s, most, points, &n) : CIM_E_MEMORY;
    if (status != CIM_OK)
        status = t->host->fail(t->host, status, "no memory for the first designs");
    else if (n > 0) {
        t->n -= n; /* of the hypercube, those at its end */
        const uint32_t kept = t->n < (t->n + n) / 4 ? t->n : (t->n + n) / 4;
        memmove(t->points + (size_t)n * s->d, t->points, kept * width);
        memcpy(t->points, points, n * width);
        t->n = n + kept;
    }
    t->host->release(t->host, points);
    if (status != CIM_OK) start_close(t);
    return status;
}

cim_status start_open(start *t, space *s, double n_designs) {
    const cim_host *host = s->host;
    /* Whatever the budget: a study that is given more trials is the same as one long run. */
    *t = (start){.host = host, .n = FEWEST + s->d / 3};
    if (t->n > START_MOST) t->n = START_MOST;
    if (t->n > n_designs / 4.0) t->n = (uint32_t)(n_designs / 4.0);
    if (t->n < 2) t->n = 2;
    t->points = host->alloc(host, t->n, (s->d + 1u) * sizeof *t->points);
    double *units = host->alloc(host, t->n, 2 * (s->d + 1u) * sizeof *units);
    if (t->points == NULL || units == NULL) {
        host->release(host, units);
        start_close(t);
        return host->fail(host, CIM_E_MEMORY, "no memory for the first designs");
    }
    double *best = units + (size_t)t->n * s->d, most = -1.0;
    cim_rng rng;
    host->stream(host, CIM_CREATE_STREAM, &rng);
    for (int k = 0; k < TRIES; k++) {
        for (uint32_t i = 0; i < s->d; i++)
            cim_hypercube_column(t->n, &rng, units + (size_t)i * t->n);
        const double distance = nearest_pair(t, s, units);
        if (!(distance > most)) continue;
        most = distance;
        if (s->d) memcpy(best, units, (size_t)t->n * s->d * sizeof *best);
    }
    take(t, s, best);
    host->release(host, units);
    return put_older_first(t, s);
}

cim_status start_replace(start *t, uint32_t n, uint32_t d) {
    double *points = t->host->alloc(t->host, (size_t)n + 1, (d + 1u) * sizeof *points);
    if (points == NULL) return CIM_E_MEMORY;
    t->host->release(t->host, t->points);
    t->points = points;
    t->n = n;
    return CIM_OK;
}

void start_close(start *t) {
    if (!t->host) return;
    t->host->release(t->host, t->points);
    *t = (start){0};
}
