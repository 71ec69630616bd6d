/* Its id says another kind than its kind. */
#include "broken.h"

static const cim_hwmodel_ops ops = {BROKEN_OPS};
static const cim_plugin plugin = {
    BROKEN_HEAD, .id = "workload.wrong_id", .ops = &ops, .is = {BROKEN_IS}};
BROKEN_EXPORT(1)
