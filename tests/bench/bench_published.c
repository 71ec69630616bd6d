/* What the published systems reached, and what cimdse does:
 *
 *     bench_published [bo | cimnas | CONFIG.cfg ...]  [--searchers A,B,...] [--seeds FIRST-LAST]
 *                     [--trials N] [--set KEY=VALUE] [--keep FOLDER] [--store FILE.csv]
 *
 * Runs each config (without: those of cimnas), as it is or with the searchers named, once a seed
 * (without: its own), and prints each source of its group `published`: the figures, the trial that
 * does best at them of the seed in the middle, in how many runs one trial meets all of them and
 * from which trial on; trials, and the time of a run. Beside it what published.csv says of a longer
 * run. With more than one searcher also the hypervolume of each (search_result.h) and p against the
 * first (rank_test.h).
 *
 * --keep: the runs stay in FOLDER/STUDY/SEARCHER/SEED, and what is there, even in part, is not done
 * again; a run of another config is refused.
 * --store: rows for published.csv. */
#include "published_runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct system {
    const char *name, *configs[8];
} systems[] = {
    {"bo", {"bo_vgg8", "bo_vgg8_rram", "bo_vgg16", "bo_vgg16_rram"}},
    {"cimnas", {"cimnas_mobilenet_rram", "cimnas_resnet50_sram", "joint_cimloop_rram",
                "cimnas_mobilenet_rram_crossbar", "cimnas_resnet50_sram_cim",
                "joint_rram_crossbar"}},
};

static bool usage(void) {
    fputs("bench_published: see the head of tests/bench/bench_published.c\n", stderr);
    return false;
}

static bool add_config(plan *p, const char *word) {
    if (p->n_configs == CONFIGS_MAX) return usage();
    snprintf(p->configs[p->n_configs++], sizeof p->configs[0], "%s", word);
    return true;
}

static bool add_word(plan *p, const char *word) {
    char file[512];
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        if (strcmp(word, systems[i].name) != 0) continue;
        for (const char *const *c = systems[i].configs; *c; c++) {
            snprintf(file, sizeof file, SOURCE_DIR "/configs/%s.cfg", *c);
            if (!add_config(p, file)) return false;
        }
        return true;
    }
    return strstr(word, ".cfg") ? add_config(p, word) : usage();
}

static bool add_searchers(plan *p, char *list) {
    for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
        if (p->n_searchers == SEARCHERS_MAX) return usage();
        p->searchers[p->n_searchers++] = name;
    }
    return p->n_searchers > 0 || usage();
}

static bool read_seeds(plan *p, const char *word) {
    char rest;
    const int n = sscanf(word, "%u-%u%c", &p->first_seed, &p->last_seed, &rest);
    if (n == 1) p->last_seed = p->first_seed;
    p->has_seeds = true;
    return ((n == 1 || n == 2) && p->first_seed <= p->last_seed &&
            p->last_seed - p->first_seed < SEEDS_MAX) || usage();
}

static bool read_arguments(plan *p, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (word[0] != '-') {
            if (!add_word(p, word)) return false;
            continue;
        }
        if (!value) return usage();
        i++;
        if (strcmp(word, "--searchers") == 0) {
            if (!add_searchers(p, value)) return false;
        } else if (strcmp(word, "--seeds") == 0) {
            if (!read_seeds(p, value)) return false;
        } else if (strcmp(word, "--trials") == 0) p->trials = value;
        else if (strcmp(word, "--set") == 0) p->set = value;
        else if (strcmp(word, "--keep") == 0) p->keep = value;
        else if (strcmp(word, "--store") == 0) p->store = value;
        else return usage();
    }
    return p->n_configs > 0 || add_word(p, "cimnas");
}

int main(int argc, char **argv) {
    static plan p;
    if (!read_arguments(&p, argc, argv)) return 2;
    return plan_run(&p) ? 0 : 1;
}
