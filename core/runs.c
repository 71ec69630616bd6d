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

/* Calls EACH with the path and the name of every run in FOLDER's sub-folders. */
static void each_run(const char *folder,
                     void (*each)(void *context, const char *path, const char *name),
                     void *context) {
    struct dirent **entries;
    int n = store_exists(folder) ? -1 : scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        text path = {0};
        text_add(&path, "%s/%s", folder, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && store_exists(text_of(&path)))
            each(context, text_of(&path), entries[i]->d_name);
        text_free(&path);
        free(entries[i]);
    }
    if (n >= 0) free(entries);
}

typedef struct opening {
    runs *r;
    failure *f;
} opening;

static void open_each(void *context, const char *path, const char *name) {
    const opening *o = context;
    (void)name;
    if (!o->f->status) open_one(o->r, path, o->f);
}

bool runs_open(runs *r, const char *folder, failure *f) {
    const size_t before = r->n;
    each_run(folder, open_each, &(opening){r, f});
    if (f->status) return false;
    const bool good = r->n > before || open_one(r, folder, f);
    choose_names(r);
    return good;
}

/* ---- one of several ------------------------------------------------------------------------- */

static void add_name(void *context, const char *path, const char *name) {
    text *names = context;
    (void)path;
    text_add(names, "%s%s", names->length ? ", " : "", name);
}

void runs_within(const char *folder, text *names) { each_run(folder, add_name, names); }

typedef struct search {
    const char *wanted;
    text *out;
} search;

static void take_named(void *context, const char *path, const char *name) {
    const search *s = context;
    if (s->wanted && strcmp(name, s->wanted) == 0) text_add(s->out, "%s", path);
}

bool runs_find(const char *path, const char *target, text *out, bool *of_many, failure *f) {
    text names = {0};
    runs_within(path, &names);
    *of_many = names.length > 0;
    if (*of_many) each_run(path, take_named, &(search){target, out});
    else text_add(out, "%s", path);
    if (!out->length && target)
        fail(f, STATUS_WRONG, "%s: --target %s: the targets are %s", path, target,
             text_of(&names));
    else if (!out->length)
        fail(f, STATUS_WRONG, "%s: there are several targets: choose one with --target: %s", path,
             text_of(&names));
    text_free(&names);
    return !f->status;
}

void runs_close(runs *r, failure *f) {
    for (size_t i = 0; i < r->n; i++) {
        store_close(r->stores[i], f);
        free(r->paths[i]);
    }
    *r = (runs){0};
}
