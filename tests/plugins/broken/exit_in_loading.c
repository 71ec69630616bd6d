/* Ends the program before anybody asked it for anything, and calls that a success. */
#include "broken.h"

#include <stdlib.h>

__attribute__((constructor)) static void end(void) { exit(0); }

const cim_plugin *const *cim_plugins(uint32_t major, uint32_t minor, uint32_t *count) {
    return (void)major, (void)minor, (void)count, NULL;
}
