/* space.h: what a study may vary: its dimensions, when each is active, how a point becomes a
 * design, and how many designs there are.
 *
 * point:  one coordinate a dimension (level index, or value of a real dimension); canonical when
 *         every inactive dimension holds its default, so that equal designs are equal bits.
 * design: every number of every parameter of its owners: the workloads, then the hardware
 *         model, then the accuracy evaluator (whose numbers no dimension rules). */
#ifndef SPACE_H
#define SPACE_H
#include "instance.h"

enum { SPACE_MAX_DIMENSIONS = 1500, SPACE_MAX_LEVELS = 100000, SPACE_MAX_OWNERS = 18 };

typedef struct dimension {
    cim_dimension is;        /* as searchers see it; its texts and levels are owned here  */
    double *numbers;         /* the parameter's number at each level; NULL for ranges     */
    instance *owner;
    uint32_t param, element; /* CIM_ALL_ELEMENTS: one dimension for the whole vector      */
} dimension;

typedef struct space {
    dimension *dimensions;
    uint32_t n_dimensions;
    cim_activity *activities; /* ordered by target */
    uint32_t n_activities;
    cim_dimension *table;     /* the dimensions' `is`, side by side */
    uint32_t *order;          /* each dimension after those that decide on it */
    instance *owners[SPACE_MAX_OWNERS]; /* as in a design */
    uint32_t n_owners;
    uint32_t n_numbers;       /* of a design */
} space;

/* Takes over D (its texts too). */
bool space_add(space *s, dimension d, const node *where, failure *f);
/* After all dimensions are known: conditions of all owners, tables. */
bool space_finish(space *s, instance *const *owners, uint32_t n, failure *f);
void space_free(space *s);

double space_number(const dimension *d, double coordinate);
/* The coordinate of NUMBER; false when it is not one of the dimension's values. */
bool space_coordinate(const dimension *d, double number, double *coordinate);
bool space_holds(const dimension *d, double coordinate);
/* Sets inactive dimensions to their default. ACTIVE may be NULL; else one flag a dimension. */
void space_canonical(const space *s, double *point, uint8_t *active);
void space_default(const space *s, double *point);
void space_design(const space *s, const double *point, double *design);
/* A coordinate as a person writes it. */
void space_print(const dimension *d, double coordinate, text *out);

/* Exact numbers of configurations: product of all levels, and different designs. Real dimensions
 * do not count: N_REAL of them are reported. */
void space_count(const space *s, text *raw, text *distinct, uint32_t *n_real);
#endif
