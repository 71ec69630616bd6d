/* Cannot be created. */
#include "good_searcher.h"

static cim_status create(const cim_host *host, const cim_values *values,
                         const cim_problem *problem, void **self) {
    (void)values, (void)problem, (void)self;
    return host->fail(host, CIM_E_CONFIG, "not today");
}
#define CREATE create

#include "good_searcher_end.h"
