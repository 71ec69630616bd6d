#include "sobol.h"

#include <cim_sdk/rng.h>

/* The recurrence of Paul Bratley and Bennett L. Fox, "Algorithm 659: implementing Sobol's
 * quasirandom sequence generator", ACM TOMS 14, 88-100 (1988), on left-aligned numbers. Returns
 * where the numbers of the next dimension begin. */
static const uint16_t *init_axis(sobol_axis *axis, const uint16_t *numbers) {
    const uint32_t polynomial = *numbers++;
    uint32_t degree = 0;
    while (polynomial >> (degree + 1) != 0) degree++;
    uint32_t *v = axis->directions;
    for (uint32_t i = 0; i < degree; i++) v[i] = (uint32_t)*numbers++ << (31 - i);
    for (uint32_t i = degree; i < 32; i++) {
        v[i] = v[i - degree] ^ (v[i - degree] >> degree);
        for (uint32_t k = 1; k < degree; k++)
            if ((polynomial >> (degree - k)) & 1u) v[i] ^= v[i - k];
    }
    axis->shift = 0;
    return numbers;
}

void sobol_init(sobol_axis *axes, uint32_t n) {
    const uint16_t *numbers = sobol_numbers;
    for (uint32_t d = 0; d < n; d++) {
        if (d > 0) {
            numbers = init_axis(&axes[d], numbers);
            continue;
        }
        for (uint32_t i = 0; i < 32; i++) axes[0].directions[i] = 1u << (31 - i);
        axes[0].shift = 0;
    }
}

static uint32_t parity(uint32_t x) {
    x ^= x >> 16;
    x ^= x >> 8;
    x ^= x >> 4;
    x ^= x >> 2;
    x ^= x >> 1;
    return x & 1u;
}

/* Multiplies by a random matrix with ones on its diagonal: digit i of the result is digit i of the
 * argument plus some of those before it. */
static void scramble_axis(sobol_axis *axis, cim_rng *rng) {
    uint32_t rows[32];
    for (uint32_t i = 0; i < 32; i++) {
        const uint32_t digit = 0x80000000u >> i, before = ~(0xffffffffu >> i);
        rows[i] = digit | ((uint32_t)(cim_rng_next(rng) >> 32) & before);
    }
    for (uint32_t k = 0; k < 32; k++) {
        uint32_t direction = 0;
        for (uint32_t i = 0; i < 32; i++)
            direction |= parity(rows[i] & axis->directions[k]) << (31 - i);
        axis->directions[k] = direction;
    }
    axis->shift = (uint32_t)(cim_rng_next(rng) >> 32);
}

void sobol_scramble(sobol_axis *axes, uint32_t n, cim_rng *rng) {
    for (uint32_t d = 0; d < n; d++) scramble_axis(&axes[d], rng);
}

uint32_t sobol_coordinate(const sobol_axis *axis, uint32_t index) {
    uint32_t gray = index ^ (index >> 1), x = axis->shift;
    for (uint32_t i = 0; gray != 0; i++, gray >>= 1)
        if (gray & 1u) x ^= axis->directions[i];
    return x;
}
