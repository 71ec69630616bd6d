/* Cosines and sines of multiples by Chebyshev's recurrence: two calls a feature instead of 2 n. */
#include "waves.h"

#include <math.h>

#define PI 3.14159265358979323846

void waves_columns(double x, uint32_t n, double *columns) {
    const double first = cos(PI * x), scale = n > 0 ? sqrt(2.0 / n) : 0.0;
    double before = 1.0, now = first;
    for (uint32_t j = 0; j < n; j++) {
        const double next = 2.0 * first * now - before;
        columns[j] = scale * now;
        before = now;
        now = next;
    }
}

double waves_slope(double x, uint32_t n, const double *pull) {
    const double twice = 2.0 * cos(PI * x), scale = n > 0 ? sqrt(2.0 / n) : 0.0;
    double before = 0.0, now = sin(PI * x), sum = 0.0;
    for (uint32_t j = 0; j < n; j++) {
        const double next = twice * now - before;
        sum -= PI * (j + 1.0) * now * pull[j];
        before = now;
        now = next;
    }
    return scale * sum;
}
