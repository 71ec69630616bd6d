/* Crashes before anybody asked it for anything. */
#include "broken.h"

#include <stdlib.h>

__attribute__((constructor)) static void crash(void) { abort(); }

const cim_plugin *const *cim_plugins(uint32_t major, uint32_t minor, uint32_t *count) {
    return (void)major, (void)minor, (void)count, NULL;
}
