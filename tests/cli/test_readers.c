/* Who reads a study while it runs takes their time: a pager on its first page, a database shell. */
#include "cli.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* `cimdse export run`, whose output nobody takes: more than a pipe holds. */
static pid_t export_to(const int *ends) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(BINARY_DIR "/cimdse", "cimdse", "export", "run", (char *)NULL);
    _exit(127);
}

static size_t take_all(int from, char *all, size_t room) {
    size_t n = 0;
    for (ssize_t got; n < room - 1 && (got = read(from, all + n, room - 1 - n)) > 0;)
        n += (size_t)got;
    all[n] = '\0';
    return n;
}

static void a_pager_on_its_first_page(void **state) {
    (void)state;
    static char seen[1 << 20];
    int ends[2];
    cli_study("study.cfg", "");
    cli_good("run study.cfg --trials 3000 --out run --workers 2");
    const char *whole = cli_good("export run")->out;
    assert_true(strlen(whole) > 100000 && pipe(ends) == 0);
    const pid_t pid = export_to(ends);
    close(ends[1]);
    struct pollfd first = {.fd = ends[0], .events = POLLIN}; /* it has begun to give trials away */
    assert_int_equal(poll(&first, 1, 60000), 1);
    assert_true(first.revents & POLLIN);
    const time_t began = time(NULL);
    const cli_result *r = cli_good("run study.cfg --trials 3100 --out run --workers 2 --resume");
    assert_null(strstr(r->err, "somebody reads it"));
    assert_true(time(NULL) - began < 8);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0); /* it still waits for us */
    take_all(ends[0], seen, sizeof seen);
    close(ends[0]);
    waitpid(pid, NULL, 0);
    assert_string_equal(seen, whole); /* what was there when it began */
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_int_equal(t->n_rows, 3100);
    csv_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {CLI_TEST(a_pager_on_its_first_page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
