/* statistical.h: a layer as one matrix product of what its cells conduct, and the error that
 * slices, blocks, reads and converters add, by its moments on a sample of exact products. */
#ifndef CROSSBAR_STATISTICAL_H
#define CROSSBAR_STATISTICAL_H

#include "dense.h"
#include "reads.h"

enum { STATISTICAL_IMAGES = 128, STATISTICAL_CLASSES = 8 };

typedef struct statistical_line { float gain, offset, slope, sd; } statistical_line;

typedef struct statistical {
    int is_wanted;           /* by its owner                                                      */
    const crossbar *a;       /* NULL: not opened                                                  */
    crossbar quiet;          /* the same arrays, with reads that do not differ: chosen ones       */
    float *real;             /* output x row: what all cells of a weight come to                  */
    dense_weights w;         /* the same; owns its digits where there are steps                   */
    statistical_line *of;    /* each output: y = gain u + offset + slope * activity + sd z        */
    float bound[STATISTICAL_CLASSES];  /* largest activity of a class                             */
    float share[STATISTICAL_CLASSES];  /* of sd, in that class                                    */
    int is_still;            /* no input, no current, no error: converters have none of their own */
    uint8_t *chosen;         /* slice x step: reads that are done as they are; ANY of them        */
    int any;
    float *kept;             /* of what they are off by: a share, for each output                 */
    uint64_t key;            /* of the random numbers                                             */
} statistical;

/* True where A's product has an error that moments stand for. */
int statistical_applies(const crossbar *a);
/* A's chip is made. IN: what N_IMAGES give the layer. MOST_READS: that are done as they are. */
cim_status statistical_open(statistical *s, const crossbar *a, const double *in, uint32_t n_images,
                            uint32_t most_reads);
void statistical_close(statistical *s);
cim_status statistical_product(const statistical *s, const double *in, uint32_t first,
                               uint32_t n_images, double *out);
#endif
