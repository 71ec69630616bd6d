/* The table of MNSIM's parameters, and what holds where one is not set. */
#include "parameters.h"

#include <math.h>
#include <stddef.h>

static const char *const mnsim_device_types[] = {"NVM", "SRAM"};
static const char *const mnsim_cell_types[] = {"1T1R", "0T1R"};
static const double mnsim_dac_choices[] = {-1, 1, 2, 3, 4, 5, 6, 7};
static const double mnsim_adc_choices[] = {-1, 1, 2, 3, 4, 5, 6, 7, 8, 9};

/* Unset is told from set by NaN, so that an .ini file can hold what is not set. */
#define FLAGS(id) \
    (MNSIM_##id == MNSIM_INI ? CIM_PARAM_FIXED | CIM_PARAM_PATH : CIM_PARAM_FROM_NETWORK)
#define ROW(id, section, name, of, ...) {.key = name, .unit = of, .flags = FLAGS(id), __VA_ARGS__},
const cim_param mnsim_params[MNSIM_N_PARAMS] = {MNSIM_PARAMETERS(ROW)};

#define SECTION(id, section, ...) MNSIM_##section,
static const char *const sections[MNSIM_N_PARAMS] = {MNSIM_PARAMETERS(SECTION)};

/* Lists of two different numbers by default. */
static const struct { uint32_t id; double first, second; } lists[] = {
    {MNSIM_READ_VOLTAGE, 0, 0.15},
    {MNSIM_WRITE_VOLTAGE, 0, 3},
    {MNSIM_DEVICE_RESISTANCE, 1e6, 1e4},
};
enum { N_LISTS = sizeof lists / sizeof lists[0] };

const char *mnsim_section(uint32_t id) { return sections[id]; }

uint32_t mnsim_length(uint32_t id) { return mnsim_params[id].length ? mnsim_params[id].length : 1; }

int mnsim_is_open_list(uint32_t id) { return mnsim_params[id].length == MNSIM_LONGEST; }

void mnsim_defaults_init(mnsim_defaults *d) {
    for (uint32_t id = 0; id < MNSIM_N_PARAMS; ++id)
        for (uint32_t e = 0; e < MNSIM_LONGEST; ++e)
            d->at[id][e] = mnsim_is_open_list(id) ? (double)NAN : mnsim_params[id].default_value;
    for (uint32_t i = 0; i < N_LISTS; ++i) {
        d->at[lists[i].id][0] = lists[i].first;
        d->at[lists[i].id][1] = lists[i].second;
    }
}

double mnsim_element(const mnsim_point *p, uint32_t id, uint32_t e) {
    const double value = cim_number(p->values, p->point, id, e);
    return isnan(value) ? p->defaults->at[id][e] : value;
}

double mnsim_number(const mnsim_point *p, uint32_t id) { return mnsim_element(p, id, 0); }

/* Numbers before the first that is NaN; 0 if another comes behind it. */
static uint32_t count(const double *list) {
    uint32_t n = 0;
    while (n < MNSIM_LONGEST && !isnan(list[n])) ++n;
    for (uint32_t e = n; e < MNSIM_LONGEST; ++e)
        if (!isnan(list[e])) return 0;
    return n;
}

uint32_t mnsim_list(const mnsim_point *p, uint32_t id, double *first, double *last) {
    const cim_values *v = p->values;
    const double *list = v->numbers + (size_t)p->point * v->n_numbers + v->first[id];
    int set = 0;
    for (uint32_t e = 0; e < MNSIM_LONGEST; ++e) set = set || !isnan(list[e]);
    if (!set) list = p->defaults->at[id];
    const uint32_t n = count(list);
    if (n) {
        *first = list[0];
        *last = list[n - 1];
    }
    return n;
}
