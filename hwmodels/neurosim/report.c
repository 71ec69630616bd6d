#include "report.h"

static const double m2_to_mm2 = 1e6;

static void report_shared(double *m, const ns_chip *chip, const ns_result *r) {
    const double energy_j = ns_spent_sum(&r->energy_j) + r->leakage_j;
    const double area_mm2 = chip->area_m2 * m2_to_mm2;
    const double tops = r->operations / r->latency_s * 1e-12;
    m[CIM_CHIP_M_ENERGY] = energy_j;
    m[CIM_CHIP_M_DYNAMIC_ENERGY] = ns_spent_sum(&r->energy_j);
    m[CIM_CHIP_M_LEAKAGE_ENERGY] = r->leakage_j;
    m[CIM_CHIP_M_LATENCY] = r->latency_s;
    m[CIM_CHIP_M_INTERVAL] = r->latency_s;
    m[CIM_CHIP_M_CYCLE] = chip->array.cycle_s;
    m[CIM_CHIP_M_AREA] = area_mm2;
    m[CIM_CHIP_M_POWER] = energy_j / r->latency_s;
    m[CIM_CHIP_M_LEAKAGE] = r->leakage_w;
    m[CIM_CHIP_M_THROUGHPUT] = 1 / r->latency_s;
    m[CIM_CHIP_M_TOPS] = tops;
    m[CIM_CHIP_M_TOPS_PER_W] =
        r->operations / energy_j * 1e-12 / ns_factors_of(&chip->array.parameters).zeta;
    m[CIM_CHIP_M_TOPS_PER_MM2] = tops / area_mm2;
    m[CIM_CHIP_M_EDAP] = energy_j * 1e3 * (r->latency_s * 1e3) * area_mm2;
    m[CIM_CHIP_M_UTILIZATION] = chip->mapping.utilization;
}

static void report_split(double *m, const ns_result *r) {
    m[NS_M_AREA_ARRAY] = r->area.array * m2_to_mm2;
    m[NS_M_AREA_ADC] = r->area.adc * m2_to_mm2;
    m[NS_M_AREA_ACCUM] = r->area.accum * m2_to_mm2;
    m[NS_M_AREA_OTHER] = r->area.other * m2_to_mm2;
    m[NS_M_AREA_IC] = r->area.ic * m2_to_mm2;
    m[NS_M_BUFFER_TIME] = r->buffer_s;
    m[NS_M_IC_TIME] = r->ic_s;
    m[NS_M_ADC_TIME] = r->adc_s;
    m[NS_M_ACCUM_TIME] = r->accum_s;
    m[NS_M_OTHER_TIME] = r->other_s;
    m[NS_M_BUFFER_ENERGY] = r->energy_j.buffer;
    m[NS_M_IC_ENERGY] = r->energy_j.ic;
    m[NS_M_ADC_ENERGY] = r->energy_j.adc;
    m[NS_M_ACCUM_ENERGY] = r->energy_j.accum;
    m[NS_M_OTHER_ENERGY] = ns_spent_other(&r->energy_j);
}

/* Where a part belongs. */
typedef struct place { const cim_request *request; uint32_t point, layer; } place;

static void part(const place *at, const char *component, uint32_t metric, double value) {
    if (value != 0)
        at->request->part(at->request->context, at->point, at->layer, component, metric, value);
}

static void part_areas(const place *at, const ns_areas *a, double times) {
    const double scale = times * m2_to_mm2;
    part(at, "array", CIM_CHIP_M_AREA, a->array * scale);
    part(at, "adc", CIM_CHIP_M_AREA, a->adc * scale);
    part(at, "accumulation", CIM_CHIP_M_AREA, a->accum * scale);
    part(at, "other", CIM_CHIP_M_AREA, a->other * scale);
    part(at, "interconnect", CIM_CHIP_M_AREA, a->ic * scale);
    part(at, "unused corners", CIM_CHIP_M_AREA, a->unused * scale);
}

static void part_spent(const place *at, const ns_spent *s, uint32_t metric) {
    part(at, "adc", metric, s->adc);
    part(at, "accumulation", metric, s->accum);
    part(at, "periphery", metric, s->array);
    part(at, "buffer", metric, s->buffer);
    part(at, "interconnect", metric, s->ic);
    part(at, "activation", metric, s->activation);
    part(at, "pooling", metric, s->pool);
}

static void part_layer(const place *at, const ns_chip *chip, const ns_layer_result *l, int timed) {
    part_areas(at, &chip->tile[l->mapped.kind].used, l->mapped.tiles);
    part_spent(at, &l->energy_j, CIM_CHIP_M_ENERGY);
    part_spent(at, &l->energy_j, CIM_CHIP_M_DYNAMIC_ENERGY);
    part(at, "leakage", CIM_CHIP_M_ENERGY, l->leakage_j);
    part(at, "leakage", CIM_CHIP_M_LEAKAGE_ENERGY, l->leakage_j);
    part(at, "tiles", CIM_CHIP_M_LEAKAGE, l->leakage_w);
    if (timed) part_spent(at, &l->time_s, CIM_CHIP_M_LATENCY);
}

void ns_report(const cim_request *request, uint32_t point, const ns_chip *chip,
               const ns_layer *layers, uint32_t n, const ns_layer_result *results,
               const ns_result *total) {
    double *metrics = request->metrics + (size_t)point * NS_N_METRICS;
    report_shared(metrics, chip, total);
    report_split(metrics, total);
    if (!request->part) return;
    const int pipeline = chip->array.parameters.pipeline != 0;
    for (uint32_t i = 0; i < n; ++i) {
        const place at = {request, point, layers[i].index};
        part_layer(&at, chip, &results[i], !pipeline || i == total->slowest);
    }
    const place whole = {request, point, CIM_WHOLE_CHIP};
    part_areas(&whole, &chip->shared, 1);
    part(&whole, "leakage", CIM_CHIP_M_ENERGY, chip->shared_leakage_w * total->latency_s);
    part(&whole, "leakage", CIM_CHIP_M_LEAKAGE_ENERGY, chip->shared_leakage_w * total->latency_s);
    part(&whole, "around the tiles", CIM_CHIP_M_LEAKAGE, chip->shared_leakage_w);
}
