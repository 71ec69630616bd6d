/* buffer.h: buffers of tile and chip, cut into cores that work side by side. */
#ifndef NEUROSIM_BUFFER_H
#define NEUROSIM_BUFFER_H

#include "subarray.h"

typedef struct ns_buffer {
    double cores, core_bits;
    double line_bits;            /* of a core, moved in one access                               */
    double area_m2;              /* of all cores                                                 */
    double core_leakage_w;
    double read_j, write_j;      /* of one bit                                                   */
    double read_s, write_s;      /* of a line of SRAM; only asynchronous chips look              */
} ns_buffer;

/* A buffer of `bits` in square cores of side x side bits; one that does not fill a core is a
 * single core of `bits` with lines of small_line_bits. sram: 0 register file, 1 SRAM. */
ns_buffer ns_buffer_make(const ns_subarray *s, uint32_t sram, double bits, double side,
                         double small_line_bits);
#endif
