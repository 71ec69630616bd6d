#include "cost.h"
#include <math.h>
#include <string.h>

const char *const cimloop_part_names[N_PARTS] = {
    "array", "row_drivers", "adc", "global_buffer", "router", "weight_write", "main_memory",
    "macro", "tile_buffers"};

/* A table over the buffer's depth: straight lines between logarithms, and beyond the ends. */
static double at_depth(const double table[GLB_SIZES], double depth) {
    const double x = log2(depth / GLB_SMALLEST);
    const uint32_t i = (uint32_t)fmin(fmax(floor(x), 0), GLB_SIZES - 2);
    return table[i] * pow(table[i + 1] / table[i], x - i);
}

cimloop_chip cimloop_chip_make(const cimloop_design *d) {
    const cimloop_coefficients *is = d->is;
    const double five = pow(2, ADC_FITTED_BITS) - 1;
    cimloop_chip c = {.design = *d};
    c.fanout[LEVEL_ROW] = d->rows;
    c.fanout[LEVEL_COLUMN] = d->columns;
    c.fanout[LEVEL_MACRO] = d->macros_per_tile;
    c.fanout[LEVEL_TILE] = d->tiles_per_group;
    c.fanout[LEVEL_GROUP] = d->groups;
    c.macros = (double)d->macros_per_tile * d->tiles_per_group * d->groups;
    c.v2 = d->voltage_v * d->voltage_v;
    if (d->sram)
        c.weakness = pow((NOMINAL_VOLTAGE_V - CELL_THRESHOLD_V) /
                         (d->voltage_v - CELL_THRESHOLD_V), CELL_DRIVE_POWER);
    c.adc_factor = pow((pow(2, d->adc_bits) - 1) / five, ADC_LEVEL_POWER);
    c.glb_access_j = at_depth(cimloop_glb_access_j, d->glb_depth);
    /* Lines of a tile's buffers are as wide as its macros; wires across grow as the root of it. */
    c.tile_access_j = is->tile_access_j * sqrt(d->macros_per_tile);
    const double weak = c.weakness / d->columns;
    c.row_read_j = is->row_j + c.v2 * (is->row_v2_j + is->row_column_v2_j * d->columns) +
                   weak * (is->weak_j + is->weak_row_j * d->rows);
    c.conversion_j = is->conversion_j * c.adc_factor + is->column_j * d->rows;
    c.write_j = c.v2 * (is->write_v2_j + is->write_column_v2_j * d->columns) +
                weak * is->write_weak_j;
    return c;
}

/* Mean level of the slices of a weight, in half levels. The first slices are full, the last holds
 * the bits that are left, at the low end of its cell. Codes are spread widely, so that only the
 * first slice knows that their mean is not in the middle. */
static double mean_level(uint32_t weight_bits, uint32_t cell_bits, uint32_t slices) {
    const double top_level = (1u << cell_bits) - 1;
    const double first = (MEAN_WEIGHT_CODE * (1u << cell_bits) - 0.5) / (top_level / 2);
    if (slices == 1) return first;
    const uint32_t rest = weight_bits - (slices - 1) * cell_bits;
    return (first + slices - 2 + ((1u << rest) - 1) / top_level) / slices;
}

static void read_loops(const cim_layer *l, uint32_t slices, uint32_t size[N_DIMS]) {
    size[DIM_G] = l->groups;
    size[DIM_C] = l->in_channels / l->groups;
    size[DIM_M] = l->out_channels / l->groups;
    size[DIM_R] = l->kernel_height;
    size[DIM_S] = l->kernel_width;
    size[DIM_P] = l->out_height;
    size[DIM_Q] = l->out_width;
    size[DIM_Y] = slices;
}

/* Input values under N outputs in a line and K kernel places. */
static double span(double n, double k, uint32_t stride, uint32_t dilation) {
    return (n - 1) * stride + (k - 1) * dilation + 1;
}

typedef struct counts {
    double cell_reads, conversions, rows, rows_written;
    double glb_inputs, glb_outputs, inputs, outputs, partial_sums, weights;
    double tile_inputs, tile_outputs;  /* through the tiles' buffers                              */
} counts;

/* Times a loop of SIZE starts anew when the levels up to LAST run side by side. */
static uint32_t rounds(const cimloop_mapping *m, const uint32_t *size, uint32_t d, uint32_t last) {
    uint32_t width = 1;
    for (uint32_t level = 0; level <= last; ++level) width *= m->factor[level][d];
    return ceil_div(size[d], width);
}

static uint32_t width_from(const cimloop_mapping *m, uint32_t d, uint32_t first, uint32_t last) {
    uint32_t width = 1;
    for (uint32_t level = first; level <= last; ++level) width *= m->factor[level][d];
    return width;
}

/* Input values that all units of the levels up to LAST read, each its window by itself. What they
 * share (outputs of a window, columns that hold other weights for it) they read once. */
static double inputs_read(const cim_layer *l, const uint32_t *n, const cimloop_mapping *m,
                          uint32_t column_tiles, uint32_t last, uint32_t last_sharing) {
    const uint32_t p = width_from(m, DIM_P, LEVEL_MACRO, last);
    const uint32_t q = width_from(m, DIM_Q, LEVEL_MACRO, last);
    const uint32_t r = width_from(m, DIM_R, LEVEL_ROW, last);
    const uint32_t s = width_from(m, DIM_S, LEVEL_ROW, last);
    const uint32_t sharing = width_from(m, DIM_M, LEVEL_MACRO, last_sharing) *
                             width_from(m, DIM_Y, LEVEL_MACRO, last_sharing);
    const double window = span(p, r, l->stride_height, l->dilation_height) *
                          span(q, s, l->stride_width, l->dilation_width);
    return (double)n[DIM_G] * n[DIM_C] * ceil_div(n[DIM_R], r) * ceil_div(n[DIM_S], s) * window *
           ceil_div(column_tiles, sharing) * ceil_div(n[DIM_P], p) * ceil_div(n[DIM_Q], q);
}

/* Parts that each output is summed up from when the levels up to LAST add what they hold. */
static double parts_of_sum(const uint32_t *n, const cimloop_mapping *m, uint32_t last) {
    return (double)rounds(m, n, DIM_C, last) * rounds(m, n, DIM_R, last) *
           rounds(m, n, DIM_S, last);
}

static counts count(const cim_layer *l, const uint32_t *n, const cimloop_mapping *m) {
    const uint32_t (*f)[N_DIMS] = (const uint32_t(*)[N_DIMS])m->factor;
    const double image = (double)n[DIM_P] * n[DIM_Q] * n[DIM_G];
    const double under = (double)n[DIM_C] * n[DIM_R] * n[DIM_S];
    const uint32_t column_tiles = ceil_div(n[DIM_Y], f[LEVEL_COLUMN][DIM_Y]) *
                                  ceil_div(n[DIM_M], f[LEVEL_COLUMN][DIM_M]);
    const uint32_t copies = width_from(m, DIM_P, LEVEL_MACRO, LEVEL_GROUP) *
                            width_from(m, DIM_Q, LEVEL_MACRO, LEVEL_GROUP);
    const double whole = span(n[DIM_P], n[DIM_R], l->stride_height, l->dilation_height) *
                         span(n[DIM_Q], n[DIM_S], l->stride_width, l->dilation_width);
    const double outputs = image * n[DIM_M];
    return (counts){
        .cell_reads = image * under * n[DIM_M] * n[DIM_Y],
        .conversions = outputs * n[DIM_Y] * parts_of_sum(n, m, LEVEL_ROW),
        .rows = image * under * column_tiles,
        .rows_written = (double)n[DIM_G] * under * column_tiles * copies,
        .weights = (double)n[DIM_G] * under * n[DIM_M],
        .inputs = (double)n[DIM_G] * n[DIM_C] * whole,
        .outputs = outputs,
        .glb_inputs = inputs_read(l, n, m, column_tiles, LEVEL_TILE, LEVEL_GROUP),
        .glb_outputs = outputs * parts_of_sum(n, m, LEVEL_GROUP),
        .partial_sums = outputs * parts_of_sum(n, m, LEVEL_TILE),
        .tile_inputs = inputs_read(l, n, m, column_tiles, LEVEL_MACRO, LEVEL_MACRO),
        .tile_outputs = outputs * parts_of_sum(n, m, LEVEL_MACRO),
    };
}

static void price(const cimloop_chip *chip, const counts *n, double level, double mean_input,
                  uint32_t weight_bits, uint32_t input_bits, double *j) {
    const cimloop_coefficients *is = chip->design.is;
    const double width = input_bits / 8.0;
    const double pulses = width * mean_input / NOMINAL_MEAN_INPUT;
    j[PART_ARRAY] = n->cell_reads * pulses * (is->cell_j + is->cell_level_j * level);
    j[PART_ROWS] = n->rows * pulses * chip->row_read_j;
    j[PART_ADC] = n->conversions * chip->conversion_j;
    j[PART_ROUTER] = n->partial_sums * is->partial_sum_j;
    j[PART_TILE] = (n->tile_inputs * width + n->tile_outputs) * chip->tile_access_j;
    j[PART_BUFFER] = (n->glb_inputs * width + n->glb_outputs + n->outputs) * chip->glb_access_j;
    if (chip->design.sram) {
        j[PART_WRITE] = n->rows_written * chip->write_j;
        j[PART_MEMORY] = n->weights * weight_bits * is->fetched_bit_j;
    } else {
        j[PART_BUFFER] += n->inputs * width * chip->glb_access_j;   /* brought to the chip */
    }
}

void cimloop_layer_cost(const cimloop_chip *chip, cimloop_memo *memo, const cim_layer *l,
                        uint32_t weight_bits, uint32_t input_bits, double mean_input,
                        cimloop_layer *out) {
    const uint32_t cell_bits =
        chip->design.cell_bits < weight_bits ? chip->design.cell_bits : weight_bits;
    const uint32_t slices = ceil_div(weight_bits, cell_bits);
    uint32_t size[N_DIMS];
    cimloop_mapping m;
    memset(out, 0, sizeof *out);
    read_loops(l, slices, size);
    /* CiMLoop's SRAM system keeps all columns of the image in time, the RRAM one maps them too. */
    const uint32_t image_columns = size[DIM_Q];
    if (chip->design.sram) size[DIM_Q] = 1;
    cimloop_map(memo, size, chip->fanout, &m);
    if (chip->design.sram) size[DIM_Q] = m.left[DIM_Q] = image_columns;
    out->cycles = 1;
    out->passes = 1;
    for (uint32_t d = 0; d < N_DIMS; ++d) {
        out->cycles *= m.left[d];
        if (d != DIM_P && d != DIM_Q) out->passes *= m.left[d];
    }
    const counts n = count(l, size, &m);
    out->cell_reads = n.cell_reads;
    out->macs = n.cell_reads / slices;
    out->cells = n.weights / size[DIM_G] * slices;
    price(chip, &n, mean_level(weight_bits, cell_bits, slices), mean_input, weight_bits,
          input_bits, out->energy_j);
}

void cimloop_element_cost(const cimloop_chip *chip, double bits, cimloop_layer *out) {
    memset(out, 0, sizeof *out);
    out->energy_j[PART_BUFFER] = bits / 8 * chip->glb_access_j;
}

double cimloop_area(const cimloop_chip *chip, double part_mm2[N_PARTS]) {
    const cimloop_design *d = &chip->design;
    const cimloop_coefficients *is = d->is;
    const double rows = d->rows, columns = d->columns;
    const double fold =
        d->columns == 64 && d->adc_bits > ADC_FITTED_BITS
            ? 1 - ADC_64_SAVING * fmin(d->adc_bits - ADC_FITTED_BITS, 3) : 1;
    const double adc = chip->adc_factor * fold * d->adc_area_scale;   /* in ADCs of 5 bits */
    /* Seen at 5 bits. Designs of 8 bits save no more, smaller ADCs cannot. */
    const double narrow = d->columns <= NARROW_COLUMNS ? is->narrow_saving * fmin(adc, 1) : 0;
    memset(part_mm2, 0, N_PARTS * sizeof *part_mm2);
    part_mm2[PART_ARRAY] = chip->macros * rows * columns * is->cell_mm2;
    part_mm2[PART_ADC] = chip->macros * columns * is->column_mm2 * (adc - narrow);
    part_mm2[PART_ROWS] = chip->macros * rows *
                          (is->row_mm2 + is->weak_row_mm2 * chip->weakness / columns);
    part_mm2[PART_MACRO] = chip->macros * is->macro_mm2;
    part_mm2[PART_TILE] = chip->macros * d->macros_per_tile * is->tile_mm2;
    part_mm2[PART_ROUTER] = d->groups * GROUP_MM2;
    part_mm2[PART_BUFFER] = at_depth(cimloop_glb_mm2, d->glb_depth);
    double sum = 0;
    for (uint32_t p = 0; p < N_PARTS; ++p) sum += part_mm2[p];
    return sum;
}
