/* mapping.h: which cells hold which weights: sizes of PE and tile, copies, tiles of each layer.
 *
 * Novel mapping puts one kernel position in each PE of a tile; conventional mapping cuts the
 * unrolled weight matrix into square tiles and those into PEs. Sizes are cells a side. */
#ifndef NEUROSIM_MAPPING_H
#define NEUROSIM_MAPPING_H

#include "network.h"
#include "parameters.h"

enum { NS_NOVEL, NS_CONVENTIONAL, NS_KINDS };

typedef struct ns_mapped {
    uint32_t kind;                    /* NS_NOVEL, NS_CONVENTIONAL                               */
    double row_copies, column_copies; /* within a tile                                           */
    double tile_copies;               /* of whole tiles (pipeline)                               */
    double speed_up;                  /* all copies work at once                                 */
    double tile_rows, tile_columns, tiles;   /* tile_rows counts the copies                      */
    double utilization;
} ns_mapped;

typedef struct ns_mapping {
    double novel_pes;                 /* PEs of a novel tile; 0: none                            */
    double novel_pe;                  /* size of a novel PE; 0: none                             */
    double tile, pe;                  /* sizes of conventional tile and PE; 0: none              */
    double tiles, grid_rows, grid_columns;
    double utilization;
} ns_mapping;

/* Maps n layers, mapped[i] for layers[i]. 1; or 0 where the smallest tile is larger than what the
 * layers could fill (the reference stops there). */
int ns_map(const ns_parameters *p, const ns_layer *layers, uint32_t n, ns_mapping *mapping,
           ns_mapped *mapped);

/* ceil(n / size) of positive whole numbers. */
double ns_pieces(double n, double size);
#endif
