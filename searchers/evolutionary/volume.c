#include "room.h"

#include <math.h>
#include <string.h>

/* The reference lies so far beyond the worst of the front: with 1 its ends would count nothing. */
#define REFERENCE 1.2

/* Rows in ascending order of goal K; equal ones stay as they are. */
static void sort_rows(double *rows, size_t n, uint32_t n_goals, uint32_t k) {
    for (size_t i = 1; i < n; i++) {
        for (double *row = rows + i * n_goals; row > rows && row[k] < *(row - n_goals + k);
             row -= n_goals) {
            for (uint32_t g = 0; g < n_goals; g++) {
                const double swap = row[g];
                row[g] = *(row - n_goals + g);
                *(row - n_goals + g) = swap;
            }
        }
    }
}

/* Volume in the first M goals, by slices along the last: rows in r->limited, level M - 1. */
static double volume_of(room *r, double *rows, size_t n, uint32_t m) {
    const uint32_t k = m - 1;
    double sum = 0.0;
    sort_rows(rows, n, r->n_goals, k);
    if (m == 1) return n ? REFERENCE - rows[0] : 0.0;
    if (m == 2) {
        double least = REFERENCE;
        for (size_t i = 0; i < n; i++) {
            const double top = i + 1 < n ? rows[(i + 1) * r->n_goals + 1] : REFERENCE;
            least = fmin(least, rows[i * r->n_goals]);
            sum += (REFERENCE - least) * (top - rows[i * r->n_goals + 1]);
        }
        return sum;
    }
    double *slice = r->limited + (m - 2) * r->capacity * r->n_goals;
    for (size_t i = 0; i < n; i++) {
        const double top = i + 1 < n ? rows[(i + 1) * r->n_goals + k] : REFERENCE;
        const double height = top - rows[i * r->n_goals + k];
        if (!(height > 0.0)) continue;
        memcpy(slice, rows, (i + 1) * r->n_goals * sizeof *slice);
        sum += height * volume_of(r, slice, i + 1, m - 1);
    }
    return sum;
}

static int covers(const double *a, const double *b, uint32_t m) {
    for (uint32_t k = 0; k < m; k++)
        if (a[k] > b[k]) return 0;
    return 1;
}

/* What the others leave of the box of row I: each of them limited to that box, those that another
 * covers left out. */
static double own_volume(room *r, size_t size, size_t i) {
    const uint32_t m = r->n_goals;
    const double *own = r->share + r->order[i] * m;
    double *rows = r->limited + (m - 1) * r->capacity * m, box = 1.0;
    size_t n = 0;
    for (uint32_t k = 0; k < m; k++) box *= REFERENCE - own[k];
    for (size_t j = 0; j < size; j++) {
        double *row = rows + n * m;
        int is_covered = j == i;
        for (uint32_t k = 0; k < m; k++) row[k] = fmax(own[k], r->share[r->order[j] * m + k]);
        for (size_t l = 0; l < n && !is_covered; l++) is_covered = covers(rows + l * m, row, m);
        if (is_covered) continue;
        size_t kept = 0;
        for (size_t l = 0; l < n; l++)
            if (!covers(row, rows + l * m, m))
                memmove(rows + kept++ * m, rows + l * m, m * sizeof *rows);
        memmove(rows + kept * m, row, m * sizeof *rows);
        n = kept + 1;
    }
    return fmax(0.0, box - volume_of(r, rows, n, m));
}

/* With sums in another order bits could be others. */
static void order_front(room *r, const member *members, const uint32_t *front, size_t size) {
    for (size_t i = 0; i < size; i++) {
        size_t j = i;
        for (; j > 0 && members[front[r->order[j - 1]]].number > members[front[i]].number; j--)
            r->order[j] = r->order[j - 1];
        r->order[j] = (uint32_t)i;
    }
}

static int is_end(const room *r, const double *share) {
    return r->n_goals == 2 && (share[0] == 0.0 || share[1] == 0.0);
}

void volume_room(room *r, member *members, const uint32_t *front, size_t size) {
    double sum = 0.0;
    room_shares(r, members, front, size);
    order_front(r, members, front, size);
    for (size_t i = 0; i < size; i++)
        sum += members[front[r->order[i]]].crowding = own_volume(r, size, i);
    for (size_t i = 0; i < size; i++) {
        member *m = &members[front[i]];
        if (is_end(r, r->share + i * r->n_goals)) m->crowding = INFINITY;
        else if (sum > 0.0) m->crowding *= (double)size / sum;
    }
}
