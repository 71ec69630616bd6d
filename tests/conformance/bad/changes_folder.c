/* Works somewhere else. */
#include <unistd.h>
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    if (chdir("/") != 0) return CIM_E_FILE;
    return good_ask(self, a);
}
#define ASK ask

#include "good_searcher_end.h"
