/* A chip of our own making with eight layers and 26 variables, as unlike a smooth function as real
 * ones are: whole arrays, slices and pulses, four devices, three kinds of converter. Its figures
 * are not calibrated to any chip. */
#include "functions.h"

#include <math.h>

enum { LAYERS = 8, SRAM = 0 };
enum { ROWS, COLUMNS, ADC_BITS, CELL_BITS, DAC_BITS, MUX, DEVICE, ADC, SUPPLY, BUFFER, COPIES,
       WEIGHT_BITS = COPIES + LAYERS };

static const double input_bits = 8.0;

/* Inputs, outputs, positions, and how sensitive the loss is to the layer's errors. */
typedef struct layer { double inputs, outputs, positions, sensitivity; } layer;
static const layer layers[LAYERS] = {
    {27, 64, 1024, 1.6},  {576, 64, 1024, 1.0}, {576, 128, 256, 0.9}, {1152, 128, 256, 0.8},
    {1152, 256, 64, 0.7}, {2304, 256, 64, 0.6}, {2304, 512, 16, 0.8}, {512, 10, 1, 1.5}};

/* SRAM, RRAM, PCM, FeFET. */
static const double cell_fj[4] = {1.0, 0.45, 0.6, 0.3};        /* a cell and read pulse */
static const double cell_um2[4] = {0.3, 0.05, 0.06, 0.08};
static const double cell_spread[4] = {0.0, 0.04, 0.06, 0.05};  /* relative standard deviation */
static const double settling[4] = {1.0, 1.6, 1.9, 1.3};

typedef struct converter { double ns, fj, um2; } converter;

static converter converter_of(int kind, double bits) {
    const double levels = exp2(bits);
    if (kind == 0)   /* successive approximation */
        return (converter){0.4 * bits, 12.0 * bits + 0.6 * levels,
                           40.0 + 12.0 * bits + 1.5 * levels};
    if (kind == 1)   /* flash */
        return (converter){0.6, 9.0 * levels, 14.0 * levels};
    return (converter){0.15 * levels, 6.0 * bits + 0.9 * levels, 25.0 + 5.0 * bits};
}

static double softplus(double z) {
    return z > 0.0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

typedef struct chip { double pj, ns, um2, errors; } chip;

static void add_layer(const double *x, uint32_t i, chip *to) {
    const layer *l = &layers[i];
    const int device = (int)x[DEVICE];
    const converter adc = converter_of((int)x[ADC], x[ADC_BITS]);
    const double copies = x[COPIES + i], bits = x[WEIGHT_BITS + i], v = x[SUPPLY];
    const double slices = ceil(bits / x[CELL_BITS]), pulses = ceil(input_bits / x[DAC_BITS]);
    const double down = ceil(l->inputs / x[ROWS]), across = ceil(l->outputs * slices / x[COLUMNS]);
    const double used = fmin(l->inputs, x[ROWS]);
    const double conversions = l->positions * pulses * down * l->outputs * slices;
    const double reads = l->positions * pulses * l->inputs * l->outputs * slices;
    const double in_bytes = l->inputs * input_bits / 8.0;
    const double bytes = l->positions * (in_bytes + down * l->outputs * 2.0) *
                         (1.0 + 0.25 * log2(1.0 + in_bytes / (x[BUFFER] * 16.0)));
    const double speed = (v - 0.35) / 0.55, v2 = (v / 0.9) * (v / 0.9);
    const double step = settling[device] * (0.5 + x[ROWS] / 400.0 + x[COLUMNS] / 1600.0) +
                        x[MUX] * adc.ns;
    const double compute = l->positions / copies * pulses * step / speed;
    const double move = bytes / (16.0 * pow(x[BUFFER] / 64.0, 0.35) * speed) / sqrt(copies);
    const double drive = exp2(x[DAC_BITS]), need = log2(used) + x[CELL_BITS] + x[DAC_BITS] - 3.5;
    const double states = exp2(x[CELL_BITS]) - 1.0;
    to->ns += pow(pow(compute, 4.0) + pow(move, 4.0), 0.25);
    to->pj +=
        (conversions * adc.fj + reads * cell_fj[device] * (1.0 + 0.35 * (drive - 2.0) / 2.0)) * v2 *
            1e-3 +
        bytes * 0.02 * sqrt(x[BUFFER] / 64.0) * v2 * (1.0 + 0.05 * (copies - 1.0));
    to->um2 += down * across * copies *
               (x[ROWS] * x[COLUMNS] * cell_um2[device] * (device == SRAM ? x[CELL_BITS] : 1.0) +
                ceil(x[COLUMNS] / x[MUX]) * adc.um2 + x[ROWS] * (1.5 + 0.9 * drive) + 400.0);
    to->errors += l->sensitivity *
                  (0.9 * pow(4.0, 1.0 - bits) + 0.6 * pow(4.0, 1.5 - input_bits) +
                   4e-4 * pow(4.0, softplus(need - x[ADC_BITS])) +
                   cell_spread[device] * cell_spread[device] * states * states / slices * 0.2 +
                   0.02 * exp(-(v - 0.6) / 0.06) * (1.0 + used / 256.0));
}

void cim26(const problem *p, const double *x, double *f, double *g) {
    chip c = {0};
    for (uint32_t i = 0; i < LAYERS; i++) add_layer(x, i, &c);
    c.pj += 4e-5 * c.ns * sqrt(c.um2) * x[SUPPLY] * (x[DEVICE] == SRAM ? 2.0 : 1.0);  /* leakage */
    c.um2 += 350.0 * x[BUFFER];
    const double energy = log10(c.pj), time = log10(c.ns), area = log10(c.um2);
    uint32_t n = 0;
    if (p->m == 2) f[n++] = energy + time + area;
    else {
        f[n++] = energy;
        f[n++] = time;
        if (p->m == 4) f[n++] = area;
    }
    f[n] = 1.0 - exp(-c.errors);
    if (p->c) g[0] = area - 7.2;
}
