/* suite.h: what a test of the suite has at hand: its verdict, memory that goes with it, random
 * numbers that --seed replays. */
#ifndef SUITE_H
#define SUITE_H
#include "check.h"
#include "memory.h"
#include "text.h"

#include <cim/accuracy.h>
#include <cim/searcher.h>
#include <setjmp.h>

typedef enum verdict { NO_VERDICT, PASSED, FAILED, WARNED, SKIPPED, N_VERDICTS } verdict;

enum { REASON_SIZE = 512, CALLING_SIZE = 96 };

/* Shared between a test's process and the runner. */
typedef struct check_report {
    volatile int32_t verdict;
    char reason[REASON_SIZE];
    char calling[CALLING_SIZE];  /* the call into the plug-in that is under way; "": none */
    char variant[CALLING_SIZE];  /* "version = v2": not the defaults; "": the defaults    */
} check_report;

typedef struct check check;

typedef struct check_test {
    const char *name, *what;
    void (*run)(check *c);
} check_test;

/* Ended by a row without a name. Those of a file know no plug-in yet. */
extern const check_test file_tests[], plugin_tests[], searcher_tests[], hwmodel_tests[],
    workload_tests[], accuracy_tests[];

struct check {
    const char *file;
    const cim_plugin *plugin;    /* NULL in tests of the file */
    const check_options *options;
    const check_test *test;
    /* A test runs once with the defaults and once more for every value of every parameter that
     * decides what kind of thing the plug-in is (one.c): such a parameter, and its value. */
    const cim_param *variant;    /* NULL: the defaults */
    double variant_value;
    check_report *report;
    cim_rng rng;                 /* of this test alone: --only changes no other test */
    int output;                  /* what is written to standard output and error ends here */
    /* Called after every call into the plug-in; NULL: none. Returns what it did wrong, or NULL. */
    const char *(*watch)(check *c);
    void (*unwatch)(check *c);   /* called at the end of the test; NULL: nothing to undo */
    void *watched;               /* the watch's own */
    char intrusion[REASON_SIZE]; /* the first thing that the watch saw; "": nothing */
    uint32_t standard[2];        /* networks that the plug-in takes on (use.h) */
    struct check_block *memory;
    jmp_buf end;
};

/* These end the test at once, so they may not be used inside a callback of a plug-in. */
_Noreturn void check_fail(check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void check_skip(check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What a plug-in must not refuse: a failure with its defaults, no verdict on another variant. */
_Noreturn void check_refused(check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Remembers the first warning and goes on. */
void check_warn(check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Zeroed memory until the end of the test. */
void *check_new(check *c, size_t count, size_t size);
const char *check_text(check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What a plug-in is lent: counted by its owner, and freed with the test if it never comes back. */
void *check_lend(check *c, size_t size);
/* False: MEMORY was not lent. */
bool check_return(check *c, void *memory);
void check_free(check *c);                    /* all of it, by the runner */

uint64_t check_below(check *c, uint64_t n);   /* 0 .. n-1 */
double check_uniform(check *c);               /* [0, 1) */

enum { DIGEST_START = 0 };
/* A hash of all bits so far. NaNs of any payload are one. */
uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t n);
uint64_t digest_numbers(uint64_t digest, const double *numbers, size_t n);
/* Same bits, or both NaN. */
bool same_number(double a, double b);

/* Loads the file; what is wrong fails the test. The plug-ins are checked descriptors. */
typedef const cim_plugin *const *(*entry_function)(uint32_t, uint32_t, uint32_t *);
bool file_load(const char *file, entry_function *entry, failure *f);
bool file_plugins(entry_function entry, const cim_plugin *const **plugins, uint32_t *n, failure *f);

/* Is FILE a shared object of this machine? Calls EACH with every dynamic symbol that it offers. */
bool elf_exports(const char *file, void (*each)(void *context, const char *name), void *context,
                 failure *f);
#endif
