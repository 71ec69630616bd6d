/* use.h: an instance put to ordinary work, step by step, whatever its kind: what the tests of all
 * kinds are made of. */
#ifndef USE_H
#define USE_H
#include "calls.h"
#include "search.h"

enum { USE_STEPS = 4 };

typedef struct use {
    search search;               /* of a searcher */
    subject other;               /* of the other kinds */
    subject *s;                  /* the one of them that is in use */
    uint64_t digest;             /* of all that it answered */
} use;

/* How this plug-in is created, with defaults; finds out which of the suite's problems or networks
 * it takes on (check.standard). Once a test. */
search_how use_how(check *c);
/* False: refused, with the reason in U->s->reason. */
bool use_create(use *u, check *c, search_how how, cim_status *status);
bool use_step(use *u, uint32_t i, cim_status *status);
void use_end(use *u);
/* All of it. Returns CIM_OK and the digest in U, or how the plug-in refused. */
cim_status use_run(use *u, check *c, search_how how, const char **why);
/* The same, where a refusal fails the test. */
uint64_t use_digest(check *c, search_how how);
#endif
