/* Refuses an op, and does not say in which layer. */
#include "good_hwmodel.h"

static cim_status evaluate(void *self, const cim_request *r) {
    const cim_host *host = self;
    for (uint32_t i = 0; i < r->network->layers.n; i++)
        if (CIM_ROW(cim_layer, r->network->layers, i)->op >= CIM_OP_END)
            return host->fail(host, CIM_E_UNSUPPORTED, "cannot cost this network");
    return good_evaluate(self, r);
}
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
