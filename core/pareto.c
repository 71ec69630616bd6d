#include "pareto.h"

#include <stdlib.h>
#include <string.h>

/* Members lie back to back, each one an id and then its goals: one block to scan, and to sort. */
typedef struct member { uint64_t id; double goals[]; } member;

struct pareto {
    size_t n_goals, n, capacity, stride;
    char *members;
};

static member *member_at(const pareto *archive, size_t i) {
    return (member *)(void *)(archive->members + i * archive->stride);
}

pareto *pareto_new(size_t n_goals) {
    if (n_goals == 0 || n_goals > (SIZE_MAX - sizeof(member)) / sizeof(double)) return NULL;
    pareto *archive = calloc(1, sizeof *archive);
    if (archive == NULL) return NULL;
    archive->n_goals = n_goals;
    archive->stride = sizeof(member) + n_goals * sizeof(double);
    return archive;
}

void pareto_free(pareto *archive) {
    if (archive == NULL) return;
    free(archive->members);
    free(archive);
}

static int nowhere_worse(const double *a, const double *b, size_t m) {
    for (size_t k = 0; k < m; k++)
        if (a[k] > b[k]) return 0;
    return 1;
}

static void swap(pareto *archive, size_t i, size_t j) {
    member *a = member_at(archive, i), *b = member_at(archive, j);
    const uint64_t id = a->id;
    a->id = b->id;
    b->id = id;
    for (size_t k = 0; k < archive->n_goals; k++) {
        const double goal = a->goals[k];
        a->goals[k] = b->goals[k];
        b->goals[k] = goal;
    }
}

/* Room for one more; 0 when there is none. */
static int reserve(pareto *archive) {
    if (archive->n < archive->capacity) return 1;
    const size_t capacity = archive->capacity > 0 ? 2 * archive->capacity : 16;
    if (capacity > SIZE_MAX / archive->stride) return 0;
    char *members = realloc(archive->members, capacity * archive->stride);
    if (members == NULL) return 0;
    archive->members = members;
    archive->capacity = capacity;
    return 1;
}

int pareto_add(pareto *archive, uint64_t id, const double *goals) {
    const size_t m = archive->n_goals;
    for (size_t k = 0; k < m; k++)
        if (goals[k] != goals[k]) return 0;
    for (size_t i = 0; i < archive->n; i++) {
        if (!nowhere_worse(member_at(archive, i)->goals, goals, m)) continue;
        swap(archive, i, i / 2); /* members that refuse much drift to the front */
        return 0;
    }
    if (!reserve(archive)) return -1;
    for (size_t i = 0; i < archive->n;) {
        if (nowhere_worse(goals, member_at(archive, i)->goals, m))
            memcpy(member_at(archive, i), member_at(archive, --archive->n), archive->stride);
        else
            i++;
    }
    member *entered = member_at(archive, archive->n++);
    entered->id = id;
    memcpy(entered->goals, goals, m * sizeof *goals);
    return 1;
}

size_t pareto_size(const pareto *archive) {
    return archive->n;
}

static int compare_ids(const void *a, const void *b) {
    const uint64_t p = ((const member *)a)->id, q = ((const member *)b)->id;
    return (p > q) - (p < q);
}

void pareto_sort(pareto *archive) {
    if (archive->n > 1) qsort(archive->members, archive->n, archive->stride, compare_ids);
}

uint64_t pareto_id(const pareto *archive, size_t i) {
    return member_at(archive, i)->id;
}

const double *pareto_goals(const pareto *archive, size_t i) {
    return member_at(archive, i)->goals;
}
