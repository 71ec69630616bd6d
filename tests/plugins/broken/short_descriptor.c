/* A descriptor that ends before its last fields. */
#include "broken.h"

static const cim_hwmodel_ops ops = {BROKEN_OPS};
static const cim_plugin plugin = {
    .struct_size = 24, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR, .kind = CIM_HWMODEL,
    .id = "hwmodel.short_descriptor", .version = "1.0", .summary = "test: cut off",
    .license = "MIT", .ops = &ops, .is = {BROKEN_IS}};
BROKEN_EXPORT(1)
