/* subject.h: one instance of the plug-in under test: its host, which counts and can run dry, its
 * merged description, and values for its parameters.
 *
 * A subject with PAD > 0 lives under a newer host: every struct and row that it is given is longer
 * by PAD bytes of rubbish, and says so. */
#ifndef SUBJECT_H
#define SUBJECT_H
#include "suite.h"

/* Which values the parameters take. The same pick gives the same values. */
typedef enum pick_mode {
    PICK_DEFAULT, PICK_LOWEST, PICK_HIGHEST, PICK_RANDOM, PICK_CORNER
} pick_mode;
typedef struct pick {
    pick_mode mode;
    uint64_t seed;           /* of PICK_RANDOM and PICK_CORNER (each at its lowest or highest) */
    int32_t only;            /* this parameter alone, the others at their default; -1: all     */
} pick;
#define PICK_DEFAULTS ((pick){.only = -1})

enum { NEVER = -1 };

typedef struct subject_how {
    pick pick;
    uint64_t seed;                   /* of the study: decides the streams                     */
    uint32_t pad;
    int64_t dry_at;                  /* the number of the alloc() that fails; NEVER: none     */
    const cim_problem *problem;      /* searchers                                             */
    const cim_index_set *sets;       /* of the network, for vectors of models and evaluators  */
    uint32_t n_sets;
} subject_how;
#define SUBJECT_HOW ((subject_how){.pick = PICK_DEFAULTS, .seed = 1, .dry_at = NEVER})

typedef struct subject {
    check *c;
    const cim_plugin *plugin;
    subject_how how;
    cim_host *host;
    void *self;              /* NULL: not created, or destroyed */
    int64_t n_allocs;        /* ever */
    size_t live;             /* blocks not released yet */
    bool ran_dry;            /* the alloc() that fails has failed */
    bool told_dry;           /* and some call refused since */
    char misuse[128];        /* of the host's services; "": none */
    char reason[512];        /* of the last fail() since the last call began; "": none */

    cim_param *params;       /* the descriptor's, then those of describe(); so the others */
    cim_condition *conditions;
    cim_metric *metrics;
    cim_constraint *constraints;
    cim_index_set *index_sets;
    uint32_t n_params, n_conditions, n_metrics, n_constraints, n_index_sets;
    uint32_t *first, n_numbers;
    double *base;            /* the values it was created with */
    const char **texts;
} subject;

/* Skips the test when a required text is not given with --set; fails it for a --set that does not
 * fit. Calls create() and describe(): false when one of them refuses, and then nothing may be left
 * behind; *STATUS says how. A broken promise fails the test. */
bool subject_create(subject *s, check *c, subject_how how, cim_status *status);
/* The same, where a refusal fails the test. */
void subject_begin(subject *s, check *c, subject_how how);
/* destroy(), after which all memory must be back. */
void subject_end(subject *s);

/* Around every call: WHAT is "ask", "evaluate", ... */
void subject_enter(subject *s, const char *what);
void subject_leave(subject *s);
/* What the plug-in said, or what STATUS means. */
const char *subject_reason(const subject *s, cim_status status);
/* A status of the interface that is not CIM_OK, with a reason, or the test fails. */
void subject_check_refusal(subject *s, const char *what, cim_status status);

/* N_NUMBERS values by PICK. Fixed parameters keep what the subject was created with; inactive
 * elements get their default. */
void subject_point(const subject *s, pick p, double *numbers);
void subject_canonical(const subject *s, double *numbers, bool *active);
bool subject_is_set(const subject *s, uint32_t param);  /* by --set */
double subject_default(const subject *s, uint32_t param);
/* Works out first[] and the values of base[] from the description and the pick. */
void subject_layout(subject *s);
cim_values *subject_values(subject *s, const double *numbers, uint32_t n_points);
int subject_find(const subject *s, const char *key);

/* A struct, or N rows, as this subject's host hands them out. */
void *subject_struct(const subject *s, const void *p, size_t size);
void *subject_rows(const subject *s, const void *rows, uint32_t n, size_t size);
#define SUBJECT_TABLE(s, array, count, type) \
    {subject_rows(s, array, count, sizeof(type)), count, (uint32_t)sizeof(type) + (s)->how.pad}
#endif
