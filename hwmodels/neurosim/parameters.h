/* parameters.h: everything that decides a design point of the neurosim model; one field for each
 * parameter column of the reference tables, and the facts of the process and of the cell.
 *
 * Plain data, SI units; process is borrowed and must outlive the struct. */
#ifndef NEUROSIM_PARAMETERS_H
#define NEUROSIM_PARAMETERS_H

#include "artefacts.h"
#include <cim_circuit/technology.h>
#include <stdint.h>

enum { NS_SRAM = 1, NS_RRAM = 2 };               /* memcelltype                                  */
enum { NS_SEQUENTIAL = 1, NS_PARALLEL = 2 };     /* operationmode                                */
enum { NS_ACCESS_CMOS = 1, NS_ACCESS_NONE = 4 }; /* accesstype: 1T1R; bare cross-point           */

/* Facts of the memory cell; ns_cell_default() gives those that go with memcelltype, accesstype. */
typedef struct ns_cell {
    double height_f, width_f;          /* in nodes                                               */
    double resistance_on_ohm, on_off;  /* RRAM: lowest resistance, highest / lowest              */
    double access_width_f;             /* SRAM: access transistor in nodes (1 fin: 2)            */
    double pull_down_width_f;          /* SRAM: pull-down NMOS, likewise                         */
    double pull_up_width_f;            /* SRAM: pull-up PMOS                                     */
    double access_voltage_v;           /* RRAM: gate of the access transistor while read         */
    double access_share;               /* RRAM: access transistor's resistance / resistance_on   */
    double min_sense_v;                /* least difference that a sense amplifier resolves       */
} ns_cell;

typedef struct ns_parameters {
    const cim_process *process;        /* technode, deviceroadmap                                */
    double temperature_k;              /* temp: 300 .. 400                                       */
    uint32_t memcelltype, operationmode, accesstype;
    uint32_t rows, cols;               /* of a sub-array                                         */
    uint32_t rowpar;                   /* rows read simultaneously; sequential ignores it        */
    uint32_t wb, ab;                   /* weight, activation bits                                */
    uint32_t cell_bit;                 /* bits of a cell (SRAM: 1)                               */
    uint32_t level_output;             /* ADC levels; of a chip, the most of any layer           */
    uint32_t num_col_muxed;            /* columns of an ADC                                      */
    uint32_t sar_adc;                  /* 1: SAR; 0: flash of multi-level sense amplifiers       */
    uint32_t current_mode;             /* flash: 1 current, 0 voltage sense amplifiers           */
    ns_cell cell;                      /* resistanceOn, onoff and what the tables hold fixed     */
    double read_voltage_v;             /* the user's; reaches the row drive and the mux only     */
    double write_voltage_v;            /* above 1.5: level shifters (RRAM)                       */
    double clk_freq_hz;                /* upper bound of the clock                               */
    uint32_t synchronous, pipeline, speed_up_degree, novel_mapping;
    uint32_t global_bus_type;          /* 0 X-Y bus, 1 H-tree                                    */
    uint32_t global_buffer_type, pe_buffer_type; /* 0 register file, 1 SRAM                      */
    uint32_t chip_activation;          /* 1: activation units at chip level, 0: in tiles         */
    uint32_t relu;                     /* 1 ReLU, 0 sigmoid                                      */
    uint32_t validated;                /* 1: silicon calibration factors on                      */
    double input_toggle, output_toggle;
    double max_global_bus_width;       /* bits                                                   */
    double global_bus_delay_tolerance, local_bus_delay_tolerance;
    double tree_folded_ratio;
    uint8_t without[NS_ARTEFACTS];     /* 1: the reference's artefact is left out               */
} ns_parameters;

/* Silicon calibration factors; all 1 when validated is 0. Source: DNN+NeuroSim V1.4 (measured). */
typedef struct ns_factors {
    double alpha;    /* wiring area of level shifters          */
    double beta;     /* sensing latency                        */
    double gamma;    /* activity of flip-flops                 */
    double delta;    /* activity of adders                     */
    double epsilon;  /* activity of control: decoders, pooling */
    double zeta;     /* divides TOPS/W only                    */
} ns_factors;

ns_factors ns_factors_of(const ns_parameters *p);

/* The cell of DNN+NeuroSim V1.4's defaults: 6T SRAM of the process, 1T1R of 4 x 12 nodes, or
 * cross-point of 2 x 2; 100 kohm, on/off 17. */
ns_cell ns_cell_default(const cim_process *process, uint32_t memcelltype, uint32_t accesstype);

/* The SRAM base point of the reference tables (22 nm LSTP is the process it was taken at). */
ns_parameters ns_parameters_default(const cim_process *process, uint32_t memcelltype);
#endif
