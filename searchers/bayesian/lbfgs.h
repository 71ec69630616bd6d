/* lbfgs.h: a minimum of a smooth function between bounds, by limited-memory BFGS on the variables
 * that no bound holds (Nocedal and Wright, Numerical Optimization, 7.2; projection: 16.7). */
#ifndef LBFGS_H
#define LBFGS_H

#include <stddef.h>

enum { LBFGS_MEMORY = 8 };

/* Returns f(x) and writes its gradient. INFINITY or NaN: x is not acceptable. */
typedef double lbfgs_function(void *context, const double *x, double *gradient);

typedef struct lbfgs_problem {
    size_t n;
    const double *low, *high;
    int most_calls;          /* of the function */
    double tolerance;        /* ends when a step improves less than this, relative to 1 + |f| */
    lbfgs_function *function;
    void *context;
} lbfgs_problem;

static inline size_t lbfgs_room(size_t n) { return (2 * LBFGS_MEMORY + 5) * n; }

/* From X, inside the bounds, to the minimum; returns f there. WORK: lbfgs_room(n). */
double lbfgs_minimise(const lbfgs_problem *p, double *x, double *work);

#endif
