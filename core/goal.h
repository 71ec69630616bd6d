/* goal.h: goals ("min energy_j*latency_s/accuracy") and constraints ("area_mm2 <= 100") over the
 * metrics of a study. */
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

/* NODE's text -> a goal or constraint; an unknown metric is an error that names those there are. */
bool goal_read(const node *n, const metric *metrics, uint32_t n_metrics, goal *out, failure *f);
bool constraint_read(const node *n, const metric *metrics, uint32_t n_metrics, constraint *out,
                     failure *f);

/* NaN where a metric is not known. */
double expression_value(const expression *e, const double *metrics);
/* As the user wants it; as a searcher wants it (minimised). */
double goal_value(const goal *g, const double *metrics);
double goal_minimised(const goal *g, const double *metrics);
/* <= 0 where it is met. */
double constraint_slack(const constraint *c, const double *metrics);
#endif
