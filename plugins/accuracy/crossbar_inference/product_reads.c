/* Every read of every column in real numbers: cells that deviate, reads and converters with
 * noise. */
#include "product.h"
#include "processor.h"

#include <math.h>

static uint32_t rows_of(const crossbar *a, uint32_t from) {
    return a->l->rows - from < a->block ? a->l->rows - from : a->block;
}

/* A digit of each input. */
static void digits(const product_tile *t, uint32_t from, uint32_t n, uint32_t step, float *x) {
    const crossbar *a = t->a;
    const uint32_t shift = step * a->digit_bits, mask = (1u << a->digit_bits) - 1;
    const uint16_t *codes = t->codes + (size_t)from * NET_TILE;
    for (size_t i = 0; i < (size_t)n * NET_TILE; i++) x[i] = (float)((codes[i] >> shift) & mask);
}

static void convert(const converter *adc, const float *sums, double factor, double *out) {
    if (adc->bits) {
        sums_convert_real(adc->fast.slope, (float)adc->top, sums, factor, out);
        return;
    }
    for (uint32_t i = 0; i < NET_TILE; i++) out[i] += factor * (double)sums[i];
}

/* ---- what varies from read to read ----------------------------------------------------------- */

/* Sum of four uniform numbers, as good as normal for a column's sum: ends at 3.46, excess kurtosis
 * -0.3. A read's number depends on nothing but chip, layer, image position, column and step. */
static float normal(uint64_t read, uint64_t lane) {
    const uint64_t u = cells_bits(read + lane);
    const uint32_t sum =
        (uint32_t)((u & 0xffff) + (u >> 16 & 0xffff) + (u >> 32 & 0xffff) + (u >> 48));
    return ((float)sum - 131070.0f) * (1.7320508f / 65536.0f); /* sqrt(3): variance 1 */
}

/* The variance that cells add to the sums of each column: that of the value needs the squares of
 * inputs and cells, that of the range those of inputs. */
static void square_cells(const product_tile *t, const float *cells, uint32_t n, uint32_t columns,
                         float *squares) {
    const cim_nonideality *is = &t->a->is;
    const size_t stride = (size_t)columns * t->a->l->is.groups;
    const double cycle = is->cycle_spread && is->cycle_spread != CIM_SPREAD_OF_RANGE
                             ? pow(is->cycle_spread_sd, 2)
                             : 0;
    const float of_value = (float)(pow(is->read_noise_sd, 2) + cycle);
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t c = 0; c < columns; c++)
            squares[k * columns + c] = cells[k * stride + c] * cells[k * stride + c] * of_value;
}

static void variances(const product_tile *t, const float *squares, uint32_t n, uint32_t columns,
                      const float *x, float *input, float *out) {
    const cim_nonideality *is = &t->a->is;
    const double most = (double)((1u << is->cell_bits) - 1);
    const int is_range = is->cycle_spread == CIM_SPREAD_OF_RANGE;
    const float of_range = (float)((is_range ? pow(is->cycle_spread_sd, 2) : 0) * most * most);
    float range[NET_TILE] = {0};
    for (size_t i = 0; i < (size_t)n * NET_TILE; i++) input[i] = x[i] * x[i];
    for (size_t i = 0; is_range && i < (size_t)n * NET_TILE; i++)
        range[i % NET_TILE] += input[i] * of_range;
    product_multiply_across(squares, columns, n, columns, input, out);
    for (size_t i = 0; is_range && i < (size_t)columns * NET_TILE; i++)
        out[i] += range[i % NET_TILE];
}

/* What a column's converter, cells and inputs do to its sums. */
typedef struct disturbance { float gain, offset, bow, full, noise; } disturbance;

static inline __attribute__((always_inline)) void
disturb_lanes(disturbance d, uint64_t read, const float *variance, float *sums) {
    float z[NET_TILE], share[NET_TILE], sd[NET_TILE]; /* (by short loops, eight at a time)        */
    for (uint32_t i = 0; i < NET_TILE; i++) z[i] = normal(read, i);
    for (uint32_t i = 0; i < NET_TILE; i++) sd[i] = sqrtf(variance[i] + d.noise * d.noise);
    for (uint32_t i = 0; i < NET_TILE; i++) share[i] = sums[i] / d.full;
    for (uint32_t i = 0; i < NET_TILE; i++) share[i] = share[i] > 0 ? share[i] : 0;
    for (uint32_t i = 0; i < NET_TILE; i++) share[i] = share[i] < 1 ? share[i] : 1;
    for (uint32_t i = 0; i < NET_TILE; i++)
        sums[i] = sums[i] * d.gain + d.offset + d.bow * share[i] * (1 - share[i]) + sd[i] * z[i];
}

static AVX2 void disturb_avx2(disturbance d, uint64_t read, const float *variance, float *sums) {
    disturb_lanes(d, read, variance, sums);
}

/* Column COLUMN (of all blocks) at one step: noise of cells and converter, the converter's own
 * offset, gain and bow. */
static void disturb(const product_tile *t, uint64_t column, uint32_t step, const converter *adc,
                    const float *variance, float *sums) {
    const crossbar *a = t->a;
    const cim_nonideality *is = &a->is;
    const uint64_t chip = cells_bits(a->key ^ ((uint64_t)a->l->weighted << 32) ^ column << 8);
    const uint64_t read = cells_bits(chip + step) + t->first;
    const float lsb = adc->bits ? (float)adc->step : 0;
    const disturbance d = {
        .gain = lsb > 0 ? 1 + (float)(is->adc_gain_sd * cells_normal(chip >> 1)) : 1,
        .offset = lsb * (float)(is->adc_offset_sd * cells_normal((chip >> 1) + 1)),
        .bow = 4 * lsb * (float)is->adc_nonlinearity, .full = (float)adc->full_scale,
        .noise = lsb * (float)is->adc_noise_sd};
    if (HAS_AVX2) disturb_avx2(d, read, variance, sums);
    else disturb_lanes(d, read, variance, sums);
}

static void disturb_all(const product_tile *t, uint32_t from, uint32_t step, const float *variance,
                        float *sums) {
    const crossbar *a = t->a;
    const uint64_t columns = (uint64_t)t->outs * a->slices * a->parts;
    const uint64_t first = ((uint64_t)(from / a->block) * a->l->is.groups + t->group) * columns;
    for (uint64_t c = 0; c < columns; c++)
        disturb(t, first + c, step, &a->adc[c / a->parts % a->slices], variance + c * NET_TILE,
                sums + c * NET_TILE);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void convert_all(const product_tile *t, const float *sums, uint32_t step) {
    const crossbar *a = t->a;
    for (uint32_t n = 0; n < t->outs; n++)
        for (uint32_t s = 0; s < a->slices; s++)
            for (uint32_t part = 0; part < a->parts; part++, sums += NET_TILE) {
                const double shift = ldexp(1, (int)(s * a->is.cell_bits + step * a->digit_bits));
                convert(&a->adc[s], sums, (part ? -shift : shift) * a->adc[s].step,
                        t->sums + (size_t)n * NET_TILE);
            }
}

void product_reads(product_tile *t) {
    const crossbar *a = t->a;
    const uint32_t columns = t->outs * a->slices * a->parts;
    const size_t all = (size_t)a->l->is.out_channels * a->slices * a->parts;
    float *sums = t->work, *x = sums + (size_t)columns * NET_TILE;
    float *variance = x + (size_t)a->block * NET_TILE;
    float *squares = variance + (size_t)columns * NET_TILE,
          *input = squares + (size_t)columns * a->block;
    for (uint32_t from = 0; from < a->l->rows; from += a->block) {
        const uint32_t n = rows_of(a, from);
        const float *cells = a->real + all * from + (size_t)t->group * columns;
        if (a->disturbs) square_cells(t, cells, n, columns, squares);
        for (uint32_t step = 0; step < a->steps; step++) {
            digits(t, from, n, step, x);
            product_multiply_across(cells, columns, n, all, x, sums);
            if (a->disturbs) {
                variances(t, squares, n, columns, x, input, variance);
                disturb_all(t, from, step, variance, sums);
            }
            convert_all(t, sums, step);
        }
    }
}
