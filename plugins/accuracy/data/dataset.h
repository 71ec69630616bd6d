/* dataset.h: images with their classes, from what the data sets are published as (README.md).
 *
 *     dataset_request what = {.name = network->dataset, .part = DATASET_TEST, .limit = 1000,
 *                             .channels = 1, .height = 32, .width = 32};
 *     dataset *images = NULL;
 *     cim_status status = dataset_read(host, &what, &images);
 *
 * Missing data are an error that says which package, or which file by its public name, to get;
 * damaged ones an error with file and byte. */
#ifndef CIMDSE_DATA_DATASET_H
#define CIMDSE_DATA_DATASET_H

#include <cim/host.h>

typedef enum { DATASET_TEST, DATASET_TRAIN } dataset_part;

/* How images become the wanted height and width. */
typedef enum {
    DATASET_FIT,   /* zeros around, if that is at most an eighth of the size on each side,
                      else, and always in image folders, scaled                                  */
    DATASET_PAD,   /* zeros around; what is too large is cut off; both in the middle              */
    DATASET_SCALE  /* scaled, each pixel the average of the area it covers, or between neighbours */
} dataset_fit;

typedef struct dataset_request {
    const char *name;      /* "fashion_mnist", "cifar10", "imagenet" ..: where it is by itself, how
                              it is called in messages; NULL or "": Fashion-MNIST unless path is
                              set                                                                 */
    const char *path;      /* a folder or file; NULL or "": where Debian's package puts it        */
    dataset_part part;
    int or_test;           /* DATASET_TRAIN: of an image folder that has val or test, and no train,
                              those will do. Otherwise this is an error                           */
    uint32_t limit;        /* at most so many images, the first ones; 0: all. Of an image folder:
                              the first of each class, then the second of each, ...               */
    uint32_t channels, height, width; /* 0: as they are (image folders: as the first)             */
    dataset_fit fit;
    double crop;           /* scaled images: share of the shorter side that is kept, in the middle,
                              0 < crop <= 1. 0: image folders 7/8 (224 of 256 pixels, as torchvision
                              tests ImageNet) unless the image has the wanted size; others the
                              whole image, in other proportions if need be                        */
} dataset_request;

typedef struct dataset {
    const cim_host *host;
    uint32_t n, n_classes;            /* images; classes 0 .. n_classes-1                         */
    uint32_t channels, height, width;
    uint8_t *pixels;                  /* n x channels x height x width, 0..255; red, green, blue  */
    uint32_t *labels;                 /* n                                                        */
} dataset;

cim_status dataset_read(const cim_host *host, const dataset_request *what, dataset **out);
void dataset_free(dataset *d); /* NULL does nothing */

static inline const uint8_t *dataset_image(const dataset *d, uint32_t i) {
    return d->pixels + (size_t)i * d->channels * d->height * d->width;
}

/* What torchvision's weights expect: (pixel / 255 - mean) / sd of each channel. */
extern const float dataset_imagenet_mean[3], dataset_imagenet_sd[3];
#endif
