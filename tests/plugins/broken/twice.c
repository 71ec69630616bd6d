/* Built into two files, which then hold the same id. */
#include "broken.h"

static const cim_hwmodel_ops ops = {BROKEN_OPS};
static const cim_plugin plugin = {
    BROKEN_HEAD, .id = "hwmodel.twice", .ops = &ops, .is = {BROKEN_IS}};
BROKEN_EXPORT(1)
