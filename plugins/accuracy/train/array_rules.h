/* array_rules.h: what a crossbar does to weights and inputs, as far as training can feel it: their
 * codes, and the first two moments of what the devices make of each code. Derivatives pass as if
 * nothing had been rounded (straight-through; Bengio et al. 2013). */
#ifndef TRAIN_ARRAY_RULES_H
#define TRAIN_ARRAY_RULES_H

#include "net.h"

#include <cim/accuracy.h>

typedef struct array_rule {
    uint32_t weight_bits, input_bits;   /* 1 bit is trained as 2: a sign and a zero */
    uint32_t cell_bits;                 /* 0: no devices, so no spread */
    bool differential;
    double value_sd, range_sd;          /* of a cell: shares of its value, and of the range */
    double off_level;                   /* conductance of level 0, in steps between levels */
} array_rule;

typedef struct array_rules {
    array_rule *rows;                   /* one a layer of the network */
    uint32_t n;
    float *row;                         /* room for one output channel's weights */
    uint64_t seed, step;                /* decide the noise; STEP is the caller's to count */
} array_rules;

/* NOISY: with the spread of the devices that TABLE (n = 0: exact ones) describes. False: no
 * memory. */
bool array_rules_begin(array_rules *a, const net *n, cim_nonideality_table table, bool noisy,
                       uint64_t seed);
void array_rules_end(array_rules *a);
/* What net.h asks for; the context is A. Noise in training only: tests see the mean. */
net_rules array_rules_of(array_rules *a);

/* Standard deviation of a weight of code Q, in steps of the code. */
double array_rule_sd(const array_rule *r, int32_t q);
#endif
