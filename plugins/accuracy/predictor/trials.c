/* Tables of encoded designs: numbers between commas under the names of features, and `accuracy`. */
#include "predictor.h"

#include <cim_sdk/text.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *shown(const char *path) {
    const size_t n = strlen(path);
    return n > MAX_SHOWN ? path + n - MAX_SHOWN : path;
}

typedef struct reader {
    const cim_host *host;
    const char *path;
    uint32_t line, accuracy, columns; /* the accuracy's column, and how many there are */
} reader;

CIM_PRINTF(2, 3)
static cim_status refuse(const reader *r, const char *format, ...) {
    char why[CIM_MAX_TEXT / 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    return cim_failf(r->host, CIM_E_FILE, "%s:%u: %s", shown(r->path), r->line, why);
}

static cim_status read_text(const cim_host *host, const char *path, char **out) {
    FILE *file = fopen(path, "rb");
    if (!file) return cim_failf(host, CIM_E_FILE, "%s: %s", shown(path), strerror(errno));
    long size = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
    cim_status status = CIM_OK;
    if (size < 0 || size > MAX_FILE_BYTES) {
        status = cim_failf(host, CIM_E_FILE, "%s: no file, or of more than %d bytes", shown(path),
                           MAX_FILE_BYTES);
    } else if (!(*out = host->alloc(host, (size_t)size + 1, 1))) {
        status = host->fail(host, CIM_E_MEMORY, "out of memory");
    } else {
        rewind(file);
        size = (long)fread(*out, 1, (size_t)size, file);
        if (ferror(file)) status = cim_failf(host, CIM_E_FILE, "%s: cannot be read", shown(path));
        else if (memchr(*out, 0, (size_t)size))
            status = cim_failf(host, CIM_E_FILE, "%s: byte %zu is 0: no text", shown(path),
                               (size_t)((char *)memchr(*out, 0, (size_t)size) - *out));
    }
    fclose(file);
    return status;
}

/* Cuts the line off *TEXT; NULL at the end. */
static char *next_line(char **text) {
    char *line = *text, *end = strchr(line, '\n');
    if (!*line) return NULL;
    *text = end ? end + 1 : line + strlen(line);
    if (!end) end = *text;
    *end = '\0';
    if (end > line && end[-1] == '\r') end[-1] = '\0';
    return line;
}

static char *next_cell(char **line) {
    char *cell = *line, *end = cell ? strchr(cell, ',') : NULL;
    if (end) *end++ = '\0';
    *line = end;
    return cell;
}

static cim_status read_header(reader *r, char *line, trials *t) {
    uint8_t seen[FEATURES + 1] = {0};
    for (char *cell; (cell = next_cell(&line)); ++r->columns) {
        const uint32_t feature = !strcmp(cell, "accuracy") ? FEATURES : feature_named(cell);
        if (feature == FEATURES && strcmp(cell, "accuracy"))
            return refuse(r, "column %.60s: no feature of a design; tables are made by `record`, "
                          "from the trials of a study", cell);
        if (seen[feature]++) return refuse(r, "column %.60s: twice", cell);
        if (feature == FEATURES) r->accuracy = r->columns;
        else t->features[t->n_columns++] = feature;
    }
    if (!seen[FEATURES]) return refuse(r, "no column accuracy");
    return t->n_columns ? CIM_OK : refuse(r, "no column but accuracy");
}

static cim_status read_row(reader *r, char *line, double *row) {
    uint32_t column = 0, feature = 0;
    for (char *cell, *end; (cell = next_cell(&line)); ++column) {
        if (column == r->columns) return refuse(r, "more than %u cells", r->columns);
        const double value = strtod(cell, &end);
        if (end == cell || *end || !isfinite(value))
            return refuse(r, "cell %u: %.40s is no number", column + 1, cell);
        if (column != r->accuracy) row[feature++] = value;
        else if (value < 0 || value > 1)
            return refuse(r, "accuracy %.40s: must be a share, 0 to 1", cell);
        else row[r->columns - 1] = value;
    }
    return column == r->columns ? CIM_OK : refuse(r, "%u cells instead of %u", column, r->columns);
}

static cim_status read_rows(reader *r, char *text, const char *header, trials *t) {
    uint32_t lines = 0;
    for (const char *c = text; *c; ++c) lines += *c == '\n';
    if (lines > MAX_TRIALS) return refuse(r, "more than %d trials", MAX_TRIALS);
    t->rows = r->host->alloc(r->host, (size_t)(lines + 1) * r->columns, sizeof *t->rows);
    if (!t->rows) return r->host->fail(r->host, CIM_E_MEMORY, "out of memory");
    for (char *line; (line = next_line(&text));) {
        ++r->line;
        /* Two processes that begin a file at once both write its header. */
        if (!*line || !strcmp(line, header)) continue;
        const cim_status status = read_row(r, line, t->rows + (size_t)t->n * r->columns);
        if (status != CIM_OK) return status;
        ++t->n;
    }
    return CIM_OK;
}

/* ---- order ----------------------------------------------------------------------------------- */

static int compare(const double *a, const double *b, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

static void swap(double *a, double *b, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) {
        const double x = a[i];
        a[i] = b[i];
        b[i] = x;
    }
}

static void sift(double *rows, uint32_t width, uint32_t i, uint32_t n) {
    for (uint32_t child; (child = 2 * i + 1) < n; i = child) {
        double *at = rows + (size_t)i * width, *c = rows + (size_t)child * width;
        if (child + 1 < n && compare(c + width, c, width) > 0) {
            ++child;
            c += width;
        }
        if (compare(c, at, width) <= 0) return;
        swap(at, c, width);
    }
}

/* Heap sort, and equal rows only once. */
static void put_in_order(trials *t) {
    const uint32_t width = t->n_columns + 1;
    for (uint32_t i = t->n / 2; i-- > 0;) sift(t->rows, width, i, t->n);
    for (uint32_t n = t->n; n > 1; --n) {
        swap(t->rows, t->rows + (size_t)(n - 1) * width, width);
        sift(t->rows, width, 0, n - 1);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < t->n; ++i) {
        double *row = t->rows + (size_t)i * width, *last = t->rows + (size_t)kept * width;
        if (kept && !compare(row, last - width, width)) continue;
        if (row != last) memcpy(last, row, width * sizeof *row);
        ++kept;
    }
    t->n = kept;
}

cim_status trials_read(const cim_host *host, const char *path, trials *out) {
    reader r = {.host = host, .path = path, .line = 1};
    char *text = NULL, *header = NULL, *rest, *line;
    *out = (trials){0};
    cim_status status = read_text(host, path, &text);
    rest = text;
    if (text && !strncmp(text, "\xef\xbb\xbf", 3)) rest += 3; /* a byte order mark */
    if (status == CIM_OK && !(line = next_line(&rest))) status = refuse(&r, "is empty");
    if (status == CIM_OK && !(header = host->alloc(host, strlen(line) + 1, 1)))
        status = host->fail(host, CIM_E_MEMORY, "out of memory");
    if (status == CIM_OK) {
        memcpy(header, line, strlen(line) + 1);
        status = read_header(&r, line, out);
    }
    if (status == CIM_OK) status = read_rows(&r, rest, header, out);
    if (status == CIM_OK) put_in_order(out);
    host->release(host, header);
    host->release(host, text);
    return status;
}

void trials_free(const cim_host *host, trials *t) {
    host->release(host, t->rows);
    t->rows = NULL;
}

/* ---- writing --------------------------------------------------------------------------------- */

cim_status trials_append(const cim_host *host, const char *path, const double features[FEATURES],
                         double accuracy) {
    enum { MOST = (FEATURES + 1) * (MAX_FEATURE_NAME + 28) };
    char *text = host->alloc(host, MOST, 1), name[MAX_FEATURE_NAME];
    if (!text) return host->fail(host, CIM_E_MEMORY, "out of memory");
    const int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    struct stat is = {0};
    size_t n = 0;
    if (file >= 0 && !fstat(file, &is) && is.st_size == 0) {
        for (uint32_t i = 0; i < FEATURES; ++i) {
            feature_name(i, name);
            n += (size_t)snprintf(text + n, MOST - n, "%s,", name);
        }
        n += (size_t)snprintf(text + n, MOST - n, "accuracy\n");
    }
    for (uint32_t i = 0; i < FEATURES; ++i)
        n += (size_t)snprintf(text + n, MOST - n, "%.9g,", features[i]);
    n += (size_t)snprintf(text + n, MOST - n, "%.17g\n", accuracy);
    errno = 0;
    const int good = file >= 0 && write(file, text, n) == (ssize_t)n;
    const int why = errno;
    if (file >= 0) close(file);
    host->release(host, text);
    if (good) return CIM_OK;
    return cim_failf(host, CIM_E_FILE, "record %s: %s", shown(path), strerror(why ? why : EIO));
}
