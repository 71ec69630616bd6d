/* Draws noise where there is none. */
#include "good_accuracy.h"

static cim_status evaluate(void *self, cim_accuracy_request *r) {
    good_draws(self, r, 0.1);
    return CIM_OK;
}
#define EVALUATE evaluate

#include "good_accuracy_end.h"
