#include <stdio.h>
#include <string.h>

#include <cim_sdk/text.h>

#include "csv_file.h"

typedef struct reader {
    csv_file *t;
    const unsigned char *at, *end;
    size_t used, n_cells;      /* of chars and cells */
    uint32_t line;
} reader;

static cim_status refuse(const csv_file *t, uint32_t line, const char *what) {
    return cim_failf(t->file.host, CIM_E_FILE, "%s: line %u: %s", t->file.file, line, what);
}

/* One cell; what ends it stays. */
static cim_status read_cell(reader *r) {
    csv_file *t = r->t;
    const uint32_t line = r->line;
    t->cells[r->n_cells++] = (uint32_t)r->used;
    const int quoted = r->at < r->end && *r->at == '"';
    if (quoted) r->at++;
    for (;; r->at++) {
        if (r->at == r->end) {
            if (quoted) return refuse(t, line, "a quote that does not end");
            break;
        }
        if (quoted && *r->at == '"') {
            if (r->at + 1 == r->end || r->at[1] != '"') break;
            r->at++;
        } else if (!quoted && (*r->at == ',' || *r->at == '\n')) break;
        if (*r->at == '\0') return refuse(t, r->line, "a zero byte");
        if (*r->at == '\n') r->line++;
        t->chars[r->used++] = (char)*r->at;
    }
    if (quoted) r->at++;
    else if (r->used > t->cells[r->n_cells - 1] && t->chars[r->used - 1] == '\r') r->used--;
    if (quoted && r->at < r->end && *r->at == '\r') r->at++;
    t->chars[r->used++] = '\0';
    if (r->at < r->end && *r->at != ',' && *r->at != '\n')
        return refuse(t, r->line, "more behind a cell in quotes");
    return CIM_OK;
}

static cim_status read_row(reader *r, uint32_t *n) {
    cim_status status = CIM_OK;
    for (*n = 0; status == CIM_OK; r->at++) {
        status = read_cell(r);
        ++*n;
        if (r->at == r->end || *r->at == '\n') break;
    }
    if (r->at < r->end) r->at++;
    return status;
}

static int is_blank(const reader *r) {
    return *r->at == '\n' || (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n');
}

static cim_status read_rows(reader *r) {
    csv_file *t = r->t;
    for (uint32_t row = 0; r->at < r->end;) {
        if (is_blank(r)) {
            r->at += *r->at == '\r' ? 2 : 1;
            r->line++;
            continue;
        }
        uint32_t n = 0;
        const uint32_t line = r->line;
        const cim_status status = read_row(r, &n);
        if (status != CIM_OK) return status;
        if (row == 0) t->n_columns = n;
        if (n != t->n_columns)
            return cim_failf(t->file.host, CIM_E_FILE,
                             "%s: line %u: %u cells in a table of %u columns", t->file.file, line,
                             n, t->n_columns);
        t->lines[row] = line;
        t->n_rows = row++;
        r->line++;
    }
    if (t->n_rows) return CIM_OK;
    return cim_failf(t->file.host, CIM_E_FILE, "%s: holds no row below the names of its columns",
                     t->file.file);
}

static cim_status parse(csv_file *t) {
    const cim_host *host = t->file.host;
    const size_t size = t->file.size;
    size_t most_cells = 1, most_rows = 1; /* whatever quotes may do to them */
    reader r = {.t = t, .at = t->file.at, .end = t->file.at + size, .line = 1};
    if (size > UINT32_MAX / 2)
        return cim_failf(host, CIM_E_FILE, "%s: is too large: at most 2 GB", t->file.file);
    for (size_t i = 0; i < size; i++) {
        most_cells += t->file.at[i] == ',' || t->file.at[i] == '\n';
        most_rows += t->file.at[i] == '\n';
    }
    t->chars = host->alloc(host, size + most_cells + 1, 1);
    t->cells = host->alloc(host, most_cells, sizeof *t->cells);
    t->lines = host->alloc(host, most_rows, sizeof *t->lines);
    if (!t->chars || !t->cells || !t->lines)
        return cim_failf(host, CIM_E_MEMORY, "%s: no memory for it", t->file.file);
    if (size >= 3 && memcmp(r.at, "\xef\xbb\xbf", 3) == 0) r.at += 3; /* byte order mark */
    return read_rows(&r);
}

cim_status csv_file_read(const cim_host *host, const char *path, csv_file *t) {
    *t = (csv_file){0};
    cim_status status = bytes_read(host, path, &t->file);
    if (status == CIM_OK) status = parse(t);
    if (status != CIM_OK) csv_file_free(t);
    return status;
}

void csv_file_free(csv_file *t) {
    const cim_host *host = t->file.host;
    if (host) {
        host->release(host, t->chars);
        host->release(host, t->cells);
        host->release(host, t->lines);
    }
    bytes_free(&t->file);
    *t = (csv_file){0};
}

int32_t csv_file_column(const csv_file *t, const char *name) {
    for (uint32_t i = 0; i < t->n_columns; i++)
        if (strcmp(csv_file_cell(t, 0, i), name) == 0) return (int32_t)i;
    return -1;
}

void csv_file_columns(const csv_file *t, char *to, size_t size) {
    size_t used = 0;
    to[0] = '\0';
    for (uint32_t i = 0; i < t->n_columns && used < size; i++)
        used += (size_t)snprintf(to + used, size - used, "%s%s", i ? ", " : "",
                                 csv_file_cell(t, 0, i));
    if (used >= size) memcpy(to + size - 4, "...", 4);
}
