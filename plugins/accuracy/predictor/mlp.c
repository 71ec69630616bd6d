/* A multi-layer perceptron and Adam (Kingma and Ba, arXiv 1412.6980), in double precision, with
 * nothing but sums, products and square roots: the same bits on every machine. */
#include "predictor.h"

#include <cim_sdk/rng.h>
#include <math.h>
#include <string.h>

#define BATCH 32u
#define RATE 3e-3          /* of Adam at the first step; falls linearly to 0                      */
#define DECAY 1e-2         /* of weights, decoupled (Loshchilov and Hutter, arXiv 1711.05101)     */
#define BETA1 0.9
#define BETA2 0.999
#define TINY 1e-8

/* Weights: first[inputs][hidden], bias, second[hidden][hidden], bias, last[hidden], bias. */
uint32_t mlp_size(mlp_shape s) { return (s.inputs + s.hidden + 3) * s.hidden + 1; }

void seeded(uint64_t seed, cim_rng *rng) {
    for (int i = 0; i < 4; ++i) {
        uint64_t z = (seed += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        rng->s[i] = z ^ (z >> 31);
    }
}

/* OUT = ReLU(bias + x weights); returns the weights behind. */
static const double *forward(uint32_t inputs, uint32_t outputs, const double *w, const double *x,
                             double *out) {
    const double *bias = w + (size_t)inputs * outputs;
    memcpy(out, bias, outputs * sizeof *out);
    for (uint32_t i = 0; i < inputs; ++i, w += outputs)
        for (uint32_t k = 0; k < outputs; ++k) out[k] += x[i] * w[k];
    for (uint32_t k = 0; k < outputs; ++k) out[k] = out[k] > 0 ? out[k] : 0;
    return bias + outputs;
}

/* SCRATCH: both hidden layers. */
double mlp_predict(mlp_shape s, const double *w, const double *x, double *scratch) {
    double *one = scratch, *two = scratch + s.hidden;
    w = forward(s.inputs, s.hidden, w, x, one);
    w = forward(s.hidden, s.hidden, w, one, two);
    double y = w[s.hidden];
    for (uint32_t k = 0; k < s.hidden; ++k) y += w[k] * two[k];
    return y;
}

/* From DELTA, the slope at a layer's output, to the slopes of its weights, added to G, and at its
 * input, in BACK if that is wanted. */
static void backward(uint32_t inputs, uint32_t outputs, const double *w, const double *x,
                     const double *delta, double *g, double *back) {
    for (uint32_t i = 0; i < inputs; ++i, w += outputs, g += outputs) {
        for (uint32_t k = 0; k < outputs; ++k) g[k] += x[i] * delta[k];
        if (!back) continue;
        double sum = 0;
        for (uint32_t k = 0; k < outputs; ++k) sum += w[k] * delta[k];
        back[i] = x[i] > 0 ? sum : 0; /* the input came through a ReLU */
    }
    for (uint32_t k = 0; k < outputs; ++k) g[k] += delta[k];
}

/* Adds the slopes of (prediction - y)^2 / 2. */
static void add_slopes(mlp_shape s, const double *w, const double *x, double y, double *scratch,
                       double *g) {
    double *one = scratch, *two = one + s.hidden, *delta2 = two + s.hidden,
           *delta1 = delta2 + s.hidden;
    const uint32_t second = (s.inputs + 1) * s.hidden, last = second + (s.hidden + 1) * s.hidden;
    const double error = mlp_predict(s, w, x, scratch) - y;
    for (uint32_t k = 0; k < s.hidden; ++k) {
        g[last + k] += error * two[k];
        delta2[k] = two[k] > 0 ? error * w[last + k] : 0;
    }
    g[last + s.hidden] += error;
    backward(s.hidden, s.hidden, w + second, one, delta2, g + second, delta1);
    backward(s.inputs, s.hidden, w, x, delta1, g, NULL);
}

typedef struct adam { double *slopes, *mean, *square, beta1, beta2; } adam;

static void step(adam *a, double *w, uint32_t n, double rate, double batch) {
    a->beta1 *= BETA1;
    a->beta2 *= BETA2;
    const double size = rate * sqrt(1 - a->beta2) / (1 - a->beta1);
    for (uint32_t i = 0; i < n; ++i) {
        const double g = a->slopes[i] / batch;
        a->mean[i] = BETA1 * a->mean[i] + (1 - BETA1) * g;
        a->square[i] = BETA2 * a->square[i] + (1 - BETA2) * g * g;
        w[i] -= size * a->mean[i] / (sqrt(a->square[i]) + TINY) + rate * DECAY * w[i];
    }
}

/* Uniform within He's bound (arXiv 1502.01852); biases 0. */
static void start(mlp_shape s, cim_rng *rng, double *w) {
    const uint32_t inputs[] = {s.inputs, s.hidden, s.hidden}, outputs[] = {s.hidden, s.hidden, 1};
    for (int layer = 0; layer < 3; ++layer) {
        const double bound = sqrt(6.0 / inputs[layer]);
        for (uint32_t i = 0; i < inputs[layer] * outputs[layer]; ++i)
            *w++ = bound * (2 * cim_rng_uniform(rng) - 1);
        for (uint32_t k = 0; k < outputs[layer]; ++k) *w++ = 0;
    }
}

static void shuffle(cim_rng *rng, uint32_t *order, uint32_t n) {
    for (uint32_t i = n; i > 1; --i) {
        const uint32_t k = (uint32_t)cim_rng_below(rng, i), swapped = order[k];
        order[k] = order[i - 1];
        order[i - 1] = swapped;
    }
}

static void train(mlp_shape s, mlp_data d, mlp_plan p, adam *a, uint32_t *order, double *scratch,
                  double *w) {
    const uint32_t n = mlp_size(s), batches = (d.n + BATCH - 1) / BATCH;
    const double steps = (double)p.epochs * batches;
    double done = 0;
    cim_rng rng;
    seeded(p.seed, &rng);
    start(s, &rng, w);
    for (uint32_t i = 0; i < d.n; ++i) order[i] = i;
    for (uint32_t epoch = 0; epoch < p.epochs; ++epoch) {
        shuffle(&rng, order, d.n);
        for (uint32_t b = 0; b < d.n; b += BATCH, ++done) {
            const uint32_t end = b + BATCH < d.n ? b + BATCH : d.n;
            memset(a->slopes, 0, n * sizeof *a->slopes);
            for (uint32_t i = b; i < end; ++i)
                add_slopes(s, w, d.x + (size_t)order[i] * s.inputs, d.y[order[i]], scratch,
                           a->slopes);
            step(a, w, n, RATE * (1 - done / steps), end - b);
        }
    }
}

cim_status mlp_fit(const cim_host *host, mlp_shape s, mlp_data d, mlp_plan p, double *weights) {
    const uint32_t n = mlp_size(s);
    double *room = host->alloc(host, 3 * (size_t)n + mlp_scratch(s), sizeof *room);
    uint32_t *order = host->alloc(host, d.n, sizeof *order);
    cim_status status = CIM_OK;
    if (room && order) {
        adam a = {room, room + n, room + 2 * (size_t)n, 1, 1};
        train(s, d, p, &a, order, room + 3 * (size_t)n, weights);
    } else {
        status = host->fail(host, CIM_E_MEMORY, "out of memory");
    }
    host->release(host, room);
    host->release(host, order);
    return status;
}
