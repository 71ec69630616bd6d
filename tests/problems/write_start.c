/* What a study of a problem needs:
 *
 *     write_start PROBLEM SEED > start.csv     the file for study.initial_points
 *     write_start PROBLEM > study.cfg          the study itself, to be completed: --set */
#include "functions.h"

#include <stdlib.h>

int main(int argc, char **argv) {
    const problem *p = argc > 1 ? problem_find(argv[1]) : NULL;
    if (!p || argc > 3) {
        fputs("write_start PROBLEM [SEED]; problems:\n", stderr);
        for (uint32_t i = 0; i < N_PROBLEMS; i++) fprintf(stderr, "    %s\n", problems[i].name);
        return 2;
    }
    if (argc == 3) problem_write_start(p, strtoull(argv[2], NULL, 10), stdout);
    else problem_write_study(p, stdout);
    return 0;
}
