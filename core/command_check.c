/* cimdse plugins check FILE.so [--only REGEX] [--in-process] [--seed N] [--seconds N]
 * [--set KEY=VALUE]... */
#include "command.h"
#include "memory.h"

#include <check.h>
#include <getopt.h>
#include <stdlib.h>

static const struct option check_words[] = {
    {"only", required_argument, NULL, 'o'}, {"in-process", no_argument, NULL, 'i'},
    {"seed", required_argument, NULL, 's'}, {"set", required_argument, NULL, 'S'},
    {"seconds", required_argument, NULL, 't'},
    {NULL, 0, NULL, 0}};

static bool take_seconds(uint32_t *out, failure *f) {
    uint64_t n;
    if (!natural_read(optarg, &n) || n < 1 || n > 86400)
        return fail(f, STATUS_WRONG, "--seconds %s: must be an integer 1..86400", optarg);
    *out = (uint32_t)n;
    return true;
}

static bool take_word(check_options *o, const char **sets, int letter, const char *word,
                      failure *f) {
    switch (letter) {
    case 'o': o->only = optarg; return true;
    case 'i': o->in_process = true; return true;
    case 'S': sets[o->n_sets++] = optarg; return true;
    case 's':
        return natural_read(optarg, &o->seed) ||
               fail(f, STATUS_WRONG, "--seed %s: must be a whole number", optarg);
    case 't': return take_seconds(&o->seconds, f);
    case ':': return fail(f, STATUS_WRONG, "%s: needs a value", word);
    default: return fail(f, STATUS_WRONG, "cimdse plugins check has no option %s", word);
    }
}

int command_check(int argc, char **argv, failure *f) {
    const char **sets = memory_new((size_t)argc, sizeof *sets);
    check_options o = {.sets = sets, .seed = 1};
    int letter, status = STATUS_WRONG;
    opterr = 0;
    optind = 0; /* from the start: main's own options may have been read before */
    while (!f->status && (letter = getopt_long(argc, argv, ":", check_words, NULL)) != -1)
        take_word(&o, sets, letter, argv[optind - 1], f);
    if (!f->status && argc - optind != 1)
        fail(f, STATUS_WRONG, "cimdse plugins check FILE.so: give one file");
    if (!f->status) {
        o.file = argv[optind];
        status = check_run(&o, f);
    }
    free(sets);
    return f->status ? f->status : status;
}
