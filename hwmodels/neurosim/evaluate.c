/* From one design to its figures. */
#include "evaluate.h"
#include <math.h>

/* What the reference answers with infinity, nan or a crash. */
static const char *undefined(const ns_parameters *p) {
    const int rram = p->memcelltype == NS_RRAM;
    if (!p->synchronous && (!p->global_buffer_type || !p->pe_buffer_type))
        return "synchronous = 0: the reference divides by zero for buffers of registers; set "
               "globalBufferType = 1 and peBufferType = 1";
    if (!p->synchronous && rram)
        return "synchronous = 0: undefined in the reference for memcelltype = 2 (its SRAM buffers "
               "then have cells of no width)";
    if (!p->synchronous && p->operationmode == NS_SEQUENTIAL)
        return "synchronous = 0: undefined in the reference for operationmode = 1";
    if (rram && p->operationmode == NS_SEQUENTIAL && p->cell_bit == 1 && !p->sar_adc)
        return "operationmode = 1: with cellBit = 1 a flash converter has a single reference; set "
               "SARADC = 1";
    if (rram && !p->relu) return "reLu = 0: undefined in the reference for memcelltype = 2";
    if (!rram && p->operationmode == NS_PARALLEL && p->num_col_muxed == 1)
        return "numColMuxed = 1: undefined in the reference for memcelltype = 1";
    if (rram && p->process->node_nm < 22) return "technode: RRAM needs 22 nm or more";
    return NULL;
}

/* Why there is no such sub-array, by parameter. */
static const char *refusal(ns_status status) {
    switch (status) {
    case NS_BAD_TEMPERATURE: return "temp: must be 300 .. 400 K";
    case NS_ACCESS_TOO_WIDE:
        return "resistanceOn: so small that the access transistor does not fit its cell";
    case NS_BAD_GEOMETRY:
        return "numColMuxed: at most cols";
    case NS_NO_REFERENCE: return "levelOutput, cellBit: a flash converter needs four levels";
    default: return "operationmode: no such sub-array";
    }
}

static ns_spent scaled(ns_spent s, double by) {
    return (ns_spent){s.adc * by, s.accum * by, s.array * by, s.buffer * by, s.ic * by,
                      s.activation * by, s.pool * by};
}

static void add_energy(ns_spent *to, const ns_spent *s) {
    to->adc += s->adc;
    to->accum += s->accum;
    to->array += s->array;
    to->buffer += s->buffer;
    to->ic += s->ic;
    to->activation += s->activation;
    to->pool += s->pool;
}

static double join(const ns_parameters *p, double total, double layer) {
    return p->pipeline ? fmax(total, layer) : total + layer;
}

static void add_time(const ns_parameters *p, ns_result *r, const ns_layer_result *l, uint32_t i) {
    if (l->latency_s > r->latency_s) r->slowest = i;
    r->latency_s = join(p, r->latency_s, l->latency_s);
    r->buffer_s = join(p, r->buffer_s, l->time_s.buffer);
    r->ic_s = join(p, r->ic_s, l->time_s.ic);
    r->adc_s = join(p, r->adc_s, l->time_s.adc);
    r->accum_s = join(p, r->accum_s, l->time_s.accum);
    r->other_s = join(p, r->other_s, ns_spent_other(&l->time_s));
}

/* Pipelined: working share of the time only the cells that are not read leak, the rest of it the
 * whole tile; [Q] over the slowest layer so far. One by one: the layer's own tiles leak as working
 * ones, all others [Q: as if they were of this layer's kind] as idle ones. */
static void set_leakage(const ns_chip *chip, const ns_layer *layer, double slowest_s,
                        double *pe_rows, ns_layer_result *l) {
    const double tile_w = ns_layer_tile_leakage_w(chip, layer, &l->mapped, pe_rows);
    /* [Q] What else is at work does not leak. */
    const double working_w = chip->array.parameters.without[NS_BUSY_LEAKAGE]
                                 ? tile_w : chip->tile[l->mapped.kind].unselected_w;
    const double tiles = l->mapped.tiles;
    if (chip->array.parameters.pipeline) {
        const double busy = slowest_s > 0 ? l->latency_s / slowest_s : 0;
        l->leakage_w = tiles * (tile_w * (1 - busy) + working_w * busy);
    } else {
        l->leakage_w = tiles * tile_w;
        l->leakage_j = ((chip->mapping.tiles - tiles) * tile_w + tiles * working_w) * l->latency_s;
    }
}

static void set_areas(const ns_chip *chip, const ns_layer_result *results, uint32_t n,
                      ns_result *r) {
    r->area = chip->shared;
    for (uint32_t i = 0; i < n; ++i) {
        const ns_mapped *d = &results[i].mapped;
        r->area = ns_areas_add(r->area, chip->tile[d->kind].used, d->tiles);
    }
}

/* The chip's sub-array as reads of layer i use it. */
static const ns_subarray *reading(const ns_chip *chip, const ns_layer *layers, uint32_t i,
                                  ns_layer_result *results) {
    const ns_parameters *p = &chip->array.parameters;
    const uint32_t levels = layers[i].level_output;
    if (levels == p->level_output || p->operationmode == NS_SEQUENTIAL) return &chip->array;
    for (uint32_t k = 0; k < i; ++k)
        if (layers[k].level_output == levels) return results[k].reading;
    ns_subarray_use_levels(&results[i].own, &chip->array, levels);
    return &results[i].own;
}

const char *ns_evaluate(const ns_parameters *p, const ns_layer *layers, uint32_t n, ns_chip *chip,
                        ns_mapped *mapped, ns_layer_result *results, ns_result *r) {
    const char *why = undefined(p);
    if (why) return why;
    const ns_status status = ns_subarray_init(&chip->array, p);
    if (status != NS_OK) return refusal(status);
    if (!ns_map(p, layers, n, &chip->mapping, mapped))
        return "rows, cols: the layers are too narrow for tiles of such sub-arrays";
    ns_chip_init(chip, layers, mapped, n);
    *r = (ns_result){.operations = ns_reported_operations(layers, n)};
    double pe_rows = 1;
    const double tick_s = p->synchronous ? chip->array.cycle_s : 1;
    for (uint32_t i = 0; i < n; ++i) {
        ns_layer_result *l = &results[i];
        l->mapped = mapped[i];
        l->time_s = ns_layer_ticks(chip, &layers[i], &mapped[i]);
        l->time_s = scaled(l->time_s, tick_s);
        l->latency_s = ns_spent_sum(&l->time_s);
        l->reading = reading(chip, layers, i, results);
        l->energy_j = ns_layer_energy(chip, l->reading, &layers[i], &mapped[i]);
        add_time(p, r, l, i);
        set_leakage(chip, &layers[i], r->latency_s, &pe_rows, l);
        add_energy(&r->energy_j, &l->energy_j);
    }
    for (uint32_t i = 0; i < n; ++i) {
        if (p->pipeline) results[i].leakage_j = results[i].leakage_w * r->latency_s;
        r->leakage_w += results[i].leakage_w;
        r->leakage_j += results[i].leakage_j;
    }
    r->leakage_w += chip->shared_leakage_w;
    r->leakage_j += chip->shared_leakage_w * r->latency_s;
    set_areas(chip, results, n, r);
    return r->latency_s > 0 ? NULL : "every kernel is larger than its map: nothing to compute";
}
