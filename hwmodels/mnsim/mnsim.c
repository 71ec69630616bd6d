/* hwmodel.mnsim: MNSIM 2.0's figures from MNSIM 2.0's equations; they are in README.md. */
#include <cim_sdk/export.h>
#include <cim/hwmodel.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ini.h"
#include "power.h"
#include "report.h"
#include "timing.h"

static const cim_constraint constraints[] = {
    {"capacity", "tiles", "tiles of the network - tiles of Tile_Num"},
};
enum { N_CONSTRAINTS = sizeof constraints / sizeof constraints[0] };

typedef struct model {
    const cim_host *host;
    mnsim_defaults defaults;
    mnsim_layer *layers;
    void *scratch;                   /* of the placement */
    double *finish;
    uint32_t n_layers;               /* room for so many */
    uint64_t n_positions;            /* likewise */
} model;

static void destroy(void *self) {
    model *m = self;
    m->host->release(m->host, m->layers);
    m->host->release(m->host, m->scratch);
    m->host->release(m->host, m->finish);
    m->host->release(m->host, m);
}

static cim_status create(const cim_host *host, const cim_values *values, void **self) {
    model *m = host->alloc(host, 1, sizeof *m);
    if (!m) return host->fail(host, CIM_E_MEMORY, "no memory for the model");
    m->host = host;
    mnsim_defaults_init(&m->defaults);
    const char *path = values->texts[MNSIM_INI];
    const cim_status status =
        path && path[0] ? mnsim_ini_read(host, path, &m->defaults) : CIM_OK;
    if (status == CIM_OK) *self = m;
    else destroy(m);
    return status;
}

/* Room for at least N things of SIZE bytes, which are not kept. */
static int grow(const cim_host *host, void **room, size_t n, size_t size) {
    void *more = host->alloc(host, n, size);
    if (!more) return 0;
    host->release(host, *room);
    *room = more;
    return 1;
}

static cim_status no_memory(const model *m) {
    return m->host->fail(m->host, CIM_E_MEMORY, "no memory for the network's layers");
}

static cim_status read_network(model *m, const cim_network *network) {
    const uint32_t n = network->layers.n;
    if (n > m->n_layers) {
        void *layers = m->layers;
        const int good = grow(m->host, &layers, n, sizeof *m->layers);
        m->layers = layers;
        if (!good || !grow(m->host, &m->scratch, mnsim_place_scratch(n), 1)) return no_memory(m);
        m->n_layers = n;
    }
    uint64_t positions;
    const cim_status status = mnsim_layers_read(m->host, network, m->layers, &positions);
    if (status != CIM_OK || positions <= m->n_positions) return status;
    void *finish = m->finish;
    const int good = grow(m->host, &finish, positions, sizeof *m->finish);
    m->finish = finish;
    if (!good) return no_memory(m);
    m->n_positions = positions;
    return CIM_OK;
}

static void evaluate_point(model *m, const cim_request *r, uint32_t point) {
    const mnsim_point p = {.defaults = &m->defaults, .values = r->values, .point = point};
    const uint32_t n = r->network->layers.n;
    char why[200];
    mnsim_design d;
    mnsim_chip chip;
    if (!mnsim_design_read(&d, &p, why, sizeof why) ||
        !mnsim_map(&d, m->layers, n, &chip, why, sizeof why)) {
        r->fail(r->context, point, why);
        return;
    }
    const double slack = chip.tiles - d.tile_rows * d.tile_columns;
    if (slack <= 0) mnsim_place(&d, m->layers, n, m->scratch);
    mnsim_time(&d, m->layers, n, m->finish, &chip);
    mnsim_tile_area(&d, &chip);
    for (uint32_t i = 0; i < n; ++i) mnsim_layer_power(&d, &chip, &m->layers[i]);
    mnsim_report(r, point, &d, &chip, m->layers, slack <= 0);
    r->slack[(size_t)point * N_CONSTRAINTS] = slack;
}

static cim_status evaluate(void *self, const cim_request *r) {
    model *m = self;
    const cim_status status = read_network(m, r->network);
    if (status != CIM_OK) return status;
    for (uint32_t p = 0; p < r->values->n_points; ++p) evaluate_point(m, r, p);
    return CIM_OK;
}

/* As its accuracy model has it: a sign and 8 bits, digits of a cell's and a DAC's bits, its own
 * converter rule (SCALE, its default). A resistance deviates by a share of itself (stuck
 * cells: off, on). */
static cim_nonideality describe_layer(const mnsim_point *p, const mnsim_design *d) {
    const double stuck_0 = mnsim_element(p, MNSIM_DEVICE_SAF, 0);
    const double stuck_1 = mnsim_element(p, MNSIM_DEVICE_SAF, 1);
    double least_ohm = 1, most_ohm = 1;
    mnsim_list(p, MNSIM_DEVICE_RESISTANCE, &most_ohm, &least_ohm);
    const double rows = fmin(d->rows, fmax(1, d->dacs));
    cim_nonideality n = {
        .weight_mapping = d->polarity > 1 ? CIM_MAPPING_DIFFERENTIAL : CIM_MAPPING_OFFSET,
        .weight_bits = (uint32_t)MNSIM_BITS, .input_bits = (uint32_t)MNSIM_BITS,
        .cell_bits = (uint32_t)fmax(1, floor(log2(mnsim_number(p, MNSIM_DEVICE_LEVEL)))),
        .dac_bits = (uint32_t)d->dac.bits, .array_rows = (uint32_t)d->rows,
        .array_columns = (uint32_t)d->columns, .rows_at_once = (uint32_t)rows,
        .adc_bits = (uint32_t)d->adc.bits, .adc_range = CIM_ADC_MNSIM_SCALE};
    if (d->digital) {
        n.weight_mapping = CIM_MAPPING_DIGITAL;
        n.adc_bits = 0;
        return n;
    }
    n.on_conductance_s = 1 / fmin(least_ohm, most_ohm);
    n.off_conductance_s = 1 / fmax(least_ohm, most_ohm);
    n.device_spread_sd = mnsim_number(p, MNSIM_DEVICE_VARIATION) / 100;
    n.device_spread = n.device_spread_sd > 0 ? CIM_SPREAD_OF_VALUE : 0;
    n.stuck_off_share = stuck_0 / 100;
    n.stuck_on_share = stuck_1 / 100;
    return n;
}

static cim_status nonidealities(void *self, const cim_network *network, const cim_values *v,
                                cim_nonideality_rows out) {
    model *m = self;
    const mnsim_point p = {.defaults = &m->defaults, .values = v, .point = 0};
    char why[200];
    mnsim_design d;
    const cim_status status = read_network(m, network);
    if (status != CIM_OK) return status;
    if (!mnsim_design_read(&d, &p, why, sizeof why))
        return m->host->fail(m->host, CIM_E_CONFIG, why);
    const cim_nonideality row = describe_layer(&p, &d);
    for (uint32_t i = 0; i < out.n && i < network->layers.n; ++i)
        if (cim_layer_weights(CIM_ROW(cim_layer, network->layers, i)))
            cim_put_nonideality(out, i, &row);
    return CIM_OK;
}

static const cim_hwmodel_ops ops = {
    .struct_size = sizeof(cim_hwmodel_ops), .create = create, .evaluate = evaluate,
    .nonidealities = nonidealities, .destroy = destroy,
};
static const cim_plugin plugin = {
    .struct_size = sizeof(cim_plugin), .abi_major = CIM_ABI_MAJOR, .abi_minor = CIM_ABI_MINOR,
    .kind = CIM_HWMODEL, .id = "hwmodel.mnsim", .version = "0.1.0",
    .summary = "MNSIM 2.0: area, power, latency and energy by its equations and parameters",
    .license = "MIT", .ops = &ops,
    .is = {.struct_size = sizeof(cim_description),
           .params = {mnsim_params, MNSIM_N_PARAMS, sizeof mnsim_params[0]},
           .metrics = {mnsim_metrics, MNSIM_N_METRICS, sizeof mnsim_metrics[0]},
           .constraints = CIM_TABLE(constraints)},
};

CIM_EXPORT_PLUGIN(plugin)
