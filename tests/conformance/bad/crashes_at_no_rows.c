/* Crashes at the lowest value of its parameter. */
#include <stdlib.h>
#include "good_hwmodel.h"

static const cim_param params[] = {
    {.key = "rows", .unit = "", .help = "rows", .type = CIM_INTEGER, .default_value = 128,
     .max = 1024},
    {.key = "weight_bits", .unit = "bit", .help = "bits", .type = CIM_INTEGER,
     .flags = CIM_PARAM_FROM_NETWORK, .min = 1, .max = 16, .overrides = "weight_bits"}};

static cim_status evaluate(void *self, const cim_request *r) {
    for (uint32_t p = 0; p < r->values->n_points; p++)
        if (cim_number(r->values, p, ROWS, 0) < 1) abort();
    return good_evaluate(self, r);
}
#define PARAMS CIM_TABLE(params)
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
