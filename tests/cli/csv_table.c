#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* Moves one cell from *AT to OUT, unquoted; returns what ended it: ',', '\n' or 0. */
static char take_cell(const char **at, char *out) {
    bool quoted = **at == '"';
    if (quoted) ++*at;
    for (; **at; ++*at) {
        if (quoted && **at == '"') {
            if ((*at)[1] != '"') {
                quoted = false;
                continue;
            }
            ++*at;
        } else if (!quoted && (**at == ',' || **at == '\n')) break;
        *out++ = **at;
    }
    *out = '\0';
    const char end = **at;
    if (end) ++*at;
    return end;
}

csv_table *csv_parse(const char *chars) {
    csv_table *t = calloc(1, sizeof *t);
    char *cell = malloc(strlen(chars) + 1);
    size_t n = 0, room = 0, in_row = 0;
    for (const char *at = chars; *at;) {
        const char end = take_cell(&at, cell);
        if (n == room) t->cells = realloc(t->cells, (room = 2 * room + 64) * sizeof *t->cells);
        t->cells[n++] = strdup(cell);
        in_row++;
        if (end == ',') continue;
        if (end != '\n') fail_msg("the table's last line has no end: %s", cell);
        if (!t->n_columns) t->n_columns = in_row;
        if (in_row != t->n_columns)
            fail_msg("row %zu: %zu cells, and the head has %zu", n / t->n_columns, in_row,
                     t->n_columns);
        in_row = 0;
    }
    free(cell);
    assert_true(t->n_columns > 0);
    t->n_rows = n / t->n_columns - 1;
    return t;
}

void csv_free(csv_table *t) {
    for (size_t i = 0; i < (t->n_rows + 1) * t->n_columns; i++) free(t->cells[i]);
    free(t->cells);
    free(t);
}

bool csv_has(const csv_table *t, const char *heading) {
    for (size_t i = 0; i < t->n_columns; i++)
        if (strcmp(t->cells[i], heading) == 0) return true;
    return false;
}

size_t csv_column(const csv_table *t, const char *heading) {
    for (size_t i = 0; i < t->n_columns; i++)
        if (strcmp(t->cells[i], heading) == 0) return i;
    fail_msg("no column %s", heading);
    return 0;
}

const char *csv_at(const csv_table *t, size_t row, const char *heading) {
    assert_true(row < t->n_rows);
    return t->cells[(row + 1) * t->n_columns + csv_column(t, heading)];
}

size_t csv_count(const csv_table *t, const char *heading, const char *value) {
    size_t n = 0;
    for (size_t i = 0; i < t->n_rows; i++) n += strcmp(csv_at(t, i, heading), value) == 0;
    return n;
}
