#include "command.h"
#include "memory.h"
#include "validate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct outcome {
    size_t tables, absent, missed; /* missed: with a figure out of its bounds */
} outcome;

/* Does ASSIGNMENT, "key=value", set what is called KEY? */
static bool sets(const char *assignment, const char *key, size_t n) {
    return strncmp(assignment, key, n) == 0 && assignment[n] == '=';
}

/* What a table sets for each of its rows, --set cannot: it would pass without effect. */
static bool check_set(const reference_table *x, const char *assignment, failure *f) {
    for (size_t i = 0; i < x->n_parameters; i++) {
        text key = {0};
        text_add(&key, "hwmodel.%s", x->parameters[i]);
        const bool taken = sets(assignment, text_of(&key), key.length);
        text_free(&key);
        if (taken)
            return fail_at(f, x->at, "--set %s: each row of %s sets it, by the column \"%s\"",
                           assignment, x->table, x->parameters[i]);
    }
    for (size_t i = 0; i < x->n_set; i++)
        if (sets(assignment, x->set[i], strcspn(x->set[i], "=")))
            return fail_at(f, x->at, "--set %s: each row of %s sets it: \"%s\"", assignment,
                           x->table, x->set[i]);
    return true;
}

static bool check_sets(const reference *x, const options *o, failure *f) {
    for (size_t i = 0; i < x->n; i++)
        for (size_t k = 0; k < o->n_sets; k++)
            if (!check_set(&x->tables[i], o->sets[k], f)) return false;
    return true;
}

static bool validate_table(const reference_table *x, const char *path, const char *folder,
                           const options *o, outcome *all, failure *f) {
    validation v;
    bool held = true;
    const bool good = validation_run(x, path, folder, o, &v, f);
    if (good) validation_print(&v, x, stdout, &held);
    fflush(stdout);
    all->tables++;
    all->absent += v.absent;
    all->missed += !held;
    validation_free(&v);
    return good;
}

static bool validate_config(const char *path, const options *o, outcome *all, failure *f) {
    config c = {0};
    reference x = {0};
    bool is_run, good = command_config(&c, path, o, &is_run, f) && reference_read(&c, &x, f) &&
                        check_sets(&x, o, f);
    if (good) printf("%s\n\n", path);
    for (size_t i = 0; good && i < x.n; i++)
        good = validate_table(&x.tables[i], path, o->tables ? o->tables : c.folder, o, all, f);
    reference_free(&x);
    config_free(&c);
    return good;
}

static bool check_folder(const char *folder, failure *f) {
    struct stat info;
    if (stat(folder, &info) != 0)
        return fail(f, STATUS_WRONG, "--tables %s: %s", folder, strerror(errno));
    return S_ISDIR(info.st_mode) || fail(f, STATUS_WRONG, "--tables %s: is not a folder", folder);
}

/* Tables that are not there are skipped, but not all of them where their folder was given. */
static bool judge(const outcome *all, const options *o, failure *f) {
    if (all->absent == all->tables && o->tables)
        return fail(f, STATUS_WRONG, "--tables %s: holds none of the %zu tables: nothing was "
                    "validated", o->tables, all->tables);
    if (all->absent == all->tables)
        puts("Nothing was validated: none of the tables is there.");
    return !all->missed || fail(f, STATUS_FAILED, "%zu table%s with a figure out of bounds",
                                all->missed, all->missed == 1 ? "" : "s");
}

int command_validate(int argc, char **argv, failure *f) {
    options o;
    outcome all = {0};
    bool good = options_read(&o, argc, argv, "set tables workers", f);
    if (good && !o.n_arguments)
        good = fail(f, STATUS_WRONG,
                    "cimdse validate CONFIG...: which? as in configs/validation/*.cfg");
    good = good && (!o.tables || check_folder(o.tables, f));
    for (size_t i = 0; good && i < o.n_arguments; i++)
        good = validate_config(o.arguments[i], &o, &all, f);
    if (good) judge(&all, &o, f);
    options_free(&o);
    return f->status;
}
