/* Ripple-carry adders of nine NAND2 a bit, trees of them, shift-and-add units. */
#include <cim_circuit/adder.h>
#include <cim_circuit/dff.h>
#include <math.h>

static const double full_adder_gates = 9;
/* Gate inputs and outputs that switch in a full adder; the first has no carry in. */
static const double first_inputs = 14, next_inputs = 13, outputs = 7;

static double delay_s(const cim_gate *g, double bits, double load_f) {
    const double fall = 2 * g->n_ohm, rise = g->p_ohm, o = g->output_f, i = g->input_f;
    double ramp = CIM_STEP_INPUT;
    double sum = cim_stage_delay(fall * (o + 3 * i), ramp, &ramp);
    sum += cim_stage_delay(rise * (o + 2 * i), ramp, &ramp);
    if (bits > 2) {     /* the carry through every further bit as through the first of them */
        double bit = cim_stage_delay(fall * (o + 3 * i), ramp, &ramp);
        bit += cim_stage_delay(rise * (o + 2 * i), ramp, &ramp);
        sum += bit * (bits - 2);
    }
    sum += cim_stage_delay(fall * (o + 3 * i), ramp, &ramp);
    sum += cim_stage_delay(rise * (o + i), ramp, &ramp);
    return sum + cim_stage_delay(fall * (o + load_f), ramp, &ramp);
}

static double energy_j(const cim_technology *t, const cim_gate *g, double bits) {
    return t->vdd_v * t->vdd_v *
           (first_inputs * g->input_f + outputs * g->output_f +
            (bits - 1) * (next_inputs * g->input_f + outputs * g->output_f));
}

static void place(cim_block *b, cim_side side) {
    if (side.width_m > 0) {
        b->width_m = side.width_m;
        b->height_m = b->area_m2 / side.width_m;
    } else if (side.height_m > 0) {
        b->height_m = side.height_m;
        b->width_m = b->area_m2 / side.height_m;
    }
}

cim_block cim_ripple_adders(const cim_technology *t, double bits, double n, cim_side side,
                            double load_f) {
    const cim_gate g = cim_logic_nand2(t);
    const double gates = n * bits * full_adder_gates;
    cim_block b = {.area_m2 = gates * g.area_m2, .delay_s = delay_s(&g, bits, load_f),
                   .energy_j = n * energy_j(t, &g, bits), .leakage_w = gates * g.leakage_w,
                   .width_m = bits * full_adder_gates * g.width_m, .height_m = n * g.height_m};
    place(&b, side);
    return b;
}

cim_block cim_adder_trees(const cim_technology *t, double inputs, double bits, double n,
                          cim_side side, double load_f, cim_tree_odd odd) {
    cim_block b = {0};
    const cim_side free_side = {0, 0};
    const double stages = ceil(log2(inputs));
    double left = inputs;
    for (double stage = 0; stage < stages; ++stage) {
        const double adders = floor(left / 2);
        const cim_block a = cim_ripple_adders(t, bits + stage, n * adders, free_side, load_f);
        b.area_m2 += a.area_m2;
        b.energy_j += a.energy_j;
        b.leakage_w += a.leakage_w;
        left = odd == CIM_TREE_LOSES_ODD ? adders : left - adders;
    }
    if (stages > 0) {   /* sums ripple through the tree: a stage adds two bits' time */
        b.delay_s = cim_ripple_adders(t, bits, 1, free_side, load_f).delay_s +
                    (stages - 1) * cim_ripple_adders(t, 2, 1, free_side, load_f).delay_s;
    }
    place(&b, side);
    return b;
}

cim_shift_adder cim_shift_adders(const cim_technology *t, double adder_bits, double shifts,
                                 double n, cim_side side) {
    const double register_bits = adder_bits + shifts;
    const double load_f = cim_min_inverter(t).output_f;   /* pass gate of a flip-flop */
    const cim_block adders = cim_ripple_adders(t, adder_bits, n, side, load_f);
    const cim_block registers = cim_dff_bank(t, n * register_bits, side);
    cim_shift_adder s = {.adder_j = adders.energy_j / n,
                         .register_j = cim_dff_energy_j(t, register_bits, register_bits),
                         .adder_delay_s = adders.delay_s};
    const double gap_m = t->cell_height_m;
    s.block = (cim_block){.area_m2 = adders.area_m2 + registers.area_m2 + gap_m * side.width_m,
                          .delay_s = adders.delay_s, .energy_j = s.adder_j + s.register_j,
                          .leakage_w = adders.leakage_w + registers.leakage_w,
                          .width_m = side.width_m,
                          .height_m = adders.height_m + registers.height_m + gap_m};
    return s;
}
