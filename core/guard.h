/* guard.h: when a plug-in brings down the host's own process (in its loading, create, ask, tell),
 * the user is told which one and where, instead of a bare signal. Evaluations need no guard: they
 * run in worker processes. */
#ifndef GUARD_H
#define GUARD_H

/* Once, at the start of the program. */
void guard_install(void);
/* Gives signals and exit() back to the system, in a worker process. */
void guard_remove(void);

/* Around every call into a plug-in. WHO and WHAT must outlive the call. */
void guard_enter(const char *who, const char *what);
void guard_leave(void);
#endif
