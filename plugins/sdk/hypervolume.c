/* Everything here works on gains: gain = reference - goal > 0, and the volume is that of the union
 * of the boxes from the origin to each row of gains.
 *
 * m = 2 and 3 are sweeps along the last goal. From m = 4 on: the exclusive volumes of While,
 * Bradstreet, Barone, "A fast way of calculating exact hypervolumes", IEEE Trans. Evol. Comput.
 * 16(1), 2012. A row's exclusive volume is its box less the union of what the later rows share with
 * it (the limit set). With rows in ascending order of the last goal, that goal is a common factor,
 * and each limit set is a problem with one goal less. */
#include <cim_sdk/hypervolume.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Boxes in the plane, none inside another: x descending, y ascending. */
typedef struct step { double x, y; } step;
typedef struct stairs { step *steps; size_t n; double area; } stairs;

typedef struct ranked { double key; size_t index; } ranked;
typedef struct solid { double x, y, z, w; } solid;

/* What one level of the recursion holds while the levels below it run. */
typedef struct level { double *rows; ranked *order; } level;

typedef struct workspace {
    stairs stairs;
    solid *solids;
    double *limited;   /* rows of a limit set, before the dominated ones are dropped */
    ranked *ranks;
    level *levels;
    size_t n_levels;
} workspace;

typedef struct row_reference { const double *row; size_t m; } row_reference;

static double smaller(double a, double b) {
    return a < b ? a : b;
}

/* Descending, by the last number first. */
static int compare_rows(const void *a, const void *b) {
    const row_reference *p = a, *q = b;
    for (size_t k = p->m; k-- > 0;) {
        if (p->row[k] > q->row[k]) return -1;
        if (p->row[k] < q->row[k]) return 1;
    }
    return 0;
}

/* Descending keys, then ascending index: a total order, so any qsort gives the same result. */
static int compare_ranked(const void *a, const void *b) {
    const ranked *p = a, *q = b;
    if (p->key != q->key) return p->key > q->key ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

/* Adds the box (x, y), and what it covers that was not covered to the area. */
static void stairs_add(stairs *s, double x, double y) {
    size_t first = 0, count = s->n;
    while (count > 0) { /* first step with a smaller x */
        const size_t half = count / 2;
        if (s->steps[first + half].x >= x) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    double base = first > 0 ? s->steps[first - 1].y : 0.0;
    if (base >= y) return;
    size_t last = first;
    for (; last < s->n && s->steps[last].y <= y; last++) {
        s->area += (x - s->steps[last].x) * (s->steps[last].y - base);
        base = s->steps[last].y;
    }
    s->area += (x - (last < s->n ? s->steps[last].x : 0.0)) * (y - base);
    if (last != first + 1)
        memmove(s->steps + first + 1, s->steps + last, (s->n - last) * sizeof *s->steps);
    s->n = s->n + 1 + first - last;
    s->steps[first] = (step){x, y};
}

/* rows: descending in the last number. */
static double volume_2d(const double *rows, size_t n) {
    double area = 0.0, x = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (rows[2 * i] <= x) continue;
        area += (rows[2 * i] - x) * rows[2 * i + 1];
        x = rows[2 * i];
    }
    return area;
}

/* rows: descending in the last number. */
static double volume_3d(stairs *s, const double *rows, size_t n) {
    double volume = 0.0, z = n > 0 ? rows[2] : 0.0;
    s->n = 0;
    s->area = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double *row = rows + 3 * i;
        if (row[2] < z) {
            volume += s->area * (z - row[2]);
            z = row[2];
        }
        stairs_add(s, row[0], row[1]);
    }
    return volume + s->area * z;
}

/* In the first three numbers: the volume of box i that no box after it covers, where after means
 * with a larger w, or the same w and a larger index. Boxes come in descending z, which clamping to
 * the z of box i preserves, so every limit set is swept without sorting it. */
static double exclusive_3d(stairs *s, const solid *boxes, size_t n, size_t i) {
    const solid box = boxes[i];
    const double full = box.x * box.y;
    double volume = 0.0, z = box.z;
    s->n = 0;
    s->area = 0.0;
    for (size_t j = 0; j < n; j++) {
        if (boxes[j].w < box.w || (boxes[j].w == box.w && j <= i)) continue;
        if (boxes[j].z < z) {
            volume += (full - s->area) * (z - boxes[j].z);
            z = boxes[j].z;
        }
        const double x = smaller(boxes[j].x, box.x), y = smaller(boxes[j].y, box.y);
        if (x == box.x && y == box.y) return volume;
        stairs_add(s, x, y);
    }
    return volume + (full - s->area) * z;
}

static double volume_4d(workspace *ws, const double *rows, size_t n) {
    for (size_t i = 0; i < n; i++) ws->ranks[i] = (ranked){rows[4 * i + 2], i};
    qsort(ws->ranks, n, sizeof *ws->ranks, compare_ranked);
    for (size_t i = 0; i < n; i++) {
        const double *row = rows + 4 * ws->ranks[i].index;
        ws->solids[i] = (solid){row[0], row[1], row[2], row[3]};
    }
    double volume = 0.0;
    for (size_t i = 0; i < n; i++)
        volume += ws->solids[i].w * exclusive_3d(&ws->stairs, ws->solids, n, i);
    return volume;
}

static int covers(const double *a, const double *b, size_t m) {
    for (size_t k = 0; k < m; k++)
        if (a[k] < b[k]) return 0;
    return 1;
}

/* Copies to OUT the n rows of m numbers without those that another one covers; returns how many.
 * Largest sum first, as no row covers one with a larger sum. */
static size_t drop_covered(workspace *ws, const double *rows, size_t n, size_t m, double *out) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < m; k++) sum += rows[m * i + k];
        ws->ranks[i] = (ranked){sum, i};
    }
    qsort(ws->ranks, n, sizeof *ws->ranks, compare_ranked);
    for (size_t i = 0; i < n; i++) {
        const double *row = rows + m * ws->ranks[i].index;
        size_t j = 0;
        while (j < kept && !covers(out + m * j, row, m)) j++;
        if (j == kept) memcpy(out + m * kept++, row, m * sizeof *row);
    }
    return kept;
}

static double product(const double *row, size_t m) {
    double value = row[0];
    for (size_t k = 1; k < m; k++) value *= row[k];
    return value;
}

/* Volume of the n rows of m >= 4 numbers held by level m. */
static double volume_nd(workspace *ws, size_t n, size_t m) {
    const double *rows = ws->levels[m - 4].rows;
    ranked *order = ws->levels[m - 4].order;
    if (n == 1) return product(rows, m);
    if (m == 4) return volume_4d(ws, rows, n);
    for (size_t i = 0; i < n; i++) order[i] = (ranked){rows[m * i + m - 1], i};
    qsort(order, n, sizeof *order, compare_ranked);
    double volume = 0.0;
    for (size_t i = 0; i < n; i++) { /* rows before i have a last number at least as large */
        const double *row = rows + m * order[i].index;
        for (size_t j = 0; j < i; j++) {
            const double *other = rows + m * order[j].index;
            for (size_t k = 0; k + 1 < m; k++)
                ws->limited[(m - 1) * j + k] = smaller(row[k], other[k]);
        }
        double shared = 0.0;
        if (i > 0) {
            const size_t kept = drop_covered(ws, ws->limited, i, m - 1, ws->levels[m - 5].rows);
            shared = volume_nd(ws, kept, m - 1);
        }
        volume += row[m - 1] * (product(row, m - 1) - shared);
    }
    return volume;
}

static void workspace_free(workspace *ws) {
    for (size_t i = 0; ws->levels != NULL && i < ws->n_levels; i++) {
        free(ws->levels[i].rows);
        free(ws->levels[i].order);
    }
    free(ws->levels);
    free(ws->stairs.steps);
    free(ws->solids);
    free(ws->limited);
    free(ws->ranks);
}

/* Room for n rows of m >= 3 goals; 0 when memory runs out. Free it in either case. */
static int workspace_init(workspace *ws, size_t n, size_t m) {
    *ws = (workspace){.n_levels = 0};
    ws->stairs.steps = calloc(n, sizeof *ws->stairs.steps);
    if (ws->stairs.steps == NULL) return 0;
    if (m == 3) return 1;
    ws->n_levels = m - 3;
    ws->solids = calloc(n, sizeof *ws->solids);
    ws->limited = calloc(n, m * sizeof *ws->limited);
    ws->ranks = calloc(n, sizeof *ws->ranks);
    ws->levels = calloc(ws->n_levels, sizeof *ws->levels);
    if (ws->solids == NULL || ws->limited == NULL || ws->ranks == NULL || ws->levels == NULL)
        return 0;
    for (size_t i = 0; i < ws->n_levels; i++) {
        ws->levels[i].rows = calloc(n, (i + 4) * sizeof *ws->levels[i].rows);
        ws->levels[i].order = calloc(n, sizeof *ws->levels[i].order);
        if (ws->levels[i].rows == NULL || ws->levels[i].order == NULL) return 0;
    }
    return 1;
}

/* n >= 1 rows, in descending order. */
static double volume_of(const double *rows, size_t n, size_t m) {
    if (m == 1) return rows[0];
    if (m == 2) return volume_2d(rows, n);
    workspace ws;
    double volume = NAN;
    if (workspace_init(&ws, n, m)) {
        if (m == 3)
            volume = volume_3d(&ws.stairs, rows, n);
        else
            volume = volume_nd(&ws, drop_covered(&ws, rows, n, m, ws.levels[m - 4].rows), m);
    }
    workspace_free(&ws);
    return volume;
}

/* Writes the gains of the points that contribute, and returns how many they are. */
static size_t gains_of(const double *points, size_t n, size_t m, const double *reference,
                       double *gains) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        for (; k < m; k++) {
            const double gain = reference[k] - points[m * i + k];
            if (!(gain > 0.0 && isfinite(gain))) break;
            gains[m * kept + k] = gain;
        }
        if (k == m) kept++;
    }
    return kept;
}

double cim_hypervolume(const double *points, size_t n, size_t m, const double *reference) {
    for (size_t k = 0; k < m; k++)
        if (!isfinite(reference[k])) return NAN;
    if (m == 0 || m > SIZE_MAX / sizeof *points) return NAN;
    if (n == 0) return 0.0;
    double volume = NAN;
    double *gains = calloc(n, m * sizeof *gains), *rows = calloc(n, m * sizeof *rows);
    row_reference *order = calloc(n, sizeof *order);
    if (gains != NULL && rows != NULL && order != NULL) {
        const size_t kept = gains_of(points, n, m, reference, gains);
        for (size_t i = 0; i < kept; i++) order[i] = (row_reference){gains + m * i, m};
        qsort(order, kept, sizeof *order, compare_rows);
        for (size_t i = 0; i < kept; i++) memcpy(rows + m * i, order[i].row, m * sizeof *rows);
        volume = kept > 0 ? volume_of(rows, kept, m) : 0.0;
    }
    free(order);
    free(rows);
    free(gains);
    return volume;
}
