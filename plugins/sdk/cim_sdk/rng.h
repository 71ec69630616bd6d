/* cim_sdk/rng.h: steps of the random streams that the host starts (cim/host.h).
 * xoshiro256** 1.0, David Blackman and Sebastiano Vigna, 2018 (public domain reference). */
#ifndef CIM_SDK_RNG_H
#define CIM_SDK_RNG_H

#include <cim/host.h>

#include <math.h>

static inline uint64_t cim_rng_rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

/* 64 random bits. */
static inline uint64_t cim_rng_next(cim_rng *rng) {
    uint64_t *s = rng->s;
    const uint64_t bits = cim_rng_rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = cim_rng_rotate(s[3], 45);
    return bits;
}

/* Uniform in [0, 1), a multiple of 2^-53. */
static inline double cim_rng_uniform(cim_rng *rng) {
    return (double)(cim_rng_next(rng) >> 11) * 0x1.0p-53;
}

/* Uniform in 0 .. n-1, without bias; n >= 1. Draws again in the (rare) incomplete last interval. */
static inline uint64_t cim_rng_below(cim_rng *rng, uint64_t n) {
    const uint64_t first_fair = (0 - n) % n; /* 2^64 mod n */
    uint64_t x = cim_rng_next(rng);
    while (x < first_fair) x = cim_rng_next(rng);
    return x % n;
}

/* Standard normal, from two numbers of the stream (Box and Muller, 1958). */
static inline double cim_rng_normal(cim_rng *rng) {
    const double u = 1.0 - cim_rng_uniform(rng), v = cim_rng_uniform(rng); /* no logarithm of 0 */
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586477 * v);            /* 2 pi */
}
#endif
