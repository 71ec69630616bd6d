/* Matern-5/2 (1 + a + a^2 / 3) exp(-a), a = sqrt(5) r, and the squared exponential exp(-r^2 / 2):
 * Rasmussen and Williams, Gaussian Processes for Machine Learning, 4.2. */
#include "kernel.h"

#include <math.h>

static void matern(double *squares, double *slope, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const double a = squares[i] > 0.0 ? sqrt(5.0 * squares[i]) : 0.0, e = exp(-a);
        squares[i] = (1.0 + a + a * a / 3.0) * e;
        if (slope) slope[i] = -5.0 / 6.0 * (1.0 + a) * e;
    }
}

static void rbf(double *squares, double *slope, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const double e = squares[i] > 0.0 ? exp(-0.5 * squares[i]) : 1.0;
        squares[i] = e;
        if (slope) slope[i] = -0.5 * e;
    }
}

void kernel_apply(int kind, double *squares, double *slope, size_t n) {
    if (kind == KERNEL_RBF) rbf(squares, slope, n);
    else matern(squares, slope, n);
}
