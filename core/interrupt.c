#include "interrupt.h"

#include <string.h>

volatile sig_atomic_t interrupt_wanted;
static struct sigaction before_interrupt, before_terminate;

/* Whoever asks twice has waited for a searcher that does not come back. */
static void on_signal(int number) {
    if (interrupt_wanted) {
        signal(number, SIG_DFL);
        raise(number);
    }
    interrupt_wanted = 1;
}

void interrupt_catch(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    interrupt_wanted = 0;
    sigaction(SIGINT, &action, &before_interrupt);
    sigaction(SIGTERM, &action, &before_terminate);
}

void interrupt_release(void) {
    sigaction(SIGINT, &before_interrupt, NULL);
    sigaction(SIGTERM, &before_terminate, NULL);
}
