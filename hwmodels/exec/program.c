#define _GNU_SOURCE
#include "program.h"

#include <cim_sdk/text.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORDS = 64, MOST_LINE = 64 << 20, MOST_SHOWN = 80 };

/* ---- start and stop ------------------------------------------------------------------------- */

static void add_words(char *words, char **argv, size_t *n) {
    char *rest = words;
    for (char *word; *n + 1 < MOST_WORDS && (word = strtok_r(rest, " ", &rest)) != NULL;)
        argv[(*n)++] = word;
}

/* In the new process: never returns. */
static _Noreturn void become(const program *p, int socket, pid_t parent) {
    char *argv[MOST_WORDS];
    size_t n = 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a worker that hangs is killed, and its program with it */
    if (getppid() != parent) _exit(127);
    dup2(socket, STDIN_FILENO);
    dup2(socket, STDOUT_FILENO);
    if (socket > STDOUT_FILENO) close(socket);
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for cimdse, which stops its workers when it is ready */
    add_words(p->interpreter, argv, &n);
    argv[n++] = p->path;
    add_words(p->arguments, argv, &n);
    argv[n] = NULL;
    execvp(argv[0], argv);
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static int start(program *p, char *why) {
    int both[2];
    const pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) {
        snprintf(why, CIM_MAX_TEXT, "%s: cannot start it: %s", p->path, strerror(errno));
        return 0;
    }
    const pid_t pid = fork();
    if (pid == 0) become(p, both[1], parent);
    close(both[1]);
    if (pid < 0) {
        snprintf(why, CIM_MAX_TEXT, "%s: cannot start it: %s", p->path, strerror(errno));
        close(both[0]);
        return 0;
    }
    p->socket = both[0];
    p->pid = pid;
    p->owner = parent;
    p->line_length = 0;
    return 1;
}

void program_stop(program *p) {
    if (p->socket >= 0) close(p->socket);
    if (p->socket >= 0 && p->owner == getpid()) {
        kill(p->pid, SIGKILL);
        waitpid(p->pid, NULL, 0);
    }
    p->socket = -1;
    free(p->line);
    p->line = NULL;
    p->line_length = p->line_room = 0;
}

/* Why it does not listen or speak any more. */
static void explain_end(program *p, char *why) {
    int status = 0;
    close(p->socket);
    p->socket = -1;
    if (waitpid(p->pid, &status, 0) != p->pid)
        snprintf(why, CIM_MAX_TEXT, "%s: has gone", p->path);
    else if (WIFSIGNALED(status))
        snprintf(why, CIM_MAX_TEXT, "%s: was ended by signal %d (%s)", p->path, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(why, CIM_MAX_TEXT, "%s: ended with status %d before it answered%s", p->path,
                 WEXITSTATUS(status), WEXITSTATUS(status) == 127 ? ": is it there, and executable?" : "");
}

/* ---- one line out, one line in -------------------------------------------------------------- */

static int send_line(program *p, const json_t *q) {
    char *chars = json_dumps(q, JSON_COMPACT | JSON_REAL_PRECISION(17));
    size_t left = chars ? strlen(chars) + 1 : 0;
    const char *at = chars;
    if (!chars) return 0;
    chars[left - 1] = '\n';
    while (left > 0) {
        const ssize_t n = send(p->socket, at, left, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        at += n;
        left -= (size_t)n;
    }
    free(chars);
    return left == 0;
}

static int make_room(program *p) {
    if (p->line_length + 4096 <= p->line_room) return 1;
    const size_t room = p->line_room ? 2 * p->line_room : 8192;
    char *line = room <= MOST_LINE ? realloc(p->line, room) : NULL;
    if (!line) return 0;
    p->line = line;
    p->line_room = room;
    return 1;
}

/* Up to and without the end of line. */
static int receive_line(program *p) {
    p->line_length = 0;
    for (;;) {
        if (!make_room(p)) return 0;
        const ssize_t n = recv(p->socket, p->line + p->line_length, p->line_room - p->line_length - 1, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return 0;
        const char *end = memchr(p->line + p->line_length, '\n', (size_t)n);
        p->line_length += (size_t)n;
        if (!end) continue;
        p->line[end - p->line] = '\0';
        return 1;
    }
}

json_t *program_ask(program *p, const json_t *q, char *why) {
    json_error_t error;
    if (p->socket >= 0 && p->owner != getpid()) { /* the program of the process that made us */
        close(p->socket);
        p->socket = -1;
    }
    if (p->socket < 0 && !start(p, why)) return NULL;
    if (!send_line(p, q) || !receive_line(p)) {
        explain_end(p, why);
        return NULL;
    }
    json_t *answer = json_loads(p->line, 0, &error);
    if (json_is_object(answer)) return answer;
    snprintf(why, CIM_MAX_TEXT, "%s: said \"%.*s\", which is no JSON object%s%s", p->path, MOST_SHOWN,
             p->line, answer ? "" : ": ", answer ? "" : error.text);
    json_decref(answer);
    program_stop(p); /* it may be in the middle of something */
    return NULL;
}
