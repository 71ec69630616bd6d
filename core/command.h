/* command.h: the commands of `cimdse`. Each takes its own arguments (argv[0] is its name) and
 * returns the exit status; what went wrong is in F, printed by main. */
#ifndef COMMAND_H
#define COMMAND_H
#include "study.h"

int command_run(int argc, char **argv, failure *f);
int command_eval(int argc, char **argv, failure *f);
int command_space(int argc, char **argv, failure *f);
int command_report(int argc, char **argv, failure *f);
int command_compare(int argc, char **argv, failure *f);
int command_export(int argc, char **argv, failure *f);
int command_validate(int argc, char **argv, failure *f);
int command_train(int argc, char **argv, failure *f);
int command_plugins(int argc, char **argv, failure *f);
int command_check(int argc, char **argv, failure *f);   /* of `cimdse plugins` */

/* Options that several commands share; a command accepts those it lists. */
typedef struct options {
    const char *out, *points, *format, *as, *target, *tables;
    const char **sets;
    size_t n_sets;
    bool resume, breakdown, front;
    uint64_t workers, seed, trials, trial;
    bool has_seed, has_trials, has_trial;
    const char **arguments;     /* what is not an option */
    size_t n_arguments;
    text run;                   /* of command_one_run() */
} options;

/* ALLOWED: names of options, separated by blanks. */
bool options_read(options *o, int argc, char **argv, const char *allowed, failure *f);
void options_free(options *o);

/* Where the only argument holds a run for each target, it becomes the one that --target names, and
 * --target is done with. */
bool command_one_run(options *o, failure *f);

/* PATH is a config file, or a run folder (or its study.db) whose config is taken; then --set,
 * --seed and --trials are applied. */
bool command_config(config *c, const char *path, const options *o, bool *is_run, failure *f);
/* The same, with the one target that --target names, or that there is. */
bool command_one_target(config *c, const char *path, const options *o, bool *is_run, failure *f);
bool is_run_folder(const char *path);
#endif
