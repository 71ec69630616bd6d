/* cim_chip/mapping.h: a layer's weights on arrays, and the events one image causes there.
 *
 * Convolution as a matrix product (im2col): a group's matrix has kernel * in / groups rows and
 * out / groups * slices columns, slices = ceil(weight_bits / cell_bits). A matrix larger than an
 * array is cut into row_blocks x column_blocks arrays. Groups do not share inputs, so groups
 * smaller than an array lie on its diagonal: no two of them share rows or columns, and the cells
 * beside the diagonal stay unused. */
#ifndef CIM_CHIP_MAPPING_H
#define CIM_CHIP_MAPPING_H

#include <cim/workload.h>
#include <cim_chip/array.h>

typedef struct cim_mapping {
    double rows, columns;          /* cells of one group's matrix                                */
    double slices, groups;
    double groups_per_array;       /* on the diagonal of one array                               */
    double row_blocks, column_blocks; /* arrays of one group; 1 x 1 when groups share an array    */
    double arrays;                 /* of one copy of the layer                                   */
    double used_cells;             /* of one copy                                                */
    double positions;              /* input vectors of one image                                 */
    double steps;                  /* of one input vector: ceil(input_bits / dac_bits)           */
    double rounds;                 /* of one input vector: steps x groups of rows x columns       */
    double inside;                 /* share of a vector's inputs that are not padding, on average */
    double row_events, conversions, cell_events; /* of one input vector, the whole layer; padding
                                      drives no row                                              */
    double fresh_share;            /* of a vector's inputs that the one before did not hold       */
    double touched;                /* share of the layer's input that any window looks at         */
} cim_mapping;

#ifdef __cplusplus
extern "C" {
#endif
/* Maps a convolution or linear layer; weight_bits and input_bits >= 1 are those to be used. */
cim_mapping cim_map_layer(const cim_layer *layer, const cim_array *array, uint32_t weight_bits,
                          uint32_t input_bits);
#ifdef __cplusplus
}
#endif
#endif
