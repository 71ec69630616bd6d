/* cim_chip/chip.h: array -> PE -> tile -> chip, and what a network costs on it.
 *
 * A layer owns whole tiles, built for it: its arrays, a PE's input registers, a tile's line buffer,
 * a link to the mesh with the global buffer in its middle. Weights stay on the chip; on one of
 * fewer tiles, what does not fit is loaded in turn from the memory beside it.
 *     cim_chip_layer layers[n];          per layer of the network; contents in any state
 *     cim_chip_check(network, ...);      once a network
 *     ...fill layers[i].array, weight_bits, input_bits of the weight layers...
 *     cim_chip_evaluate(&spec, network, layers, &chip);
 * Pure functions on the caller's memory; nothing to release. Equations: README.md. */
#ifndef CIM_CHIP_CHIP_H
#define CIM_CHIP_CHIP_H

#include <cim_chip/mapping.h>
#include <cim_circuit/memory.h>

/* What carries data between the global buffer, in the middle of the chip, and the tiles. */
enum {
    CIM_CHIP_MESH = 0,   /* a router a tile; partial sums go straight to the neighbour            */
    CIM_CHIP_H_TREE = 1, /* forks instead of routers; longer ways                                */
    CIM_CHIP_BUS = 2,    /* one set of wires past all tiles, one word at a time, heard by all     */
    CIM_CHIP_N_INTERCONNECTS = 3
};

/* Widths of paths, in bits a cycle. Architecture choices of this chip, wide enough that arrays of
 * usual size, and not the paths, set the pace. */
#define CIM_CHIP_PE_PORT_BITS 128  /* tile buffer <-> one PE                                      */
#define CIM_CHIP_LINK_BITS 128     /* mesh or tree <-> one tile, each way; the bus                */

/* Longest lifetime that is told apart: 30 years at a million images a second. */
#define CIM_CHIP_MOST_IMAGES 1e15

typedef struct cim_chip_spec {
    const cim_technology *technology;
    uint32_t arrays_per_pe, pes_per_tile;  /* >= 1                                               */
    uint32_t pipeline;             /* 1: layers work on successive images; 0: one after another   */
    uint32_t duplication;          /* copies of the slowest layer's weights; others get what
                                      balances them. 1: none                                     */
    double global_buffer_bits;     /* 0: as large as the network needs                           */
    double clock_hz;               /* 0: as fast as the slowest stage allows                     */
    uint32_t interconnect;         /* CIM_CHIP_MESH ...                                          */
    uint32_t link_bits;            /* 0: CIM_CHIP_LINK_BITS                                      */
    uint32_t pe_port_bits;         /* 0: CIM_CHIP_PE_PORT_BITS                                   */
    uint32_t off_chip;             /* CIM_OFF_CHIP_*: memory beside the chip                     */
    double line_buffer_bits;       /* of a tile; 0: as many as its layer needs                   */
    cim_calibration calibration;   /* all 0: none                                                */
    double chip_tiles;             /* equal tiles of the chip; 0: every layer has its own         */
    double images_per_load;        /* that pass while weights stay; 0: 1                         */
    double write_power_w;          /* that writing weights may draw; 0: no limit                 */
    uint32_t power_gating;         /* 1: idle tiles are switched off                             */
    uint32_t pipeline_rows;        /* 1: a pipeline hands on rows, not images                    */
} cim_chip_spec;

typedef struct cim_chip_layer {
    /* in, of layers with weights */
    cim_array array;
    uint32_t weight_bits, input_bits; /* a weight takes weight_bits / cell_bits columns          */
    uint32_t loaded_bits;          /* of a weight, with its sign, as it comes; 0: weight_bits      */
    /* out */
    uint32_t last_use;             /* index of the last layer that reads its output              */
    uint32_t bound;                /* CIM_PART_*: what its latency waits for                     */
    cim_mapping map;
    double copies, tiles;
    uint32_t resident;             /* 1: its weights stay on the chip                            */
    uint32_t segment;              /* of the network: layers whose weights are there together    */
    double parts;                  /* that it is cut into to fit, one loaded after another        */
    double row_parts, column_parts; /* sums of rows in the global buffer; inputs read again       */
    double cycles;                 /* that its tiles work for one image                          */
    double latency_s;              /* what it adds to the chip's, with load_s                    */
    double load_s;                 /* to load its weights, once for images_per_load images        */
    uint32_t load_bound;           /* CIM_PART_*: what that waits for                            */
    double written_cells;          /* of one image                                               */
    double live_bits;              /* of activations while it runs                               */
    double start, end, waiting;    /* in a pipeline of rows: of an image that comes at 0; share of
                                      its output that waits                                      */
    double off_chip_bits;          /* activations and weights across the chip's edge, one image   */
    double traffic_bits;           /* through the global buffer, of one image                     */
    double sum_traffic_bits;       /* partial sums from tile to tile, likewise                    */
    double control_j;              /* of a cycle in which all its tiles work                     */
    cim_cost lanes;                /* its digital unit                                           */
    double area_m2[CIM_N_PARTS], leakage_w[CIM_N_PARTS]; /* leakage: mean, where it is switched   */
    double energy_j[CIM_N_PARTS];  /* dynamic, of one image                                      */
} cim_chip_layer;

typedef struct cim_chip {
    double cycle_s, slowest_stage_s;      /* cycle_s >= slowest_stage_s and >= 1 / clock_hz       */
    double latency_s, interval_s;
    double area_m2, leakage_w, dynamic_energy_j, leakage_energy_j; /* sums of all parts           */
    double shared_area_m2[CIM_N_PARTS], shared_leakage_w[CIM_N_PARTS]; /* of no single layer      */
    double shared_energy_j[CIM_N_PARTS];
    double buffer_needed_bits, buffer_bits;
    double used_cells, all_cells;  /* used at the same time                                      */
    double tiles, tiles_needed;    /* of the chip; to keep all weights                           */
    double written_cells, off_chip_bits; /* of one image                                         */
    double lifetime_images;        /* until the most written cell wears out; at most
                                      CIM_CHIP_MOST_IMAGES                                       */
    double lost_bits;              /* of the sum of a column, by conversion; the worst layer's    */
    uint32_t reloads;              /* 1: some weights are loaded in turn                         */
    uint32_t unknown_writes;       /* 1: and their cells do not say what a write costs           */
    double macs;                   /* of one image                                               */
    double macro_latency_s;        /* of one input vector in the slowest layer's arrays           */
    double macro_interval_s;       /* of one image, if arrays never waited                       */
    double macro_area_m2, macro_energy_j; /* of the parts that the chip does not own; with
                                             leakage                                              */
} cim_chip;

#ifdef __cplusplus
extern "C" {
#endif
/* CIM_OK, or CIM_E_UNSUPPORTED with a text in error[size] that names the first layer, and its op,
 * that this chip cannot run: products of two run-time operands, softmax, norm, unknown ops. */
cim_status cim_chip_check(const cim_network *network, char *error, size_t size);

/* Does the layer keep weights in arrays? (Of a network that passed cim_chip_check.) */
int cim_chip_has_weights(const cim_layer *layer);

/* Fills the outputs of layers[] and *chip; layers[].array is calibrated on the way. The network
 * must have passed cim_chip_check(). */
void cim_chip_evaluate(const cim_chip_spec *spec, const cim_network *network,
                       cim_chip_layer *layers, cim_chip *chip);

/* Name of an op ("conv"), or "unknown op". Of a component ("adc"). */
const char *cim_op_name(uint32_t op);
const char *cim_component_name(uint32_t part);
#ifdef __cplusplus
}
#endif
#endif
