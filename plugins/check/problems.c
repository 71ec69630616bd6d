#include "problems.h"

#include <math.h>
#include <string.h>

const char *const problem_names[N_PROBLEMS] = {
    "mixed", "conditional", "one dimension", "forty dimensions", "three goals", "huge ranges",
    "enumerable"};

/* ---- dimensions ----------------------------------------------------------------------------- */

static const double ordinal_levels[] = {64, 128, 256, 512};
static const char *const category_names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};

static cim_dimension dimension(check *c, uint32_t kind, uint32_t i) {
    cim_dimension d = {.name = check_text(c, "hwmodel.p%u", i), .unit = "", .kind = kind};
    if (kind == CIM_ORDINAL) {
        d.levels = ordinal_levels;
        d.n_levels = 4;
        d.min = 64;
        d.max = 512;
    } else if (kind == CIM_INTEGER_RANGE) {
        d.n_levels = 10;
        d.min = 4;
        d.max = 31;
        d.step = 3;
    } else if (kind == CIM_REAL_RANGE) {
        d.min = -3;
        d.max = 5;
    } else {
        d.n_levels = 5;
        d.max = 4;
        d.names = category_names;
    }
    d.default_coordinate = kind == CIM_REAL_RANGE ? 0.5 : 1;
    return d;
}

static cim_dimension log_range(check *c, uint32_t kind, uint32_t i) {
    cim_dimension d = dimension(c, kind, i);
    d.log_scale = 1;
    d.min = kind == CIM_REAL_RANGE ? 1e-9 : 2;
    d.max = kind == CIM_REAL_RANGE ? 1e3 : 16;
    if (kind == CIM_REAL_RANGE) d.default_coordinate = 1;
    else {
        d.n_levels = 8;
        d.step = 2;
    }
    return d;
}

static cim_dimension huge_range(check *c, uint32_t i) {
    cim_dimension d = dimension(c, CIM_INTEGER_RANGE, i);
    d.n_levels = (uint64_t)1 << 53;
    d.min = 0;
    d.max = 0x1p53 - 1;
    d.step = 1;
    return d;
}

static cim_dimension with_levels(cim_dimension d, uint32_t n) {
    d.n_levels = n;
    d.max = d.kind == CIM_ORDINAL ? ordinal_levels[n - 1] : n - 1.0;
    return d;
}

static uint32_t mixed(check *c, cim_dimension *d) {
    for (uint32_t i = 0; i < 4; i++) d[i] = dimension(c, CIM_ORDINAL + i, i);
    d[4] = log_range(c, CIM_REAL_RANGE, 4);
    d[5] = log_range(c, CIM_INTEGER_RANGE, 5);
    return 6;
}

static uint32_t dimensions_of(check *c, problem_kind kind, cim_dimension *d) {
    uint32_t n = 0;
    switch (kind) {
    case PROBLEM_ONE:
        d[0] = with_levels(dimension(c, CIM_ORDINAL, 0), 2);
        return 1;
    case PROBLEM_FORTY:
        for (; n < 40; n++) d[n] = dimension(c, CIM_ORDINAL + n % 4, n);
        return n;
    case PROBLEM_HUGE:
        d[n++] = huge_range(c, 0);
        d[n++] = log_range(c, CIM_REAL_RANGE, 1);
        return n;
    case PROBLEM_ENUMERABLE:
        for (; n < 6; n++)
            d[n] = with_levels(dimension(c, n % 2 ? CIM_CATEGORICAL : CIM_ORDINAL, n), 4);
        return n;
    default: return mixed(c, d);
    }
}

/* Dimension 3 (a category) decides on 0 and 4, and 0, where it is active, on 1. */
static cim_activity_table conditions(check *c) {
    static const uint64_t on_category[] = {1, 3}, on_ordinal[] = {0, 2};
    cim_activity *a = check_new(c, 3, sizeof *a);
    a[0] = (cim_activity){.target = 0, .on = 3, .n_levels = 2, .levels = on_category};
    a[1] = (cim_activity){.target = 1, .on = 0, .n_levels = 2, .levels = on_ordinal};
    a[2] = (cim_activity){.target = 4, .on = 3, .n_levels = 2, .levels = on_category};
    return (cim_activity_table){a, 3, sizeof *a};
}

const cim_problem *problem_make(check *c, problem_kind kind) {
    static const cim_goal goals[] = {{.name = "min energy_j"}, {.name = "min latency_s"},
                                     {.name = "max accuracy"}};
    static const cim_goal constraints[] = {{.name = "capacity"}, {.name = "area_mm2 <= 100"}};
    static const uint32_t n_goals[N_PROBLEMS] = {1, 2, 1, 2, 3, 1, 1},
                          n_constraints[N_PROBLEMS] = {1, 1, 0, 1, 2, 0, 1};
    cim_dimension *d = check_new(c, 40, sizeof *d);
    cim_problem *p = check_new(c, 1, sizeof *p);
    *p = (cim_problem){.struct_size = sizeof *p, .batch = 8, .trials = 200, .n_fidelities = 1};
    p->dimensions = (cim_dimension_table){d, dimensions_of(c, kind, d), sizeof *d};
    if (kind == PROBLEM_CONDITIONAL) p->activities = conditions(c);
    p->goals = (cim_goal_table){goals, n_goals[kind], sizeof *goals};
    p->constraints = (cim_goal_table){constraints, n_constraints[kind], sizeof *constraints};
    return p;
}

/* ---- points --------------------------------------------------------------------------------- */

bool problem_holds(const cim_dimension *d, double x) {
    if (d->kind == CIM_REAL_RANGE) return x >= d->min && x <= d->max;
    return x >= 0 && x < (double)d->n_levels && x == floor(x);
}

static bool is_listed(const cim_activity *a, double x) {
    for (uint32_t i = 0; i < a->n_levels; i++)
        if (x == (double)a->levels[i]) return true;
    return false;
}

void problem_canonical(const cim_problem *p, double *point, bool *active) {
    bool flags[40];
    for (uint32_t d = 0; d < p->dimensions.n; d++) flags[d] = true;
    /* As many looks as conditions: each settles at least one more. */
    for (uint32_t look = 0; look < p->activities.n; look++)
        for (uint32_t i = 0; i < p->activities.n; i++) {
            const cim_activity *a = CIM_ROW(cim_activity, p->activities, i);
            if (!flags[a->on] || !is_listed(a, point[a->on])) flags[a->target] = false;
        }
    for (uint32_t d = 0; d < p->dimensions.n; d++) {
        const cim_dimension *is = CIM_ROW(cim_dimension, p->dimensions, d);
        point[d] = flags[d] ? point[d] + 0.0 : is->default_coordinate;
    }
    if (active) memcpy(active, flags, p->dimensions.n * sizeof *flags);
}

void problem_random_point(check *c, const cim_problem *p, double *point) {
    for (uint32_t d = 0; d < p->dimensions.n; d++) {
        const cim_dimension *is = CIM_ROW(cim_dimension, p->dimensions, d);
        double u = check_uniform(c);
        point[d] = is->kind == CIM_REAL_RANGE ? is->min * (1 - u) + is->max * u
                                              : floor(u * (double)is->n_levels);
    }
}

/* ---- what a point is worth ------------------------------------------------------------------ */

/* 0..1 */
static double share(const cim_dimension *d, double x) {
    if (d->kind != CIM_REAL_RANGE) return x / (double)(d->n_levels - 1);
    if (d->log_scale) return log(x / d->min) / log(d->max / d->min);
    return (x - d->min) / (d->max - d->min);
}

/* Smooth over ordered levels; goal G has its best at another place than the others. */
static double goal_of(const cim_problem *p, const double *point, uint32_t g) {
    double sum = 0;
    for (uint32_t d = 0; d < p->dimensions.n; d++) {
        const cim_dimension *is = CIM_ROW(cim_dimension, p->dimensions, d);
        double u = share(is, point[d]), best = fmod(0.37 * (d + 1) + 0.29 * g, 1);
        if (is->kind == CIM_CATEGORICAL) u = fmod(u * 2.6 + 0.3, 1);
        sum += (u - best) * (u - best);
    }
    return 1 + sum / p->dimensions.n;
}

void problem_judge(const cim_problem *p, const double *point, news n, double rubbish,
                   problem_told *out) {
    double first = share(CIM_ROW(cim_dimension, p->dimensions, 0), point[0]);
    double middle = goal_of(p, point, 7) - 1.1;
    uint64_t hash = digest_numbers(DIGEST_START, point, p->dimensions.n);
    bool failed = n == NEWS_ALL_FAILED || (n == NEWS_PLAIN && hash % 11 == 0), bad = false;
    for (uint32_t i = 0; i < p->constraints.n; i++) {
        out->slack[i] = failed ? (double)NAN : i ? first - 0.8 : middle;
        if (n == NEWS_ALL_INFEASIBLE || n == NEWS_UNKNOWN_GOALS) out->slack[i] = 0.1 + first;
        if (n == NEWS_CONSTANT_GOALS || n == NEWS_ALL_FEASIBLE) out->slack[i] = -1;
        if (n == NEWS_UNKNOWN_SLACKS) out->slack[i] = (double)NAN;
        bad |= out->slack[i] > 0;
    }
    bad |= n == NEWS_ALL_INFEASIBLE || n == NEWS_UNKNOWN_GOALS || n == NEWS_UNKNOWN_SLACKS;
    out->outcome = failed ? CIM_FAILED : bad ? CIM_INFEASIBLE : CIM_FEASIBLE;
    for (uint32_t g = 0; g < p->goals.n && g < sizeof out->known; g++) {
        bool unknown = failed || (n == NEWS_UNKNOWN_GOALS && (hash >> g) % 3 != 0);
        out->known[g] = !unknown;
        out->goals[g] = unknown ? rubbish : n == NEWS_CONSTANT_GOALS ? 1 : goal_of(p, point, g);
    }
}
