/* calibrate.h: what is chosen from the first training images: the ranges of activations, and the
 * full scales of calibrated converters. */
#ifndef CROSSBAR_CALIBRATE_H
#define CROSSBAR_CALIBRATE_H

#include "crossbar.h"
#include "samples.h"

enum { CALIBRATE_IMAGES = 512, CALIBRATE_CONVERTERS = 64 };

/* RANGES, one for each layer with weights. Tensor "act_scale.B" of the weights, one step for each
 * layer's input of B bits, goes before a search on IMAGES (which may be NULL if all are there). */
cim_status calibrate_ranges(const net *n, net_source source, const cim_nonideality *const *rows,
                            const samples *images, net_range *ranges);
/* True where converters need images. */
int calibrate_needs(const cim_nonideality *is);
/* Sets the converters of ARRAYS that are calibrated: the largest sum of each layer and slice; and
 * the output scales of those that MNSIM's rules need. */
cim_status calibrate_converters(const net *n, const samples *images, crossbar *arrays);
#endif
