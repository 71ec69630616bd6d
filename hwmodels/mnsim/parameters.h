/* MNSIM's parameters under its own names: their table, their defaults, their values at a point. */
#ifndef MNSIM_PARAMETERS_H
#define MNSIM_PARAMETERS_H

#include <cim/abi.h>

#include "parameter_list.h"

/* Numbers of the parameters, in the order of the table. */
enum {
#define MNSIM_ID(id, ...) MNSIM_##id,
    MNSIM_PARAMETERS(MNSIM_ID)
#undef MNSIM_ID
    MNSIM_N_PARAMS
};

extern const cim_param mnsim_params[MNSIM_N_PARAMS];

/* Section of MNSIM's configuration file that holds parameter ID; NULL: it is none of MNSIM's. */
const char *mnsim_section(uint32_t id);

/* What a parameter holds that is not set: MNSIM's default, or what an .ini file says. NaN behind
 * the end of a list. */
typedef struct mnsim_defaults {
    double at[MNSIM_N_PARAMS][MNSIM_LONGEST];
} mnsim_defaults;
void mnsim_defaults_init(mnsim_defaults *d);

/* Elements of parameter ID: 1 unless it is a list. */
uint32_t mnsim_length(uint32_t id);
/* Whether a list may have fewer elements than its parameter. */
int mnsim_is_open_list(uint32_t id);

/* One point and what holds where it says nothing. */
typedef struct mnsim_point {
    const mnsim_defaults *defaults;
    const cim_values *values;
    uint32_t point;
} mnsim_point;
double mnsim_number(const mnsim_point *p, uint32_t id);
/* Element E of a list of fixed length, each set for itself. */
double mnsim_element(const mnsim_point *p, uint32_t id, uint32_t e);
/* An open list, which is set as a whole: first and last element, and how many there are; 0 if an
 * element between two others is not set. */
uint32_t mnsim_list(const mnsim_point *p, uint32_t id, double *first, double *last);
#endif
