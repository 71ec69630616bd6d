#include "space.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

cim_status space_open(space *s, const cim_host *host, const cim_problem *problem) {
    *s = (space){.host = host, .problem = problem, .d = problem->dimensions.n};
    cim_status status = cim_designs_init(&s->designs, host, problem);
    if (status == CIM_OK) status = encoding_open(&s->encoding, host, problem);
    if (status != CIM_OK) space_close(s);
    return status;
}

void space_close(space *s) {
    if (!s->host) return;
    cim_designs_free(&s->designs);
    encoding_close(&s->encoding);
    *s = (space){0};
}

/* ---- one coordinate -------------------------------------------------------------------------- */

static double clamp(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

static int is_logarithmic(const cim_dimension *d) {
    return d->log_scale != 0 && d->min > 0.0 &&
           (d->kind == CIM_REAL_RANGE || d->kind == CIM_INTEGER_RANGE);
}

double space_unit(const cim_dimension *d, double x) {
    if (d->kind != CIM_REAL_RANGE && !is_logarithmic(d)) return x / (double)(d->n_levels - 1);
    if (d->kind == CIM_INTEGER_RANGE) x = d->min + x * d->step;
    if (is_logarithmic(d)) return clamp(log(x / d->min) / log(d->max / d->min), 0.0, 1.0);
    return clamp((0.5 * x - 0.5 * d->min) / (0.5 * d->max - 0.5 * d->min), 0.0, 1.0);
}

double space_nearest(const cim_dimension *d, double u) {
    u = clamp(u, 0.0, 1.0);
    if (d->kind == CIM_REAL_RANGE) return cim_dimension_at(d, u) + 0.0;
    const double last = (double)(d->n_levels - 1);
    if (!is_logarithmic(d)) return clamp(floor(u * last + 0.5), 0.0, last);
    const double value = d->min * pow(d->max / d->min, u);
    return clamp(floor((value - d->min) / d->step + 0.5), 0.0, last);
}

static double draw_inside(const part *p, uint32_t i, const cim_dimension *d, cim_rng *rng) {
    if (p == NULL || d->kind == CIM_CATEGORICAL) return cim_dimension_draw(d, rng) + 0.0;
    const double u = p->low[i] + cim_rng_uniform(rng) * (p->high[i] - p->low[i]);
    return space_nearest(d, u);
}

static double other_level(const cim_dimension *d, double x, cim_rng *rng) {
    const double k = (double)cim_rng_below(rng, d->n_levels - 1);
    return k >= x ? k + 1.0 : k;
}

/* An ordered level moves by one at least. */
static double stepped(const part *p, uint32_t i, const cim_dimension *d, double x, double step,
                      cim_rng *rng) {
    if (d->kind == CIM_CATEGORICAL) return other_level(d, x, rng);
    const double low = p ? p->low[i] : 0.0, high = p ? p->high[i] : 1.0;
    const double u = space_unit(d, x), move = step * cim_rng_normal(rng);
    double to = u + move;
    if (to < low || to > high) to = u - move; /* reflect, so that bounds do not collect points */
    const double y = space_nearest(d, clamp(to, low, high));
    if (d->kind == CIM_REAL_RANGE || y != x) return y;
    const double next = move > 0.0 ? x + 1.0 : x - 1.0;
    return next < 0.0 ? 1.0 : next > (double)(d->n_levels - 1) ? x - 1.0 : next;
}

/* ---- points ---------------------------------------------------------------------------------- */

void space_draw(space *s, const part *p, cim_rng *rng, double *point) {
    for (uint32_t i = 0; i < s->d; i++) point[i] = draw_inside(p, i, space_dimension(s, i), rng);
    cim_designs_canonical(&s->designs, point);
}

void space_step(space *s, const part *p, double probability, double step, cim_rng *rng,
                const double *from, double *point) {
    uint32_t n_active = 0;
    if (s->d) memcpy(point, from, s->d * sizeof *point);
    for (uint32_t k = 0; k < s->d; k++)
        n_active += (uint32_t)cim_designs_is_active(&s->designs, from, s->designs.order[k]);
    uint64_t forced = n_active ? cim_rng_below(rng, n_active) : 0, seen = 0;
    for (uint32_t k = 0; k < s->d; k++) {
        const uint32_t i = s->designs.order[k];
        if (!cim_designs_is_active(&s->designs, from, i)) continue;
        const int is_chosen = cim_rng_uniform(rng) < probability;
        if (seen++ != forced && !is_chosen) continue;
        point[i] = stepped(p, i, space_dimension(s, i), from[i], step, rng);
    }
    cim_designs_canonical(&s->designs, point);
}

void space_level(space *s, cim_rng *rng, const double *from, double *point) {
    const encoding_vector *v = &s->encoding.vectors[cim_rng_below(rng, s->encoding.n_vectors)];
    const double level = (double)cim_rng_below(rng, v->n_levels);
    const double share = cim_rng_uniform(rng) < 0.5 ? 1.0 : cim_rng_uniform(rng);
    if (s->d) memcpy(point, from, s->d * sizeof *point);
    for (uint32_t i = v->first; i < v->first + v->n; i++)
        if (cim_rng_uniform(rng) < share) point[i] = level;
    cim_designs_canonical(&s->designs, point);
}

void space_cross(space *s, cim_rng *rng, const double *a, const double *b, double *point) {
    const double blend = 1.4 * cim_rng_uniform(rng) - 0.2;
    const int is_blend = cim_rng_next(rng) >> 63 != 0;
    for (uint32_t i = 0; i < s->d; i++) {
        const cim_dimension *d = space_dimension(s, i);
        if (is_blend && d->kind != CIM_CATEGORICAL) {
            const double u = space_unit(d, a[i]), v = space_unit(d, b[i]);
            point[i] = space_nearest(d, u + blend * (v - u));
        } else {
            point[i] = cim_rng_next(rng) >> 63 ? a[i] : b[i];
        }
    }
    cim_designs_canonical(&s->designs, point);
}

int space_contains(const space *s, const double *point) {
    for (uint32_t i = 0; i < s->d; i++)
        if (!cim_dimension_holds(space_dimension(s, i), point[i])) return 0;
    return 1;
}
