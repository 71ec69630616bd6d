#include "catalog.h"
#include "descriptor.h"
#include "file_sum.h"
#include "guard.h"
#include "memory.h"
#include "text.h"

#include <dirent.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const kinds[] = {"searcher", "hwmodel", "workload", "accuracy"};

const char *kind_name(uint32_t kind) { return kind >= 1 && kind <= 4 ? kinds[kind - 1] : NULL; }

typedef const cim_plugin *const *(*entry_function)(uint32_t, uint32_t, uint32_t *);

static bool open_file(const char *file, const cim_plugin *const **plugins, uint32_t *n,
                      failure *f) {
    if (file_is_special(file)) return fail(f, STATUS_WRONG, "%s: is a pipe or a device", file);
    guard_enter(file, "its loading");
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    /* Never closed: descriptors stay valid, and leak reports keep their names. */
    entry_function entry = NULL;
    if (handle) *(void **)&entry = dlsym(handle, "cim_plugins"); /* of tables that may be damaged */
    guard_leave();
    if (!handle) return fail(f, STATUS_WRONG, "%s", dlerror());
    if (!entry)
        return fail(f, STATUS_WRONG,
                    "%s: exports no cim_plugins; this host (interface %u.%u) needs it", file,
                    CIM_ABI_MAJOR, CIM_ABI_MINOR);
    guard_enter(file, "cim_plugins");
    *n = 0;
    *plugins = entry(CIM_ABI_MAJOR, CIM_ABI_MINOR, n);
    guard_leave();
    if (!*plugins)
        return fail(f, STATUS_WRONG, "%s: cim_plugins: does not serve this host (interface %u.%u)",
                    file, CIM_ABI_MAJOR, CIM_ABI_MINOR);
    if (*n < 1 || *n > CIM_MAX_PLUGINS)
        return fail(f, STATUS_WRONG, "%s: cim_plugins: %u plug-ins; must be 1..%u", file, *n,
                    CIM_MAX_PLUGINS);
    return true;
}

static bool add_plugin(catalog *c, const char *file, const cim_plugin *plugin, failure *f) {
    for (size_t i = 0; i < c->n_entries; i++) {
        const catalog_entry *e = &c->entries[i];
        if (e->plugin == plugin) { /* the same file by another path: named as it was given last */
            free(c->entries[i].file);
            c->entries[i].file = memory_text(file);
            return true;
        }
        if (strcmp(e->plugin->id, plugin->id) == 0)
            return fail(f, STATUS_WRONG, "%s is in two files: %s and %s", plugin->id, e->file,
                        file);
    }
    MEMORY_ROOM(c->entries, c->n_entries);
    c->entries[c->n_entries++] = (catalog_entry){.plugin = plugin, .file = memory_text(file)};
    return true;
}

bool catalog_add_file(catalog *c, const char *file, failure *f) {
    const cim_plugin *const *plugins = NULL;
    uint32_t n = 0;
    if (!open_file(file, &plugins, &n, f)) return false;
    for (uint32_t i = 0; i < n; i++) {
        failure inner = {0};
        guard_enter(file, "its description"); /* whose pointers may lead nowhere */
        const bool good = descriptor_check(plugins[i], &inner);
        guard_leave();
        if (!good) return fail(f, STATUS_WRONG, "%s: %s", file, inner.text);
    }
    for (uint32_t i = 0; i < n; i++)
        if (!add_plugin(c, file, plugins[i], f)) return false;
    return true;
}

static int is_shared_object(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 3 && strcmp(entry->d_name + n - 3, ".so") == 0;
}

/* A file that is no plug-in for us is remembered; only a duplicate id is an error. */
static bool scan_folder(catalog *c, const char *folder, failure *f) {
    struct dirent **entries;
    int n = scandir(folder, &entries, is_shared_object, alphasort);
    bool good = true;
    for (int i = 0; i < n; i++) {
        text file = {0};
        text_add(&file, "%s/%s", folder, entries[i]->d_name);
        size_t before = c->n_entries;
        failure why = {0};
        if (good && !catalog_add_file(c, text_of(&file), &why)) {
            if (strstr(why.text, " is in two files: "))
                good = fail(f, STATUS_WRONG, "%s", why.text);
            c->n_entries = before;
            MEMORY_ROOM(c->refusals, c->n_refusals);
            c->refusals[c->n_refusals++] = memory_text(why.text);
        }
        text_free(&file);
        free(entries[i]);
    }
    if (n >= 0) free(entries);
    return good;
}

static void add_folder(catalog *c, const char *folder, size_t length) {
    char given[PATH_MAX], *whole;
    if (length == 0 || length >= sizeof given) return;
    memcpy(given, folder, length);
    given[length] = '\0';
    if (!(whole = realpath(given, NULL))) return;
    for (size_t i = 0; i < c->n_folders; i++)
        if (strcmp(c->folders[i], whole) == 0) {
            free(whole);
            return;
        }
    MEMORY_ROOM(c->folders, c->n_folders);
    c->folders[c->n_folders++] = whole;
}

static void search_path(catalog *c) {
    const char *path = getenv("CIMDSE_PLUGIN_PATH");
    while (path && *path) {
        size_t n = strcspn(path, ":");
        add_folder(c, path, n);
        path += n + (path[n] == ':');
    }
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0) return;
    program[n] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash) return;
    *slash = '\0';
    text folder = {0};
    text_add(&folder, "%s/plugins", program);
    add_folder(c, text_of(&folder), folder.length);
    text_clear(&folder);
    text_add(&folder, "%s/../lib/cimdse/plugins", program);
    add_folder(c, text_of(&folder), folder.length);
    text_free(&folder);
}

bool catalog_scan(catalog *c, failure *f) {
    *c = (catalog){0};
    search_path(c);
    for (size_t i = 0; i < c->n_folders; i++)
        if (!scan_folder(c, c->folders[i], f)) return false;
    return true;
}

void catalog_free(catalog *c) {
    for (size_t i = 0; i < c->n_entries; i++) free(c->entries[i].file);
    for (size_t i = 0; i < c->n_refusals; i++) free(c->refusals[i]);
    for (size_t i = 0; i < c->n_folders; i++) free(c->folders[i]);
    free(c->entries);
    free(c->refusals);
    free(c->folders);
    *c = (catalog){0};
}
