/* Looks at goals without asking whether they are known. */
#include "good_searcher.h"

static cim_status tell(void *self, cim_trial_table trials) {
    searcher *s = self;
    for (uint32_t i = 0; i < trials.n; i++)
        if (CIM_ROW(cim_trial, trials, i)->goals[0] > 1e100) s->asks += 1000;
    return CIM_OK;
}

static cim_status ask(void *self, cim_ask *a) {
    a->rng.s[0] ^= ((searcher *)self)->asks / 1000;
    return good_ask(self, a);
}
#define ASK ask
#define TELL tell

#include "good_searcher_end.h"
