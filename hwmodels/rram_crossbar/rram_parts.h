/* Between the files of the array; private to them. */
#ifndef RRAM_PARTS_H
#define RRAM_PARTS_H

#include "rram_array.h"

#define RRAM_LN2 0.69314718055994531
/* Area of an analogue block over what is drawn, for switches, clock, wiring and gaps: as
 * cim_circuit's SAR, fitted to compact ones. */
#define RRAM_LAYOUT 2.4

/* ---- cell.c ---- */
/* Size, conductances, noise. The width of the access transistor: 0, where there is none. */
double rram_set_cell(rram_circuit *c, const cim_cell *cell);

/* ---- mirrors.c: currents of a weight's columns, copied by binary shares and added ---- */
/* Gate area of a conversion's mirrors, where ROWS rows of weights are read; 0: none. */
double rram_mirrors_m2(const rram_circuit *c, const rram_use *use, double rows);
/* Thermal noise of their copies' sum over TIME_S, where a column gives COLUMN_A. */
double rram_mirror_noise_a2(const rram_circuit *c, double column_a, double time_s);
/* What their copies deviate by, squared, in steps of the converter or digits. */
double rram_mirror_steps2(const rram_circuit *c, const rram_use *use, double rows);

/* ---- margin.c ---- */
/* What a converter has to tell, as a share of the range of ROWS rows: its step, or a digit. */
double rram_step_share(const rram_circuit *c, const rram_use *use, double rows);

/* ---- lines.c ---- */
void rram_set_lines(rram_circuit *c, const cim_cell *cell, double access_width_m);
/* Of the read voltage along a column, where ROWS rows of weights are read. */
double rram_column_drop(const rram_circuit *c, double rows);

/* ---- write.c ---- */
/* Area of the level shifters. */
double rram_write_path_m2(const rram_circuit *c, const cim_cell *cell);
/* Fills write_j, write_row_s and endurance of an array whose round_s is set. */
void rram_set_write(const rram_circuit *c, cim_array *a);

/* ---- sensing.c ---- */
/* What a round takes, on the average over the steps of an input. */
typedef struct rram_round {
    double drives;           /* times that rows are driven                                        */
    double drive_share;      /* of the rows, that are driven: those whose input is not 0, or all  */
    double open_s;           /* that a cell with the largest input conducts in all                */
    double square, mean;     /* of the input, as a share of the largest: of what heats the cells,
                                of what the supply gives                                          */
    double stage_j;          /* of a cell's delay stage, where time is sensed                     */
    double amplifier_a;      /* of one converter's clamps or integrator, ...                      */
    double amplifier_s;      /* ... and how long it draws it                                      */
    double buffer_a;         /* of a driven row's buffer, to follow its input                     */
    double before_s;         /* the conversion                                                    */
    double held_f;           /* capacitor on which the result stands                              */
    cim_cost converter;      /* with its amplifier's area; energy_j of the converter alone        */
} rram_round;
/* How often a level or a sample of one is applied, for a step of BITS bits; of a layer's steps, the
 * mean. */
double rram_units(double bits);
double rram_mean_units(const rram_circuit *c, const rram_use *use);
rram_round rram_sense(const rram_circuit *c, const rram_use *use);

/* Sampled from a column at a time: NeuRRAM's neuron, Wan et al., Nature 2022, Methods (from
 * memory). */
#define RRAM_SAMPLE_F 17e-15

/* Thermal noise of a conversion, in steps of the converter. */
double rram_noise_steps(const rram_circuit *c, const rram_use *use);

/* Time to charge held_f with the full scale of ROWS rows of weights. */
double rram_charge_s(const rram_circuit *c, const rram_use *use, double rows);

/* Largest current of a column, and largest voltage, that carry information, from end to end. */
double rram_full_scale_a(const rram_circuit *c);
double rram_full_scale_v(const rram_circuit *c);

/* ---- delay.c: columns as chains of stages that cells slow down ---- */
/* Load of a stage, and its time through a cell of conductance S. */
double rram_stage_f(const rram_circuit *c);
double rram_stage_s(const rram_circuit *c, double s);
/* Difference between a chain's longest and shortest time; of a pair of chains, either way. */
double rram_full_scale_s(const rram_circuit *c);
void rram_sense_time(const rram_circuit *c, const rram_use *use, rram_round *r);
#endif
