/* normal.h: the standard normal distribution in logarithms, as far into its tails as doubles go. */
#ifndef BAYESIAN_NORMAL_H
#define BAYESIAN_NORMAL_H

#include <math.h>

#define NORMAL_ROOT_HALF 0.70710678118654752440   /* 1 / sqrt(2) */
#define NORMAL_PEAK 0.39894228040143267794        /* 1 / sqrt(2 pi) */
#define NORMAL_LOG_PEAK (-0.91893853320467274178)

static inline double normal_pdf(double z) {
    return NORMAL_PEAK * exp(-0.5 * z * z);
}

static inline double normal_cdf(double z) {
    return 0.5 * erfc(-NORMAL_ROOT_HALF * z);
}

/* exp(x^2) erfc(x) for x >= 0. Beyond 25 its asymptotic series, whose next term is below 1e-12. */
static inline double normal_erfcx(double x) {
    if (x < 25.0) return exp(x * x) * erfc(x);
    const double r = 0.5 / (x * x);
    return 0.56418958354775628695 / x * (1.0 - r * (1.0 - 3.0 * r * (1.0 - 5.0 * r)));
}

static inline double normal_log_cdf(double z) {
    if (z > -1.0) return log1p(-0.5 * erfc(NORMAL_ROOT_HALF * z));
    return log(0.5 * normal_erfcx(-NORMAL_ROOT_HALF * z)) - 0.5 * z * z;
}

/* pdf(z) / cdf(z), the derivative of the logarithm of the latter. */
static inline double normal_hazard(double z) {
    if (z > -1.0) return normal_pdf(z) / normal_cdf(z);
    return 2.0 * NORMAL_PEAK / normal_erfcx(-NORMAL_ROOT_HALF * z);
}

/* log(pdf(z) + z cdf(z)): what a variable of mean 0 is expected to be below z. As in S. Ament et
 * al., "Unexpected improvements to expected improvement", NeurIPS 2023. */
static inline double normal_log_gain(double z) {
    if (z > -1.0) return log(normal_pdf(z) + z * normal_cdf(z));
    const double square = 1.0 / (z * z);
    const double rest = z > -30.0
        ? 1.0 + z / (2.0 * NORMAL_PEAK) * normal_erfcx(-NORMAL_ROOT_HALF * z)
        : square * (1.0 - square * (3.0 - square * (15.0 - 105.0 * square)));
    return NORMAL_LOG_PEAK - 0.5 * z * z + log(rest);
}
#endif
