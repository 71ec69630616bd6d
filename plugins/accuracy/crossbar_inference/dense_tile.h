/* dense_tile.h: the positions of a layer that are computed together, and the two ways to multiply
 * their inputs: in single precision (OpenBLAS), or codes of a byte, four to an instruction. Both
 * give the same sums of whole numbers. */
#ifndef CROSSBAR_DENSE_TILE_H
#define CROSSBAR_DENSE_TILE_H

#include "dense.h"

#include <string.h>

enum { DENSE_CHUNK = 8,      /* values that are copied at once                                    */
       DENSE_TOGETHER = 32,  /* positions of bytes that are multiplied together                   */
       DENSE_SEGMENT = 1024 };/* outputs that stay near from the product to their place           */
#define DENSE_GOLDEN 0x9e3779b1u   /* odd: 2^32 / golden                                          */

/* Where a line of outputs has its inputs, in the codes and in the planes that describe them. */
typedef struct dense_place { size_t codes, plane; } dense_place;

typedef struct dense_tile {
    const crossbar *a;
    dense_weights w;
    const double *in;
    float *codes;            /* of the images that a tile looks at, planes with their padding     */
    uint32_t *words;         /* bytes: the same, four channels in one                             */
    size_t image;            /* codes or words of an image                                        */
    size_t slots, coded;     /* images that there is room for; that were coded                    */
    float *sum;              /* of a slot's channels, at each place; NULL: inputs are described   */
    uint32_t *mix;           /* a number of them, likewise                                        */
    dense_place *lines;      /* of the tile                                                       */
    float *x, *y;            /* row x position; output x position, STRIDE values each             */
    uint32_t *x_words;       /* bytes: four rows in one; NULL where IS_DIRECT                     */
    uint32_t *offset;        /* bytes: of each row's words                                        */
    int is_direct;           /* bytes: WORDS are multiplied where they are, of no X_WORDS         */
    int32_t *y_whole;        /* bytes: a line of each digit                                       */
    float *activity;         /* of each position                                                  */
    uint32_t *content;
    float *own;              /* of each position                                                  */
    double *sums;            /* output x position, where more than one product is added up        */
    uint32_t n, stride;      /* positions                                                         */
    uint32_t outs, group;    /* outputs of a group                                                */
    size_t from;             /* first position, of those asked for                                */
    uint64_t first;          /* of the layer                                                      */
    double *out;
    dense_adjust adjust;
    void *context;
} dense_tile;

/* A line of outputs after the other, of CODES (floats or words): neighbours have neighbouring
 * inputs. What is written behind a line of TO belongs to what comes next, or to the DENSE_CHUNK
 * at the end. */
static inline __attribute__((always_inline)) void dense_gather_lines(const dense_tile *t,
                                                                     const void *codes,
                                                                     size_t offset, void *to) {
    enum { EACH = 4 };       /* bytes                                                             */
    const size_t width = t->a->l->is.out_width, stride = t->a->l->is.stride_width;
    char *line = to;
    for (size_t i = 0; i < t->n; i += width, line += width * EACH) {
        const char *from = (const char *)codes + (t->lines[i / width].codes + offset) * EACH;
        for (size_t j = 0; stride == 1 && j < width; j += DENSE_CHUNK)
            memcpy(line + j * EACH, from + j * EACH, DENSE_CHUNK * EACH);
        for (size_t j = 0; stride != 1 && j < width; j++)
            memcpy(line + j * EACH, from + j * stride * EACH, EACH);
    }
}

/* Either way: ENCODE puts the codes of IMAGE into its slot; DESCRIBE makes the planes of a slot,
 * all channels of each place together; TAKE makes X of the slots' codes and, where there are no
 * planes, describes it; MULTIPLY sets Y, or SUMS. */
void dense_floats_encode(const dense_tile *t, size_t image);
void dense_floats_describe(const dense_tile *t, size_t slot);
void dense_floats_take(const dense_tile *t);
void dense_floats_multiply(const dense_tile *t);
/* Rows of one product. */
uint32_t dense_floats_rows(const crossbar *a);

/* N positions (at most DENSE_SEGMENT) from AT of the tile on, of all outputs of the group. */
void dense_finish(const dense_tile *t, uint32_t at, uint32_t n);

void dense_bytes_encode(const dense_tile *t, size_t image);
void dense_bytes_describe(const dense_tile *t, size_t slot);
void dense_bytes_take(const dense_tile *t);
void dense_bytes_multiply(const dense_tile *t);
/* Words can be multiplied where they are, unless the inputs are described one by one. */
int dense_bytes_direct(const crossbar *a);
/* Words of an image; of a position's inputs. */
size_t dense_bytes_image(const crossbar *a);
uint32_t dense_bytes_rows(const crossbar *a);
/* Of a weight. */
uint32_t dense_bytes_digits(dense_weights w);
#endif
