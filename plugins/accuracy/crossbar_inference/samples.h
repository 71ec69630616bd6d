/* samples.h: images as a network takes them, kept between evaluations. */
#ifndef CROSSBAR_SAMPLES_H
#define CROSSBAR_SAMPLES_H

#include "dataset.h"
#include "memo.h"
#include "net.h"

enum { SAMPLES_COLOURS = 3 };

typedef struct samples {
    const cim_host *host;
    const char *path;        /* of the data; "" where its package puts it                         */
    float mean[SAMPLES_COLOURS], sd[SAMPLES_COLOURS]; /* of a colour; an sd of 0 stands for 1     */
    char *name;              /* of the data set that is held                                      */
    dataset_part part;
    uint32_t n, wanted, channels, height, width;
    float *pixels;           /* (0..1 - mean) / sd                                                */
    uint32_t *labels, top_label;
    memo *ranges, *peaks;    /* what was calibrated with these images                            */
} samples;

/* The first N images of PART for network NET, whose data set is NAME. */
cim_status samples_need(samples *s, const char *name, dataset_part part, uint32_t n,
                        const cim_network *network);
void samples_free(samples *s);
#endif
