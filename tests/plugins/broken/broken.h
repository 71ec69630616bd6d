/* broken.h: the least hardware model that a host takes; each file here spoils it in one place. */
#ifndef BROKEN_H
#define BROKEN_H

#include <cim/hwmodel.h>

static inline cim_status broken_create(const cim_host *host, const cim_values *values,
                                       void **self) {
    *self = (void *)(uintptr_t)host;
    return (void)values, CIM_OK;
}
static inline cim_status broken_evaluate(void *self, const cim_request *r) {
    return (void)self, (void)r, CIM_OK;
}
static inline void broken_destroy(void *self) { (void)self; }

#define BROKEN_OPS                                                                                 \
    .struct_size = sizeof(cim_hwmodel_ops), .create = broken_create, .evaluate = broken_evaluate, \
    .destroy = broken_destroy
#define BROKEN_HEAD                                                                                \
    .struct_size = sizeof(cim_plugin), .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,    \
    .kind = CIM_HWMODEL, .version = "1.0", .summary = "test: no host takes it", .license = "MIT"
#define BROKEN_IS .struct_size = sizeof(cim_description)

#define BROKEN_EXPORT(n)                                                                           \
    const cim_plugin *const *cim_plugins(uint32_t major, uint32_t minor, uint32_t *count) {        \
        static const cim_plugin *const all[] = {&plugin};                                          \
        *count = (n);                                                                              \
        return (void)major, (void)minor, all;                                                      \
    }
#endif
