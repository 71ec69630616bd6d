/* time_limit.h: has a process had its time? What becomes of a design must not depend on how busy
 * the machine is: processor time counts. What sleeps, or waits for another process, is held to
 * TIME_LIMIT_PATIENCE times as much by the clock; what waits for a processor is not. */
#ifndef TIME_LIMIT_H
#define TIME_LIMIT_H
#include <stdint.h>
#include <sys/types.h>

enum { TIME_LIMIT_PATIENCE = 10 };
typedef enum time_left { TIME_LEFT, TIME_USED_UP, TIME_SLEPT } time_left;

/* LIMIT_NS: since the clock stood at STARTED_NS (CLOCK_MONOTONIC) and the processor time of PID at
 * CPU_NS. */
time_left time_limit_of(pid_t pid, double limit_ns, int64_t started_ns, int64_t cpu_ns);
#endif
