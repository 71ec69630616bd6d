/* npy.h: one array of numpy's own format. */
#ifndef CIMDSE_DATA_NPY_H
#define CIMDSE_DATA_NPY_H

#include "arrays.h"

/* Sets all of A but its name and own memory from the SIZE bytes AT, which lie in B or were unpacked
 * from it; a->offset says where. */
cim_status npy_parse(const bytes *b, const unsigned char *at, uint64_t size, array *a);
#endif
