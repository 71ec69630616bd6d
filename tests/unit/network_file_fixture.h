/* workload.network on files that a test writes, for its two tests. */
#ifndef NETWORK_FILE_FIXTURE_H
#define NETWORK_FILE_FIXTURE_H

#include "fake_host.h"
#include <math.h>
#include <unistd.h>
#include <cim/workload.h>

enum { MAX_BITS_NUMBERS = 64 };

typedef struct fixture {
    fake_host fake;
    const cim_workload_ops *ops;
    void *self;
    char folder[64], path[96];         /* path: of the last file written */
    uint32_t first[4];
    double numbers[MAX_BITS_NUMBERS];  /* weight bits, then input bits   */
} fixture;

static inline int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    fake_host_start(&f->fake);
    f->ops = load_plugin(BINARY_DIR "/plugins/workload.network.so", "workload.network",
                         CIM_WORKLOAD)->ops;
    snprintf(f->folder, sizeof f->folder, "/tmp/cimdse-network-XXXXXX");
    return mkdtemp(f->folder) == NULL;
}

static inline int tear_down(void **state) {
    fixture *f = *state;
    if (f->self) f->ops->destroy(f->self);
    if (f->path[0]) unlink(f->path);
    const int lost = f->fake.live + rmdir(f->folder);
    free(f);
    return lost;
}

static inline cim_status open_path(fixture *f, const char *path) {
    const char *const texts[] = {path};
    const cim_values v = {.struct_size = sizeof v, .n_points = 1, .n_params = 1,
                          .first = f->first, .texts = texts};
    if (f->self) f->ops->destroy(f->self);
    f->self = NULL;
    f->fake.message[0] = '\0';
    return f->ops->create(&f->fake.host, &v, &f->self);
}

/* Writes N bytes to "net.ENDING" and opens it. */
static inline cim_status open_bytes(fixture *f, const char *ending, const char *bytes, size_t n) {
    if (f->path[0]) unlink(f->path);
    snprintf(f->path, sizeof f->path, "%s/net.%s", f->folder, ending);
    FILE *file = fopen(f->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
    return open_path(f, f->path);
}

static inline cim_status open_text(fixture *f, const char *ending, const char *text) {
    return open_bytes(f, ending, text, strlen(text));
}

/* The index set of the instance; all bits become "as the file says". */
static inline const cim_index_set *describe(fixture *f) {
    cim_description is = {.struct_size = sizeof is};
    assert_int_equal(f->ops->describe(f->self, &is), CIM_OK);
    assert_int_equal(is.index_sets.n, 1);
    const cim_index_set *set = CIM_ROW(cim_index_set, is.index_sets, 0);
    assert_true(2 * set->size <= MAX_BITS_NUMBERS);
    for (uint32_t i = 0; i < 3; ++i) f->first[i + 1] = i * set->size;
    for (uint32_t i = 0; i < 2 * set->size; ++i) f->numbers[i] = (double)NAN;
    return set;
}

static inline const cim_network *build(fixture *f) {
    const cim_values v = {.struct_size = sizeof v, .n_points = 1, .n_params = 3,
                          .n_numbers = f->first[3], .first = f->first, .numbers = f->numbers};
    const cim_network *n = NULL;
    if (f->ops->build(f->self, &v, &n) != CIM_OK) fail_msg("%s", f->fake.message);
    return n;
}

static inline const cim_network *open_and_build(fixture *f, const char *ending, const char *text) {
    if (open_text(f, ending, text) != CIM_OK) fail_msg("%s", f->fake.message);
    (void)describe(f);
    return build(f);
}

static inline const cim_layer *layer(const cim_network *n, uint32_t i) {
    assert_true(i < n->layers.n);
    return CIM_ROW(cim_layer, n->layers, i);
}
#endif
