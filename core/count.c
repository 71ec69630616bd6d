/* count.c: how many designs a space holds, exactly (GMP).
 *
 * A space without conditions is a product. With conditions, distinct designs are counted by
 * branching on dimensions that decide on others, component by component: an inactive dimension has
 * one value. Levels of a decider that switch the same dimensions count as one branch. */
#include "memory.h"
#include "space.h"

#include <gmp.h>
#include <stdlib.h>

enum { OPEN = 0, DONE = 1 };

typedef struct count {
    const space *s;
    uint8_t *state;          /* a dimension is DONE when its value is branched on, or idle  */
    uint8_t *met;            /* an activity whose decider is branched on, and which holds   */
    uint32_t *component;
} count;

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

/* Marks every open dimension that is joined to D by activities with LABEL. */
static void label_component(count *c, uint32_t d, uint32_t label) {
    c->component[d] = label;
    for (uint32_t i = 0; i < c->s->n_activities; i++) {
        const cim_activity *a = &c->s->activities[i];
        if (c->met[i] || c->state[a->on] == DONE || c->state[a->target] == DONE) continue;
        if (a->target == d && c->component[a->on] != label) label_component(c, a->on, label);
        if (a->on == d && c->component[a->target] != label) label_component(c, a->target, label);
    }
}

static bool waits(const count *c, uint32_t d) {
    for (uint32_t i = 0; i < c->s->n_activities; i++)
        if (c->s->activities[i].target == d && !c->met[i] && c->state[c->s->activities[i].on] == OPEN)
            return true;
    return false;
}

static bool decides(const count *c, uint32_t d) {
    for (uint32_t i = 0; i < c->s->n_activities; i++)
        if (c->s->activities[i].on == d && c->state[c->s->activities[i].target] == OPEN) return true;
    return false;
}

/* D never becomes active: it has one value, and nothing that waits for it becomes active. */
static void close_idle(count *c, uint32_t d) {
    if (c->state[d] == DONE) return;
    c->state[d] = DONE;
    for (uint32_t i = 0; i < c->s->n_activities; i++)
        if (c->s->activities[i].on == d) close_idle(c, c->s->activities[i].target);
}

static void count_open(count *c, const uint8_t *members, mpz_t result);

/* Does level K of decider D switch the same activities as level K-1? */
static bool level_meets(const cim_activity *a, uint64_t k) {
    for (uint32_t i = 0; i < a->n_levels; i++)
        if (a->levels[i] == k) return true;
    return false;
}

static bool same_branch(const count *c, uint32_t d, uint64_t k, uint64_t other) {
    for (uint32_t i = 0; i < c->s->n_activities; i++) {
        const cim_activity *a = &c->s->activities[i];
        if (a->on == d && level_meets(a, k) != level_meets(a, other)) return false;
    }
    return true;
}

static void count_branch(count *c, uint32_t d, uint64_t level, const uint8_t *members, mpz_t result) {
    const space *s = c->s;
    uint8_t *state = memory_new(s->n_dimensions, 1), *met = memory_new(s->n_activities, 1);
    for (uint32_t i = 0; i < s->n_dimensions; i++) state[i] = c->state[i];
    for (uint32_t i = 0; i < s->n_activities; i++) met[i] = c->met[i];
    count inner = {.s = s, .state = state, .met = met, .component = c->component};
    state[d] = DONE;
    for (uint32_t i = 0; i < s->n_activities; i++) {
        if (s->activities[i].on != d) continue;
        if (level_meets(&s->activities[i], level)) met[i] = 1;
        else close_idle(&inner, s->activities[i].target);
    }
    count_open(&inner, members, result);
    free(state);
    free(met);
}

static bool holds_level(const uint64_t *levels, size_t n, uint64_t level) {
    for (size_t i = 0; i < n; i++)
        if (levels[i] == level) return true;
    return false;
}

/* The open dimensions of one component, one of which decides and waits for nothing. */
static void count_decider(count *c, uint32_t d, const uint8_t *members, mpz_t result) {
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
    uint8_t *counted = memory_new(n_levels, 1);
    for (size_t k = 0; k < n_levels; k++) {
        if (counted[k]) continue;
        uint64_t alike = 0;
        for (size_t j = k; j < n_levels; j++)
            if (!counted[j] && same_branch(c, d, levels[j], levels[k])) {
                counted[j] = 1;
                alike += j < n_listed ? 1 : unlisted;
            }
        count_branch(c, d, levels[k], members, branch);
        multiply_levels(branch, alike);
        mpz_add(result, result, branch);
    }
    free(levels);
    free(counted);
    mpz_clear(branch);
}

static void count_component(count *c, uint32_t first, mpz_t result) {
    const space *s = c->s;
    uint32_t *labels = c->component, decider = s->n_dimensions;
    uint8_t *members = memory_new(s->n_dimensions, 1);
    c->component = memory_new(s->n_dimensions, sizeof *c->component);
    label_component(c, first, 1);
    for (uint32_t d = 0; d < s->n_dimensions; d++) {
        members[d] = c->component[d] == 1 && c->state[d] == OPEN;
        if (members[d] && decider == s->n_dimensions && decides(c, d) && !waits(c, d)) decider = d;
    }
    free(c->component);
    c->component = labels;
    if (decider < s->n_dimensions) count_decider(c, decider, members, result);
    else {
        mpz_set_ui(result, 1);
        for (uint32_t d = 0; d < s->n_dimensions; d++)
            if (members[d]) multiply_levels(result, levels_of(s, d));
    }
    free(members);
}

/* The product over the components of the open members. */
static void count_open(count *c, const uint8_t *members, mpz_t result) {
    const space *s = c->s;
    uint8_t *seen = memory_new(s->n_dimensions, 1);
    mpz_t part;
    mpz_init(part);
    mpz_set_ui(result, 1);
    for (uint32_t d = 0; d < s->n_dimensions; d++) {
        if (!members[d] || seen[d] || c->state[d] == DONE) continue;
        uint32_t *labels = c->component;
        c->component = memory_new(s->n_dimensions, sizeof *labels);
        label_component(c, d, 1);
        for (uint32_t e = 0; e < s->n_dimensions; e++) seen[e] |= c->component[e] == 1;
        free(c->component);
        c->component = labels;
        count_component(c, d, part);
        mpz_mul(result, result, part);
    }
    mpz_clear(part);
    free(seen);
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
    count c = {.s = s};
    c.state = memory_new(s->n_dimensions, 1);
    c.met = memory_new(s->n_activities, 1);
    uint8_t *members = memory_new(s->n_dimensions, 1);
    for (uint32_t d = 0; d < s->n_dimensions; d++) members[d] = 1;
    count_open(&c, members, number);
    print_number(number, distinct);
    mpz_clear(number);
    free(c.state);
    free(c.met);
    free(members);
}
