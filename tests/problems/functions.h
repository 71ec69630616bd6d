/* functions.h: problems with known answers for searchers: evaluated here by name, or by the program
 * as the hardware models of problems.c. All goals are minimised; a constraint is met at <= 0.
 *
 * A point is given as VALUES, one number a variable in the order of the hardware model's values
 * (category: index), or as U in [0, 1]^d in the problem's own order: a real variable is
 * min + u (max - min), one with K values takes number floor(u K). */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <cim/abi.h>

#include <stdio.h>

enum { PROBLEM_GOALS = 4, PROBLEM_CONSTRAINTS = 2, PROBLEM_VARIABLES = 30, PROBLEM_START = 20 };

typedef struct problem {
    const char *name;
    uint32_t d, m, c;               /* variables, goals, constraints */
    const cim_param *params;
    uint32_t n_params;
    void (*evaluate)(const struct problem *p, const double *values, double *goals, double *slack);
    double reference[2][PROBLEM_GOALS];   /* of the hypervolume; for several goals */
    double volume[2];               /* of the true front, or the best known; 0: not known */
    double optimum;                 /* for one goal */
    uint32_t budget;                /* trials, as in the stored results */
} problem;

#define PROBLEM_LIST(X) \
    X(zdt1_30) X(zdt2_30) X(zdt4_10) X(dtlz2_6_2) X(dtlz2_12_3) X(bnh) X(cim26_2) X(cim26_3c) \
    X(cim26_4) X(branin) X(hartmann6) X(rosenbrock10) \
    X(ackley10) X(rastrigin6) X(griewank6)
#define PROBLEM_NUMBER(name) PROBLEM_##name,
enum { PROBLEM_LIST(PROBLEM_NUMBER) N_PROBLEMS };
extern const problem problems[N_PROBLEMS];

/* NULL: there is none such. */
const problem *problem_find(const char *name);

/* The parameter that value number I is of, and its element. */
const cim_param *problem_param(const problem *p, uint32_t i, uint32_t *element);

/* Place in VALUES of variable I of U. */
uint32_t problem_place(const problem *p, uint32_t i);
void problem_values(const problem *p, const double *u, double *values);

/* GOALS: p->m numbers; SLACK: p->c. */
void problem_evaluate(const problem *p, const double *values, double *goals, double *slack);

/* N x D points U of a Latin hypercube, the same on every machine: its own generator, splitmix64 by
 * Sebastiano Vigna. */
void problem_hypercube(uint32_t n, uint32_t d, uint64_t seed, double *u);

/* A file for study.initial_points: PROBLEM_START points of the hypercube of SEED. */
void problem_write_start(const problem *p, uint64_t seed, FILE *to);

/* A study of all variables that begins with those points, in start.csv. */
void problem_write_study(const problem *p, FILE *to);

/* ---- for the table of problems only ---------------------------------------------------------- */

typedef void problem_function(const problem *p, const double *x, double *f, double *g);
problem_function zdt1, zdt2, zdt4, dtlz2, bnh, branin, hartmann6, rosenbrock, cim26;
problem_function ackley, rastrigin, griewank;

#endif
