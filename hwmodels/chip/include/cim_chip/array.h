/* cim_chip/array.h: what the chip has to know of an array of memory cells with its periphery.
 *
 * A device model fills one cim_array per layer (its ADC and its data may differ from layer to
 * layer) and hands it to cim_chip_evaluate(). Whatever the cell (RRAM, SRAM, FeFET ...), the chip
 * counts three kinds of event and multiplies each by its energy:
 *   row         one row driven for one input step of one input vector
 *   conversion  one column converted once: for one input step and one group of rows
 *   cell        one cell that is read: its row driven, its column converted
 * An input of input_bits is applied in ceil(input_bits / dac_bits) steps; a step takes
 * columns_per_adc rounds for each group of rows_at_once rows; a round takes round_s.
 *
 * Plain data, SI units, no ownership. */
#ifndef CIM_CHIP_ARRAY_H
#define CIM_CHIP_ARRAY_H

#include <cim_circuit/technology.h>
#include <stdint.h>

/* Components of every breakdown. The chip owns those behind shift_add; the others are the macro. */
#define CIM_COMPONENT_LIST(X)                                                          \
    X(CIM_PART_ARRAY, "array")            /* the cells and the current through them */ \
    X(CIM_PART_ADC, "adc")                                                             \
    X(CIM_PART_DRIVERS, "drivers")        /* rows, column multiplexers, write path   */ \
    X(CIM_PART_SHIFT_ADD, "shift_add")                                                 \
    X(CIM_PART_BUFFER, "buffer")                                                       \
    X(CIM_PART_INTERCONNECT, "interconnect")                                           \
    X(CIM_PART_DIGITAL, "digital")        /* partial sums, scaling, activation, pools */ \
    X(CIM_PART_WRITE, "write")            /* weights into cells                       */ \
    X(CIM_PART_OFF_CHIP, "off_chip")      /* memory beside the chip, and the way to it */ \
    X(CIM_PART_CONTROL, "control")        /* clock distribution, sequencing, gating   */
enum {
#define CIM_COMPONENT_ENUM(name, text) name,
    CIM_COMPONENT_LIST(CIM_COMPONENT_ENUM)
#undef CIM_COMPONENT_ENUM
    CIM_N_PARTS,
    CIM_N_MACRO_PARTS = CIM_PART_SHIFT_ADD + 1   /* array, adc, drivers, shift_add                */
};

typedef struct cim_array {
    uint32_t rows, columns;        /* of cells                                                   */
    uint32_t rows_at_once;         /* 1 .. rows, summed in one conversion                        */
    uint32_t columns_per_adc;      /* 1 .. columns, converted one after another                  */
    uint32_t cell_bits, dac_bits;  /* of a weight in a cell; of an input in a step               */
    uint32_t sum_bits;             /* of an output value after all its steps and slices          */
    uint32_t volatile_cells;       /* 1: weights are lost without supply (SRAM)                  */
    double round_s;                /* least time of a round: drive, settle, convert               */
    double area_m2[CIM_N_PARTS], leakage_w[CIM_N_PARTS];
    double row_j[CIM_N_PARTS], conversion_j[CIM_N_PARTS], cell_j[CIM_N_PARTS];
    double write_j;                /* to write one cell or pair, with its share of drivers; 0: not
                                      stated                                                      */
    double write_row_s;            /* to write one row of cells; 0: not stated                   */
    double endurance;              /* writes that a cell survives; 0: no limit                   */
    double registers;              /* flip-flops of its periphery, which the clock reaches        */
    uint32_t adc_bits;             /* 0: sums are exact                                          */
    uint32_t pair;                 /* 2: a pair of cells counts as one, and sums have a sign      */
    double used_range;             /* of the largest sum, that converters are set to; 0: all of
                                      it                                                          */
} cim_array;

/* Measured over modelled figures of a known macro, by which a model is calibrated; 1: not. */
typedef struct cim_calibration { double energy, time, area; } cim_calibration;

/* Converters of the array. */
static inline uint32_t cim_array_adcs(const cim_array *a) {
    return (a->columns + a->columns_per_adc - 1) / a->columns_per_adc;
}

/* Books area and leakage of a component. */
static inline void cim_array_add(cim_array *a, uint32_t part, cim_cost cost) {
    a->area_m2[part] += cost.area_m2;
    a->leakage_w[part] += cost.leakage_w;
}

#ifdef __cplusplus
extern "C" {
#endif
/* Mean of the squared row signal, as a share of its full scale, when each input bit is one with
 * probability density (0..1) and dac_bits of them make one signal. */
double cim_mean_square_input(double density, uint32_t dac_bits);

/* Multiplies energies and leakage, the round and the write, and areas of a finished array. */
void cim_array_calibrate(cim_array *a, const cim_calibration *by);

/* Adds what puts converted columns together again, after rows .. dac_bits are set: per ADC an adder
 * for the slices of a weight; per output value an accumulator over the input steps; a counter of
 * ones for the offset of signed weights when offset_mapping is 1 (weights stored as w + 2^(b-1):
 * the sum of the inputs is subtracted). Sets sum_bits, and raises round_s to the adders' delay.
 * Bits: of one conversion, of the layer's weights and inputs. */
void cim_array_add_shift_add(cim_array *a, const cim_technology *t, uint32_t adc_bits,
                             uint32_t weight_bits, uint32_t input_bits, int offset_mapping);

/* Where one conversion is already the whole result (one slice, step and group of rows, no offset):
 * adds the register that stores it, sets sum_bits and adc_bits, and returns 1. Else 0, *a as it
 * was. */
int cim_array_add_result(cim_array *a, const cim_technology *t, uint32_t adc_bits,
                         uint32_t weight_bits, uint32_t input_bits);
#ifdef __cplusplus
}
#endif
#endif
