/* Rounds upwards, and does not put it back. */
#include <fenv.h>
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    fesetround(FE_UPWARD);
    return good_ask(self, a);
}
#define ASK ask

#include "good_searcher_end.h"
