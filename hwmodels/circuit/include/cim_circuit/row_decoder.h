/* cim_circuit/row_decoder.h: one-of-N decoder of standard cells, with a driver for every row. */
#ifndef CIM_CIRCUIT_ROW_DECODER_H
#define CIM_CIRCUIT_ROW_DECODER_H

#include <cim_circuit/gate.h>

/* What a row's driver sees: the word line's capacitance and the resistance along it. */
typedef struct cim_row_load { double f, ohm; } cim_row_load;

#ifdef __cplusplus
extern "C" {
#endif
/* Predecoders of two bits each (NAND2), a NOR an output, two inverters as its driver; in columns as
 * high as side.height_m (0: one column). energy_j: one address change, the row's load not counted;
 * all address bits and one output switch. */
cim_block cim_row_decoder(const cim_technology *t, double outputs, cim_side side,
                          cim_row_load load);
/* Pitch of the metal tracks of its predecoded lines, two a bit. */
double cim_track_m(const cim_technology *t);
#ifdef __cplusplus
}
#endif
#endif
