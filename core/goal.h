/* goal.h: goals ("min energy_j*latency_s/accuracy") and constraints ("area_mm2 <= 100",
 * "energy_j <= 200 uJ") over the metrics of a study. */
#ifndef GOAL_H
#define GOAL_H
#include "config.h"

enum { GOAL_MAX = 16, CONSTRAINT_MAX = 64, EXPRESSION_MAX = 8 };

typedef struct metric {
    const char *name, *unit, *help;
    const char *from;        /* id of the plug-in that reports it, or "cimdse"                 */
    double relative_error;
    const char *validity;
    bool partial;            /* known only where a design reached a level of a ladder          */
} metric;

/* A product and quotient of metrics. */
typedef struct expression {
    uint32_t n, metric[EXPRESSION_MAX];
    bool divides[EXPRESSION_MAX];
} expression;

typedef struct goal {
    const char *written;     /* as in the config                                               */
    char name[160], unit[80];/* "energy_j*latency_s", "J*s"                                    */
    expression of;
    bool maximise;
} goal;

typedef struct constraint {
    const char *written;
    expression of;
    bool at_least;
    double bound;
} constraint;

/* What another system reached: "edap_mj_ms_mm2 <= 0.2116", or, against the study's baseline,
 * "area_mm2 <= 0.3448 * baseline" and "accuracy >= baseline - 0.005". */
typedef struct published_figure {
    const char *written;
    expression of;
    bool at_least;
    double factor, offset; /* of the baseline's value, and added to it; factor 0: a plain number */
} published_figure;

/* NODE's text -> a goal or constraint; an unknown metric is an error that names those there are. */
bool goal_read(const node *n, const metric *metrics, uint32_t n_metrics, goal *out, failure *f);
bool constraint_read(const node *n, const metric *metrics, uint32_t n_metrics, constraint *out,
                     failure *f);

bool published_figure_read(const node *n, const metric *metrics, uint32_t n_metrics,
                           published_figure *out, failure *f);

/* "typical error 30 % against", or "exact to" where only rounding is left; false, and nothing,
 * where it is not known. What it is against is in the metric's validity. */
bool metric_error(double relative_error, text *out);
/* "energy_j*latency_s" and "J*s", added to what NAME and UNIT hold. */
void expression_name(const expression *e, const metric *metrics, text *name, text *unit);
/* The same factors, in any order. */
bool expression_same(const expression *a, const expression *b);
/* NaN where a metric is not known. */
double expression_value(const expression *e, const double *metrics);
/* As the user wants it; as a searcher wants it (minimised). */
double goal_value(const goal *g, const double *metrics);
double goal_minimised(const goal *g, const double *metrics);
/* <= 0 where it is met. */
double constraint_slack(const constraint *c, const double *metrics);
/* The number that F stands for; BASELINE may be NULL where F does not name it. */
double published_bound(const published_figure *f, const double *baseline);
#endif
