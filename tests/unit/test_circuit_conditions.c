/* Every component of the library over temperature and supply, at every process: leakage rises with
 * temperature; a lower supply takes less energy and longer, and leaks less. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <cim_circuit/activation.h>
#include <cim_circuit/adc.h>
#include <cim_circuit/adder.h>
#include <cim_circuit/buffer.h>
#include <cim_circuit/dff.h>
#include <cim_circuit/logic.h>
#include <cim_circuit/memory.h>
#include <cim_circuit/repeater.h>
#include <cim_circuit/row_decoder.h>
#include <cim_circuit/wire.h>

#include <math.h>

static const struct { double node_nm; uint32_t roadmap; } processes[] = {
    {130, CIM_HP}, {90, CIM_HP}, {65, CIM_HP}, {45, CIM_HP}, {32, CIM_HP}, {22, CIM_HP},
    {130, CIM_LSTP}, {90, CIM_LSTP}, {65, CIM_LSTP}, {45, CIM_LSTP}, {32, CIM_LSTP},
    {22, CIM_LSTP}, {14, CIM_LSTP}, {10, CIM_LSTP}, {7, CIM_LSTP}, {5, CIM_LSTP}, {3, CIM_LSTP},
};
#define N_PROCESSES (sizeof processes / sizeof processes[0])

static const cim_side wide = {20e-6, 0}, high = {0, 20e-6};

static cim_cost gates(const cim_technology *t) { return cim_gates(t, 10); }
static cim_cost flip_flops(const cim_technology *t) { return cim_register(t, 8); }
static cim_cost adder(const cim_technology *t) { return cim_adder(t, 8); }
static cim_cost shift_add(const cim_technology *t) { return cim_shift_add(t, 8, 16); }
static cim_cost counter(const cim_technology *t) { return cim_ones_counter(t, 64); }
static cim_cost maximum(const cim_technology *t) { return cim_maximum(t, 8); }
static cim_cost multiplier(const cim_technology *t) { return cim_multiplier(t, 8); }
static cim_cost function_unit(const cim_technology *t) { return cim_function_unit(t, 8); }
static cim_cost driver(const cim_technology *t) { return cim_driver(t, 1e-13); }
static cim_cost decoder(const cim_technology *t) { return cim_decoder(t, 64, 1e-14); }
static cim_cost sram(const cim_technology *t) { return cim_sram(t, 1e6); }
static cim_cost wire(const cim_technology *t) { return cim_repeated_wire(t, 0.5); }

static cim_cost sar(const cim_technology *t) {
    return cim_adc_sar(t, &(cim_adc){.bits = 8, .full_scale_v = t->vdd_v / 2});
}
static cim_cost sar_of_many_bits(const cim_technology *t) {
    return cim_adc_sar(t, &(cim_adc){.bits = 14, .full_scale_v = t->vdd_v / 2});
}
static cim_cost flash(const cim_technology *t) {
    return cim_adc_flash(t, &(cim_adc){.bits = 5, .shared_by = 16, .full_scale_v = t->vdd_v / 2});
}
static cim_cost flash_of_many_bits(const cim_technology *t) {
    return cim_adc_flash(t, &(cim_adc){.bits = 10, .full_scale_v = t->vdd_v / 2});
}
/* Of one range: with a range that follows the supply its bias grows as the inverse of the supply
 * where noise sets it. */
static cim_cost ramp(const cim_technology *t) {
    return cim_adc_ramp(t, &(cim_adc){.bits = 8, .shared_by = 64, .full_scale_v = 0.3});
}

/* Gates laid out. */
static cim_cost block(cim_block b) { return cim_block_cost(b); }
static cim_cost ripple_adders(const cim_technology *t) {
    return block(cim_ripple_adders(t, 8, 16, wide, 1e-15));
}
static cim_cost adder_trees(const cim_technology *t) {
    return block(cim_adder_trees(t, 16, 8, 4, wide, 1e-15, CIM_TREE_PASSES_ODD));
}
static cim_cost shift_adders(const cim_technology *t) {
    return block(cim_shift_adders(t, 8, 8, 16, wide).block);
}
static cim_cost max_pools(const cim_technology *t) {
    return block(cim_max_pools(t, 8, 4, 16, wide));
}
static cim_cost relus(const cim_technology *t) { return block(cim_relus(t, 8, 16, wide)); }
static cim_cost dff_bank(const cim_technology *t) { return block(cim_dff_bank(t, 64, wide)); }
static cim_cost row_decoder(const cim_technology *t) {
    return block(cim_row_decoder(t, 64, high, (cim_row_load){1e-14, 1000}));
}
static cim_cost buffer(cim_buffer b) {
    return (cim_cost){b.block.area_m2, b.access_s, b.read_j + b.write_j, b.leakage_w};
}
static cim_cost register_buffer(const cim_technology *t) {
    return buffer(cim_register_buffer(t, 1024, 64, 0.5, 0.5, wide));
}
static cim_cost sram_buffer(const cim_technology *t) {
    return buffer(cim_sram_buffer(t, 16384, 64, 0.5, 20, 14, wide));
}
static cim_cost repeaters(const cim_technology *t) {
    const cim_repeated r = cim_repeaters(t, cim_metal_wire(t, 1, 0), 0.1);
    return (cim_cost){r.repeater.area_m2 / r.spacing_m, r.delay_s_per_m, r.energy_j_per_m,
                      r.repeater.leakage_w / r.spacing_m};
}
static cim_cost gate(cim_gate g, const cim_technology *t) {
    return (cim_cost){g.area_m2, 0.69 * (g.n_ohm + g.p_ohm) / 2 * g.output_f,
                      (g.input_f + g.output_f) * t->vdd_v * t->vdd_v, g.leakage_w};
}
static cim_cost inverter(const cim_technology *t) { return gate(cim_min_inverter(t), t); }
static cim_cost nand2(const cim_technology *t) { return gate(cim_logic_nand2(t), t); }
static cim_cost nor2(const cim_technology *t) {
    return gate(cim_gate_make(t, CIM_NOR, 2, cim_min_widths(t, 1, 2), 0), t);
}

static const struct component {
    const char *name;
    cim_cost (*of)(const cim_technology *t);
} components[] = {
    {"gates", gates}, {"register", flip_flops}, {"adder", adder}, {"shift_add", shift_add},
    {"ones_counter", counter}, {"maximum", maximum}, {"multiplier", multiplier},
    {"function_unit", function_unit}, {"driver", driver}, {"decoder", decoder}, {"sram", sram},
    {"repeated_wire", wire}, {"sar", sar}, {"sar, 14 bits", sar_of_many_bits}, {"flash", flash},
    {"flash, 10 bits", flash_of_many_bits}, {"ramp", ramp}, {"ripple_adders", ripple_adders},
    {"adder_trees", adder_trees}, {"shift_adders", shift_adders}, {"max_pools", max_pools},
    {"relus", relus}, {"dff_bank", dff_bank}, {"row_decoder", row_decoder},
    {"register_buffer", register_buffer}, {"sram_buffer", sram_buffer}, {"repeaters", repeaters},
    {"min_inverter", inverter}, {"logic_nand2", nand2}, {"nor2", nor2},
};
#define N_COMPONENTS (sizeof components / sizeof components[0])

static cim_technology make(size_t process, double kelvin, double share) {
    const cim_process *p = cim_process_find(processes[process].node_nm, processes[process].roadmap);
    cim_technology t;
    assert_true(cim_technology_init_at(&t, p, kelvin, share * p->vdd_v));
    return t;
}

/* Registers alone state no delay: it is that of what lies between them. */
static int slower(const struct component *k, cim_cost c, cim_cost last) {
    if (k->of == relus || k->of == dff_bank) return c.delay_s == 0 && last.delay_s == 0;
    return c.delay_s > last.delay_s;
}

static void is_cost(cim_cost c, const char *name) {
    if (!(c.area_m2 > 0 && c.delay_s >= 0 && c.energy_j > 0 && c.leakage_w > 0 &&
          isfinite(c.area_m2 + c.delay_s + c.energy_j + c.leakage_w)))
        fail_msg("%s: %g m2, %g s, %g J, %g W", name, c.area_m2, c.delay_s, c.energy_j,
                 c.leakage_w);
}

static void leakage_rises_with_temperature(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PROCESSES; ++i)
        for (size_t k = 0; k < N_COMPONENTS; ++k)
            for (double share = 0.4; share < 1.51; share += 0.275) {
                double last_w = 0;
                for (double kelvin = 300; kelvin <= 400; kelvin += 12.5) {
                    const cim_technology t = make(i, kelvin, share);
                    const cim_cost c = components[k].of(&t);
                    is_cost(c, components[k].name);
                    if (!(c.leakage_w > last_w))
                        fail_msg("%s, %g nm, %g K: leaks %g W, cooler %g W", components[k].name,
                                 processes[i].node_nm, kelvin, c.leakage_w, last_w);
                    last_w = c.leakage_w;
                }
            }
}

static void lower_supply(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PROCESSES; ++i)
        for (size_t k = 0; k < N_COMPONENTS; ++k)
            for (double kelvin = 300; kelvin <= 400; kelvin += 50) {
                cim_cost last = {0, 0, 0, 0};
                for (double share = 1.2; share > 0.399; share -= 0.05) {
                    const cim_technology t = make(i, kelvin, fmax(share, 0.4));
                    const cim_cost c = components[k].of(&t);
                    is_cost(c, components[k].name);
                    if (last.area_m2 > 0 &&
                        !(c.energy_j < last.energy_j && slower(&components[k], c, last) &&
                          c.leakage_w < last.leakage_w))
                        fail_msg("%s, %g nm, %g of the supply: %g J, %g s, %g W after %g J, %g s, "
                                 "%g W", components[k].name, processes[i].node_nm, share,
                                 c.energy_j, c.delay_s, c.leakage_w, last.energy_j, last.delay_s,
                                 last.leakage_w);
                    last = c;
                }
            }
}

/* Wires get more resistive, and a pass gate of a given resistance wider, when gates drive it less:
 * the one component whose energy a lower supply need not lower. */
static void lines_and_pass_gates(void **state) {
    (void)state;
    for (size_t i = 0; i < N_PROCESSES; ++i) {
        const cim_technology cool = make(i, 300, 1), warm = make(i, 400, 1);
        const cim_technology low = make(i, 300, 0.7);
        const cim_line line = cim_array_line(&cool, 1e-4, 1e-15, 1000);
        assert_true(cim_array_line(&warm, 1e-4, 1e-15, 1000).delay_s > line.delay_s);
        assert_true(cim_array_line(&low, 1e-4, 0, 1000).delay_s ==
                    cim_array_line(&cool, 1e-4, 0, 1000).delay_s);
        const double gates_f = 100 * cool.inverter_input_f, low_f = 100 * low.inverter_input_f;
        assert_true(fabs(cim_array_line(&low, 1e-4, low_f, 1000).delay_s /
                             cim_array_line(&cool, 1e-4, gates_f, 1000).delay_s - 1) < 1e-12);
        assert_true(cim_metal_wire(&warm, 0, 0.0039).ohm_per_m >
                    cim_metal_wire(&cool, 0, 0.0039).ohm_per_m);
        assert_true(cim_pass_gates(&low, 1, 100, NULL).area_m2 >
                    cim_pass_gates(&cool, 1, 100, NULL).area_m2);
        const double width_m = 10 * cool.node_m;
        assert_true(cim_pass_ohm(&low, CIM_NMOS, width_m) > cim_pass_ohm(&cool, CIM_NMOS, width_m));
        assert_true(cim_pass_ohm(&low, CIM_PMOS, width_m) > cim_pass_ohm(&cool, CIM_PMOS, width_m));
        assert_true(cim_switching_ohm(&low, CIM_NMOS, width_m) >
                    cim_switching_ohm(&cool, CIM_NMOS, width_m));
        assert_true(cim_transistor_gate_f(&low, width_m) < cim_transistor_gate_f(&cool, width_m));
        assert_true(cim_dff_energy_j(&low, 8, 4) < cim_dff_energy_j(&cool, 8, 4));
    }
}

/* A memory beside the chip is none of the chip's conditions. */
static void off_chip(void **state) {
    (void)state;
    for (uint32_t kind = CIM_OFF_CHIP_LPDDR4; kind < CIM_N_OFF_CHIP; ++kind) {
        const cim_off_chip m = cim_off_chip_memory(kind);
        assert_true(m.energy_j > 0 && m.bits_per_s > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leakage_rises_with_temperature), cmocka_unit_test(lower_supply),
        cmocka_unit_test(lines_and_pass_gates), cmocka_unit_test(off_chip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
