#include "interrupt.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

volatile sig_atomic_t interrupt_wanted;
static struct sigaction before_interrupt, before_terminate;
static bool on_terminal; /* where a line of progress may stand */

static void say(const char *part) {
    const int before = errno; /* of whatever was interrupted */
    ssize_t ignored = write(STDERR_FILENO, part, strlen(part));
    (void)ignored;
    errno = before;
}

/* Whoever asks twice has waited for a searcher that does not come back. */
static void on_signal(int number) {
    if (interrupt_wanted) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    interrupt_wanted = 1;
    if (on_terminal) say("\n");
    say("cimdse: stopping as soon as what is under way lets it; once more ends it at once\n");
}

void interrupt_catch(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    interrupt_wanted = 0;
    on_terminal = isatty(STDERR_FILENO);
    sigaction(SIGINT, &action, &before_interrupt);
    sigaction(SIGTERM, &action, &before_terminate);
}

void interrupt_release(void) {
    sigaction(SIGINT, &before_interrupt, NULL);
    sigaction(SIGTERM, &before_terminate, NULL);
}
