#include "front.h"

#include <math.h>
#include <string.h>

/* How far beyond the front's worst points the box that counts reaches, as a share of its range: as
 * H. Ishibuchi et al. advise, Evol. Comput. 26, 411-440 (2018), for fronts of some ten points. */
#define MARGIN 0.1
/* In few dimensions the model is soon exact: the gaps left inside the front are small, and its
 * ends, which the box would cut off, are worth as much as they. */
#define MARGIN_FEW 0.2
enum { FEW_DIMENSIONS = 4 };
/* What common designs have at worst: two standard deviations above the mean of all trials. The box
 * goes that far even where the front ends earlier: a front that has come together in a corner must
 * be able to grow again (zdt1 with 30 dimensions stayed there for 100 trials). Infeasible trials
 * count: the first few feasible ones may be a small part of the front. */
#define COMMON 2.0

cim_status front_open(front *f, const cim_host *host, uint32_t m) {
    *f = (front){.host = host, .m = m};
    f->ideal = host->alloc(host, 4 * (size_t)m, sizeof *f->ideal);
    if (f->ideal == NULL) return host->fail(host, CIM_E_MEMORY, "no memory for the front");
    f->nadir = f->ideal + m;
    f->range = f->nadir + m;
    f->reference = f->range + m;
    return CIM_OK;
}

void front_close(front *f) {
    if (!f->host) return;
    f->host->release(f->host, f->ideal);
    f->host->release(f->host, f->points);
    f->host->release(f->host, f->distance);
    *f = (front){0};
}

static cim_status reserve(front *f, size_t n) {
    if (n <= f->room) return CIM_OK;
    const size_t room = FRONT_ROOM + 2 * n;
    f->host->release(f->host, f->points);
    f->host->release(f->host, f->distance);
    f->points = f->host->alloc(f->host, room * f->m, sizeof *f->points);
    f->distance = f->host->alloc(f->host, room, sizeof *f->distance);
    f->room = f->points && f->distance ? room : 0;
    return f->room ? CIM_OK
                   : f->host->fail(f->host, CIM_E_MEMORY, "no memory for the front");
}

static double common_of(const archive *a, const surrogate *model, uint32_t i) {
    const double common = surrogate_raw(model, i, COMMON);
    return isfinite(a->high[i]) ? fmin(a->high[i], common) : common;
}

static void find_box(front *f, const archive *a, const surrogate *model) {
    const double margin = a->d <= FEW_DIMENSIONS ? MARGIN_FEW : MARGIN;
    for (uint32_t i = 0; i < f->m; i++) {
        f->ideal[i] = INFINITY;
        f->nadir[i] = -INFINITY;
        for (uint32_t k = 0; k < f->n; k++) {
            f->ideal[i] = fmin(f->ideal[i], f->points[(size_t)k * f->m + i]);
            f->nadir[i] = fmax(f->nadir[i], f->points[(size_t)k * f->m + i]);
        }
        f->range[i] = fmax(f->nadir[i], common_of(a, model, i)) - f->ideal[i];
        if (!(f->range[i] > 0.0)) f->range[i] = fmax(fabs(f->ideal[i]), 1e-300);
        f->reference[i] = f->ideal[i] + (1.0 + margin) * f->range[i];
    }
}

static double squared_distance(const front *f, uint32_t j, uint32_t k) {
    double sum = 0.0;
    for (uint32_t i = 0; i < f->m; i++) {
        const double x = f->points[(size_t)j * f->m + i] - f->points[(size_t)k * f->m + i];
        sum += x * x / (f->range[i] * f->range[i]);
    }
    return sum;
}

static void swap(front *f, uint32_t j, uint32_t k) {
    for (uint32_t i = 0; i < f->m; i++) {
        const double x = f->points[(size_t)j * f->m + i];
        f->points[(size_t)j * f->m + i] = f->points[(size_t)k * f->m + i];
        f->points[(size_t)k * f->m + i] = x;
    }
    const double x = f->distance[j];
    f->distance[j] = f->distance[k];
    f->distance[k] = x;
}

/* The best of each goal first, then always the point farthest from those before. */
static void order(front *f) {
    for (uint32_t k = 0; k < f->n; k++) f->distance[k] = INFINITY;
    for (uint32_t at = 0; at < f->n && at < FRONT_MOST; at++) {
        uint32_t next = at;
        for (uint32_t k = at; k < f->n; k++) {
            const double *x = f->points + (size_t)k * f->m, *y = f->points + (size_t)next * f->m;
            if (at < f->m ? x[at] < y[at] : f->distance[k] > f->distance[next]) next = k;
        }
        swap(f, at, next);
        for (uint32_t k = at + 1; k < f->n; k++)
            f->distance[k] = fmin(f->distance[k], squared_distance(f, at, k));
    }
    if (f->n > FRONT_MOST) f->n = FRONT_MOST;
}

cim_status front_take(front *f, const archive *a, const surrogate *model) {
    const cim_status status = reserve(f, a->n_front + 1);
    if (status != CIM_OK) return status;
    f->n = (uint32_t)a->n_front;
    for (uint32_t k = 0; k < f->n; k++)
        for (uint32_t i = 0; i < f->m; i++)
            f->points[(size_t)k * f->m + i] = archive_goals(a, a->front[k])[i];
    for (uint32_t i = 0; i < f->m; i++) f->reference[i] = common_of(a, model, i);
    if (f->n == 0) return CIM_OK;
    find_box(f, a, model);
    order(f);
    return CIM_OK;
}

void front_believe(front *f, const double *goals) {
    if (f->n >= FRONT_ROOM) return;
    for (uint32_t i = 0; i < f->m; i++) {
        f->points[(size_t)f->n * f->m + i] = goals[i];
        f->ideal[i] = fmin(f->ideal[i], goals[i]);
    }
    f->n++;
}
