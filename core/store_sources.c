/* store_sources.c: what a study is made of, plug-ins and files, and whether that is as it was. */
#include "file_sum.h"
#include "older.h"
#include "store_private.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

const instance *store_instance(const study *s, size_t i) {
    const instance *rest[] = {&s->hwmodel, &s->stand_in.workload, &s->accuracy, &s->searcher};
    if (i < s->n_workloads) return &s->workloads[i];
    i -= s->n_workloads;
    return i < sizeof rest / sizeof *rest ? rest[i] : NULL;
}

/* The file that parameter I names for the plug-in to read, or NULL. */
static const char *source_file(const instance *in, uint32_t i) {
    return in->params[i].flags & CIM_PARAM_WRITTEN ? NULL : instance_file(in, i);
}

static void file_key(const instance *in, uint32_t i, text *out) {
    text_clear(out);
    text_add(out, "checksum of %s.%s", in->section, in->params[i].key);
}

static bool put_files(store *st, const instance *in, failure *f) {
    text key = {0};
    bool good = true;
    for (uint32_t i = 0; good && i < in->n_params; i++) {
        char sum[FILE_SUM_SIZE];
        if (!source_file(in, i)) continue;
        file_sum(source_file(in, i), sum);
        file_key(in, i, &key);
        good = store_set_value(st, text_of(&key), sum, f);
    }
    text_free(&key);
    return good;
}

/* Of the designs that a study begins with, not of their file: labels and spaces may change. */
static void initial_checksum(const study *s, char out[FILE_SUM_SIZE]) {
    const size_t n = s->n_initial * s->space.n_dimensions;
    const uLong crc = crc32_z(0, (const unsigned char *)s->initial, n * sizeof *s->initial);
    snprintf(out, FILE_SUM_SIZE, "%08lx-%zu", crc, s->n_initial);
}

/* Of what older study O has told: one that has gone on since would have told more. */
static void older_checksum(const study *s, const older *o, char out[FILE_SUM_SIZE]) {
    const size_t d = s->space.n_dimensions, m = s->evaluator.n_goals;
    uLong crc = crc32_z(0, (const unsigned char *)o->points, o->n * d * sizeof *o->points);
    crc = crc32_z(crc, (const unsigned char *)o->goals, o->n * m * sizeof *o->goals);
    snprintf(out, FILE_SUM_SIZE, "%08lx-%zu", crc, o->n);
}

static bool put_older(store *st, const study *s, failure *f) {
    bool good = true;
    for (size_t i = 0; good && i < s->n_older; i++) {
        char key[64], sum[FILE_SUM_SIZE];
        snprintf(key, sizeof key, "checksum of study.transfer %zu", i);
        older_checksum(s, &s->older[i], sum);
        good = store_set_value(st, key, sum, f);
    }
    return good;
}

static bool older_match(store *st, const study *s, failure *f) {
    for (size_t i = 0; i < s->n_older; i++) {
        char key[64], sum[FILE_SUM_SIZE];
        snprintf(key, sizeof key, "checksum of study.transfer %zu", i);
        older_checksum(s, &s->older[i], sum);
        const char *before = store_value(st, key, f);
        if (!before) return false;
        if (before[0] && strcmp(before, sum) != 0)
            return fail(f, STATUS_WRONG,
                        "%s: study.transfer: the trials of %s are not those of when the study was "
                        "begun", st->file, s->older[i].name);
    }
    return true;
}

bool store_put_sources(store *st, const study *s, failure *f) {
    const instance *in;
    char initial[FILE_SUM_SIZE];
    initial_checksum(s, initial);
    if (!store_set_value(st, "checksum of study.initial_points", initial, f)) return false;
    if (!put_older(st, s, f)) return false;
    for (size_t i = 0; (in = store_instance(s, i)) != NULL; i++) {
        char sum[FILE_SUM_SIZE];
        if (!in->plugin) continue;
        file_sum(in->file, sum);
        const char *values[] = {in->section, in->plugin->id, in->plugin->version, in->file, sum};
        if (!store_insert_texts(st, "INSERT INTO plugin VALUES (?, ?, ?, ?, ?)", 5, values, f) ||
            !put_files(st, in, f))
            return false;
    }
    return store_put_files(st, s, f);
}

/* Trials evaluated with another file are of another study; an older store says nothing of files. */
static bool files_match(store *st, const instance *in, failure *f) {
    text key = {0};
    for (uint32_t i = 0; i < in->n_params && !f->status; i++) {
        char sum[FILE_SUM_SIZE];
        if (!source_file(in, i)) continue;
        file_key(in, i, &key);
        const char *before = store_value(st, text_of(&key), f);
        if (!before) break;
        file_sum(source_file(in, i), sum);
        if (before[0] && strcmp(before, sum) != 0)
            fail(f, STATUS_WRONG, "%s.%s: %s has changed since %s was begun", in->section,
                 in->params[i].key, source_file(in, i), st->file);
    }
    text_free(&key);
    return !f->status;
}

typedef struct matching {
    const store *st;
    const study *s;
    failure *f;
} matching;

static bool plugin_matches(const matching *m, const instance *in, sqlite3_stmt *row) {
    const char *id = (const char *)sqlite3_column_text(row, 1);
    const char *version = (const char *)sqlite3_column_text(row, 2);
    const char *before = (const char *)sqlite3_column_text(row, 3);
    char sum[FILE_SUM_SIZE];
    if (!id || !version || !before)
        return fail(m->f, STATUS_FAILED, "%s: does not say which %s it is of", m->st->file,
                    in->section);
    if (strcmp(in->plugin->id, id) != 0 || strcmp(in->plugin->version, version) != 0)
        return fail(m->f, STATUS_WRONG, "%s: was begun with %s %s, and this is %s %s",
                    m->st->file, id, version, in->plugin->id, in->plugin->version);
    file_sum(in->file, sum);
    if (strcmp(sum, before) != 0)
        fprintf(stderr, "cimdse: warning: %s has been rebuilt since %s was begun\n", in->file,
                m->st->file);
    return true;
}

static bool match_plugin(void *context, sqlite3_stmt *row) {
    const matching *m = context;
    const instance *in;
    const char *section = (const char *)sqlite3_column_text(row, 0);
    for (size_t i = 0; !m->f->status && (in = store_instance(m->s, i)) != NULL; i++)
        if (in->plugin && section && strcmp(in->section, section) == 0)
            plugin_matches(m, in, row);
    return !m->f->status;
}

/* An older store says nothing of them. */
static bool initial_matches(store *st, const study *s, failure *f) {
    char now[FILE_SUM_SIZE];
    initial_checksum(s, now);
    const char *before = store_value(st, "checksum of study.initial_points", f);
    if (!before) return false;
    return !before[0] || strcmp(before, now) == 0 ||
           fail(f, STATUS_WRONG,
                "%s: study.initial_points: %s has other designs than when the study was begun",
                st->file, s->initial_points);
}

bool store_matches(store *st, const study *s, failure *f) {
    const instance *in;
    matching m = {.st = st, .s = s, .f = f};
    if (s->searcher.plugin && !(initial_matches(st, s, f) && older_match(st, s, f)))
        return false;
    if (!store_each(st, "SELECT section, id, version, checksum FROM plugin", NULL, 0, match_plugin,
                    &m, f))
        return false;
    for (size_t i = 0; !f->status && (in = store_instance(s, i)) != NULL; i++)
        if (in->plugin) files_match(st, in, f);
    return !f->status && store_files_match(st, s, f);
}
