#include "operators.h"

#include <cim_sdk/designs.h>
#include <cim_sdk/rng.h>

#include <math.h>

static double clamp(double x, double min, double max) {
    return x < min ? min : x > max ? max : x;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static double reflected(double u) {
    u = fmod(fabs(u), 2.0);
    return u > 1.0 ? 2.0 - u : u;
}

/* Number of failures before a success, with the given mean. */
static double geometric(double mean, cim_rng *rng) {
    const double u = cim_rng_uniform(rng);
    return mean > 0.0 ? floor(log(1.0 - u) / log(mean / (1.0 + mean))) : 0.0;
}

/* G. Rudolph, "An evolutionary algorithm for integer programming", PPSN III, 1994. */
static double level_step(const cim_dimension *d, double x, double step, cim_rng *rng) {
    const double last = (double)(d->n_levels - 1);
    const double size = 1.0 + geometric(step * last - 1.0, rng);
    const int up = cim_rng_uniform(rng) < 0.5;
    double to = up ? x + size : x - size;
    if (to < 0.0) to = -to;
    if (to > last) to = 2.0 * last - to;
    to = clamp(to, 0.0, last);
    if (to != x) return to;
    return x == 0.0 || (up && x < last) ? x + 1.0 : x - 1.0;
}

static double log_level_step(const cim_dimension *d, double x, double step, cim_rng *rng) {
    const double last = (double)(d->n_levels - 1), value = d->min + x * d->step;
    const double ratio = exp(step * cim_rng_normal(rng) * log(d->max / d->min));
    const double to = clamp(floor((value * ratio - d->min) / d->step + 0.5), 0.0, last);
    if (to != x) return to;
    return x == 0.0 || (ratio > 1.0 && x < last) ? x + 1.0 : x - 1.0;
}

double operator_step(const cim_dimension *d, double x, double step, cim_rng *rng) {
    if (d->kind == CIM_REAL_RANGE) {
        const double to = cim_dimension_share(d, x) + step * cim_rng_normal(rng);
        return cim_dimension_at(d, reflected(to));
    }
    if (d->kind == CIM_CATEGORICAL) {
        const double other = (double)cim_rng_below(rng, d->n_levels - 1);
        return other < x ? other : other + 1.0;
    }
    const int is_log = d->kind == CIM_INTEGER_RANGE && d->log_scale != 0;
    return is_log ? log_level_step(d, x, step, rng) : level_step(d, x, step, rng);
}

/* ---- crossover and mutation on shares of the range ------------------------------------------- */

/* K. Deb, R. B. Agrawal, "Simulated binary crossover for continuous search space", Complex Systems
 * 9, 115-148 (1995). */
double operator_cross(const cim_dimension *d, double a, double b, double index, cim_rng *rng) {
    const int first = cim_rng_uniform(rng) < 0.5;
    if (d->kind == CIM_CATEGORICAL || a == b) return first ? a : b;
    const double u = cim_rng_uniform(rng), power = 1.0 / (index + 1.0);
    const double spread = u < 0.5 ? pow(2.0 * u, power) : pow(0.5 / (1.0 - u), power);
    const double p = cim_dimension_share(d, a), q = cim_dimension_share(d, b);
    const double half = 0.5 * spread * (p - q);
    return cim_dimension_near(d, clamp(0.5 * (p + q) + (first ? half : -half), 0.0, 1.0));
}

double operator_blend(const cim_dimension *d, double a, double b, double index, cim_rng *rng) {
    if (d->kind == CIM_REAL_RANGE) return operator_cross(d, a, b, index, rng);
    return cim_rng_uniform(rng) < 0.5 ? a : b;
}

/* K. Deb, M. Goyal, Comput. Sci. Inform. 26, 30-45 (1996). */
double operator_polynomial(const cim_dimension *d, double x, double index, cim_rng *rng) {
    if (d->kind == CIM_CATEGORICAL) return operator_step(d, x, 0.0, rng);
    const double u = cim_rng_uniform(rng), power = 1.0 / (index + 1.0);
    const double by = u < 0.5 ? pow(2.0 * u, power) - 1.0 : 1.0 - pow(2.0 * (1.0 - u), power);
    return cim_dimension_near(d, clamp(cim_dimension_share(d, x) + by, 0.0, 1.0));
}
