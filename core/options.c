#include "command.h"
#include "memory.h"
#include "runs.h"
#include "store.h"
#include "targets.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option all_options[] = {
    {"out", required_argument, NULL, 'o'},       {"resume", no_argument, NULL, 'r'},
    {"workers", required_argument, NULL, 'w'},   {"seed", required_argument, NULL, 's'},
    {"trials", required_argument, NULL, 'n'},    {"set", required_argument, NULL, 'S'},
    {"trial", required_argument, NULL, 't'},     {"points", required_argument, NULL, 'p'},
    {"breakdown", no_argument, NULL, 'b'},       {"format", required_argument, NULL, 'f'},
    {"front", no_argument, NULL, 'F'},           {"as", required_argument, NULL, 'a'},
    {"target", required_argument, NULL, 'T'},  {"tables", required_argument, NULL, 'R'},
    {NULL, 0, NULL, 0}};

static bool natural(const char *name, uint64_t least, uint64_t most, uint64_t *out, failure *f) {
    if (natural_read(optarg, out) && *out >= least && *out <= most) return true;
    return fail(f, STATUS_WRONG, "--%s %s: must be a whole number %llu..%llu", name, optarg,
                (unsigned long long)least, (unsigned long long)most);
}

static bool take_option(options *o, int letter, failure *f) {
    switch (letter) {
    case 'o': o->out = optarg; return true;
    case 'r': o->resume = true; return true;
    case 'w': return natural("workers", 1, 1024, &o->workers, f);
    case 's': o->has_seed = true; return natural("seed", 0, INT64_MAX, &o->seed, f);
    case 'n': o->has_trials = true; return natural("trials", 1, 1000000000, &o->trials, f);
    case 't': o->has_trial = true; return natural("trial", 0, INT64_MAX, &o->trial, f);
    case 'S':
        MEMORY_ROOM(o->sets, o->n_sets);
        o->sets[o->n_sets++] = optarg;
        return true;
    case 'p': o->points = optarg; return true;
    case 'b': o->breakdown = true; return true;
    case 'f': o->format = optarg; return true;
    case 'F': o->front = true; return true;
    case 'T': o->target = optarg; return true;
    case 'R': o->tables = optarg; return true;
    default: o->as = optarg; return true;
    }
}

static bool is_allowed(const char *name, const char *allowed) {
    size_t n = strlen(name);
    for (const char *at = allowed; (at = strstr(at, name)) != NULL; at += n)
        if ((at == allowed || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return true;
    return false;
}

bool options_read(options *o, int argc, char **argv, const char *allowed, failure *f) {
    int letter, which = -1;
    *o = (options){0};
    opterr = 0;
    optind = 1;
    while ((letter = getopt_long(argc, argv, ":", all_options, &which)) != -1) {
        const char *word = argv[optind - 1]; /* a cluster of letters has not been passed yet */
        if (word[0] != '-' && optind < argc) word = argv[optind];
        if (letter == ':') return fail(f, STATUS_WRONG, "%s: needs a value", word);
        if (letter == '?') return fail(f, STATUS_WRONG, "%s: no such option", word);
        if (!is_allowed(all_options[which].name, allowed))
            return fail(f, STATUS_WRONG, "cimdse %s has no option --%s", argv[0],
                        all_options[which].name);
        if (!take_option(o, letter, f)) return false;
    }
    o->arguments = (const char **)(argv + optind);
    o->n_arguments = (size_t)(argc - optind);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!o->workers) o->workers = cores > 0 ? (uint64_t)cores : 1;
    return true;
}

void options_free(options *o) {
    free(o->sets);
    text_free(&o->run);
}

bool is_run_folder(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0) return false;
    size_t n = strlen(path);
    return S_ISDIR(info.st_mode) || (n > 3 && strcmp(path + n - 3, ".db") == 0);
}

bool command_one_run(options *o, failure *f) {
    bool of_many;
    if (o->n_arguments != 1 || !is_run_folder(o->arguments[0])) return true;
    if (!runs_find(o->arguments[0], o->target, &o->run, &of_many, f)) return false;
    o->arguments[0] = text_of(&o->run);
    if (of_many) o->target = NULL;
    return true;
}

static bool config_of_run(config *c, const char *path, failure *f) {
    store *st = store_open(path, false, f);
    if (!st) return false;
    char *source = store_value_copy(st, "config", f);
    char *folder = store_value_copy(st, "config_folder", f);
    bool good = source && folder && config_read_text(c, source, path, folder, f);
    free(source);
    free(folder);
    return store_close(st, f) && good;
}

static bool set_number(config *c, const char *key, uint64_t value, failure *f) {
    char assignment[64];
    snprintf(assignment, sizeof assignment, "study.%s=%llu%s", key, (unsigned long long)value,
             value > INT32_MAX ? "L" : "");
    return config_set(c, assignment, f);
}

/* Does what stands behind it replace all that ASSIGNMENT sets? "hwmodel=" replaces "hwmodel.rows=",
 * "hwmodel[0].rows=" and itself. */
static bool is_replaced(const char *assignment, const char *by) {
    const size_t n = strcspn(by, "=");
    return strncmp(assignment, by, n) == 0 && by[n] == '=' && strchr("=.[", assignment[n]);
}

static bool check_sets(const options *o, failure *f) {
    for (size_t i = 0; i < o->n_sets; i++)
        for (size_t k = i + 1; k < o->n_sets; k++)
            if (is_replaced(o->sets[i], o->sets[k]))
                return fail(f, STATUS_WRONG, "--set %s: has no effect: --set %s behind it replaces "
                            "it", o->sets[i], o->sets[k]);
    return true;
}

bool command_config(config *c, const char *path, const options *o, bool *is_run, failure *f) {
    *is_run = is_run_folder(path);
    if (!check_sets(o, f) ||
        !(*is_run ? config_of_run(c, path, f) : config_read_path(c, path, f)))
        return false;
    for (size_t i = 0; i < o->n_sets; i++)
        if (!config_set(c, o->sets[i], f)) return false;
    return (!o->has_seed || set_number(c, "seed", o->seed, f)) &&
           (!o->has_trials || set_number(c, "trials", o->trials, f));
}

bool command_one_target(config *c, const char *path, const options *o, bool *is_run, failure *f) {
    size_t target;
    return command_config(c, path, o, is_run, f) && targets_find(c, o->target, &target, f) &&
           targets_select(c, target, f);
}
