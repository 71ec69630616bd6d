/* count.c: how many designs a space holds, exactly (GMP).
 *
 * A space without conditions is a product. With conditions, distinct designs are counted by
 * branching on dimensions that decide on others, component by component: an inactive dimension has
 * one value. Levels of a decider that switch the same dimensions count as one branch.
 *
 * What is left to count after some branches depends only on which dimensions are still open: a
 * decider that is not open any more has met its conditions, or their targets are closed too. So
 * each set of open dimensions is counted once and remembered; chains of deciders on common targets
 * would else take exponential time. */
#include "memory.h"
#include "space.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

typedef struct counted {     /* a component that has been counted */
    uint8_t *open;           /* its dimensions, one bit each */
    mpz_t designs;
} counted;

typedef struct count {
    const space *s;
    size_t n_bytes;          /* of a set of dimensions, one bit each */
    counted *known;
    size_t n_known, n_places;
    size_t *places;          /* open addressing: number of a known component + 1, or 0 */
} count;

static bool has(const uint8_t *set, uint32_t d) { return set[d / 8] >> (d % 8) & 1; }
static void put(uint8_t *set, uint32_t d) { set[d / 8] |= (uint8_t)(1u << (d % 8)); }
static void drop(uint8_t *set, uint32_t d) { set[d / 8] &= (uint8_t)~(1u << (d % 8)); }

static void multiply_levels(mpz_t product, uint64_t n) {
    mpz_t factor;
    mpz_init(factor);
    mpz_set_ui(factor, (unsigned long)(n >> 32));
    mpz_mul_2exp(factor, factor, 32);
    mpz_add_ui(factor, factor, (unsigned long)(n & 0xffffffffu));
    mpz_mul(product, product, factor);
    mpz_clear(factor);
}

static uint64_t levels_of(const space *s, uint32_t d) {
    return s->dimensions[d].is.kind == CIM_REAL_RANGE ? 1 : s->dimensions[d].is.n_levels;
}

/* ---- what is known --------------------------------------------------------------------------- */

static size_t place_of(const count *c, const uint8_t *open) {
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < c->n_bytes; i++) hash = (hash ^ open[i]) * 1099511628211u;
    size_t place = (size_t)hash & (c->n_places - 1);
    while (c->places[place] && memcmp(c->known[c->places[place] - 1].open, open, c->n_bytes) != 0)
        place = (place + 1) & (c->n_places - 1);
    return place;
}

/* At most half of the places are taken. */
static void remember(count *c, const uint8_t *open, const mpz_t designs) {
    if (2 * (c->n_known + 1) > c->n_places) {
        c->n_places = c->n_places ? 2 * c->n_places : 64;
        free(c->places);
        c->places = memory_new(c->n_places, sizeof *c->places);
        for (size_t i = 0; i < c->n_known; i++) c->places[place_of(c, c->known[i].open)] = i + 1;
    }
    MEMORY_ROOM(c->known, c->n_known);
    counted *k = &c->known[c->n_known++];
    k->open = memcpy(memory_new(c->n_bytes, 1), open, c->n_bytes);
    mpz_init_set(k->designs, designs);
    c->places[place_of(c, open)] = c->n_known;
}

static bool recall(const count *c, const uint8_t *open, mpz_t designs) {
    if (!c->n_known) return false;
    size_t place = place_of(c, open);
    if (c->places[place]) mpz_set(designs, c->known[c->places[place] - 1].designs);
    return c->places[place] != 0;
}

/* ---- conditions ------------------------------------------------------------------------------ */

static bool is_pending(const cim_activity *a, const uint8_t *open) {
    return has(open, a->on) && has(open, a->target);
}

/* Moves the component of D, all that pending activities join to it, from OPEN into COMPONENT. */
static void take_component(const count *c, uint8_t *open, uint32_t d, uint8_t *component) {
    uint32_t *found = memory_new(c->s->n_dimensions, sizeof *found), n = 1;
    found[0] = d;
    put(component, d);
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < c->s->n_activities; i++) {
            const cim_activity *a = &c->s->activities[i];
            if (!is_pending(a, open) || (a->on != found[k] && a->target != found[k])) continue;
            uint32_t other = a->on == found[k] ? a->target : a->on;
            if (has(component, other)) continue;
            put(component, other);
            found[n++] = other;
        }
    for (uint32_t k = 0; k < n; k++) drop(open, found[k]);
    free(found);
}

/* The first open dimension that decides on others and waits for none. */
static uint32_t find_decider(const count *c, const uint8_t *open) {
    const space *s = c->s;
    uint8_t *decides = memory_new(s->n_dimensions, 1), *waits = memory_new(s->n_dimensions, 1);
    for (uint32_t i = 0; i < s->n_activities; i++)
        if (is_pending(&s->activities[i], open)) {
            decides[s->activities[i].on] = 1;
            waits[s->activities[i].target] = 1;
        }
    uint32_t d = 0;
    while (d < s->n_dimensions && !(decides[d] && !waits[d])) d++;
    free(decides);
    free(waits);
    return d;
}

/* D never becomes active: it has one value, and nothing that waits for it becomes active. */
static void close_idle(const count *c, uint8_t *open, uint32_t d) {
    if (!has(open, d)) return;
    drop(open, d);
    for (uint32_t i = 0; i < c->s->n_activities; i++)
        if (c->s->activities[i].on == d) close_idle(c, open, c->s->activities[i].target);
}

static bool level_meets(const cim_activity *a, uint64_t k) {
    for (uint32_t i = 0; i < a->n_levels; i++)
        if (a->levels[i] == k) return true;
    return false;
}

/* Do two levels of decider D switch the same activities? */
static bool same_branch(const count *c, const uint8_t *open, uint32_t d, uint64_t k,
                        uint64_t other) {
    for (uint32_t i = 0; i < c->s->n_activities; i++) {
        const cim_activity *a = &c->s->activities[i];
        if (a->on == d && has(open, a->target) && level_meets(a, k) != level_meets(a, other))
            return false;
    }
    return true;
}

/* ---- counting -------------------------------------------------------------------------------- */

static void count_open(count *c, const uint8_t *open, mpz_t result);

static void count_branch(count *c, const uint8_t *open, uint32_t d, uint64_t level, mpz_t result) {
    uint8_t *left = memcpy(memory_new(c->n_bytes, 1), open, c->n_bytes);
    drop(left, d);
    for (uint32_t i = 0; i < c->s->n_activities; i++) {
        const cim_activity *a = &c->s->activities[i];
        if (a->on == d && !level_meets(a, level)) close_idle(c, left, a->target);
    }
    count_open(c, left, result);
    free(left);
}

static bool holds_level(const uint64_t *levels, size_t n, uint64_t level) {
    for (size_t i = 0; i < n; i++)
        if (levels[i] == level) return true;
    return false;
}

/* One component, of which D decides and waits for nothing. */
static void count_decider(count *c, const uint8_t *open, uint32_t d, mpz_t result) {
    uint64_t n = levels_of(c->s, d), free_level = 0;
    size_t n_listed = 0, room = 1;
    for (uint32_t i = 0; i < c->s->n_activities; i++)
        if (c->s->activities[i].on == d) room += c->s->activities[i].n_levels;
    uint64_t *levels = memory_new(room, sizeof *levels);
    for (uint32_t i = 0; i < c->s->n_activities; i++)
        for (uint32_t k = 0; c->s->activities[i].on == d && k < c->s->activities[i].n_levels; k++)
            if (!holds_level(levels, n_listed, c->s->activities[i].levels[k]))
                levels[n_listed++] = c->s->activities[i].levels[k];
    uint64_t unlisted = n - n_listed;
    while (unlisted && holds_level(levels, n_listed, free_level)) free_level++;
    size_t n_levels = n_listed + (unlisted > 0);
    if (unlisted) levels[n_listed] = free_level; /* stands for all that no condition lists */
    mpz_t branch;
    mpz_init(branch);
    mpz_set_ui(result, 0);
    uint8_t *done = memory_new(n_levels, 1);
    for (size_t k = 0; k < n_levels; k++) {
        if (done[k]) continue;
        uint64_t alike = 0;
        for (size_t j = k; j < n_levels; j++)
            if (!done[j] && same_branch(c, open, d, levels[j], levels[k])) {
                done[j] = 1;
                alike += j < n_listed ? 1 : unlisted;
            }
        count_branch(c, open, d, levels[k], branch);
        multiply_levels(branch, alike);
        mpz_add(result, result, branch);
    }
    free(levels);
    free(done);
    mpz_clear(branch);
}

static void count_component(count *c, const uint8_t *open, mpz_t result) {
    uint32_t decider = find_decider(c, open);
    if (decider < c->s->n_dimensions) {
        if (recall(c, open, result)) return;
        count_decider(c, open, decider, result);
        remember(c, open, result);
        return;
    }
    mpz_set_ui(result, 1);
    for (uint32_t d = 0; d < c->s->n_dimensions; d++)
        if (has(open, d)) multiply_levels(result, levels_of(c->s, d));
}

/* The product over the components of the open dimensions. */
static void count_open(count *c, const uint8_t *open, mpz_t result) {
    uint8_t *left = memcpy(memory_new(c->n_bytes, 1), open, c->n_bytes);
    uint8_t *component = memory_new(c->n_bytes, 1);
    mpz_t part;
    mpz_init(part);
    mpz_set_ui(result, 1);
    for (uint32_t d = 0; d < c->s->n_dimensions; d++) {
        if (!has(left, d)) continue;
        memset(component, 0, c->n_bytes);
        take_component(c, left, d, component);
        count_component(c, component, part);
        mpz_mul(result, result, part);
    }
    mpz_clear(part);
    free(left);
    free(component);
}

static void print_number(const mpz_t number, text *out) {
    char *digits = mpz_get_str(NULL, 10, number);
    text_add(out, "%s", digits);
    void (*release)(void *, size_t);
    mp_get_memory_functions(NULL, NULL, &release);
    release(digits, out->length + 1);
}

void space_count(const space *s, text *raw, text *distinct, uint32_t *n_real) {
    mpz_t number;
    mpz_init_set_ui(number, 1);
    *n_real = 0;
    for (uint32_t d = 0; d < s->n_dimensions; d++) {
        multiply_levels(number, levels_of(s, d));
        *n_real += s->dimensions[d].is.kind == CIM_REAL_RANGE;
    }
    print_number(number, raw);
    count c = {.s = s, .n_bytes = (s->n_dimensions + 7) / 8};
    uint8_t *open = memory_new(c.n_bytes, 1);
    for (uint32_t d = 0; d < s->n_dimensions; d++) put(open, d);
    count_open(&c, open, number);
    print_number(number, distinct);
    mpz_clear(number);
    for (size_t i = 0; i < c.n_known; i++) {
        free(c.known[i].open);
        mpz_clear(c.known[i].designs);
    }
    free(c.known);
    free(c.places);
    free(open);
}
