/* Numbers as text and back to the bit, growing texts, the nearest name, SI prefixes. */
#include "core_fixture.h"

#include <float.h>

static double of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void check_round_trip(double value) {
    char chars[NUMBER_SIZE];
    double back = 0.5;
    int length = number_text(chars, value);
    assert_int_equal(length, strlen(chars));
    assert_true(length > 0 && length < NUMBER_SIZE);
    if (!number_read(chars, &back) || bits_of(back) != bits_of(value))
        print_error("%a became \"%s\"\n", value, chars);
    assert_true(bits_of(back) == bits_of(value));
}

static void every_number_reads_back_to_the_bit(void **state) {
    (void)state;
    cim_rng rng = {{1, 2, 3, 4}};
    for (int i = 0; i < 100000; i++) {
        double value = of_bits(cim_rng_next(&rng));
        if (!isfinite(value)) continue;
        check_round_trip(value);
        check_round_trip(of_bits(bits_of(value) & 0x800fffffffffffffu)); /* a denormal */
    }
    const double odd[] = {0.0,           -0.0,      DBL_MIN,     DBL_TRUE_MIN,
                          -DBL_TRUE_MIN, DBL_MAX,   -DBL_MAX,    0.1,
                          0.1 + 0.2,     1e15,      -1e15,       999999999999999.0,
                          1e15 + 2,      0x1p53,    0x1p63,      -0x1p63,
                          1e22,          123456.75, DBL_EPSILON, 1 / 3.0};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) check_round_trip(odd[i]);
}

static void short_integers_and_decimals_read_back(void **state) {
    (void)state;
    cim_rng rng = {{5, 6, 7, 8}};
    for (int i = 0; i < 100000; i++) {
        check_round_trip((double)(int64_t)(cim_rng_next(&rng) >> cim_rng_below(&rng, 63)));
        check_round_trip((double)cim_rng_below(&rng, 100000) / 1000);
        check_round_trip(-(double)cim_rng_below(&rng, 1000) * 1e-9);
    }
}

static void assert_number(double value, const char *expected) {
    char chars[NUMBER_SIZE];
    number_text(chars, value);
    assert_string_equal(chars, expected);
}

static void numbers_look_as_a_person_writes_them(void **state) {
    (void)state;
    assert_number(0, "0");
    assert_number(-0.0, "-0");
    assert_number(128, "128");
    assert_number(-128, "-128");
    assert_number(0.1, "0.1");
    assert_number(0.3, "0.3");
    assert_number(0.1 + 0.2, "0.30000000000000004");
    assert_number(1e-9, "1e-09");
    assert_number(999999999999999.0, "999999999999999");
    assert_number(-999999999999999.0, "-999999999999999");
    assert_number(1e15, "1e+15");
    assert_number(2.5e300, "2.5e+300");
}

static void only_whole_finite_numbers_are_read(void **state) {
    (void)state;
    static const char *const bad[] = {"",         " ",     " 1",     "1 ",  "1x",   "x",   "--1",
                                      "1e",       "1e400", "-1e400", "inf", "-inf", "nan", "NAN",
                                      "infinity", "1,5",   "\t1",    "\n1", "\v1",  "\r1", "1\n",
                                      ".",        "+",     "-",      "e5",  "1.2.3"};
    double value;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (number_read(bad[i], &value)) print_error("\"%s\" was read as %g\n", bad[i], value);
        assert_false(number_read(bad[i], &value));
    }
    assert_true(number_read("1", &value) && value == 1);
    assert_true(number_read("-0", &value) && value == 0 && signbit(value));
    assert_true(number_read("1e-400", &value) && value == 0);
    assert_true(number_read("4.9e-324", &value) && value == DBL_TRUE_MIN);
    assert_true(number_read("1.7976931348623157e308", &value) && value == DBL_MAX);
    assert_true(number_read(".5", &value) && value == 0.5);
    assert_true(number_read("5.", &value) && value == 5);
    assert_true(number_read("1E3", &value) && value == 1000);
}

static void only_naturals_that_fit_are_read(void **state) {
    (void)state;
    static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "x", "-0",
                                      "18446744073709551616", "99999999999999999999", "1\n"};
    uint64_t value;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (natural_read(bad[i], &value)) print_error("\"%s\" was read\n", bad[i]);
        assert_false(natural_read(bad[i], &value));
    }
    assert_true(natural_read("0", &value) && value == 0);
    assert_true(natural_read("007", &value) && value == 7);
    assert_true(natural_read("18446744073709551615", &value) && value == UINT64_MAX);
    assert_true(natural_read("9223372036854775808", &value) && value == UINT64_C(1) << 63);
}

static void texts_grow_and_end_with_a_zero(void **state) {
    (void)state;
    text t = {0};
    assert_string_equal(text_of(&t), "");
    text_clear(&t);
    for (int i = 0; i < 2000; i++) {
        text_add(&t, "%d,", i);
        assert_int_equal(t.chars[t.length], '\0');
    }
    assert_int_equal(t.length, strlen(t.chars));
    assert_contains(t.chars, ",1999,");
    text_clear(&t);
    assert_string_equal(text_of(&t), "");
    text_add(&t, "%s", "");
    text_add_bytes(&t, "a\0b", 3);
    assert_int_equal(t.length, 3);
    assert_memory_equal(t.chars, "a\0b", 4);
    text_free(&t);
    assert_null(t.chars);
    text_free(&t);
}

static void the_nearest_name_is_near(void **state) {
    (void)state;
    static const char *const names[] = {"rows", "columns", "cell_bits", "adc_bits",
                                        "technology_nm"};
    assert_string_equal(nearest_name("row", names, 5), "rows");
    assert_string_equal(nearest_name("rows", names, 5), "rows");
    assert_string_equal(nearest_name("adcbits", names, 5), "adc_bits");
    assert_string_equal(nearest_name("technolgy_mn", names, 5), "technology_nm");
    assert_null(nearest_name("voltage", names, 5));
    assert_string_equal(nearest_name("tech", names, 5), "technology_nm");
    assert_null(nearest_name("te", names, 5));
    assert_string_equal(nearest_name("cellular", (const char *const[]){"cellular_automaton_2",
                                     "cellular_automaton"}, 2), "cellular_automaton");
    assert_null(nearest_name("rows", names, 0));
    assert_null(nearest_name("", (const char *const[]){"rows"}, 1));
    assert_string_equal(nearest_name("ab", (const char *const[]){"aX", "ab"}, 2), "ab");
    assert_string_equal(nearest_name("abc", (const char *const[]){"abd", "abe"}, 2), "abd");
    char many[200];
    memset(many, 'a', sizeof many);
    many[sizeof many - 1] = '\0';
    assert_null(nearest_name(many, names, 5));
    assert_null(nearest_name("rows", (const char *const[]){many}, 1));
}

static void bytes_that_are_no_letters_are_replaced(void **state) {
    (void)state;
    static const struct { const char *is, *becomes;
    } cases[] = {{"", ""}, {"plain", "plain"}, {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", NULL},
                 {"caf\xe9", "caf?"}, {"\xff\xfe", "??"}, {"\x80x", "?x"}, {"a\xc3", "a?"},
                 {"\xe2\x82", "??"}, {"\xf0\x9f\x98", "???"}, {"\xc0\xaf", "??"},
                 {"\xe0\x80\xaf", "???"}, {"\xed\xa0\x80", "???"}, {"\xf4\x90\x80\x80", "????"},
                 {"\xf5\x80\x80\x80", "????"}, {"\xed\x9f\xbf\xf4\x8f\xbf\xbf", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char chars[16];
        snprintf(chars, sizeof chars, "%s", cases[i].is);
        text_make_utf8(chars);
        assert_string_equal(chars, cases[i].becomes ? cases[i].becomes : cases[i].is);
    }
}

static void prefixes_leave_one_to_three_digits(void **state) {
    (void)state;
    static const struct { double value, factor; const char *prefix;
    } cases[] = {{0, 1, ""},          {1, 1, ""},           {999.9, 1, ""},
                 {1000, 1e3, "k"},    {-1000, 1e3, "k"},    {0.999, 1e-3, "m"},
                 {1e-3, 1e-3, "m"},   {9.99e-4, 1e-6, "u"}, {1e-9, 1e-9, "n"},
                 {2e-12, 1e-12, "p"}, {3e-15, 1e-15, "f"},  {5e-18, 1e-18, "a"},
                 {1e-30, 1e-18, "a"}, {1e6, 1e6, "M"},      {2.5e9, 1e9, "G"},
                 {1e12, 1e12, "T"},   {1e15, 1e15, "P"},    {1e300, 1e15, "P"},
                 {-2e-6, 1e-6, "u"}};
    const char *prefix;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(prefix_for(cases[i].value, &prefix) == cases[i].factor);
        assert_string_equal(prefix, cases[i].prefix);
    }
    assert_true(prefix_for(INFINITY, &prefix) == 1 && !*prefix);
    assert_true(prefix_for(NAN, &prefix) == 1 && !*prefix);
}

static void units_that_people_scale_take_a_prefix(void **state) {
    (void)state;
    static const char *const scaled[] = {"J", "s", "W", "F", "ohm", "V", "A", "S", "Hz"},
                      *const plain[] = {"", "mm2", "1/s", "TOPS/W", "J*s", "bits", "mJ", "K"};
    const char *prefix;
    for (size_t i = 0; i < sizeof scaled / sizeof *scaled; i++) {
        assert_true(unit_prefix(scaled[i], 4.2e-7, &prefix) == 1e-9);
        assert_string_equal(prefix, "n");
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        assert_true(unit_prefix(plain[i], 4.2e-7, &prefix) == 1);
        assert_string_equal(prefix, "");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_reads_back_to_the_bit),
        cmocka_unit_test(short_integers_and_decimals_read_back),
        cmocka_unit_test(numbers_look_as_a_person_writes_them),
        cmocka_unit_test(only_whole_finite_numbers_are_read),
        cmocka_unit_test(only_naturals_that_fit_are_read),
        cmocka_unit_test(texts_grow_and_end_with_a_zero),
        cmocka_unit_test(the_nearest_name_is_near),
        cmocka_unit_test(bytes_that_are_no_letters_are_replaced),
        cmocka_unit_test(prefixes_leave_one_to_three_digits),
        cmocka_unit_test(units_that_people_scale_take_a_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
