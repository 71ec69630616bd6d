/* cim_circuit/gate.h: transistors and static gates: capacitance, resistance, leakage, layout.
 *
 * Widths are drawn widths in metres; at FinFET nodes they stand for whole fins, one for every two
 * nodes begun. Sources and equations: README.md. */
#ifndef CIM_CIRCUIT_GATE_H
#define CIM_CIRCUIT_GATE_H

#include <cim_circuit/block.h>
#include <cim_circuit/technology.h>

typedef enum cim_gate_kind { CIM_INV, CIM_NAND, CIM_NOR } cim_gate_kind;
typedef enum cim_channel { CIM_NMOS, CIM_PMOS } cim_channel;

/* Drawn widths of the two transistors of an input. */
typedef struct cim_widths { double n_m, p_m; } cim_widths;

/* A laid-out gate. */
typedef struct cim_gate {
    cim_widths widths;
    double width_m, height_m, area_m2;
    double input_f, output_f;       /* of one input; of the output                               */
    double n_ohm, p_ohm;            /* of ONE pull-down, pull-up transistor                      */
    double leakage_w;
} cim_gate;

#ifdef __cplusplus
extern "C" {
#endif
double cim_transistor_gate_f(const cim_technology *t, double drawn_m);
/* On-resistance: switching a logic node, and of a pass transistor held on. */
double cim_switching_ohm(const cim_technology *t, cim_channel channel, double drawn_m);
double cim_pass_ohm(const cim_technology *t, cim_channel channel, double drawn_m);

/* Smallest inverter's widths times n and p. */
cim_widths cim_min_widths(const cim_technology *t, double n, double p);
/* Widened, ratio kept, until they fill the height of a standard cell. No area is lost by it. */
cim_widths cim_filled_widths(const cim_technology *t, cim_widths w);

/* A gate of `inputs` inputs in a cell of height_m (0: a standard cell). A width of 0 leaves that
 * transistor out. */
cim_gate cim_gate_make(const cim_technology *t, cim_gate_kind kind, uint32_t inputs, cim_widths w,
                       double height_m);
/* The smallest inverter, not widened. */
cim_gate cim_min_inverter(const cim_technology *t);
/* NAND2 of adders and the like: NMOS twice the smallest, widened to its cell. */
cim_gate cim_logic_nand2(const cim_technology *t);

/* Complementary pass gate, folded to fit width_m (its height then follows) or height_m. */
cim_gate cim_pass_gate(const cim_technology *t, cim_widths w, cim_side side);

/* Horowitz delay of a stage of time constant tau_s whose input rises with slope_in (1/s, of the
 * supply); *slope_out, if not NULL, is its output's. */
double cim_stage_delay(double tau_s, double slope_in, double *slope_out);
#define CIM_STEP_INPUT 1e20  /* slope of an ideal step */
#ifdef __cplusplus
}
#endif
#endif
