/* result_cache.h: what trainings reached, kept in a folder with a small file for each, so that the
 * same training is done once, whichever study, worker or day asks for it again.
 *
 * An entry is written beside its place and renamed: a process killed at any moment leaves a whole
 * one or none. While one process trains, others that want the same entry wait for it. */
#ifndef TRAIN_RESULT_CACHE_H
#define TRAIN_RESULT_CACHE_H

#include <cim/host.h>

/* Two sums over all that decides the result: name of the entry. */
typedef struct result_key { uint64_t sum[2]; } result_key;

enum { RESULT_PATH = 4096 };
typedef struct result_entry {
    const cim_host *host;
    result_key key;
    char path[RESULT_PATH], beside[RESULT_PATH];
    int file;                /* BESIDE, locked by this process; -1: not open */
} result_entry;

/* Can entries be kept in FOLDER, which need not be there yet? Changes nothing on disk. */
cim_status result_cache_check(const cim_host *host, const char *folder);

/* *ACCURACY: that of the entry, or NaN where it is this process that must train and then call
 * result_store() or result_leave(). An entry that is damaged counts as none, with a warning. */
cim_status result_find(result_entry *e, const cim_host *host, const char *folder, result_key key,
                       double *accuracy);
cim_status result_store(result_entry *e, double accuracy);
void result_leave(result_entry *e);
#endif
