/* How many PEs and tiles a layer takes, and how large the buffers are: section 2 of README.md. */
#include "mapping.h"

#include <cim_sdk/text.h>
#include <math.h>

static const double bits_per_byte = 8, bytes_per_kib = 1024;

/* Buffers have a power of two of bytes. */
static double rounded_kib(double bytes) { return exp2(ceil(log2(bytes))) / bytes_per_kib; }

static int map_weights(const mnsim_design *d, mnsim_layer *l) {
    const double window = l->type == MNSIM_CONV ? (double)l->kernel * l->kernel : 1;
    const double channels = floor(d->rows / window);   /* of a crossbar */
    if (channels < 1) return 0;
    l->n_pes = ceil(d->weight_bits / d->groups) * ceil(l->out_channels / d->columns) *
               ceil(l->in_channels / channels);
    l->max_rows = fmin(channels, l->in_channels) * window;
    l->max_columns = fmin(l->out_channels, d->columns);
    l->max_groups = fmin(d->weight_bits, d->groups);
    l->tiles = ceil(l->n_pes / d->pes);
    l->max_pes = fmin(l->n_pes, d->pes);
    return 1;
}

/* The largest layer decides: each PE's share of k input lines, each tile's of two outputs. */
static void size_buffers(mnsim_chip *c, const mnsim_layer *l) {
    const double lines = l->type == MNSIM_CONV ? (double)l->in_width * l->kernel : 1;
    const double in_bytes = lines * l->in_channels * MNSIM_BITS / bits_per_byte / l->n_pes;
    const double out_bytes = 2 * l->out_channels * MNSIM_BITS / bits_per_byte / l->tiles;
    c->derived_inbuf_kib = fmax(c->derived_inbuf_kib, rounded_kib(in_bytes));
    c->derived_outbuf_kib = fmax(c->derived_outbuf_kib, rounded_kib(out_bytes));
}

static int map_layer(const mnsim_design *d, mnsim_layer *l, mnsim_chip *c) {
    l->n_pes = l->tiles = l->max_pes = l->max_rows = l->max_columns = l->max_groups = 0;
    l->merge_hops = l->transfer_hops = 0;
    l->first_tile = c->tiles;
    switch (l->type) {
    case MNSIM_POOL:
        l->tiles = l->max_pes = 1;
        break;
    case MNSIM_SUM: {
        const double values = l->sum_channels * l->n_inputs;
        c->global_kib += rounded_kib(values * MNSIM_BITS / bits_per_byte);
        c->global_adders += floor(values / 2);
        break;
    }
    default:
        if (!map_weights(d, l)) return 0;
        c->n_pes += l->n_pes;
        size_buffers(c, l);
    }
    c->tiles += l->tiles;
    return 1;
}

static int find_buffer(const mnsim_design *d, const char *what, double kib, mnsim_buffer *out,
                       char *why, size_t size) {
    if (mnsim_sram(d->buffer_nm, kib, d->buffer_bits, out)) return 1;
    snprintf(why, size, "Buffer_Bitwidth = %g: MNSIM has no SRAM of %g KB so wide, the %s's",
             d->buffer_bits, kib, what);
    return 0;
}

int mnsim_map(const mnsim_design *d, mnsim_layer *layers, uint32_t n, mnsim_chip *chip, char *why,
              size_t size) {
    *chip = (mnsim_chip){.global_adder_bits = 8};
    for (uint32_t i = 0; i < n; ++i)
        if (!map_layer(d, &layers[i], chip)) {
            snprintf(why, size, "Xbar_Size: %g rows, and a kernel of layer %u needs %u", d->rows,
                     i, layers[i].kernel * layers[i].kernel);
            return 0;
        }
    if (chip->global_adders > 0) chip->global_adder_bits = MNSIM_BITS;
    chip->global_adder = (mnsim_unit){d->adder_bit.area_m2 * chip->global_adder_bits,
                                      d->adder_bit.power_w * chip->global_adder_bits};
    if (d->adder_area_set_m2 != 0) chip->global_adder.area_m2 = d->adder_area_set_m2;
    if (d->adder_power_set_w != 0) chip->global_adder.power_w = d->adder_power_set_w;
    const double in = d->inbuf_kib != 0 ? d->inbuf_kib : chip->derived_inbuf_kib;
    const double out = d->outbuf_kib != 0 ? d->outbuf_kib : chip->derived_outbuf_kib;
    /* MNSIM gives a set PE_inBuf_Size to the accumulator, too, even where it has nothing to add. */
    const double global = d->inbuf_kib != 0 ? d->inbuf_kib : chip->global_kib;
    return find_buffer(d, "input buffer", in, &chip->inbuf, why, size) &&
           find_buffer(d, "output buffer", out, &chip->outbuf, why, size) &&
           (global == 0 ||
            find_buffer(d, "global accumulator", global, &chip->global_buffer, why, size));
}
