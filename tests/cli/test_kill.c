/* Stopped at any moment, and by anything: a study goes on as if it had not been. */
#include "cli.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* 200 trials of 10 ms: a second with two workers, and never less. */
#define SLOW                                                                                       \
    "delay_us = 10000; fault = [\"none\", \"loud\", \"nan\", \"segfault\", \"point_fail\"];"
enum { TRIALS = 200, MOST_SESSIONS = 60 };

static uint64_t random_state;

static long random_below(long n) { /* splitmix64 */
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (long)((z ^ (z >> 31)) % (unsigned long)n);
}

/* CLI_SEED repeats the moments of an earlier run. */
static void seed_moments(void) {
    const char *given = getenv("CLI_SEED");
    random_state =
        given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 1000u + (uint64_t)getpid();
    print_message("moments of the kills: CLI_SEED=%llu\n", (unsigned long long)random_state);
}

static void wait_us(long us) {
    nanosleep(&(struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000}, NULL);
}

/* Until the program has made its study, and a bit more. */
static void wait_until_begun(const char *run) {
    char file[64];
    snprintf(file, sizeof file, "%s/study.db", run);
    for (int i = 0; i < 6000 && !cli_exists(file); i++) cli_wait_ms(5);
    assert_true(cli_exists(file));
    cli_wait_ms(200);
}

/* Readable at any moment, once its tables are there; and what was seen once is never lost. */
static size_t rows_of_pieces(size_t rows_before) {
    const cli_result *r = cli("export pieces");
    if (!rows_before && r->status == 2) return 0;
    cli_expect(r, 0, __FILE__, __LINE__);
    csv_table *t = csv_parse(r->out);
    const size_t n = t->n_rows;
    csv_free(t);
    assert_true(n >= rows_before);
    return n;
}

/* Runs the study in sessions that are killed after up to MOST_MS, until one comes to its end. */
static void run_in_pieces(const char *options, long most_ms) {
    int kills = 0;
    size_t rows = 0;
    for (int session = 0; session < MOST_SESSIONS; session++) {
        const bool begun = cli_exists("pieces/study.db");
        const pid_t pid = cli_start("run study.cfg --trials %d --out pieces %s%s", TRIALS, options,
                                    begun ? " --resume" : "");
        /* Once there were enough, one may finish. */
        wait_us(random_below(most_ms * (session < 12 ? 1000 : 100000)));
        const int was_running = kill(pid, SIGKILL);
        const cli_result *r = cli_end(pid);
        if (r->status == 0) {
            print_message("%d kills\n", kills);
            assert_true(kills >= 2); /* two sessions are too short for all trials */
            return;
        }
        cli_expect(r, -SIGKILL, __FILE__, __LINE__);
        assert_int_equal(was_running, 0);
        kills++;
        if (cli_exists("pieces/study.db")) rows = rows_of_pieces(rows);
    }
    fail_msg("no end after %d sessions", MOST_SESSIONS);
}

static void killed_again_and_again(void **state) {
    (void)state;
    static const char *const searchers[] = {"{plugin=\"random\";sequence=\"sobol\";}",
                                            "{plugin=\"evolutionary\";}"};
    seed_moments();
    cli_study("study.cfg", SLOW);
    for (int i = 0; i < 2; i++) {
        char options[96], whole[16];
        snprintf(options, sizeof options, "--workers 2 --set searcher=%s", searchers[i]);
        snprintf(whole, sizeof whole, "whole%d", i);
        cli_good("run study.cfg --trials %d --out %s %s", TRIALS, whole, options);
        run_in_pieces(options, 450);
        cli_same_export(whole, "pieces");
        assert_int_equal(rename("pieces", i ? "pieces1" : "pieces0"), 0);
    }
    cli_expect_nobody_left();
}

/* In its first milliseconds a run makes its folder and its tables. */
static void killed_while_it_begins(void **state) {
    (void)state;
    seed_moments();
    cli_study("study.cfg", "");
    cli_good("run study.cfg --trials 8 --out whole");
    for (int i = 0; i < 120; i++) {
        char run[16];
        snprintf(run, sizeof run, "run%d", i);
        const pid_t pid = cli_start("run study.cfg --trials 8 --out %s", run);
        wait_us(random_below(SANITIZED ? 100000 : 15000));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        char file[32];
        snprintf(file, sizeof file, "%s/study.db", run);
        cli_good("run study.cfg --trials 8 --out %s%s", run, cli_exists(file) ? " --resume" : "");
        cli_same_export("whole", run);
    }
}

static void interrupted_by(int number) {
    char run[16];
    snprintf(run, sizeof run, "run%d", number);
    const pid_t pid = cli_start("run study.cfg --trials %d --out %s --workers 2", TRIALS, run);
    wait_until_begun(run);
    kill(pid, number);
    const cli_result *r = cli_end(pid);
    cli_expect(r, 3, __FILE__, __LINE__);
    assert_non_null(strstr(r->err, "--resume"));
    const char *said = strstr(r->err, "cimdse: stopping");
    assert_non_null(said);
    assert_non_null(strstr(said, "once more ends it at once\n"));
    assert_null(strstr(said + 1, "cimdse: stopping"));
    csv_table *t = csv_parse(cli_good("export %s", run)->out);
    assert_in_range(t->n_rows, 1, TRIALS - 1);
    csv_free(t);
    cli_good("run study.cfg --trials %d --out %s --workers 2 --resume", TRIALS, run);
    cli_same_export("whole", run);
}

static void interrupted(void **state) {
    (void)state;
    cli_study("study.cfg", SLOW);
    cli_good("run study.cfg --trials %d --out whole --workers 2", TRIALS);
    interrupted_by(SIGINT);
    interrupted_by(SIGTERM);
    cli_expect_nobody_left();
}

static void interrupted_while_a_design_hangs(void **state) {
    (void)state;
    cli_study("study.cfg", "fault = [\"none\", \"hang\"];");
    const pid_t pid = cli_start("run study.cfg --out run --set study.time_limit_s=1000.0");
    wait_until_begun("run");
    kill(pid, SIGINT);
    cli_expect(cli_end(pid), 3, __FILE__, __LINE__);
    cli_good("run study.cfg --out run --resume --set study.time_limit_s=0.05");
    cli_expect_nobody_left();
}

/* The second Ctrl-C ends what no longer listens; the study stays whole. */
static void interrupted_while_the_searcher_hangs(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    const pid_t pid = cli_start("run study.cfg --out run --set "
                                "searcher={plugin=\"faulty\";fault=\"hang\";}");
    wait_until_begun("run");
    for (int i = 0; i < 2; i++) {
        cli_wait_ms(200);
        kill(pid, SIGINT);
    }
    cli_expect(cli_end(pid), -SIGINT, __FILE__, __LINE__);
    csv_table *t = csv_parse(cli_good("export run")->out);
    assert_true(t->n_rows <= 16);
    csv_free(t);
    cli_expect_nobody_left();
}

static void killed_while_a_worker_spins(void **state) {
    (void)state;
    cli_study("study.cfg", "fault = [\"none\", \"hang\"];");
    const pid_t pid = cli_start("run study.cfg --out run --set study.time_limit_s=1000.0");
    wait_until_begun("run");
    kill(pid, SIGKILL);
    cli_expect(cli_end(pid), -SIGKILL, __FILE__, __LINE__);
    cli_expect_nobody_left();
}

static void two_at_once(void **state) {
    (void)state;
    cli_study("study.cfg", SLOW);
    const pid_t pid = cli_start("run study.cfg --trials 2000 --out run --workers 2");
    wait_until_begun("run");
    cli_good("export run");
    cli_good("report run");
    const cli_result *second = cli("run study.cfg --trials 2000 --out run --resume");
    cli_expect(second, 1, __FILE__, __LINE__);
    assert_non_null(strstr(second->err, "run: another cimdse is writing this study"));
    kill(pid, SIGINT);
    cli_expect(cli_end(pid), 3, __FILE__, __LINE__);
}

/* Killed inside a commit, SQLite leaves a journal that the next reader has to play back. */
static void killed_inside_a_commit(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --out run");
    const char *before = cli_good("export run")->out;
    const pid_t pid = fork();
    if (pid == 0) {
        sqlite3 *db;
        int status = sqlite3_open("run/study.db", &db);
        status |= sqlite3_exec(db,
                               "PRAGMA cache_size = 1; PRAGMA cache_spill = ON; BEGIN IMMEDIATE;"
                               "DELETE FROM trial; CREATE TABLE filler(x);"
                               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                               "WHERE i < 5000) INSERT INTO filler SELECT hex(randomblob(200)) "
                               "FROM n",
                               NULL, NULL, NULL);
        raise(status ? SIGABRT : SIGKILL);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_true(cli_exists("run/study.db-journal"));
    assert_string_equal(before, cli_good("export run")->out);
    cli_good("run study.cfg --out run --resume");
    assert_string_equal(before, cli_good("export run")->out);
}

static void the_disk_is_full(void **state) {
    (void)state;
    cli_study("study.cfg", "delay_us = 2000;");
    cli_good("run study.cfg --trials %d --out whole", TRIALS);
    struct rlimit was, tight;
    getrlimit(RLIMIT_FSIZE, &was);
    tight = was;
    tight.rlim_cur = 40960; /* tables fit, some trials do, not all */
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    const cli_result *r = cli("run study.cfg --trials %d --out run", TRIALS);
    setrlimit(RLIMIT_FSIZE, &was);
    cli_expect(r, 1, __FILE__, __LINE__);
    assert_ptr_equal(strchr(r->err, '\n') + 1, r->err + r->n_err);
    assert_non_null(strstr(r->err, "run/study.db: "));
    cli_good("run study.cfg --trials %d --out run --resume", TRIALS);
    cli_same_export("whole", "run");
}

static size_t trials_of(const char *run) {
    csv_table *t = csv_parse(cli_good("export %s", run)->out);
    const size_t n = t->n_rows;
    csv_free(t);
    return n;
}

/* The first batch that does not fit ends the run: nothing behind it may be there without it. */
static void what_is_stored_has_no_gap(void **state) {
    (void)state;
    struct rlimit was, tight;
    cli_study("study.cfg", "");
    getrlimit(RLIMIT_FSIZE, &was);
    tight = was;
    tight.rlim_cur = 65536;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    const cli_result *r = cli("run study.cfg --trials 5000 --out run --workers 1");
    setrlimit(RLIMIT_FSIZE, &was);
    cli_expect(r, 1, __FILE__, __LINE__);
    const size_t n = trials_of("run");
    char last[40];
    snprintf(last, sizeof last, "\n%zu,", n - 1);
    if (n > 1) assert_non_null(strstr(cli_good("export run")->out, last));
    cli_good("run study.cfg --trials 5000 --out run --resume");
    assert_int_equal(trials_of("run"), 5000);
}

/* One makes the study, the others are refused, and it stays. */
static void begun_at_once(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    for (int k = 0; k < 5; k++) {
        pid_t pids[3];
        int good = 0;
        char run[8];
        snprintf(run, sizeof run, "run%d", k);
        for (int i = 0; i < 3; i++) pids[i] = cli_start("run study.cfg --trials 30 --out %s", run);
        for (int i = 0; i < 3; i++) good += cli_end(pids[i])->status == 0;
        assert_int_equal(good, 1);
        assert_int_equal(trials_of(run), 30);
    }
}

/* It saw no study, waited for the folder, and there is one now. */
static void begun_too_late(void **state) {
    (void)state;
    cli_study("study.cfg", "");
    cli_good("run study.cfg --trials 30 --out first");
    assert_int_equal(mkdir("run", 0700), 0);
    const int folder = open("run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(folder, LOCK_EX), 0);
    const pid_t pid = cli_start("run study.cfg --trials 30 --out run");
    cli_wait_ms(500);
    assert_int_equal(link("first/study.db", "run/study.db"), 0);
    close(folder);
    const cli_result *r = cli_end(pid);
    cli_expect(r, 2, __FILE__, __LINE__);
    assert_non_null(strstr(r->err, "run: holds a study already"));
    cli_same_export("first", "run");
}

/* The next result may be hours away. */
static void what_is_done_is_stored(void **state) {
    (void)state;
    cli_study("study.cfg", "delay_us = 1000000;");
    const pid_t pid = cli_start("run study.cfg --trials 8 --out run --workers 2");
    cli_wait_ms(1700);
    kill(pid, SIGKILL);
    cli_end(pid);
    assert_int_equal(trials_of("run"), 2);
}

/* As the only program of a container is: process 1, and its workers' parent. */
static void the_first_process(void **state) {
    (void)state;
    if (system("unshare -Urpf true 2>/dev/null") != 0) skip();
    cli_study("study.cfg", "");
    cli_good("run study.cfg --trials 8 --out other");
    assert_int_equal(system("unshare -Urpf " BINARY_DIR
                            "/cimdse run study.cfg --trials 8 --out first >first.out 2>&1"), 0);
    cli_same_export("first", "other");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(killed_again_and_again),
        CLI_TEST(killed_while_it_begins),
        CLI_TEST(interrupted),
        CLI_TEST(interrupted_while_a_design_hangs),
        CLI_TEST(interrupted_while_the_searcher_hangs),
        CLI_TEST(killed_while_a_worker_spins),
        CLI_TEST(two_at_once),
        CLI_TEST(killed_inside_a_commit),
        CLI_TEST(the_disk_is_full),
        CLI_TEST(what_is_stored_has_no_gap),
        CLI_TEST(begun_at_once),
        CLI_TEST(begun_too_late),
        CLI_TEST(what_is_done_is_stored),
        CLI_TEST(the_first_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
