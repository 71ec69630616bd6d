/* cim_circuit/technology.h: process nodes, and the transistor, gate and wire figures that follow
 * from one at a temperature.
 *
 *     cim_technology t;
 *     if (!cim_technology_init(&t, cim_process_find(22, CIM_LSTP), 300)) ...refuse...
 *
 * A process is a row of measured or predicted facts; a row of one's own works like those of the
 * table. A technology is plain data made from it: copy it freely, there is nothing to release.
 *
 * Sources of the table, for every node: PTM bulk models at 22 nm and above (ptm.asu.edu), IRDS-like
 * FinFET figures below, both as DNN+NeuroSim V1.4 has them (measured on it; it names PTM, IRDS). */
#ifndef CIM_CIRCUIT_TECHNOLOGY_H
#define CIM_CIRCUIT_TECHNOLOGY_H

#include <cim_circuit/cost.h>
#include <stdint.h>

enum { CIM_LSTP = 0, CIM_HP = 1 };  /* low standby power; high performance */

#define CIM_TEMPERATURE_MIN_K 300.0
#define CIM_TEMPERATURE_MAX_K 400.0

/* Supplies that a design may have, as shares of the node's own: above, oxides and junctions do not
 * last; below, gates spread too much. The law of the currents (README.md) goes on from LAW_MIN to
 * LAW_MAX, for measurements of macros that were driven beyond. */
#define CIM_SUPPLY_MIN_SHARE 0.55
#define CIM_SUPPLY_MAX_SHARE 1.2
#define CIM_SUPPLY_LAW_MIN_SHARE 0.4
#define CIM_SUPPLY_LAW_MAX_SHARE 1.5

/* A metal layer's thinnest wire at some width. */
typedef struct cim_metal { double width_m, aspect, ohm_m; } cim_metal;

/* One piece of a fit: y = constant + slope x + log_slope ln x, for x < below. */
typedef struct cim_piece { double below, constant, slope, log_slope; } cim_piece;

/* Simulated converters of a node, over the resistance that they measure. Used by models that are
 * built on such fits; adc.h does without. */
typedef struct cim_converter_fit {
    cim_piece time_s[3];           /* multi-level sense amplifier: settling over resistance ...   */
    double time_load_f;            /* ... at this load,                                          */
    double time_excess_s;          /* and how much longer it takes at 100 kohm per such load     */
    double time_knee_ohm;          /* more, from this resistance on                              */
    cim_piece power_w[3];          /* of one comparator, over resistance at 0.5 V                 */
    double power_scale_w, power_decay; /* plus scale exp(-decay log10 R) of a column              */
    double sar_bit_w, sar_base_w;  /* SAR: a bit's power, power without bits,                     */
    double sar_scale_w, sar_decay; /* plus scale exp(-decay log10 R)                              */
} cim_converter_fit;

typedef struct cim_process {
    double node_nm;
    uint32_t roadmap;              /* CIM_LSTP, CIM_HP                                          */
    uint32_t reserved;
    double vdd_v;
    double gate_f_per_m;           /* gate capacitance with overlap and fringe, per width        */
    double junction_f_per_m2, sidewall_f_per_m, channel_sidewall_f_per_m; /* of a drain           */
    double pn_ratio;               /* PMOS width / NMOS width for equal drive                    */
    double resistance_factor;      /* effective switching resistance / (vdd / on current)        */
    double on_n_a_per_m[3], on_p_a_per_m[3];   /* on current per width at 300, 350, 400 K         */
    double off_n_a_per_m[3], off_p_a_per_m[3]; /* off current, likewise                          */
    double fin_effective_width_m;  /* electrical width of one fin; 0: a planar process           */
    double fin_thickness_m;        /* 0: planar                                                  */
    double gate_length_m;
    double poly_pitch_f, cell_height_f; /* contacted gate pitch, standard cell height, in nodes   */
    double wire_width_m, wire_aspect, wire_ohm_m; /* metal 1: width, height / width, resistivity  */
    double mismatch_v_m;           /* Pelgrom's A_VT: offset sd = A_VT / sqrt(W L)               */
    double sram_cell_f2;           /* area of a 6T cell, in squared nodes                        */
    double cell_fins;              /* fins that fit one device of a standard cell; 0: planar      */
    cim_metal metal[3];            /* general wires: one, two, four times the thinnest metal      */
    double sram_height_f, sram_width_f; /* of a 6T cell, in nodes                                 */
    double read_voltage_v;         /* of a resistive or current-domain read                       */
    double mux_size;               /* column decoder's drivers, in smallest inverters             */
    double row_switch_size;        /* RRAM row switches, in smallest NMOS                         */
    double row_switch_share;       /* SRAM row switches: on-resistance / the row's                */
    double drain_total_f_per_m;    /* fins: drain with its contact, per electrical width          */
    cim_converter_fit converter;
} cim_process;

typedef struct cim_technology {
    double node_m, vdd_v, temperature_k;
    double min_width_m;            /* electrical width of the smallest logic NMOS                */
    double gate_f_per_m;           /* gate capacitance per electrical width                      */
    double nmos_ohm_m;             /* on-resistance of a pass NMOS times its width               */
    double nmos_off_a_per_m;       /* its off current per width                                  */
    double nmos_drain_f;           /* drain capacitance of a one-node-wide (one-fin) NMOS         */
    double nmos_small_width_m;     /* electrical width of that NMOS                              */
    /* The smallest inverter: NMOS two nodes (one fin) wide, PMOS pn_ratio wider. */
    double inverter_input_f, inverter_output_f, inverter_ohm, inverter_leakage_w, inverter_area_m2;
    double nand2_area_m2, nand2_leakage_w;  /* likewise of smallest transistors                   */
    double cell_drive;             /* standard cell's transistors fill it: in smallest ones */
    double fo4_s;                  /* delay of an inverter that drives four like it              */
    double latch_s;                /* in which two inverters that drive each other, and one more
                                      each, regenerate a difference e-fold, from half the supply */
    double poly_pitch_m, cell_height_m;
    double wire_ohm_per_m, wire_f_per_m;
    double mismatch_v_m, sram_cell_m2;
    double thermal_energy_j;       /* k T                                                        */
    double gate_length_m;
    double gate_share, drain_share; /* capacitance at the supply over that at the node's own      */
    double overdrive_v;            /* gate overdrive of an NMOS at the supply, above threshold    */
    double pmos_off_a_per_m;       /* off current of a PMOS per width                            */
    double pmos_ohm_m;             /* on-resistance of a pass PMOS times its width               */
    uint32_t nand2_folds;          /* fingers of a NAND2 that fills its cell: 1                   */
    uint32_t fins_left_over;       /* 1: fins that do not fill a finger get none: 0               */
    double fin_slack;              /* share of a fin by which a width may exceed whole fins       */
    cim_process process;           /* what it was made from                                      */
} cim_technology;

#ifdef __cplusplus
extern "C" {
#endif

/* The process of the built-in table: node_nm one of 130, 90, 65, 45, 32, 22 (CIM_LSTP, CIM_HP) or
 * 14, 10, 7, 5, 3 (FinFET, CIM_LSTP only). NULL when there is none. Static data. */
const cim_process *cim_process_find(double node_nm, uint32_t roadmap);

/* Fills *t. temperature_k is CIM_TEMPERATURE_MIN_K .. CIM_TEMPERATURE_MAX_K. Returns 1; or 0, with
 * *t untouched, when process is NULL or the temperature is out of range. */
int cim_technology_init(cim_technology *t, const cim_process *process, double temperature_k);

/* The same at another supply: currents, and with them delays and leakage, follow the law of
 * README.md; what is charged follows the supply's square, gates and drains what they then hold.
 * supply_v is CIM_SUPPLY_LAW_MIN_SHARE .. CIM_SUPPLY_LAW_MAX_SHARE of the node's; 0: the node's.
 * Returns 0, *t untouched, where it is not. */
int cim_technology_init_at(cim_technology *t, const cim_process *process, double temperature_k,
                           double supply_v);
#ifdef __cplusplus
}
#endif
#endif
