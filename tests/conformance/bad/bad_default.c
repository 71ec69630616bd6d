/* The default of its parameter is not among the allowed values. */
#include "good_searcher.h"

static const cim_param params[] = {{.key = "population", .unit = "", .help = "points", .max = 8,
                                    .type = CIM_INTEGER, .min = 1, .default_value = 9}};
#define PARAMS CIM_TABLE(params)

#include "good_searcher_end.h"
