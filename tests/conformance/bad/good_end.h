/* What the last lines of all kinds share. */
#ifndef GOOD_END_H
#define GOOD_END_H

#ifndef LICENSE
#define LICENSE "MIT"
#endif
#ifndef SERVES
#define SERVES(major, minor) ((major) == CIM_ABI_MAJOR && (minor) == CIM_ABI_MINOR)
#endif
#ifndef PARAMS
#define PARAMS {0}
#endif

/* After KIND and ID: the tables of its description. */
#define PLUGIN(kind_of_it, id_of_it, ...)                                                       \
    static const cim_plugin plugin = {                                                          \
        .struct_size = sizeof plugin, .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,   \
        .kind = kind_of_it, .id = id_of_it, .version = "1", .summary = "A suspect",             \
        .license = LICENSE, .ops = &ops,                                                        \
        .is = {.struct_size = sizeof plugin.is, __VA_ARGS__}};                                  \
    const cim_plugin *const *cim_plugins(uint32_t major, uint32_t minor, uint32_t *count) {     \
        static const cim_plugin *const all[] = {&plugin};                                       \
        *count = 1;                                                                             \
        return SERVES(major, minor) ? all : NULL;                                               \
    }
#endif
