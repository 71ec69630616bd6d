#include "command.h"
#include "guard.h"
#include "version.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "cimdse " CIMDSE_VERSION ": explores the design space of compute-in-memory accelerators\n"
    "\n"
    "  cimdse run CONFIG [--out DIR] [--resume] [--workers N] [--seed N] [--trials N] [--target "
    "NAME]\n"
    "             [--set KEY=VALUE]...\n"
    "      run a study into a folder (runs/<name>); --resume continues one that was stopped, "
    "killed\n"
    "      or given more trials\n"
    "  cimdse eval CONFIG|RUN [--trial N] [--set KEY=VALUE]... [--points FILE.csv] [--breakdown]\n"
    "              [--format table|csv|json] [--workers N] [--target NAME]\n"
    "      evaluate one design, or every row of a table\n"
    "  cimdse space CONFIG [--set KEY=VALUE]... [--target NAME]\n"
    "      every dimension, and the exact number of configurations\n"
    "  cimdse report RUN...\n"
    "      the front of a run, with its knee and extremes\n"
    "  cimdse compare RUN...\n"
    "      runs side by side, or the targets of one\n"
    "  cimdse export RUN [--format csv|jsonl] [--front] [--as points|config] [--trial N]\n"
    "             [--target NAME]\n"
    "      every trial; --as config: the knee of the front, or trial N, as a config of its own\n"
    "  cimdse validate CONFIG... [--tables DIR] [--set KEY=VALUE]... [--workers N]\n"
    "      a hardware model against the reference figures that its config names\n"
    "  cimdse train CONFIG [--out FILE] [--resume] [--seed N] [--set KEY=VALUE]... [--target "
    "NAME]\n"
    "      train the workload's network; --resume goes on from FILE.checkpoint\n"
    "  cimdse plugins [list | inspect ID... [--set KEY=VALUE]... | check FILE.so]\n"
    "      what there is, what it can be told, and whether it keeps the interface's rules\n"
    "\n"
    "Exit status: 0 done, 1 the study or all of its trials failed, 2 command line or config "
    "wrong,\n3 stopped, resumable.\n";

typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv, failure *f);
} command;

static const command commands[] = {
    {"run", command_run},       {"eval", command_eval},     {"space", command_space},
    {"report", command_report}, {"compare", command_compare}, {"export", command_export},
    {"validate", command_validate}, {"train", command_train}, {"plugins", command_plugins}};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static int unknown_command(const char *name) {
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++) names[i] = commands[i].name;
    const char *near = nearest_name(name, names, N_COMMANDS);
    fprintf(stderr, "cimdse: no command \"%s\"%s%s%s; see cimdse help\n", name,
            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return STATUS_WRONG;
}

static int print_text(const char *chars) {
    fputs(chars, stdout);
    if (fflush(stdout) == 0) return STATUS_DONE;
    fputs("cimdse: cannot write the output\n", stderr);
    return STATUS_FAILED;
}

/* The part of the usage that is about command NAME. */
static int print_help(const char *name) {
    static const char mark[] = "  cimdse ";
    const char *at = usage;
    const size_t n = strlen(name);
    text own = {0};
    while ((at = strstr(at, mark)) && strncmp(at + sizeof mark - 1, name, n) != 0) at++;
    if (at) {
        const char *end = strstr(at + 1, mark);
        if (!end) end = strstr(at, "\n\n");
        text_add_bytes(&own, at, (size_t)(end - at));
        if (own.chars[own.length - 1] != '\n') text_add(&own, "\n");
    }
    const int status = print_text(text_of(&own));
    text_free(&own);
    return status;
}

static int help_on(const char *name) {
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0) return print_help(name);
    return unknown_command(name);
}

static bool wants_help(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

int main(int argc, char **argv) {
    /* One BLAS thread a process: the same bits with any number of cores, on one kind of processor
     * (OpenBLAS has kernels for each); and one process a core is faster. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    guard_install();
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of who writes it */
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0) {
        return print_text("cimdse " CIMDSE_VERSION "\n");
    }
    if (strcmp(name, "help") == 0 && argc > 2) return help_on(argv[2]);
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        return print_text(usage);
    }
    if (!*name) {
        fputs(usage, stderr);
        return STATUS_WRONG;
    }
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(name, commands[i].name) != 0) continue;
        if (wants_help(argc - 1, argv + 1)) return print_help(name);
        failure f = {0};
        int status = commands[i].run(argc - 1, argv + 1, &f);
        if (fflush(stdout) != 0 || ferror(stdout))
            fail(&f, STATUS_FAILED, "cannot write the output");
        if (f.status) fprintf(stderr, "cimdse: %s\n", f.text);
        return f.status ? f.status : status;
    }
    return unknown_command(name);
}
