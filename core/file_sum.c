#include "file_sum.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

void file_sum(const char *path, char out[FILE_SUM_SIZE]) {
    struct stat info;
    const bool is_file = stat(path, &info) == 0 && S_ISREG(info.st_mode); /* a pipe would wait */
    FILE *file = is_file ? fopen(path, "rb") : NULL;
    unsigned char buffer[65536];
    uLong crc = crc32(0, NULL, 0);
    size_t n, size = 0;
    while (file && (n = fread(buffer, 1, sizeof buffer, file)) > 0) {
        crc = crc32(crc, buffer, (uInt)n);
        size += n;
    }
    if (file) fclose(file);
    snprintf(out, FILE_SUM_SIZE, "%08lx-%zu", crc, size);
}

bool file_is_special(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

void file_list_add(text *list, const char *path) {
    char sum[FILE_SUM_SIZE];
    file_sum(path, sum);
    text_add_bytes(list, path, strlen(path) + 1);
    text_add_bytes(list, sum, strlen(sum) + 1);
}

bool file_list_each(const char *at, size_t n,
                    bool (*each)(void *context, const char *path, const char *sum), void *context) {
    for (const char *end = at + n; at < end;) {
        const char *path = at, *sum = path + strlen(path) + 1;
        if (!each(context, path, sum)) return false;
        at = sum + strlen(sum) + 1;
    }
    return true;
}

bool file_list_holds(const char *at, size_t n) {
    for (const char *end = at + n; at < end;) {
        const char *path_end = memchr(at, '\0', (size_t)(end - at));
        const char *sum = path_end ? path_end + 1 : end;
        const char *sum_end = sum < end ? memchr(sum, '\0', (size_t)(end - sum)) : NULL;
        if (!sum_end || sum_end - sum >= FILE_SUM_SIZE) return false;
        at = sum_end + 1;
    }
    return true;
}
