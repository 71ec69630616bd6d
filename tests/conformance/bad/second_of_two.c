/* Two plug-ins in one file; the second says nothing of its licence. */
#include "good_searcher.h"

static const cim_searcher_ops ops = {
    .struct_size = sizeof ops, .create = good_create, .ask = good_ask, .tell = good_tell,
    .save = good_save, .load = good_load, .destroy = good_destroy};

#define HEAD                                                                              \
    .struct_size = sizeof(cim_plugin), .abi_major = CIM_ABI_MAJOR,                        \
    .abi_minor = CIM_ABI_MINOR, .kind = CIM_SEARCHER, .version = "1", .summary = "One of two", \
    .ops = &ops, .is = {.struct_size = sizeof(cim_description)}
static const cim_plugin first = {HEAD, .id = "searcher.first", .license = "MIT"};
static const cim_plugin second = {HEAD, .id = "searcher.second", .license = ""};

const cim_plugin *const *cim_plugins(uint32_t major, uint32_t minor, uint32_t *count) {
    static const cim_plugin *const all[] = {&first, &second};
    *count = 2;
    return major == CIM_ABI_MAJOR && minor == CIM_ABI_MINOR ? all : NULL;
}
