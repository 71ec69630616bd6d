/* Digital compute in SRAM: a gate beside each cell multiplies its bit by an input bit, adders sum a
 * column's products exactly, an accumulator adds up the input bits.
 *
 * Tree: adders beside the cells, one tree for the bits of a weight. Chain: a full adder in each
 * cell; a column's sum ripples from cell to cell, carries to the columns of the next higher bits.
 * Bits are 0 or 1 (AND; a weight is in two's complement) or, differential, -1 or 1 (XNOR). */
#ifndef SRAM_DIGITAL_H
#define SRAM_DIGITAL_H

#include "sram_array.h"

/* The design, cut to the array; what depends on the bits of weights is made with the array. */
sram_circuit sram_digital_circuit(const sram_design *design);
cim_array sram_digital_array(const sram_circuit *circuit, const sram_use *use);

/* Columns that a weight takes: its bits; in a chain also those of the sum above them. */
uint32_t sram_digital_columns(const sram_design *design, uint32_t weight_bits);
#endif
