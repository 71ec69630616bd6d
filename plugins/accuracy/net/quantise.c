#include "quantise.h"

#include <math.h>

static double share(int clip) { return 1 - 0.025 * clip; }

int32_t net_weight_code(float weight, double scale, uint32_t bits) {
    const double most = (double)((1 << (bits - 1)) - 1);
    return (int32_t)fmax(-most, fmin(most, rint((double)weight / scale)));
}

double net_weight_scale(const float *weights, size_t n, uint32_t bits) {
    double largest = 0, least = INFINITY, best = 1;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)weights[i]));
    if (!(largest > 0)) return 1;
    for (int c = 0; c < NET_CLIPS; c++) {
        const double top = bits > 1 ? (double)((1 << (bits - 1)) - 1) : 1;
        const double scale = (double)(float)(largest * share(c) / top);
        double error = 0;
        for (size_t i = 0; i < n; i++) {
            const double off = net_weight_code(weights[i], scale, bits) * scale - (double)weights[i];
            error += off * off;
        }
        if (error < least) {
            least = error;
            best = scale;
        }
    }
    return best;
}

net_range net_range_of(double low, double high, uint32_t bits) {
    net_range r = {.top = (1 << bits) - 1};
    r.scale = (high - low) / r.top;
    if (!(r.scale > 0)) r.scale = 1;
    r.zero = (int32_t)rint(-low / r.scale);
    return r;
}

int32_t net_code(net_range r, double value) {
    const double code = rint(value / r.scale) + r.zero;
    return code > r.top ? r.top : code > 0 ? (int32_t)code : 0;
}

net_range net_range_search(const float *values, size_t n, uint32_t bits) {
    double low = 0, high = 0, least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, (double)values[i]);
        high = fmax(high, (double)values[i]);
    }
    net_range best = net_range_of(low, high, bits);
    for (int c = 0; c < NET_CLIPS; c++) {
        const net_range r = net_range_of(low * share(c), high * share(c), bits);
        double error = 0;
        for (size_t i = 0; i < n; i++) {
            const double off = (net_code(r, (double)values[i]) - r.zero) * r.scale - (double)values[i];
            error += off * off;
        }
        if (error < least) {
            least = error;
            best = r;
        }
    }
    best.scale = (double)(float)best.scale;
    return best;
}
