#include "pareto.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum { LEAF = 16, SAMPLE = 31 };

typedef struct node node;

/* Members lie back to back, in one block to read and to sort; leaves hold their numbers. */
typedef struct member {
    uint64_t id;
    node *leaf;
    size_t place;            /* in the leaf */
    double goals[];
} member;

/* A subtree of at least one member. Inner: goal `goal` of all below `low` is < at. */
struct node {
    node *low, *high;        /* NULL: a leaf */
    size_t n, built;         /* members, and how many there were when it was built */
    size_t goal;
    double at;
    size_t members[LEAF];    /* of a leaf */
    double box[];            /* the least of each goal, then the greatest */
};

struct pareto {
    size_t n_goals, n, capacity, stride;
    char *members;
    node *root;              /* NULL: empty */
};

static member *member_at(const pareto *archive, size_t i) {
    return (member *)(void *)(archive->members + i * archive->stride);
}

pareto *pareto_new(size_t n_goals) {
    if (n_goals == 0 || n_goals > (SIZE_MAX - sizeof(node)) / (2 * sizeof(double))) return NULL;
    pareto *archive = memory_new(1, sizeof *archive);
    archive->n_goals = n_goals;
    archive->stride = sizeof(member) + n_goals * sizeof(double);
    return archive;
}

static void free_tree(node *x) {
    if (x == NULL) return;
    free_tree(x->low);
    free_tree(x->high);
    free(x);
}

void pareto_free(pareto *archive) {
    if (archive == NULL) return;
    free_tree(archive->root);
    free(archive->members);
    free(archive);
}

static int nowhere_worse(const double *a, const double *b, size_t m) {
    for (size_t k = 0; k < m; k++)
        if (a[k] > b[k]) return 0;
    return 1;
}

/* ---- boxes ---------------------------------------------------------------------------------- */

static void box_take(double *box, const double *least, const double *greatest, size_t m) {
    for (size_t k = 0; k < m; k++) {
        if (least[k] < box[k]) box[k] = least[k];
        if (greatest[k] > box[m + k]) box[m + k] = greatest[k];
    }
}

static void box_of_leaf(const pareto *archive, node *leaf) {
    const size_t m = archive->n_goals;
    for (size_t i = 0; i < leaf->n; i++) {
        const double *goals = member_at(archive, leaf->members[i])->goals;
        if (i == 0) {
            memcpy(leaf->box, goals, m * sizeof *goals);
            memcpy(leaf->box + m, goals, m * sizeof *goals);
        } else box_take(leaf->box, goals, goals, m);
    }
}

static void box_of_children(const pareto *archive, node *x) {
    const size_t m = archive->n_goals;
    memcpy(x->box, x->low->box, 2 * m * sizeof *x->box);
    box_take(x->box, x->high->box, x->high->box + m, m);
}

/* ---- building ------------------------------------------------------------------------------- */

static void leaf_take(pareto *archive, node *leaf, size_t i) {
    member *x = member_at(archive, i);
    x->leaf = leaf;
    x->place = leaf->n;
    leaf->members[leaf->n++] = i;
}

/* The median of goal K in a sample of LIST, moved up until something lies below it; returns how
 * many of the sample do: 0 when all are equal there. */
static size_t sample_median(const pareto *archive, const size_t *list, size_t n, size_t k,
                            double *at) {
    double sorted[SAMPLE];
    const size_t count = n < SAMPLE ? n : SAMPLE;
    for (size_t i = 0; i < count; i++) {
        const double x = member_at(archive, list[i * n / count])->goals[k];
        size_t j = i;
        for (; j > 0 && sorted[j - 1] > x; j--) sorted[j] = sorted[j - 1];
        sorted[j] = x;
    }
    size_t below = count / 2;
    while (below > 0 && sorted[below - 1] == sorted[below]) below--;
    if (below == 0)
        for (below = count / 2; below < count && sorted[below] == sorted[0];) below++;
    if (below == count) return 0;
    *at = sorted[below];
    return below;
}

/* The goal that halves the sample best; among equals the next after goal LAST, by turns, so that
 * boxes get short in all goals. Members differ, so that one of them does split it. */
static void choose_split(const pareto *archive, const size_t *list, size_t n, size_t last,
                         node *x) {
    const size_t count = n < SAMPLE ? n : SAMPLE;
    size_t best = 0;
    for (size_t i = 1; i <= archive->n_goals; i++) {
        const size_t k = (last + i) % archive->n_goals;
        double at = 0;
        size_t below = sample_median(archive, list, n, k, &at);
        if (below > count - below) below = count - below;
        if (below <= best) continue;
        best = below;
        x->goal = k;
        x->at = at;
    }
}

/* A balanced tree of the N members in LIST, which is put in another order; the goal split above is
 * LAST. */
static node *build(pareto *archive, size_t *list, size_t n, size_t last) {
    node *x = memory_new(1, sizeof *x + 2 * archive->n_goals * sizeof *x->box);
    x->built = n;
    if (n <= LEAF) {
        for (size_t i = 0; i < n; i++) leaf_take(archive, x, list[i]);
        box_of_leaf(archive, x);
        return x;
    }
    choose_split(archive, list, n, last, x);
    size_t low = 0;
    for (size_t i = 0; i < n; i++) {
        if (member_at(archive, list[i])->goals[x->goal] >= x->at) continue;
        const size_t swapped = list[i];
        list[i] = list[low];
        list[low++] = swapped;
    }
    x->n = n;
    x->low = build(archive, list, low, x->goal);
    x->high = build(archive, list + low, n - low, x->goal);
    box_of_children(archive, x);
    return x;
}

static void collect(const node *x, size_t *list, size_t *n) {
    if (x->low) {
        collect(x->low, list, n);
        collect(x->high, list, n);
        return;
    }
    memcpy(list + *n, x->members, x->n * sizeof *list);
    *n += x->n;
}

/* *SLOT once more, balanced, with member NEW. */
static void rebuild(pareto *archive, node **slot, size_t new, size_t last) {
    size_t *list = memory_new((*slot)->n + 1, sizeof *list), n = 0;
    collect(*slot, list, &n);
    list[n++] = new;
    free_tree(*slot);
    *slot = build(archive, list, n, last);
    free(list);
}

/* ---- adding --------------------------------------------------------------------------------- */

/* Is some member nowhere worse than GOALS? */
static int is_refused(const pareto *archive, const node *x, const double *goals) {
    const size_t m = archive->n_goals;
    if (!nowhere_worse(x->box, goals, m)) return 0;
    if (nowhere_worse(x->box + m, goals, m)) return 1;
    if (x->low) return is_refused(archive, x->low, goals) || is_refused(archive, x->high, goals);
    for (size_t i = 0; i < x->n; i++)
        if (nowhere_worse(member_at(archive, x->members[i])->goals, goals, m)) return 1;
    return 0;
}

/* The last member of the leaf, and the last of all, come in its place. */
static void take_out(pareto *archive, node *leaf, size_t place) {
    const size_t i = leaf->members[place], last = --archive->n;
    leaf->members[place] = leaf->members[--leaf->n];
    member_at(archive, leaf->members[place])->place = place;
    if (i == last) return;
    memcpy(member_at(archive, i), member_at(archive, last), archive->stride);
    const member *moved = member_at(archive, i);
    moved->leaf->members[moved->place] = i;
}

/* Takes out what GOALS dominates below *SLOT, which becomes NULL when nothing is left. */
static void take_dominated(pareto *archive, node **slot, const double *goals) {
    const size_t m = archive->n_goals;
    node *x = *slot;
    if (!nowhere_worse(goals, x->box + m, m)) return;
    const size_t before = x->n;
    if (!x->low) {
        for (size_t i = x->n; i-- > 0;)
            if (nowhere_worse(goals, member_at(archive, x->members[i])->goals, m))
                take_out(archive, x, i);
        if (x->n == before) return;
        box_of_leaf(archive, x);
        if (x->n > 0) return;
        *slot = NULL;
    } else {
        take_dominated(archive, &x->low, goals);
        take_dominated(archive, &x->high, goals);
        if (x->low && x->high) {
            x->n = x->low->n + x->high->n;
            if (x->n < before) box_of_children(archive, x);
            return;
        }
        *slot = x->low ? x->low : x->high;
    }
    free(x);
}

/* A subtree that has doubled since it was built is built anew, so that paths stay short. */
static void put_in(pareto *archive, size_t new) {
    const double *goals = member_at(archive, new)->goals;
    node **slot = &archive->root;
    size_t last = archive->n_goals - 1;
    if (*slot == NULL) {
        *slot = build(archive, &new, 1, last);
        return;
    }
    for (;;) {
        node *x = *slot;
        if (x->low ? x->n >= 2 * x->built : x->n == LEAF) break;
        box_take(x->box, goals, goals, archive->n_goals);
        if (!x->low) {
            leaf_take(archive, x, new);
            return;
        }
        x->n++;
        last = x->goal;
        slot = goals[x->goal] < x->at ? &x->low : &x->high;
    }
    rebuild(archive, slot, new, last);
}

static void reserve(pareto *archive) {
    if (archive->n < archive->capacity) return;
    archive->capacity = archive->capacity > 0 ? 2 * archive->capacity : 16;
    archive->members = memory_grow(archive->members, archive->capacity, archive->stride);
}

int pareto_add(pareto *archive, uint64_t id, const double *goals) {
    const size_t m = archive->n_goals;
    for (size_t k = 0; k < m; k++)
        if (goals[k] != goals[k]) return 0;
    if (archive->root) {
        if (is_refused(archive, archive->root, goals)) return 0;
        take_dominated(archive, &archive->root, goals);
    }
    reserve(archive);
    member *entered = member_at(archive, archive->n);
    entered->id = id;
    memcpy(entered->goals, goals, m * sizeof *goals);
    put_in(archive, archive->n++);
    return 1;
}

int pareto_covers(const pareto *archive, const double *goals) {
    return archive->root && is_refused(archive, archive->root, goals);
}

/* ---- reading -------------------------------------------------------------------------------- */

size_t pareto_size(const pareto *archive) {
    return archive->n;
}

static int compare_ids(const void *a, const void *b) {
    const uint64_t p = ((const member *)a)->id, q = ((const member *)b)->id;
    return (p > q) - (p < q);
}

void pareto_sort(pareto *archive) {
    if (archive->n > 1) qsort(archive->members, archive->n, archive->stride, compare_ids);
    for (size_t i = 0; i < archive->n; i++) {
        const member *x = member_at(archive, i);
        x->leaf->members[x->place] = i;
    }
}

uint64_t pareto_id(const pareto *archive, size_t i) {
    return member_at(archive, i)->id;
}

const double *pareto_goals(const pareto *archive, size_t i) {
    return member_at(archive, i)->goals;
}
