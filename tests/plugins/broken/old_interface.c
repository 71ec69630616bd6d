/* Built for an interface of another version, which it states and does not hide. */
#include "broken.h"

static const cim_hwmodel_ops ops = {BROKEN_OPS};
static const cim_plugin plugin = {
    .struct_size = sizeof plugin, .abi_major = 0, .abi_minor = 9, .kind = CIM_HWMODEL,
    .id = "hwmodel.old_interface", .version = "1.0", .summary = "test: another interface",
    .license = "MIT", .ops = &ops, .is = {BROKEN_IS}};
BROKEN_EXPORT(1)
