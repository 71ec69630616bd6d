/* check.h: the conformance suite behind `cimdse plugins check`: does a plug-in keep the promises of
 * cim/(kind).h? README.md lists the tests. */
#ifndef CHECK_H
#define CHECK_H
#include "failure.h"

#include <stddef.h>
#include <stdint.h>

typedef struct check_options {
    const char *file;            /* the shared object                                        */
    const char *only;            /* extended regular expression on test names; NULL: all      */
    const char *const *sets;     /* "key=value": parameters that every test holds there       */
    size_t n_sets;
    uint64_t seed;               /* decides every random point and value                      */
    bool in_process;             /* no child processes and no time limits: for a debugger     */
    uint32_t seconds;            /* that one test may take; 0: 60                             */
} check_options;

/* Prints one line a test and returns the exit status: 0 nothing failed, 1 something did, 2 the
 * options or the file are wrong: then F says why. */
int check_run(const check_options *options, failure *f);
#endif
