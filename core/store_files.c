/* store_files.c: the files that plug-ins have said they read (cim/files.h), and whether they are as
 * they were. They are known by their names from the config's folder, with which they may move. */
#include "file_sum.h"
#include "store_private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char key_start[] = "checksum of file ";

/* What stands before the names of files in the config's folder. */
static void folder_start(const study *s, text *out) { text_add(out, "%s/", s->config.folder); }

/* A name that is neither absolute nor made from the config's folder is from the working one, which
 * may be the config's. */
static void file_key(const study *s, const char *path, text *out) {
    text folder = {0};
    folder_start(s, &folder);
    const bool within = strncmp(path, text_of(&folder), folder.length) == 0;
    const bool beside = strcmp(s->config.folder, ".") == 0;
    char *here = within || beside || *path == '/' ? NULL : getcwd(NULL, 0);
    text_add(out, "%s%s%s%s", key_start, here ? here : "", here ? "/" : "",
             path + (within ? folder.length : 0));
    free(here);
    text_free(&folder);
}

bool store_put_file(store *st, const study *s, const char *path, const char *sum, failure *f) {
    text key = {0};
    file_key(s, path, &key);
    const char *before = store_value(st, text_of(&key), f);
    bool good = before != NULL;
    if (good && !before[0]) good = store_set_value(st, text_of(&key), sum, f);
    else if (good && strcmp(before, sum) != 0)
        good = fail(f, STATUS_FAILED, "%s has changed since %s was begun: put it back, and "
                    "--resume goes on", path, st->file);
    text_free(&key);
    return good;
}

typedef struct putting { store *st; const study *s; failure *f; } putting;

static bool put_one(void *context, const char *path, const char *sum) {
    const putting *p = context;
    return store_put_file(p->st, p->s, path, sum, p->f);
}

bool store_put_files(store *st, const study *s, failure *f) {
    putting p = {st, s, f};
    const instance *in;
    for (size_t i = 0; (in = store_instance(s, i)) != NULL; i++)
        if (!file_list_each(text_of(&in->files), in->files.length, put_one, &p)) return false;
    return true;
}

typedef struct matching { const store *st; const study *s; failure *f; } matching;

static bool match_row(void *context, sqlite3_stmt *row) {
    const matching *m = context;
    const char *key = (const char *)sqlite3_column_text(row, 0);
    const char *before = (const char *)sqlite3_column_text(row, 1);
    char now[FILE_SUM_SIZE];
    if (!key || !before)
        return fail(m->f, STATUS_FAILED, "%s: does not say which files it has read", m->st->file);
    const char *name = key + sizeof key_start - 1;
    text path = {0};
    if (*name != '/') folder_start(m->s, &path);
    text_add(&path, "%s", name);
    file_sum(text_of(&path), now);
    if (access(text_of(&path), F_OK) != 0)
        fail(m->f, STATUS_WRONG, "%s is gone, and %s was begun with it", text_of(&path),
             m->st->file);
    else if (strcmp(before, now) != 0)
        fail(m->f, STATUS_WRONG, "%s has changed since %s was begun", text_of(&path), m->st->file);
    text_free(&path);
    return !m->f->status;
}

bool store_files_match(store *st, const study *s, failure *f) {
    matching m = {st, s, f};
    const binding start = {.text = key_start};
    return store_each(st, "SELECT key, value FROM study WHERE substr(key, 1, length(?1)) = ?1",
                      &start, 1, match_row, &m, f) &&
           !f->status;
}
