/* Lets a thread run on. */
#include <pthread.h>
#include <unistd.h>
#include "good_searcher.h"

static void *wait(void *unused) {
    pause();
    return unused;
}

static cim_status ask(void *self, cim_ask *a) {
    pthread_t thread;
    if (!((searcher *)self)->asks) pthread_create(&thread, NULL, wait, NULL);
    return good_ask(self, a);
}
#define ASK ask

#include "good_searcher_end.h"
