/* cim/accuracy.h: an accuracy evaluator says how well a network still works on the chip's arrays.
 *
 * An accuracy evaluator MUST
 *   - answer with mean, standard deviation and number of draws, never a bare number;
 *   - take draw d's randomness from cim_host.stream(d), so that every design is tried on the same
 *     chips;
 *   - with no non-ideality at all, answer the quantised network's own accuracy, with spread 0.
 * An accuracy evaluator MAY
 *   - offer several fidelities, cheap first; nothing about the network is fixed at creation. */
#ifndef CIM_ACCURACY_H
#define CIM_ACCURACY_H

#include <cim/hwmodel.h>

typedef struct cim_nonideality_table {
    const cim_nonideality *rows; uint32_t n, row_size;
} cim_nonideality_table;

typedef struct cim_fidelity {
    const char *name, *help;       /* "estimate", "exact"; one line                               */
    double relative_cost;          /* of an evaluation, the full fidelity being 1                 */
} cim_fidelity;
typedef struct cim_fidelity_table {
    const cim_fidelity *rows; uint32_t n, row_size;
} cim_fidelity_table;

typedef struct cim_accuracy_request {
    uint32_t struct_size;
    uint32_t fidelity;             /* index into the evaluator's fidelities                       */
    const cim_network *network;
    cim_nonideality_table nonidealities;   /* one a layer; n = 0: exact arithmetic                */
    const cim_values *values;      /* the evaluator's own parameters, one point                   */
    uint32_t draws, reserved;      /* device draws wanted: 0, 1, .. draws-1; 0: its own choice    */
    double mean, sd;               /* out: share of right answers; sd over draws; NaN on entry */
    uint32_t n_draws;              /* out: draws that mean and sd rest on                         */
    uint32_t reserved2;
} cim_accuracy_request;

typedef struct cim_accuracy_ops {
    uint32_t struct_size, reserved;
    cim_fidelity_table fidelities;  /* cheap first, the full one last; empty: one, "full"         */
    /* Either sets *self and returns CIM_OK, or leaves nothing behind. */
    cim_status (*create)(const cim_host *host, const cim_values *values, void **self);
    /* Optional (NULL). Valid until destroy(). */
    cim_status (*describe)(void *self, cim_description *out);
    cim_status (*evaluate)(void *self, cim_accuracy_request *request);
    void (*destroy)(void *self);
} cim_accuracy_ops;
#endif
