/* published.h: what other systems reached, as the config tells it:
 *
 *     published = { source = "CIMNAS, best stored search";
 *                   figures = [ "edap_mj_ms_mm2 <= 0.2116" ]; };
 *
 * or a list ( { ... }, { ... } ) of such groups. It changes nothing that a study does; the report
 * says whether one design reaches all figures of a group, and by how much. */
#ifndef PUBLISHED_H
#define PUBLISHED_H
#include "goal.h"

#include <stdio.h>

enum { PUBLISHED_MAX = 16, PUBLISHED_FIGURES = 16 };

typedef struct published {
    const char *source;      /* the config's, as are the figures' texts */
    published_figure *figures;
    uint32_t n_figures;
} published;

struct study;
struct store;
struct layout;
struct front;

/* Reads the config of S into S->published; figures against a baseline need one. */
bool published_read(struct study *s, failure *f);
void published_free(published *p, size_t n);

/* From what is stored; X: the run's front, for its baseline. */
bool published_print(struct store *st, const struct layout *l, const struct front *x, FILE *out,
                     failure *f);
#endif
