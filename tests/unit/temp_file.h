/* Small files that a test makes and that go with it. */
#ifndef TEMP_FILE_H
#define TEMP_FILE_H

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct temp_folder { char path[64]; } temp_folder;

static inline void temp_folder_make(temp_folder *t) {
    snprintf(t->path, sizeof t->path, "/tmp/cimdse-test-XXXXXX");
    assert_non_null(mkdtemp(t->path));
}

static inline void temp_folder_remove(const temp_folder *t) {
    const pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", t->path, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

/* FOLDER/NAME, in one of a few buffers that take turns. */
static inline const char *temp_path(const temp_folder *t, const char *name) {
    static char paths[8][256];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", t->path, name);
    return path;
}

static inline void temp_subfolder(const temp_folder *t, const char *name) {
    assert_int_equal(mkdir(temp_path(t, name), 0700), 0);
}

static inline const char *temp_file(const temp_folder *t, const char *name, const void *data,
                                    size_t size) {
    const char *path = temp_path(t, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
    return path;
}
#endif
