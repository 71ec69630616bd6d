/* The distance T is at most t with probability
 *
 *     P(t) = prod_i cdf(z_i(t)),  z_i(t) = (value_i(ideal_i + t scale_i) - mean_i) / sd_i,
 *
 * and E[(best - T)+] is P's integral from -infinity to best. P only grows, so that the interval
 * that matters can be bisected. Random weights, and the method: J. Knowles, "ParEGO", IEEE Trans.
 * Evol. Comput. 10, 50-66 (2006). */
#include "scalar.h"
#include "normal.h"

enum { N_HALF = 10, N_NODES = 2 * N_HALF };
/* Gauss-Legendre with 20 nodes on [-1, 1]: the positive ones and their weights (Abramowitz and
 * Stegun, table 25.4). */
static const double node[N_HALF] = {
    0.076526521133497333755, 0.227785851141645078080, 0.373706088715419560673,
    0.510867001950827098004, 0.636053680726515025453, 0.746331906460150792614,
    0.839116971822218823395, 0.912234428251325905868, 0.963971927277913791268,
    0.993128599185094924786};
static const double weight[N_HALF] = {
    0.152753387130725850698, 0.149172986472603746788, 0.142096109318382051329,
    0.131688638449176626898, 0.118194531961518417312, 0.101930119817240435037,
    0.083276741576704748725, 0.062672048334109063570, 0.040601429800386941331,
    0.017614007139152118312};
#define NEGLIGIBLE 24.0 /* exp(-24) = 4e-11 of the integrand's largest value */

double scalar_distance(const scalar *s, const double *goals) {
    double most = -INFINITY;
    for (uint32_t i = 0; i < s->m; i++)
        most = fmax(most, (goals[i] - s->ideal[i]) / s->scale[i]);
    return most;
}

static double z_at(const scalar *s, const double *mean, const double *sd, uint32_t i, double t) {
    return (metric_value(&s->metric, i, s->ideal[i] + t * s->scale[i]) - mean[i]) / sd[i];
}

static double log_probability(const scalar *s, const double *mean, const double *sd, double t) {
    double sum = 0.0;
    for (uint32_t i = 0; i < s->m; i++) sum += normal_log_cdf(z_at(s, mean, sd, i, t));
    return sum;
}

/* Width of the interval below best beyond which the integrand is negligible: bisected to a tenth,
 * from where one goal's factor has gone alone. */
static double width_of(const scalar *s, const double *mean, const double *sd, double at_best) {
    double low = 0.0, enough = INFINITY;
    for (uint32_t i = 0; i < s->m; i++) {
        const double z = fmin(z_at(s, mean, sd, i, s->best), 0.0) - 8.0;
        const double end =
            (metric_raw(&s->metric, i, mean[i] + z * sd[i]) - s->ideal[i]) / s->scale[i];
        enough = fmin(enough, s->best - end);
    }
    if (!(enough > 0.0)) return 0.0;
    for (int k = 0; k < 20 && enough - low > 0.1 * enough; k++) {
        const double middle = 0.5 * (low + enough);
        if (log_probability(s, mean, sd, s->best - middle) < at_best - NEGLIGIBLE) enough = middle;
        else low = middle;
    }
    return enough;
}

double scalar_log(const scalar *s, const double *mean, const double *sd, double *dmean,
                  double *dsd) {
    const double at_best = log_probability(s, mean, sd, s->best);
    for (uint32_t i = 0; dmean && i < s->m; i++) dmean[i] = dsd[i] = 0.0;
    if (!(at_best > -INFINITY)) return -INFINITY;
    const double width = width_of(s, mean, sd, at_best);
    if (!(width > 0.0)) return -INFINITY;
    double sum = 0.0;
    for (int k = 0; k < N_NODES; k++) {
        const double x = k < N_HALF ? node[k] : -node[k - N_HALF];
        const double t = s->best - 0.5 * width * (1.0 + x);
        const double value =
            weight[k % N_HALF] * exp(log_probability(s, mean, sd, t) - at_best);
        sum += value;
        for (uint32_t i = 0; dmean && i < s->m; i++) {
            const double z = z_at(s, mean, sd, i, t), slope = value * normal_hazard(z) / sd[i];
            dmean[i] -= slope;
            dsd[i] -= slope * z;
        }
    }
    for (uint32_t i = 0; dmean && i < s->m; i++) {
        dmean[i] /= sum;
        dsd[i] /= sum;
    }
    return at_best + log(0.5 * width * sum);
}
