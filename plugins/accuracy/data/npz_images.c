/* Images in an npz file: two arrays, under the names that Keras (x_test, y_test), MedMNIST
 * (test_images, test_labels) and others (images, labels) use. */
#include <inttypes.h>

#include "arrays.h"
#include "images.h"

static const struct { const char *images, *labels; } names[2][3] = {
    [DATASET_TEST] = {{"x_test", "y_test"}, {"test_images", "test_labels"}, {"images", "labels"}},
    [DATASET_TRAIN] = {{"x_train", "y_train"}, {"train_images", "train_labels"},
                       {"images", "labels"}}};

static cim_status find(const source *s, const arrays *a, const array **images,
                       const array **labels) {
    for (int i = 0; i < 3; i++) {
        *images = arrays_find(a, names[s->what->part][i].images);
        *labels = arrays_find(a, names[s->what->part][i].labels);
        if (*images && *labels) return CIM_OK;
    }
    const int p = (int)s->what->part;
    return bytes_damaged(&a->file, 0, "holds none of these pairs: %s and %s, %s and %s, %s and %s",
                         names[p][0].images, names[p][0].labels, names[p][1].images,
                         names[p][1].labels, names[p][2].images, names[p][2].labels);
}

static int is_colours(uint64_t n) { return n == 1 || n == 3; }

/* n x h x w, n x h x w x colours or n x colours x h x w. */
static cim_status shape_of(const arrays *all, const array *a, picture *p) {
    const uint64_t *d = a->dims;
    const int last = a->n_dims == 4 && is_colours(d[3]),
              second = a->n_dims == 4 && is_colours(d[1]);
    if (a->type != ARRAY_U8 || (a->n_dims != 3 && !last && !second))
        return bytes_damaged(&all->file, a->offset,
                             "%.80s: must be uint8, images x height x width (x 1 or 3 colours)",
                             a->name);
    const int first = second && !last; /* of the two sides, behind the images */
    const uint64_t height = d[1 + first], width = d[2 + first];
    if (!height || !width || height > MAX_SIDE || width > MAX_SIDE || d[0] > UINT32_MAX)
        return bytes_damaged(&all->file, a->offset,
                             "%.80s: %" PRIu64 " images of %" PRIu64 " x %" PRIu64
                             " pixels: sides must be 1..%d",
                             a->name, d[0], height, width, MAX_SIDE);
    *p = (picture){.channels = a->n_dims == 3 ? 1 : (uint32_t)d[first ? 1 : 3],
                   .height = (uint32_t)height, .width = (uint32_t)width, .interleaved = !first};
    return CIM_OK;
}

static cim_status put_labels(const source *s, const arrays *all, const array *a) {
    for (uint64_t i = 0; i < a->n; i++) {
        const double label = array_number(a, i);
        const uint32_t class = label >= 0 && label < MAX_CLASSES ? (uint32_t)label : MAX_CLASSES;
        if ((double)class != label || class == MAX_CLASSES)
            return bytes_damaged(&all->file, a->offset, "%.80s[%" PRIu64 "] = %g: must be a class "
                                 "0..%d", a->name, i, label, MAX_CLASSES - 1);
        if (i < s->to->n) s->to->labels[i] = class;
        if (class >= s->to->n_classes) s->to->n_classes = class + 1;
    }
    return CIM_OK;
}

static cim_status put_all(const source *s, const arrays *all) {
    const array *images = NULL, *labels = NULL;
    picture p;
    cim_status status = find(s, all, &images, &labels);
    if (status == CIM_OK) status = shape_of(all, images, &p);
    if (status != CIM_OK) return status;
    if (labels->n != images->dims[0])
        return bytes_damaged(&all->file, labels->offset, "%.80s: %" PRIu64 " labels for %" PRIu64
                             " images", labels->name, labels->n, images->dims[0]);
    status = images_begin(s, images_limit(s->what, images->dims[0]), &p);
    const size_t size = (size_t)p.channels * p.height * p.width;
    for (uint32_t i = 0; status == CIM_OK && i < s->to->n; i++) {
        p.at = images->at + i * size;
        status = images_put(s, i, &p, images_crop(s->what));
    }
    return status == CIM_OK ? put_labels(s, all, labels) : status;
}

cim_status images_parse_npz(const source *s, bytes *file) {
    arrays all;
    cim_status status = arrays_parse(file, &all);
    if (status == CIM_OK) status = put_all(s, &all);
    arrays_free(&all);
    return status;
}

cim_status images_read_npz(const source *s, const char *file) {
    bytes b;
    const cim_status status = bytes_read(s->host, file, &b);
    return status == CIM_OK ? images_parse_npz(s, &b) : status;
}
