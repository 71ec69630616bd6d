/* A host small enough to see through, for tests of single plug-ins and of the SDK: it counts
 * memory, keeps the last message, and can run out of memory at a chosen allocation. */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include <stdarg.h>
#include <setjmp.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <cim/host.h>

typedef struct fake_host {
    cim_host host;
    int allocations, live;   /* ever; not yet released */
    int fail_at;             /* number of the allocation that fails; negative: none */
    char message[512];       /* of the last failure */
} fake_host;

static inline cim_status fake_fail(const cim_host *host, cim_status status, const char *text) {
    fake_host *f = host->context;
    snprintf(f->message, sizeof f->message, "%s", text);
    return status;
}

static inline void fake_log(const cim_host *host, int32_t level, const char *text) {
    (void)host, (void)level, (void)text;
}

static inline void *fake_alloc(const cim_host *host, size_t count, size_t size) {
    fake_host *f = host->context;
    if (f->allocations++ == f->fail_at) return NULL;
    ++f->live;
    return calloc(count, size);
}

static inline void fake_release(const cim_host *host, void *memory) {
    fake_host *f = host->context;
    if (memory) --f->live;
    free(memory);
}

/* splitmix64 by Sebastiano Vigna: any well-mixed start will do here. */
static inline void fake_stream(const cim_host *host, uint64_t number, cim_rng *rng) {
    (void)host;
    uint64_t x = number;
    for (int i = 0; i < 4; ++i) {
        uint64_t z = (x += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        rng->s[i] = z ^ (z >> 31);
    }
}

static inline const void *fake_extension(const cim_host *host, const char *id) {
    (void)host, (void)id;
    return NULL;
}

static inline void fake_host_start(fake_host *f) {
    *f = (fake_host){.fail_at = -1};
    f->host = (cim_host){.struct_size = sizeof f->host, .abi_major = CIM_ABI_MAJOR,
                         .abi_minor = CIM_ABI_MINOR, .context = f, .fail = fake_fail,
                         .log = fake_log, .alloc = fake_alloc, .release = fake_release,
                         .stream = fake_stream, .extension = fake_extension};
}

/* The only plug-in of a file, which stays loaded so that leak reports keep its symbols. */
static inline const cim_plugin *load_plugin(const char *file, const char *id, uint32_t kind) {
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) fail_msg("%s", dlerror());
    const cim_plugin *const *(*plugins)(uint32_t, uint32_t, uint32_t *) = NULL;
    void *symbol = dlsym(handle, "cim_plugins");
    assert_non_null(symbol);
    memcpy(&plugins, &symbol, sizeof plugins);
    uint32_t count = 0;
    assert_null(plugins(CIM_ABI_MAJOR + 1, CIM_ABI_MINOR, &count));
    assert_null(plugins(CIM_ABI_MAJOR, CIM_ABI_MINOR + 1, &count));
    const cim_plugin *const *all = plugins(CIM_ABI_MAJOR, CIM_ABI_MINOR, &count);
    assert_non_null(all);
    assert_int_equal(count, 1);
    assert_int_equal(all[0]->struct_size, sizeof(cim_plugin));
    assert_string_equal(all[0]->id, id);
    assert_int_equal(all[0]->kind, kind);
    return all[0];
}
#endif
