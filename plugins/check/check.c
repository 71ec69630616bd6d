#include "one.h"
#include "catalog.h"

#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const verdicts[N_VERDICTS] = {"", "passed", "FAILED", "warned", "skipped"};

typedef struct session {
    check c;
    regex_t only;
    uint32_t counts[N_VERDICTS];
    int width;               /* of the longest name that is run */
} session;

static const check_test *const kind_tests[] = {NULL, searcher_tests, hwmodel_tests, workload_tests,
                                               accuracy_tests};

static bool is_wanted(const session *s, const check_test *t) {
    return !s->c.options->only || regexec(&s->only, t->name, 0, NULL, 0) == 0;
}

/* The number of tests of a list that are wanted. */
static uint32_t measure(session *s, const check_test *tests) {
    uint32_t n = 0;
    for (; tests->name; tests++)
        if (is_wanted(s, tests)) {
            int length = (int)strlen(tests->name);
            if (length > s->width) s->width = length;
            n++;
        }
    return n;
}

static void run_tests(session *s, const check_test *tests, int index) {
    check *c = &s->c;
    for (; tests->name; tests++) {
        if (!is_wanted(s, tests)) continue;
        c->test = tests;
        one_run(c, index);
        int v = c->report->verdict;
        s->counts[v]++;
        const char *variant = v == PASSED ? "" : c->report->variant;
        printf("%-7s  %-*s  %s%s%s\n", verdicts[v], s->width, tests->name, variant,
               variant[0] ? ": " : "", v == PASSED ? tests->what : c->report->reason);
        fflush(stdout);
    }
}

static int run_all(session *s, const probe *p, failure *f) {
    uint32_t n_wanted = measure(s, file_tests) + measure(s, plugin_tests);
    for (uint32_t i = 0; i < p->n; i++) n_wanted += measure(s, kind_tests[p->kinds[i]]);
    if (p->wrong_set[0]) {
        fail(f, STATUS_WRONG, "%s", p->wrong_set);
        return f->status;
    }
    if (!n_wanted && !p->why[0]) {
        fail(f, STATUS_WRONG, "--only %s: no test has such a name", s->c.options->only);
        return f->status;
    }
    printf("%s, seed %" PRIu64 "\n", s->c.file, s->c.options->seed);
    run_tests(s, file_tests, -1);
    for (uint32_t i = 0; i < p->n; i++) {
        printf("%s\n", p->ids[i]);
        run_tests(s, plugin_tests, (int)i);
        run_tests(s, kind_tests[p->kinds[i]], (int)i);
    }
    if (p->why[0]) printf("No plug-in of the file was tested: %s\n", p->why);
    printf("%" PRIu32 " passed, %" PRIu32 " failed, %" PRIu32 " warned, %" PRIu32 " skipped\n",
           s->counts[PASSED], s->counts[FAILED], s->counts[WARNED], s->counts[SKIPPED]);
    return s->counts[FAILED] || p->why[0] ? STATUS_FAILED : STATUS_DONE;
}

/* Every --set must be "key=value". Whether a plug-in has the key is found out with it. */
static bool sets_check(const check_options *o, failure *f) {
    for (size_t i = 0; i < o->n_sets; i++) {
        const char *equals = strchr(o->sets[i], '=');
        if (!equals || equals == o->sets[i])
            return fail(f, STATUS_WRONG, "--set %s: must be KEY=VALUE", o->sets[i]);
    }
    return true;
}

static void ignore(void *context, const char *name) { (void)context, (void)name; }

int check_run(const check_options *o, failure *f) {
    session s = {.c = {.file = o->file, .options = o}};
    /* A name without a folder is a file here, as for every other command: not one of the linker's
     * search path. */
    text path = {0};
    text_add(&path, "%s%s", strchr(o->file, '/') ? "" : "./", o->file);
    s.c.file = text_of(&path);
    if (!sets_check(o, f) || !elf_exports(s.c.file, ignore, NULL, f)) {
        text_free(&path);
        return f->status;
    }
    if (o->only && regcomp(&s.only, o->only, REG_EXTENDED | REG_NOSUB) != 0) {
        fail(f, STATUS_WRONG, "--only %s: is no regular expression", o->only);
        text_free(&path);
        return f->status;
    }
    probe *p = shared_new(sizeof *p);
    s.c.report = shared_new(sizeof *s.c.report);
    int status = STATUS_FAILED;
    if (!p || !s.c.report) fail(f, STATUS_FAILED, "no memory to share with the tests");
    else {
        check_options here = *o;
        here.file = s.c.file;
        s.c.options = &here;
        one_probe(&here, p);
        status = run_all(&s, p, f);
    }
    shared_free(p, sizeof *p);
    shared_free(s.c.report, sizeof *s.c.report);
    if (o->only) regfree(&s.only);
    text_free(&path);
    return status;
}
