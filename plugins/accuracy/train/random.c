#include "random.h"

/* SplitMix64's output function (Steele, Lea and Flood 2014). */
static uint64_t mixed(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

void train_stream(uint64_t seed, uint32_t purpose, uint64_t number, cim_rng *rng) {
    uint64_t state = mixed(mixed(mixed(seed) ^ purpose) ^ number);
    for (int i = 0; i < 4; i++) rng->s[i] = state = mixed(state);
}

void train_shuffle(cim_rng *rng, uint32_t *order, uint32_t n) { /* Fisher and Yates */
    for (uint32_t i = 0; i < n; i++) order[i] = i;
    for (uint32_t i = n; i > 1; i--) {
        const uint32_t j = (uint32_t)cim_rng_below(rng, i), t = order[i - 1];
        order[i - 1] = order[j];
        order[j] = t;
    }
}
