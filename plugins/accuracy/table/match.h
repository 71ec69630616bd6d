/* match.h: which row of the table is the design that is being evaluated? */
#ifndef CIMDSE_TABLE_MATCH_H
#define CIMDSE_TABLE_MATCH_H

#include <cim/design.h>

#include "csv_file.h"

typedef struct match {
    const cim_host *host;
    const cim_design *design;  /* NULL: the host does not say                                     */
    const csv_file *table;
    const char *key;           /* "arch = workload.block"; "": none                               */
} match;

/* *ROW: the one row for the design. None, and several, are an error that says which design. */
cim_status match_find(const match *m, uint32_t *row);
/* Is the key well-formed, and its column there? */
cim_status match_check(const match *m);
#endif
