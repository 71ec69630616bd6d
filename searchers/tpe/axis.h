/* axis.h: one dimension as the interval [0, 1]. A level owns a piece of it, at whose middle it
 * lies: all pieces are equally long, or as the ratios of neighbours in a logarithmic range. A
 * category has its number in place of that. */
#ifndef AXIS_H
#define AXIS_H

#include <cim/searcher.h>

enum { TABLE_MOST = 64 };    /* levels up to which probabilities are in a table */

enum { AXIS_CONTINUOUS, AXIS_LEVELS, AXIS_CATEGORIES };

/* AXIS_CONTINUOUS: more levels than in a table, too. Categories are always in a table. */
uint32_t axis_kind(const cim_dimension *d);

/* Where coordinate X lies; a category's number. */
double axis_unit(const cim_dimension *d, double x);

/* The coordinate that owns U. */
double axis_coordinate(const cim_dimension *d, double u);

#endif
