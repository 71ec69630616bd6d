/* Banks of flip-flops of smallest inverters and pass gates. */
#include <cim_circuit/dff.h>
#include <math.h>

static const double area_inverters = 12;    /* of a flip-flop: DNN+NeuroSim V1.4 (measured)      */
static const double leak_inverters = 8;     /* ibid.                                             */
static const double clock_inverters = 4;    /* inverters' worth that every clock cycle switches  */
static const double clock_gates = 2;        /* and clocked pass gates; ibid.                     */

double cim_dff_energy_j(const cim_technology *t, double n, double n_data) {
    const cim_gate g = cim_min_inverter(t);
    const double clock_f = clock_inverters * (g.input_f + g.output_f) + clock_gates * g.input_f;
    /* Two latches: input (3 pass-gate drains and a gate), the node between, output. */
    const double data_f = 3 * g.output_f + g.input_f + 2 * g.output_f + g.output_f + g.input_f;
    return t->vdd_v * t->vdd_v * (n * clock_f + fmin(n, n_data) * data_f);
}

cim_block cim_dff_bank(const cim_technology *t, double n, cim_side side) {
    const cim_gate g = cim_min_inverter(t);
    const double width_m = area_inverters * g.width_m;
    cim_block b = {.area_m2 = n * width_m * g.height_m, .width_m = n * width_m,
                   .height_m = g.height_m, .energy_j = cim_dff_energy_j(t, n, n),
                   .leakage_w = n * leak_inverters * g.leakage_w};
    if (side.width_m > 0) {
        b.width_m = side.width_m;
        b.height_m = ceil(n / fmax(1, floor(side.width_m / width_m))) * g.height_m;
        b.area_m2 = b.width_m * b.height_m;
    } else if (side.height_m > 0) {
        b.height_m = side.height_m;
        b.width_m = ceil(n / fmax(1, floor(side.height_m / g.height_m))) * width_m;
        b.area_m2 = b.width_m * b.height_m;
    }
    return b;
}
