/* cim/hwmodel.h: a hardware model says what a network costs on a chip.
 *
 * A hardware model MUST
 *   - fill every metric it declares with a finite number, for every point; it may leave a metric at
 *     NaN only where one of its own constraints is violated and the figure has no meaning;
 *   - fill the slack of every constraint it declares;
 *   - give a point the same bits alone as among others;
 *   - refuse an op that it cannot cost, by layer and name (CIM_E_UNSUPPORTED): nothing is free.
 * A hardware model MAY
 *   - give up on one point with request->fail(), and go on with the next;
 *   - report parts, which must sum to the totals, when request->part is not NULL;
 *   - describe its arrays to the accuracy evaluators (nonidealities). */
#ifndef CIM_HWMODEL_H
#define CIM_HWMODEL_H

#include <cim/workload.h>

#include <string.h>

#define CIM_WHOLE_CHIP 0xffffffffu   /* part: belongs to no single layer                          */

/* One call: n_points designs on one network. All arrays are the host's, valid during the call.
 * The host derives the outcome: failed after fail(), NaN or infinity; infeasible when a slack
 * is > 0; else feasible. */
typedef struct cim_request {
    uint32_t struct_size, reserved;
    const cim_network *network;
    const cim_values *values;      /* n_points points                                             */
    double *metrics;               /* out: n_points x metrics, NaN on entry                       */
    double *slack;                 /* out: n_points x constraints, NaN on entry; <= 0 is met      */
    void *context;
    /* Point POINT has no figures, because TEXT. Copied. */
    void (*fail)(void *context, uint32_t point, const char *text);
    /* VALUE of METRIC that COMPONENT ("adc", "array") of layer LAYER (index in the network, or
     * CIM_WHOLE_CHIP) contributes at point POINT. The parts of a metric must sum to it. NULL: no
     * parts wanted, so do not compute any. COMPONENT is copied. */
    void (*part)(void *context, uint32_t point, uint32_t layer, const char *component,
                 uint32_t metric, double value);
} cim_request;

/* How one layer's matrix product deviates from exact arithmetic. One row a layer of the network;
 * rows of layers without weights stay zero. SI units; a share is 0..1. */
enum { CIM_MAPPING_OFFSET = 1, CIM_MAPPING_DIFFERENTIAL = 2, CIM_MAPPING_DIGITAL = 3 };
enum { CIM_SPREAD_OF_VALUE = 1, CIM_SPREAD_OF_RANGE = 2, CIM_SPREAD_LOG_NORMAL = 3 };
enum { CIM_ADC_FULL_SCALE = 1, CIM_ADC_CALIBRATED = 2,
       CIM_ADC_MNSIM_SCALE = 3, CIM_ADC_MNSIM_FIX = 4 };  /* MNSIM 2.0's rules: signed sums       */
enum { CIM_SCALE_PER_CHANNEL = 1, CIM_SCALE_PER_TENSOR = 2 };
typedef struct cim_nonideality {
    uint32_t weight_mapping;          /* CIM_MAPPING_*; 0: exact arithmetic                       */
    uint32_t weight_bits, cell_bits;  /* a weight is sliced over ceil(weight_bits / cell_bits)    */
    uint32_t input_bits, dac_bits;    /* an input is applied in ceil(input_bits / dac_bits) steps */
    uint32_t array_rows, array_columns;
    uint32_t rows_at_once;            /* summed in the analogue domain, then converted            */
    uint32_t adc_bits, adc_range;     /* 0 bits: an exact converter; CIM_ADC_*                    */
    double adc_offset_sd, adc_gain_sd, adc_noise_sd, adc_nonlinearity; /* in LSB; gain: a share   */
    double on_conductance_s, off_conductance_s;
    uint32_t device_spread, cycle_spread;   /* CIM_SPREAD_*; 0: none                              */
    double device_spread_sd, cycle_spread_sd;
    double stuck_on_share, stuck_off_share; /* of all cells                                       */
    double read_noise_sd;             /* share of the conductance                                 */
    double drift_exponent, drift_time_s, drift_reference_s; /* G(t) = G (t / reference)^-exponent */
    double row_wire_ohm, column_wire_ohm;   /* between neighbouring cells                         */
    double driver_ohm, access_ohm;    /* of a row's driver; in series with each cell              */
    double cell_mismatch_sd;          /* share: SRAM cell current or capacitor                    */
    double temperature_k;
    uint32_t weight_scale;            /* CIM_SCALE_*: whose step weights are codes of; 0: the
                                         evaluator's choice                                       */
    uint32_t columns_at_once;         /* of array_columns, those into which a driven row's current
                                         flows at a time; 0: all                                  */
} cim_nonideality;
/* The host's array: rows may be longer than this version's struct. */
typedef struct cim_nonideality_rows { void *rows; uint32_t n, row_size; } cim_nonideality_rows;

/* Row I (below OUT.n) becomes ROW: as much of it as the host's rows hold. */
static inline void cim_put_nonideality(cim_nonideality_rows out, uint32_t i,
                                       const cim_nonideality *row) {
    const size_t size = out.row_size < sizeof *row ? out.row_size : sizeof *row;
    memcpy((char *)out.rows + (size_t)i * out.row_size, row, size);
}

typedef struct cim_hwmodel_ops {
    uint32_t struct_size;
    uint32_t preferred_batch;         /* points a call it gains from; 0 or 1: no gain             */
    /* Either sets *self and returns CIM_OK, or leaves nothing behind. */
    cim_status (*create)(const cim_host *host, const cim_values *values, void **self);
    /* Optional (NULL): what depends on the fixed parameters. Valid until destroy(). */
    cim_status (*describe)(void *self, cim_description *out);
    /* Other than CIM_OK: no point of this call has figures. */
    cim_status (*evaluate)(void *self, const cim_request *request);
    /* Optional (NULL: accuracy cannot be evaluated on this model). One point; OUT has one zeroed
     * row a layer. NETWORK may be another than evaluate() was asked for: accuracy can be measured
     * on a stand-in, and vectors are then as long as its index sets. */
    cim_status (*nonidealities)(void *self, const cim_network *network, const cim_values *values,
                                cim_nonideality_rows out);
    void (*destroy)(void *self);
} cim_hwmodel_ops;
#endif
