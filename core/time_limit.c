#include "time_limit.h"
#include "clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int64_t cpu_ns_of(pid_t pid) {
    clockid_t of;
    return clock_getcpuclockid(pid, &of) == 0 ? clock_ns(of) : 0;
}

/* Running, or waiting for a processor. False where the system does not say (proc(5)). */
static bool is_runnable(pid_t pid) {
    char path[40], line[512] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    if (!fgets(line, sizeof line, file)) line[0] = '\0';
    fclose(file);
    const char *state = strrchr(line, ')'); /* "1234 (cimdse) R ..." */
    return state && strncmp(state, ") R", 3) == 0;
}

/* Processor time is no longer than the time by the clock, and dearer to ask for. */
time_left time_limit_of(pid_t pid, double limit_ns, int64_t started_ns, int64_t cpu_ns) {
    const double passed_ns = (double)(clock_now_ns() - started_ns);
    if (passed_ns <= limit_ns) return TIME_LEFT;
    if ((double)(cpu_ns_of(pid) - cpu_ns) > limit_ns) return TIME_USED_UP;
    return passed_ns > TIME_LIMIT_PATIENCE * limit_ns && !is_runnable(pid) ? TIME_SLEPT : TIME_LEFT;
}
