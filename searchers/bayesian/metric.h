/* metric.h: goals as the user counts them, in terms of what is modelled as normal. */
#ifndef BAYESIAN_METRIC_H
#define BAYESIAN_METRIC_H

#include <stdint.h>

/* Monotone; NULL functions: the same. */
typedef struct metric {
    const void *context;
    double (*value)(const void *context, uint32_t goal, double raw);
    double (*raw)(const void *context, uint32_t goal, double value);
} metric;

static inline double metric_value(const metric *c, uint32_t goal, double raw) {
    return c->value ? c->value(c->context, goal, raw) : raw;
}
static inline double metric_raw(const metric *c, uint32_t goal, double value) {
    return c->raw ? c->raw(c->context, goal, value) : value;
}
#endif
