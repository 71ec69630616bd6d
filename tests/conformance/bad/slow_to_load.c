/* Reads something large, or so, when it is loaded. */
#include <time.h>
#include "good_searcher.h"

__attribute__((constructor)) static void dawdle(void) {
    nanosleep(&(struct timespec){.tv_nsec = 120000000}, NULL);
}

#include "good_searcher_end.h"
