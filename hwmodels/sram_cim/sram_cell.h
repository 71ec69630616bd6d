/* What the cell is: size, leakage, loads; and how it is written. */
#ifndef SRAM_CELL_H
#define SRAM_CELL_H

#include "sram_array.h"

/* Sizes and loads of the cell of an analogue scheme; of the digital one, sram_digital.h. */
void sram_set_cell(sram_circuit *circuit);

/* Leakage of the six transistors that store a bit. */
double sram_store_leakage_w(const cim_technology *t);

/* Drain of an NMOS of electrical width_m. */
double sram_drain_f(const cim_technology *t, double width_m);

/* Row decoder, word lines, write drivers: after the cell is set. */
void sram_set_write_path(sram_circuit *circuit);
#endif
