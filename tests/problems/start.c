#include "functions.h"

#include <inttypes.h>

/* splitmix64: Sebastiano Vigna, 2015 (public domain reference). */
static uint64_t next(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void problem_hypercube(uint32_t n, uint32_t d, uint64_t seed, double *u) {
    uint64_t state = 1000003 * seed + 17;
    for (uint32_t j = 0; j < d; j++) {
        for (uint32_t i = 0; i < n; i++) u[i * d + j] = i;
        for (uint32_t i = n - 1; i > 0; i--) {
            const uint32_t k = (uint32_t)(next(&state) % (i + 1));
            const double swap = u[i * d + j];
            u[i * d + j] = u[k * d + j];
            u[k * d + j] = swap;
        }
        for (uint32_t i = 0; i < n; i++)
            u[i * d + j] = (u[i * d + j] + (double)(next(&state) >> 11) * 0x1p-53) / n;
    }
}

void problem_write_start(const problem *p, uint64_t seed, FILE *to) {
    double u[PROBLEM_START * PROBLEM_VARIABLES], values[PROBLEM_VARIABLES];
    problem_hypercube(PROBLEM_START, p->d, seed, u);
    for (uint32_t row = 0; row <= PROBLEM_START; row++) {
        if (row) problem_values(p, u + (row - 1) * p->d, values);
        for (uint32_t i = 0; i < p->d; i++) {
            uint32_t element;
            const cim_param *q = problem_param(p, i, &element);
            if (i) fputc(',', to);
            if (row && q->names) fputs(q->names[(int)values[i]], to);
            else if (row) fprintf(to, "%.17g", values[i]);
            else if (q->length) fprintf(to, "hwmodel.%s[%" PRIu32 "]", q->key, element);
            else fprintf(to, "hwmodel.%s", q->key);
        }
        fputc('\n', to);
    }
}

static void write_space(const problem *p, FILE *to) {
    for (uint32_t i = 0; i < p->n_params; i++) {
        const cim_param *q = &p->params[i];
        fprintf(to, "    %s = ", q->key);
        if (!q->n_levels) {
            const char *dot = q->type == CIM_REAL ? "." : "";
            fprintf(to, "{ %smin = %.17g%s; max = %.17g%s; };\n",
                    q->length ? "per = \"element\"; " : "", q->min,
                    q->min == (int)q->min ? dot : "", q->max, q->max == (int)q->max ? dot : "");
            continue;
        }
        for (uint32_t k = 0; k < q->n_levels; k++) {
            fputs(k ? ", " : "[", to);
            if (q->names) fprintf(to, "\"%s\"", q->names[k]);
            else fprintf(to, "%.17g", q->levels[k]);
        }
        fputs("];\n", to);
    }
}

void problem_write_study(const problem *p, FILE *to) {
    fprintf(to, "study    = { name = \"%s\"; trials = %" PRIu32 "; batch = 1;\n"
                "             initial_points = \"start.csv\"; };\n"
                "workload = { plugin = \"nothing\"; };\nhwmodel  = {\n    plugin = \"%s\";\n",
            p->name, p->budget, p->name);
    write_space(p, to);
    fputs("};\nsearcher = { plugin = \"random\"; };\ngoals    = [", to);
    for (uint32_t i = 0; i < p->m; i++) fprintf(to, "%s\"min f%" PRIu32 "\"", i ? ", " : "", i + 1);
    fputs("];\n", to);
}
