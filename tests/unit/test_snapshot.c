/* cim_sdk/snapshot.h by itself: bytes of numbers, and snapshots that are whole or refused. */
#include "searcher_problems.h"

#include <cim_sdk/snapshot.h>

/* ---- single numbers -------------------------------------------------------------------------- */

static void test_bytes(void **state) {
    (void)state;
    static const unsigned char expected[] = {0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01};
    const uint64_t value = UINT64_C(0x0123456789abcdef);
    unsigned char bytes[9] = {0};
    for (int n = 1; n <= 8; n++) {
        memset(bytes, 0xff, sizeof bytes);
        cim_put_bytes(bytes, value, n);
        assert_memory_equal(bytes, expected, (size_t)n);
        assert_int_equal(bytes[n], 0xff);
        assert_true(cim_get_bytes(bytes, n) == (value & UINT64_MAX >> (64 - 8 * n)));
    }
    /* Published test vectors of FNV-1a, 32 bits. */
    assert_true(cim_checksum((const unsigned char *)"", 0) == 0x811c9dc5u);
    assert_true(cim_checksum((const unsigned char *)"a", 1) == 0xe40c292cu);
    assert_true(cim_checksum((const unsigned char *)"foobar", 6) == 0xbf9cf968u);
}

static void test_bits(void **state) {
    (void)state;
    assert_true(cim_bits_of(1.0) == UINT64_C(0x3ff0000000000000));
    assert_true(cim_bits_of(-0.0) == UINT64_C(0x8000000000000000));
    assert_true(cim_number_of(UINT64_C(0x4009000000000000)) == 3.125);
    assert_true(isnan(cim_number_of(cim_bits_of(NAN))));
}

/* ---- snapshots ------------------------------------------------------------------------------- */

enum { PIECES = 600 };               /* more than a writer keeps before it writes */
#define TAG UINT64_C(0x0000000354534554) /* "TEST", version 3 */
#define FINGERPRINT UINT64_C(0x0123456789abcdef)

static snapshot written(void) {
    static const double numbers[] = {1.5, -0.0, INFINITY};
    snapshot s = {0};
    const cim_sink sink = {.struct_size = sizeof sink, .context = &s, .write = keep};
    cim_snapshot_writer w;
    cim_snapshot_begin(&w, &sink, TAG, FINGERPRINT);
    cim_snapshot_put_numbers(&w, numbers, 3);
    for (uint64_t i = 0; i < PIECES; i++) cim_snapshot_put(&w, i * i);
    assert_int_equal(cim_snapshot_end(&w), CIM_OK);
    return s;
}

static cim_status open_as(fake_host *f, cim_snapshot_reader *r, snapshot s, uint64_t tag,
                          uint64_t fingerprint) {
    f->message[0] = '\0';
    return cim_snapshot_open(r, &f->host, s.bytes, s.size, tag, fingerprint);
}

static void test_there_and_back(void **state) {
    (void)state;
    fake_host f;
    cim_snapshot_reader r;
    double numbers[3];
    uint64_t pieces[PIECES];
    const snapshot s = written();
    fake_host_start(&f);
    assert_int_equal(s.size, 8 * (2 + 3 + PIECES + 1));
    assert_memory_equal(s.bytes, "TEST\3\0\0\0\xef\xcd\xab\x89\x67\x45\x23\x01", 16);
    assert_int_equal(open_as(&f, &r, s, TAG, FINGERPRINT), CIM_OK);
    assert_int_equal(r.left, 3 + PIECES);
    assert_true(cim_snapshot_get_numbers(&r, numbers, 2));
    assert_true(numbers[0] == 1.5 && numbers[1] == 0.0 && signbit(numbers[1]));
    assert_true(cim_snapshot_get_number(&r) == (double)INFINITY);
    assert_false(cim_snapshot_get_pieces(&r, pieces, PIECES + 1)); /* not the checksum */
    assert_int_equal(r.left, PIECES);
    assert_true(cim_snapshot_get(&r) == 0 && cim_snapshot_get(&r) == 1);
    assert_true(cim_snapshot_get_pieces(&r, pieces, PIECES - 2));
    for (uint64_t i = 2; i < PIECES; i++) assert_true(pieces[i - 2] == i * i);
    assert_int_equal(r.left, 0);
    assert_true(cim_snapshot_get(&r) == 0);
    assert_false(cim_snapshot_get_numbers(&r, numbers, 1));
    free(s.bytes);
}

static void assert_refused(fake_host *f, snapshot s) {
    cim_snapshot_reader r;
    assert_true(open_as(f, &r, s, TAG, FINGERPRINT) < 0);
    assert_true(strlen(f->message) > 0);
}

static void test_refusals(void **state) {
    (void)state;
    fake_host f;
    cim_snapshot_reader r;
    const snapshot s = written(), nothing = {0};
    fake_host_start(&f);
    assert_refused(&f, nothing);
    for (size_t size = 0; size < s.size; size++) assert_refused(&f, (snapshot){s.bytes, size});
    for (size_t i = 0; i < s.size; i++) {
        s.bytes[i] ^= (unsigned char)(1u << i % 8);
        assert_refused(&f, s);
        s.bytes[i] ^= (unsigned char)(1u << i % 8);
    }
    assert_int_equal(open_as(&f, &r, s, TAG + 1, FINGERPRINT), CIM_E_UNSUPPORTED);
    assert_int_equal(open_as(&f, &r, s, TAG, FINGERPRINT + 1), CIM_E_ARGUMENT);
    assert_non_null(strstr(f.message, "another space"));
    assert_int_equal(open_as(&f, &r, s, TAG, FINGERPRINT), CIM_OK);
    free(s.bytes);
}

/* Two pieces in another order are another snapshot. */
static void test_exchanged_pieces(void **state) {
    (void)state;
    fake_host f;
    unsigned char first[8];
    const snapshot s = written();
    fake_host_start(&f);
    memcpy(first, s.bytes + 16, 8);
    memcpy(s.bytes + 16, s.bytes + 24, 8);
    memcpy(s.bytes + 24, first, 8);
    assert_refused(&f, s);
    free(s.bytes);
}

static cim_status full(const cim_sink *sink, const void *data, size_t size) {
    (void)data;
    size_t *left = sink->context;
    if (size > *left) return CIM_E_FILE;
    *left -= size;
    return CIM_OK;
}

/* The first failure is what end() says, whenever it comes; nothing is written after it. */
static void test_a_sink_that_fails(void **state) {
    (void)state;
    const size_t whole = 8 * (2 + PIECES + 1);
    for (size_t room = 0; room <= whole; room += 8) {
        size_t left = room;
        const cim_sink sink = {.struct_size = sizeof sink, .context = &left, .write = full};
        cim_snapshot_writer w;
        cim_snapshot_begin(&w, &sink, TAG, FINGERPRINT);
        for (uint64_t i = 0; i < PIECES; i++) cim_snapshot_put(&w, i);
        assert_int_equal(cim_snapshot_end(&w), room < whole ? CIM_E_FILE : CIM_OK);
    }
}

/* Whatever differs between two problems or settings makes another fingerprint. */
static void test_fingerprints(void **state) {
    (void)state;
    enum { N = 8 };
    const uint64_t settings[] = {24, cim_bits_of(0.1)}, others[] = {24, cim_bits_of(0.2)};
    cim_dimension kind[MIXED_DIMENSIONS], levels[MIXED_DIMENSIONS], range[MIXED_DIMENSIONS];
    memcpy(kind, mixed, sizeof mixed);
    memcpy(levels, mixed, sizeof mixed);
    memcpy(range, mixed, sizeof mixed);
    kind[2].kind = CIM_CATEGORICAL;
    levels[3].n_levels--;
    range[0].max = 6.0;
    cim_problem p[6];
    for (size_t i = 0; i < 6; i++) p[i] = problem_of(mixed, MIXED_DIMENSIONS, two_goals, 2);
    p[1].goals.n = 1;
    p[2].constraints = (cim_goal_table){three_constraints, 1, sizeof three_constraints[0]};
    p[3].dimensions.rows = kind;
    p[4].dimensions.rows = levels;
    p[5].dimensions.rows = range;
    uint64_t sums[N] = {cim_snapshot_fingerprint(&p[0], others, 2),
                        cim_snapshot_fingerprint(&p[0], settings, 1)};
    for (size_t i = 0; i < 6; i++) sums[2 + i] = cim_snapshot_fingerprint(&p[i], settings, 2);
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < i; k++) assert_true(sums[i] != sums[k]);
    assert_true(cim_snapshot_fingerprint(&p[0], settings, 2) == sums[2]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_exchanged_pieces),
        cmocka_unit_test(test_a_sink_that_fails),
        cmocka_unit_test(test_fingerprints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
