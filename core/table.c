#include "table.h"
#include "memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef struct column {
    char *name, *unit;
    bool numbers;
} column;

typedef struct item {
    char *chars;    /* NULL: a number */
    double number;
} item;

struct table {
    column *columns;
    item *items;
    size_t n_columns, n_items;
};

table *table_new(void) { return memory_new(1, sizeof(table)); }

void table_free(table *t) {
    for (size_t i = 0; i < t->n_columns; i++) {
        free(t->columns[i].name);
        free(t->columns[i].unit);
    }
    for (size_t i = 0; i < t->n_items; i++) free(t->items[i].chars);
    free(t->columns);
    free(t->items);
    free(t);
}

void table_column(table *t, const char *name, const char *unit, bool numbers) {
    MEMORY_ROOM(t->columns, t->n_columns);
    t->columns[t->n_columns++] =
        (column){.name = memory_text(name), .unit = memory_text(unit), .numbers = numbers};
}

void table_number(table *t, double value) {
    MEMORY_ROOM(t->items, t->n_items);
    t->items[t->n_items++] = (item){.number = value};
}

void table_text(table *t, const char *chars) {
    MEMORY_ROOM(t->items, t->n_items);
    t->items[t->n_items++] = (item){.chars = memory_text(chars)};
}

/* Texts, as the values of dimensions are, stand as they are. */
static bool has_numbers(const table *t, size_t c) {
    for (size_t i = c; i < t->n_items; i += t->n_columns)
        if (!t->items[i].chars) return true;
    return false;
}

/* The prefix of a unit: that of the largest number of any column that has it, so that all of them
 * can be compared at a glance. */
static double column_factor(const table *t, size_t c, const char **prefix) {
    double most = 0;
    *prefix = "";
    if (!unit_takes_prefix(t->columns[c].unit) || !has_numbers(t, c)) return 1;
    for (size_t i = 0; i < t->n_items; i++) {
        const item *x = &t->items[i];
        if (!x->chars && isfinite(x->number) &&
            strcmp(t->columns[i % t->n_columns].unit, t->columns[c].unit) == 0)
            most = fmax(most, fabs(x->number));
    }
    return prefix_for(most, prefix);
}

static void cell_text(const item *x, double factor, text *out) {
    text_clear(out);
    if (x->chars) text_add(out, "%s", x->chars);
    else if (!isnan(x->number)) text_add_figure(out, x->number / factor);
}

static size_t column_width(const table *t, size_t c, double factor, const char *prefix,
                           text *word) {
    size_t width = strlen(t->columns[c].name), unit = strlen(t->columns[c].unit) + strlen(prefix);
    if (unit > width) width = unit;
    for (size_t i = c; i < t->n_items; i += t->n_columns) {
        cell_text(&t->items[i], factor, word);
        if (word->length > width) width = word->length;
    }
    return width;
}

static void add_cell(text *line, const char *chars, size_t width, bool right) {
    if (line->length) text_add(line, "  ");
    text_add(line, right ? "%*s" : "%-*s", (int)width, chars);
}

static void print_line(text *line, FILE *out, int indent) {
    while (line->length && line->chars[line->length - 1] == ' ') line->chars[--line->length] = '\0';
    fprintf(out, "%*s%s\n", line->length ? indent : 0, "", text_of(line));
    text_clear(line);
}

typedef struct look { /* of a column */
    size_t width;
    double factor;
    const char *prefix;
} look;

static void print_heads(const table *t, const look *looks, size_t n, FILE *out, int indent) {
    text word = {0}, line = {0};
    bool units = false;
    for (size_t c = 0; c < n; c++) {
        add_cell(&line, t->columns[c].name, looks[c].width, t->columns[c].numbers);
        units |= t->columns[c].unit[0] != '\0';
    }
    print_line(&line, out, indent);
    for (size_t c = 0; units && c < n; c++) {
        text_clear(&word);
        text_add(&word, "%s%s", looks[c].prefix, t->columns[c].unit);
        add_cell(&line, text_of(&word), looks[c].width, t->columns[c].numbers);
    }
    if (units) print_line(&line, out, indent);
    text_free(&word);
    text_free(&line);
}

/* How many columns fit, and their looks. */
static size_t fit(const table *t, int indent, size_t width, look *looks) {
    text word = {0};
    size_t n = 0, used = (size_t)indent;
    for (; n < t->n_columns; n++) {
        look *l = &looks[n];
        l->factor = column_factor(t, n, &l->prefix);
        l->width = column_width(t, n, l->factor, l->prefix, &word);
        if (width && n && used + l->width > width) break;
        used += l->width + 2;
    }
    text_free(&word);
    return n;
}

size_t table_hidden(const table *t, int indent, size_t width) {
    look *looks = memory_new(t->n_columns, sizeof *looks);
    size_t n = fit(t, indent, width, looks);
    free(looks);
    return t->n_columns - n;
}

size_t table_print(const table *t, FILE *out, int indent, size_t width) {
    look *looks = memory_new(t->n_columns, sizeof *looks);
    size_t n = fit(t, indent, width, looks);
    text word = {0};
    print_heads(t, looks, n, out, indent);
    text line = {0};
    for (size_t i = 0; n && i + t->n_columns <= t->n_items; i += t->n_columns) {
        for (size_t c = 0; c < n; c++) {
            cell_text(&t->items[i + c], looks[c].factor, &word);
            add_cell(&line, text_of(&word), looks[c].width, t->columns[c].numbers);
        }
        print_line(&line, out, indent);
    }
    text_free(&line);
    text_free(&word);
    free(looks);
    return t->n_columns - n;
}

size_t table_terminal_width(FILE *out) {
    struct winsize size;
    if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}
