/* layers.h: what each layer computes, and its derivatives.
 *
 * The values of a batch of N images lie channel after channel, [channel][image][row][column]: a
 * convolution is then one matrix product for many images, and what batch norm averages is one
 * run of memory. X is a layer's input, Y its output, dX the derivative of the loss by X. Backward
 * functions ADD to dx and to the parameters' derivatives; dx may be NULL where nobody wants it. */
#ifndef TRAIN_LAYERS_H
#define TRAIN_LAYERS_H

#include "real.h"

#include <stddef.h>
#include <stdint.h>

typedef struct geometry {
    uint32_t in_channels, in_height, in_width;
    uint32_t out_channels, out_height, out_width;
    uint32_t kernel_height, kernel_width, stride_height, stride_width;
    uint32_t dilation_height, dilation_width, pad_top, pad_left, groups;
} geometry;

static inline size_t geometry_inputs(const geometry *g) {
    return (size_t)g->in_height * g->in_width;
}
static inline size_t geometry_outputs(const geometry *g) {
    return (size_t)g->out_height * g->out_width;
}

/* Convolution without bias; weights [out][in / groups][kernel row][kernel column]. SCRATCH holds
 * conv_scratch() numbers. */
size_t conv_scratch(const geometry *g, uint32_t n);
void conv_forward(const geometry *g, uint32_t n, const real *x, const real *w, real *y,
                  real *scratch);
void conv_backward(const geometry *g, uint32_t n, const real *x, const real *w, const real *dy,
                   real *dx, real *dw, real *scratch);

/* The same for one channel a group, without a matrix product for each. */
size_t depthwise_scratch(const geometry *g, uint32_t n);
void depthwise_forward(const geometry *g, uint32_t n, const real *x, const real *w, real *y,
                       real *scratch);
void depthwise_backward(const geometry *g, uint32_t n, const real *x, const real *w, const real *dy,
                        real *dx, real *dw, real *scratch);

/* Linear: W [out][features]; x is flattened, channel after channel. SCRATCH: features x n numbers,
 * twice. */
size_t linear_scratch(const geometry *g, uint32_t n);
void linear_forward(const geometry *g, uint32_t n, const real *x, const real *w, const real *bias,
                    real *y, real *scratch);
void linear_backward(const geometry *g, uint32_t n, const real *x, const real *w, const real *dy,
                     real *dx, real *dw, real *dbias, real *scratch);

/* WINNER: n x outputs places in x, kept for the way back. */
void max_pool_forward(const geometry *g, uint32_t n, const real *x, real *y, uint32_t *winner);
void max_pool_backward(const geometry *g, uint32_t n, const uint32_t *winner, const real *dy,
                       real *dx);
/* Divides by the kernel's size, padding counted. */
void average_pool_forward(const geometry *g, uint32_t n, const real *x, real *y);
void average_pool_backward(const geometry *g, uint32_t n, const real *dy, real *dx);

/* Batch norm over COUNT values of each channel. Training takes the batch's own moments, leaves
 * them in MEAN and INVERSE_SD, and moves the running ones by MOMENTUM. */
typedef struct batch_norm {
    uint32_t channels;
    const real *gamma, *beta;
    real *running_mean, *running_variance;
    real *mean, *inverse_sd;
} batch_norm;
#define BATCH_NORM_EPSILON 1e-5 /* added to the variance, as everywhere in the literature */

void batch_norm_train(const batch_norm *b, size_t count, real momentum, const real *z, real *y);
void batch_norm_infer(const batch_norm *b, size_t count, const real *z, real *y);
/* In place: D is dy on entry, dz on return. */
void batch_norm_backward(const batch_norm *b, size_t count, const real *z, real *d, real *dgamma,
                         real *dbeta);

/* ACTIVATION: CIM_ACT_*. */
void activate(uint32_t activation, size_t n, const real *a, real *y);
/* True where the derivative can be told from y alone, so that y may overwrite a. */
int activation_in_place(uint32_t activation);
/* D is dy on entry, da on return; A is the input, or the output of one that works in place. */
void activate_backward(uint32_t activation, size_t n, const real *a, real *d);

/* Mean cross-entropy of softmax(logits) over N images; logits [class][image]. D, if not NULL,
 * becomes the derivative. RIGHT counts the images whose largest logit (the first of equals) is
 * the label's. SMOOTHING: share of the label spread over all classes. */
double cross_entropy(uint32_t classes, uint32_t n, const real *logits, const uint32_t *labels,
                     double smoothing, real *d, uint32_t *right);
#endif
