#include "room.h"

#include <math.h>
#include <stdlib.h>

#define NOBODY UINT32_MAX
#define UNRANKED UINT32_MAX

cim_status ranking_init(ranking *r, const cim_host *host, uint32_t algorithm, uint32_t n_goals,
                        size_t keep, size_t capacity, uint64_t patience) {
    *r = (ranking){.host = host, .algorithm = algorithm, .n_goals = n_goals, .capacity = capacity,
                   .patience = patience};
    if (algorithm == NSGA3 || algorithm == SMS_EMOA) {
        const cim_status status = room_open(&r->room, host, n_goals, keep, capacity);
        if (status != CIM_OK) return status;
    }
    r->keys = host->alloc(host, capacity, sizeof *r->keys);
    r->last = host->alloc(host, capacity, sizeof *r->last);
    r->previous = host->alloc(host, capacity, sizeof *r->previous);
    r->front = host->alloc(host, capacity, sizeof *r->front);
    r->before = host->alloc(host, n_goals * capacity, sizeof *r->before);
    r->after = host->alloc(host, n_goals * capacity, sizeof *r->after);
    r->scale = host->alloc(host, n_goals, sizeof *r->scale);
    r->extent = host->alloc(host, n_goals, sizeof *r->extent);
    if (r->keys && r->last && r->previous && r->front && r->before && r->after && r->scale &&
        r->extent)
        return CIM_OK;
    ranking_free(r);
    return host->fail(host, CIM_E_MEMORY, "no memory to rank the population");
}

void ranking_free(ranking *r) {
    if (!r->host) return;
    r->host->release(r->host, r->keys);
    r->host->release(r->host, r->last);
    r->host->release(r->host, r->previous);
    r->host->release(r->host, r->front);
    r->host->release(r->host, r->before);
    r->host->release(r->host, r->after);
    r->host->release(r->host, r->scale);
    r->host->release(r->host, r->extent);
    room_close(r->room, r->host);
    *r = (ranking){0};
}

/* ---- fronts ---------------------------------------------------------------------------------- */

int ranking_dominates(uint32_t n_goals, const member *a, const member *b) {
    if (a->class != b->class) return a->class < b->class;
    if (a->class != CLASS_FEASIBLE) return a->violation < b->violation;
    int better = 0;
    for (uint32_t k = 0; k < n_goals; k++) {
        if (a->goals[k] > b->goals[k]) return 0;
        better |= a->goals[k] < b->goals[k];
    }
    return better;
}

/* An order in which nobody is dominated by a later one. */
static int compare_quality(const void *a, const void *b) {
    const ranking_key *p = a, *q = b;
    const member *x = p->member, *y = q->member;
    if (x->class != y->class) return x->class < y->class ? -1 : 1;
    if (x->class != CLASS_FEASIBLE && x->violation != y->violation)
        return x->violation < y->violation ? -1 : 1;
    for (uint32_t k = 0; x->class == CLASS_FEASIBLE && k < p->n_goals; k++)
        if (x->goals[k] != y->goals[k]) return x->goals[k] < y->goals[k] ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static int is_dominated_in(const ranking *r, const member *members, uint32_t front, uint32_t i) {
    for (uint32_t j = r->last[front]; j != NOBODY; j = r->previous[j])
        if (ranking_dominates(r->n_goals, &members[j], &members[i])) return 1;
    return 0;
}

/* Ranks all members; returns the number of fronts. */
static uint32_t find_fronts(ranking *r, member *members, size_t n) {
    uint32_t n_fronts = 0;
    for (size_t i = 0; i < n; i++)
        r->keys[i] = (ranking_key){.member = &members[i], .index = (uint32_t)i,
                                   .n_goals = r->n_goals};
    qsort(r->keys, n, sizeof *r->keys, compare_quality);
    for (size_t k = 0; k < n; k++) {
        const uint32_t i = r->keys[k].index;
        uint32_t front = 0;
        while (front < n_fronts && is_dominated_in(r, members, front, i)) front++;
        if (front == n_fronts) r->last[n_fronts++] = NOBODY;
        members[i].rank = front;
        r->previous[i] = r->last[front];
        r->last[front] = i;
    }
    return n_fronts;
}

static size_t list_front(ranking *r, uint32_t front) {
    size_t size = 0;
    for (uint32_t i = r->last[front]; i != NOBODY; i = r->previous[i]) r->front[size++] = i;
    return size;
}

/* ---- crowding -------------------------------------------------------------------------------- */

static int compare_goal(const void *a, const void *b) {
    const ranking_key *p = a, *q = b;
    if (p->goal != q->goal) return p->goal < q->goal ? -1 : 1;
    return (p->member->number > q->member->number) - (p->member->number < q->member->number);
}

/* Lines up the SIZE members listed in r->front along goal K. */
static void link_goal(ranking *r, const member *members, size_t size, uint32_t k) {
    uint32_t *before = r->before + k * r->capacity, *after = r->after + k * r->capacity;
    for (size_t i = 0; i < size; i++) {
        const member *m = &members[r->front[i]];
        r->keys[i] = (ranking_key){.member = m, .index = r->front[i], .goal = m->goals[k]};
    }
    qsort(r->keys, size, sizeof *r->keys, compare_goal);
    for (size_t i = 0; i < size; i++) {
        before[r->keys[i].index] = i > 0 ? r->keys[i - 1].index : NOBODY;
        after[r->keys[i].index] = i + 1 < size ? r->keys[i + 1].index : NOBODY;
    }
    r->scale[k] = 0.5 * r->keys[size - 1].goal - 0.5 * r->keys[0].goal;
}

static double crowding_of(const ranking *r, const member *members, uint32_t i) {
    double sum = 0.0;
    for (uint32_t k = 0; k < r->n_goals; k++) {
        const uint32_t low = r->before[k * r->capacity + i], high = r->after[k * r->capacity + i];
        if (low == NOBODY || high == NOBODY) return INFINITY;
        if (r->scale[k] > 0.0)
            sum += (0.5 * members[high].goals[k] - 0.5 * members[low].goals[k]) / r->scale[k];
    }
    return sum;
}

/* Members compared by violation alone have nothing to be apart in. */
static void crowd_front(ranking *r, member *members, size_t size) {
    if (members[r->front[0]].class != CLASS_FEASIBLE) {
        for (size_t i = 0; i < size; i++) members[r->front[i]].crowding = 0.0;
        return;
    }
    for (uint32_t k = 0; k < r->n_goals; k++) link_goal(r, members, size, k);
    if (r->algorithm == NSGA3) niches_room(r->room, members, r->front, size);
    else if (r->algorithm == SMS_EMOA) volume_room(r->room, members, r->front, size);
    else
        for (size_t i = 0; i < size; i++)
            members[r->front[i]].crowding = crowding_of(r, members, r->front[i]);
}

/* Takes member I out of every line; its neighbours get lonelier. */
static void unlink_member(ranking *r, member *members, uint32_t i) {
    if (members[i].class != CLASS_FEASIBLE) return;
    for (uint32_t k = 0; k < r->n_goals; k++) {
        uint32_t *before = r->before + k * r->capacity, *after = r->after + k * r->capacity;
        if (before[i] != NOBODY) after[before[i]] = after[i];
        if (after[i] != NOBODY) before[after[i]] = before[i];
    }
    for (uint32_t k = 0; !r->room && k < r->n_goals; k++) {
        const uint32_t low = r->before[k * r->capacity + i], high = r->after[k * r->capacity + i];
        if (low != NOBODY) members[low].crowding = crowding_of(r, members, low);
        if (high != NOBODY) members[high].crowding = crowding_of(r, members, high);
    }
}

/* Leaves out all but KEEP of the front at hand: the others are unranked. What is left is crowded
 * anew, as it will be when it comes out of a snapshot. */
static void prune_front(ranking *r, member *members, size_t size, size_t keep) {
    if (size <= keep) return;
    for (; size > keep; size--) {
        size_t worst = 0;
        for (size_t i = 1; i < size; i++) {
            const member *a = &members[r->front[i]], *b = &members[r->front[worst]];
            if (a->crowding < b->crowding ||
                (a->crowding == b->crowding && a->number < b->number))
                worst = i;
        }
        unlink_member(r, members, r->front[worst]);
        members[r->front[worst]].rank = UNRANKED;
        r->front[worst] = r->front[size - 1];
        if (r->algorithm == SMS_EMOA && size > 1 && members[r->front[0]].class == CLASS_FEASIBLE)
            volume_room(r->room, members, r->front, size - 1);
    }
    if (size > 0 && r->algorithm != SMS_EMOA) crowd_front(r, members, size);
}

/* ---- both ------------------------------------------------------------------------------------ */

size_t ranking_select(ranking *r, member *members, size_t n, size_t keep, size_t most) {
    const uint32_t n_fronts = find_fronts(r, members, n);
    size_t kept = 0;
    for (uint32_t k = 0; k < r->n_goals; k++) r->extent[k] = 0.0;
    for (uint32_t front = 0; front < n_fronts; front++) {
        const size_t size = list_front(r, front);
        const int is_first = front == 0 && members[r->front[0]].class == CLASS_FEASIBLE;
        const int is_full = is_first && size >= keep;
        if (is_first && size > keep) keep = size < most ? size : most;
        const size_t left = keep - kept;
        crowd_front(r, members, size);
        prune_front(r, members, size, left);
        for (uint32_t k = 0; is_full && k < r->n_goals; k++) r->extent[k] = r->scale[k];
        kept += size < left ? size : left;
    }
    for (size_t i = 0, to = 0; i < n; i++) {
        if (members[i].rank == UNRANKED) continue;
        const member kept_one = members[i];
        members[i] = members[to];
        members[to++] = kept_one;
    }
    return kept;
}

/* A distance within a front is at most the number of goals: the ends count as twice as lonely as
 * anybody between them can be. */
static double room_per_child(const ranking *r, const member *m) {
    return fmin(m->crowding, 2.0 * r->n_goals) / (1.0 + (double)m->children);
}

/* Who has had many children and is still there has hardly better ones to come. */
static uint64_t standing(const ranking *r, const member *m) {
    return m->rank + (r->patience ? m->children / r->patience : 0);
}

int ranking_is_better(const ranking *r, const member *a, const member *b) {
    const uint64_t of_a = standing(r, a), of_b = standing(r, b);
    if (a->class != b->class) return a->class < b->class;
    if (of_a != of_b) return of_a < of_b;
    const double room_a = room_per_child(r, a), room_b = room_per_child(r, b);
    if (room_a != room_b) return room_a > room_b;
    return a->number > b->number;
}

double ranking_distance(const ranking *r, const member *a, const member *b) {
    double sum = 0.0;
    if (a->class != CLASS_FEASIBLE || b->class != CLASS_FEASIBLE) return 0.0;
    for (uint32_t k = 0; k < r->n_goals; k++) {
        if (!(r->extent[k] > 0.0)) continue;
        const double share = (0.5 * a->goals[k] - 0.5 * b->goals[k]) / r->extent[k];
        sum += share * share;
    }
    return sum;
}
