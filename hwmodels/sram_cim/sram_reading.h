/* A column's signal and its converter: what time, energy and margin share. */
#ifndef SRAM_READING_H
#define SRAM_READING_H

#include "sram_array.h"

/* The converter and what it sees: half the supply of an integrated current; or the swing of the
 * capacitors, which idle rows, the column and the converter itself make smaller. */
typedef struct reading {
    cim_adc adc;
    double sense_s, integration_s, column_f, swing_v;
    double weakening;   /* discharge: of the cells' currents, by lower rows' voltages; 1: none    */
} reading;

reading sram_read(const sram_circuit *circuit, uint32_t adc_bits);

/* Multiplexer and column of a circuit whose cells and rows are set. */
void sram_set_columns(sram_circuit *circuit);

/* Current of a cell that conducts. */
double sram_on_a(const sram_circuit *circuit);

/* The least product of an input and a weight as a share of a cell's signal: a converter's step
 * need not be finer, then its upper codes are not used. */
double sram_smallest(const sram_design *design);
#endif
