#include "command.h"
#include "compare.h"
#include "memory.h"
#include "runs.h"

#include <stdio.h>
#include <stdlib.h>

int command_compare(int argc, char **argv, failure *f) {
    options o;
    runs r = {0};
    bool good = options_read(&o, argc, argv, "", f);
    for (size_t i = 0; good && i < o.n_arguments; i++) good = runs_open(&r, o.arguments[i], f);
    if (good && r.n < 2)
        good = fail(f, STATUS_WRONG,
                    "cimdse compare RUN...: needs two runs, or one over "
                    "several targets");
    if (good) compare_print(r.stores, (const char *const *)r.names, r.n, stdout, f);
    runs_close(&r, f);
    options_free(&o);
    return f->status;
}
