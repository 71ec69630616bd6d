/* Area, power and energy: sections 6, 7 and 9 of README.md. */
#include "power.h"

#include <math.h>

#include "timing.h"

/* Nodes of the tree that merges the results of N PEs. */
static double tree_nodes(double n) {
    double nodes = 0;
    for (double x = n; x >= 2; x = floor(x / 2)) nodes += floor(x / 2) + fmod(x, 2);
    return nodes;
}

void mnsim_tile_area(const mnsim_design *d, mnsim_chip *c) {
    double *a = c->tile_area_m2;
    const double adcs = d->pes * d->groups * d->adcs, dacs = d->pes * d->groups * d->dacs;
    c->joints = d->groups * d->adcs * tree_nodes(d->pes);
    a[MNSIM_XBAR] = d->pes * d->groups * d->polarity * d->xbar_area_m2;
    a[MNSIM_DAC] = dacs * d->dac.area_m2;
    a[MNSIM_ADC] = adcs * d->adc_area_m2;
    a[MNSIM_READ] = d->pes * c->inbuf.area_m2 + c->outbuf.area_m2;
    a[MNSIM_POOLING] = d->pooling.area_m2;
    a[MNSIM_ADDER] = d->pes * d->adcs * (d->groups - 1) * d->subarrays * d->adder.area_m2;
    a[MNSIM_SHIFTREG] = adcs * d->shift_register.area_m2;
    a[MNSIM_IREG] = dacs * d->reg.area_m2;
    a[MNSIM_OREG] = adcs * d->reg.area_m2;
    a[MNSIM_DEMUX] = dacs * d->demux.area_m2;
    a[MNSIM_MUX] = adcs * d->mux.area_m2;
    a[MNSIM_JOINT] = c->joints * d->joint.area_m2;
}

/* Mean power of a crossbar of which max_rows and max_columns are used. */
static double xbar_power(const mnsim_design *d, const mnsim_layer *l) {
    if (d->whole_xbar_w > 0) return d->whole_xbar_w;
    return l->max_rows * (l->max_columns * d->cell_w +
                          (d->columns - l->max_columns) * d->idle_cell_w);
}

static void weight_power(const mnsim_design *d, const mnsim_chip *c, mnsim_layer *l) {
    double *w = l->power_w;
    const double pes = l->max_pes * l->tiles;   /* every tile as full as the fullest */
    const double rows = ceil(l->max_rows / d->dac_ways);
    const double columns = ceil(l->max_columns / d->adc_ways);
    const double converting = columns * (d->digital ? d->subarrays : 1);
    const double dacs = pes * l->max_groups * rows, adcs = pes * l->max_groups * converting;
    w[MNSIM_XBAR] = pes * d->polarity * l->max_groups * xbar_power(d, l) /
                    (d->dac_ways * d->adc_ways);
    w[MNSIM_DAC] = dacs * d->dac.power_w;
    w[MNSIM_DEMUX] = dacs * d->demux.power_w;
    w[MNSIM_IREG] = dacs * d->reg.power_w;
    w[MNSIM_ADC] = adcs * d->adc.power_w;
    w[MNSIM_MUX] = adcs * d->mux.power_w;
    w[MNSIM_SHIFTREG] = adcs * d->shift_register.power_w;
    w[MNSIM_OREG] = adcs * d->reg.power_w;
    w[MNSIM_ADDER] = pes * (l->max_groups - 1) * converting * d->adder.power_w;
    w[MNSIM_JOINT] = (l->max_pes - 1) * columns * d->joint.power_w * l->tiles;
    w[MNSIM_READ] = (l->max_pes * c->inbuf.read_w + c->outbuf.read_w) * l->tiles;
    w[MNSIM_WRITE] = (l->max_pes * c->inbuf.write_w + c->outbuf.write_w) * l->tiles;
}

void mnsim_layer_power(const mnsim_design *d, const mnsim_chip *c, mnsim_layer *l) {
    for (int i = 0; i < MNSIM_POWERED; ++i) l->power_w[i] = l->energy_j[i] = 0;
    l->omitted_j = 0;
    if (l->type == MNSIM_SUM) {
        if (!d->global_energy) return;   /* MNSIM books them nowhere */
        const mnsim_sum_energy e = mnsim_sum_cost(d, c, l);
        l->energy_j[MNSIM_ADDER] = e.adder_j;
        l->energy_j[MNSIM_READ] = e.read_j;
        l->energy_j[MNSIM_WRITE] = e.write_j;
        return;
    }
    if (l->type == MNSIM_POOL) {
        l->power_w[MNSIM_POOLING] = d->pooling.power_w * l->tiles;
        l->power_w[MNSIM_READ] = c->outbuf.read_w * l->tiles;
        l->power_w[MNSIM_WRITE] = c->outbuf.write_w * l->tiles;
    } else {
        weight_power(d, c, l);
    }
    for (int i = 0; i < MNSIM_POWERED; ++i) l->energy_j[i] = l->power_w[i] * l->time_s[i];
    l->omitted_j = l->energy_j[MNSIM_ADDER];
    l->energy_j[MNSIM_ADDER] = 0;
}
