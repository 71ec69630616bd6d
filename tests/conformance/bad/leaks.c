/* Forgets one block. */
#include "good_searcher.h"

static cim_status create(const cim_host *host, const cim_values *values,
                         const cim_problem *problem, void **self) {
    (void)host->alloc(host, 1, 100);
    return good_create(host, values, problem, self);
}
#define CREATE create

#include "good_searcher_end.h"
