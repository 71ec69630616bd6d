/* Local upper bounds of the search region with the points that define them (K. Klamroth, R. Lacour,
 * D. Vanderpooten, EJOR 245, 767-778 (2015)), and the disjoint boxes that these give (R. Lacour, K.
 * Klamroth, C. M. Fonseca, Comput. Oper. Res. 79, 347-360 (2017)): n + 1 boxes for two goals, at
 * most 2n + 1 for three, O(n^(m / 2)) for more. The method wants all coordinates to be different:
 * it works on ranks, where equal ones are ordered by number; that only adds boxes without a
 * width. */
#include "boxes.h"

#include <math.h>
#include <string.h>

cim_status boxes_open(boxes *b, const cim_host *host, uint32_t m, uint32_t most_points,
                      uint32_t most) {
    *b = (boxes){.host = host, .m = m, .most_points = most_points, .most = most};
    const size_t n = most;
    b->coordinates = host->alloc(host, (size_t)m * (most_points + 2u), sizeof *b->coordinates);
    b->lower = host->alloc(host, n * m, sizeof *b->lower);
    b->upper = host->alloc(host, n * m, sizeof *b->upper);
    b->defining = host->alloc(host, n * m * m, sizeof *b->defining);
    b->rank = host->alloc(host, (size_t)most_points * m + 1, sizeof *b->rank);
    b->order = host->alloc(host, most_points + 1u, sizeof *b->order);
    if (b->coordinates && b->lower && b->upper && b->defining && b->rank && b->order) return CIM_OK;
    boxes_close(b);
    return host->fail(host, CIM_E_MEMORY, "no memory for the boxes of the front");
}

void boxes_close(boxes *b) {
    if (!b->host) return;
    b->host->release(b->host, b->coordinates);
    b->host->release(b->host, b->lower);
    b->host->release(b->host, b->upper);
    b->host->release(b->host, b->defining);
    b->host->release(b->host, b->rank);
    b->host->release(b->host, b->order);
    *b = (boxes){0};
}

/* Ranks 1..n of goal I. */
static void rank_goal(boxes *b, const double *front, uint32_t n, uint32_t i) {
    for (uint32_t k = 0; k < n; k++) {
        const double x = front[(size_t)k * b->m + i];
        uint32_t at = k;
        while (at > 0 && front[(size_t)b->order[at - 1] * b->m + i] > x) {
            b->order[at] = b->order[at - 1];
            at--;
        }
        b->order[at] = k;
    }
    double *coordinate = b->coordinates + (size_t)i * (b->most_points + 2u);
    for (uint32_t k = 0; k < n; k++) {
        b->rank[(size_t)b->order[k] * b->m + i] = k + 1;
        coordinate[k + 1] = front[(size_t)b->order[k] * b->m + i];
    }
}

static uint32_t *defining(const boxes *b, uint32_t box, uint32_t goal) {
    return b->defining + ((size_t)box * b->m + goal) * b->m;
}

static void copy_box(boxes *b, uint32_t to, uint32_t from) {
    const size_t m = b->m;
    memcpy(b->upper + to * m, b->upper + from * m, m * sizeof *b->upper);
    memcpy(defining(b, to, 0), defining(b, from, 0), m * m * sizeof *b->defining);
}

static int is_below(const uint32_t *z, const uint32_t *u, uint32_t m) {
    for (uint32_t i = 0; i < m; i++)
        if (z[i] >= u[i]) return 0;
    return 1;
}

/* Largest coordinate I of the points that define BOX in other goals than I. */
static uint32_t largest_of_others(const boxes *b, uint32_t box, uint32_t i) {
    uint32_t most = 0;
    for (uint32_t k = 0; k < b->m; k++)
        if (k != i && defining(b, box, k)[i] > most) most = defining(b, box, k)[i];
    return most;
}

/* Goals in which BOX, cut by the point Z, leaves a box: as bits. */
static uint32_t cuts(const boxes *b, uint32_t box, const uint32_t *z) {
    uint32_t bits = 0;
    for (uint32_t i = 0; i < b->m; i++)
        if (z[i] > largest_of_others(b, box, i)) bits |= 1u << i;
    return bits;
}

static void cut(boxes *b, uint32_t box, const uint32_t *z, uint32_t i) {
    b->upper[(size_t)box * b->m + i] = z[i];
    memcpy(defining(b, box, i), z, b->m * sizeof *z);
}

/* Each box above Z gives way to its cuts, the first one in its place. Returns 0, having changed
 * nothing, where there is no room. */
static int insert(boxes *b, const uint32_t *z) {
    const uint32_t old = b->n;
    size_t more = 0;
    for (uint32_t k = 0; k < old; k++)
        if (is_below(z, b->upper + (size_t)k * b->m, b->m)) more += b->m - 1;
    if (old + more > b->most) return 0;
    for (uint32_t k = old; k-- > 0;) {
        if (!is_below(z, b->upper + (size_t)k * b->m, b->m)) continue;
        const uint32_t bits = cuts(b, k, z);
        int used = 0; /* the first cut goes last, into the box itself */
        for (uint32_t i = b->m; i-- > 0;) {
            if (!(bits >> i & 1u)) continue;
            const int is_last = (bits & ((1u << i) - 1u)) == 0;
            const uint32_t at = is_last ? k : b->n++;
            if (!is_last) copy_box(b, at, k);
            cut(b, at, z, i);
            used = 1;
        }
        if (!used && --b->n > k) copy_box(b, k, b->n);
    }
    return 1;
}

static void find_lower(boxes *b) {
    for (uint32_t k = 0; k < b->n; k++) {
        uint32_t *lower = b->lower + (size_t)k * b->m;
        lower[0] = 0;
        for (uint32_t i = 1; i < b->m; i++) {
            lower[i] = 0;
            for (uint32_t j = 0; j < i; j++)
                if (defining(b, k, j)[i] > lower[i]) lower[i] = defining(b, k, j)[i];
        }
    }
}

uint32_t boxes_build(boxes *b, const double *front, uint32_t n, const double *reference) {
    if (n > b->most_points) n = b->most_points;
    b->n_points = n;
    b->n = 1;
    memset(b->defining, 0, (size_t)b->m * b->m * sizeof *b->defining);
    for (uint32_t i = 0; i < b->m; i++) {
        rank_goal(b, front, n, i);
        double *coordinate = b->coordinates + (size_t)i * (b->most_points + 2u);
        coordinate[0] = -INFINITY;
        coordinate[n + 1] = reference[i];
        for (uint32_t k = 1; k <= n; k++) coordinate[k] = fmin(coordinate[k], reference[i]);
        b->upper[i] = defining(b, 0, i)[i] = n + 1;
    }
    uint32_t taken = 0;
    for (uint32_t k = 0; k < n; k++) taken += (uint32_t)insert(b, b->rank + (size_t)k * b->m);
    find_lower(b);
    return taken;
}
