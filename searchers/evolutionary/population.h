/* population.h: the best trials so far. Every trial told competes with the population at once, so
 * generations do not depend on how many points an ask wants. */
#ifndef POPULATION_H
#define POPULATION_H

#include "ranking.h"

/* The slack of one constraint over the history: its geometric mean where it was violated says what
 * a violation of ordinary size is, whatever the unit and however far off single designs are. */
typedef struct slack_spread { double log_sum; uint64_t n; } slack_spread;

typedef struct population {
    const cim_host *host;
    const cim_problem *problem;
    uint32_t algorithm;      /* proposal.h */
    int is_keen;             /* more compete once something is feasible */
    size_t contest;          /* members that compete to be a parent */
    size_t size, most;       /* members that are kept; and where more are not dominated */
    size_t n, capacity;      /* members; more than `most` only while trials are being told */
    member *members;
    double *numbers;         /* what the members point to */
    slack_spread *spread;    /* one a constraint */
    ranking ranking;
} population;

struct settings;
cim_status population_init(population *p, const cim_host *host, const cim_problem *problem,
                           const struct settings *s);
void population_free(population *p);
void population_clear(population *p);

/* An empty member to fill in, which population_settle() will rank. */
member *population_place(population *p);

/* Copies a trial, found as PROPOSAL says. A failed one says nothing about designs near it and is
 * left out. */
struct proposal;
void population_add(population *p, const cim_trial *trial, const double *point,
                    const struct proposal *from);

/* Judges and ranks all members and keeps the best. To be called before parents are drawn. */
void population_settle(population *p);

/* The best of some random members; the population is not empty. */
member *population_parent(const population *p, cim_rng *rng);

/* A second parent, by and by one whose goals are not far from PARENT's; or PARENT where no other is
 * found. */
const member *population_mate(const population *p, const member *parent, cim_rng *rng);

#endif
