/* The parameters of one point, and what files say. */
#include "design.h"

#include <math.h>
#include <string.h>

/* A cell below these is a short circuit, or stores nothing. */
#define LEAST_ON_OHM 1e3
#define LEAST_ON_OFF 1.1
#define LEAST_WRITE_V 0.5
#define DEFAULT_WRITE_V 2.0
#define DEFAULT_NODE_NM 22.0

static const double output_toggle = 0.5;    /* of all the reference's tables                     */

static void read_switches(ns_parameters *p, const cim_values *v, uint32_t point) {
    p->operationmode = cim_whole_number(v, point, P_OPERATIONMODE);
    p->sar_adc = cim_whole_number(v, point, P_SARADC);
    p->current_mode = cim_whole_number(v, point, P_CURRENTMODE);
    p->synchronous = cim_whole_number(v, point, P_SYNCHRONOUS);
    p->pipeline = cim_whole_number(v, point, P_PIPELINE);
    p->speed_up_degree = cim_whole_number(v, point, P_SPEEDUPDEGREE);
    p->novel_mapping = cim_whole_number(v, point, P_NOVELMAPPING);
    p->global_bus_type = cim_whole_number(v, point, P_GLOBALBUSTYPE);
    p->global_buffer_type = cim_whole_number(v, point, P_GLOBALBUFFERTYPE);
    p->pe_buffer_type = cim_whole_number(v, point, P_PEBUFFERTYPE);
    p->chip_activation = cim_whole_number(v, point, P_CHIPACTIVATION);
    p->relu = cim_whole_number(v, point, P_RELU);
    p->validated = cim_whole_number(v, point, P_VALIDATED);
}

static void read_numbers(ns_parameters *p, const cim_values *v, uint32_t point) {
    p->temperature_k = cim_number(v, point, P_TEMP, 0);
    p->rows = cim_whole_number(v, point, P_ROWS);
    p->cols = cim_whole_number(v, point, P_COLS);
    p->rowpar = cim_whole_number(v, point, P_ROWPAR);
    if (p->rowpar > p->rows) p->rowpar = p->rows;
    p->cell_bit = p->memcelltype == NS_SRAM ? 1 : cim_whole_number(v, point, P_CELLBIT);
    p->num_col_muxed = cim_whole_number(v, point, P_NUMCOLMUXED);
    p->clk_freq_hz = cim_number(v, point, P_CLKFREQ, 0);
    p->input_toggle = cim_number(v, point, P_INPUTTOGGLE, 0);
    p->output_toggle = output_toggle;
    p->max_global_bus_width = cim_number(v, point, P_MAXGLOBALBUSWIDTH, 0);
    p->global_bus_delay_tolerance = cim_number(v, point, P_GLOBALBUSDELAYTOLERANCE, 0);
    p->local_bus_delay_tolerance = cim_number(v, point, P_LOCALBUSDELAYTOLERANCE, 0);
    p->tree_folded_ratio = cim_number(v, point, P_TREEFOLDEDRATIO, 0);
    const double read_v = cim_number(v, point, P_READVOLTAGE, 0);
    p->read_voltage_v = read_v > 0 ? read_v : p->process->read_voltage_v;
}

/* What is given beside a file must be the file's. */
static const char *read_process(const ns_files *files, const cim_values *v, uint32_t point,
                                const cim_process **process) {
    const double node_nm = cim_number(v, point, P_TECHNODE, 0);
    const uint32_t roadmap = cim_whole_number(v, point, P_DEVICEROADMAP);
    if (files->process.node_nm > 0) {
        *process = &files->process;
        if (node_nm > 0 && fabs(node_nm - files->process.node_nm) > 0.5)
            return "technode: is not that of the file of technology; 0: the file's";
        return roadmap ? "deviceroadmap: must be 0 beside a file of technology" : NULL;
    }
    *process = cim_process_find(node_nm > 0 ? node_nm : DEFAULT_NODE_NM,
                                roadmap == 1 ? CIM_HP : CIM_LSTP);
    return *process ? NULL : "deviceroadmap = 1: no such process below 22 nm";
}

const char *ns_design_read(const ns_files *files, ns_parameters *p, const cim_values *v,
                           uint32_t point) {
    const uint32_t memcelltype = cim_whole_number(v, point, P_MEMCELLTYPE);
    const int is_from_file = memcelltype == NS_RRAM && files->cell.on_off_ratio > 0;
    const cim_cell *cell = is_from_file ? &files->cell : NULL;
    const uint32_t access = cim_whole_number(v, point, P_ACCESSTYPE);
    const uint32_t own =
        cell && cell->access == CIM_ACCESS_CROSS_POINT ? NS_ACCESS_NONE : NS_ACCESS_CMOS;
    if (cell && access && access != own)
        return "accesstype: is not that of the file of cell; 0: the file's";
    const uint32_t accesstype = access ? access : own;
    const cim_process *process;
    const char *why = read_process(files, v, point, &process);
    if (why) return why;
    *p = ns_parameters_default(process, memcelltype);
    memcpy(p->without, files->without, sizeof p->without);
    p->memcelltype = memcelltype;
    p->accesstype = accesstype;
    p->cell = ns_cell_default(process, memcelltype, accesstype);
    if (cell) {
        p->cell.height_f = cell->height_f;
        p->cell.width_f = cell->width_f;
        p->cell.resistance_on_ohm = cell->on_resistance_ohm;
        p->cell.on_off = cell->on_off_ratio;
    }
    const double on_ohm = cim_number(v, point, P_RESISTANCEON, 0);
    const double on_off = cim_number(v, point, P_ONOFF, 0);
    if (on_ohm > 0) p->cell.resistance_on_ohm = on_ohm;
    if (on_off > 0) p->cell.on_off = on_off;
    if (p->cell.resistance_on_ohm < LEAST_ON_OHM)
        return "resistanceOn: must be 0 or at least 1000 ohm";
    if (p->cell.on_off < LEAST_ON_OFF) return "onoff: must be 0 or at least 1.1";
    read_switches(p, v, point);
    read_numbers(p, v, point);
    if (cell && !(cim_number(v, point, P_READVOLTAGE, 0) > 0))
        p->read_voltage_v = cell->read_voltage_v;
    const double write_v = cim_number(v, point, P_WRITEVOLTAGE, 0);
    p->write_voltage_v = write_v > 0 ? write_v
                         : cell && cell->write_voltage_v > 0 ? cell->write_voltage_v
                                                             : DEFAULT_WRITE_V;
    if (p->write_voltage_v < LEAST_WRITE_V) return "writeVoltage: must be 0 or at least 0.5 V";
    return NULL;
}
