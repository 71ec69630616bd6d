/* transfer.h: older studies. Each becomes a surrogate of its own; its mean of a goal or constraint
 * is one more trend feature of the same output here, whose weight has a prior at small: a study
 * that ranks this one's trials well is followed, and one that does not costs nothing. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include "surrogate_private.h"

cim_status transfer_open(surrogate *s);
void transfer_close(surrogate *s);

static inline size_t transfer_width(const surrogate *s) {
    return surrogate_n_values(s) * s->n_older;
}

/* N points' opinions: rows of transfer_width(), output by output, study by study. Points are rows
 * of STRIDE numbers that begin with the encoding's features. */
void transfer_opinions(const surrogate *s, const double *features, size_t stride, size_t n,
                       double *out);

/* Adds to GRADIENT, one a feature, what PULL (one a study) makes of the opinions on output
 * COLUMN. */
void transfer_pull(const surrogate *s, const double *features, uint32_t column, const double *pull,
                   double *gradient);

#endif
