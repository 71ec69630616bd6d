/* watch.h: what a plug-in may not touch, looked at after every call into it. */
#ifndef WATCH_H
#define WATCH_H
#include "suite.h"

typedef struct watch {
    const char *(*look)(check *c);   /* what went wrong, or NULL */
    void *(*begin)(check *c);        /* remembers how it is now; for check.watched */
    void (*end)(check *c);           /* may be NULL */
} watch;

extern const watch watch_locale, watch_floating_point, watch_threads, watch_output, watch_process;
#endif
