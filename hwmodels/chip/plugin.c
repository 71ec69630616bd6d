/* Between the chip and the plug-in interface. */
#include <cim_chip/plugin.h>
#include <math.h>
#include <string.h>

static const double m2_to_mm2 = 1e6;
static const double bits_per_kib = 8192;

const double cim_chip_nodes_nm[CIM_CHIP_N_NODES] = {0, 3, 5, 7, 10, 14, 22, 32, 45, 65, 90, 130};
const char *const cim_chip_interconnects[CIM_CHIP_N_INTERCONNECTS] = {"mesh", "h_tree", "bus"};
const char *const cim_chip_off_chips[CIM_N_OFF_CHIP] = {"none", "lpddr4", "ddr4", "hbm2"};
const double cim_chip_off_chip_memories[CIM_N_OFF_CHIP - 1] = {
    CIM_OFF_CHIP_LPDDR4, CIM_OFF_CHIP_DDR4, CIM_OFF_CHIP_HBM2};

cim_status cim_chip_make_room(const cim_host *host, cim_chip_room *room, uint32_t n) {
    if (n <= room->n) return CIM_OK;
    cim_chip_layer *layers = host->alloc(host, n, sizeof *layers);
    if (!layers) return host->fail(host, CIM_E_MEMORY, "no memory for the network's layers");
    host->release(host, room->layers);
    *room = (cim_chip_room){layers, n};
    return CIM_OK;
}

/* A file and another node beside it contradict each other: none. */
static const cim_process *find_process(const cim_chip_process *made, double node_nm) {
    if (made->file.node_nm > 0)
        return node_nm == 0 || node_nm == made->file.node_nm ? &made->file : NULL;
    return cim_process_find(node_nm > 0 ? node_nm : CIM_CHIP_DEFAULT_NODE_NM, CIM_LSTP);
}

const cim_technology *cim_chip_read_process(cim_chip_process *made, const cim_values *v,
                                            uint32_t point, uint32_t first) {
    const double node_nm = cim_number(v, point, first + CIM_CHIP_TECHNOLOGY_NM, 0);
    const double supply_v = cim_number(v, point, first + CIM_CHIP_SUPPLY_V, 0);
    const double kelvin = cim_number(v, point, first + CIM_CHIP_TEMPERATURE_K, 0);
    if (node_nm == made->node_nm && supply_v == made->supply_v && kelvin == made->temperature_k)
        return &made->technology;
    const cim_process *process = find_process(made, node_nm);
    if (!process) return NULL;
    const double least_v = CIM_SUPPLY_MIN_SHARE * process->vdd_v;
    const double most_v = CIM_SUPPLY_MAX_SHARE * process->vdd_v;
    const double wanted_v = supply_v > 0 ? supply_v : process->vdd_v;
    const double low_v = CIM_SUPPLY_LAW_MIN_SHARE * process->vdd_v;
    const double high_v = CIM_SUPPLY_LAW_MAX_SHARE * process->vdd_v;
    if (!cim_technology_init_at(&made->technology, process, kelvin,
                                fmin(fmax(wanted_v, low_v), high_v)))
        return NULL;
    made->node_nm = node_nm;
    made->supply_v = supply_v;
    made->temperature_k = kelvin;
    made->slack_v = fmax(least_v - wanted_v, wanted_v - most_v);
    return &made->technology;
}

cim_chip_spec cim_chip_read_spec(const cim_values *v, uint32_t point, uint32_t first,
                                 const cim_technology *technology) {
    return (cim_chip_spec){
        .technology = technology,
        .arrays_per_pe = (uint32_t)cim_number(v, point, first + CIM_CHIP_ARRAYS_PER_PE, 0),
        .pes_per_tile = (uint32_t)cim_number(v, point, first + CIM_CHIP_PES_PER_TILE, 0),
        .global_buffer_bits =
            bits_per_kib * cim_number(v, point, first + CIM_CHIP_GLOBAL_BUFFER_KIB, 0),
        .clock_hz = 1e6 * cim_number(v, point, first + CIM_CHIP_CLOCK_MHZ, 0),
        .pipeline = cim_number(v, point, first + CIM_CHIP_PIPELINE, 0) != 0,
        .pipeline_rows = cim_number(v, point, first + CIM_CHIP_PIPELINE_ROWS, 0) != 0,
        .duplication = (uint32_t)cim_number(v, point, first + CIM_CHIP_DUPLICATION, 0),
        .interconnect = (uint32_t)cim_number(v, point, first + CIM_CHIP_INTERCONNECT, 0),
        .link_bits = (uint32_t)cim_number(v, point, first + CIM_CHIP_LINK, 0),
        .pe_port_bits = (uint32_t)cim_number(v, point, first + CIM_CHIP_PE_PORT, 0),
        .line_buffer_bits =
            bits_per_kib * cim_number(v, point, first + CIM_CHIP_LINE_BUFFER_KIB, 0),
        .chip_tiles = cim_number(v, point, first + CIM_CHIP_TILES, 0),
        .images_per_load = cim_number(v, point, first + CIM_CHIP_IMAGES_PER_LOAD, 0),
        .write_power_w = cim_number(v, point, first + CIM_CHIP_WRITE_POWER, 0),
        .off_chip = (uint32_t)cim_number(v, point, first + CIM_CHIP_OFF_CHIP, 0),
        .power_gating = cim_number(v, point, first + CIM_CHIP_POWER_GATING, 0) != 0,
        .calibration = {.energy = cim_number(v, point, first + CIM_CHIP_CALIBRATE_ENERGY, 0),
                        .time = cim_number(v, point, first + CIM_CHIP_CALIBRATE_TIME, 0),
                        .area = cim_number(v, point, first + CIM_CHIP_CALIBRATE_AREA, 0)},
    };
}

static void report_macro(double *m, const cim_chip *c) {
    const double operations = 2 * c->macs, area_mm2 = c->macro_area_m2 * m2_to_mm2;
    const double tops = c->macs > 0 ? operations / c->macro_interval_s * 1e-12 : 0;
    m[CIM_CHIP_M_MACRO_TOPS] = tops;
    m[CIM_CHIP_M_MACRO_TOPS_PER_W] = c->macs > 0 ? operations / c->macro_energy_j * 1e-12 : 0;
    m[CIM_CHIP_M_MACRO_TOPS_PER_MM2] = c->macs > 0 ? tops / area_mm2 : 0;
    m[CIM_CHIP_M_MACRO_AREA] = area_mm2;
    m[CIM_CHIP_M_MACRO_ENERGY] = c->macro_energy_j;
    m[CIM_CHIP_M_MACRO_LATENCY] = c->macro_latency_s;
    m[CIM_CHIP_M_MACRO_POWER] = c->macs > 0 ? c->macro_energy_j / c->macro_interval_s : 0;
}

static void report_metrics(double *m, const cim_chip *c) {
    const double energy_j = c->dynamic_energy_j + c->leakage_energy_j;
    const double area_mm2 = c->area_m2 * m2_to_mm2, operations = 2 * c->macs;
    m[CIM_CHIP_M_ENERGY] = energy_j;
    m[CIM_CHIP_M_DYNAMIC_ENERGY] = c->dynamic_energy_j;
    m[CIM_CHIP_M_LEAKAGE_ENERGY] = c->leakage_energy_j;
    m[CIM_CHIP_M_LATENCY] = c->latency_s;
    m[CIM_CHIP_M_INTERVAL] = c->interval_s;
    m[CIM_CHIP_M_CYCLE] = c->cycle_s;
    m[CIM_CHIP_M_AREA] = area_mm2;
    m[CIM_CHIP_M_POWER] = energy_j / c->interval_s;
    m[CIM_CHIP_M_LEAKAGE] = c->leakage_w;
    m[CIM_CHIP_M_THROUGHPUT] = 1 / c->interval_s;
    m[CIM_CHIP_M_TOPS] = operations / c->interval_s * 1e-12;
    m[CIM_CHIP_M_TOPS_PER_W] = operations / energy_j * 1e-12;
    m[CIM_CHIP_M_TOPS_PER_MM2] = operations / c->interval_s * 1e-12 / area_mm2;
    m[CIM_CHIP_M_EDAP] = energy_j * 1e3 * (c->latency_s * 1e3) * area_mm2;
    m[CIM_CHIP_M_UTILIZATION] = c->all_cells > 0 ? c->used_cells / c->all_cells : 0;
    m[CIM_CHIP_M_WRITES] = c->written_cells;
    m[CIM_CHIP_M_LIFETIME] = c->lifetime_images;
    m[CIM_CHIP_M_OFF_CHIP_BITS] = c->off_chip_bits;
    m[CIM_CHIP_M_LOST_BITS] = c->lost_bits;
    report_macro(m, c);
}

/* One part, unless it is nothing. */
static void part(const cim_request *r, uint32_t point, uint32_t layer, const char *component,
                 uint32_t metric, double value) {
    if (value != 0) r->part(r->context, point, layer, component, metric, value);
}

static void report_layer(const cim_request *r, uint32_t point, const cim_chip *chip,
                         const cim_chip_layer *w, uint32_t i) {
    double leakage_w = 0, macro_leakage_w = 0;
    for (uint32_t p = 0; p < CIM_N_MACRO_PARTS; ++p) {
        const char *name = cim_component_name(p);
        part(r, point, i, name, CIM_CHIP_M_MACRO_ENERGY, w->energy_j[p]);
        part(r, point, i, name, CIM_CHIP_M_MACRO_AREA, w->area_m2[p] * m2_to_mm2);
        macro_leakage_w += w->leakage_w[p];
    }
    part(r, point, i, "leakage", CIM_CHIP_M_MACRO_ENERGY, macro_leakage_w * chip->macro_interval_s);
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        const char *name = cim_component_name(p);
        part(r, point, i, name, CIM_CHIP_M_ENERGY, w->energy_j[p]);
        part(r, point, i, name, CIM_CHIP_M_DYNAMIC_ENERGY, w->energy_j[p]);
        part(r, point, i, name, CIM_CHIP_M_AREA, w->area_m2[p] * m2_to_mm2);
        part(r, point, i, name, CIM_CHIP_M_LEAKAGE, w->leakage_w[p]);
        leakage_w += w->leakage_w[p];
    }
    part(r, point, i, "leakage", CIM_CHIP_M_ENERGY, leakage_w * chip->interval_s);
    part(r, point, i, "leakage", CIM_CHIP_M_LEAKAGE_ENERGY, leakage_w * chip->interval_s);
    part(r, point, i, cim_component_name(w->bound), CIM_CHIP_M_LATENCY, w->latency_s - w->load_s);
    part(r, point, i, cim_component_name(w->load_bound), CIM_CHIP_M_LATENCY, w->load_s);
    part(r, point, i, "cells", CIM_CHIP_M_WRITES, w->written_cells);
    part(r, point, i, cim_component_name(CIM_PART_OFF_CHIP), CIM_CHIP_M_OFF_CHIP_BITS,
         w->off_chip_bits);
}

static void report_shared(const cim_request *r, uint32_t point, const cim_chip *chip) {
    double leakage_w = 0, macro_leakage_w = 0;
    for (uint32_t p = 0; p < CIM_N_MACRO_PARTS; ++p) {
        part(r, point, CIM_WHOLE_CHIP, cim_component_name(p), CIM_CHIP_M_MACRO_AREA,
             chip->shared_area_m2[p] * m2_to_mm2);
        macro_leakage_w += chip->shared_leakage_w[p];
    }
    part(r, point, CIM_WHOLE_CHIP, "leakage", CIM_CHIP_M_MACRO_ENERGY,
         macro_leakage_w * chip->macro_interval_s);
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        const char *name = cim_component_name(p);
        part(r, point, CIM_WHOLE_CHIP, name, CIM_CHIP_M_AREA, chip->shared_area_m2[p] * m2_to_mm2);
        part(r, point, CIM_WHOLE_CHIP, name, CIM_CHIP_M_ENERGY, chip->shared_energy_j[p]);
        part(r, point, CIM_WHOLE_CHIP, name, CIM_CHIP_M_DYNAMIC_ENERGY, chip->shared_energy_j[p]);
        part(r, point, CIM_WHOLE_CHIP, name, CIM_CHIP_M_LEAKAGE, chip->shared_leakage_w[p]);
        leakage_w += chip->shared_leakage_w[p];
    }
    const double leakage_j = leakage_w * chip->interval_s;
    part(r, point, CIM_WHOLE_CHIP, "leakage", CIM_CHIP_M_ENERGY, leakage_j);
    part(r, point, CIM_WHOLE_CHIP, "leakage", CIM_CHIP_M_LEAKAGE_ENERGY, leakage_j);
}

void cim_chip_report(const cim_request *r, uint32_t point, const cim_chip *chip,
                     const cim_chip_layer *layers) {
    report_metrics(r->metrics + (size_t)point * CIM_CHIP_N_METRICS, chip);
    if (!r->part) return;
    for (uint32_t i = 0; i < r->network->layers.n; ++i)
        report_layer(r, point, chip, &layers[i], i);
    report_shared(r, point, chip);
}

void cim_chip_slacks(const cim_chip_spec *spec, const cim_chip *chip, double *slack) {
    slack[CIM_CHIP_CLOCK] =
        spec->clock_hz > 0 ? chip->slowest_stage_s * spec->clock_hz - 1 : -1;
    const int memory = spec->off_chip != CIM_OFF_CHIP_NONE;
    const double over_kib = (chip->buffer_needed_bits - chip->buffer_bits) / bits_per_kib;
    slack[CIM_CHIP_BUFFER_CAPACITY] = memory ? fmin(0, over_kib) : over_kib;
    const double over_tiles = chip->tiles_needed - chip->tiles;
    slack[CIM_CHIP_TILE_CAPACITY] =
        memory && !chip->unknown_writes ? fmin(0, over_tiles) : over_tiles;
}

int32_t cim_find_index_set(const cim_network *network, const char *name) {
    for (uint32_t s = 0; s < network->index_sets.n; ++s)
        if (!strcmp(CIM_ROW(cim_index_set, network->index_sets, s)->name, name)) return (int32_t)s;
    return -1;
}

double cim_layer_number(const cim_values *v, uint32_t point, uint32_t param, const cim_layer *l,
                        int32_t set, double fallback) {
    if (set < 0 || !l->elements) return fallback;
    const int32_t element = l->elements[set];
    const uint32_t n = v->first[param + 1] - v->first[param];
    if (element < 0 || (uint32_t)element >= n) return fallback;
    const double value = cim_number(v, point, param, (uint32_t)element);
    return isnan(value) ? fallback : value;
}
