/* Does not expect a slack that is not known. */
#include "good_searcher.h"

static cim_status tell(void *self, cim_trial_table trials) {
    const searcher *s = self;
    for (uint32_t i = 0; i < trials.n; i++) {
        const cim_trial *t = CIM_ROW(cim_trial, trials, i);
        if (t->outcome == CIM_INFEASIBLE && s->problem->constraints.n && isnan(t->slack[0]))
            return CIM_E_INTERNAL;
    }
    return CIM_OK;
}
#define TELL tell

#include "good_searcher_end.h"
