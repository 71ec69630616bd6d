#include "command.h"
#include "memory.h"
#include "report.h"
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A config as compared on resume: without what may change between sessions. */
static void comparable(const config *c, text *out) {
    static const char *const free_keys[] = {"    trials = ", "    max_seconds = ", "    time_limit_s = "};
    text whole = {0};
    config_print(c, &whole);
    bool in_study = false;
    for (const char *line = text_of(&whole); *line;) {
        size_t n = strcspn(line, "\n") + 1;
        bool skip = false;
        if (line[0] != ' ') in_study = strncmp(line, "study = {", 9) == 0;
        for (size_t i = 0; i < sizeof free_keys / sizeof *free_keys; i++)
            skip |= in_study && strncmp(line, free_keys[i], strlen(free_keys[i])) == 0;
        if (!skip) text_add_bytes(out, line, n);
        line += n;
    }
    text_free(&whole);
}

/* The first line in which the stored config and this one differ. */
static bool same_config(store *st, const char *folder, const config *now, failure *f) {
    config before = {0};
    text a = {0}, b = {0};
    char *source = memory_text(store_value(st, "config"));
    bool good = config_read_text(&before, source, folder, ".", f);
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
            x += strspn(x, " ");
            y += strspn(y, " ");
            good = fail(f, STATUS_WRONG, "%s: --resume: the config has changed: it was \"%.*s\" and is "
                        "\"%.*s\"; only trials, max_seconds and time_limit_s may change", folder,
                        (int)strcspn(x, "\n"), x, (int)strcspn(y, "\n"), y);
        }
    }
    config_free(&before);
    text_free(&a);
    text_free(&b);
    return good;
}

/* A run killed before it stored anything is resumed by starting it. */
static store *open_store(const study *s, const char *folder, const options *o, failure *f) {
    if (!o->resume || !store_exists(folder)) {
        if (o->resume) fprintf(stderr, "%s: nothing is stored there yet: starting\n", folder);
        return store_create(folder, s, f);
    }
    store *st = store_open(folder, true, f);
    if (st && same_config(st, folder, &s->config, f) && store_matches(st, s, f)) return st;
    store_close(st, f);
    return NULL;
}

static void say_end(const study *s, const run_summary *sum, const char *folder) {
    if (sum->evaluated)
        fprintf(stderr, "%llu trials evaluated in %.3g s (%.3g a second)\n",
                (unsigned long long)sum->evaluated, sum->seconds, (double)sum->evaluated / sum->seconds);
    if (sum->interrupted)
        fprintf(stderr, "Stopped. Nothing is lost: the same command with --resume goes on.\n");
    else if (sum->out_of_time)
        fprintf(stderr, "study.max_seconds is over; --resume with a larger one goes on.\n");
    else if (sum->exhausted && sum->trials < s->trials)
        fprintf(stderr, "%s has nothing left to propose.\n", s->searcher.plugin->id);
    fprintf(stderr, "Stored in %s\n", folder);
}

static bool run_and_report(study *s, store *st, const char *folder, const options *o,
                           run_summary *sum, failure *f) {
    pareto *archive = pareto_new(s->evaluator.n_goals);
    bool good = archive ? run_study(s, st, (unsigned)o->workers, archive, sum, f)
                        : fail(f, STATUS_FAILED, "out of memory");
    pareto_free(archive);
    if (!good) return false;
    say_end(s, sum, folder);
    return report_print(st, stdout, f);
}

int command_run(int argc, char **argv, failure *f) {
    options o;
    study s = {0};
    text folder = {0};
    store *st = NULL;
    run_summary sum = {0};
    bool is_run;
    bool good = options_read(&o, argc, argv, "out resume workers seed trials set", f);
    if (good && o.n_arguments != 1) good = fail(f, STATUS_WRONG, "cimdse run CONFIG: one config");
    good = good && command_config(&s.config, o.arguments[0], &o, &is_run, f);
    if (good && is_run && !o.resume)
        good = fail(f, STATUS_WRONG, "%s: is a run: --resume continues it", o.arguments[0]);
    good = good && study_open(&s, true, f);
    if (good) {
        if (o.out) text_add(&folder, "%s", o.out);
        else if (is_run) text_add(&folder, "%s", o.arguments[0]);
        else text_add(&folder, "runs/%s", s.name);
        st = open_store(&s, text_of(&folder), &o, f);
        good = st && run_and_report(&s, st, text_of(&folder), &o, &sum, f);
    }
    good = store_close(st, f) && good;
    study_close(&s);
    options_free(&o);
    text_free(&folder);
    return good && sum.interrupted ? STATUS_STOPPED : f->status;
}

int command_report(int argc, char **argv, failure *f) {
    options o;
    if (!options_read(&o, argc, argv, "", f)) return f->status;
    if (!o.n_arguments) fail(f, STATUS_WRONG, "cimdse report RUN...: needs a run folder");
    for (size_t i = 0; !f->status && i < o.n_arguments; i++) {
        store *st = store_open(o.arguments[i], false, f);
        if (st) report_print(st, stdout, f);
        store_close(st, f);
    }
    options_free(&o);
    return f->status;
}
