/* A hardware model around one cell: see device.h. */
#include <cim_chip/device.h>
#include <cim_circuit/logic.h>
#include <math.h>
#include <string.h>

static const double mux_share = 0.25;      /* of what it connects: a column's multiplexer:
                                              DNN+NeuroSim V1.4 (measured)                        */
static const double shifter_f2 = 2.1e4;    /* level shifter of a line: 10 um2 at 22 nm; its
                                              input/output transistors do not shrink on: ibid.    */
static const double shifter_least_m = 22e-9;

const char *const cim_device_adc_types[CIM_DEVICE_N_ADC_TYPES] = {"sar", "flash", "ramp"};

typedef struct model {
    const cim_host *host;
    const cim_device *device;
    uint32_t n_own;
    cim_chip_process process;
    cim_chip_room room;
} model;

cim_status cim_device_create(const cim_device *device, uint32_t n_own, const cim_host *host,
                             void **self) {
    if (n_own > CIM_DEVICE_MAX_OWN)
        return host->fail(host, CIM_E_CONFIG, "more parameters of its own than a device may have");
    model *m = host->alloc(host, 1, sizeof *m);
    if (!m) return host->fail(host, CIM_E_MEMORY, "no memory for the model");
    m->host = host;
    m->device = device;
    m->n_own = n_own;
    *self = m;
    return CIM_OK;
}

void cim_device_destroy(void *self) {
    model *m = self;
    m->host->release(m->host, m->room.layers);
    m->host->release(m->host, m);
}

static uint32_t at_most(uint32_t value, uint32_t most) { return value < most ? value : most; }

static cim_device_point read_point(const model *m, const cim_technology *t, const cim_values *v,
                                   uint32_t point) {
    cim_device_point p = {.technology = t};
    p.rows = cim_whole_number(v, point, CIM_DEVICE_ROWS);
    p.columns = cim_whole_number(v, point, CIM_DEVICE_COLUMNS);
    p.rows_at_once = at_most(cim_whole_number(v, point, CIM_DEVICE_ROWS_AT_ONCE), p.rows);
    p.columns_per_adc = at_most(cim_whole_number(v, point, CIM_DEVICE_COLUMNS_PER_ADC), p.columns);
    p.adc_type = cim_whole_number(v, point, CIM_DEVICE_ADC_TYPE);
    p.adc.bits = cim_whole_number(v, point, CIM_DEVICE_ADC_BITS);
    p.adc.shared_by = (p.columns + p.columns_per_adc - 1) / p.columns_per_adc;
    p.adc.full_scale_v = t->vdd_v / 2;
    const double clock_mhz = cim_number(v, point, CIM_DEVICE_CHIP + CIM_CHIP_CLOCK_MHZ, 0);
    p.period_s = clock_mhz > 0 ? 1e-6 / clock_mhz : 0;
    for (uint32_t i = 0; i < m->n_own; ++i)
        p.own[i] = cim_number(v, point, CIM_DEVICE_N_PARAMS + i, 0);
    return p;
}

static void evaluate_point(model *m, const cim_request *r, uint32_t point) {
    enum { MARGIN, SUPPLY, CHIP, N = CHIP + CIM_CHIP_N_CONSTRAINTS };
    const cim_technology *t = cim_chip_read_process(&m->process, r->values, point, 0);
    if (!t) {
        r->fail(r->context, point, CIM_CHIP_NO_PROCESS);
        return;
    }
    const cim_device_point p = read_point(m, t, r->values, point);
    for (uint32_t i = 0; i < r->network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, r->network->layers, i);
        if (!cim_chip_has_weights(l)) continue;
        m->room.layers[i].array = m->device->array(&p, l);
        m->room.layers[i].weight_bits = m->room.layers[i].loaded_bits = l->weight_bits;
        m->room.layers[i].input_bits = l->input_bits;
    }
    const cim_chip_spec spec = cim_chip_read_spec(r->values, point, CIM_DEVICE_CHIP, t);
    cim_chip chip;
    cim_chip_evaluate(&spec, r->network, m->room.layers, &chip);
    cim_chip_report(r, point, &chip, m->room.layers);
    double *slack = r->slack + (size_t)point * N;
    slack[MARGIN] = m->device->margin(&p);
    slack[SUPPLY] = m->process.slack_v;
    cim_chip_slacks(&spec, &chip, slack + CHIP);
}

static cim_status check(const model *m, const cim_network *network) {
    char error[256];
    if (cim_chip_check(network, error, sizeof error) == CIM_OK) return CIM_OK;
    return m->host->fail(m->host, CIM_E_UNSUPPORTED, error);
}

cim_status cim_device_evaluate(void *self, const cim_request *r) {
    model *m = self;
    cim_status status = check(m, r->network);
    if (status == CIM_OK) status = cim_chip_make_room(m->host, &m->room, r->network->layers.n);
    if (status != CIM_OK) return status;
    for (uint32_t point = 0; point < r->values->n_points; ++point) evaluate_point(m, r, point);
    return CIM_OK;
}

/* In steps of the converter. */
static double converter_noise(const cim_device_point *p) {
    const double step_v = p->adc.full_scale_v / (double)(1u << p->adc.bits);
    switch (p->adc_type) {
    case CIM_DEVICE_FLASH: return cim_adc_flash_noise_v(p->technology, &p->adc) / step_v;
    case CIM_DEVICE_RAMP: return cim_adc_ramp_noise_v(p->technology, &p->adc) / step_v;
    default: return cim_adc_sar_noise_v(p->technology, &p->adc) / step_v;
    }
}

cim_status cim_device_nonidealities(void *self, const cim_network *network, const cim_values *v,
                                    cim_nonideality_rows out) {
    model *m = self;
    const cim_status status = check(m, network);
    if (status != CIM_OK) return status;
    if (!m->device->nonideality)
        return m->host->fail(m->host, CIM_E_UNSUPPORTED, "the device states no non-idealities");
    const cim_technology *t = cim_chip_read_process(&m->process, v, 0, 0);
    if (!t) return m->host->fail(m->host, CIM_E_CONFIG, CIM_CHIP_NO_PROCESS);
    const cim_device_point p = read_point(m, t, v, 0);
    for (uint32_t i = 0; i < out.n && i < network->layers.n; ++i) {
        const cim_layer *l = CIM_ROW(cim_layer, network->layers, i);
        if (!cim_chip_has_weights(l)) continue;
        cim_nonideality row = {
            .weight_mapping = CIM_MAPPING_OFFSET, .weight_bits = l->weight_bits, .cell_bits = 1,
            .input_bits = l->input_bits, .dac_bits = 1, .array_rows = p.rows,
            .array_columns = p.columns, .rows_at_once = p.rows_at_once, .adc_bits = p.adc.bits,
            .adc_range = CIM_ADC_FULL_SCALE, .adc_noise_sd = converter_noise(&p),
            .temperature_k = t->temperature_k};
        m->device->nonideality(&p, l, &row);
        cim_put_nonideality(out, i, &row);
    }
    return CIM_OK;
}

cim_cost cim_device_converter(const cim_device_point *p) {
    switch (p->adc_type) {
    case CIM_DEVICE_FLASH: return cim_adc_flash(p->technology, &p->adc);
    case CIM_DEVICE_RAMP: return cim_adc_ramp(p->technology, &p->adc);
    default: return cim_adc_sar(p->technology, &p->adc);
    }
}

double cim_device_converter_input_f(const cim_device_point *p) {
    switch (p->adc_type) {
    case CIM_DEVICE_FLASH: return cim_adc_flash_input_f(p->technology, &p->adc);
    case CIM_DEVICE_RAMP: return cim_adc_ramp_input_f(p->technology, &p->adc);
    default: return cim_adc_sar_input_f(p->technology, &p->adc);
    }
}

double cim_device_density(const cim_layer *l) {
    const double density = l->statistics ? l->statistics->input_bit_density : NAN;
    return density >= 0 && density <= 1 ? density : 0.5;
}

static void add_rows(const cim_device_point *p, const cim_layer *l, const cim_device_cell *cell,
                     cim_device_lines *lines, cim_array *a) {
    const cim_technology *t = p->technology;
    const double length_m = p->columns * cell->width_m, load_f = p->columns * cell->row_f;
    const double row_f = length_m * t->wire_f_per_m + load_f;
    const double last_stage = fmax(1, row_f / (4 * t->inverter_input_f));
    lines->row = cim_array_line(t, length_m, load_f, t->inverter_ohm / last_stage);
    const cim_cost driver = cim_driver(t, row_f), bit = cim_register(t, 1);
    lines->driver_s = driver.delay_s + lines->row.delay_s;
    cim_array_add(a, CIM_PART_DRIVERS, cim_cost_times(cim_cost_after(driver, bit), p->rows));
    a->row_j[CIM_PART_DRIVERS] = cim_device_density(l) * driver.energy_j + bit.energy_j;
    a->registers += p->rows;
}

static void add_columns(const cim_device_point *p, const cim_device_cell *cell,
                        cim_device_lines *lines, cim_array *a) {
    const cim_technology *t = p->technology;
    const double widest_ohm = t->nmos_ohm_m / (2 * t->nmos_small_width_m);
    const double mux_ohm = fmin(mux_share * cell->column_ohm, widest_ohm);
    double drain_f = 0;
    const cim_cost gates = cim_pass_gates(t, p->columns, mux_ohm, &drain_f);
    lines->column = cim_array_line(t, p->rows * cell->height_m,
                                   p->rows * cell->column_f + p->columns_per_adc * drain_f,
                                   2 * mux_ohm);
    cim_array_add(a, CIM_PART_DRIVERS, gates);
    a->conversion_j[CIM_PART_DRIVERS] = gates.energy_j;
}

cim_array cim_device_begin(const cim_device_point *p, const cim_layer *l,
                           const cim_device_cell *cell, cim_device_lines *lines) {
    cim_array a = {.rows = p->rows, .columns = p->columns, .rows_at_once = p->rows_at_once,
                   .columns_per_adc = p->columns_per_adc, .cell_bits = cell->bits, .dac_bits = 1};
    const double cells = (double)p->rows * p->columns;
    a.area_m2[CIM_PART_ARRAY] = cells * cell->height_m * cell->width_m;
    a.leakage_w[CIM_PART_ARRAY] = cells * cell->leakage_w;
    add_rows(p, l, cell, lines, &a);
    add_columns(p, cell, lines, &a);
    const cim_cost converter = cim_device_converter(p);
    cim_array_add(&a, CIM_PART_ADC, cim_cost_times(converter, cim_array_adcs(&a)));
    a.conversion_j[CIM_PART_ADC] = converter.energy_j;
    a.round_s = lines->driver_s + converter.delay_s;
    return a;
}

void cim_device_finish(const cim_device_point *p, const cim_layer *l, double sense_s,
                       cim_array *a) {
    a->round_s += sense_s;
    if (p->period_s > a->round_s) {
        cim_device_point slow = *p;
        slow.adc.time_s = cim_device_converter(p).delay_s + p->period_s - a->round_s;
        a->conversion_j[CIM_PART_ADC] = cim_device_converter(&slow).energy_j;
        a->round_s = p->period_s;
    }
    cim_array_add_shift_add(a, p->technology, p->adc.bits, l->weight_bits, l->input_bits, 1);
}

void cim_device_add_shifters(const cim_device_point *p, double lines, cim_array *a) {
    const double node_m = fmax(p->technology->node_m, shifter_least_m);
    a->area_m2[CIM_PART_DRIVERS] += lines * shifter_f2 * node_m * node_m;
}
