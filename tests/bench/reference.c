#include "reference.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static void copy_cell(char *cell, char after, FILE *to) {
    char *end;
    const double number = strtod(cell, &end);
    if (end > cell && *end == '\0') fprintf(to, "%.17g", number);
    else fputs(cell, to);
    putc(after, to);
}

bool reference_csv(const char *from, const char *to, double *processor_s) {
    const double start = seconds();
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    char *line = NULL;
    size_t room = 0;
    while (in && out && getline(&line, &room, in) > 0)
        for (char *cell = line; *cell;) {
            const size_t n = strcspn(cell, ",\n");
            const char after = cell[n];
            if (!after) break;
            cell[n] = '\0';
            copy_cell(cell, after, out);
            cell += n + 1;
        }
    bool good = in && out && feof(in);
    if (in) fclose(in);
    if (out) good = fclose(out) == 0 && good;
    free(line);
    *processor_s = seconds() - start;
    return good;
}

/* ---- SQLite ---------------------------------------------------------------------------------- */

static bool execute(sqlite3 *db, const char *sql) {
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool copy_rows(sqlite3_stmt *all, sqlite3_stmt *insert) {
    int state;
    while ((state = sqlite3_step(all)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(all); i++)
            sqlite3_bind_value(insert, i + 1, sqlite3_column_value(all, i));
        if (sqlite3_step(insert) != SQLITE_DONE) return false;
        sqlite3_reset(insert);
    }
    return state == SQLITE_DONE;
}

static sqlite3_stmt *prepare_insert(sqlite3 *db, int n_columns) {
    char sql[1024] = "INSERT INTO trial VALUES(?";
    sqlite3_stmt *insert = NULL;
    for (int i = 1; i < n_columns && strlen(sql) + 4 < sizeof sql; i++) strcat(sql, ",?");
    strcat(sql, ")");
    sqlite3_prepare_v2(db, sql, -1, &insert, NULL);
    return insert;
}

/* The table with the same columns, as the database FROM itself declares it. */
static bool make_table(sqlite3 *from, sqlite3 *to) {
    sqlite3_stmt *find = NULL;
    const bool good =
        sqlite3_prepare_v2(from, "SELECT sql FROM sqlite_master WHERE name = 'trial'", -1, &find,
                           NULL) == SQLITE_OK &&
        sqlite3_step(find) == SQLITE_ROW && execute(to, (const char *)sqlite3_column_text(find, 0));
    sqlite3_finalize(find);
    return good;
}

bool reference_insert(const char *from, const char *to, double *processor_s) {
    const double start = seconds();
    sqlite3 *in = NULL, *out = NULL;
    sqlite3_stmt *all = NULL, *insert = NULL;
    const bool good =
        sqlite3_open_v2(from, &in, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_open(to, &out) == SQLITE_OK && make_table(in, out) && execute(out, "BEGIN") &&
        sqlite3_prepare_v2(in, "SELECT * FROM trial ORDER BY id", -1, &all, NULL) == SQLITE_OK &&
        (insert = prepare_insert(out, sqlite3_column_count(all))) != NULL &&
        copy_rows(all, insert) && execute(out, "COMMIT");
    sqlite3_finalize(all);
    sqlite3_finalize(insert);
    sqlite3_close(in);
    sqlite3_close(out);
    *processor_s = seconds() - start;
    return good;
}

bool reference_select(const char *from, double *processor_s) {
    const double start = seconds();
    sqlite3 *db = NULL;
    sqlite3_stmt *all = NULL;
    volatile double sum = 0.0;   /* so that every value is really fetched */
    int state = SQLITE_ERROR;
    if (sqlite3_open_v2(from, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT * FROM trial ORDER BY id", -1, &all, NULL) == SQLITE_OK)
        while ((state = sqlite3_step(all)) == SQLITE_ROW)
            for (int i = 0; i < sqlite3_column_count(all); i++)
                sum += sqlite3_column_double(all, i);
    sqlite3_finalize(all);
    sqlite3_close(db);
    *processor_s = seconds() - start;
    return state == SQLITE_DONE;
}
