/* initial.h: study.initial_points, a CSV file of designs that a study begins with: its first
 * trials, told to the searcher before it is asked. Columns with a dot name dimensions (one without
 * [i] sets all elements of a vector), others are labels; a dimension without a column is at its
 * default. */
#ifndef INITIAL_H
#define INITIAL_H
#include "study.h"

/* Fills s->initial. */
bool initial_read(study *s, const char *path, failure *f);
#endif
