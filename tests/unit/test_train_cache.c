/* Results of trainings that are kept (result_cache.h): whole or not at all, for their own key only,
 * made by one process while others wait. */
#include "fake_host.h"
#include "temp_file.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <result_cache.h>

typedef struct fixture {
    fake_host fake;
    temp_folder folder;
    char cache[128], path[256];   /* of the entry of KEY */
} fixture;

static const result_key key = {{0x0123456789abcdefu, 42}};
static char warning[512];

static void keep_warning(const cim_host *host, int32_t level, const char *text) {
    (void)host;
    assert_int_equal(level, CIM_LOG_WARNING);
    snprintf(warning, sizeof warning, "%s", text);
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    fake_host_start(&f->fake);
    f->fake.host.log = keep_warning;
    warning[0] = '\0';
    temp_folder_make(&f->folder);
    snprintf(f->cache, sizeof f->cache, "%s/not/yet", f->folder.path);
    snprintf(f->path, sizeof f->path, "%s/0123456789abcdef000000000000002a", f->cache);
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    temp_folder_remove(&f->folder);
    free(f);
    return 0;
}

/* NaN: E is ours to make. */
static double find(fixture *f, result_entry *e, result_key k) {
    double accuracy = -1;
    if (result_find(e, &f->fake.host, f->cache, k, &accuracy) != CIM_OK)
        fail_msg("%s", f->fake.message);
    return accuracy;
}

static void make(fixture *f, result_key k, double accuracy) {
    result_entry e;
    assert_true(isnan(find(f, &e, k)));
    if (result_store(&e, accuracy) != CIM_OK) fail_msg("%s", f->fake.message);
}

static void gives_back_what_was_stored(void **state) {
    fixture *f = *state;
    result_entry e;
    const double third = 1.0 / 3;
    make(f, key, third);
    assert_true(find(f, &e, key) == third);
    make(f, (result_key){{key.sum[0], 43}}, 0.25);
    make(f, (result_key){{0, key.sum[1]}}, 1);
    assert_true(find(f, &e, key) == third);
    assert_true(find(f, &e, (result_key){{key.sum[0], 43}}) == 0.25);
    assert_string_equal(warning, "");
    assert_int_equal(
        access(temp_path(&f->folder, "not/yet/0123456789abcdef000000000000002a.new"), F_OK), -1);
}

static void write_entry(const fixture *f, const char *bytes, size_t n) {
    FILE *file = fopen(f->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void expect_damaged(fixture *f, const char *bytes, size_t n) {
    result_entry e;
    write_entry(f, bytes, n);
    warning[0] = '\0';
    if (!isnan(find(f, &e, key))) fail_msg("believed: %.*s", (int)n, bytes);
    if (!strstr(warning, f->path) || !strstr(warning, "damaged")) fail_msg("\"%s\"", warning);
    assert_int_equal(result_store(&e, 0.5), CIM_OK);
    assert_true(find(f, &e, key) == 0.5);
}

/* Cut anywhere, any bit turned, lengthened, or another entry's: never a value. */
static void a_damaged_entry_is_no_entry(void **state) {
    fixture *f = *state;
    char good[200];
    make(f, key, 0.8125);
    FILE *file = fopen(f->path, "rb");
    assert_non_null(file);
    const size_t n = fread(good, 1, sizeof good - 2, file);
    fclose(file);
    for (size_t i = 0; i < n; i++) {
        expect_damaged(f, good, i);
        good[i] = (char)(good[i] ^ (1 << i % 8));
        expect_damaged(f, good, n);
        good[i] = (char)(good[i] ^ (1 << i % 8));
    }
    good[n] = '\n';
    expect_damaged(f, good, n + 1);
    write_entry(f, good, n);
    result_entry e;
    assert_true(find(f, &e, key) == 0.8125);
    char other[256];
    snprintf(other, sizeof other, "%s/0123456789abcdef000000000000002b", f->cache);
    assert_int_equal(rename(f->path, other), 0);
    assert_true(isnan(find(f, &e, (result_key){{key.sum[0], 43}})));
    result_leave(&e);
}

/* Ends while it trains, without a word. */
static void a_killed_process_leaves_nothing(void **state) {
    fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        const pid_t pid = fork();
        if (pid == 0) {
            result_entry e;
            if (isnan(find(f, &e, key))) raise(SIGKILL);
            _exit(1);
        }
        int status = 0;
        assert_true(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
        assert_int_equal(access(f->path, F_OK), -1);
    }
    make(f, key, 0.75);
    result_entry e;
    assert_true(find(f, &e, key) == 0.75);
    assert_string_equal(warning, "");
}

/* Eight processes want the same entry; each that has to make it says so. The first one gives up. */
static void one_makes_it_and_the_others_wait(void **state) {
    enum { PROCESSES = 8 };
    fixture *f = *state;
    result_entry mine;
    int made[2];
    pid_t pid[PROCESSES];
    assert_int_equal(pipe(made), 0);
    assert_true(isnan(find(f, &mine, key)));
    for (int i = 0; i < PROCESSES; i++) {
        if ((pid[i] = fork()) != 0) continue;
        result_entry e;
        close(mine.file); /* the lock stays with the parent */
        const double found = find(f, &e, key);
        if (!isnan(found)) _exit(found == 0.625 ? 0 : 1);
        if (write(made[1], "x", 1) != 1) _exit(2);
        usleep(20000);
        _exit(result_store(&e, 0.625) == CIM_OK ? 0 : 3);
    }
    usleep(20000);
    result_leave(&mine);
    for (int i = 0; i < PROCESSES; i++) {
        int status = 0;
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_int_equal(status, 0);
    }
    char all[PROCESSES];
    assert_int_equal(read(made[0], all, sizeof all), 1);
    close(made[0]);
    close(made[1]);
}

static void says_which_folder_it_cannot_use(void **state) {
    fixture *f = *state;
    assert_int_equal(result_cache_check(&f->fake.host, f->cache), CIM_OK);
    assert_int_equal(access(temp_path(&f->folder, "not"), F_OK), -1); /* a check changes nothing */
    temp_file(&f->folder, "file", "x", 1);
    assert_int_equal(result_cache_check(&f->fake.host, temp_path(&f->folder, "file")),
                     CIM_E_CONFIG);
    assert_non_null(strstr(f->fake.message, "must be a folder"));
    assert_int_equal(result_cache_check(&f->fake.host, temp_path(&f->folder, "file/below")),
                     CIM_E_CONFIG);
    char *longest = calloc(1, 5001);
    memset(longest, 'x', 5000);
    assert_int_equal(result_cache_check(&f->fake.host, longest), CIM_E_CONFIG);
    assert_non_null(strstr(f->fake.message, "5000 characters"));
    free(longest);
    result_entry e;
    double accuracy;
    assert_int_equal(result_find(&e, &f->fake.host, temp_path(&f->folder, "file"), key, &accuracy),
                     CIM_E_FILE);
    assert_non_null(strstr(f->fake.message, "/file"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(gives_back_what_was_stored), TEST(a_damaged_entry_is_no_entry),
        TEST(a_killed_process_leaves_nothing), TEST(one_makes_it_and_the_others_wait),
        TEST(says_which_folder_it_cannot_use)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
