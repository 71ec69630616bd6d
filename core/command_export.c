#include "command.h"
#include "export.h"

#include <string.h>

static bool choose_form(const options *o, export_form *form, failure *f) {
    const char *format = o->format ? o->format : "csv";
    *form = EXPORT_CSV;
    if (o->as && strcmp(o->as, "points") != 0)
        return fail(f, STATUS_WRONG, "--as %s: must be points", o->as);
    if (strcmp(format, "csv") != 0 && strcmp(format, "jsonl") != 0)
        return fail(f, STATUS_WRONG, "--format %s: must be csv or jsonl", format);
    if (strcmp(format, "jsonl") == 0) *form = EXPORT_JSONL;
    if (o->as && *form == EXPORT_JSONL)
        return fail(f, STATUS_WRONG, "--as points is a CSV file: no --format jsonl");
    if (o->as) *form = EXPORT_POINTS;
    return true;
}

int command_export(int argc, char **argv, failure *f) {
    options o;
    export_form form;
    if (!options_read(&o, argc, argv, "format front as", f)) return f->status;
    if (o.n_arguments != 1) fail(f, STATUS_WRONG, "cimdse export RUN: one run folder");
    else if (choose_form(&o, &form, f)) {
        store *st = store_open(o.arguments[0], false, f);
        if (st) export_print(st, form, o.front, stdout, f);
        store_close(st, f);
    }
    options_free(&o);
    return f->status;
}
