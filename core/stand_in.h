/* stand_in.h: the network that accuracy is measured on in place of the study's: accuracy.on.
 *
 * The i-th weight layer of one stands for the i-th of the other. For each design the stand-in is
 * built with the study's bits (every parameter of the study's workload that runs over
 * `weight_layer`), and the hardware model describes its arrays for it with the design's own
 * parameters. A vector whose elements are equal in all layers that the design has goes to every
 * layer of the stand-in; any other only to one of as many elements. */
#ifndef STAND_IN_H
#define STAND_IN_H
#include "space.h"

/* A parameter's numbers in the study, and in what is measured. */
typedef struct carried {
    const cim_param *to; /* whose rule the numbers must keep */
    int32_t set;         /* index set of the study's network that it runs over; -1: none */
    uint32_t from_first, n_from, to_first, n_to;
} carried;

typedef struct stand_in {
    instance workload; /* plugin NULL: there is none */
    char name[64];     /* its file without folder and ending, or its plug-in */
    char help[160];    /* what `accuracy` is then */
    const instance *hwmodel;
    carried *bits, *arrays; /* of the workload, of the hardware model */
    uint32_t n_bits, n_arrays;
    uint32_t *first; /* the hardware model's layout over the stand-in's index sets */
    uint32_t n_hw_numbers;
    double *numbers, *built, *hw_numbers;
    const cim_network *network; /* of the numbers in BUILT; NULL: none */
} stand_in;

/* S->workload has been opened. Errors name the key that cannot be carried over. */
bool stand_in_begin(stand_in *s, const instance *workload, const instance *hwmodel,
                    const space *all, failure *f);
void stand_in_free(stand_in *s);

/* For the design with these numbers, whose own network is STUDY: builds S->network. False: WHY says
 * what is wrong. */
bool stand_in_build(stand_in *s, const cim_network *study, const double *workload_numbers,
                    const double *hw_numbers, char *why, size_t size);
/* The hardware model's values for it, until the next build. */
cim_values stand_in_values(const stand_in *s);
#endif
