/* Defaults of a design point, and the calibration factors. Source: DNN+NeuroSim V1.4 (measured). */
#include "parameters.h"

ns_factors ns_factors_of(const ns_parameters *p) {
    static const ns_factors silicon = {1.44, 1.4, 0.5, 0.15, 0.05, 1.22};
    static const ns_factors none = {1, 1, 1, 1, 1, 1};
    ns_factors f = p->validated ? silicon : none;
    if (p->without[NS_CALIBRATION]) f.beta = f.zeta = 1;
    if (p->without[NS_LEVEL_SHIFTERS]) f.alpha = 1;
    if (p->validated && p->without[NS_ACTIVITIES]) {   /* of random data */
        f.gamma = 1;
        f.delta = 0.25;
    }
    return f;
}

ns_cell ns_cell_default(const cim_process *process, uint32_t memcelltype, uint32_t accesstype) {
    ns_cell c = {.height_f = process->sram_height_f, .width_f = process->sram_width_f,
                 .resistance_on_ohm = 100e3, .on_off = 17, .access_width_f = 1,
                 .pull_down_width_f = 1, .pull_up_width_f = 1, .access_voltage_v = 1.1,
                 .access_share = 0.25, .min_sense_v = 0.1};
    if (memcelltype == NS_RRAM) {
        c.height_f = accesstype == NS_ACCESS_NONE ? 2 : 4;
        c.width_f = accesstype == NS_ACCESS_NONE ? 2 : 12;
    }
    return c;
}

ns_parameters ns_parameters_default(const cim_process *process, uint32_t memcelltype) {
    return (ns_parameters){
        .process = process, .temperature_k = 300, .memcelltype = memcelltype,
        .operationmode = NS_PARALLEL, .accesstype = NS_ACCESS_CMOS, .rows = 128, .cols = 128,
        .rowpar = 128, .wb = 8, .ab = 8, .cell_bit = 1, .level_output = 32, .num_col_muxed = 8,
        .sar_adc = 0, .current_mode = 1,
        .cell = ns_cell_default(process, memcelltype, NS_ACCESS_CMOS),
        .read_voltage_v = process->read_voltage_v, .write_voltage_v = 2, .clk_freq_hz = 1e9,
        .synchronous = 1, .pipeline = 1, .speed_up_degree = 8, .novel_mapping = 1, .relu = 1,
        .chip_activation = 1, .validated = 1, .input_toggle = 0.18, .output_toggle = 0.5,
        .max_global_bus_width = 2048, .global_bus_delay_tolerance = 0.1,
        .local_bus_delay_tolerance = 0.1, .tree_folded_ratio = 4};
}
