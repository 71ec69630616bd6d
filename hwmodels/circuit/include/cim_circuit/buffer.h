/* cim_circuit/buffer.h: buffers out of flip-flops or of SRAM, with their periphery. */
#ifndef CIM_CIRCUIT_BUFFER_H
#define CIM_CIRCUIT_BUFFER_H

#include <cim_circuit/gate.h>

typedef struct cim_buffer {
    cim_block block;          /* one core; its energy_j is read_j                                */
    double access_s;          /* one line, read                                                  */
    double read_j, write_j;   /* one line of line_bits                                           */
    double leakage_w;
    double sense_m2;          /* part of the area: sense amplifiers of SRAM                      */
} cim_buffer;

#ifdef __cplusplus
extern "C" {
#endif
/* One core of `bits` in lines of `line_bits`. activity: of the flip-flops; control: of the decoder.
 * Flip-flops have no gated clock: every access clocks the core. */
cim_buffer cim_register_buffer(const cim_technology *t, double bits, double line_bits,
                               double activity, double control, cim_side side);
/* 6T cells of cell_height_f x cell_width_f nodes. */
cim_buffer cim_sram_buffer(const cim_technology *t, double bits, double line_bits, double control,
                           double cell_height_f, double cell_width_f, cim_side side);
#ifdef __cplusplus
}
#endif
#endif
