/* patch.h: the inputs that a layer's outputs are made of, gathered so that all values of one row
 * (one weight of each output) lie side by side. */
#ifndef CIMDSE_NET_PATCH_H
#define CIMDSE_NET_PATCH_H

#include "net.h"

enum { NET_TILE = 128 };     /* output positions that are computed together                       */

typedef struct net_patch {
    const cim_host *host;
    uint32_t rows, positions, height, width;  /* of one padded plane                              */
    size_t image;            /* padded values of one image                                        */
    uint32_t *offset;        /* rows: of the first group; each further one begins GROUP later     */
    uint32_t *place;         /* positions: where each has its first input, in its image           */
    size_t group;
} net_patch;

cim_status net_patch_open(net_patch *p, const cim_host *host, const net_layer *l);
void net_patch_close(net_patch *p);
/* Where output position AT (image after image) has its first input. */
size_t net_patch_at(const net_patch *p, size_t at);
#endif
