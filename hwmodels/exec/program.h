/* program.h: an external program that answers one line of JSON with one line of JSON. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <cim/host.h>
#include <jansson.h>
#include <sys/types.h>

typedef struct program {
    char *interpreter, *path, *arguments; /* owned by whoever made this */
    int socket;              /* its standard input and output; -1: not running */
    pid_t pid, owner;        /* the program; the process that started it: a worker starts its own */
    char *line;              /* what it has said, up to line_length */
    size_t line_length, line_room;
} program;

/* Does it run, for this process, with nothing said unasked? If not, it is ended. */
int program_ready(program *p);

/* Starts the program unless it runs; sends Q and waits for the answer, which the caller frees. NULL
 * when there is none: WHY (of CIM_MAX_TEXT) says so, and the next call starts it anew. One that
 * ends between program_ready() and this call gives no answer: what Q may leave out depends on the
 * former. */
json_t *program_ask(program *p, const json_t *q, char *why);

/* Ends it. */
void program_stop(program *p);

#endif
