/* Costs 8 bits, whatever the network says. */
#include "good_hwmodel.h"

static cim_status evaluate(void *self, const cim_request *r) {
    static const double eight = 8;
    for (uint32_t p = 0; p < r->values->n_points; p++) {
        double numbers[] = {cim_number(r->values, p, ROWS, 0), eight};
        cim_values v = *r->values;
        double metrics[N_METRICS], slack;
        cim_request mine = *r;
        v.numbers = numbers;
        v.n_points = 1;
        mine.values = &v;
        mine.metrics = metrics;
        mine.slack = &slack;
        if (!good_point(&mine, 0, 1, 1)) continue;
        for (uint32_t m = 0; m < N_METRICS; m++) r->metrics[p * N_METRICS + m] = metrics[m];
        r->slack[p] = slack;
    }
    return (void)self, CIM_OK;
}
#define EVALUATE evaluate

#include "good_hwmodel_end.h"
