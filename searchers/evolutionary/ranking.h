/* ranking.h: constraint domination, fronts, and how much room a member has in its front.
 *
 * K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic
 * algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6, 182-197 (2002). Fronts by sequential search: X.
 * Zhang, Y. Tian, R. Cheng, Y. Jin, "An efficient approach to nondominated sorting for evolutionary
 * multiobjective optimization", IEEE Trans. Evol. Comput. 19, 201-213 (2015). Members leave a front
 * one at a time, and distances follow: S. Kukkonen, K. Deb, "Improved pruning of non-dominated
 * solutions based on crowding distance", CEC 2006. */
#ifndef RANKING_H
#define RANKING_H

#include <cim/searcher.h>

/* Any member of a class is better than any of the next. */
enum {
    CLASS_FEASIBLE,   /* compared by goals */
    CLASS_PARTIAL,    /* feasible, with goals that are not known: by how many those are */
    CLASS_INFEASIBLE, /* by violation */
    CLASS_UNKNOWN     /* infeasible by an unknown amount: by the violation that is known */
};

typedef struct member {
    uint64_t number;         /* of the trial: no two have the same */
    uint32_t class, rank;    /* rank: of its front, 0 the best */
    double violation;        /* the lower the better */
    double crowding;         /* the higher the lonelier; infinite at the ends of a front. With
                              * NSGA-III and SMS-EMOA see room.h */
    double rate, step;       /* how its coordinates were mutated (proposal.h) */
    uint64_t children;       /* proposed so far */
    uint64_t target;         /* proposal.h; until it has been settled */
    double *point, *goals, *slack;
} member;

/* What lines members up: where all else is equal, their numbers. */
typedef struct ranking_key {
    const member *member;
    uint32_t index, n_goals;
    double goal;
} ranking_key;

typedef struct ranking {
    const cim_host *host;
    uint32_t algorithm;       /* proposal.h */
    uint32_t n_goals;
    size_t capacity;
    uint64_t patience;        /* as of ranking_init() */
    ranking_key *keys;
    uint32_t *last, *previous;/* last member of a front; and the one before a member in its front */
    uint32_t *front;          /* members of the front at hand */
    uint32_t *before, *after; /* neighbours of member i in goal k: [k * capacity + i] */
    double *scale;            /* half the extent of each goal on the front at hand */
    double *extent;           /* the same of the first front, once it has all the members to keep */
    struct room *room;        /* of NSGA-III and SMS-EMOA, else NULL */
} ranking;

/* KEEP: as of ranking_select(). PATIENCE: children after which a member counts as one of the next
 * front where parents are chosen, twice as many as of the one after that; 0: never. */
cim_status ranking_init(ranking *r, const cim_host *host, uint32_t algorithm, uint32_t n_goals,
                        size_t keep, size_t capacity, uint64_t patience);
void ranking_free(ranking *r);

/* Ranks N members and leaves the best KEEP of them, by rank and then loneliness, among equals the
 * newer; or all of a first front of feasible ones, up to MOST >= KEEP. Returns how many are left. A
 * second call would change nothing. */
size_t ranking_select(ranking *r, member *members, size_t n, size_t keep, size_t most);

/* Does A dominate B by constraint domination? */
int ranking_dominates(uint32_t n_goals, const member *a, const member *b);

/* Of two ranked members, is A the better parent? One of a better front, or of the same but for more
 * children than patience allows; in the same front, the one with more room around it for each child
 * it had. */
int ranking_is_better(const ranking *r, const member *a, const member *b);

/* How far apart two members are in their goals, as a square of shares of the first front's extent;
 * 0 where goals are not compared, and while the first front is still small: then it is not known
 * yet where it ends, and children of all sorts are better. */
double ranking_distance(const ranking *r, const member *a, const member *b);

#endif
