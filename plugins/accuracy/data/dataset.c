/* Finds a data set and the loader for it. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cim_sdk/text.h>

#include "images.h"

enum { MAX_PATH = 4096 };

/* Means and standard deviations that the weights of torchvision's models were trained with. */
const float dataset_imagenet_mean[3] = {0.485f, 0.456f, 0.406f};
const float dataset_imagenet_sd[3] = {0.229f, 0.224f, 0.225f};

/* ---- what there is --------------------------------------------------------------------------- */

/* PLACE: where Debian's package puts it. GET: what a user without it has to do. */
typedef struct known { const char *name, *title, *place, *get; } known;

static const known all[] = {
    {"fashion_mnist", "Fashion-MNIST", "/usr/share/datasets/fashion-mnist",
     "install Debian's package dataset-fashion-mnist (apt-get install dataset-fashion-mnist)"},
    {"mnist", "MNIST", NULL,
     "set data to the folder of train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
     "t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz"},
    {"cifar10", "CIFAR-10", NULL,
     "unpack cifar-10-binary.tar.gz (www.cs.toronto.edu/~kriz/cifar.html) and set data to the "
     "folder cifar-10-batches-bin"},
    {"cifar100", "CIFAR-100", NULL,
     "unpack cifar-100-binary.tar.gz (www.cs.toronto.edu/~kriz/cifar.html) and set data to the "
     "folder cifar-100-binary"},
    {"tiny_imagenet", "Tiny-ImageNet", NULL,
     "unpack tiny-imagenet-200.zip (cs231n.stanford.edu) and set data to the folder "
     "tiny-imagenet-200"},
    {"imagenet", "ImageNet", NULL,
     "unpack ILSVRC2012_img_val.tar (image-net.org), one folder a class as for torchvision's "
     "ImageFolder, and set data to the folder that holds val"},
};

static const known *find_known(const dataset_request *what) {
    static const known other = {"", "images", NULL,
                                "set data to a folder or file as the README of the data sets says"};
    const char *name = what->name ? what->name : "";
    if (!*name && !(what->path && *what->path)) return &all[0];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0) return &all[i];
    return &other;
}

/* ---- what is there --------------------------------------------------------------------------- */

static int is_kind(const char *path, mode_t kind) {
    struct stat is;
    return stat(path, &is) == 0 && (is.st_mode & S_IFMT) == kind;
}

/* FOLDER/NAME, or that with ".gz": whichever is a file. */
static int find_file(const char *folder, const char *name, char *to) {
    for (int packed = 0; packed < 2; packed++) {
        const int n = snprintf(to, MAX_PATH, "%s/%s%s", folder, name, packed ? ".gz" : "");
        if (n > 0 && n < MAX_PATH && is_kind(to, S_IFREG)) return 1;
    }
    return 0;
}

/* A name that is not known here may be that of a folder's images. */
static cim_status unknown(const source *s) {
    char names[120] = "";
    for (size_t i = 0, used = 0; i < sizeof all / sizeof *all; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                                 all[i].name);
    return cim_failf(s->host, CIM_E_FILE, "data set \"%.60s\": not known: there are %s; for "
                     "others, set data to a folder or file as the README of the data sets says",
                     s->what->name, names);
}

static cim_status missing(const source *s, const known *k, const char *path) {
    return cim_failf(s->host, CIM_E_FILE, "data set %s: not found%s%.200s: %s", k->title,
                     *path ? " at " : "", path, k->get);
}

static int ends_in(const char *path, const char *end) {
    const size_t n = strlen(path), m = strlen(end);
    return n >= m && strcmp(path + n - m, end) == 0;
}

/* 1 when the files were there: *STATUS says what came of them. */
static int try_idx(const source *s, const char *path, cim_status *status) {
    char images[MAX_PATH], labels[MAX_PATH];
    const int test = s->what->part == DATASET_TEST;
    if (!find_file(path, test ? "t10k-images-idx3-ubyte" : "train-images-idx3-ubyte", images) ||
        !find_file(path, test ? "t10k-labels-idx1-ubyte" : "train-labels-idx1-ubyte", labels))
        return 0;
    *status = images_read_idx(s, images, labels);
    return 1;
}

static int try_cifar(const source *s, const char *path, cim_status *status) {
    char files[5][MAX_PATH];
    const char *list[5];
    uint32_t n = 0;
    const int test = s->what->part == DATASET_TEST;
    if (find_file(path, test ? "test.bin" : "train.bin", files[0])) {
        *status = images_read_cifar(s, (const char *[]){files[0]}, 1, 2);
        return 1;
    }
    for (uint32_t i = 0; i < (test ? 1u : 5u); i++) {
        char name[32];
        if (test) snprintf(name, sizeof name, "test_batch.bin");
        else snprintf(name, sizeof name, "data_batch_%u.bin", i + 1);
        list[n] = files[n];
        n += (uint32_t)find_file(path, name, files[n]);
    }
    if (n > 0) *status = images_read_cifar(s, list, n, 1);
    return n > 0;
}

/* PATH/NAME, which becomes TO, is a folder; unless WANTED, no class that is called so and holds
 * images alone. */
static int find_part(const char *path, const char *name, int wanted, char *to) {
    const int n = snprintf(to, MAX_PATH, "%s/%s", path, name);
    return n > 0 && n < MAX_PATH && (wanted ? is_kind(to, S_IFDIR) : images_has_sub_folders(to));
}

/* Images for tests are in val (Tiny-ImageNet's test has no classes) or test, others in train; or
 * the folder itself has the classes. Other parts than the wanted one are no classes. */
static int try_folder(const source *s, const char *path, cim_status *status) {
    char folder[MAX_PATH];
    const int is_train = s->what->part == DATASET_TRAIN;
    if (!is_kind(path, S_IFDIR)) return 0;
    const char *tests = find_part(path, "val", !is_train, folder)    ? "val"
                        : find_part(path, "test", !is_train, folder) ? "test" : NULL;
    const char *train = find_part(path, "train", is_train, folder) ? "train" : NULL;
    const char *part = !is_train ? tests : train || !s->what->or_test ? train : tests;
    if (part) (void)find_part(path, part, 1, folder);
    if (part || (!tests && !train)) *status = images_read_folder(s, part ? folder : path);
    else
        *status = cim_failf(s->host, CIM_E_FILE, "data set %s: %.300s has a folder %s, and none of "
                            "the name %s", s->title, path, tests ? tests : train,
                            is_train ? "train" : "val or test");
    return 1;
}

static cim_status read_found(const source *s, const known *k, const char *path) {
    cim_status status = CIM_OK;
    if (is_kind(path, S_IFREG) && ends_in(path, ".npz")) return images_read_npz(s, path);
    if (try_idx(s, path, &status) || try_cifar(s, path, &status)) return status;
    const int named = k->name[0] && !ends_in(k->name, "imagenet"); /* has files of its own */
    if (!named && try_folder(s, path, &status)) return status;
    return missing(s, k, path);
}

static cim_status check_request(const cim_host *host, const dataset_request *what) {
    if (what->crop >= 0 && what->crop <= 1 && what->height <= MAX_SIDE && what->width <= MAX_SIDE &&
        what->channels <= 3 && what->channels != 2)
        return CIM_OK;
    return cim_failf(host, CIM_E_ARGUMENT, "images of %u x %u x %u with crop %g: must be 1 or 3 "
                     "channels, sides up to %d, crop 0..1", what->channels, what->height,
                     what->width, what->crop, MAX_SIDE);
}

cim_status dataset_read(const cim_host *host, const dataset_request *what, dataset **out) {
    const known *k = find_known(what);
    const char *path = what->path && *what->path ? what->path : k->place ? k->place : "";
    *out = NULL;
    if (check_request(host, what) != CIM_OK) return CIM_E_ARGUMENT;
    dataset *d = host->alloc(host, 1, sizeof *d);
    if (!d) return cim_failf(host, CIM_E_MEMORY, "data set %s: no memory", k->title);
    d->host = host;
    const source s = {.host = host, .what = what, .title = k->title, .to = d};
    const cim_status status = *path              ? read_found(&s, k, path)
                              : k->name[0] ? missing(&s, k, path) : unknown(&s);
    if (status == CIM_OK) *out = d;
    else dataset_free(d);
    return status;
}

void dataset_free(dataset *d) {
    if (!d) return;
    const cim_host *host = d->host;
    host->release(host, d->pixels);
    host->release(host, d->labels);
    host->release(host, d);
}
