/* Inside of listing.c and listing_layer.c: values of a libconfig file, with errors that name line,
 * key, value and rule. */
#ifndef LISTING_H
#define LISTING_H

#include <libconfig.h>

#include "table.h"

/* One group of the file. */
typedef struct group {
    table *t;
    const config_setting_t *is;
    char label[MAX_NAME + 16];       /* "layer conv1: ", or "" at the top                    */
} group;

/* Each sets *OUT to the value of KEY and returns CIM_OK; where the key is absent, *OUT stays. */
cim_status listing_integer(const group *g, const char *key, int64_t min, int64_t max,
                           int64_t *out);
cim_status listing_count(const group *g, const char *key, uint32_t min, uint32_t max,
                         uint32_t *out);
cim_status listing_real(const group *g, const char *key, double min, double max, double *out);
cim_status listing_flag(const group *g, const char *key, uint32_t *out);
cim_status listing_text(const group *g, const char *key, const char **out);

/* One integer for all, or an array [ ... ] of N of them. */
cim_status listing_counts(const group *g, const char *key, uint32_t min, uint32_t max, uint32_t n,
                          uint32_t *out);

config_setting_t *listing_get(const group *g, const char *key);
uint32_t listing_line(const config_setting_t *s);

/* "LABEL KEY: FORMAT" at the line of KEY, or of the group where it has none. */
CIM_PRINTF(3, 4)
cim_status listing_refuse(const group *g, const char *key, const char *format, ...);

/* Reads the group IS, element number I of `layers`, into a new row. BITS: of weights and inputs,
 * where it says nothing. */
cim_status listing_layer(table *t, const config_setting_t *is, uint32_t i, const uint32_t bits[2]);
#endif
