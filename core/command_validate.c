#include "command.h"
#include "memory.h"
#include "validate.h"

#include <stdio.h>
#include <stdlib.h>

/* *MISSED: tables with a figure out of its bounds. */
static bool validate_config(const char *path, const options *o, size_t *missed, failure *f) {
    config c = {0};
    reference x = {0};
    bool is_run, good = command_config(&c, path, o, &is_run, f) && reference_read(&c, &x, f);
    if (good) printf("%s\n\n", path);
    for (size_t i = 0; good && i < x.n; i++) {
        validation v;
        bool held = true;
        good = validation_run(&x.tables[i], path, o->tables ? o->tables : c.folder, o, &v, f);
        if (good) validation_print(&v, &x.tables[i], stdout, &held);
        fflush(stdout);
        *missed += !held;
        validation_free(&v);
    }
    reference_free(&x);
    config_free(&c);
    return good;
}

int command_validate(int argc, char **argv, failure *f) {
    options o;
    size_t missed = 0;
    bool good = options_read(&o, argc, argv, "set tables workers", f);
    if (good && !o.n_arguments)
        good = fail(f, STATUS_WRONG,
                    "cimdse validate CONFIG...: which? as in configs/validation/*.cfg");
    for (size_t i = 0; good && i < o.n_arguments; i++)
        good = validate_config(o.arguments[i], &o, &missed, f);
    options_free(&o);
    if (good && missed)
        fail(f, STATUS_FAILED, "%zu table%s with a figure out of bounds", missed,
             missed == 1 ? "" : "s");
    return f->status;
}
