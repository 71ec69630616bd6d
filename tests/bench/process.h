/* process.h: programs that a bench starts, and the folder they work in. */
#ifndef PROCESS_H
#define PROCESS_H
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

enum { ARGUMENTS_MAX = 24 };

typedef struct process {
    pid_t pid;
    FILE *said;                  /* standard error, and standard output too without a file for it */
    double started_s;
} process;

typedef struct process_usage {
    double elapsed_s;
    double processor_s;          /* of it and its own processes, on all cores */
    double peak_bytes;           /* resident, of the largest of its processes */
    double trials_s;             /* what `run` says that its trials took, without the report */
} process_usage;

/* Starts `cimdse ARGUMENTS`, ended by NULL, on the first N_CORES allowed cores (0: on all).
 * OUT: the file for its standard output, or NULL. */
bool process_start(process *p, unsigned n_cores, const char *out, const char *const *arguments);
/* Waits for its end. What it said is shown only where it failed. */
bool process_end(process *p, process_usage *usage);

/* What a run took is beside it, in FILE, so that a later call can tell: adds USAGE's processor
 * time, if there were trials to evaluate. Returns the sum, or NaN where FILE does not hold it. */
double process_add_seconds(const char *file, const process_usage *usage);

/* Pins this process likewise. */
bool use_cores(unsigned n_cores);
unsigned allowed_cores(void);

/* A fresh folder below $TMPDIR or /tmp; folder_remove() takes it away with all that is in it. */
bool folder_make(char *path, size_t room);
void folder_remove(const char *path);
#endif
