/* Cells, drivers, converters and shift-add: what publications of macros count. */
#include "macro.h"
#include <math.h>

void chip_macro(const chip_common *c, const cim_chip_layer *layers, cim_chip *chip) {
    const double period_s = c->spec->clock_hz > 0 ? 1 / c->spec->clock_hz : 0;
    double leakage_w = 0, sum_s = 0, slowest_s = 0;
    for (uint32_t i = 0; i < c->network->layers.n; ++i) {
        const cim_chip_layer *w = &layers[i];
        if (!(w->tiles > 0)) continue;
        const double vector_s = w->map.rounds * fmax(w->array.round_s, period_s);
        const double image_s = vector_s * ceil(w->map.positions / w->copies);
        chip->macro_latency_s = fmax(chip->macro_latency_s, vector_s);
        slowest_s = fmax(slowest_s, image_s);
        sum_s += image_s;
        for (uint32_t p = 0; p < CIM_N_MACRO_PARTS; ++p) {
            chip->macro_area_m2 += w->area_m2[p];
            chip->macro_energy_j += w->energy_j[p];
            leakage_w += w->leakage_w[p];
        }
    }
    for (uint32_t p = 0; p < CIM_N_MACRO_PARTS; ++p) {   /* arrays that belong to no layer */
        chip->macro_area_m2 += chip->shared_area_m2[p];
        leakage_w += chip->shared_leakage_w[p];
    }
    chip->macro_interval_s = c->spec->pipeline ? slowest_s : sum_s;
    chip->macro_energy_j += leakage_w * chip->macro_interval_s;
}
