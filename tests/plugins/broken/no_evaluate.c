/* One of its operations is missing. */
#include "broken.h"

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof ops, .create = broken_create, .destroy = broken_destroy};
static const cim_plugin plugin = {
    BROKEN_HEAD, .id = "hwmodel.no_evaluate", .ops = &ops, .is = {BROKEN_IS}};
BROKEN_EXPORT(1)
