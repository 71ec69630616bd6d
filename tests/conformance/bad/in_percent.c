/* Its accuracy is a percentage. */
#include "good_accuracy.h"

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    good_evaluate(self, r);
    r->mean *= 100;
    return CIM_OK;
}
#define EVALUATE evaluate

#include "good_accuracy_end.h"
