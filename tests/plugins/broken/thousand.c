/* Says that it has a thousand plug-ins, and has one. */
#include "broken.h"

static const cim_hwmodel_ops ops = {BROKEN_OPS};
static const cim_plugin plugin = {
    BROKEN_HEAD, .id = "hwmodel.thousand", .ops = &ops, .is = {BROKEN_IS}};
BROKEN_EXPORT(1000)
