/* cim_sdk/export.h: the one function that a plug-in exports, for a file that holds one plug-in. */
#ifndef CIM_SDK_EXPORT_H
#define CIM_SDK_EXPORT_H

#include <cim/abi.h>

#include <stddef.h>

/* At the end of the file: CIM_EXPORT_PLUGIN(plugin) */
#define CIM_EXPORT_PLUGIN(plugin)                                                                  \
    const cim_plugin *const *cim_plugins(uint32_t host_major, uint32_t host_minor,                 \
                                         uint32_t *count) {                                        \
        static const cim_plugin *const all[] = {&(plugin)};                                        \
        const int is_served = host_major == CIM_ABI_MAJOR && host_minor == CIM_ABI_MINOR;          \
        *count = is_served ? 1 : 0;                                                                \
        return is_served ? all : NULL;                                                             \
    }

#endif
