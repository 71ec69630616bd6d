/* Its array holds no descriptor. */
#include "broken.h"

const cim_plugin *const *cim_plugins(uint32_t major, uint32_t minor, uint32_t *count) {
    static const cim_plugin *const all[] = {NULL};
    *count = 1;
    return (void)major, (void)minor, all;
}
