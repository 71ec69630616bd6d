#include "guard.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *volatile current_who, *volatile current_what;
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static void say(const char *part) {
    ssize_t ignored = write(STDERR_FILENO, part, strlen(part));
    (void)ignored;
}

static void say_who(const char *how) {
    say("cimdse: ");
    say(current_who);
    say(how);
    say(current_what);
    say("\n");
}

static void on_fatal(int number) {
    if (current_who) {
        say_who(": crashed in ");
        _exit(1);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void on_exit_called(void) {
    if (!current_who) return;
    say_who(": ended the program in ");
    _exit(1);
}

void guard_install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    static char stack[65536]; /* a plug-in may have used up the other one */
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    action.sa_handler = on_fatal;
    action.sa_flags = SA_ONSTACK;
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &action, NULL);
    atexit(on_exit_called);
}

void guard_remove(void) {
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) signal(fatal[i], SIG_DFL);
    current_who = NULL;
}

/* What a plug-in prints is no part of our output: it goes to standard error. */
static int our_output = -1;

void guard_enter(const char *who, const char *what) {
    fflush(stdout);
    if (our_output < 0) our_output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (our_output >= 0) dup2(STDERR_FILENO, STDOUT_FILENO);
    current_what = what;
    current_who = who;
}

void guard_leave(void) {
    current_who = NULL;
    fflush(stdout);
    if (our_output >= 0) dup2(our_output, STDOUT_FILENO);
}
