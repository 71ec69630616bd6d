#include "convergence.h"
#include "memory.h"

#include <cim_sdk/hypervolume.h>

#include <math.h>
#include <stdlib.h>

enum { BAR = 40, MOST_MEMBERS = 1000 };

typedef struct box {
    double best[GOAL_MAX], span[GOAL_MAX];
} box;

static void find_box(const front *final, size_t m, box *b) {
    for (size_t k = 0; k < m; k++) {
        double worst = -INFINITY;
        b->best[k] = INFINITY;
        for (size_t i = 0; i < final->n; i++) {
            double v = final->goals[i * m + k];
            b->best[k] = fmin(b->best[k], v);
            worst = fmax(worst, v);
        }
        double size = fabs(b->best[k]);
        b->span[k] = worst > b->best[k] ? 1.1 * (worst - b->best[k]) : size > 0 ? size : 1;
    }
}

static double share(const front_step *s, size_t m, const box *b) {
    double *rows = memory_new(s->n * m, sizeof *rows), one[GOAL_MAX];
    for (size_t i = 0; i < s->n * m; i++) rows[i] = (s->goals[i] - b->best[i % m]) / b->span[i % m];
    for (size_t k = 0; k < m; k++) one[k] = 1;
    double volume = cim_hypervolume(rows, s->n, m, one);
    free(rows);
    return volume;
}

void convergence_print(const front *final, size_t n_goals, FILE *out) {
    box b;
    uint64_t trials = final->feasible + final->infeasible + final->failed;
    if (trials < FRONT_STEPS || final->n > MOST_MEMBERS || !final->n || !n_goals) return;
    find_box(final, n_goals, &b);
    fputs("\n    trials  hypervolume\n", out);
    for (size_t i = 0; i < FRONT_STEPS; i++) {
        double s = share(&final->steps[i], n_goals, &b);
        fprintf(out, "  %8lld  %11.4f  ", (long long)final->steps[i].trials, s);
        for (int k = 0; k < (int)floor(s * BAR + 0.5); k++) fputc('#', out);
        fputc('\n', out);
    }
    fputs(final->n > 1 ? "  hypervolume: share of the box from the best to 1.1 x the worst of each "
                         "goal on this front\n"
                       : "  hypervolume: share of the box from this design to goals worse by their "
                         "own size (by 1 where that is 0)\n",
          out);
}
