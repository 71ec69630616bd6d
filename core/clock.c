#include "clock.h"

int64_t clock_ns(clockid_t of) {
    struct timespec t = {0};
    clock_gettime(of, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
