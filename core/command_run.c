#include "command.h"
#include "compare.h"
#include "memory.h"
#include "older.h"
#include "parts_store.h"
#include "ready.h"
#include "report.h"
#include "run.h"
#include "runs.h"
#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A config as compared on resume: without what may change between sessions, and without a study
 * that says nothing else. */
static void comparable(const config *c, text *out) {
    static const char *const free_keys[] = {
        "    trials = ", "    max_seconds = ", "    time_limit_s = "};
    text whole = {0};
    config_print(c, &whole);
    text begin = {0}; /* "study = {", until something of it counts */
    bool in_study = false;
    for (const char *line = text_of(&whole); *line;) {
        size_t n = strcspn(line, "\n") + 1;
        bool skip = in_study && line[0] == '}' && begin.length;
        if (line[0] != ' ') in_study = strncmp(line, "study = {", 9) == 0;
        for (size_t i = 0; i < sizeof free_keys / sizeof *free_keys; i++)
            skip |= in_study && strncmp(line, free_keys[i], strlen(free_keys[i])) == 0;
        if (line[0] != ' ') text_clear(&begin);
        if (in_study && line[0] != ' ') {
            text_add_bytes(&begin, line, n);
        } else if (!skip) {
            text_add_bytes(out, text_of(&begin), begin.length);
            text_clear(&begin);
            text_add_bytes(out, line, n);
        }
        line += n;
    }
    text_free(&begin);
    text_free(&whole);
}

/* What a line says: of a study that begins there, the line after it. */
static const char *saying(const char *line) {
    if (strncmp(line, "study = {\n", 10) == 0) line += 10;
    return line + strspn(line, " ");
}

/* Has the group that is left from LINES on the key of LINE? */
static bool key_follows(const char *line, const char *lines) {
    const char *equals = strstr(line, " = ");
    const size_t n = equals ? (size_t)(equals - line) + 3 : strcspn(line, "\n");
    for (; *lines && (line[0] != ' ' || lines[0] == ' '); lines += strcspn(lines, "\n") + 1)
        if (strncmp(line, lines, n) == 0) return true;
    return false;
}

static bool is_end(const char *line) { return *line == '\0' || *line == '}'; }

/* What differs between lines X and Y, the first that do of WAS and IS. */
static void say_change(const char *was, const char *x, const char *is, const char *y, text *out) {
    const bool new = !is_end(y) && (is_end(x) || (!key_follows(y, x) && key_follows(x, y)));
    const bool gone = !is_end(x) && (is_end(y) || (!key_follows(x, y) && key_follows(y, x)));
    const char *whole = new ? is : was, *line = new ? y : x, *group = line;
    if (*line == ' ')
        while (group > whole && (*group == ' ' || group[-1] != '\n')) group--;
    if (group != line || strncmp(line, "study = {\n", 10) == 0)
        text_add(out, "%.*s: ", (int)strcspn(group, " "), group);
    x = saying(x);
    y = saying(y);
    const int n_x = (int)strcspn(x, "\n"), n_y = (int)strcspn(y, "\n");
    if (new) text_add(out, "\"%.*s\" is new", n_y, y);
    else if (gone) text_add(out, "\"%.*s\" is gone", n_x, x);
    else text_add(out, "it was \"%.*s\" and is \"%.*s\"", n_x, x, n_y, y);
}

/* The first line in which the stored config and this one differ. */
static bool same_config(store *st, const char *folder, const config *now, failure *f) {
    config before = {0};
    text a = {0}, b = {0}, change = {0};
    char *source = store_value_copy(st, "config", f);
    bool good = source && config_read_text(&before, source, folder, ".", f);
    free(source);
    if (good) {
        comparable(&before, &a);
        comparable(now, &b);
        const char *x = text_of(&a), *y = text_of(&b);
        while (*x && strcspn(x, "\n") == strcspn(y, "\n") && strncmp(x, y, strcspn(x, "\n")) == 0) {
            x += strcspn(x, "\n") + 1;
            y += strcspn(y, "\n") + 1;
        }
        if (*x || *y) {
            say_change(text_of(&a), x, text_of(&b), y, &change);
            good = fail(f, STATUS_WRONG,
                        "%s: --resume: the config has changed: %s; only trials, max_seconds and "
                        "time_limit_s may change", folder, text_of(&change));
        }
    }
    config_free(&before);
    text_free(&a);
    text_free(&b);
    text_free(&change);
    return good;
}

/* A run killed before it stored anything is resumed by starting it. */
static store *open_store(const study *s, const char *folder, const options *o, failure *f) {
    older_warn(s);
    if (!o->resume || !store_exists(folder)) {
        if (o->resume) fprintf(stderr, "%s: nothing is stored there yet: starting\n", folder);
        return store_create(folder, s, f);
    }
    store *st = store_open(folder, true, f);
    if (st && same_config(st, folder, &s->config, f) && store_matches(st, s, f) &&
        store_put_files(st, s, f))
        return st;
    store_close(st, f);
    return NULL;
}

/* Processor time is said and not stored: what is stored is the same bits on every run. */
static void say_ladder(const study *s, const run_summary *sum) {
    const accuracy_levels *l = &s->levels;
    const uint32_t full = l->n - 1;
    fputs("Accuracy:", stderr);
    for (uint32_t i = 0; i < l->n; i++)
        fprintf(stderr, "%s %s of %llu designs in %.3g s", i ? "," : "", l->names[i],
                (unsigned long long)sum->at_level[i], sum->level_s[i]);
    const uint64_t saved = sum->at_level[0] - sum->at_level[full];
    fprintf(stderr, " of processor time");
    if (sum->at_level[full] && sum->at_level[0] > sum->at_level[full])
        fprintf(stderr, "; %llu evaluations of %s saved, about %.3g s", (unsigned long long)saved,
                l->names[full], (double)saved * sum->level_s[full] / (double)sum->at_level[full]);
    fputs("\n", stderr);
}

static void say_end(const study *s, const run_summary *sum, const char *folder) {
    if (sum->evaluated)
        fprintf(stderr, "%llu trials evaluated in %.3g s (%.3g a second)\n",
                (unsigned long long)sum->evaluated, sum->seconds,
                (double)sum->evaluated / sum->seconds);
    if (s->levels.climbs && sum->at_level[0]) say_ladder(s, sum);
    if (sum->interrupted)
        fprintf(stderr, "Stopped. Nothing is lost: the same command with --resume goes on.\n");
    else if (sum->out_of_time)
        fprintf(stderr, "study.max_seconds is over; --resume with a larger one goes on.\n");
    else if (sum->exhausted && sum->trials < s->trials)
        fprintf(stderr, "%s has nothing left to propose.\n", s->searcher.plugin->id);
    fprintf(stderr, "Stored in %s\n", folder);
}

static bool run_in_store(study *s, store *st, const char *folder, const options *o,
                         run_summary *sum, failure *f) {
    pareto *archive = pareto_new(s->evaluator.n_goals);
    bool good = archive ? run_study(s, st, (unsigned)o->workers, archive, sum, f)
                        : fail(f, STATUS_FAILED, "out of memory");
    pareto_free(archive);
    if (!good) return false;
    say_end(s, sum, folder);
    return sum->interrupted || parts_store(s, st, f);
}

static bool take_reason(void *context, const char *reason, uint64_t n) {
    (void)n;
    text_add(context, "%s", reason);
    return true;
}

/* A study of which nothing came is no success, though all of it is stored. */
static bool check_any_worked(store *st, const char *folder, const run_summary *sum, failure *lost,
                             failure *f) {
    text reason = {0};
    if (sum->interrupted || !sum->trials || sum->failed < sum->trials) return true;
    const bool good = store_reasons(st, 1, take_reason, &reason, f);
    fail(lost, STATUS_FAILED, "%s: all %llu trials failed; the commonest reason: %s", folder,
         (unsigned long long)sum->failed, text_of(&reason));
    text_free(&reason);
    return good;
}

/* A study that fails in its middle has results, too. */
static void say_what_is_left(store *st, const char *folder, bool report, const run_summary *sum,
                             failure *f) {
    failure ignored = {0};
    if (!sum->trials) return;
    if (report) report_print(st, stdout, &ignored);
    const size_t n = strlen(f->text);
    snprintf(f->text + n, sizeof f->text - n, "; %llu trials are stored in %s",
             (unsigned long long)sum->trials, folder);
}

/* One target's study, in FOLDER. LOST: all of its trials failed. */
static bool run_target(config *c, const char *folder, const options *o, bool report,
                       run_summary *sum, failure *lost, failure *f) {
    study s = {.config = *c};
    *c = (config){0};
    store *st = NULL;
    const bool again = o->resume && store_exists(folder); /* which knows the files it rests on */
    bool good = study_open(&s, STUDY_SEARCH, f) && (again || ready_study(&s, f)) &&
                (st = open_store(&s, folder, o, f)) != NULL && (!again || ready_study(&s, f));
    if (good) {
        good = run_in_store(&s, st, folder, o, sum, f);
        if (!good) say_what_is_left(st, folder, report, sum, f);
        else good = (!report || report_print(st, stdout, f)) &&
                    check_any_worked(st, folder, sum, lost, f);
    }
    good = store_close(st, f) && good;
    study_close(&s);
    return good;
}

static bool compare_folder(const char *folder, failure *f) {
    runs r = {0};
    bool good = runs_open(&r, folder, f) &&
                compare_print(r.stores, (const char *const *)r.names, r.n, stdout, f);
    runs_close(&r, f);
    return good;
}

/* Opens the study on each target: what is wrong with the last is said before the first is run. */
static bool check_targets(const char *path, size_t n, const options *o, failure *f) {
    bool is_run, good = true;
    for (size_t t = 0; good && t < n; t++) {
        study s = {0};
        good = command_config(&s.config, path, o, &is_run, f) &&
               targets_select(&s.config, t, f) && study_open(&s, STUDY_SEARCH, f) &&
               ready_study(&s, f);
        study_close(&s);
    }
    return good;
}

/* The same study on each target, each in a folder of its own, and then all of them compared. */
static bool run_targets(const char *path, size_t n, const char *folder, const options *o,
                        run_summary *sum, failure *lost, failure *f) {
    bool is_run;
    if (store_exists(folder))
        return fail(f, STATUS_WRONG,
                    "%s: holds a study of one target: give another folder with --out", folder);
    if (!check_targets(path, n, o, f)) return false;
    for (size_t t = 0; t < n && !sum->interrupted; t++) {
        config c = {0};
        text own = {0}, name = {0};
        bool good = command_config(&c, path, o, &is_run, f);
        if (good) targets_name(&c, t, &name);
        good = good && targets_select(&c, t, f);
        text_add(&own, "%s/%s", folder, text_of(&name));
        if (good) fprintf(stderr, "Target %s\n", text_of(&name));
        good = good && run_target(&c, text_of(&own), o, false, sum, lost, f);
        config_free(&c);
        text_free(&own);
        text_free(&name);
        if (!good) return false;
    }
    return sum->interrupted || compare_folder(folder, f);
}

/* What holds a run for each target is not given a run of its own, which would hide them. */
static bool holds_no_others(const char *folder, failure *f) {
    text names = {0};
    runs_within(folder, &names);
    bool good = !names.length || fail(f, STATUS_WRONG,
                                      "%s: holds other runs already (%s): give another folder "
                                      "with --out", folder, text_of(&names));
    text_free(&names);
    return good;
}

/* PATH, or the folder of the study.db that it names. */
static void add_run_folder(const char *path, text *folder) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (strcmp(name, "study.db") != 0) text_add(folder, "%s", path);
    else if (slash) text_add(folder, "%.*s", (int)(slash - path), path);
    else text_add(folder, ".");
}

/* One target's study beside those of others is kept where a study of all would keep it. */
static void choose_place_among(const options *o, text *folder) {
    text names = {0};
    runs_within(text_of(folder), &names);
    if (o->target && names.length) text_add(folder, "/%s", o->target);
    text_free(&names);
}

/* --out, or the folder of the run itself, or runs/<name>. */
static void choose_folder(const config *c, const options *o, bool is_run, text *folder) {
    study named = {.config = *c};
    failure ignored = {0};
    if (o->out) text_add(folder, "%s", o->out);
    else if (is_run) add_run_folder(o->arguments[0], folder);
    else {
        study_settings(&named, &ignored);
        text_add(folder, "runs/%s", named.name);
    }
}

int command_run(int argc, char **argv, failure *f) {
    options o;
    config c = {0};
    text folder = {0};
    run_summary sum = {0};
    failure lost = {0};
    bool is_run = false;
    size_t n = 1, target;
    bool good = options_read(&o, argc, argv, "out resume workers seed trials set target", f);
    if (good && o.n_arguments != 1) good = fail(f, STATUS_WRONG, "cimdse run CONFIG: one config");
    if (good && o.out && !*o.out)
        good = fail(f, STATUS_WRONG, "--out: is empty: must be the name of a folder");
    good = good && command_one_run(&o, f) && command_config(&c, o.arguments[0], &o, &is_run, f);
    if (good && is_run && !o.resume)
        good = fail(f, STATUS_WRONG, "%s: is a run: --resume continues it", o.arguments[0]);
    if (good && o.target)
        good = targets_find(&c, o.target, &target, f) && targets_select(&c, target, f);
    good = good && targets_count(&c, &n, f);
    if (good) {
        choose_folder(&c, &o, is_run, &folder);
        if (n == 1) {
            targets_select(&c, 0, f);
            choose_place_among(&o, &folder);
            good = holds_no_others(text_of(&folder), f) &&
                   run_target(&c, text_of(&folder), &o, true, &sum, &lost, f);
        } else good = run_targets(o.arguments[0], n, text_of(&folder), &o, &sum, &lost, f);
    }
    if (good && lost.status && !sum.interrupted) good = fail(f, lost.status, "%s", lost.text);
    config_free(&c);
    options_free(&o);
    text_free(&folder);
    return good && sum.interrupted ? STATUS_STOPPED : f->status;
}

int command_report(int argc, char **argv, failure *f) {
    options o;
    runs r = {0};
    bool good = options_read(&o, argc, argv, "", f);
    if (good && !o.n_arguments)
        good = fail(f, STATUS_WRONG, "cimdse report RUN...: needs a run folder");
    for (size_t i = 0; good && i < o.n_arguments; i++) good = runs_open(&r, o.arguments[i], f);
    for (size_t i = 0; good && i < r.n; i++) {
        if (i) puts("");
        if (r.n > 1) printf("%s\n", r.names[i]);
        good = report_print(r.stores[i], stdout, f);
    }
    runs_close(&r, f);
    options_free(&o);
    return f->status;
}
