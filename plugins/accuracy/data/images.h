/* images.h: private to the loaders: a data set in the making. */
#ifndef CIMDSE_DATA_IMAGES_H
#define CIMDSE_DATA_IMAGES_H

#include "bytes.h"
#include "dataset.h"

enum { MAX_SIDE = 16384, MAX_CLASSES = 65536 };

/* Raw images of one shape, from one file or several. */
typedef struct picture {
    const uint8_t *at;
    uint32_t channels, height, width;
    uint32_t interleaved;     /* 1: channels of a pixel side by side; 0: one plane after another */
} picture;

/* Where the images come from. Each has a reader that fills an empty data set. */
typedef struct source {
    const cim_host *host;
    const dataset_request *what;
    const char *title;        /* "CIFAR-10" */
    dataset *to;
} source;

/* Memory for N images of the wanted shape, or of that of FIRST where nothing is wanted. */
cim_status images_begin(const source *s, uint64_t n, const picture *first);

/* Image I of the set becomes P, fitted; CROP as in dataset_request, but never 0. */
cim_status images_put(const source *s, uint32_t i, const picture *p, double crop);

/* min(n, limit) */
uint64_t images_limit(const dataset_request *what, uint64_t n);

cim_status images_no_memory(const source *s, uint64_t n);

/* The crop that WHAT means for images of a set of one size. */
static inline double images_crop(const dataset_request *what) {
    return what->crop > 0 ? what->crop : 1;
}

/* ---- readers, one format each ---------------------------------------------------------------- */

cim_status images_read_idx(const source *s, const char *images, const char *labels);
/* Records of LABEL_BYTES (1: class, CIFAR-10; 2: coarse class, class, CIFAR-100) and 3 x 32 x 32
 * pixels. */
enum { CIFAR_PIXELS = 3 * 32 * 32 };
cim_status images_read_cifar(const source *s, const char *const *files, uint32_t n_files,
                             uint32_t label_bytes);
cim_status images_read_npz(const source *s, const char *file);
/* One sub-folder a class; or, for Tiny-ImageNet's validation images, a list of classes. */
cim_status images_read_folder(const source *s, const char *folder);
/* True where a folder at PATH has sub-folders. */
int images_has_sub_folders(const char *path);

/* The same from memory. CIFAR: images FIRST and on, as many as the set still needs. */
cim_status images_parse_idx(const source *s, const bytes *images, const bytes *labels);
cim_status images_parse_cifar(const source *s, const bytes *file, uint32_t label_bytes,
                              uint32_t first);
cim_status images_parse_npz(const source *s, bytes *file); /* takes FILE over */

/* One PNG or JPEG image; *OWN is its memory. */
#define MAX_PIXELS (UINT64_C(1) << 26) /* of one image */
cim_status images_decode(const bytes *file, picture *p, uint8_t **own);
#endif
