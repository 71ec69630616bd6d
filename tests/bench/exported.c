#include "exported.h"
#include "csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool run(const exported_run *r, double *processor_s) {
    char seed[32], trials[32], seconds[EXPORTED_PATH + 16];
    const char *arguments[ARGUMENTS_MAX] = {"run", r->config, "--out", r->folder, "--resume",
                                             "--seed", seed, "--trials", trials};
    size_t n = 9;
    process p;
    process_usage usage;
    snprintf(seed, sizeof seed, "%u", r->seed);
    snprintf(trials, sizeof trials, "%u", r->trials);
    if (r->target) arguments[n++] = "--target", arguments[n++] = r->target;
    for (size_t i = 0; i < EXPORTED_SETTINGS && r->set[i]; i++)
        arguments[n++] = "--set", arguments[n++] = r->set[i];
    const bool good = process_start(&p, 0, NULL, arguments) && process_end(&p, &usage);
    snprintf(seconds, sizeof seconds, "%s.seconds", r->folder);
    *processor_s = good ? process_add_seconds(seconds, &usage) : (double)NAN;
    return good;
}

static bool write_table(const exported_run *r, const char *file) {
    const char *const arguments[] = {"export", r->folder, NULL};
    process p;
    process_usage usage;
    return process_start(&p, 0, file, arguments) && process_end(&p, &usage);
}

static bool add_row(exported *e, const csv_row *row, size_t *room) {
    if (!e->n_columns) e->n_columns = row->n;
    const size_t used = (e->n_rows + 1) * e->n_columns;
    if (used > *room) {
        *room = 2 * used;
        char **cells = realloc(e->cells, *room * sizeof *cells);
        if (!cells) return false;
        e->cells = cells;
    }
    for (size_t i = 0; i < e->n_columns; i++)
        if (!(e->cells[used - e->n_columns + i] = strdup(csv_cell(row, i)))) return false;
    e->n_rows++;
    return true;
}

static bool read_table(exported *e, const char *file) {
    csv_reader reader = {.file = fopen(file, "r")};
    csv_row row = {0};
    size_t room = 0;
    bool good = reader.file != NULL;
    while (good && csv_read(&reader, &row)) good = add_row(e, &row, &room);
    csv_row_free(&row);
    if (reader.file) fclose(reader.file);
    if (good && e->n_rows > 0) e->n_rows--; /* the heading is none */
    return good && e->n_columns > 0;
}

bool exported_make(exported *e, const exported_run *r) {
    char file[EXPORTED_PATH + 16];
    *e = (exported){0};
    snprintf(file, sizeof file, "%s.csv", r->folder);
    bool good = run(r, &e->processor_s) && write_table(r, file) && read_table(e, file);
    if (good && e->n_rows > r->trials) {
        fprintf(stderr, "%s has %zu trials, more than %u\n", r->folder, e->n_rows, r->trials);
        good = false;
    }
    if (!good) fprintf(stderr, "%s, seed %u, did not end well\n", r->config, r->seed);
    return good;
}

void exported_free(exported *e) {
    for (size_t i = 0; e->cells && i < (e->n_rows + 1) * e->n_columns; i++) free(e->cells[i]);
    free(e->cells);
    *e = (exported){0};
}

const char *exported_text(const exported *e, size_t row, const char *column) {
    for (size_t i = 0; i < e->n_columns; i++)
        if (strcmp(e->cells[i], column) == 0) return e->cells[(row + 1) * e->n_columns + i];
    return "";
}

double exported_number(const exported *e, size_t row, const char *column) {
    const char *cell = exported_text(e, row, column);
    char *end;
    const double number = strtod(cell, &end);
    return end != cell && !*end ? number : (double)NAN;
}
