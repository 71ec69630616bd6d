#include "column_sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int csv_column(const csv_row *header, const char *name) {
    for (size_t i = 0; i < header->n; i++)
        if (strcmp(csv_cell(header, i), name) == 0) return (int)i;
    return -1;
}

static bool read_factor(column_factor *out, const char *name, const csv_row *header, text *why) {
    if (number_read(name, &out->number)) {
        out->column = -1;
        return true;
    }
    out->column = csv_column(header, name);
    if (out->column < 0)
        text_add(why, *name ? "the table has no column \"%s\"" : "a factor is missing%s", name);
    return out->column >= 0;
}

/* A '+' or '-' behind "1e" belongs to the number. */
static size_t factor_length(const char *at) {
    size_t n = strcspn(at, "*+");
    while (at[n] == '+' && n > 1 && (at[n - 1] == 'e' || at[n - 1] == 'E') &&
           strchr("0123456789.", at[n - 2]))
        n += 1 + strcspn(at + n + 1, "*+");
    return n;
}

bool column_sum_read(column_sum *out, const char *written, const csv_row *header, text *why) {
    bool begins = true;
    out->n = 0;
    for (const char *at = written;; at++) {
        char name[128];
        at += strspn(at, " \t");
        size_t n = factor_length(at), used = n;
        while (used && strchr(" \t", at[used - 1])) used--;
        if (used >= sizeof name || out->n == COLUMN_SUM_FACTORS) {
            text_add(why, "is too long");
            return false;
        }
        memcpy(name, at, used);
        name[used] = '\0';
        column_factor *x = &out->factors[out->n++];
        x->begins_term = begins;
        if (!read_factor(x, name, header, why)) return false;
        at += n;
        if (!*at) return true;
        begins = *at == '+';
    }
}

double column_sum_of(const column_sum *x, const csv_row *row) {
    double sum = 0, product = 0;
    for (size_t i = 0; i < x->n; i++) {
        double value = x->factors[i].number;
        if (x->factors[i].column >= 0) {
            char *end;
            const char *cell = csv_cell(row, (size_t)x->factors[i].column);
            value = strtod(cell, &end);
            if (end == cell || *end) return (double)NAN;
        }
        if (x->factors[i].begins_term) {
            sum += product;
            product = value;
        } else product *= value;
    }
    return sum + product;
}

int column_sum_unreadable(const column_sum *x, const csv_row *row) {
    for (size_t i = 0; i < x->n; i++) {
        char *end;
        if (x->factors[i].column < 0) continue;
        const char *cell = csv_cell(row, (size_t)x->factors[i].column);
        const double value = strtod(cell, &end);
        if (*cell && (*end || !isfinite(value))) return x->factors[i].column;
    }
    return -1;
}
