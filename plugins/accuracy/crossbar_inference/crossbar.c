#include "crossbar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cim_sdk/noise.h>
#include <cim_sdk/text.h>

#include "dense.h"
#include "product.h"

uint32_t crossbar_weight_bits(const net_layer *l, const cim_nonideality *non) {
    return cim_weight_bits_on(&l->is, non);
}

uint32_t crossbar_input_bits(const net_layer *l, const cim_nonideality *non) {
    return cim_input_bits_on(&l->is, non);
}

static uint32_t divided_up(uint32_t a, uint32_t b) { return (a + b - 1) / b; }

static int is_analogue(const crossbar *a) {
    return a->is.weight_mapping == CIM_MAPPING_OFFSET ||
           a->is.weight_mapping == CIM_MAPPING_DIFFERENTIAL;
}

static int is_signed(const crossbar *a) {
    return is_analogue(a) && a->is.adc_bits && a->is.adc_range >= CIM_ADC_MNSIM_SCALE;
}

/* MNSIM's blocks hold whole input channels; its inputs have a sign, and its steps no clip. */
static cim_status slice_signed(crossbar *a) {
    const cim_layer *l = &a->l->is;
    const uint32_t kernel = l->kernel_height * l->kernel_width, rows = a->is.array_rows;
    const cim_nonideality *is = &a->is;
    if (kernel > rows)
        return cim_failf(a->host, CIM_E_UNSUPPORTED, "layer %s: a kernel of %u cells and %u rows",
                         l->name, kernel, rows);
    if (is->input_bits < 2 || is->read_noise_sd > 0 || is->cycle_spread_sd > 0 ||
        is->adc_offset_sd > 0 || is->adc_gain_sd > 0 || is->adc_noise_sd > 0 ||
        is->adc_nonlinearity != 0)
        return cim_failf(a->host, CIM_E_UNSUPPORTED,
                         "layer %s: MNSIM's converters: inputs of 2 bits "
                         "or more, and no deviation of reads or converters",
                         l->name);
    const uint32_t most = rows / kernel * kernel;
    const int32_t top = (1 << (is->input_bits - 1)) - 1;
    const double high = a->in.scale * (double)(a->in.top - a->in.zero),
                 low = a->in.scale * (double)a->in.zero;
    a->block = most < a->l->rows ? most : a->l->rows;
    a->n_blocks = divided_up(a->l->rows, a->block);
    a->steps = divided_up(is->input_bits - 1, a->digit_bits);
    a->in = (net_range){.scale = fmax(high, low) / top, .zero = top, .top = 2 * top};
    return CIM_OK;
}

static cim_status slice(crossbar *a) {
    const cim_host *host = a->host;
    const uint32_t bits = a->is.weight_bits;
    const char *name = a->l->is.name;
    if (bits < 2 || bits > 16 || a->is.input_bits < 1 || a->is.input_bits > 16)
        return cim_failf(host, CIM_E_UNSUPPORTED,
                         "layer %s: %u-bit weights, %u-bit inputs: must be "
                         "2..16 and 1..16",
                         name, bits, a->is.input_bits);
    if (!a->is.cell_bits || a->is.cell_bits > 8)
        return cim_failf(host, CIM_E_UNSUPPORTED, "layer %s: %u bits a cell: must be 1..8", name,
                         a->is.cell_bits);
    if (a->is.adc_bits > 16)
        return cim_failf(host, CIM_E_UNSUPPORTED, "layer %s: %u-bit converters: at most 16", name,
                         a->is.adc_bits);
    const int is_offset = a->is.weight_mapping == CIM_MAPPING_OFFSET;
    a->parts = is_offset ? 1 : 2;
    a->slices = divided_up(is_offset ? bits : bits - 1, a->is.cell_bits);
    a->digit_bits = a->is.dac_bits ? a->is.dac_bits : 1;
    if (a->digit_bits > a->is.input_bits) a->digit_bits = a->is.input_bits;
    a->steps = divided_up(a->is.input_bits, a->digit_bits);
    a->block = a->is.rows_at_once ? a->is.rows_at_once : a->is.array_rows;
    if (!a->block || a->block > a->l->rows) a->block = a->l->rows;
    a->n_blocks = divided_up(a->l->rows, a->block);
    return is_signed(a) ? slice_signed(a) : CIM_OK;
}

/* MNSIM's step: of the largest weight of the tensor. */
static double largest_scale(const crossbar *a) {
    double largest = 0;
    for (size_t i = 0; i < (size_t)a->l->is.out_channels * a->l->rows; i++)
        largest = fmax(largest, fabs((double)a->l->weights[i]));
    return largest > 0 ? largest / ((1 << (a->is.weight_bits - 1)) - 1) : 1;
}

/* Weights -> codes, with one step for each output or for all. */
static void encode(crossbar *a) {
    const uint32_t outs = a->l->is.out_channels, rows = a->l->rows, bits = a->is.weight_bits;
    if (!is_signed(a))
        net_code_weights(a->l->coding, a->l->weights, outs, rows, bits,
                         a->is.weight_scale == CIM_SCALE_PER_TENSOR, a->codes, a->scale);
    for (uint32_t o = 0; o < outs; o++) {
        if (is_signed(a)) a->scale[o] = largest_scale(a);
        for (uint32_t k = 0; k < rows; k++) {
            int16_t *code = &a->codes[(size_t)o * rows + k];
            if (is_signed(a))
                *code = (int16_t)net_weight_code(a->l->weights[(size_t)o * rows + k], a->scale[o],
                                                 bits);
            a->code_sum[o] += *code;
        }
    }
}

cim_status crossbar_open(crossbar *a, const cim_host *host, const net_layer *l,
                         const cim_nonideality *non, net_range range) {
    *a = (crossbar){.host = host, .l = l, .is = *non, .compensation = CELLS_WIRES,
                    .in = range};
    a->is.weight_bits = crossbar_weight_bits(l, non);
    a->is.input_bits = crossbar_input_bits(l, non);
    if (!is_analogue(a)) a->is.cell_bits = 1;
    if (!is_analogue(a)) a->is.adc_bits = 0;
    cim_status status = slice(a);
    if (status == CIM_OK) status = net_patch_open(&a->patch, host, l);
    const size_t outs = l->is.out_channels, n = outs * l->rows;
    a->scale = host->alloc(host, outs, sizeof *a->scale);
    a->codes = host->alloc(host, n, sizeof *a->codes);
    a->code_sum = host->alloc(host, outs, sizeof *a->code_sum);
    if (status == CIM_OK && (!a->scale || !a->codes || !a->code_sum))
        status = host->fail(host, CIM_E_MEMORY, "no memory for a layer's weights");
    if (status != CIM_OK) {
        crossbar_close(a);
        return status;
    }
    encode(a);
    crossbar_set_converters(a, NULL);
    return CIM_OK;
}

void crossbar_close(crossbar *a) {
    if (!a->host) return;
    net_patch_close(&a->patch);
    a->host->release(a->host, a->scale);
    a->host->release(a->host, a->codes);
    a->host->release(a->host, a->code_sum);
    a->host->release(a->host, a->real);
    a->host->release(a->host, a->bytes);
    product_table_forget(a);
    *a = (crossbar){0};
}

static int fits_tables(const crossbar *a) {
    if (a->is.cell_bits > SUMS_MOST_CELL_BITS || a->is.adc_bits + a->is.input_bits > 30) return 0;
    for (uint32_t s = 0; s < a->slices; s++)
        if (!a->adc[s].is_tabled) return 0;
    return 1;
}

static int converter_deviates(const cim_nonideality *is) {
    return is->adc_bits && (is->adc_offset_sd > 0 || is->adc_gain_sd > 0 ||
                            is->adc_noise_sd > 0 || is->adc_nonlinearity != 0);
}

static void choose_way(crossbar *a) {
    int is_exact = 1;
    for (uint32_t s = 0; s < a->slices; s++)
        is_exact = is_exact && converter_is_exact(&a->adc[s], a->most);
    const cells_rules rules = cells_rules_of(&a->is, a->compensation);
    const int deviates = cells_deviate(&rules, &a->is_random);
    a->disturbs = a->is.read_noise_sd > 0 || (a->is.cycle_spread && a->is.cycle_spread_sd > 0) ||
                  converter_deviates(&a->is);
    a->is_random = a->is_random || a->disturbs;
    if (!is_analogue(a)) {
        a->way = CROSSBAR_WHOLE;
        a->is_random = a->disturbs = 0;
    } else if (is_signed(a)) a->way = CROSSBAR_SIGNED;
    else if (a->disturbs || (deviates && a->is.adc_bits)) a->way = CROSSBAR_READS;
    else if (deviates) a->way = CROSSBAR_LINEAR;
    else if (is_exact) a->way = CROSSBAR_WHOLE;
    else a->way = fits_tables(a) ? CROSSBAR_TABLE : CROSSBAR_READS;
}

void crossbar_set_converters(crossbar *a, const uint32_t *full_scale) {
    const uint32_t levels = (1u << a->is.cell_bits) - 1, inputs = (1u << a->digit_bits) - 1;
    a->most = a->block * levels * inputs;
    for (uint32_t s = 0; s < a->slices; s++)
        a->adc[s] = converter_of(a->is.adc_bits, full_scale ? full_scale[s] : a->most, a->most);
    choose_way(a);
}

void crossbar_compensate(crossbar *a, int compensation) {
    a->compensation = compensation;
    choose_way(a);
}

void crossbar_levels(const crossbar *a, uint32_t o, uint32_t part, uint32_t slice_number,
                     uint32_t row, uint32_t n, uint8_t *levels) {
    const int16_t *q = a->codes + (size_t)o * a->l->rows + row;
    const int32_t sign = part ? -1 : 1, mask = (1 << a->is.cell_bits) - 1;
    const int32_t add = a->parts == 1 ? 1 << (a->is.weight_bits - 1) : 0;
    const uint32_t shift = slice_number * a->is.cell_bits;
    for (uint32_t k = 0; k < n; k++) {
        const int32_t u = sign * q[k] + add;
        levels[k] = (uint8_t)(((u > 0 ? u : 0) >> shift) & mask);
    }
}

/* ---- cells of a chip ------------------------------------------------------------------------ */

typedef struct maker { const crossbar *a; cells_rules rules; uint8_t *levels; } maker;

static float conductance(const maker *m, uint32_t o, uint32_t part, uint32_t s, uint32_t k) {
    const crossbar *a = m->a;
    const uint64_t outs = a->l->is.out_channels, rows = a->l->rows;
    const uint32_t columns = a->is.array_columns ? a->is.array_columns : 1;
    const cells_place at = {
        .key = a->key, .layer = a->l->weighted, .row = k % a->block,
        .cell = ((part * (uint64_t)a->slices + s) * rows + k) * outs + o,
        .column = (uint32_t)(((part * (uint64_t)a->slices + s) * outs + o) % columns)};
    return cells_conductance(&m->rules, m->levels[k], at);
}

/* LINEAR: all cells of a weight in one number, what the mapping added taken off. */
static void make_linear(const maker *m, float *real) {
    const crossbar *a = m->a;
    const uint32_t rows = a->l->rows;
    const float offset = a->parts == 1 ? (float)(1u << (a->is.weight_bits - 1)) : 0;
    for (uint32_t o = 0; o < a->l->is.out_channels; o++)
        for (uint32_t part = 0; part < a->parts; part++)
            for (uint32_t s = 0; s < a->slices; s++) {
                const float factor = (part ? -1.0f : 1.0f) * (float)(1u << (s * a->is.cell_bits));
                crossbar_levels(a, o, part, s, 0, rows, m->levels);
                for (uint32_t k = 0; k < rows; k++)
                    real[(size_t)o * rows + k] += factor * conductance(m, o, part, s, k);
                if (s + 1 == a->slices && part + 1 == a->parts)
                    for (uint32_t k = 0; k < rows; k++) real[(size_t)o * rows + k] -= offset;
            }
}

/* Of rows FIRST to before END. */
static void make_some(const maker *m, uint32_t first, uint32_t end, float *real) {
    const crossbar *a = m->a;
    const uint32_t outs = a->l->is.out_channels;
    const size_t columns = (size_t)outs * a->slices * a->parts;
    for (uint32_t o = 0; o < outs; o++)
        for (uint32_t s = 0; s < a->slices; s++)
            for (uint32_t part = 0; part < a->parts; part++) {
                float *to = real + ((size_t)o * a->slices + s) * a->parts + part;
                crossbar_levels(a, o, part, s, first, end - first, m->levels + first);
                for (uint32_t k = first; k < end; k++)
                    to[k * columns] = conductance(m, o, part, s, k);
            }
}

/* READS: row after row, the columns (output, slice, part) side by side. Few rows at a time: a
 * column's cells lie far apart, and those beside them come next. */
enum { ROWS_NEAR = 16 };
static void make_columns(const maker *m, float *real) {
    const uint32_t rows = m->a->l->rows;
    for (uint32_t k = 0; k < rows; k += ROWS_NEAR)
        make_some(m, k, rows - k < ROWS_NEAR ? rows : k + ROWS_NEAR, real);
}

/* SIGNED: a digit of a weight, negative where the weight is; two arrays are subtracted before their
 * converter, one array holds the digits' magnitudes. */
static void make_digits(const maker *m, float *real) {
    const crossbar *a = m->a;
    const uint32_t rows = a->l->rows, outs = a->l->is.out_channels;
    const uint32_t mask = (1u << a->is.cell_bits) - 1;
    for (uint32_t s = 0; s < a->slices; s++)
        for (uint32_t o = 0; o < outs; o++)
            for (uint32_t part = 0; part < a->parts; part++) {
                float *to = real + ((size_t)s * outs + o) * rows;
                const int16_t *q = a->codes + (size_t)o * rows;
                for (uint32_t k = 0; k < rows; k++) {
                    const int is_here = a->parts == 1 || (part ? q[k] < 0 : q[k] > 0);
                    const uint32_t u = is_here ? (uint32_t)abs(q[k]) : 0;
                    m->levels[k] = (uint8_t)(u >> (s * a->is.cell_bits) & mask);
                    const float g = conductance(m, o, part, s, k);
                    to[k] += part || (a->parts == 1 && q[k] < 0) ? -g : g;
                }
            }
}

static void make_whole(const crossbar *a, float *real) {
    for (size_t i = 0; i < (size_t)a->l->is.out_channels * a->l->rows; i++)
        real[i] = (float)a->codes[i];
}

void crossbar_fold(const crossbar *a, float *real) {
    const size_t rows = a->l->rows, outs = a->l->is.out_channels;
    const uint32_t columns = a->slices * a->parts;
    const float offset = a->parts == 1 ? (float)(1u << (a->is.weight_bits - 1)) : 0;
    if (a->way != CROSSBAR_READS) make_whole(a, real);
    for (size_t i = 0; a->way == CROSSBAR_READS && i < rows * outs; i++) {
        const float *cells = a->real + i * columns;
        float sum = -offset;
        for (uint32_t c = 0; c < columns; c++) {
            const float unit = (float)(1u << (c / a->parts * a->is.cell_bits));
            sum += (c % a->parts ? -unit : unit) * cells[c];
        }
        real[i % outs * rows + i / outs] = sum;
    }
}

cim_status crossbar_make_chip(crossbar *a, uint64_t key) {
    const cim_host *host = a->host;
    a->key = key;
    host->release(host, a->real);
    a->real = NULL;
    const cim_status packed = dense_pack(a);
    if (packed != CIM_OK) return packed;
    if (a->way == CROSSBAR_TABLE) return product_table_keep(a);
    const size_t cells = a->way == CROSSBAR_READS ? (size_t)a->slices * a->parts
                         : a->way == CROSSBAR_SIGNED ? a->slices : 1;
    a->real = host->alloc(host, cells * a->l->is.out_channels * a->l->rows + CROSSBAR_BEYOND,
                          sizeof *a->real);
    maker m = {.a = a, .rules = cells_rules_of(&a->is, a->compensation),
               .levels = host->alloc(host, a->l->rows, 1)};
    cim_status status = CIM_OK;
    if (!a->real || !m.levels) status = host->fail(host, CIM_E_MEMORY, "no memory for cells");
    else if (a->way == CROSSBAR_WHOLE) make_whole(a, a->real);
    else if (a->way == CROSSBAR_LINEAR) make_linear(&m, a->real);
    else if (a->way == CROSSBAR_SIGNED) make_digits(&m, a->real);
    else make_columns(&m, a->real);
    host->release(host, m.levels);
    return status;
}
