/* Which part of a layer each level of the chip takes: the spatial mapping that Timeloop's front end
 * derives from CiMLoop's constraints. README.md states the law. */
#ifndef CIMLOOP_SPATIAL_H
#define CIMLOOP_SPATIAL_H

#include <stdint.h>

/* Loops of a layer: input and output channels of a group, kernel, groups, output image, slices of
 * a weight. */
enum { DIM_C, DIM_M, DIM_R, DIM_S, DIM_G, DIM_P, DIM_Q, DIM_Y, N_DIMS };
enum { LEVEL_ROW, LEVEL_COLUMN, LEVEL_MACRO, LEVEL_TILE, LEVEL_GROUP, N_LEVELS };

typedef struct cimloop_mapping {
    uint32_t factor[N_LEVELS][N_DIMS];  /* values of each loop that run side by side              */
    uint32_t left[N_DIMS];              /* iterations that remain, one after the other            */
} cimloop_mapping;

/* Answers of cimloop_allocate, by question: layers and designs ask the same ones again and again.
 * Start it zeroed. */
enum { MEMO_ENTRIES = 4096 };
typedef struct cimloop_memo {
    struct { uint32_t size[3], capacity, factor[3]; } entries[MEMO_ENTRIES];
} cimloop_memo;

/* Maps loops of SIZE to levels of FANOUT units, innermost first. */
void cimloop_map(cimloop_memo *memo, const uint32_t size[N_DIMS],
                 const uint32_t fanout[N_LEVELS], cimloop_mapping *out);

/* Factors of the N <= 3 loops in SIZE that fill CAPACITY units best; returns the
 * units at work on average. */
double cimloop_allocate(const uint32_t *size, uint32_t n, uint32_t capacity, uint32_t *factor);

static inline uint32_t ceil_div(uint32_t a, uint32_t b) { return a / b + (a % b != 0); }
#endif
