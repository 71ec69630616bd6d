/* Inside of accuracy.imagenet_estimate: network.c sees which family a network belongs to, law.c has
 * the fits to published accuracies, arrays.c what the chip's arrays take off. */
#ifndef IMAGENET_ESTIMATE_H
#define IMAGENET_ESTIMATE_H

#include <cim/accuracy.h>

/* Networks that follow one law. */
typedef enum family {
    MOBILENET_V1, MOBILENET_V2, MOBILENET_V3, OFA_MOBILENET, RESNET, OFA_RESNET, FAMILIES
} family;

/* The level of training that a family's published figures come from. */
typedef enum recipe { RECIPE_AUTO, RECIPE_PLAIN, RECIPE_ONCE_FOR_ALL } recipe;

/* ---- law.c ----------------------------------------------------------------------------------- */

/* error = scale (MACs / 300e6)^-macs (weights / 3.5e6)^-weights, by least squares on accuracy. */
typedef struct family_law {
    const char *name;
    double scale, macs, weights;
    double most_macs, most_weights; /* of the published networks: more brings nothing more    */
    double fit_rms;                 /* of the fit, a share (0.01: one point)                  */
    double trained_bits;            /* loss = this * 4^-bits, weights and inputs of one width, */
    double untrained_bits;          /* trained with rounding, and rounded afterwards           */
} family_law;
extern const family_law family_laws[FAMILIES];

/* Share of right answers in floating point. */
double law_float(family f, double macs, double weights);
/* What is left of ACCURACY after a loss (a logarithm: 0.01 is one percent of it). */
double law_after(double accuracy, double loss);
/* Loss of one layer at these bits, were all layers like it. */
double law_bits(family f, double weight_bits, double input_bits);

/* ---- network.c ------------------------------------------------------------------------------- */

typedef struct network_facts {
    family family;
    double macs, weights;
    uint32_t weight_layers;
} network_facts;

/* Refuses, by name, what is for another data set than the figures. */
cim_status network_check_dataset(const cim_host *host, const cim_network *n);
/* Refuses, by name, what is no ImageNet network of a known family. */
cim_status network_read(const cim_host *host, const cim_network *n, recipe r, network_facts *out);

static inline int has_weights(const cim_layer *l) { return cim_layer_weights(l) > 0; }

/* ---- arrays.c -------------------------------------------------------------------------------- */

/* Loss of layer L on the arrays that X describes, were all layers like it; 0 for exact ones. */
double arrays_loss(family f, const cim_layer *l, const cim_nonideality *x);
#endif
