/* The table of layers: its storage, its file, its names. */
#include <ctype.h>
#include <string.h>

#include "table.h"

cim_status table_refuse(const table *t, uint32_t line, const char *format, ...) {
    char text[CIM_MAX_TEXT];
    const int n = line ? snprintf(text, sizeof text, "%s:%u: ", t->file, line)
                       : snprintf(text, sizeof text, "%s: ", t->file);
    if (n > 0 && (size_t)n < sizeof text) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(text + n, sizeof text - (size_t)n, format, arguments);
        va_end(arguments);
    }
    return t->host->fail(t->host, CIM_E_CONFIG, text);
}

/* ---- rows ------------------------------------------------------------------------------------ */

cim_status table_name(const table *t, uint32_t line, const char *what, const char *name, char *to,
                      uint32_t size) {
    const size_t length = strlen(name);
    if (!length || length >= size)
        return table_refuse(t, line, "%s = \"%.80s\": must have 1 to %u characters", what, name,
                            size - 1);
    for (size_t i = 0; i < length; ++i)
        if (!isalnum((unsigned char)name[i]) && !strchr("_.:/-", name[i]))
            return table_refuse(t, line, "%s = \"%.80s\": only letters, digits and _ . : / - may "
                                "be in it", what, name);
    memcpy(to, name, length + 1);
    return CIM_OK;
}

uint32_t table_find(const table *t, const char *name) {
    for (uint32_t i = t->n_rows; i-- > 0;)
        if (!strcmp(t->rows[i].name, name)) return i;
    return MAX_ROWS;
}

static cim_status make_room(table *t) {
    if (t->n_rows < t->capacity) return CIM_OK;
    const uint32_t capacity = t->capacity ? 2 * t->capacity : 32;
    row *rows = t->host->alloc(t->host, capacity, sizeof *rows);
    if (!rows) return t->host->fail(t->host, CIM_E_MEMORY, "out of memory");
    if (t->n_rows) memcpy(rows, t->rows, t->n_rows * sizeof *rows);
    t->host->release(t->host, t->rows);
    t->rows = rows;
    t->capacity = capacity;
    return CIM_OK;
}

cim_status table_add(table *t, uint32_t line, const char *name, row_op op, row **out) {
    if (t->n_rows == MAX_ROWS)
        return table_refuse(t, line, "layer %.80s: more than %d layers", name, MAX_ROWS);
    if (!strcmp(name, "input"))
        return table_refuse(t, line, "layer input: the name is that of the network's own input");
    const uint32_t other = table_find(t, name);
    if (other < MAX_ROWS)
        return table_refuse(t, line, "layer %.80s: line %u has one of that name", name,
                            t->rows[other].line);
    cim_status status = make_room(t);
    if (status != CIM_OK) return status;
    row *r = &t->rows[t->n_rows];
    status = table_name(t, line, "layer name", name, r->name, sizeof r->name);
    if (status != CIM_OK) return status;
    r->op = op;
    r->line = line;
    r->is.slot = t->n_rows++;
    if (row_has_weights(r) && t->n_weight_layers++ == CIM_MAX_ELEMENTS)
        return table_refuse(t, line, "layer %.80s: more than %u layers with weights", name,
                            CIM_MAX_ELEMENTS);
    *out = r;
    return CIM_OK;
}

/* Wherever the program was started. */
static cim_status find_weights(table *t, const char *path) {
    const char *slash = t->trained[0] == '/' ? NULL : strrchr(path, '/');
    const size_t folder = slash ? (size_t)(slash - path) + 1 : 0, n = strlen(t->trained) + 1;
    if (n == 1) return CIM_OK;
    t->weights = t->host->alloc(t->host, folder + n, 1);
    if (!t->weights) return t->host->fail(t->host, CIM_E_MEMORY, "out of memory");
    memcpy(t->weights, path, folder);
    memcpy(t->weights + folder, t->trained, n);
    return CIM_OK;
}

static void finish(table *t) {
    for (uint32_t i = 0; i < t->n_rows; ++i) {
        row *r = &t->rows[i];
        r->is.name = r->name;
        r->is.tensor = r->tensor[0] ? r->tensor : NULL;
        r->is.sides = r->has_sides ? r->sides : NULL;
        r->is.statistics = r->has_statistics ? &r->statistics : NULL;
    }
    t->head.struct_size = sizeof t->head;
    t->head.name = t->name;
    t->head.dataset = t->dataset[0] ? t->dataset : NULL;
    t->head.trained = t->weights;
}

void table_free(table *t) {
    t->host->release(t->host, t->rows);
    t->host->release(t->host, t->weights);
}

/* ---- the file -------------------------------------------------------------------------------- */

static cim_status no_file(const table *t, const char *why) {
    return cim_failf(t->host, CIM_E_FILE, "%s: %s", t->file, why);
}

/* The whole file and a 0. CIM_E_FILE if it cannot be read, or is no text of sensible size. */
static cim_status read_all(const table *t, FILE *file, char **out) {
    size_t size = 1 << 14, length = 0;
    char *text = t->host->alloc(t->host, size, 1);
    while (text) {
        length += fread(text + length, 1, size - 1 - length, file);
        if (length < size - 1 || size > MAX_FILE_BYTES) break;
        char *more = t->host->alloc(t->host, 2 * size, 1);
        if (more) memcpy(more, text, length);
        t->host->release(t->host, text);
        text = more;
        size *= 2;
    }
    *out = text;
    if (!text) return t->host->fail(t->host, CIM_E_MEMORY, "out of memory");
    text[length] = '\0';
    if (ferror(file)) return no_file(t, "cannot be read");
    if (length > MAX_FILE_BYTES) return no_file(t, "more than 16 MiB is no list of layers");
    if (strlen(text) < length) return no_file(t, "is no text: a byte 0 is in it");
    if (!strncmp(text, "\xef\xbb\xbf", 3)) memcpy(text, "   ", 3); /* a byte order mark */
    if (!text[strspn(text, " \t\r\n")]) return no_file(t, "is empty");
    return CIM_OK;
}

/* The file's name without folder and ending, as far as it makes a name. */
static void name_after(table *t, const char *path) {
    const char *start = strrchr(path, '/');
    start = start ? start + 1 : path;
    uint32_t n = 0;
    for (; start[n] && start[n] != '.' && n + 1 < sizeof t->name; ++n)
        t->name[n] = isalnum((unsigned char)start[n]) ? start[n] : '_';
    if (!n) memcpy(t->name, "network", sizeof "network");
}

static int is_csv(const char *path) {
    const size_t n = strlen(path);
    if (n < 4 || path[n - 4] != '.') return 0;
    return tolower((unsigned char)path[n - 3]) == 'c' &&
           tolower((unsigned char)path[n - 2]) == 's' && tolower((unsigned char)path[n - 1]) == 'v';
}

cim_status table_read(table *t, const char *path) {
    const size_t n = strlen(path);
    snprintf(t->file, sizeof t->file, "%s", n < MAX_SHOWN ? path : path + n - MAX_SHOWN + 1);
    FILE *file = fopen(path, "rb");
    if (!file) return no_file(t, "cannot be opened");
    char *source = NULL;
    cim_status status = read_all(t, file, &source);
    fclose(file);
    name_after(t, path);
    if (status == CIM_OK)
        status = is_csv(path) ? neurosim_read(t, source) : listing_read(t, source);
    t->host->release(t->host, source);
    if (status == CIM_OK && !t->n_weight_layers)
        status = table_refuse(t, 0, "has no layer with weights");
    if (status == CIM_OK) status = find_weights(t, path);
    if (status == CIM_OK) finish(t);
    return status;
}
