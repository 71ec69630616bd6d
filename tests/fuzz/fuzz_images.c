/* Damaged files of weights, images and accuracies, one loader after another: each is read, or
 * refused with a message that names the file and a byte, or a line. */
#include "counting_host.h"
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <zlib.h>

#include "csv_file.h"
#include "images.h"
#include "tensors.h"

enum { MAX_SEEDS = 16, MAX_SIZE = 1 << 16, MAX_MEMORY = 64 << 20 };

/* ---- inputs ---------------------------------------------------------------------------------- */

typedef struct input { unsigned char *at; size_t size; } input;
typedef enum { WEIGHTS, NPZ_IMAGES, IDX, CIFAR, PICTURE, ANNOTATIONS, TABLE, LOADERS } loader;

static input seeds[LOADERS][MAX_SEEDS];
static uint32_t n_seeds[LOADERS];

static void add_seed(loader l, const void *data, size_t size) {
    input *to = &seeds[l][n_seeds[l]++];
    *to = (input){malloc(size + 1), size};
    FUZZ_HOLDS(to->at && n_seeds[l] <= MAX_SEEDS, "");
    memcpy(to->at, data, size);
}

static void add_file(loader l, const char *name) {
    static unsigned char data[MAX_SIZE];
    char path[400];
    snprintf(path, sizeof path, SOURCE_DIR "/tests/golden/data/%s", name);
    FILE *f = fopen(path, "rb");
    FUZZ_HOLDS(f, path);
    add_seed(l, data, fread(data, 1, sizeof data, f));
    fclose(f);
}

static void add_packed(loader l, const void *data, size_t size) {
    unsigned char packed[4096];
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)size, .next_out = packed,
                  .avail_out = sizeof packed};
    FUZZ_HOLDS(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK &&
                   deflate(&z, Z_FINISH) == Z_STREAM_END, "");
    add_seed(l, packed, z.total_out);
    deflateEnd(&z);
}

static void begin(void) {
    static const char *const pictures[] = {"colours.png", "grey.png", "palette.png",
                                           "colours.jpg", "grey.jpg", "inks.jpg"};
    static const char head[] =
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
        "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[12,16]}}";
    unsigned char weights[8 + sizeof head - 1 + 16] = {sizeof head - 1};
    memcpy(weights + 8, head, sizeof head - 1);
    add_seed(WEIGHTS, weights, sizeof weights);
    add_file(WEIGHTS, "weights.npz");
    add_file(WEIGHTS, "images.npz");
    add_file(NPZ_IMAGES, "images.npz");
    unsigned char idx[16 + 24] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 9, 8, 7};
    add_seed(IDX, idx, sizeof idx);
    add_packed(IDX, idx, sizeof idx);
    unsigned char records[2 * 3073] = {3, 1, 2};
    add_seed(CIFAR, records, sizeof records);
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) add_file(PICTURE, pictures[i]);
    static const char list[] = "a.png\tn1\t0\nb.png\tn2\nc.png\tn1\r\n";
    static const char table[] = "arch,accuracy\r\n012,0.5\n\"0,\"\"2\",\"0.25\"\n\n222,1\n";
    add_seed(ANNOTATIONS, list, sizeof list - 1);
    add_seed(TABLE, table, sizeof table - 1);
}

/* What file formats are made of: ends of ranges, their own words. */
static void mutate(cim_rng *rng, unsigned char *at, size_t *size) {
    static const unsigned char ends[] = {0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, '9', '"'};
    const size_t where = *size ? (size_t)cim_rng_below(rng, *size) : 0;
    size_t n = (size_t)cim_rng_below(rng, 9);
    if (n > *size - where) n = *size - where;
    const unsigned char end = ends[cim_rng_below(rng, sizeof ends)];
    switch (cim_rng_below(rng, 7)) {
    case 0: memset(at + where, end, n); break;
    case 1: *size = where; break;
    case 2: /* cut out */
        memmove(at + where, at + where + n, *size - where - n);
        *size -= n;
        break;
    case 3: /* once more */
        memmove(at + where + n, at + where, *size - where);
        *size += n;
        break;
    case 4:
        if (n) memmove(at + cim_rng_below(rng, *size - n + 1), at + where, n > 4 ? 4 : n);
        break;
    case 5:
        if (n) at[where] = (unsigned char)(at[where] + (end & 1 ? 1 : 255));
        break;
    default:
        if (n) at[where] = (unsigned char)cim_rng_next(rng);
    }
}

/* Memory of the exact size, so that a read behind it is noticed. */
static bytes damaged(cim_rng *rng, loader l) {
    static unsigned char room[MAX_SIZE + 16 * 8];
    const input *from = &seeds[l][cim_rng_below(rng, n_seeds[l])];
    size_t size = from->size;
    memcpy(room, from->at, size);
    for (uint64_t n = cim_rng_below(rng, 9); n > 0; n--) mutate(rng, room, &size);
    host_start(MAX_MEMORY);
    unsigned char *at = count_alloc(&host, size ? size : 1, 1);
    FUZZ_HOLDS(at, "");
    memcpy(at, room, size);
    return (bytes){.host = &host, .file = "input", .at = at, .size = size};
}

/* ---- loaders --------------------------------------------------------------------------------- */

/* Checksums keep most damage from what is behind them: set right, half of the time. */
static void repair_png(cim_rng *rng, bytes *b) {
    unsigned char *at = (unsigned char *)(uintptr_t)b->at;
    if (b->size < 8 || memcmp(at + 1, "PNG", 3) != 0 || cim_rng_below(rng, 2)) return;
    for (size_t i = 8; b->size - i >= 12;) {
        const size_t n =
            (size_t)at[i] << 24 | (size_t)at[i + 1] << 16 | (size_t)at[i + 2] << 8 | at[i + 3];
        if (n > b->size - i - 12) return;
        const uLong sum = crc32(crc32(0, NULL, 0), at + i + 4, (uInt)n + 4);
        for (int k = 0; k < 4; k++)
            at[i + 8 + n + (size_t)k] = (unsigned char)(sum >> (24 - 8 * k));
        i += 12 + n;
    }
}

static cim_status read_weights(bytes *b) {
    tensors *t = NULL;
    const cim_status status = tensors_parse(b, &t);
    FUZZ_HOLDS((status == CIM_OK) == (t != NULL), message);
    double sum = 0;
    for (uint32_t i = 0; t && i < tensors_count(t); i++) {
        const tensor *row = tensors_at(t, i);
        FUZZ_HOLDS(tensors_find(t, row->name) == row, row->name);
        for (uint64_t k = 0; k < row->n; k++) sum += row->values[k] > 0; /* each can be read */
    }
    FUZZ_HOLDS(sum >= 0, "");
    tensors_free(t);
    return status;
}

static cim_status read_picture(cim_rng *rng, bytes *b) {
    picture p;
    uint8_t *own = NULL;
    repair_png(rng, b);
    const cim_status status = images_decode(b, &p, &own);
    FUZZ_HOLDS((status == CIM_OK) == (own != NULL), message);
    count_release(&host, own);
    return status;
}

static cim_status read_annotations(const source *s, const bytes *b) {
    text path = {0};
    text_add(&path, "%s/val_annotations.txt", fuzz_folder());
    FILE *f = fopen(text_of(&path), "wb");
    FUZZ_HOLDS(f && fwrite(b->at, 1, b->size, f) == b->size && fclose(f) == 0, text_of(&path));
    text_free(&path);
    return images_read_folder(s, fuzz_folder());
}

static cim_status read_table(const bytes *b) {
    text path = {0};
    csv_file t;
    text_add(&path, "%s/table.csv", fuzz_folder());
    FILE *f = fopen(text_of(&path), "wb");
    FUZZ_HOLDS(f && fwrite(b->at, 1, b->size, f) == b->size && fclose(f) == 0, text_of(&path));
    const cim_status status = csv_file_read(&host, text_of(&path), &t);
    FUZZ_HOLDS(status != CIM_OK || (t.n_rows > 0 && t.n_columns > 0), "");
    size_t length = 0;
    for (uint32_t row = 0; status == CIM_OK && row <= t.n_rows; row++)
        for (uint32_t i = 0; i < t.n_columns; i++) length += strlen(csv_file_cell(&t, row, i));
    FUZZ_HOLDS(length <= b->size, "cells are longer than the file");
    csv_file_free(&t);
    text_free(&path);
    return status;
}

static cim_status read_images(cim_rng *rng, loader l, bytes *b, dataset *d) {
    static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 3, 1};
    const dataset_request what = {.limit = (uint32_t)cim_rng_below(rng, 3),
                                  .height = (uint32_t)cim_rng_below(rng, 6),
                                  .width = (uint32_t)cim_rng_below(rng, 6)};
    const source s = {.host = &host, .what = &what, .title = "input", .to = d};
    const bytes label = {.host = &host, .file = "labels", .at = labels, .size = sizeof labels};
    const picture cifar = {.channels = 3, .height = 32, .width = 32};
    cim_status status = CIM_OK;
    if (l == NPZ_IMAGES) return images_parse_npz(&s, b);
    if (l == IDX) return images_parse_idx(&s, b, &label);
    if (l == ANNOTATIONS) return read_annotations(&s, b);
    status = images_begin(&s, images_limit(&what, b->size / (CIFAR_PIXELS + 1)), &cifar);
    return status == CIM_OK ? images_parse_cifar(&s, b, 1, 0) : status;
}

static void one(cim_rng *rng) {
    const loader l = (loader)cim_rng_below(rng, LOADERS);
    bytes b = damaged(rng, l);
    dataset d = {.host = &host};
    cim_status status;
    if (l == WEIGHTS) status = read_weights(&b);
    else if (l == PICTURE) status = read_picture(rng, &b);
    else if (l == TABLE) status = read_table(&b);
    else status = read_images(rng, l, &b, &d);
    for (uint32_t i = 0; status == CIM_OK && i < d.n; i++)
        FUZZ_HOLDS(d.labels[i] < d.n_classes, "a label out of range");
    count_release(&host, d.pixels);
    count_release(&host, d.labels);
    bytes_free(&b);
    FUZZ_HOLDS(status == CIM_OK || status == CIM_E_FILE || status == CIM_E_MEMORY, message);
    FUZZ_HOLDS((status == CIM_OK) == (message[0] == '\0'), message);
    FUZZ_HOLDS(status != CIM_E_FILE || l == ANNOTATIONS || l == TABLE || strstr(message, ": byte "),
               message);
    FUZZ_HOLDS(live == 0, "memory is left");
}

int main(int argc, char **argv) {
    begin();
    const int status = fuzz_run(argc, argv, one);
    for (int l = 0; l < LOADERS; l++)
        for (uint32_t i = 0; i < n_seeds[l]; i++) free(seeds[l][i].at);
    return status;
}
