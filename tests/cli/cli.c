#include "cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_RESULTS = 4096, MOST_ARGUMENTS = 64, LIMIT_MS = SANITIZED ? 120000 : 60000,
       LONG_LIMIT_MS = 3 * 3600 * 1000 };

static char folder[64], before[4096];  /* of the test; the one that the test program came from */
static cli_result *results[MOST_RESULTS];
static size_t n_results;
static char *texts[MOST_RESULTS];
static size_t n_texts;
static int n_outputs;                  /* files with output, in FOLDER/outputs */

/* ---- the folder ----------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *at) {
    (void)info;
    (void)kind;
    (void)at;
    chmod(path, 0700);
    return remove(path);
}

static void set_environment(void) {
    setenv("CIMDSE_PLUGIN_PATH", BINARY_DIR "/tests/plugins:" BINARY_DIR "/template", 1);
    /* Deadly signals shall be seen as such, by the host and by us. */
    setenv("ASAN_OPTIONS", "handle_segv=0:handle_abort=0:handle_sigfpe=0:handle_sigbus=0:"
                           "handle_sigill=0:allocator_may_return_null=1", 1);
    setenv("UBSAN_OPTIONS", "print_stacktrace=1", 1);
}

int cli_set_up(void **state) {
    (void)state;
    if (!before[0] && !getcwd(before, sizeof before)) return -1;
    strcpy(folder, "/tmp/cimdse-cli-XXXXXX");
    if (!mkdtemp(folder) || chdir(folder) != 0) return -1;
    if (mkdir("outputs", 0700) != 0 || mkdir("here", 0700) != 0 || chdir("here") != 0) return -1;
    n_outputs = 0;
    set_environment();
    return 0;
}

int cli_tear_down(void **state) {
    (void)state;
    for (; n_results > 0; n_results--) {
        free(results[n_results - 1]->out);
        free(results[n_results - 1]->err);
        free(results[n_results - 1]);
    }
    for (; n_texts > 0; n_texts--) free(texts[n_texts - 1]);
    if (chdir(before) != 0) return -1;
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static char *keep(char *chars) {
    assert_true(n_texts < MOST_RESULTS);
    return texts[n_texts++] = chars;
}

static char *read_whole(const char *name, size_t *size) {
    FILE *file = fopen(name, "rb");
    if (!file) fail_msg("%s: %s", name, strerror(errno));
    size_t room = 1 << 16;
    char *chars = malloc(room);
    *size = 0;
    for (size_t n; (n = fread(chars + *size, 1, room - *size - 1, file)) > 0;)
        if ((*size += n) + 1 >= room) chars = realloc(chars, room *= 2);
    chars[*size] = '\0';
    fclose(file);
    return chars;
}

char *cli_read(const char *name) {
    size_t size;
    return keep(read_whole(name, &size));
}

void cli_write(const char *name, const char *format, ...) {
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    assert_int_equal(fclose(file), 0);
}

bool cli_exists(const char *name) {
    struct stat info;
    return lstat(name, &info) == 0;
}

void cli_wait_ms(long ms) {
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* Programs that cimdse starts run where it does. */
static bool somebody_is_left(void) {
    char here[256], link[64], there[256];
    bool found = false;
    assert_non_null(getcwd(here, sizeof here));
    DIR *all = opendir("/proc");
    for (struct dirent *e; all && (e = readdir(all)) != NULL;) {
        if (atoi(e->d_name) <= 0 || atoi(e->d_name) == getpid()) continue;
        snprintf(link, sizeof link, "/proc/%.20s/cwd", e->d_name);
        const ssize_t n = readlink(link, there, sizeof there - 1);
        if (n <= 0) continue;
        there[n] = '\0';
        found |= strncmp(there, here, strlen(here)) == 0;
    }
    closedir(all);
    return found;
}

void cli_expect_nobody_left(void) {
    for (int i = 0; i < 100 && somebody_is_left(); i++) cli_wait_ms(20);
    assert_false(somebody_is_left());
}

void cli_sql(const char *name, const char *format, ...) {
    char *statements, *why = NULL;
    sqlite3 *db;
    va_list arguments;
    va_start(arguments, format);
    assert_true(vasprintf(&statements, format, arguments) >= 0);
    va_end(arguments);
    assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
    if (sqlite3_exec(db, statements, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s: %s", name, statements, why);
    sqlite3_close(db);
    free(statements);
}

static uint64_t listing;
static int list_one(const char *path, const struct stat *info, int kind, struct FTW *at) {
    (void)info;
    (void)at;
    uint64_t sum = 14695981039346656037u + (uint64_t)kind;
    for (; *path; path++) sum = (sum ^ (unsigned char)*path) * 1099511628211u;
    listing += sum; /* whatever the order */
    return 0;
}

static uint64_t list_folder(void) {
    listing = 0;
    nftw(".", list_one, 16, FTW_PHYS);
    return listing;
}

/* ---- the program ---------------------------------------------------------------------------- */

/* Cuts LINE at its blanks. */
static void cut(char *line, char **arguments) {
    size_t n = 0;
    arguments[n++] = (char *)(uintptr_t)"cimdse";
    for (char *at = line; *at && n + 1 < MOST_ARGUMENTS;) {
        while (*at == ' ') at++;
        if (!*at) break;
        const char end = *at == '\'' ? *at++ : ' ';
        arguments[n++] = at;
        while (*at && *at != end) at++;
        if (*at) *at++ = '\0';
    }
    arguments[n] = NULL;
}

static void output_name(char name[128], int number, const char *which) {
    snprintf(name, 128, "%s/outputs/%d.%s", folder, number, which);
}

static pid_t start(const char *out, const char *err, const char *format, va_list arguments) {
    char *line, *words[MOST_ARGUMENTS];
    assert_true(vasprintf(&line, format, arguments) >= 0);
    cut(line, words);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&files, 2, err, O_WRONLY | O_CREAT | O_APPEND, 0600);
    pid_t pid;
    const int why = posix_spawn(&pid, BINARY_DIR "/cimdse", &files, NULL, words, environ);
    posix_spawn_file_actions_destroy(&files);
    free(line);
    if (why) fail_msg("cannot start the program: %s", strerror(why));
    return pid;
}

static int wait_for(pid_t pid) {
    const long limit = getenv("CIMDSE_LONG") ? LONG_LIMIT_MS : LIMIT_MS;
    int status;
    for (long waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited++) {
        if (waited > limit) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return CLI_TOO_LONG;
        }
        cli_wait_ms(1);
    }
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static const cli_result *take_result(int status, const char *out, const char *err,
                                     uint64_t listed) {
    cli_result *r = calloc(1, sizeof *r);
    assert_true(n_results < MOST_RESULTS);
    results[n_results++] = r;
    r->status = status;
    r->out = strcmp(out, "/dev/full") == 0 ? strdup("") : read_whole(out, &r->n_out);
    r->err = read_whole(err, &r->n_err);
    r->left_traces = list_folder() != listed;
    return r;
}

static const cli_result *run(const char *to, const char *format, va_list arguments) {
    char out[128], err[128];
    output_name(out, ++n_outputs, "out");
    output_name(err, n_outputs, "err");
    const uint64_t listed = list_folder();
    const int status = wait_for(start(to ? to : out, err, format, arguments));
    return take_result(status, to ? to : out, err, listed);
}

const cli_result *cli(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const cli_result *r = run(NULL, format, arguments);
    va_end(arguments);
    return r;
}

const cli_result *cli_to(const char *file, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const cli_result *r = run(file, format, arguments);
    va_end(arguments);
    return r;
}

/* Outputs of a started program carry the number of its process. */
pid_t cli_start(const char *format, ...) {
    char out[128], err[128], by_pid[128];
    output_name(out, 0, "out");
    output_name(err, 0, "err");
    remove(err);
    va_list arguments;
    va_start(arguments, format);
    const pid_t pid = start(out, err, format, arguments);
    va_end(arguments);
    output_name(by_pid, -pid, "out");
    assert_int_equal(rename(out, by_pid), 0);
    output_name(by_pid, -pid, "err");
    assert_int_equal(rename(err, by_pid), 0);
    return pid;
}

const cli_result *cli_end(pid_t pid) {
    char out[128], err[128];
    const uint64_t listed = list_folder();
    const int status = wait_for(pid);
    output_name(out, -pid, "out");
    output_name(err, -pid, "err");
    return take_result(status, out, err, listed);
}

/* ---- what is expected ----------------------------------------------------------------------- */

const cli_result *cli_expect(const cli_result *r, int status, const char *file, int line) {
    if (r->status == status) return r;
    print_error("status %d, not %d. It said:\n%s%s\n", r->status, status, r->out, r->err);
    _fail(file, line);
    return r;
}

static void refuse(const cli_result *r, const char *what, const char *file, int line) {
    print_error("%s. Status %d, standard error:\n%s", what, r->status, r->err);
    if (r->n_out) print_error("standard output: %.500s\n", r->out);
    _fail(file, line);
}

void cli_check_refused(const cli_result *r, const char *file, int line, int status, ...) {
    const char *end = strchr(r->err, '\n');
    if (r->status != status) refuse(r, "another status was expected", file, line);
    if (!end) refuse(r, "no line on standard error", file, line);
    if (end[1]) refuse(r, "more than one line on standard error", file, line);
    if (strncmp(r->err, "cimdse: ", 8) != 0) refuse(r, "it does not say who speaks", file, line);
    if (r->n_out) refuse(r, "something on standard output", file, line);
    if (r->left_traces) refuse(r, "something was left behind", file, line);
    va_list needles;
    va_start(needles, status);
    for (const char *needle; (needle = va_arg(needles, const char *)) != NULL;)
        if (!strstr(r->err, needle)) {
            print_error("missing: %s\n", needle);
            refuse(r, "a text is missing", file, line);
        }
    va_end(needles);
}

const char *cli_check_same(const char *run, const char *other, const char *file, int line) {
    const cli_result *a = cli("export %s", run), *b = cli("export %s", other);
    cli_expect(a, 0, file, line);
    cli_expect(b, 0, file, line);
    if (a->n_out == b->n_out && memcmp(a->out, b->out, a->n_out) == 0) return a->out;
    size_t at = 0, start = 0;
    for (; a->out[at] && a->out[at] == b->out[at]; at++)
        if (a->out[at] == '\n') start = at + 1;
    print_error("%s:\n%.*s\n%s:\n%.*s\n", run, (int)strcspn(a->out + start, "\n"), a->out + start,
                other, (int)strcspn(b->out + start, "\n"), b->out + start);
    _fail(file, line);
    return NULL;
}

void cli_study(const char *name, const char *extra) {
    cli_write(name,
              "study = { name = \"cli\"; seed = 3; trials = 40; batch = 8; time_limit_s = 20; };\n"
              "workload = { plugin = \"template\"; };\n"
              "hwmodel = {\n"
              "    plugin = \"faulty\";\n"
              "    width = { min = 1; max = 1000; };\n"
              "    height = [1, 2, 5, 10, 20, 50, 100];\n"
              "    gain_v = { min = 0.0; max = 10.0; };\n"
              "    %s\n"
              "};\n"
              "searcher = { plugin = \"random\"; };\n"
              "goals = [ \"min energy_j\", \"min latency_s\", \"min area_mm2\" ];\n"
              "constraints = [ \"area_mm2 <= 1.5\" ];\n",
              extra);
}
