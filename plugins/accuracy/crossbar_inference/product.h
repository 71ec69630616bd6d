/* product.h: a tile of a layer's product: what its ways have in common. Private. */
#ifndef CROSSBAR_PRODUCT_H
#define CROSSBAR_PRODUCT_H

#include "crossbar.h"

typedef struct product_tile {
    const crossbar *a;
    uint32_t group, outs;    /* outputs of the group                                              */
    uint8_t run[NET_TILE];   /* positions whose inputs lie side by side: at the first their
                                number                                                            */
    uint32_t lanes;          /* of NET_TILE that are used                                         */
    uint64_t first;          /* number of the first output position, over all images              */
    uint16_t *codes;         /* row x NET_TILE                                                    */
    float *values;           /* the same, as a product wants them                                 */
    double *sums;            /* output x NET_TILE: S, in code units                               */
    void *work;              /* product_work() bytes                                              */
    uint32_t *largest;       /* of each slice, or NULL                                            */
    const uint8_t *chosen;   /* NULL, or slice x step: the error of these reads is wanted         */
    const float *share;      /* NULL, or, of each output, how much of it                          */
    int is_each;             /* that of each read by itself                                       */
} product_tile;

size_t product_work(const crossbar *a);
/* True where any slice is wanted at STEP. */
int product_is_read(const product_tile *t, uint32_t step);
void product_whole(product_tile *t);
/* Makes the tables of the codes, which all chips have in common, where they have room. */
cim_status product_table_keep(crossbar *a);
void product_table_forget(crossbar *a);
size_t product_table_work(const crossbar *a);
void product_table(product_tile *t);
void product_reads(product_tile *t);
/* product_reads() where neither reads nor converters deviate (product_lines_can()), and faster. */
int product_lines_can(const crossbar *a);
size_t product_lines_work(const crossbar *a);
void product_lines(product_tile *t);
/* Sums are shares of out_scale, before that many steps are left of them. */
void product_signed(product_tile *t);
double product_signed_output(const crossbar *a, double sum);
/* OUT (M x NET_TILE) = A (M x K) times X (K x NET_TILE). */
void product_multiply(const float *a, uint32_t m, uint32_t k, uint32_t stride, const float *x,
                      float *out);
/* The same of A as K x M. */
void product_multiply_across(const float *a, uint32_t m, uint32_t k, size_t stride, const float *x,
                             float *out);
#endif
