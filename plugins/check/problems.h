/* problems.h: search problems that the suite makes, and what every point of them is worth. */
#ifndef PROBLEMS_H
#define PROBLEMS_H
#include "subject.h"

typedef enum problem_kind {
    PROBLEM_MIXED,        /* every kind of dimension, a constraint             */
    PROBLEM_CONDITIONAL,  /* dimensions that are active only at times          */
    PROBLEM_ONE,          /* a single dimension of two levels                  */
    PROBLEM_FORTY,        /* forty dimensions, two goals                       */
    PROBLEM_GOALS,        /* three goals, two constraints                      */
    PROBLEM_HUGE,         /* 2^53 levels, twelve decades, one goal             */
    PROBLEM_ENUMERABLE,   /* 4,096 points without an order of levels to rely on */
    N_PROBLEMS
} problem_kind;
extern const char *const problem_names[N_PROBLEMS];

/* What a searcher hears of its points. */
typedef enum news {
    NEWS_PLAIN,           /* feasible, infeasible and failed ones              */
    NEWS_ALL_INFEASIBLE, NEWS_ALL_FAILED, NEWS_CONSTANT_GOALS,
    NEWS_UNKNOWN_GOALS,   /* infeasible ones with goals that are not known     */
    NEWS_UNKNOWN_SLACKS,  /* NaN slacks                                        */
    NEWS_ALL_FEASIBLE,
    N_NEWS
} news;

typedef struct problem_told {
    cim_outcome outcome;
    double goals[4], slack[4];
    uint8_t known[4];
} problem_told;

/* Without padding; the owner hands it out through subject_struct. */
const cim_problem *problem_make(check *c, problem_kind kind);
/* Puts inactive dimensions at their default; ACTIVE may be NULL. */
void problem_canonical(const cim_problem *p, double *point, bool *active);
bool problem_holds(const cim_dimension *d, double coordinate);
/* RUBBISH stands where nothing is known. */
void problem_judge(const cim_problem *p, const double *point, news n, double rubbish,
                   problem_told *out);
/* A point uniform over the levels and ranges, not canonical. */
void problem_random_point(check *c, const cim_problem *p, double *point);
#endif
