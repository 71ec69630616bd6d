/* IDX, the format of MNIST and its relatives, plain or in gzip: two zero bytes, the type (8:
 * bytes), the number of dimensions, each of them in 4 bytes, highest first; then the numbers
 * (yann.lecun.com/exdb/mnist). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cim_sdk/text.h>

#include "images.h"

enum { IDX_BYTES = 8 };

typedef struct idx {
    const bytes *file;
    uint32_t is_packed, n_dims, dims[3];
    size_t head;                  /* bytes before the numbers */
    uint64_t item, size;          /* bytes of one image or label; of all of the file, unpacked */
} idx;

static uint32_t big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static cim_status check_size(idx *f) {
    const bytes *b = f->file;
    f->item = 1;
    for (uint32_t i = 1; i < f->n_dims; i++) {
        if (!f->dims[i] || f->dims[i] > MAX_SIDE)
            return bytes_damaged(b, 4 + 4 * i, "images of %u pixels a side: must be 1..%d",
                                 f->dims[i], MAX_SIDE);
        f->item *= f->dims[i];
    }
    f->size = f->head + f->item * f->dims[0];
    if (f->is_packed && f->size / BYTES_MAX_RATIO > b->size)
        return bytes_damaged(b, 4,
                             "%zu bytes cannot unpack to the %" PRIu64 " that it says it holds",
                             b->size, f->size);
    if (!f->is_packed && f->size != b->size)
        return bytes_damaged(b, b->size, "is %zu bytes long: its head says %" PRIu64, b->size,
                             f->size);
    return CIM_OK;
}

static cim_status open_idx(const bytes *b, uint32_t n_dims, const char *what, idx *f) {
    unsigned char head[16] = {0};
    *f = (idx){.file = b, .n_dims = n_dims, .head = 4 + 4 * (size_t)n_dims};
    f->is_packed = b->size >= 2 && b->at[0] == 0x1f && b->at[1] == 0x8b;
    cim_status status = CIM_OK;
    if (f->is_packed) status = bytes_unpack(b, 0, b->size, BYTES_GZIP, 0, head, f->head);
    else if (b->size < f->head) status = bytes_damaged(b, b->size, "too short for an IDX file");
    else memcpy(head, b->at, f->head);
    if (status != CIM_OK) return status;
    if (head[0] || head[1] || head[2] != IDX_BYTES || head[3] != n_dims)
        return bytes_damaged(b, 0, "is no IDX file of %s (0000 08 %02x)", what, n_dims);
    for (uint32_t i = 0; i < n_dims; i++) f->dims[i] = big_endian(head + 4 + 4 * i);
    return check_size(f);
}

/* The first N items, in memory of their own when the file is packed. */
static cim_status read_items(const source *s, const idx *f, uint64_t n, unsigned char **own,
                             const unsigned char **items) {
    *own = NULL;
    *items = f->file->at + f->head;
    if (!f->is_packed) return CIM_OK;
    const size_t size = f->head + (size_t)(n * f->item);
    *own = s->host->alloc(s->host, size, 1);
    if (!*own) return images_no_memory(s, n);
    *items = *own + f->head;
    return bytes_unpack(f->file, 0, f->file->size, BYTES_GZIP, n == f->dims[0], *own, size);
}

static cim_status put_images(const source *s, const idx *f, uint64_t n) {
    unsigned char *own = NULL;
    const unsigned char *items = NULL;
    picture p = {.channels = 1, .height = f->dims[1], .width = f->dims[2]};
    cim_status status = images_begin(s, n, &p);
    if (status == CIM_OK) status = read_items(s, f, n, &own, &items);
    for (uint32_t i = 0; i < n && status == CIM_OK; i++) {
        p.at = items + i * f->item;
        status = images_put(s, i, &p, images_crop(s->what));
    }
    s->host->release(s->host, own);
    return status;
}

/* All are looked at, so that the number of classes is that of the set. */
static cim_status put_labels(const source *s, const idx *f, uint64_t n) {
    unsigned char *own = NULL;
    const unsigned char *items = NULL;
    const cim_status status = read_items(s, f, f->dims[0], &own, &items);
    for (uint32_t i = 0; i < f->dims[0] && status == CIM_OK; i++) {
        if (i < n) s->to->labels[i] = items[i];
        if (items[i] >= s->to->n_classes) s->to->n_classes = items[i] + 1u;
    }
    s->host->release(s->host, own);
    return status;
}

cim_status images_parse_idx(const source *s, const bytes *images, const bytes *labels) {
    idx image, label;
    cim_status status = open_idx(images, 3, "images", &image);
    if (status == CIM_OK) status = open_idx(labels, 1, "labels", &label);
    if (status != CIM_OK) return status;
    if (image.dims[0] != label.dims[0])
        return bytes_damaged(labels, 4, "%u labels for %u images", label.dims[0], image.dims[0]);
    const uint64_t n = images_limit(s->what, image.dims[0]);
    status = put_images(s, &image, n);
    return status == CIM_OK ? put_labels(s, &label, n) : status;
}

cim_status images_read_idx(const source *s, const char *images, const char *labels) {
    bytes image = {0}, label = {0};
    cim_status status = bytes_read(s->host, images, &image);
    if (status == CIM_OK) status = bytes_read(s->host, labels, &label);
    if (status == CIM_OK) status = images_parse_idx(s, &image, &label);
    bytes_free(&image);
    bytes_free(&label);
    return status;
}
