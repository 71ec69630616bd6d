/* Takes the best of the feasible trials, and there are none. */
#include <stdlib.h>
#include "good_searcher.h"

static cim_status tell(void *self, cim_trial_table trials) {
    (void)self;
    uint32_t n = 0;
    for (uint32_t i = 0; i < trials.n; i++)
        n += CIM_ROW(cim_trial, trials, i)->outcome == CIM_FEASIBLE;
    if (!n && trials.n == 8) abort();
    return CIM_OK;
}
#define TELL tell

#include "good_searcher_end.h"
