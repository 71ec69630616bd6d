/* Periphery that arrays of every cell share. */
#include <cim_chip/array.h>
#include <cim_circuit/logic.h>
#include <math.h>

double cim_mean_square_input(double density, uint32_t dac_bits) {
    /* x = sum of 2^i b_i / (2^n - 1) with independent bits: E[x] = d, and
     * Var x = d (1 - d) sum of 4^i / (2^n - 1)^2 = d (1 - d) (2^n + 1) / (3 (2^n - 1)). */
    const double codes = (double)(1u << dac_bits);
    return density * density + density * (1 - density) * (codes + 1) / (3 * (codes - 1));
}

static const double carry_bits = 2;   /* mean run of a carry through random bits: sum of i/2^i */

/* Smallest n with 2^n >= x. */
static uint32_t bits_for(uint32_t x) {
    uint32_t n = 0;
    while (n < 32 && ((uint64_t)1 << n) < x) ++n;
    return n;
}

void cim_array_add_shift_add(cim_array *a, const cim_technology *t, uint32_t adc_bits,
                             uint32_t weight_bits, uint32_t input_bits, int offset_mapping) {
    const double adcs = cim_array_adcs(a);
    const double slices = (weight_bits + a->cell_bits - 1) / a->cell_bits;
    const uint32_t row_groups = (a->rows + a->rows_at_once - 1) / a->rows_at_once;
    const uint32_t slice_bits = adc_bits + weight_bits + bits_for(row_groups);
    a->sum_bits = slice_bits + input_bits;

    a->adc_bits = adc_bits;
    a->registers += adcs * slice_bits + ceil(a->columns / slices) * a->sum_bits;
    const cim_cost slice = cim_shift_add(t, slice_bits, slice_bits);
    const cim_cost adder = cim_adder(t, a->sum_bits), sum = cim_register(t, a->sum_bits);
    cim_array_add(a, CIM_PART_SHIFT_ADD, cim_cost_times(cim_cost_beside(slice, adder), adcs));
    cim_array_add(a, CIM_PART_SHIFT_ADD, cim_cost_times(sum, ceil(a->columns / slices)));
    /* Above the bits of what is added only a carry moves, past two bits on the average. */
    const double slice_j = cim_shift_add(t, adc_bits + carry_bits, slice_bits).energy_j;
    const double sum_j = cim_shift_add(t, slice_bits + carry_bits, a->sum_bits).energy_j;
    a->conversion_j[CIM_PART_SHIFT_ADD] += slice_j + sum_j / slices;
    /* An accumulator has the rounds of all slices of its weight. */
    a->round_s = fmax(a->round_s, fmax(slice.delay_s, (adder.delay_s + sum.delay_s) / slices));

    if (offset_mapping) {
        const cim_cost ones = cim_ones_counter(t, a->rows);
        cim_array_add(a, CIM_PART_SHIFT_ADD, ones);
        a->row_j[CIM_PART_SHIFT_ADD] += ones.energy_j / a->rows;
    }
}

int cim_array_add_result(cim_array *a, const cim_technology *t, uint32_t adc_bits,
                         uint32_t weight_bits, uint32_t input_bits) {
    if (weight_bits > a->cell_bits || input_bits > a->dac_bits || a->rows > a->rows_at_once)
        return 0;
    const cim_cost result = cim_register(t, adc_bits);
    a->sum_bits = a->adc_bits = adc_bits;
    cim_array_add(a, CIM_PART_SHIFT_ADD, cim_cost_times(result, a->columns));
    a->conversion_j[CIM_PART_SHIFT_ADD] += result.energy_j;
    return 1;
}

void cim_array_calibrate(cim_array *a, const cim_calibration *by) {
    for (uint32_t p = 0; p < CIM_N_PARTS; ++p) {
        a->area_m2[p] *= by->area;
        a->leakage_w[p] *= by->energy;
        a->row_j[p] *= by->energy;
        a->conversion_j[p] *= by->energy;
        a->cell_j[p] *= by->energy;
    }
    a->write_j *= by->energy;
    a->round_s *= by->time;
    a->write_row_s *= by->time;
}
