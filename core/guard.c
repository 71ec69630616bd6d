#include "guard.h"

#include <signal.h>
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
    action.sa_handler = on_fatal;
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &action, NULL);
    atexit(on_exit_called);
}

void guard_remove(void) {
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) signal(fatal[i], SIG_DFL);
    current_who = NULL;
}

void guard_enter(const char *who, const char *what) {
    current_what = what;
    current_who = who;
}

void guard_leave(void) { current_who = NULL; }
