/* Gets better with every request. */
#include "good_accuracy.h"

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    static double requests;
    good_evaluate(self, r);
    r->mean += 1e-6 * requests++;
    return CIM_OK;
}
#define EVALUATE evaluate

#include "good_accuracy_end.h"
