#include "table.h"
#include "rank_test.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { COLUMNS_MAX = 64, SEEDS_MAX = 64 };

/* A searcher, ours in batches of a size. */
typedef struct column { const char *name; uint32_t batch; bool is_ours; } column;

static bool is_of(const score *r, const column *c) {
    return r->is_ours == c->is_ours && r->batch == c->batch && strcmp(r->searcher, c->name) == 0;
}

/* Does NAME hold one of the texts of LIST, which commas part? */
static bool holds_any(const char *name, const char *list) {
    char text[NAME_ROOM];
    for (const char *at = list; *at; at += *at == ',') {
        const size_t n = strcspn(at, ",");
        snprintf(text, sizeof text, "%.*s", (int)n, at);
        if (strstr(name, text)) return true;
        at += n;
    }
    return false;
}

static size_t find_columns(const scores *all, const char *peers, column *out) {
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++) {
        const score *r = &all->rows[i];
        size_t k = 0;
        while (k < n && !is_of(r, &out[k])) k++;
        const bool is_wanted = r->is_ours || !peers || holds_any(r->searcher, peers);
        if (k == n && n < COLUMNS_MAX && is_wanted)
            out[n++] = (column){r->searcher, r->batch, r->is_ours};
    }
    return n;
}

/* One value a seed, NaN where there is none. */
typedef struct sample { double at[SEEDS_MAX]; } sample;

static sample sample_of(const scores *all, const column *c, const problem *p, uint32_t n,
                        uint32_t measure) {
    sample s;
    for (uint32_t i = 0; i < SEEDS_MAX; i++) s.at[i] = NAN;
    for (size_t i = 0; i < all->n; i++) {
        const score *r = &all->rows[i];
        if (r->problem == p && r->n == n && r->seed < SEEDS_MAX && is_of(r, c))
            s.at[r->seed] = r->values[measure];
    }
    return s;
}

typedef struct summary { double mean, deviation; uint32_t n; } summary;

/* Of A, or of A - B where both are known. */
static summary summarise(const sample *a, const sample *b) {
    summary s = {0};
    double sum = 0.0, squares = 0.0;
    for (uint32_t i = 0; i < SEEDS_MAX; i++) {
        const double x = b ? a->at[i] - b->at[i] : a->at[i];
        if (isnan(x)) continue;
        s.n++;
        sum += x;
        squares += x * x;
    }
    s.mean = s.n ? sum / s.n : NAN;
    s.deviation = s.n > 1 ? sqrt(fmax(0.0, squares - sum * s.mean) / (s.n - 1)) : 0.0;
    return s;
}

/* Of A on the seeds that B has too. */
static double mean_where(const sample *a, const sample *b) {
    sample both = *a;
    for (uint32_t i = 0; i < SEEDS_MAX; i++)
        if (isnan(b->at[i])) both.at[i] = NAN;
    return summarise(&both, NULL).mean;
}

static const char *const measures[2][2] = {{"regret", ""}, {"hv", "hv2"}};

/* ---- differences ----------------------------------------------------------------------------- */

static const char *judge(const summary *own, const summary *difference) {
    const double allowed = difference->n < 3 ? own->deviation : own->deviation / sqrt(own->n);
    return difference->mean > 0.0 ? "ahead" : difference->mean >= -allowed ? "level" : "BEHIND";
}

static size_t known(const sample *s, double *out) {
    size_t n = 0;
    for (uint32_t i = 0; i < SEEDS_MAX; i++)
        if (!isnan(s->at[i])) out[n++] = s->at[i];
    return n;
}

/* What A and B have over all their seeds. */
static void print_spreads(const sample *a, const sample *b) {
    double x[SEEDS_MAX], y[SEEDS_MAX];
    const size_t n_x = known(a, x), n_y = known(b, y);
    const summary own = summarise(a, NULL), other = summarise(b, NULL);
    printf(" %.2g, ", own.deviation);
    if (n_y > 1) printf("%.2g", other.deviation);
    else putchar('-');
    if (n_x + n_y <= RANK_TEST_MAX) printf(" | %.2g |\n", rank_test(x, n_x, y, n_y));
    else puts(" | |");
}

static void compare_with_peers(const scores *all, const column *columns, size_t n_columns,
                               const column *own, const problem *p, uint32_t n, uint32_t measure) {
    const sample a = sample_of(all, own, p, n, measure);
    const summary s = summarise(&a, NULL);
    summary worst = {.mean = INFINITY};
    sample its = {0};
    const char *peer = NULL;
    for (size_t k = 0; k < n_columns; k++) {
        const sample b = sample_of(all, &columns[k], p, n, measure);
        const summary difference = summarise(&a, &b);
        if (columns[k].is_ours || !difference.n || difference.mean >= worst.mean) continue;
        worst = difference;
        its = b;
        peer = columns[k].name;
    }
    if (!s.n) return;
    const double sign = p->m > 1 ? 1.0 : -1.0;   /* regrets are shown as such */
    printf("| %s | %" PRIu32 " | %s | %s", p->name, n, measures[p->m > 1][measure], own->name);
    if (own->batch > 1) printf(", batch %" PRIu32, own->batch);
    printf(" | %.4g (%.2g) %" PRIu32, sign * s.mean, s.deviation / sqrt(s.n), s.n);
    if (!peer) puts(" | | | | | | |");
    if (!peer) return;
    printf(" | %s | %.4g on %" PRIu32 " | %+.3g | %s |", peer, sign * mean_where(&its, &a), worst.n,
           sign * worst.mean, judge(&s, &worst));
    print_spreads(&a, &its);
}

void table_differences(const scores *all, const selection *of) {
    column columns[COLUMNS_MAX];
    const size_t n_columns = find_columns(all, of->peers, columns);
    puts("| problem | n | measure | searcher | mean (standard error) seeds | best peer | its mean "
         "on "
         "equal seeds | difference | | spreads | p "
         "|\n|---|---|---|---|---|---|---|---|---|---|---|");
    for (uint32_t i = 0; i < N_PROBLEMS; i++)
        for (uint32_t c = 0; c < N_CHECKPOINTS; c++)
            for (uint32_t k = 0; of->at[c] && k < measures_of(&problems[i]); k++)
                for (size_t j = 0; j < n_columns; j++)
                    if (columns[j].is_ours)
                        compare_with_peers(all, columns, n_columns, &columns[j], &problems[i],
                                           checkpoints[c], k);
}

/* ---- ranks ----------------------------------------------------------------------------------- */

typedef struct ranking { double sum[COLUMNS_MAX]; uint32_t n[COLUMNS_MAX]; } ranking;

/* Equal values share their mean rank. */
static void rank_seed(const sample *samples, size_t n_columns, uint32_t seed, ranking *to) {
    for (size_t j = 0; j < n_columns; j++) {
        double below = 0.0, others = 0.0;
        for (size_t k = 0; k < n_columns; k++) {
            const double own = samples[j].at[seed], other = samples[k].at[seed];
            if (k == j || isnan(own) || isnan(other)) continue;
            others += 1.0;
            below += other > own ? 1.0 : other == own ? 0.5 : 0.0;
        }
        if (others == 0.0) continue;
        to->sum[j] += below / others;
        to->n[j]++;
    }
}

void table_ranks(const scores *all, const selection *of) {
    column columns[COLUMNS_MAX];
    sample samples[COLUMNS_MAX];
    ranking r = {0};
    const size_t n_columns = find_columns(all, of->peers, columns);
    for (uint32_t i = 0; i < N_PROBLEMS; i++)
        for (uint32_t c = 0; c < N_CHECKPOINTS; c++)
            for (uint32_t k = 0; of->at[c] && k < measures_of(&problems[i]); k++) {
                for (size_t j = 0; j < n_columns; j++)
                    samples[j] = sample_of(all, &columns[j], &problems[i], checkpoints[c], k);
                for (uint32_t seed = 0; seed < SEEDS_MAX; seed++)
                    rank_seed(samples, n_columns, seed, &r);
            }
    puts("| searcher | mean rank, 0 best, 1 worst | cases |\n|---|---|---|");
    for (size_t j = 0; j < n_columns; j++)
        if (r.n[j]) printf("| %s%s, batch %" PRIu32 " | %.3f | %" PRIu32 " |\n",
                           columns[j].is_ours ? "**ours** " : "", columns[j].name, columns[j].batch,
                           r.sum[j] / r.n[j], r.n[j]);
}

/* ---- costs ----------------------------------------------------------------------------------- */

static double mean_cpu_s(const scores *all, const problem *p, const column *c, uint32_t n) {
    double sum = 0.0, count = 0.0;
    for (size_t i = 0; i < all->n; i++) {
        const score *r = &all->rows[i];
        if (r->problem != p || r->n != n || !is_of(r, c)) continue;
        sum += r->cpu_s;
        count += 1.0;
    }
    return sum / count;
}

void table_costs(const scores *all) {
    column columns[COLUMNS_MAX];
    const size_t n_columns = find_columns(all, NULL, columns);
    puts("| problem | searcher | ms of processor a suggestion, beyond random |\n|---|---|---|");
    for (uint32_t i = 0; i < N_PROBLEMS; i++)
        for (size_t j = 0; j < n_columns; j++) {
            const problem *p = &problems[i];
            const column random = {"random", columns[j].batch, true};
            const double more = mean_cpu_s(all, p, &columns[j], p->budget) -
                                mean_cpu_s(all, p, &random, p->budget);
            if (columns[j].is_ours && !isnan(more))
                printf("| %s | %s, batch %" PRIu32 " | %.3f |\n", p->name, columns[j].name,
                       columns[j].batch, 1e3 * more / (p->budget - PROBLEM_START));
        }
}
