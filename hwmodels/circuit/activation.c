/* Max pooling and ReLU; sizes measured on DNN+NeuroSim V1.4. */
#include <cim_circuit/activation.h>
#include <cim_circuit/dff.h>
#include <math.h>

/* A comparator that passes on the larger number, in gate pitches: four NAND2 a bit and one, and
 * other gates with it. */
static const double nand_a_bit = 4, nand_once = 1, other_pitches_a_bit = 34.75, other_once = 3;

cim_block cim_max_pools(const cim_technology *t, double bits, double window, double n,
                        cim_side side) {
    const cim_gate nand = cim_logic_nand2(t);
    const double comparators = window - 1, nands = nand_a_bit * bits + nand_once;
    const double width_m = nands * nand.width_m +
                           (other_pitches_a_bit * bits + other_once) * t->poly_pitch_m;
    const double gates = comparators * width_m / (3 * t->poly_pitch_m);  /* in unfolded NAND2 */
    cim_block b = {.area_m2 = n * comparators * width_m * t->cell_height_m,
                   .energy_j = gates * (2 * nand.input_f + nand.output_f) * t->vdd_v * t->vdd_v,
                   .leakage_w = n * gates * nand.leakage_w};
    double ramp = CIM_STEP_INPUT;
    for (double bit = 0; bit < bits; ++bit)   /* the comparison ripples through the bits */
        b.delay_s += cim_stage_delay(2 * nand.n_ohm * (nand.output_f + 2 * nand.input_f), ramp,
                                     &ramp);
    b.delay_s *= ceil(log2(window));
    b.width_m = side.width_m > 0 ? side.width_m
                : side.height_m > 0 ? b.area_m2 / side.height_m : sqrt(b.area_m2);
    b.height_m = b.area_m2 / b.width_m;
    return b;
}

cim_block cim_relus(const cim_technology *t, double bits, double n, cim_side side) {
    cim_block b = cim_dff_bank(t, n * bits, side);
    b.energy_j = n > 0 ? b.energy_j / n : 0;
    return b;
}
