#include "runs.h"
#include "memory.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static bool open_one(runs *r, const char *folder, failure *f) {
    if (r->n == COMPARE_MAX) return fail(f, STATUS_WRONG, "at most %d runs at once", COMPARE_MAX);
    store *st = store_open(folder, false, f);
    if (!st) return false;
    r->stores[r->n] = st;
    r->paths[r->n++] = memory_text(folder);
    return true;
}

static const char *last_part(const char *path) {
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] != '/') n--;
    return path[n] ? path + n : path;
}

static void choose_names(runs *r) {
    for (size_t i = 0; i < r->n; i++) {
        const char *own = r->names[i] = last_part(r->paths[i]);
        for (size_t k = 0; k < r->n; k++)
            if (k != i && strcmp(last_part(r->paths[k]), own) == 0) r->names[i] = r->paths[i];
    }
}

bool runs_open(runs *r, const char *folder, failure *f) {
    struct dirent **entries;
    size_t before = r->n;
    int n = store_exists(folder) ? -1 : scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        text path = {0};
        text_add(&path, "%s/%s", folder, entries[i]->d_name);
        if (!f->status && entries[i]->d_name[0] != '.' && store_exists(text_of(&path)))
            open_one(r, text_of(&path), f);
        text_free(&path);
        free(entries[i]);
    }
    if (n >= 0) free(entries);
    if (f->status) return false;
    const bool good = r->n > before || open_one(r, folder, f);
    choose_names(r);
    return good;
}

void runs_close(runs *r, failure *f) {
    for (size_t i = 0; i < r->n; i++) {
        store_close(r->stores[i], f);
        free(r->paths[i]);
    }
    *r = (runs){0};
}
