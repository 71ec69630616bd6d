/* Tests of the file, before any plug-in of it is created. */
#include "descriptor.h"
#include "suite.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double most_ms = 50;

bool file_load(const char *file, entry_function *entry, failure *f) {
    *entry = NULL;
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return fail(f, STATUS_FAILED, "%s", dlerror());
    *(void **)entry = dlsym(handle, "cim_plugins");
    return *entry || fail(f, STATUS_FAILED, "exports no cim_plugins");
}

bool file_plugins(entry_function entry, const cim_plugin *const **plugins, uint32_t *n,
                  failure *f) {
    *n = 0;
    *plugins = entry(CIM_ABI_MAJOR, CIM_ABI_MINOR, n);
    if (!*plugins)
        return fail(f, STATUS_FAILED, "cim_plugins: NULL for interface %u.%u", CIM_ABI_MAJOR,
                    CIM_ABI_MINOR);
    if (*n < 1 || *n > CIM_MAX_PLUGINS)
        return fail(f, STATUS_FAILED, "cim_plugins: %u plug-ins; must be 1..%u", *n,
                    CIM_MAX_PLUGINS);
    for (uint32_t i = 0; i < *n; i++) {
        failure inner = {0};
        if (!descriptor_check((*plugins)[i], &inner))
            return fail(f, STATUS_FAILED, "plug-in %u: %s", i, inner.text);
        for (uint32_t k = 0; k < i; k++)
            if (strcmp((*plugins)[i]->id, (*plugins)[k]->id) == 0)
                return fail(f, STATUS_FAILED, "cim_plugins: %s: twice", (*plugins)[i]->id);
    }
    return true;
}

static entry_function load(check *c) {
    entry_function entry = NULL;
    failure f = {0};
    if (!file_load(c->file, &entry, &f)) check_fail(c, "%s", f.text);
    return entry;
}

/* ---- the tests ------------------------------------------------------------------------------ */

typedef struct exports {
    bool found;
    uint32_t n_others;
    text others;
} exports;

static void note_export(void *context, const char *name) {
    exports *x = context;
    if (strcmp(name, "cim_plugins") == 0) x->found = true;
    else if (x->n_others++ < 5) text_add(&x->others, " %s", name);
}

static void exports_one_symbol(check *c) {
    exports x = {0};
    failure f = {0};
    bool good = elf_exports(c->file, note_export, &x, &f);
    const char *others = check_text(c, "%s%s", text_of(&x.others), x.n_others > 5 ? " ..." : "");
    text_free(&x.others);
    if (!good) check_fail(c, "%s", f.text);
    if (!x.found) check_fail(c, "does not export cim_plugins");
    if (x.n_others) check_fail(c, "exports %u more symbols:%s", x.n_others, others);
}

static void loads(check *c) { load(c); }

static void describes_itself(check *c) {
    const cim_plugin *const *plugins, *const *again;
    uint32_t n, n_again;
    failure f = {0};
    entry_function entry = load(c);
    if (!file_plugins(entry, &plugins, &n, &f) || !file_plugins(entry, &again, &n_again, &f))
        check_fail(c, "%s", f.text);
    bool same = n == n_again;
    for (uint32_t i = 0; same && i < n; i++) same = plugins[i] == again[i];
    if (!same) check_fail(c, "cim_plugins: another answer when called again");
}

/* A host of another version may get NULL, or descriptors made for it. */
static void answers_other_versions(check *c) {
    static const struct { uint32_t major, minor; } others[] = {
        {CIM_ABI_MAJOR + 1, 0}, {CIM_ABI_MAJOR + 1, CIM_ABI_MINOR}, {0xffffffffu, 0},
        {CIM_ABI_MAJOR, CIM_ABI_MINOR + 1}, {0, 0}};
    entry_function entry = load(c);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        uint32_t n = 0, major = others[i].major, minor = others[i].minor;
        if (major == CIM_ABI_MAJOR && minor == CIM_ABI_MINOR) continue;
        const cim_plugin *const *plugins = entry(major, minor, &n);
        if (!plugins) continue;
        for (uint32_t k = 0; k < n && k < CIM_MAX_PLUGINS; k++)
            if (!plugins[k] || plugins[k]->abi_major != major || plugins[k]->abi_minor != minor)
                check_fail(c, "cim_plugins: gives a host of interface %u.%u a plug-in of another",
                           major, minor);
    }
}

/* ---- loading, watched from outside ---------------------------------------------------------- */

static void load_and_describe(const char *file) {
    entry_function entry;
    const cim_plugin *const *plugins;
    uint32_t n;
    failure f = {0};
    if (!file_load(file, &entry, &f) || !file_plugins(entry, &plugins, &n, &f)) _exit(1);
}

/* Loads the file in one more process. Returns the time that it took, negative when it failed. */
static double load_elsewhere(check *c) {
    double *ms = check_new(c, 1, sizeof *ms);
    int ends[2], status = 0;
    if (pipe(ends) != 0) check_fail(c, "cannot make a pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        load_and_describe(c->file);
        clock_gettime(CLOCK_MONOTONIC, &b);
        *ms = 1e3 * (double)(b.tv_sec - a.tv_sec) + 1e-6 * (double)(b.tv_nsec - a.tv_nsec);
        fflush(NULL);
        ssize_t sent = write(ends[1], ms, sizeof *ms);
        _exit(sent == (ssize_t)sizeof *ms ? 0 : 1);
    }
    close(ends[1]);
    ssize_t got = pid < 0 ? -1 : read(ends[0], ms, sizeof *ms);
    close(ends[0]);
    if (pid > 0) waitpid(pid, &status, 0);
    return got == (ssize_t)sizeof *ms && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? *ms : -1;
}

/* The quickest of three: a busy machine is not the plug-in's fault. */
static void loads_quickly(check *c) {
    if (c->options->in_process) check_skip(c, "in process, the file is loaded already");
    double best = -1;
    for (int i = 0; i < 3; i++) {
        double ms = load_elsewhere(c);
        if (ms < 0) check_fail(c, "does not load");
        if (best < 0 || ms < best) best = ms;
    }
    if (best > most_ms)
        check_fail(c, "takes %.0f ms to load and describe itself; at most %.0f are allowed", best,
                   most_ms);
}

static void loads_silently(check *c) {
    if (c->options->in_process) check_skip(c, "in process, the file is loaded already");
    struct stat info;
    off_t before = fstat(c->output, &info) == 0 ? info.st_size : 0;
    if (load_elsewhere(c) < 0) check_fail(c, "does not load");
    if (fstat(c->output, &info) == 0 && info.st_size > before)
        check_fail(c, "writes to standard output or error while it is loaded");
}

const check_test file_tests[] = {
    {"file.exports_one_symbol", "exports cim_plugins and nothing else", exports_one_symbol},
    {"file.loads", "loads, with every symbol it needs", loads},
    {"file.describes_itself", "its descriptors keep the rules, and stay what they are",
     describes_itself},
    {"file.answers_other_versions", "gives hosts of other versions nothing that they cannot use",
     answers_other_versions},
    {"file.loads_quickly", "loads and describes itself within 50 ms", loads_quickly},
    {"file.loads_silently", "writes nothing while it is loaded", loads_silently},
    {0}};
