#include "progress.h"
#include "clock.h"
#include "memory.h"
#include "run.h"

#include <cim_sdk/hypervolume.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TERMINAL_NS 200000000
#define PLAIN_NS 10000000000
enum { MOST_FOR_VOLUME = 300 }; /* larger fronts: not worth the time on a progress line */

void progress_begin(progress *p, uint64_t trials, uint32_t n_goals, const goal *goals) {
    *p = (progress){.trials = trials, .n_goals = n_goals, .goals = goals};
    p->terminal = isatty(STDERR_FILENO);
    p->started_ns = clock_now_ns();
    p->next_ns = p->started_ns + (p->terminal ? TERMINAL_NS : PLAIN_NS);
    for (uint32_t i = 0; i < n_goals; i++) {
        p->best[i] = INFINITY;
        p->worst[i] = -INFINITY;
    }
}

void progress_goals(progress *p, const double *minimised) {
    for (uint32_t i = 0; i < p->n_goals; i++) {
        p->best[i] = fmin(p->best[i], minimised[i]);
        p->worst[i] = fmax(p->worst[i], minimised[i]);
    }
}

/* Share of the box between the best and the worst of each goal so far that the front dominates. Not
 * the hypervolume of reports: the box of the final front is not known yet. */
static double volume(const progress *p, const pareto *front) {
    size_t n = pareto_size(front), m = p->n_goals;
    double one[GOAL_MAX];
    if (!n || n > MOST_FOR_VOLUME) return NAN;
    double *rows = memory_new(n * m, sizeof *rows);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++) {
            double span = p->worst[k] - p->best[k];
            rows[i * m + k] = span > 0 ? (pareto_goals(front, i)[k] - p->best[k]) / span : 0;
        }
    for (size_t k = 0; k < m; k++) one[k] = 1;
    double share = cim_hypervolume(rows, n, m, one);
    free(rows);
    return share;
}

static void add_best(const progress *p, text *line) {
    for (uint32_t i = 0; i < p->n_goals && i < 3; i++) {
        if (!isfinite(p->best[i])) return;
        const char *prefix;
        const goal *g = &p->goals[i];
        const double value = g->maximise ? -p->best[i] : p->best[i],
                     factor = unit_prefix(g->unit, value, &prefix);
        text_add(line, "  %s %.3g %s%s", g->name, value / factor, prefix, g->unit);
    }
}

void progress_show(progress *p, const run_summary *sum, const pareto *front, bool last) {
    int64_t now = clock_now_ns();
    if (last ? !p->shown : now < p->next_ns) return;
    p->next_ns = now + (p->terminal ? TERMINAL_NS : PLAIN_NS);
    double seconds = (double)(now - p->started_ns) * 1e-9, rate = (double)sum->evaluated / seconds;
    uint64_t n = sum->trials + sum->arrived, left = p->trials > n ? p->trials - n : 0;
    text line = {0};
    text_add(&line, "%llu/%llu trials  %.3g/s", (unsigned long long)n,
             (unsigned long long)p->trials, rate);
    if (rate > 0 && left) text_add(&line, "  %.0f s left", ceil((double)left / rate));
    double share = volume(p, front);
    text_add(&line, "  front %zu", pareto_size(front));
    if (!isnan(share)) text_add(&line, "  dominated %.4f", share);
    add_best(p, &line);
    if (p->terminal) fprintf(stderr, "\r\x1b[K%.150s%s", text_of(&line), last ? "\n" : "");
    else fprintf(stderr, "%s\n", text_of(&line));
    fflush(stderr);
    p->shown = true;
    text_free(&line);
}
