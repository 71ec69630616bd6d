/* predictor_file.h: a file of the predictor's tests, made before them and gone after. */
#ifndef PREDICTOR_FILE_H
#define PREDICTOR_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char scratch_file[] = "/tmp/cimdse-predictor-XXXXXX";

static inline int make_file(void **state) {
    (void)state;
    const int fd = mkstemp(scratch_file);
    return fd < 0 ? -1 : close(fd);
}

static inline int remove_file(void **state) {
    (void)state;
    return remove(scratch_file);
}
#endif
