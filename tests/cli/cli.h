/* cli.h: runs the program as a user does, in a fresh folder that is gone after the test.
 *
 * cli_set_up() makes the folder and the working one, and lets the program find the test plug-ins
 * and the templates; cli_tear_down() removes it. Files and studies therefore have short, relative
 * names, which is also how messages name them. */
#ifndef CLI_H
#define CLI_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

typedef struct cli_result {
    int status;        /* exit status; -signal when one ended it; CLI_TOO_LONG */
    char *out, *err;
    size_t n_out, n_err;
    bool left_traces;  /* the folder holds other files than before */
} cli_result;
enum { CLI_TOO_LONG = -1000 };

int cli_set_up(void **state);
int cli_tear_down(void **state);

/* Runs `cimdse ARGUMENTS` to its end. Arguments are separated by blanks; '...' holds blanks.
 * The result lives until the test ends. */
const cli_result *cli(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, with standard output going to FILE. */
const cli_result *cli_to(const char *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Starts it and returns its process; cli_end() waits for that. */
pid_t cli_start(const char *format, ...) __attribute__((format(printf, 1, 2)));
const cli_result *cli_end(pid_t pid);

/* Runs it and expects STATUS; prints what it said otherwise. */
#define cli_good(...) cli_expect(cli(__VA_ARGS__), 0, __FILE__, __LINE__)
#define cli_ends(expected, ...) cli_expect(cli(__VA_ARGS__), (expected), __FILE__, __LINE__)
const cli_result *cli_expect(const cli_result *r, int status, const char *file, int line);

/* R was refused with STATUS, in exactly one line on standard error that holds all of the texts
 * (ended by NULL), nothing on standard output, and nothing left behind. */
#define cli_refused(r, ...) cli_check_refused(r, __FILE__, __LINE__, __VA_ARGS__, (char *)NULL)
void cli_check_refused(const cli_result *r, const char *file, int line, int status, ...);

void cli_write(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A whole file, until the test ends. */
char *cli_read(const char *name);
bool cli_exists(const char *name);
void cli_wait_ms(long ms);
/* No process lives in the test's folder, or below; some may take a moment to go. */
void cli_expect_nobody_left(void);
/* Runs statements on the SQLite file NAME. */
void cli_sql(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes a study of hwmodel.faulty, that searches width, height and gain_v, on the template
 * workload. EXTRA stands at the end of the group hwmodel. */
void cli_study(const char *name, const char *extra);

/* `cimdse export` says the same of both runs, byte for byte; returns it. */
#define cli_same_export(a, b) cli_check_same((a), (b), __FILE__, __LINE__)
const char *cli_check_same(const char *run, const char *other, const char *file, int line);

#define CLI_TEST(function) cmocka_unit_test_setup_teardown(function, cli_set_up, cli_tear_down)

/* A CSV table with one heading line. */
typedef struct csv_table {
    size_t n_columns, n_rows;
    char **cells;      /* (1 + n_rows) x n_columns; the headings first */
} csv_table;
csv_table *csv_parse(const char *chars);
void csv_free(csv_table *t);
/* Fails the test when there is no such column. */
size_t csv_column(const csv_table *t, const char *heading);
const char *csv_at(const csv_table *t, size_t row, const char *heading);
bool csv_has(const csv_table *t, const char *heading);
size_t csv_count(const csv_table *t, const char *heading, const char *value);
#endif
