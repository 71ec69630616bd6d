/* A process or a cell from a libconfig file; README.md says what the keys mean. */
#include "data_keys.h"

#include <cim_circuit/data_file.h>
#include <math.h>
#include <string.h>

/* ---- a process ------------------------------------------------------------------------------- */

#define KEY(of, name, needed, min, max) {#name, offsetof(of, name), 0, 1, needed, min, max}
#define KEY_3(of, name, needed, min, max) \
    {#name, offsetof(of, name), sizeof(double), 3, needed, min, max}
#define METAL(name, field, min, max) \
    {name, offsetof(cim_process, metal[0].field), sizeof(cim_metal), 3, DATA_OPTIONAL, min, max}

/* Ranges are a factor of ten or so beyond the nodes of the built-in table on either side: they
 * catch wrong units, not wrong figures. */
static const data_key process_keys[] = {
    KEY(cim_process, node_nm, DATA_NEEDED, 1, 1000), KEY(cim_process, vdd_v, DATA_NEEDED, 0.2, 5),
    KEY(cim_process, gate_f_per_m, DATA_NEEDED, 1e-11, 1e-7),
    KEY(cim_process, junction_f_per_m2, DATA_NEEDED, 1e-6, 1),
    KEY(cim_process, sidewall_f_per_m, DATA_NEEDED, 0, 1e-8),
    KEY(cim_process, channel_sidewall_f_per_m, DATA_NEEDED, 0, 1e-8),
    KEY(cim_process, pn_ratio, DATA_NEEDED, 0.2, 10),
    KEY(cim_process, resistance_factor, DATA_NEEDED, 0.1, 10),
    KEY_3(cim_process, on_n_a_per_m, DATA_NEEDED, 1, 1e4),
    KEY_3(cim_process, on_p_a_per_m, DATA_NEEDED, 1, 1e4),
    KEY_3(cim_process, off_n_a_per_m, DATA_NEEDED, 1e-9, 100),
    KEY_3(cim_process, off_p_a_per_m, DATA_NEEDED, 1e-9, 100),
    KEY(cim_process, gate_length_m, DATA_NEEDED, 1e-9, 1e-6),
    KEY(cim_process, poly_pitch_f, DATA_NEEDED, 1, 200),
    KEY(cim_process, cell_height_f, DATA_NEEDED, 5, 500),
    KEY(cim_process, wire_width_m, DATA_NEEDED, 1e-9, 1e-5),
    KEY(cim_process, wire_aspect, DATA_NEEDED, 0.2, 10),
    KEY(cim_process, wire_ohm_m, DATA_NEEDED, 1e-9, 1e-6),
    KEY(cim_process, mismatch_v_m, DATA_NEEDED, 1e-10, 1e-7),
    KEY(cim_process, sram_cell_f2, DATA_NEEDED, 20, 2e4),
    KEY(cim_process, fin_effective_width_m, DATA_OPTIONAL, 1e-9, 1e-6),
    KEY(cim_process, fin_thickness_m, DATA_OPTIONAL, 1e-9, 1e-7),
    KEY(cim_process, cell_fins, DATA_OPTIONAL, 1, 100),
    METAL("metal_width_m", width_m, 1e-9, 1e-5), METAL("metal_aspect", aspect, 0.2, 10),
    METAL("metal_ohm_m", ohm_m, 1e-9, 1e-6),
    KEY(cim_process, sram_height_f, DATA_BORROWED, 2, 500),
    KEY(cim_process, sram_width_f, DATA_BORROWED, 2, 500),
    KEY(cim_process, read_voltage_v, DATA_BORROWED, 0.01, 5),
    KEY(cim_process, mux_size, DATA_BORROWED, 0.1, 1e4),
    KEY(cim_process, row_switch_size, DATA_BORROWED, 0.1, 1e4),
    KEY(cim_process, row_switch_share, DATA_BORROWED, 1e-4, 10),
    KEY(cim_process, drain_total_f_per_m, DATA_BORROWED, 1e-12, 1e-7),
};
static const char *const process_others[] = {"source", "roadmap", "converter"};
static const char *const roadmaps[] = {"low_standby_power", "high_performance"};

static const data_key converter_keys[] = {
    KEY(cim_converter_fit, time_load_f, DATA_NEEDED, 0, 1),
    KEY(cim_converter_fit, time_excess_s, DATA_NEEDED, 0, 1),
    KEY(cim_converter_fit, time_knee_ohm, DATA_NEEDED, 0, 1e12),
    KEY(cim_converter_fit, power_scale_w, DATA_NEEDED, 0, 1e3),
    KEY(cim_converter_fit, power_decay, DATA_NEEDED, 0, 100),
    KEY(cim_converter_fit, sar_bit_w, DATA_NEEDED, 0, 1),
    KEY(cim_converter_fit, sar_base_w, DATA_NEEDED, 0, 1),
    KEY(cim_converter_fit, sar_scale_w, DATA_NEEDED, 0, 1e3),
    KEY(cim_converter_fit, sar_decay, DATA_NEEDED, 0, 100),
};
static const char *const converter_others[] = {"time_s", "power_w"};

static int has_fins(const cim_process *p) { return p->fin_thickness_m > 0; }

/* The closest node of the table, by ratio, of p's roadmap and kind of transistor; of the low-power
 * roadmap where the other has none. */
static const cim_process *nearest(const cim_process *like, uint32_t roadmap) {
    static const double nodes[] = {130, 90, 65, 45, 32, 22, 14, 10, 7, 5, 3};
    const cim_process *best = NULL;
    double least = INFINITY;
    for (uint32_t i = 0; i < DATA_COUNT(nodes); ++i) {
        const cim_process *p = cim_process_find(nodes[i], roadmap);
        if (!p || has_fins(p) != has_fins(like)) continue;
        const double distance = fabs(log(p->node_nm / like->node_nm));
        if (distance < least) best = p;
        least = fmin(distance, least);
    }
    return best || roadmap == CIM_LSTP ? best : nearest(like, CIM_LSTP);
}

static void finish_metals(cim_process *p) {
    for (uint32_t i = 0; i < 3; ++i) {   /* one, two, four times metal 1 */
        cim_metal *m = &p->metal[i];
        if (!(m->width_m > 0)) m->width_m = p->wire_width_m * (double)(1u << i);
        if (!(m->aspect > 0)) m->aspect = p->wire_aspect;
        if (!(m->ohm_m > 0)) m->ohm_m = p->wire_ohm_m;
    }
}

/* ( [constant, slope, log_slope, below], ..., [constant, slope, log_slope] ): up to three pieces,
 * the last without an end. */
static cim_status pieces(const data_file *f, const char *name, cim_piece *out) {
    static const double any = 1e12;
    const config_setting_t *s = data_member(f, name);
    const int n = s && config_setting_is_list(s) ? config_setting_length(s) : 0;
    if (n < 1 || n > 3)
        return data_refuse(f, data_line(s ? s : f->group), "%s: must be a list of 1 to 3 pieces",
                           name);
    memset(out, 0, 3 * sizeof *out);
    for (int i = 0; i < n; ++i) {
        double values[4] = {0, 0, 0, INFINITY};
        const config_setting_t *e = config_setting_get_elem(s, (unsigned)i);
        const int length = config_setting_is_aggregate(e) ? config_setting_length(e) : 0;
        if (length != (i + 1 < n ? 4 : 3))
            return data_refuse(f, data_line(e), "%s: a piece is [constant, slope, log_slope, "
                               "below], the last without below", name);
        for (int k = 0; k < length; ++k) {
            const cim_status status = data_number(f, config_setting_get_elem(e, (unsigned)k), name,
                                                  -any, any, &values[k]);
            if (status != CIM_OK) return status;
        }
        out[i] = (cim_piece){values[3], values[0], values[1], values[2]};
        if (i && !(out[i].below > out[i - 1].below))
            return data_refuse(f, data_line(e), "%s: below must rise from piece to piece", name);
    }
    return CIM_OK;
}

static cim_status converter(const data_file *top, cim_converter_fit *out) {
    data_file f = *top;
    f.group = data_member(top, "converter");
    f.what = "process's converter";
    if (!f.group) return CIM_OK;
    if (!config_setting_is_group(f.group))
        return data_refuse(top, data_line(f.group), "converter: must be a group { ... }");
    cim_status status = data_known(&f, converter_keys, DATA_COUNT(converter_keys),
                                   converter_others, DATA_COUNT(converter_others));
    if (status == CIM_OK)
        status = data_numbers(&f, converter_keys, DATA_COUNT(converter_keys), out);
    if (status == CIM_OK) status = pieces(&f, "time_s", out->time_s);
    return status == CIM_OK ? pieces(&f, "power_w", out->power_w) : status;
}

static cim_status check_process(const data_file *f, const cim_process *p) {
    for (uint32_t i = 0; i < 3; ++i)
        if (!(p->off_n_a_per_m[i] < p->on_n_a_per_m[i] && p->off_p_a_per_m[i] < p->on_p_a_per_m[i]))
            return data_refuse(f, data_line(data_member(f, "off_n_a_per_m")),
                               "off_n_a_per_m, off_p_a_per_m: must be below the on currents");
    const int fins = (p->fin_effective_width_m > 0) + (p->fin_thickness_m > 0) + (p->cell_fins > 0);
    if (fins == 0 || fins == 3) return CIM_OK;
    return data_refuse(f, 0, "fin_effective_width_m, fin_thickness_m, cell_fins: all three (fins), "
                       "or none (planar)");
}

static cim_status take_process(const data_file *f, void *into) {
    cim_process *p = into;
    cim_status status = data_known(f, process_keys, DATA_COUNT(process_keys), process_others,
                                   DATA_COUNT(process_others));
    if (status == CIM_OK) status = data_source(f);
    if (status == CIM_OK)
        status = data_word(f, "roadmap", roadmaps, DATA_COUNT(roadmaps), &p->roadmap);
    if (status == CIM_OK) status = data_numbers(f, process_keys, DATA_COUNT(process_keys), p);
    if (status == CIM_OK) status = check_process(f, p);
    if (status != CIM_OK) return status;
    const cim_process *like = nearest(p, p->roadmap);
    data_borrow(f, process_keys, DATA_COUNT(process_keys), like, p);
    p->converter = like->converter;
    finish_metals(p);
    return converter(f, &p->converter);
}

/* ---- a cell ---------------------------------------------------------------------------------- */

/* Read as numbers, then put into cim_cell. */
typedef struct cell_numbers { cim_cell is; double cell_area_f2, max_bits; } cell_numbers;

#define CELL(name, field, needed, min, max) \
    {name, offsetof(cell_numbers, field), 0, 1, needed, min, max}
static const data_key cell_keys[] = {
    CELL("on_resistance_ohm", is.on_resistance_ohm, DATA_NEEDED, 100, 1e10),
    CELL("on_off_ratio", is.on_off_ratio, DATA_NEEDED, 1.5, 1e10),
    CELL("read_voltage_v", is.read_voltage_v, DATA_NEEDED, 0.01, 5),
    CELL("cell_height_f", is.height_f, DATA_OPTIONAL, 1, 1000),
    CELL("cell_width_f", is.width_f, DATA_OPTIONAL, 1, 1000),
    CELL("cell_area_f2", cell_area_f2, DATA_OPTIONAL, 1, 1e6),
    CELL("write_voltage_v", is.write_voltage_v, DATA_OPTIONAL, 0.05, 30),
    CELL("write_pulse_s", is.write_pulse_s, DATA_OPTIONAL, 1e-12, 1),
    CELL("max_bits", max_bits, DATA_OPTIONAL, 1, 8),
    CELL("read_noise_sd", is.read_noise_sd, DATA_OPTIONAL, 1e-9, 1),
    CELL("device_spread_sd", is.device_spread_sd, DATA_OPTIONAL, 1e-9, 1),
};
static const char *const cell_others[] = {"source", "access"};
static const char *const accesses[] = {"1T1R", "1T", "cross_point"};

static cim_status check_cell(const data_file *f, const cell_numbers *c) {
    const int sides = (c->is.height_f > 0) + (c->is.width_f > 0);
    if (c->max_bits != floor(c->max_bits))
        return data_refuse(f, data_line(data_member(f, "max_bits")),
                           "max_bits = %g: must be a whole number", c->max_bits);
    if (sides == (c->cell_area_f2 > 0 ? 0 : 2)) return CIM_OK;
    return data_refuse(f, 0, "cell_height_f, cell_width_f, cell_area_f2: needs height and width, "
                       "or the area of a square cell");
}

static cim_status take_cell(const data_file *f, void *into) {
    cell_numbers c = {0};
    cim_status status = data_known(f, cell_keys, DATA_COUNT(cell_keys), cell_others,
                                   DATA_COUNT(cell_others));
    if (status == CIM_OK) status = data_source(f);
    if (status == CIM_OK)
        status = data_word(f, "access", accesses, DATA_COUNT(accesses), &c.is.access);
    if (status == CIM_OK) status = data_numbers(f, cell_keys, DATA_COUNT(cell_keys), &c);
    if (status == CIM_OK) status = check_cell(f, &c);
    if (status != CIM_OK) return status;
    if (c.cell_area_f2 > 0) c.is.height_f = c.is.width_f = sqrt(c.cell_area_f2);
    c.is.max_bits = (uint32_t)c.max_bits;
    memcpy(into, &c.is, sizeof c.is);
    return CIM_OK;
}

/* ---- both ------------------------------------------------------------------------------------ */

cim_status cim_process_read(const cim_host *host, const char *path, cim_process *out) {
    cim_process p = {0};
    const cim_status status = data_read(host, path, "process", take_process, &p);
    if (status == CIM_OK) *out = p;
    return status;
}

cim_status cim_cell_read(const cim_host *host, const char *path, cim_cell *out) {
    cim_cell c = {0};
    const cim_status status = data_read(host, path, "cell", take_cell, &c);
    if (status == CIM_OK) *out = c;
    return status;
}
