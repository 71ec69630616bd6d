#include "room.h"

#include <math.h>

/* Points of a simplex lattice with DIVISIONS; at most LIMIT are counted. */
static size_t lattice_size(uint32_t n_goals, size_t divisions, size_t limit) {
    double n = 1.0;
    for (uint32_t k = 1; k < n_goals; k++) n *= (double)(divisions + k) / k;
    return n > (double)limit ? limit + 1 : (size_t)(n + 0.5);
}

static void fill_lattice(room *r, size_t divisions) {
    size_t left = divisions;
    double *row = r->directions;
    for (uint32_t k = 0; k < r->n_goals; k++) row[k] = 0.0;
    row[r->n_goals - 1] = (double)left;
    for (size_t i = 1; i < r->n_directions; i++) { /* the next composition of DIVISIONS */
        double *next = row + r->n_goals;
        uint32_t k = r->n_goals - 1;
        for (uint32_t j = 0; j < r->n_goals; j++) next[j] = row[j];
        while (k > 0 && next[k] == 0.0) k--;
        const double rest = next[k] - 1.0;
        next[k] = 0.0;
        next[k - 1] += 1.0;
        next[r->n_goals - 1] = rest;
        row = next;
    }
    for (size_t i = 0; i < r->n_directions; i++) {
        double sum = 0.0;
        row = r->directions + i * r->n_goals;
        for (uint32_t k = 0; k < r->n_goals; k++) sum += row[k] * row[k];
        for (uint32_t k = 0; k < r->n_goals; k++) row[k] /= sqrt(sum);
    }
}

cim_status room_open(room **out, const cim_host *host, uint32_t n_goals, size_t keep,
                     size_t capacity) {
    room *r = *out = host->alloc(host, 1, sizeof *r);
    if (r == NULL) return host->fail(host, CIM_E_MEMORY, "no memory to rank the population");
    size_t divisions = 1;
    while (n_goals > 1 && lattice_size(n_goals, divisions + 1, keep) <= keep) divisions++;
    const size_t n_directions = lattice_size(n_goals, divisions, (size_t)1 << 20);
    *r = (room){.n_goals = n_goals, .capacity = capacity, .n_directions = n_directions};
    r->directions = host->alloc(host, n_directions, n_goals * sizeof *r->directions);
    r->niche = host->alloc(host, capacity, sizeof *r->niche);
    r->order = host->alloc(host, capacity, sizeof *r->order);
    r->distance = host->alloc(host, capacity, sizeof *r->distance);
    r->share = host->alloc(host, capacity, n_goals * sizeof *r->share);
    r->limited = host->alloc(host, capacity * n_goals, n_goals * sizeof *r->limited);
    if (!r->directions || !r->niche || !r->order || !r->distance || !r->share || !r->limited) {
        room_close(r, host);
        *out = NULL;
        return host->fail(host, CIM_E_MEMORY, "no memory to rank the population");
    }
    fill_lattice(r, divisions);
    return CIM_OK;
}

void room_close(room *r, const cim_host *host) {
    if (!r) return;
    host->release(host, r->directions);
    host->release(host, r->niche);
    host->release(host, r->order);
    host->release(host, r->distance);
    host->release(host, r->share);
    host->release(host, r->limited);
    host->release(host, r);
}

/* Halves, so that no range is too wide for a difference. */
void room_shares(room *r, const member *members, const uint32_t *front, size_t size) {
    for (uint32_t k = 0; k < r->n_goals; k++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < size; i++) {
            low = fmin(low, 0.5 * members[front[i]].goals[k]);
            high = fmax(high, 0.5 * members[front[i]].goals[k]);
        }
        for (size_t i = 0; i < size; i++)
            r->share[i * r->n_goals + k] =
                high > low ? (0.5 * members[front[i]].goals[k] - low) / (high - low) : 0.0;
    }
}

/* ---- NSGA-III -------------------------------------------------------------------------------- */

static void find_niche(room *r, size_t i) {
    const double *x = r->share + i * r->n_goals;
    double length = 0.0, most = -1.0;
    for (uint32_t k = 0; k < r->n_goals; k++) length += x[k] * x[k];
    for (size_t j = 0; j < r->n_directions; j++) {
        double along = 0.0;
        for (uint32_t k = 0; k < r->n_goals; k++)
            along += x[k] * r->directions[j * r->n_goals + k];
        if (along <= most) continue;
        most = along;
        r->niche[i] = (uint32_t)j;
    }
    r->distance[i] = length - most * most;
}

void niches_room(room *r, member *members, const uint32_t *front, size_t size) {
    room_shares(r, members, front, size);
    for (size_t i = 0; i < size; i++) find_niche(r, i);
    for (size_t i = 0; i < size; i++) {
        size_t place = 1;
        for (size_t j = 0; j < size; j++) {
            if (r->niche[j] != r->niche[i] || j == i) continue;
            const int is_newer = members[front[j]].number > members[front[i]].number;
            place += r->distance[j] < r->distance[i] ||
                     (r->distance[j] == r->distance[i] && is_newer);
        }
        members[front[i]].crowding = 1.0 / (double)place;
    }
}
