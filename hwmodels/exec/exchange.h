/* exchange.h: what goes between the host's structures and the program's JSON (README.md). */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <cim/hwmodel.h>
#include <jansson.h>

enum { OWN_PARAMETERS = 3 }; /* of the descriptor; the program's own come behind them */

/* The program's own parameters, metrics and constraints. Texts belong to the answer, which must
 * outlive them; the arrays to us. */
typedef struct declared {
    const cim_host *host;
    cim_param *params;
    cim_metric *metrics;
    cim_constraint *constraints;
    uint32_t n_params, n_metrics, n_constraints;
} declared;

/* Fails with CIM_E_CONFIG and the reason; then D holds nothing. */
cim_status declared_read(declared *d, const cim_host *host, const json_t *answer);
void declared_free(declared *d);

json_t *json_of_network(const cim_network *network);
json_t *json_of_point(const declared *d, const cim_values *values, uint32_t point);

/* Answer -> metrics, slacks and parts of point POINT; what is wrong fails that point. */
void take_answer(const declared *d, const cim_request *r, uint32_t point, const json_t *answer);

#endif
