/* result.c: what one evaluation gave. */
#include "evaluate.h"
#include "memory.h"
#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *outcome_name(cim_outcome outcome) {
    static const char *const names[] = {"", "feasible", "infeasible", "failed"};
    return names[outcome];
}

result *results_new(size_t n, uint32_t n_metrics, uint32_t n_slacks) {
    size_t each = sizeof(result) + ((size_t)n_metrics + n_slacks) * sizeof(double);
    result *results = memory_new(n, each);
    double *numbers = (double *)(results + n);
    for (size_t i = 0; i < n; i++) {
        results[i].metrics = numbers;
        results[i].slack = numbers + n_metrics;
        numbers += n_metrics + n_slacks;
    }
    return results;
}

void results_free(result *results, size_t n) {
    for (size_t i = 0; results && i < n; i++) free(results[i].parts);
    free(results);
}

void result_clear(result *r, uint32_t n_metrics, uint32_t n_slacks) {
    for (uint32_t i = 0; i < n_metrics; i++) r->metrics[i] = NAN;
    for (uint32_t i = 0; i < n_slacks; i++) r->slack[i] = NAN;
    r->n_parts = 0;
    r->reason[0] = '\0';
    r->accuracy_s = 0;
    r->outcome = 0;
}

void result_fail(result *r, uint32_t n_metrics, uint32_t n_slacks, const char *format, ...) {
    result_clear(r, n_metrics, n_slacks);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(r->reason, sizeof r->reason, format, arguments);
    va_end(arguments);
    for (char *c = r->reason; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    text_make_utf8(r->reason);
    r->outcome = CIM_FAILED;
}
