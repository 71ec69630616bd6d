/* interrupt.h: SIGINT and SIGTERM ask a running study to stop between two trials. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <signal.h>

extern volatile sig_atomic_t interrupt_wanted;

/* From now on a signal sets interrupt_wanted, which starts at 0, and says so on standard error; the
 * second one ends the process. */
void interrupt_catch(void);

/* As it was before interrupt_catch(). */
void interrupt_release(void);

#endif
