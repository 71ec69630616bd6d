#include "parameters.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t count_of(const uint32_t shape[4]) {
    return (size_t)shape[0] * shape[1] * shape[2] * shape[3];
}

static bool fits(const parameter *p, const uint32_t shape[4]) {
    for (int i = 0; i < 4; i++)
        if (shape[i] > p->shape[i]) return false;
    return true;
}

parameter *parameters_find(const parameters *p, uint32_t slot, parameter_kind kind) {
    for (uint32_t i = 0; i < p->n; i++)
        if (p->rows[i].slot == slot && p->rows[i].kind == kind) return &p->rows[i];
    return NULL;
}

static void first_values(const parameters *p, parameter *row) {
    if (row->kind == PARAMETER_GAMMA || row->kind == PARAMETER_VARIANCE)
        for (size_t i = 0; i < row->n; i++) row->value[i] = 1;
    if (row->kind != PARAMETER_WEIGHT) return;
    cim_rng rng;
    train_stream(p->seed, STREAM_WEIGHTS, row->slot, &rng);
    const double sd = sqrt(2.0 * row->shape[0] / (double)row->n);
    for (size_t i = 0; i < row->n; i++) row->value[i] = (real)(sd * cim_rng_normal(&rng));
}

static bool grow(parameters *p) {
    if (p->n < p->capacity) return true;
    const uint32_t capacity = p->capacity ? 2 * p->capacity : 32;
    parameter *rows = realloc(p->rows, capacity * sizeof *rows);
    if (!rows) return false;
    p->rows = rows;
    p->capacity = capacity;
    return true;
}

parameter *parameters_get(parameters *p, uint32_t slot, parameter_kind kind,
                          const uint32_t shape[4]) {
    parameter *old = parameters_find(p, slot, kind);
    if (old) return fits(old, shape) ? old : NULL;
    if (!count_of(shape) || !grow(p)) return NULL;
    parameter *row = &p->rows[p->n];
    *row = (parameter){.slot = slot, .kind = kind, .n = count_of(shape)};
    memcpy(row->shape, shape, sizeof row->shape);
    real *block = calloc(4 * row->n, sizeof *block);
    if (!block) return NULL;
    row->value = block;
    row->gradient = block + row->n;
    row->moment = block + 2 * row->n;
    row->second_moment = block + 3 * row->n;
    first_values(p, row);
    p->n++;
    return row;
}

void parameters_free(parameters *p) {
    for (uint32_t i = 0; i < p->n; i++) free(p->rows[i].value);
    free(p->rows);
    *p = (parameters){0};
}

void parameters_clear_gradients(parameters *p) {
    for (uint32_t i = 0; i < p->n; i++)
        memset(p->rows[i].gradient, 0, p->rows[i].n * sizeof(real));
}

/* Where kernel row Y of the slice, of its output O and input I, begins in the stored tensor. */
static size_t place_of(const parameter *p, const uint32_t shape[4], uint32_t o, uint32_t i,
                       uint32_t y) {
    const uint32_t top = (p->shape[2] - shape[2]) / 2, left = (p->shape[3] - shape[3]) / 2;
    return (((size_t)o * p->shape[1] + i) * p->shape[2] + top + y) * p->shape[3] + left;
}

void parameter_take(const parameter *p, const uint32_t shape[4], real *slice) {
    if (count_of(shape) == p->n) {
        memcpy(slice, p->value, p->n * sizeof *slice);
        return;
    }
    for (uint32_t o = 0; o < shape[0]; o++)
        for (uint32_t i = 0; i < shape[1]; i++)
            for (uint32_t y = 0; y < shape[2]; y++, slice += shape[3])
                memcpy(slice, p->value + place_of(p, shape, o, i, y), shape[3] * sizeof *slice);
}

void parameter_give(parameter *p, const uint32_t shape[4], const real *slice) {
    for (uint32_t o = 0; o < shape[0]; o++)
        for (uint32_t i = 0; i < shape[1]; i++)
            for (uint32_t y = 0; y < shape[2]; y++, slice += shape[3]) {
                real *to = p->gradient + place_of(p, shape, o, i, y);
                for (uint32_t x = 0; x < shape[3]; x++) to[x] += slice[x];
            }
}
