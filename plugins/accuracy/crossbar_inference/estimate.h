/* estimate.h: accuracy from a design alone, without an image: the relative error power of each
 * layer's product, weighed by how much of it the network bears there.
 *
 * What is measured, once for a network and its weights: how much noise in one layer costs half of
 * what the network knows, how the loss grows when all layers are disturbed, and samples of each
 * layer's inputs. README.md has the equations. */
#ifndef CROSSBAR_ESTIMATE_H
#define CROSSBAR_ESTIMATE_H

#include "evaluation.h"

enum { ESTIMATE_IMAGES = 128, ESTIMATE_PATCHES = 128, ESTIMATE_GROUPS = 8 };

/* Codes of a layer's weights at one precision. */
typedef struct estimate_codes {
    uint32_t layer, bits, per_tensor;
    double *share;           /* of each code -Q .. Q, of all weights                              */
    double scale2, error2;   /* mean squares: of the step, and of what rounding takes off         */
    struct estimate_codes *next;
} estimate_codes;

/* Digits of a layer's inputs at one precision. Positions are grouped by how much is on. */
typedef struct estimate_digits {
    uint32_t layer, bits, digit_bits, steps;
    double scale, error2;    /* the step; mean square of what rounding takes off                  */
    double square, sum2;     /* mean squares: of a code, and of a position's mean code            */
    double first[16][ESTIMATE_GROUPS], second[16][ESTIMATE_GROUPS]; /* mean digit, mean squared   */
    struct estimate_digits *next;
} estimate_digits;

typedef struct estimate_layer {
    uint32_t rows;
    double signal;           /* variance of the product over positions, mean of outputs           */
    double weight2, value2;  /* mean squares: of weights, of inputs                               */
    double half;             /* relative error power, here alone, that costs half                 */
    float *patches;          /* ESTIMATE_PATCHES x rows                                           */
} estimate_layer;

typedef struct estimate {
    const cim_host *host;
    uint64_t key;            /* of network and weights                                            */
    estimate_layer *layers;
    uint32_t n_layers;       /* with weights                                                      */
    double middle, power;    /* share kept: 1 / (1 + (load / middle)^power)                       */
    double best, chance;     /* accuracy without any error; of guessing                           */
    uint32_t images;         /* that BEST rests on                                                */
    int compensation;        /* CELLS_NOTHING ..: set it before an accuracy is asked for          */
    estimate_codes *codes;
    estimate_digits *digits;
} estimate;

/* TRAINING: calibrate_samples(). */
cim_status estimate_open(estimate *e, const cim_host *host, const cim_network *network,
                         net_source source, const samples *training);
void estimate_close(estimate *e);
/* Accuracy without any error, on the first N images of TEST. */
cim_status estimate_measure_best(estimate *e, const cim_network *network, net_source source,
                                 const samples *training, const samples *test, uint32_t n);
/* Of a design: its accuracy on the images of estimate_measure_best(). */
cim_status estimate_accuracy(estimate *e, const cim_network *network, cim_nonideality_table rows,
                             net_source source, double *out);
/* Both keep what they make in E. */
cim_status estimate_codes_of(estimate *e, const net_layer *l, uint32_t bits, uint32_t per_tensor,
                             const estimate_codes **out);
cim_status estimate_digits_of(estimate *e, const net_layer *l, uint32_t bits, uint32_t digit_bits,
                              net_source source, const estimate_digits **out);
/* Relative error power of layer L's product on arrays NON. */
cim_status estimate_power(estimate *e, const net_layer *l, const cim_nonideality *non,
                          net_source source, double *out);
#endif
