/* CIFAR-10 and CIFAR-100, binary version (www.cs.toronto.edu/~kriz/cifar.html). */
#include <sys/stat.h>

#include "images.h"

static cim_status check_size(const bytes *b, uint32_t record) {
    if (b->size > 0 && b->size % record == 0) return CIM_OK;
    return bytes_damaged(b, b->size / record * record,
                         "a record that is not complete: must be %u bytes", record);
}

cim_status images_parse_cifar(const source *s, const bytes *file, uint32_t label_bytes,
                              uint32_t first) {
    const uint32_t record = CIFAR_PIXELS + label_bytes, n_classes = label_bytes == 1 ? 10 : 100;
    picture p = {.channels = 3, .height = 32, .width = 32};
    cim_status status = check_size(file, record);
    s->to->n_classes = n_classes;
    for (size_t i = 0; status == CIM_OK && i < file->size / record && first + i < s->to->n; i++) {
        const size_t at = i * record, image = first + i;
        const unsigned char label = file->at[at + label_bytes - 1];
        if (label >= n_classes)
            return bytes_damaged(file, at + label_bytes - 1, "class %u: must be below %u", label,
                                 n_classes);
        s->to->labels[image] = label;
        p.at = file->at + at + label_bytes;
        status = images_put(s, (uint32_t)image, &p, images_crop(s->what));
    }
    return status;
}

cim_status images_read_cifar(const source *s, const char *const *files, uint32_t n_files,
                             uint32_t label_bytes) {
    const uint32_t record = CIFAR_PIXELS + label_bytes;
    const picture shape = {.channels = 3, .height = 32, .width = 32};
    uint64_t n = 0;
    for (uint32_t i = 0; i < n_files; i++) {
        struct stat is;
        if (stat(files[i], &is) == 0) n += (uint64_t)is.st_size / record;
    }
    cim_status status = images_begin(s, images_limit(s->what, n), &shape);
    uint32_t first = 0;
    for (uint32_t i = 0; i < n_files && status == CIM_OK && (first < s->to->n || i == 0); i++) {
        bytes b;
        status = bytes_read(s->host, files[i], &b);
        if (status == CIM_OK) status = images_parse_cifar(s, &b, label_bytes, first);
        first += (uint32_t)(b.size / record);
        bytes_free(&b);
    }
    return status;
}
