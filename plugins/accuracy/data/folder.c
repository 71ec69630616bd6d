/* Image folders: one sub-folder a class, in the order of their names, as torchvision's ImageFolder
 * has it; images in it or in folders below (Tiny-ImageNet). Tiny-ImageNet's validation images lie
 * in one folder, with their classes in val_annotations.txt. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <cim_sdk/text.h>

#include "images.h"

enum { MAX_PATH = 4096, MAX_DEPTH = 4 };

typedef struct item { char *path; const char *class_name; uint32_t label, order; } item;
typedef struct listing {
    const source *s;
    item *items;
    size_t n, room;
    bytes annotations;
} listing;

/* PATH stays the caller's. */
static cim_status add_item(listing *l, const char *path, uint32_t label, uint32_t order) {
    if (l->n == l->room) {
        const size_t room = l->room ? 2 * l->room : 256;
        item *more = l->s->host->alloc(l->s->host, room, sizeof *more);
        if (!more) return images_no_memory(l->s, room);
        if (l->n) memcpy(more, l->items, l->n * sizeof *more);
        l->s->host->release(l->s->host, l->items);
        l->items = more;
        l->room = room;
    }
    char *copy = l->s->host->alloc(l->s->host, strlen(path) + 1, 1);
    if (!copy) return images_no_memory(l->s, l->n);
    strcpy(copy, path);
    l->items[l->n++] = (item){.path = copy, .label = label, .order = order};
    return CIM_OK;
}

static void free_listing(listing *l) {
    for (size_t i = 0; i < l->n; i++) l->s->host->release(l->s->host, l->items[i].path);
    l->s->host->release(l->s->host, l->items);
    bytes_free(&l->annotations);
}

/* ---- folders --------------------------------------------------------------------------------- */

static int is_visible(const struct dirent *e) { return e->d_name[0] != '.'; }

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name); /* in every locale */
}

static int is_image(const char *name) {
    const char *end = strrchr(name, '.');
    return end &&
           (!strcasecmp(end, ".png") || !strcasecmp(end, ".jpg") || !strcasecmp(end, ".jpeg"));
}

static int join(char *to, const char *folder, const char *name) {
    const int n = snprintf(to, MAX_PATH, "%s/%s", folder, name);
    return n > 0 && n < MAX_PATH;
}

static int is_folder(const char *path) {
    struct stat is;
    return stat(path, &is) == 0 && S_ISDIR(is.st_mode);
}

int images_has_sub_folders(const char *path) {
    char below[MAX_PATH];
    int found = 0;
    DIR *folder = opendir(path);
    for (const struct dirent *e; folder && !found && (e = readdir(folder)) != NULL;)
        found = is_visible(e) && join(below, path, e->d_name) && is_folder(below);
    if (folder) closedir(folder);
    return found;
}

static cim_status list_images(listing *l, const char *folder, uint32_t label, uint32_t *order,
                              int depth) {
    struct dirent **found = NULL;
    char path[MAX_PATH];
    cim_status status = CIM_OK;
    const int n = scandir(folder, &found, is_visible, by_bytes);
    for (int i = 0; i < n; i++) {
        if (status == CIM_OK && join(path, folder, found[i]->d_name)) {
            if (is_image(found[i]->d_name)) status = add_item(l, path, label, (*order)++);
            else if (depth < MAX_DEPTH && is_folder(path))
                status = list_images(l, path, label, order, depth + 1);
        }
        free(found[i]);
    }
    free(found);
    return status;
}

static cim_status list_classes(listing *l, const char *folder) {
    struct dirent **found = NULL;
    char path[MAX_PATH];
    cim_status status = CIM_OK;
    const int n = scandir(folder, &found, is_visible, by_bytes);
    for (int i = 0; i < n; i++) {
        uint32_t order = 0;
        if (status == CIM_OK && join(path, folder, found[i]->d_name) && is_folder(path))
            status = list_images(l, path, l->s->to->n_classes++, &order, 0);
        free(found[i]);
    }
    free(found);
    return status;
}

/* ---- a list of classes ----------------------------------------------------------------------- */

static int by_class_name(const void *a, const void *b) {
    const item *x = a, *y = b;
    const int order = strcmp(x->class_name, y->class_name);
    return order ? order : strcmp(x->path, y->path);
}

/* Labels are the order of the classes' names. */
static void number_classes(listing *l) {
    uint32_t order = 0;
    qsort(l->items, l->n, sizeof *l->items, by_class_name);
    for (size_t i = 0; i < l->n; i++) {
        const int is_new = !i || strcmp(l->items[i].class_name, l->items[i - 1].class_name) != 0;
        l->s->to->n_classes += (uint32_t)is_new;
        order = is_new ? 0 : order + 1;
        l->items[i].label = l->s->to->n_classes - 1;
        l->items[i].order = order;
    }
}

/* Lines of file, class and the rest, with tabs between. */
static cim_status list_annotated(listing *l, const char *folder, const char *list) {
    char name[MAX_PATH], path[MAX_PATH];
    cim_status status = bytes_read(l->s->host, list, &l->annotations);
    char *text = (char *)(uintptr_t)l->annotations.at; /* this listing's own */
    for (size_t at = 0; at < l->annotations.size && status == CIM_OK;) {
        char *line = text + at, *end = memchr(line, '\n', l->annotations.size - at);
        char *tab = end ? memchr(line, '\t', (size_t)(end - line)) : NULL;
        char *next = tab ? memchr(tab + 1, '\t', (size_t)(end - tab - 1)) : NULL;
        if (!tab) return bytes_damaged(&l->annotations, at, "must be a line of file, tab, class");
        if (!next) next = end;
        at = (size_t)(end - text) + 1;
        *tab = *next = '\0';
        if (next > tab + 1 && next[-1] == '\r') next[-1] = '\0';
        if (strchr(line, '/') || !is_image(line) || !join(name, "images", line) ||
            !join(path, folder, name))
            return bytes_damaged(&l->annotations, (size_t)(line - text), "'%.80s' is no image file",
                                 line);
        status = add_item(l, path, 0, 0);
        if (status == CIM_OK) l->items[l->n - 1].class_name = tab + 1;
    }
    if (status == CIM_OK && l->n) number_classes(l);
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

static int by_turn(const void *a, const void *b) {
    const item *x = a, *y = b;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return x->label < y->label ? -1 : x->label > y->label;
}

static cim_status put_item(const source *s, uint32_t i, const item *from, uint64_t n) {
    bytes b;
    picture p = {0};
    uint8_t *own = NULL;
    cim_status status = bytes_read(s->host, from->path, &b);
    if (status == CIM_OK) status = images_decode(&b, &p, &own);
    if (status == CIM_OK && i == 0) status = images_begin(s, n, &p);
    const int fits = p.height == s->to->height && p.width == s->to->width;
    if (status == CIM_OK)
        status = images_put(s, i, &p, s->what->crop > 0 ? s->what->crop : fits ? 1 : 0.875);
    if (status == CIM_OK) s->to->labels[i] = from->label;
    s->host->release(s->host, own);
    bytes_free(&b);
    return status;
}

static cim_status put_all(listing *l, const char *folder) {
    if (!l->n)
        return cim_failf(l->s->host, CIM_E_FILE,
                         "data set %s: %.300s: holds no sub-folders, one a class, with PNG or JPEG "
                         "images", l->s->title, folder);
    qsort(l->items, l->n, sizeof *l->items, by_turn);
    const uint64_t n = images_limit(l->s->what, l->n);
    cim_status status = CIM_OK;
    for (uint32_t i = 0; i < n && status == CIM_OK; i++)
        status = put_item(l->s, i, &l->items[i], n);
    return status;
}

cim_status images_read_folder(const source *s, const char *folder) {
    dataset_request what = *s->what;
    if (what.fit == DATASET_FIT) what.fit = DATASET_SCALE;
    source scaling = *s;
    scaling.what = &what;
    listing l = {.s = &scaling};
    char list[MAX_PATH];
    struct stat is;
    const int annotated = join(list, folder, "val_annotations.txt") && stat(list, &is) == 0;
    cim_status status = annotated ? list_annotated(&l, folder, list) : list_classes(&l, folder);
    if (status == CIM_OK) status = put_all(&l, folder);
    free_listing(&l);
    return status;
}
