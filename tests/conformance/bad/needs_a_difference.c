/* Scales by the difference of goals, and there is none. */
#include <stdlib.h>
#include "good_searcher.h"

static cim_status tell(void *self, cim_trial_table trials) {
    (void)self;
    uint32_t same = 0;
    for (uint32_t i = 0; i < trials.n; i++)
        same += CIM_ROW(cim_trial, trials, i)->goals[0] == CIM_ROW(cim_trial, trials, 0)->goals[0];
    if (same == 8) abort();
    return CIM_OK;
}
#define TELL tell

#include "good_searcher_end.h"
