#include "sampler.h"
#include "joint.h"

#include <cim_sdk/rng.h>

#include <math.h>
#include <string.h>

#define ANEW 2.0   /* dimensions that are drawn anew, at least, in the mean */

/* ---- memory ---------------------------------------------------------------------------------- */

cim_status sampler_init(sampler *s, const cim_host *host, const cim_problem *problem,
                        cim_designs *designs, const settings *chosen) {
    *s = (sampler){.host = host, .problem = problem, .designs = designs, .settings = *chosen};
    s->n_order = host->alloc(host, (size_t)problem->dimensions.n + 1, sizeof *s->n_order);
    cim_status status = CIM_OK;
    if (!s->n_order) status = host->fail(host, CIM_E_MEMORY, "no memory for the sampler");
    if (status == CIM_OK) status = mixture_init(&s->good, host, problem);
    if (status == CIM_OK) status = mixture_init(&s->others, host, problem);
    if (status == CIM_OK && chosen->is_multivariate)
        status = joint_new(&s->joint, host, problem, designs, chosen->candidates);
    if (status != CIM_OK) sampler_free(s);
    return status;
}

void sampler_free(sampler *s) {
    if (!s->host) return;
    mixture_free(&s->good);
    mixture_free(&s->others);
    joint_free(s->joint);
    s->host->release(s->host, s->order);
    s->host->release(s->host, s->n_order);
    *s = (sampler){0};
}

static cim_status reserve(sampler *s, size_t n) {
    if (n <= s->room) return CIM_OK;
    const size_t room = 2 * n < 256 ? 256 : 2 * n;
    uint32_t *order =
        s->host->alloc(s->host, (size_t)s->problem->dimensions.n * room + 1, sizeof *order);
    if (!order) return s->host->fail(s->host, CIM_E_MEMORY, "no memory for the sampler");
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++)
        if (s->n_order[i])
            memcpy(order + i * room, s->order + i * s->room, s->n_order[i] * sizeof *order);
    s->host->release(s->host, s->order);
    s->order = order;
    s->room = room;
    return CIM_OK;
}

/* ---- trials in order ------------------------------------------------------------------------- */

void sampler_forget(sampler *s, size_t n) {
    joint_forget(s->joint);
    if (n >= s->n_sorted) return;
    for (uint32_t i = 0; i < s->problem->dimensions.n; i++) {
        uint32_t *order = s->order + i * s->room;
        size_t left = 0;
        for (size_t k = 0; k < s->n_order[i]; k++)
            if (order[k] < n) order[left++] = order[k];
        s->n_order[i] = left;
    }
    s->n_sorted = n;
}

/* Trials in the same place stay in the order of their numbers. */
static void insert(sampler *s, const trials *t, uint32_t i, uint32_t trial) {
    const size_t d = s->problem->dimensions.n;
    uint32_t *order = s->order + i * s->room;
    const double unit = t->units[trial * d + i];
    size_t low = 0, high = s->n_order[i];
    if (isnan(unit)) return;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (t->units[order[middle] * d + i] <= unit) low = middle + 1;
        else high = middle;
    }
    memmove(order + low + 1, order + low, (s->n_order[i]++ - low) * sizeof *order);
    order[low] = trial;
}

cim_status sampler_fit(sampler *s, const trials *t) {
    cim_status status = reserve(s, t->n);
    if (status == CIM_OK) status = mixture_reserve(&s->good, t->n + 1);
    if (status == CIM_OK) status = mixture_reserve(&s->others, t->n + 1);
    if (status != CIM_OK) return status;
    if (s->joint) return joint_fit(s->joint, t);
    for (; s->n_sorted < t->n; s->n_sorted++)
        for (uint32_t i = 0; i < s->problem->dimensions.n; i++)
            insert(s, t, i, (uint32_t)s->n_sorted);
    return CIM_OK;
}

/* ---- points ---------------------------------------------------------------------------------- */

/* The best of some draws from the good ones' density. */
static double draw_along(sampler *s, const trials *t, uint32_t i, cim_rng *rng) {
    const cim_dimension *d = cim_designs_dimension(s->designs, i);
    const uint32_t *order = s->order + i * s->room;
    mixture_fit(&s->good, t, i, order, s->n_order[i], 1);
    mixture_fit(&s->others, t, i, order, s->n_order[i], 0);
    double best = 0.0, most = -1.0;
    for (uint32_t k = 0; k < s->settings.candidates; k++) {
        const double at = mixture_draw(&s->good, rng);
        if (most >= 0.0 && at == best) continue;
        const double ratio = mixture_density(&s->good, at) / mixture_density(&s->others, at);
        if (ratio <= most) continue;
        most = ratio;
        best = at;
    }
    return s->good.n_table ? best : axis_coordinate(d, best);
}

/* One good trial, by their weights. */
static size_t draw_good(const trials *t, cim_rng *rng) {
    double sum = 0.0;
    size_t drawn = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (!t->good[i]) continue;
        sum += t->weight[i];
        if (cim_rng_uniform(rng) * sum < t->weight[i]) drawn = i;
    }
    return drawn;
}

/* Where one of two dimensions stays, a search goes along lines through a few designs. */
static double share_kept(const sampler *s) {
    return fmax(0.0, fmin(s->settings.keep, 1.0 - ANEW / (double)s->problem->dimensions.n));
}

/* Where all dimensions are drawn anew, one by one, what made a good design good together is lost;
 * so some of them stay as in one such design. */
void sampler_draw(sampler *s, const trials *t, cim_rng *rng, double *point) {
    if (s->joint) {
        joint_draw(s->joint, t, rng, point);
        return;
    }
    const double keep = share_kept(s);
    const size_t base = keep > 0.0 ? draw_good(t, rng) * s->problem->dimensions.n : 0;
    for (uint32_t k = 0; k < s->problem->dimensions.n; k++) {
        const uint32_t i = s->designs->order[k];
        const int stays = keep > 0.0 && cim_rng_uniform(rng) < keep && !isnan(t->units[base + i]);
        if (!cim_designs_is_active(s->designs, point, i))
            point[i] = cim_designs_dimension(s->designs, i)->default_coordinate;
        else point[i] = stays ? t->points[base + i] : draw_along(s, t, i, rng);
    }
}
