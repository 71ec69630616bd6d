#include "watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- locale --------------------------------------------------------------------------------- */

static void *locale_begin(check *c) {
    return (void *)(uintptr_t)check_text(c, "%s", setlocale(LC_ALL, NULL));
}

static const char *locale_look(check *c) {
    const char *now = setlocale(LC_ALL, NULL);
    if (uselocale((locale_t)0) != LC_GLOBAL_LOCALE) return "leaves a locale of its own behind";
    return strcmp(now, c->watched) ? "changes the locale" : NULL;
}

const watch watch_locale = {.look = locale_look, .begin = locale_begin};

/* ---- floating point ------------------------------------------------------------------------- */

typedef struct floating { int rounding, traps; } floating;

static floating floating_now(void) { return (floating){fegetround(), fegetexcept()}; }

static void *floating_begin(check *c) {
    floating *now = check_new(c, 1, sizeof *now);
    *now = floating_now();
    return now;
}

static const char *floating_look(check *c) {
    const floating *before = c->watched, now = floating_now();
    volatile double least = 4.9406564584124654e-324; /* what "flush to zero" makes a zero of */
    if (now.rounding != before->rounding) return "changes the rounding mode";
    if (now.traps != before->traps) return "changes which exceptions trap";
    return least * 1.0 == 0 ? "makes small numbers zero" : NULL;
}

const watch watch_floating_point = {.look = floating_look, .begin = floating_begin};

/* ---- threads -------------------------------------------------------------------------------- */

static int n_threads(void) {
    DIR *tasks = opendir("/proc/self/task");
    int n = 0;
    for (struct dirent *e = tasks ? readdir(tasks) : NULL; e; e = readdir(tasks))
        n += e->d_name[0] != '.';
    if (tasks) closedir(tasks);
    return n;
}

static void *threads_begin(check *c) {
    int *n = check_new(c, 1, sizeof *n);
    *n = n_threads();
    return n;
}

static const char *threads_look(check *c) {
    return n_threads() != *(const int *)c->watched ? "starts a thread" : NULL;
}

const watch watch_threads = {.look = threads_look, .begin = threads_begin};

/* ---- standard output and error -------------------------------------------------------------- */

typedef struct outputs {
    int fd, saved[2];
    off_t size;
} outputs;

static off_t written(int fd) {
    struct stat info;
    fflush(NULL);
    return fstat(fd, &info) == 0 ? info.st_size : 0;
}

/* In a process of its own a test writes to check.output anyway; in the runner's, until it ends. */
static void *output_begin(check *c) {
    outputs *o = check_new(c, 1, sizeof *o);
    fflush(NULL);
    o->fd = c->output;
    for (int i = 0; i < 2; i++) {
        o->saved[i] = dup(STDOUT_FILENO + i);
        dup2(o->fd, STDOUT_FILENO + i);
    }
    o->size = written(o->fd);
    return o;
}

static const char *output_look(check *c) {
    outputs *o = c->watched;
    off_t size = written(o->fd);
    bool more = size > o->size;
    o->size = size;
    return more ? "writes to standard output or error" : NULL;
}

static void output_end(check *c) {
    const outputs *o = c->watched;
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        dup2(o->saved[i], STDOUT_FILENO + i);
        close(o->saved[i]);
    }
}

const watch watch_output = {.look = output_look, .begin = output_begin, .end = output_end};

/* ---- folder, mask, signals, environment ----------------------------------------------------- */

enum { N_SIGNALS = 32 };

typedef struct process {
    char folder[4096];
    mode_t mask;
    sigset_t blocked;
    void (*handlers[N_SIGNALS])(int);
    uint64_t environment;
} process;

extern char **environ;

static void process_now(process *p) {
    memset(p, 0, sizeof *p);
    if (!getcwd(p->folder, sizeof p->folder)) p->folder[0] = '\0';
    p->mask = umask(0);
    umask(p->mask);
    sigprocmask(SIG_BLOCK, NULL, &p->blocked);
    for (int i = 1; i < N_SIGNALS; i++) {
        struct sigaction action;
        if (sigaction(i, NULL, &action) == 0) p->handlers[i] = action.sa_handler;
    }
    for (char **e = environ; e && *e; e++)
        p->environment = digest_bytes(p->environment, *e, strlen(*e) + 1);
}

static void *process_begin(check *c) {
    process *p = check_new(c, 1, sizeof *p);
    process_now(p);
    return p;
}

static const char *process_look(check *c) {
    const process *before = c->watched;
    process now;
    process_now(&now);
    if (strcmp(now.folder, before->folder) != 0) return "changes the working folder";
    if (now.mask != before->mask) return "changes the file mask";
    if (memcmp(&now.blocked, &before->blocked, sizeof now.blocked) != 0) return "blocks signals";
    if (memcmp(now.handlers, before->handlers, sizeof now.handlers) != 0)
        return "changes what a signal does";
    return now.environment != before->environment ? "changes the environment" : NULL;
}

const watch watch_process = {.look = process_look, .begin = process_begin};
