/* crossbar.h: one layer on its arrays: codes of weights and inputs, slices, blocks of rows,
 * converters, and, for one chip at a time, what its cells conduct. */
#ifndef CROSSBAR_H
#define CROSSBAR_H

#include "cells.h"
#include "converter.h"
#include "patch.h"
#include "quantise.h"

enum { CROSSBAR_MOST_SLICES = 16,
       CROSSBAR_MOST_STEPS = 16,
       CROSSBAR_BEYOND = 16 };   /* values behind the cells that may be read, and mean nothing    */

/* How the product is computed; each gives what the one below it would, and is cheaper. */
typedef enum crossbar_way {
    CROSSBAR_WHOLE,          /* nothing deviates: the integer product                             */
    CROSSBAR_LINEAR,         /* cells deviate, converters are exact: one product of real weights  */
    CROSSBAR_TABLE,          /* cells are whole levels, converters round: sums.h                  */
    CROSSBAR_READS,          /* every read of every column, in real numbers                       */
    CROSSBAR_SIGNED          /* MNSIM 2.0's rules, another arithmetic: product_signed.c           */
} crossbar_way;

typedef struct crossbar {
    const cim_host *host;
    const net_layer *l;
    cim_nonideality is;
    int compensation;        /* cells.h                                                           */
    net_patch patch;
    net_range in;
    double *scale;           /* of each output's weights                                          */
    int16_t *codes;          /* of the weights: output x row                                      */
    int64_t *code_sum;       /* of each output                                                    */
    uint32_t parts, slices, steps, digit_bits, block, n_blocks;
    uint32_t most;           /* largest sum of a full block                                       */
    converter adc[CROSSBAR_MOST_SLICES];
    crossbar_way way;
    uint64_t key;            /* of the chip                                                       */
    int is_random;           /* chips differ                                                      */
    int disturbs;            /* reads differ, or converters deviate                               */
    float *real;             /* WHOLE, LINEAR: output x row. READS: row x (output, slice, part);
                                SIGNED: slice x output x row                                      */
    sums_column *columns;    /* TABLE: block x output x (slice, part); NULL: made as they are
                                read                                                              */
    uint8_t *tables;         /* theirs                                                            */
    uint32_t *quads;
    uint32_t *bytes;         /* WHOLE, TABLE: the codes as dense_bytes.c has them; NULL: it can't */
    int takes_codes;         /* IN of its products: codes, a byte each, and no doubles            */
    const net_range *gives;  /* NULL, or OUT of dense_product(): codes of this range, likewise    */
    double out_scale;        /* SIGNED: what the layer's outputs are shares of                    */
} crossbar;

/* NON: how the layer deviates; weight_mapping 0 (exact) takes bits and nothing else from the
 * network. RANGE: of its input. */
cim_status crossbar_open(crossbar *a, const cim_host *host, const net_layer *l,
                         const cim_nonideality *non, net_range range);
/* What the chip sets right by itself (cells.h); CELLS_WIRES, unless it is told. Before the
 * converters are set. */
void crossbar_compensate(crossbar *a, int compensation);
void crossbar_close(crossbar *a);
/* Full scale of each slice's converter, in levels; 0: the full range. Then chooses the way. */
void crossbar_set_converters(crossbar *a, const uint32_t *full_scale);
/* Makes the cells of the chip that KEY stands for. */
cim_status crossbar_make_chip(crossbar *a, uint64_t key);
/* REAL: output x row: what all cells of a weight come to, for TABLE (its codes) and READS. */
void crossbar_fold(const crossbar *a, float *real);
/* The linear algebra in one thread: once, before anything is computed. */
void crossbar_single_thread(void);
/* Bits of layer L as NON and the network have it. */
uint32_t crossbar_weight_bits(const net_layer *l, const cim_nonideality *non);
uint32_t crossbar_input_bits(const net_layer *l, const cim_nonideality *non);
/* Levels of N rows from ROW of output O's cells in PART and SLICE. */
void crossbar_levels(const crossbar *a, uint32_t o, uint32_t part, uint32_t slice, uint32_t row,
                  uint32_t n, uint8_t *levels);

/* OUT (image x channel x position) = the layer's product with IN, plus its bias. LARGEST: NULL, or
 * receives the largest sum of each slice. FIRST: number of the first image. */
cim_status crossbar_product(const crossbar *a, const double *in, uint32_t first, uint32_t n_images,
                            double *out, uint32_t *largest);
/* True where single reads can be done by themselves. */
int crossbar_has_errors(const crossbar *a);
/* OUT (likewise) += what the CHOSEN reads (slice x step) are off by, or of each output a SHARE. */
typedef struct crossbar_chosen { const uint8_t *reads; const float *share; } crossbar_chosen;
cim_status crossbar_add_errors(const crossbar *a, crossbar_chosen chosen, const double *in,
                               uint32_t first, uint32_t n_images, double *out);
/* OUT (slice x step x image x channel x position) += what each read is off by. */
cim_status crossbar_each_error(const crossbar *a, const double *in, uint32_t n_images,
                               double *out);
#endif
