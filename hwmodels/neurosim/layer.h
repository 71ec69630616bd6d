/* layer.h: latency, energy and leakage of a layer on the chip. */
#ifndef NEUROSIM_LAYER_H
#define NEUROSIM_LAYER_H

#include "work.h"

/* Seconds, or joules, of an image by what they are spent on. The reference's three groups: adc;
 * accum; other = all the rest. */
typedef struct ns_spent {
    double adc;                   /* word lines and converters                                   */
    double accum;                 /* adders of all levels                                        */
    double array;                 /* drivers, multiplexers ... of the sub-arrays                 */
    double buffer, ic;            /* of all levels                                               */
    double activation, pool;
} ns_spent;

static inline double ns_spent_other(const ns_spent *s) {
    return s->array + s->buffer + s->ic + s->activation + s->pool;
}
static inline double ns_spent_sum(const ns_spent *s) {
    return s->adc + s->accum + ns_spent_other(s);
}

/* Serial, in ticks of the chip: cycles, or seconds when asynchronous. */
ns_spent ns_layer_ticks(const ns_chip *chip, const ns_layer *l, const ns_mapped *d);

/* Dynamic energy, joules. reading: the chip's sub-array as the layer's reads use it. */
ns_spent ns_layer_energy(const ns_chip *chip, const ns_subarray *reading, const ns_layer *l,
                         const ns_mapped *d);

/* Leakage of one of its tiles, watts. *pe_rows: PEs that conventional tiles added up so far; starts
 * at 1 with the first layer. */
double ns_layer_tile_leakage_w(const ns_chip *chip, const ns_layer *l, const ns_mapped *d,
                               double *pe_rows);

/* Rows with a one among `rows` rows. The reference's inputs have the same number of ones in every
 * 64 rows. */
double ns_active_rows(double density, double rows);
#endif
