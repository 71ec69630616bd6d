#include "points.h"
#include "memory.h"
#include "points_print.h"
#include "ready.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096 };

/* What is written of a row behind its own cells; "parts" and "metrics" hold others, in JSON. */
static bool is_written(const study *s, const char *name, points_form form) {
    const evaluator *e = &s->evaluator;
    if (strcmp(name, "outcome") == 0 || strcmp(name, "reason") == 0) return true;
    if (form == POINTS_JSONL) return strcmp(name, "metrics") == 0 || strcmp(name, "parts") == 0;
    for (uint32_t i = 0; i < e->n_metrics; i++)
        if (strcmp(name, e->metrics[i].name) == 0) return true;
    return false;
}

/* A label is copied through: two columns of one name could not be told apart. */
static bool check_labels(const study *s, const columns *c, const char *path, points_form form,
                         failure *f) {
    for (size_t i = 0; i < c->n; i++)
        if (is_written(s, c->list[i].name, form))
            return fail(f, STATUS_WRONG, "%s:1: %s: is a label, and the name of a column that is "
                        "written: give the label another name", path, c->list[i].name);
    return true;
}

/* A table with another separator, or none of ours at all, would be taken without a word. */
static void warn_of_no_parameter(const columns *c, const char *path) {
    for (size_t i = 0; i < c->n; i++)
        if (c->list[i].p) return;
    fprintf(stderr, "cimdse: %s:1: no column is a parameter, as hwmodel.rows would be: all rows "
            "are the same design\n", path);
}

static bool read_header(const study *s, const char *path, csv_reader *reader, columns *out,
                        failure *f) {
    csv_row row = {0};
    bool good = csv_read_first(reader, &row, path, f);
    for (size_t i = 0; good && i < row.n; i++)
        good = columns_add(out, s, path, csv_cell(&row, i), f);
    if (good) warn_of_no_parameter(out, path);
    csv_row_free(&row);
    return good;
}

typedef struct block {
    csv_row *rows;
    double *designs;
    result *results;
    size_t n, room;
} block;

static block block_new(const study *s, size_t room) {
    const evaluator *e = &s->evaluator;
    return (block){.room = room, .rows = memory_new(room, sizeof(csv_row)),
                   .designs = memory_new(room * s->space.n_numbers, sizeof(double)),
                   .results = results_new(room, e->n_metrics, evaluator_slacks(e))};
}

static void block_free(block *b) {
    for (size_t i = 0; i < b->room; i++) csv_row_free(&b->rows[i]);
    free(b->rows);
    free(b->designs);
    results_free(b->results, b->room);
}

static void read_block(const study *s, csv_reader *reader, const columns *c, const double *base,
                       block *b) {
    for (b->n = 0; b->n < b->room && csv_read(reader, &b->rows[b->n]); b->n++) {
        free(b->results[b->n].parts);
        b->results[b->n].parts = NULL;
        b->results[b->n].n_parts = 0;
        columns_design(c, s, &b->rows[b->n], base, b->designs + b->n * s->space.n_numbers,
                       &b->results[b->n]);
    }
}

/* How the rows fared. */
typedef struct tally {
    size_t n, failed;
    text reason;             /* of the first that failed */
} tally;

static void count_row(tally *t, const result *r) {
    t->n++;
    if (r->outcome == CIM_FAILED && !t->failed++) text_add(&t->reason, "%s", r->reason);
}

/* A table of which no row could be evaluated is no success. */
static bool any_worked(const tally *t, const char *path, failure *f) {
    return !t->n || t->failed < t->n ||
           fail(f, STATUS_FAILED, "%s: all %zu rows failed; the first: %s", path, t->n,
                text_of(&t->reason));
}

/* Where these are all rows, at least one of those that can be read must be ready. */
static bool check_ready(study *s, const block *b, failure *f) {
    const size_t size = s->space.n_numbers;
    size_t n = 0;
    double *designs = memory_new(b->n * size, sizeof *designs);
    for (size_t i = 0; i < b->n; i++)
        if (!b->results[i].outcome)
            memcpy(designs + n++ * size, b->designs + i * size, size * sizeof *designs);
    const bool good = b->n == b->room || ready_rows(s, designs, n, f);
    free(designs);
    return good;
}

bool points_evaluate(study *s, pool *p, const double *base, const char *path, bool breakdown,
                     points_form form, FILE *out, failure *f) {
    csv_reader reader = {.file = fopen(path, "rb")};
    if (!reader.file) return fail(f, STATUS_WRONG, "%s: cannot read it: %s", path, strerror(errno));
    columns c = {0};
    bool good = read_header(s, path, &reader, &c, f) && check_labels(s, &c, path, form, f);
    block b = block_new(s, BLOCK);
    if (good) read_block(s, &reader, &c, base, &b);
    good = good && check_ready(s, &b, f);
    printer *to = good ? points_printer(s, &c, form, breakdown, out) : NULL;
    tally t = {0};
    for (; good && b.n; read_block(s, &reader, &c, base, &b)) {
        pool_task task = {.designs = b.designs, .n = b.n, .results = b.results,
                          .want_parts = breakdown};
        good = pool_run(p, &task, NULL, f);
        for (size_t i = 0; good && i < b.n; i++) {
            points_print(to, &b.rows[i], &b.results[i]);
            count_row(&t, &b.results[i]);
        }
        if (good && (fflush(out) != 0 || ferror(out))) break; /* nobody takes any more */
    }
    good = good && csv_is_whole(&reader, path, f);
    if (good && ferror(reader.file)) good = fail(f, STATUS_WRONG, "%s: cannot read it", path);
    good = to && points_printed(to, good, f) && good && any_worked(&t, path, f);
    text_free(&t.reason);
    block_free(&b);
    fclose(reader.file);
    columns_free(&c);
    return good;
}
