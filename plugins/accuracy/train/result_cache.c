#include "result_cache.h"
#include "checkpoint.h"

#include <cim_sdk/text.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE = 160 };

/* ---- the folder ------------------------------------------------------------------------------ */

static cim_status refused(const cim_host *host, const char *path, const char *what) {
    return cim_failf(host, CIM_E_FILE, "cache: %.400s cannot be %s: %s", path, what,
                     strerror(errno));
}

/* PATH becomes the folder that it is in; false at the top. */
static bool go_up(char *path) {
    char *slash = strrchr(path, '/');
    if (!slash || !path[1]) return false;
    slash[slash == path] = '\0';
    return true;
}

cim_status result_cache_check(const cim_host *host, const char *folder) {
    char path[RESULT_PATH];
    struct stat is;
    if (strlen(folder) >= RESULT_PATH - LINE)
        return cim_failf(host, CIM_E_CONFIG,
                         "cache: a path of %zu characters: at most %d are allowed", strlen(folder),
                         RESULT_PATH - LINE - 1);
    snprintf(path, sizeof path, "%s", folder);
    while (stat(path, &is) != 0)
        if (errno != ENOENT || !go_up(path))
            return cim_failf(host, CIM_E_CONFIG, "cache = \"%.300s\": cannot be looked at: %s",
                             folder, strerror(errno));
    if (!S_ISDIR(is.st_mode))
        return cim_failf(host, CIM_E_CONFIG,
                         "cache = \"%.200s\": must be a folder, and %.200s is none", folder, path);
    if (access(path, W_OK | X_OK) != 0)
        return cim_failf(host, CIM_E_CONFIG,
                         "cache = \"%.200s\": must be a folder that can be written "
                         "to, and %.200s cannot",
                         folder, path);
    return CIM_OK;
}

static bool make_folders(const char *folder) {
    char path[RESULT_PATH];
    snprintf(path, sizeof path, "%s", folder);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) return false;
        *slash = '/';
    }
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

/* ---- entries --------------------------------------------------------------------------------- */

/* The one text that an entry of KEY with this accuracy may have: exact, then for people. */
static void line_of(const result_key *key, double accuracy, char line[LINE]) {
    int n = snprintf(line, LINE, "cimdse training %a (%.4f) ", accuracy, accuracy);
    uint64_t sum = checkpoint_sum(CHECKPOINT_SUM, key, sizeof *key);
    sum = checkpoint_sum(sum, line, (size_t)n);
    snprintf(line + n, LINE - (size_t)n, "%016llx\n", (unsigned long long)sum);
}

/* False: there is none. *ACCURACY: NaN where it is damaged. */
static bool read_entry(const result_entry *e, double *accuracy) {
    char found[LINE], wanted[LINE];
    FILE *file = fopen(e->path, "rb");
    if (!file) return false;
    const size_t n = fread(found, 1, sizeof found - 1, file);
    fclose(file);
    found[n] = '\0';
    *accuracy = NAN;
    double value;
    if (sscanf(found, "cimdse training %la ", &value) != 1) return true;
    line_of(&e->key, value, wanted);
    if (strlen(wanted) == n && memcmp(found, wanted, n) == 0) *accuracy = value;
    return true;
}

/* BESIDE is still the file that this process has locked: nobody renamed or removed it meanwhile. */
static bool is_mine(const result_entry *e) {
    struct stat mine, there;
    return fstat(e->file, &mine) == 0 && stat(e->beside, &there) == 0 &&
           mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

/* The lock goes with the process, so a killed one holds up nobody. */
static bool take_turn(result_entry *e) {
    for (;;) {
        e->file = open(e->beside, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        while (e->file >= 0 && flock(e->file, LOCK_EX) != 0)
            if (errno != EINTR) return false;
        if (e->file < 0 || is_mine(e)) return e->file >= 0;
        close(e->file);
    }
}

cim_status result_find(result_entry *e, const cim_host *host, const char *folder, result_key key,
                       double *accuracy) {
    *e = (result_entry){.host = host, .key = key, .file = -1};
    snprintf(e->path, sizeof e->path, "%.*s/%016llx%016llx", RESULT_PATH - LINE, folder,
             (unsigned long long)key.sum[0], (unsigned long long)key.sum[1]);
    snprintf(e->beside, sizeof e->beside, "%.*s.new", RESULT_PATH - LINE + 40, e->path);
    if (read_entry(e, accuracy) && !isnan(*accuracy)) return CIM_OK;
    if (!make_folders(folder)) return refused(host, folder, "made");
    if (!take_turn(e)) {
        const cim_status status = refused(host, e->beside, "locked");
        if (e->file >= 0) close(e->file);
        return status;
    }
    const bool there = read_entry(e, accuracy); /* who had the turn before may have made it */
    if (!there) *accuracy = NAN;
    if (there && isnan(*accuracy)) {
        char text[CIM_MAX_TEXT];
        snprintf(text, sizeof text, "%.400s is damaged: its network is trained again", e->path);
        host->log(host, CIM_LOG_WARNING, text);
    }
    if (!isnan(*accuracy)) result_leave(e);
    return CIM_OK;
}

cim_status result_store(result_entry *e, double accuracy) {
    char line[LINE];
    line_of(&e->key, accuracy, line);
    const size_t n = strlen(line);
    const bool good = ftruncate(e->file, 0) == 0 && pwrite(e->file, line, n, 0) == (ssize_t)n &&
                      rename(e->beside, e->path) == 0;
    const cim_status status = good ? CIM_OK : refused(e->host, e->path, "written");
    if (good) e->beside[0] = '\0'; /* it is the entry now */
    result_leave(e);
    return status;
}

void result_leave(result_entry *e) {
    if (e->file < 0) return;
    if (e->beside[0]) unlink(e->beside);
    close(e->file);
    e->file = -1;
}
