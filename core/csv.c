#include "csv.h"
#include "failure.h"
#include "memory.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void begin_cell(csv_row *row) {
    MEMORY_ROOM(row->starts, row->n);
    row->starts[row->n++] = row->chars.length;
}

/* A zero would end a cell before its end. */
static void add(csv_reader *r, csv_row *row, int c) {
    const char one = (char)c;
    if (!c) r->wrong = "a byte that is 0";
    text_add_bytes(&row->chars, &one, 1);
}

static const char mark[] = "\xef\xbb\xbf"; /* a byte order mark, with which Excel begins a file */

/* It is no part of the first cell; inside of that one's quotes it is. */
static void drop_mark(csv_row *row) {
    if (row->line == 1 && row->n == 1 && row->chars.length == 3 &&
        memcmp(row->chars.chars, mark, 3) == 0)
        text_clear(&row->chars);
}

/* Reads to the closing quote. */
static void read_quoted(csv_reader *r, csv_row *row) {
    const uint64_t begin = r->line;
    int c;
    while ((c = getc(r->file)) != EOF) {
        if (c == '"') {
            int next = getc(r->file);
            if (next != '"') {
                if (next != EOF) ungetc(next, r->file);
                return;
            }
        }
        r->line += c == '\n';
        add(r, row, c);
    }
    r->line = begin;
    r->wrong = "a quote that is never closed";
}

/* Reads to the end of the line; false when there was none. */
static bool read_line(csv_reader *r, csv_row *row) {
    int c = getc(r->file);
    text_clear(&row->chars);
    row->n = 0;
    row->line = ++r->line;
    if (c == EOF) return false;
    size_t quoted = 0; /* where the last quoted part ended: a CR in it is no line end */
    begin_cell(row);
    for (; c != EOF && c != '\n' && !r->wrong; c = getc(r->file)) {
        if (c == '"' && row->chars.length == row->starts[row->n - 1]) {
            read_quoted(r, row);
            quoted = row->chars.length;
        } else if (c == ',') {
            text_add_bytes(&row->chars, "", 1);
            begin_cell(row);
        } else {
            add(r, row, c);
            drop_mark(row);
        }
    }
    if (r->wrong) return false;
    if (row->chars.length > row->starts[row->n - 1] && row->chars.length > quoted &&
        row->chars.chars[row->chars.length - 1] == '\r')
        row->chars.length--;
    text_add_bytes(&row->chars, "", 1);
    return true;
}

bool csv_read(csv_reader *r, csv_row *row) {
    while (!r->wrong && read_line(r, row))
        if (row->n > 1 || row->chars.chars[0]) return true;
    return false;
}

bool csv_is_whole(const csv_reader *r, const char *path, failure *f) {
    return !r->wrong ||
           fail(f, STATUS_WRONG, "%s:%llu: %s", path, (unsigned long long)r->line, r->wrong);
}

bool csv_read_first(csv_reader *reader, csv_row *row, const char *path, failure *f) {
    errno = 0;
    if (csv_read(reader, row)) return true;
    if (!csv_is_whole(reader, path, f)) return false;
    if (ferror(reader->file))
        return fail(f, STATUS_WRONG, "%s: cannot read it: %s", path, strerror(errno));
    return fail(f, STATUS_WRONG, "%s: is empty", path);
}

const char *csv_cell(const csv_row *row, size_t i) {
    return i < row->n ? row->chars.chars + row->starts[i] : "";
}

void csv_row_free(csv_row *row) {
    text_free(&row->chars);
    free(row->starts);
    *row = (csv_row){0};
}

void csv_add(text *out, const char *chars, bool first) {
    if (!first) text_add_bytes(out, ",", 1);
    if (!strpbrk(chars, ",\"\r\n") && strncmp(chars, mark, 3) != 0) {
        text_add_bytes(out, chars, strlen(chars));
        return;
    }
    text_add_bytes(out, "\"", 1);
    for (; *chars; chars++)
        text_add_bytes(out, *chars == '"' ? "\"\"" : chars, *chars == '"' ? 2 : 1);
    text_add_bytes(out, "\"", 1);
}

void csv_add_number(text *out, double value, bool first) {
    char number[NUMBER_SIZE];
    int n = isnan(value) ? 0 : number_text(number, value);
    if (!first) text_add_bytes(out, ",", 1);
    text_add_bytes(out, number, (size_t)n);
}
