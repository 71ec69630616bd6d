/* one.h: one test, in a process of its own. */
#ifndef ONE_H
#define ONE_H
#include "suite.h"

/* What the file holds, found out in a process of its own. */
typedef struct probe {
    uint32_t n, kinds[CIM_MAX_PLUGINS];
    char ids[CIM_MAX_PLUGINS][96];
    char why[REASON_SIZE];       /* "": all is well */
    char wrong_set[REASON_SIZE]; /* what is wrong with a --set; "": nothing */
} probe;

/* Shared with the processes that a test runs in. NULL without memory. */
void *shared_new(size_t size);
void shared_free(void *shared, size_t size);

void one_probe(const check_options *o, probe *p);

/* Runs C->test on plug-in number INDEX of the file (-1: on the file itself), and fills C->report.
 * What the test does not survive is a verdict too. */
void one_run(check *c, int index);
#endif
