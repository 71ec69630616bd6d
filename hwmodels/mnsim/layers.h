/* A network as MNSIM sees it, layer by layer, and what a design makes of each. */
#ifndef MNSIM_LAYERS_H
#define MNSIM_LAYERS_H

#include <cim/workload.h>

enum { MNSIM_CONV, MNSIM_FC, MNSIM_POOL, MNSIM_SUM };

/* What time, power, energy and area are spent in. The powered ones come first. */
#define MNSIM_PART_LIST(X)                                                       \
    X(XBAR, "xbar") X(DAC, "DAC") X(ADC, "ADC")                                  \
    X(READ, "buf_r") /* buffers; as an area, all of them */                      \
    X(WRITE, "buf_w") X(POOLING, "pooling") X(ADDER, "adder")                    \
    X(SHIFTREG, "shiftreg") X(IREG, "iReg") X(OREG, "oReg")                      \
    X(DEMUX, "input_demux") X(MUX, "output_mux") X(JOINT, "jointmodule")         \
    X(INTRA, "intra_tile") X(MERGE, "tile_merge") X(TRANSFER, "tile_transfer")
enum {
#define MNSIM_PART(id, name) MNSIM_##id,
    MNSIM_PART_LIST(MNSIM_PART)
#undef MNSIM_PART
    MNSIM_PARTS,
    MNSIM_POWERED = MNSIM_JOINT + 1
};

typedef struct mnsim_layer {
    uint32_t type;
    uint32_t in_height, in_width, out_height, out_width, kernel, stride, padding;
    double in_channels, out_channels;
    uint32_t n_inputs, n_outputs, n_sum_outputs;   /* of its readers, those that are sums */
    const uint32_t *inputs;
    double sum_channels;             /* of a sum: of its first input that is none */
    /* what the mapping makes of it */
    double n_pes, tiles, first_tile;
    double max_pes, max_rows, max_columns, max_groups;   /* used in one tile, crossbar, PE */
    double merge_hops, transfer_hops;
    /* figures */
    double time_s[MNSIM_PARTS], power_w[MNSIM_POWERED], energy_j[MNSIM_POWERED];
    double omitted_j;                /* of the adders, which MNSIM computes and leaves out */
    uint64_t first;                  /* its positions in the list of finish times */
    double finish_s;
} mnsim_layer;

static inline uint64_t mnsim_positions(const mnsim_layer *l) {
    return (uint64_t)l->out_height * l->out_width;
}

/* Fills LAYERS (one a layer of the network), or says why MNSIM cannot cost one. *POSITIONS: of all
 * layers together. */
cim_status mnsim_layers_read(const cim_host *host, const cim_network *network, mnsim_layer *layers,
                             uint64_t *positions);
#endif
