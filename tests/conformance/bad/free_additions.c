/* Adds for nothing. */
#include "good_hwmodel.h"

static cim_status evaluate(void *self, const cim_request *r) {
    cim_network n = *r->network;
    cim_layer layers[64];
    cim_request mine = *r;
    n.layers = (cim_layer_table){layers, 0, sizeof *layers};
    for (uint32_t i = 0; i < r->network->layers.n && i < 64; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        if (l->op != CIM_OP_ADD) layers[n.layers.n++] = *l;
    }
    mine.network = &n;
    return good_evaluate(self, &mine);
}
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
