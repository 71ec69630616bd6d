/* parts.h: the circuits around an array, one function a file section; private to the sub-array. */
#ifndef NEUROSIM_PARTS_H
#define NEUROSIM_PARTS_H

#include "subarray.h"
#include <cim_circuit/gate.h>

/* Height of a pass gate over that of its fingers, in nodes. */
#define NS_PASS_MARGIN_F 7.1

/* Drawn width, in metres, that is the unit of pass gates: a node, one fin. */
double ns_pass_unit_m(const cim_technology *t);
/* Widths of a pass gate of which each transistor alone has twice ohm. */
cim_widths ns_pass_widths(const cim_technology *t, double ohm);
/* Drain capacitance of both transistors of a pass gate in `folds` fingers. */
double ns_pass_drain_f(const cim_technology *t, cim_widths w, double folds);
/* Fins of its transistor of that width, where there are fins. */
double ns_pass_fins(const cim_technology *t, double width_m);
/* Gate capacitance: of one transistor, of both. */
double ns_pass_transistor_f(const cim_technology *t, double width_m);
double ns_pass_gate_f(const cim_technology *t, cim_widths w);

/* ... of a mux switch. */
double ns_mux_drain_f(const cim_technology *t, cim_widths w);

/* array.c: lines and access transistor. NS_ACCESS_TOO_WIDE where the transistor does not fit. */
ns_status ns_array_lines(ns_subarray *s);
double ns_column_delay_s(const ns_subarray *s);
/* Mean of a cell's two extreme states, in conductance, with its access transistor. */
double ns_cell_average_ohm(const ns_parameters *p);

/* row_drive.c: energies are those of one active row for one round; registers beside. */
void ns_row_drive(ns_subarray *s);
double ns_row_energy_j(const ns_subarray *s, double rows_active);
void ns_row_decoder(ns_subarray *s);   /* sequential: word_decoder, word_driver */
void ns_level_shifters(ns_subarray *s);

/* column_drive.c */
void ns_column_mux(ns_subarray *s);
double ns_mux_decoder_energy_j(const ns_subarray *s);
void ns_precharge(ns_subarray *s);
cim_gate ns_precharge_gate(const cim_technology *t);   /* of one bit line; buffers' too */

/* sensing.c */
void ns_converter(ns_subarray *s);
/* Energy of converting a column of conductance 1 / column_ohm (INFINITY: no row active). */
double ns_conversion_energy_j(const ns_subarray *s, double column_ohm);
double ns_column_ohm(const ns_subarray *s, double rows_used, double rows_active, double column);

/* Standard deviation of a column's conductance over its mean, where `cells` conduct, and its fourth
 * moment over the square of the second. */
typedef struct ns_spread { double deviation, kurtosis; } ns_spread;
ns_spread ns_column_spread(const ns_subarray *s, double cells);
void ns_comparators(ns_subarray *s);           /* reference_w, comparators_j */
double ns_sar_delay_s(const ns_subarray *s);   /* of all its steps */
/* sequential.c */
void ns_latch_amplifier(ns_subarray *s);

/* accumulation.c */
void ns_accumulation(ns_subarray *s);

static inline double ns_fins(const cim_technology *t) { return t->process.cell_fins; }
#endif
