/* failure.h: why something could not be done: one line for the user, and the exit status.
 *
 * Functions that can fail take a `failure *` last and return true when all went well. The text
 * names the key, the value and the rule, with file and line where there are any. */
#ifndef FAILURE_H
#define FAILURE_H
#include <stdbool.h>

enum {
    STATUS_DONE = 0,
    STATUS_FAILED = 1,  /* the study itself failed                                    */
    STATUS_WRONG = 2,   /* the command line or the config is wrong                    */
    STATUS_STOPPED = 3  /* stopped early, resumable                                   */
};

typedef struct failure {
    int status;
    char text[2048];
} failure;

/* Records the first failure only, and returns false. */
bool fail(failure *f, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
#endif
