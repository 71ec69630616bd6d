/* Problems of the literature. ZDT: E. Zitzler, K. Deb, L. Thiele, Evol. Comput. 8, 173-195 (2000).
 * DTLZ2: K. Deb, L. Thiele, M. Laumanns, E. Zitzler, CEC 2002. BNH: T. T. Binh, U. Korn, MENDEL
 * (1997). Branin, Hartmann, Rosenbrock: L. C. W. Dixon, G. P. Szego, Towards Global Optimisation 2
 * (1978). With many local optima: D. H. Ackley, A Connectionist Machine for Genetic Hillclimbing
 * (1987); L. A. Rastrigin, Systems of Extremal Control (1974); A. O. Griewank, J. Optim. Theory
 * Appl. 34, 11-39 (1981). */
#include "functions.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static double zdt_g(const double *x, uint32_t d) {
    double sum = 0.0;
    for (uint32_t i = 1; i < d; i++) sum += x[i];
    return 1.0 + 9.0 * sum / (d - 1);
}

void zdt1(const problem *p, const double *x, double *f, double *g) {
    const double q = zdt_g(x, p->d);
    (void)g;
    f[0] = x[0];
    f[1] = q * (1.0 - sqrt(x[0] / q));
}

void zdt2(const problem *p, const double *x, double *f, double *g) {
    const double q = zdt_g(x, p->d);
    (void)g;
    f[0] = x[0];
    f[1] = q * (1.0 - (x[0] / q) * (x[0] / q));
}

void zdt4(const problem *p, const double *x, double *f, double *g) {
    double q = 1.0 + 10.0 * (p->d - 1);
    (void)g;
    for (uint32_t i = 1; i < p->d; i++) q += x[i] * x[i] - 10.0 * cos(4.0 * pi * x[i]);
    f[0] = x[0];
    f[1] = q * (1.0 - sqrt(x[0] / q));
}

void dtlz2(const problem *p, const double *x, double *f, double *g) {
    double q = 0.0;
    (void)g;
    for (uint32_t i = p->m - 1; i < p->d; i++) q += (x[i] - 0.5) * (x[i] - 0.5);
    for (uint32_t k = 0; k < p->m; k++) {
        f[k] = 1.0 + q;
        for (uint32_t i = 0; i < p->m - 1 - k; i++) f[k] *= cos(x[i] * pi / 2.0);
        if (k > 0) f[k] *= sin(x[p->m - 1 - k] * pi / 2.0);
    }
}

void bnh(const problem *p, const double *x, double *f, double *g) {
    const double a = x[0], b = x[1];
    (void)p;
    f[0] = 4.0 * a * a + 4.0 * b * b;
    f[1] = (a - 5.0) * (a - 5.0) + (b - 5.0) * (b - 5.0);
    g[0] = (a - 5.0) * (a - 5.0) + b * b - 25.0;
    g[1] = 7.7 - (a - 8.0) * (a - 8.0) - (b + 3.0) * (b + 3.0);
}

void branin(const problem *p, const double *x, double *f, double *g) {
    const double a = x[0], b = x[1];
    const double q = b - 5.1 / (4.0 * pi * pi) * a * a + 5.0 / pi * a - 6.0;
    (void)p, (void)g;
    f[0] = q * q + 10.0 * (1.0 - 1.0 / (8.0 * pi)) * cos(a) + 10.0;
}

void hartmann6(const problem *p, const double *x, double *f, double *g) {
    static const double scale[4][6] = {{10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14},
                                       {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
    static const double at[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                    {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                    {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                    {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
    static const double weight[4] = {1, 1.2, 3, 3.2};
    (void)p, (void)g;
    f[0] = 0.0;
    for (uint32_t k = 0; k < 4; k++) {
        double q = 0.0;
        for (uint32_t i = 0; i < 6; i++) q += scale[k][i] * (x[i] - at[k][i]) * (x[i] - at[k][i]);
        f[0] -= weight[k] * exp(-q);
    }
}

void rosenbrock(const problem *p, const double *x, double *f, double *g) {
    (void)g;
    f[0] = 0.0;
    for (uint32_t i = 0; i + 1 < p->d; i++) {
        const double q = x[i + 1] - x[i] * x[i];
        f[0] += 100.0 * q * q + (1.0 - x[i]) * (1.0 - x[i]);
    }
}

void ackley(const problem *p, const double *x, double *f, double *g) {
    double squares = 0.0, waves = 0.0;
    (void)g;
    for (uint32_t i = 0; i < p->d; i++) {
        squares += x[i] * x[i] / p->d;
        waves += cos(2.0 * pi * x[i]) / p->d;
    }
    f[0] = 20.0 + exp(1.0) - 20.0 * exp(-0.2 * sqrt(squares)) - exp(waves);
}

void rastrigin(const problem *p, const double *x, double *f, double *g) {
    (void)g;
    f[0] = 10.0 * p->d;
    for (uint32_t i = 0; i < p->d; i++) f[0] += x[i] * x[i] - 10.0 * cos(2.0 * pi * x[i]);
}

void griewank(const problem *p, const double *x, double *f, double *g) {
    double product = 1.0;
    (void)g;
    f[0] = 1.0;
    for (uint32_t i = 0; i < p->d; i++) {
        f[0] += x[i] * x[i] / 4000.0;
        product *= cos(x[i] / sqrt(i + 1.0));
    }
    f[0] -= product;
}
