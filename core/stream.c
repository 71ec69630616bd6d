#include "stream.h"

static uint64_t mixed(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

void stream_start(uint64_t seed, const char *id, uint64_t number, cim_rng *rng) {
    uint64_t name = 0xcbf29ce484222325u; /* FNV-1a, 64 bits */
    for (; *id; id++) name = (name ^ (unsigned char)*id) * 0x100000001b3u;
    uint64_t state = mixed(mixed(mixed(seed) ^ name) ^ number);
    for (int i = 0; i < 4; i++) rng->s[i] = state = mixed(state);
}
