/* clock.h: time in nanoseconds. */
#ifndef CLOCK_H
#define CLOCK_H
#include <stdint.h>
#include <time.h>

int64_t clock_ns(clockid_t of);
int64_t clock_now_ns(void);      /* monotonic */
#endif
