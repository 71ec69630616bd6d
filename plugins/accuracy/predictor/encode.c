/* A design as an accuracy evaluator sees it, its network and what the hardware model says of its
 * arrays, as a fixed number of numbers: the same for every workload and every depth. */
#include "predictor.h"

#include <cim_sdk/noise.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of one layer, or the mean of the layers of a place. */
enum { PRESENT, WEIGHT_BITS, INPUT_BITS, LOG2_WEIGHTS, LOG2_MACS, KERNEL, LOG2_OUTPUTS, CELL_BITS,
       DAC_BITS, ADC_BITS, LOG2_ROWS, LOST_BITS, NOISE, IR_DROP, CALIBRATED, DIFFERENTIAL };
static const char *const place_names[PLACE_FEATURES] = {
    "present", "weight_bits", "input_bits", "log2_weights", "log2_macs", "kernel", "log2_outputs",
    "cell_bits", "dac_bits", "adc_bits", "log2_rows", "lost_bits", "noise", "ir_drop",
    "calibrated", "differential"};

enum { ALL_LAYERS, ALL_WEIGHTS, ALL_MACS, ALL_PIXELS, ALL_ADDITIONS, ALL_BIT_POWER, ALL_CODE_POWER,
       ALL_NOISE, ALL_LOST_BITS, MOST_LOST_BITS };
static const char *const all_names[FEATURES_OF_ALL] = {
    "layers", "log2_weights", "log2_macs", "log2_pixels", "additions", "log2_bit_power",
    "log2_code_power", "noise", "lost_bits", "most_lost_bits"};

void feature_name(uint32_t feature, char name[MAX_FEATURE_NAME]) {
    if (feature < FEATURES_OF_ALL) {
        snprintf(name, MAX_FEATURE_NAME, "%s", all_names[feature]);
        return;
    }
    feature -= FEATURES_OF_ALL;
    snprintf(name, MAX_FEATURE_NAME, "place%u.%s", feature / PLACE_FEATURES,
             place_names[feature % PLACE_FEATURES]);
}

uint32_t feature_named(const char *name) {
    char known[MAX_FEATURE_NAME];
    for (uint32_t i = 0; i < FEATURES; ++i) {
        feature_name(i, known);
        if (!strcmp(name, known)) return i;
    }
    return FEATURES;
}

/* ---- one layer ------------------------------------------------------------------------------- */

static double square(double x) { return x * x; }

static void encode_array(const cim_layer *l, const cim_nonideality *x, double *f) {
    if (!x->weight_mapping) return;
    const double inputs = (double)(l->in_channels / l->groups) * l->kernel_height * l->kernel_width;
    const double rows = x->rows_at_once ? fmin(x->rows_at_once, inputs) : inputs;
    f[CELL_BITS] = x->cell_bits;
    f[DAC_BITS] = x->dac_bits;
    f[ADC_BITS] = x->adc_bits;
    f[LOG2_ROWS] = log2(rows);
    const double sums =
        rows * (exp2(fmin(x->cell_bits, 32)) - 1) * (exp2(fmin(x->dac_bits, 32)) - 1);
    const double errors = square(x->adc_noise_sd) + square(x->adc_offset_sd) +
                          square(x->adc_nonlinearity);
    if (x->adc_bits) /* errors of a converter take bits, too */
        f[LOST_BITS] = fmax(log2(sums + 1) - x->adc_bits, 0) + log2(1 + 12 * errors) / 2;
    f[CALIBRATED] = x->adc_bits && x->adc_range == CIM_ADC_CALIBRATED;
    f[DIFFERENTIAL] = x->weight_mapping == CIM_MAPPING_DIFFERENTIAL;
    f[NOISE] = sqrt(cim_cell_noise_power(x)); /* of the weights' sd */
    f[IR_DROP] = x->on_conductance_s / 2 * (x->column_wire_ohm * square(x->array_rows) +
                                            x->row_wire_ohm * square(x->array_columns));
}

static void encode_layer(const cim_layer *l, const cim_nonideality *x, double f[PLACE_FEATURES]) {
    memset(f, 0, PLACE_FEATURES * sizeof *f);
    f[PRESENT] = 1;
    f[WEIGHT_BITS] = cim_weight_bits_on(l, x);
    f[INPUT_BITS] = cim_input_bits_on(l, x);
    f[LOG2_WEIGHTS] = log2((double)cim_layer_weights(l));
    f[LOG2_MACS] = log2((double)cim_layer_macs(l) + 1);
    f[KERNEL] = l->kernel_height;
    f[LOG2_OUTPUTS] = log2(l->out_channels);
    if (x) encode_array(l, x, f);
}

/* ---- the network ----------------------------------------------------------------------------- */

typedef struct stretch { double from, to; } stretch; /* 0: input, 1: output */

/* Its index set of weight layers keeps a layer in its place when others come and go. */
static int weight_layer_set(const cim_network *n) {
    for (uint32_t i = 0; i < n->index_sets.n; ++i) {
        const cim_index_set *s = CIM_ROW(cim_index_set, n->index_sets, i);
        if (s->size && !strcmp(s->name, "weight_layer")) return (int)i;
    }
    return -1;
}

static stretch stretch_of(const cim_network *n, const cim_layer *l, int set, uint32_t number,
                          uint32_t count) {
    double at = number, of = count;
    if (set >= 0 && l->elements && l->elements[set] >= 0) {
        at = l->elements[set];
        of = CIM_ROW(cim_index_set, n->index_sets, set)->size;
    }
    return (stretch){at / of, (at + 1) / of};
}

static void add_to_places(stretch s, const double f[PLACE_FEATURES], double *places) {
    for (uint32_t p = 0; p < PLACES; ++p) {
        const double share = fmin(s.to * PLACES, p + 1) - fmax(s.from * PLACES, p);
        if (!(share > 1e-9)) continue;
        for (uint32_t i = 0; i < PLACE_FEATURES; ++i)
            places[p * PLACE_FEATURES + i] += share * f[i];
    }
}

static void add_to_all(const cim_layer *l, const double f[PLACE_FEATURES], double *all) {
    all[ALL_LAYERS] += 1;
    all[ALL_WEIGHTS] += (double)cim_layer_weights(l);
    all[ALL_MACS] += (double)cim_layer_macs(l);
    all[ALL_BIT_POWER] += pow(4, -f[WEIGHT_BITS]) + pow(4, -f[INPUT_BITS]);
    all[ALL_CODE_POWER] += f[LOST_BITS] > 0 ? pow(4, -f[ADC_BITS]) : 0;
    all[ALL_NOISE] += f[NOISE];
    all[ALL_LOST_BITS] += f[LOST_BITS];
    all[MOST_LOST_BITS] = fmax(all[MOST_LOST_BITS], f[LOST_BITS]);
}

static void finish_all(const cim_network *n, double *all) {
    const double layers = fmax(all[ALL_LAYERS], 1);
    all[ALL_WEIGHTS] = log2(all[ALL_WEIGHTS] + 1);
    all[ALL_MACS] = log2(all[ALL_MACS] + 1);
    all[ALL_PIXELS] = log2((double)n->in_height * n->in_width + 1);
    all[ALL_BIT_POWER] = log2(all[ALL_BIT_POWER] / layers + 0x1p-40);
    all[ALL_CODE_POWER] = log2(all[ALL_CODE_POWER] / layers + 0x1p-40);
    all[ALL_NOISE] /= layers;
    all[ALL_LOST_BITS] /= layers;
}

/* Sums over a place's layers become means. */
static void finish_places(double *places) {
    for (uint32_t p = 0; p < PLACES; ++p) {
        double *f = places + p * PLACE_FEATURES;
        if (f[PRESENT] > 0)
            for (uint32_t i = PRESENT + 1; i < PLACE_FEATURES; ++i) f[i] /= f[PRESENT];
    }
}

void encode(const cim_network *n, cim_nonideality_table arrays, double out[FEATURES]) {
    double *places = out + FEATURES_OF_ALL, f[PLACE_FEATURES];
    const int set = weight_layer_set(n);
    uint32_t count = 0, number = 0;
    memset(out, 0, FEATURES * sizeof *out);
    for (uint32_t i = 0; i < n->layers.n; ++i)
        count += cim_layer_weights(CIM_ROW(cim_layer, n->layers, i)) > 0;
    for (uint32_t i = 0; i < n->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        out[ALL_ADDITIONS] += l->op == CIM_OP_ADD;
        if (!cim_layer_weights(l)) continue;
        encode_layer(l, i < arrays.n ? CIM_ROW(cim_nonideality, arrays, i) : NULL, f);
        add_to_places(stretch_of(n, l, set, number++, count), f, places);
        add_to_all(l, f, out);
    }
    finish_all(n, out);
    finish_places(places);
}
