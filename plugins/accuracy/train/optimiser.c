#include "optimiser.h"

#include <math.h>

#define PI 3.14159265358979323846

/* Nesterov's momentum as of Sutskever et al. 2013, in the form that needs the present gradient
 * only: v = momentum * v + g; w -= rate * (g + momentum * v). */
static void sgd(parameter *p, double decay, double momentum, double rate) {
    const real d = (real)decay, m = (real)momentum, r = (real)rate;
    for (size_t i = 0; i < p->n; i++) {
        const real g = p->gradient[i] + d * p->value[i];
        p->moment[i] = m * p->moment[i] + g;
        p->value[i] -= r * (g + m * p->moment[i]);
    }
}

/* Kingma and Ba 2015, with the decay of Loshchilov and Hutter 2019. */
static void adam(parameter *p, const optimiser *o, double decay, uint64_t step, double rate) {
    const double bias1 = 1 - pow(o->beta1, (double)step + 1),
                 bias2 = 1 - pow(o->beta2, (double)step + 1);
    const real b1 = (real)o->beta1, b2 = (real)o->beta2;
    for (size_t i = 0; i < p->n; i++) {
        const real g = p->gradient[i];
        p->moment[i] = b1 * p->moment[i] + (1 - b1) * g;
        p->second_moment[i] = b2 * p->second_moment[i] + (1 - b2) * g * g;
        const double size = sqrt((double)p->second_moment[i] / bias2) + o->epsilon;
        p->value[i] -=
            (real)(rate * ((double)p->moment[i] / bias1 / size + decay * (double)p->value[i]));
    }
}

void optimiser_step(const optimiser *o, parameters *p, uint64_t step, double rate) {
    for (uint32_t i = 0; i < p->n; i++) {
        parameter *row = &p->rows[i];
        if (!parameter_learns(row)) continue;
        const double decay = row->kind == PARAMETER_WEIGHT ? o->weight_decay : 0;
        if (o->kind == OPTIMISER_SGD) sgd(row, decay, o->momentum, rate);
        else adam(row, o, decay, step, rate);
    }
}

double schedule_rate(schedule_kind kind, double peak, uint64_t step, uint64_t steps) {
    const double done = ((double)step + 0.5) / (double)(steps ? steps : 1);
    switch (kind) {
    case SCHEDULE_ONE_CYCLE: return done < 0.25 ? peak * done / 0.25 : peak * (1 - done) / 0.75;
    case SCHEDULE_COSINE: return peak * 0.5 * (1 + cos(PI * done));
    case SCHEDULE_STEP: return done < 0.5 ? peak : done < 0.75 ? 0.1 * peak : 0.01 * peak;
    default: return peak;
    }
}
