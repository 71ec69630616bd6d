#define _GNU_SOURCE
#include "program.h"

#include <cim_sdk/text.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST_LINE = 64 << 20, MOST_SHOWN = 80 };

static const char *name_of(const program *p) {
    const char *slash = strrchr(p->path, '/');
    return slash ? slash + 1 : p->path;
}

/* ---- start and stop ------------------------------------------------------------------------- */

static size_t add_words(char *words, char **argv, size_t n) {
    for (char *word; (word = strtok_r(words, " ", &words)) != NULL;) argv[n++] = word;
    return n;
}

/* In the program's place: why it cannot be run, as its answer. */
static void refuse(const char *file, int number) {
    json_t *answer = json_pack("{s:o}", "error", json_sprintf("%s: %s", file, strerror(number)));
    json_dumpfd(answer, STDOUT_FILENO, 0);
    dprintf(STDOUT_FILENO, "\n");
}

/* In the new process: never returns. */
static _Noreturn void become(const program *p, int socket, pid_t parent) {
    char **argv = calloc(strlen(p->interpreter) + strlen(p->arguments) + 4, sizeof *argv);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a worker that hangs is killed, and its program with it */
    if (!argv || getppid() != parent) _exit(127);
    socket = fcntl(socket, F_DUPFD, STDERR_FILENO + 1); /* out of the way of 0 and 1 */
    dup2(socket, STDIN_FILENO);
    dup2(socket, STDOUT_FILENO);
    closefrom(STDERR_FILENO + 1); /* a socket of the worker's, held open, would hide its death */
    signal(SIGINT, SIG_IGN); /* Ctrl-C is for cimdse, which stops its workers when it is ready */
    signal(SIGPIPE, SIG_DFL);     /* cimdse ignores both, which a program would inherit */
    signal(SIGXFSZ, SIG_DFL);
    size_t n = add_words(p->interpreter, argv, 0);
    argv[n++] = p->path;
    add_words(p->arguments, argv, n);
    execvp(argv[0], argv);
    refuse(argv[0], errno);
    _exit(127);
}

static int start(program *p, char *why) {
    int both[2];
    const pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) {
        snprintf(why, CIM_MAX_TEXT, "%s: cannot start it: %s", name_of(p), strerror(errno));
        return 0;
    }
    const pid_t pid = fork();
    if (pid == 0) become(p, both[1], parent);
    close(both[1]);
    if (pid < 0) {
        snprintf(why, CIM_MAX_TEXT, "%s: cannot start it: %s", name_of(p), strerror(errno));
        close(both[0]);
        return 0;
    }
    p->socket = both[0];
    p->pid = pid;
    p->owner = parent;
    return 1;
}

/* The status that it ended with; one that is about to end keeps its own. */
static int end(program *p) {
    int status = 0;
    if (p->socket >= 0) close(p->socket);
    if (p->socket >= 0 && p->owner == getpid()) {
        kill(p->pid, SIGKILL);
        while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR) {}
    }
    free(p->line);
    p->line = NULL;
    p->line_length = p->line_room = 0;
    p->socket = -1;
    return status;
}

void program_stop(program *p) { end(p); }

int program_ready(program *p) {
    char next;
    if (p->socket >= 0 && p->owner == getpid() &&
        recv(p->socket, &next, 1, MSG_PEEK | MSG_DONTWAIT) < 0) /* neither its end nor a line */
        return 1;
    end(p);
    return 0;
}

/* ---- one line out, one line in -------------------------------------------------------------- */

/* One that does not listen may have left its last words: receive_line() finds out. */
static void send_line(const program *p, char *chars) {
    size_t left = strlen(chars) + 1;
    chars[left - 1] = '\n';
    while (left > 0) {
        const ssize_t n = send(p->socket, chars, left, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return;
        chars += n;
        left -= (size_t)n;
    }
}

static int make_room(program *p) {
    if (p->line_length < p->line_room) return 1;
    const size_t room = p->line_room ? 2 * p->line_room : 8192;
    char *line = room <= LONGEST_LINE ? realloc(p->line, room) : NULL;
    if (!line) return 0;
    p->line = line;
    p->line_room = room;
    return 1;
}

static void explain_end(program *p, char *why) {
    const int status = end(p);
    if (WIFEXITED(status))
        snprintf(why, CIM_MAX_TEXT, "%s: ended with status %d before it answered", name_of(p),
                 WEXITSTATUS(status));
    else if (WTERMSIG(status) == SIGKILL)
        snprintf(why, CIM_MAX_TEXT, "%s: closed its output, or was killed", name_of(p));
    else
        snprintf(why, CIM_MAX_TEXT, "%s: crashed with signal %d (%s)", name_of(p), WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
}

/* Exactly one line, whose end does not count. */
static int receive_line(program *p, char *why) {
    for (p->line_length = 0;;) {
        if (!make_room(p)) {
            snprintf(why, CIM_MAX_TEXT, "%s: said a line of more than %d MB", name_of(p),
                     LONGEST_LINE >> 20);
            return end(p), 0;
        }
        char *news = p->line + p->line_length;
        const ssize_t n = recv(p->socket, news, p->line_room - p->line_length, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return explain_end(p, why), 0;
        const char *newline = memchr(news, '\n', (size_t)n);
        p->line_length += (size_t)n;
        if (!newline) continue;
        if (newline + 1 == p->line + p->line_length) return p->line_length--, 1;
        snprintf(why, CIM_MAX_TEXT, "%s: said more than one line for one request", name_of(p));
        return end(p), 0;
    }
}

static json_t *take_line(program *p, char *why) {
    json_error_t error;
    json_t *answer = json_loadb(p->line, p->line_length, 0, &error);
    if (json_is_object(answer)) return answer;
    const size_t shown = p->line_length < MOST_SHOWN ? p->line_length : MOST_SHOWN;
    for (size_t i = 0; i < shown; i++) /* whatever it is, the message shall be text */
        if (p->line[i] < ' ' || p->line[i] > '~') p->line[i] = '?';
    snprintf(why, CIM_MAX_TEXT, "%s: said \"%.*s\", which is no JSON object", name_of(p),
             (int)shown, p->line);
    json_decref(answer);
    end(p); /* it may be in the middle of something */
    return NULL;
}

json_t *program_ask(program *p, const json_t *q, char *why) {
    char *line = json_dumps(q, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_t *answer = NULL;
    if (!line) snprintf(why, CIM_MAX_TEXT, "no memory");
    else if (p->socket >= 0 || start(p, why)) {
        send_line(p, line);
        if (receive_line(p, why)) answer = take_line(p, why);
    }
    free(line);
    return answer;
}
