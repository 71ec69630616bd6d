#include "spatial.h"

enum { MOST = 3 };   /* loops that one list of a level shares out its units to */

/* The smallest prime factor of *REST, which is divided by it as often as possible; 0: none left. */
static uint32_t take_prime(uint32_t *rest) {
    if (*rest <= 1) return 0;
    uint32_t p = 2;
    while (*rest % p) {
        p += p == 2 ? 1 : 2;
        if ((uint64_t)p * p > *rest) p = *rest;
    }
    while (*rest % p == 0) *rest /= p;
    return p;
}

/* Units at work on average when a loop of SIZE > CAPACITY runs in equal steps and a shorter last
 * one. As in Timeloop's front end, a last step of full length counts as empty. */
static double uneven_split(uint32_t size, uint32_t capacity, uint32_t *width) {
    const uint32_t steps = ceil_div(size, capacity);
    *width = ceil_div(size, steps);
    return ((double)*width * (steps - 1) + size % *width) / steps;
}

typedef struct search {
    uint32_t n;
    double best;
    uint32_t factor[MOST];      /* of the best                                                    */
} search;

static void offer(search *s, double used, const uint32_t *taken, uint32_t k, uint32_t width) {
    if (used <= s->best) return;
    s->best = used;
    for (uint32_t j = 0; j < s->n; ++j) s->factor[j] = j == k ? taken[j] * width : taken[j];
}

/* What can still be made of CAPACITY units when the loops, of SIZE, took TAKEN = USED units. Prime
 * factors are taken in order, from FACTOR of LOOP on: every product once. Of equals the first
 * stays, as Timeloop's front end finds it. */
static void explore(search *s, const uint32_t *size, const uint32_t *taken, double used,
                    uint32_t capacity, uint32_t loop, uint32_t factor) {
    double work = 1;
    offer(s, used, taken, 0, 1);
    for (uint32_t j = 0; j < s->n; ++j) work *= size[j];
    if (used * (work < capacity ? work : capacity) <= s->best) return;
    for (uint32_t k = 0; k < s->n && s->best < used * capacity; ++k) {
        if (size[k] > capacity) {
            uint32_t width;
            const double share = uneven_split(size[k], capacity, &width);
            offer(s, used * share, taken, k, width);
        }
        uint32_t primes = k < loop ? 1 : size[k], p;
        while ((p = take_prime(&primes)) && p <= capacity) {
            if ((k == loop && p < factor) || used * p * (capacity / p) <= s->best) continue;
            uint32_t rest[MOST], more[MOST];
            for (uint32_t j = 0; j < s->n; ++j) {
                rest[j] = j == k ? size[j] / p : size[j];
                more[j] = j == k ? taken[j] * p : taken[j];
            }
            explore(s, rest, more, used * p, capacity / p, k, p);
        }
    }
}

double cimloop_allocate(const uint32_t *size, uint32_t n, uint32_t capacity, uint32_t *factor) {
    static const uint32_t nothing[MOST] = {1, 1, 1};
    search s = {.n = n, .factor = {1, 1, 1}};
    double work = 1;
    for (uint32_t k = 0; k < n; ++k) work *= size[k];
    if (work <= capacity) {   /* all of them: nothing can be better */
        for (uint32_t k = 0; k < n; ++k) factor[k] = size[k];
        return work;
    }
    explore(&s, size, nothing, 1, capacity, 0, 0);
    for (uint32_t k = 0; k < n; ++k) factor[k] = s.factor[k];
    return s.best;
}

/* The same for MOST loops, remembered. */
static const uint32_t *allocate(cimloop_memo *memo, const uint32_t *size, uint32_t capacity) {
    uint64_t hash = size[0];
    hash = (hash * 0x9e3779b97f4a7c15u) ^ size[1];
    hash = (hash * 0x9e3779b97f4a7c15u) ^ size[2];
    hash = (hash * 0x9e3779b97f4a7c15u) ^ capacity;
    const uint32_t i = (uint32_t)((hash * 0x9e3779b97f4a7c15u) >> 32) % MEMO_ENTRIES;
    uint32_t *asked = memo->entries[i].size;
    if (memo->entries[i].capacity != capacity || asked[0] != size[0] || asked[1] != size[1] ||
        asked[2] != size[2]) {
        memo->entries[i].capacity = capacity;
        for (uint32_t k = 0; k < MOST; ++k) asked[k] = size[k];
        cimloop_allocate(size, MOST, capacity, memo->entries[i].factor);
    }
    return memo->entries[i].factor;
}

/* Shares CAPACITY out to the loops in DIMS and returns what is left of it. */
static uint32_t share(cimloop_memo *memo, cimloop_mapping *m, uint32_t level, const uint32_t *dims,
                      uint32_t n, uint32_t capacity) {
    uint32_t size[MOST] = {1, 1, 1};
    uint64_t work = 1;
    for (uint32_t k = 0; k < n; ++k) work *= size[k] = m->left[dims[k]];
    if (work == 1 || capacity == 1) return capacity;
    const uint32_t *factor = work <= capacity ? size : allocate(memo, size, capacity);
    for (uint32_t k = 0; k < n; ++k) {
        if (factor[k] == 1) continue;
        m->factor[level][dims[k]] = factor[k];
        m->left[dims[k]] = ceil_div(size[k], factor[k]);
        capacity /= factor[k];
    }
    return capacity;
}

void cimloop_map(cimloop_memo *memo, const uint32_t size[N_DIMS],
                 const uint32_t fanout[N_LEVELS], cimloop_mapping *out) {
    static const uint32_t in_row[] = {DIM_C, DIM_R, DIM_S}, in_column[] = {DIM_Y, DIM_M};
    static const uint32_t slices[] = {DIM_Y}, kernel[] = {DIM_R, DIM_S},
                          channels[] = {DIM_M, DIM_C}, groups[] = {DIM_G}, image[] = {DIM_P, DIM_Q};
    for (uint32_t d = 0; d < N_DIMS; ++d) {
        out->left[d] = size[d];
        for (uint32_t level = 0; level < N_LEVELS; ++level) out->factor[level][d] = 1;
    }
    share(memo, out, LEVEL_ROW, in_row, 3, fanout[LEVEL_ROW]);
    share(memo, out, LEVEL_COLUMN, in_column, 2, fanout[LEVEL_COLUMN]);
    for (uint32_t level = LEVEL_MACRO; level < N_LEVELS; ++level) {
        uint32_t units = fanout[level];
        units = share(memo, out, level, slices, 1, units);
        units = share(memo, out, level, kernel, 2, units);
        units = share(memo, out, level, channels, 2, units);
        units = share(memo, out, level, groups, 1, units);
        share(memo, out, level, image, 2, units);
    }
}
