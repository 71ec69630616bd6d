/* store.h: the run folder's study.db (SQLite). Anyone can read it with sqlite3: a row of `trial` is
 * a trial, its columns bear the names of dimensions, metrics and slacks.
 *
 * Trials and searcher snapshots are written in one transaction, so a killed run is always found at
 * a consistent state; it is committed every 0.2 s, and at once when evaluations are slower than
 * that; later while somebody reads the file: as soon as they have ended. What is put off stays in
 * memory, about 400 bytes a trial, and is lost where the run is killed; --resume evaluates it anew.
 * Trial -1 is the baseline. */
#ifndef STORE_H
#define STORE_H
#include "study.h"

#define STORE_BASELINE (-1)

typedef struct store store;

/* Is there a study in FOLDER (or something else of that name)? */
bool store_exists(const char *folder);
/* Makes folder and file; a folder that holds a study already is an error. */
store *store_create(const char *folder, const study *s, failure *f);
/* An existing one, to be continued (WRITE: locked against other writers) or read. FOLDER may also
 * name the file itself. */
store *store_open(const char *folder, bool write, failure *f);
/* Commits. */
bool store_close(store *st, failure *f);

/* A value of the table study ("config", "config_folder", "seed", ...); "" if absent, NULL where it
 * cannot be read. Owned by the store until the next call. */
const char *store_value(store *st, const char *key, failure *f);
/* The same, to be freed. */
char *store_value_copy(store *st, const char *key, failure *f);
bool store_set_value(store *st, const char *key, const char *value, failure *f);

/* Does the study fit the store: same plug-ins, same files, same initial points? A plug-in that was
 * rebuilt without changing its version is a warning on standard error. */
bool store_matches(store *st, const study *s, failure *f);

/* A file that plug-ins have read, and its sum (file_sum.h): another than before is a failure. */
bool store_put_file(store *st, const study *s, const char *path, const char *sum, failure *f);
/* Those that the plug-ins of S have read so far. */
bool store_put_files(store *st, const study *s, failure *f);

/* DUPLICATE_OF: the first trial of the same point, or -1. */
bool store_put_trial(store *st, const study *s, int64_t id, const double *point, const result *r,
                     int64_t duplicate_of, failure *f);
/* Stored trial ID, if there is one: its point must be POINT. */
bool store_get_trial(store *st, const study *s, int64_t id, const double *point, result *r,
                     bool *found, failure *f);
/* Forgets the parts of all trials. */
bool store_clear_parts(store *st, failure *f);
bool store_put_part(store *st, int64_t trial, const part *p, const char *metric, failure *f);

/* What the searcher's next ask depends on: its number, the trials told, its snapshot. */
bool store_put_snapshot(store *st, uint64_t asks, uint64_t told, bool exhausted, const void *data,
                        size_t size, failure *f);
bool store_get_snapshot(store *st, uint64_t *asks, uint64_t *told, bool *exhausted, text *data,
                        failure *f);
/* NOW: waits for whoever reads the file, for a day, and says so. Else it is put off to a later call
 * when it has just been done, or somebody reads. */
bool store_commit(store *st, bool now, failure *f);
#endif
