/* Says that it has more parameters than a host reads. The table has one row. */
#include "broken.h"

static const cim_param params[] = {
    {.key = "one", .unit = "", .help = "the only one", .type = CIM_INTEGER, .max = 1}};
static const cim_hwmodel_ops ops = {BROKEN_OPS};
static const cim_plugin plugin = {
    BROKEN_HEAD, .id = "hwmodel.many_parameters", .ops = &ops,
    .is = {BROKEN_IS, .params = {params, CIM_MAX_PARAMS + 1, sizeof params[0]}}};
BROKEN_EXPORT(1)
