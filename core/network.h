/* network.h: checks and sums of what a workload built. */
#ifndef NETWORK_H
#define NETWORK_H
#include <cim/workload.h>

/* Writes the first broken rule of cim/workload.h into WHY, or leaves it empty. */
void network_check(const cim_network *network, uint32_t n_index_sets, char *why, size_t size);
void network_totals(const cim_network *network, uint64_t *macs, uint64_t *weights);
#endif
