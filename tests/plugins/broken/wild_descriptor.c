/* Its parameters are said to lie where there is no memory. */
#include "broken.h"

static const cim_hwmodel_ops ops = {BROKEN_OPS};
static const cim_plugin plugin = {
    BROKEN_HEAD, .id = "hwmodel.wild_descriptor", .ops = &ops,
    .is = {BROKEN_IS, .params = {(const cim_param *)64, 3, sizeof(cim_param)}}};
BROKEN_EXPORT(1)
