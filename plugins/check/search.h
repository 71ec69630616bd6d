/* search.h: a searcher at work on one of the suite's problems. Whatever breaks the interface's
 * rules on the way (a point outside the space, more points than asked for, ...) fails the test. */
#ifndef SEARCH_H
#define SEARCH_H
#include "problems.h"

typedef struct search {
    subject s;
    const cim_problem *problem;
    news news;
    double rubbish;          /* told where nothing is known */
    uint64_t asks, told;
    bool done;
    double *points;          /* all so far, canonical, one row each */
    size_t n_points, room;
    double best;             /* of the first goal, of feasible points */
} search;

typedef struct search_how {
    problem_kind kind;
    news news;
    subject_how subject;
} search_how;
#define SEARCH_HOW ((search_how){.kind = PROBLEM_MIXED, .news = NEWS_PLAIN, .subject = SUBJECT_HOW})

/* False when the searcher refuses the problem, with a reason in X->s.reason. */
bool search_create(search *x, check *c, search_how how, cim_status *status);
/* False: ask, tell or save refuses. */
bool search_step(search *x, uint32_t max, cim_status *status);
/* N steps; a refusal fails the test. */
void search_steps(search *x, uint32_t n);
/* All of a snapshot, in memory of the test. */
const char *search_save(search *x, size_t *size);
cim_status search_load(search *x, const char *data, size_t size);
void search_end(search *x);
/* The first problem that the searcher takes on with its defaults; a failure if there is none. */
problem_kind search_standard(check *c);
#endif
