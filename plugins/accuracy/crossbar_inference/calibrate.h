/* calibrate.h: what is chosen from the first training images: the ranges of activations, and the
 * full scales of calibrated converters. */
#ifndef CROSSBAR_CALIBRATE_H
#define CROSSBAR_CALIBRATE_H

#include "crossbar.h"
#include "samples.h"

/* CALIBRATE_IMAGES: that ranges are searched on; for a large network fewer, CALIBRATE_LEAST at
 * least (README.md). CALIBRATE_ALL: what else learns from training images needs no more. */
enum { CALIBRATE_IMAGES = 512, CALIBRATE_LEAST = 32, CALIBRATE_ALL = 128,
       CALIBRATE_CONVERTERS = 64 };

/* What NETWORK is calibrated with: the first CALIBRATE_IMAGES training images of data set NAME, for
 * a large network CALIBRATE_ALL, however many ALL holds for another one; ALL is read anew where it
 * has too few. OUT is a part of ALL, and stays valid as long. */
cim_status calibrate_samples(samples *all, const char *name, const cim_network *network,
                             samples *out);

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
