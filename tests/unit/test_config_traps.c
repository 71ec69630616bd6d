/* libconfig's traps: what it would cut silently or say badly is refused with file, line, key and
 * cure; everything that it reads well passes. Also includes, which both must look up alike. */
#include "core_fixture.h"
#include "memory.h"

#include <sys/stat.h>

typedef struct bench {
    char *folder, *path;
    config c;
    failure f;
} bench;

static bool read_file(bench *b, const char *source, size_t n) {
    text path = {0};
    *b = (bench){.folder = make_temp_folder()};
    text_add(&path, "%s/a.cfg", b->folder);
    b->path = path.chars;
    write_bytes(b->path, source, n);
    return config_read_path(&b->c, b->path, &b->f);
}

static void close_bench(bench *b) {
    config_free(&b->c);
    free(b->path);
    remove_folder(b->folder);
}

/* LINE: where the message says it is. */
static void refuse(const char *source, unsigned line, const char *piece) {
    bench b;
    text where = {0};
    bool good = read_file(&b, source, strlen(source));
    if (good) print_error("passed: %s\n", source);
    text_add(&where, "%s:%u: ", b.path, line);
    assert_refused(good, &b.f, piece);
    assert_contains(b.f.text, text_of(&where));
    text_free(&where);
    close_bench(&b);
}

static void pass(const char *source) {
    bench b;
    bool good = read_file(&b, source, strlen(source));
    if (!good) print_error("refused: %s\n", source);
    assert_good(good, &b.f);
    close_bench(&b);
}

static void integers_must_fit(void **state) {
    (void)state;
    const char *cure = "does not fit in 32 bits; an L behind it makes it a 64-bit integer";
    refuse("a = 2147483648;", 1, "a: 2147483648: does not fit in 32 bits");
    refuse("a = -2147483649;", 1, cure);
    refuse("a = +2147483648;", 1, cure);
    refuse("\n\ng = {\n x = 5000000000; };", 4, "g.x: 5000000000: does not fit in 32 bits");
    refuse("g = { h : { x : 99999999999 } }", 1, "g.h.x: 99999999999");
    refuse("a = 0x80000000;", 1, "a: 0x80000000: does not fit");
    refuse("a = 0xFFFFFFFF;", 1, cure);
    refuse("a = 0X1FFFFFFFF;", 1, cure);
    refuse("a = 9223372036854775808L;", 1, "a: 9223372036854775808L: does not fit in 64 bits");
    refuse("a = -9223372036854775809L;", 1, "does not fit in 64 bits");
    refuse("a = 0x1FFFFFFFFFFFFFFFFL;", 1, "does not fit in 64 bits");
    refuse("a = 99999999999999999999999999999999999999999999999999999999999999999999999999;", 1,
           "does not fit in 64 bits");
    refuse("a = ( 1, { x = 1; }, 4294967296 );", 1, "a: 4294967296: does not fit");
    refuse("a = [ 1, 4294967296 ];", 1, "a: 4294967296: does not fit");
}

static void integers_that_fit_pass(void **state) {
    (void)state;
    bench b;
    const char *source =
        "a = 2147483647; b = -2147483648; c = 0x7FFFFFFF; d = 5000000000L; e = 12L;\n"
        "f = -9223372036854775808L; g = 9223372036854775807L; h = 0x1FFFFFFFFL; i = 5LL;\n"
        "j = +7; k = 0; l = 007; m = 0x7fffffffffffffffL;";
    static const int64_t values[] = {INT32_MAX, INT32_MIN, INT32_MAX, 5000000000, 12, INT64_MIN,
                                     INT64_MAX, 0x1FFFFFFFF, 5, 7, 0, 7, INT64_MAX};
    assert_good(read_file(&b, source, strlen(source)), &b.f);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const node *n = node_get(b.c.root, (const char[]){(char)('a' + i), '\0'});
        if (n->integer != values[i])
            print_error("%c = %lld\n", (char)('a' + i), (long long)n->integer);
        assert_true(n->type == NODE_INTEGER && n->integer == values[i]);
    }
    free(b.c.root->known); /* the names were on this function's stack */
    b.c.root->known = NULL;
    close_bench(&b);
}

static void arrays_that_mix_say_how_to_write_it(void **state) {
    (void)state;
    refuse("g = { x = [0.5, 1]; };", 1,
           "g.x: 1: all elements of an array have one type: write 1.0");
    refuse("x = [0.5,\n -2];", 2, "write -2.0");
    refuse("x = [1, 0.5];", 1,
           "x: 0.5: all elements of an array have one type, and the first is an "
           "integer: write that with .0");
    refuse("x = [1, 2, 1e3];", 1, "the first is an integer");
    refuse("g = { l = ( { y = [.5, 3]; } ); };", 1, "g.l.y: 3: all elements");
    refuse("x = [-.5, 3];", 1, "write 3.0");
    refuse("x = [1.0, 0x10];", 1, "all elements of an array have one type");
}

static void arrays_of_one_type_and_lists_pass(void **state) {
    (void)state;
    pass("x = [1, 2]; y = [1.0, 2.0, -.5, 1e3, 2.]; z = (1, 2.0, \"x\", true); e = [];");
    pass("x = [0x1e5, 3, 0xE]; y = [\"0.5\", \"1\"]; z = [true, false];");
    pass("x = ([0.5], [1], (1, 0.5)); y = { a = [0.5]; b = [1]; };");
    pass("x = [5000000000L, 6000000000L];");
}

/* A wide integer among narrow ones: libconfig's own word for it names neither key nor cure. */
static void arrays_that_mix_widths_say_how_to_write_it(void **state) {
    (void)state;
    refuse("x = [1, 5000000000L];", 1, "x: 5000000000L:");
    refuse("x = [5000000000L, 1];", 1, "1L"); /* so it is written */
}

static void comments_and_texts_are_not_looked_into(void **state) {
    (void)state;
    pass("# a = 99999999999;\na = 1; // b = 99999999999\n/* c = [0.5, 1];\n99999999999 */ d = 2;");
    pass("a = \"99999999999\"; b = \"[0.5, 1] { ( \\\" 99999999999\"; c = [\"[0.5\", \"1]\"];");
    pass("a = \"a // b\"; b = \"/* open\"; c = 3; d = \"# x\"; e = \"\\\\\"; f = 1;");
    pass("x1 = 1; x99999999999 = 2; a-1 = 3; a_99999999999999999999 = 4;");
    refuse("/* two\nlines */ # and\n// more\na = \"b\n \";\n c = 99999999999;", 6,
           "c: 99999999999");
    refuse("a = \"x\\\"\"; b = 99999999999;", 1, "b: 99999999999");
    refuse("a = \"\\\\\"; b = 99999999999;", 1, "b: 99999999999");
    refuse("/**/ a = 99999999999;", 1, "a: 99999999999");
    refuse("/***/ a = 99999999999; /* **/", 1, "a: 99999999999");
}

/* libconfig reads on behind a zero byte in a comment, so the traps must, too, or refuse it. */
static void a_zero_byte_hides_nothing(void **state) {
    (void)state;
    static const char source[] = "# zero: \0\na = 4294967424;\n";
    bench b;
    bool good = read_file(&b, source, sizeof source - 1);
    if (good) print_error("a = %lld\n", (long long)node_get(b.c.root, "a")->integer);
    assert_false(good);
    close_bench(&b);
}

static void reals_that_do_not_fit_are_refused(void **state) {
    (void)state;
    refuse("g = { x = 1e999; };", 1, "1e999");
    refuse("x = [1.0, -1e400];", 1, "1e400");
    pass("x = 1.7976931348623157e308; y = 1e-400;");
}

static void keys_of_all_depths_are_named(void **state) {
    (void)state;
    refuse("a = 1; b = 2; c = 99999999999;", 1, ": c: 99999999999");
    refuse("a = { b = 1; }; c = 99999999999;", 1, ": c: 99999999999");
    refuse("a = { b = { c = 1; }; d = 99999999999; };", 1, ": a.d: 99999999999");
    refuse("a = ( { b = [1, 2]; c = 99999999999; } );", 1, ": a.c: 99999999999");
    refuse("a = ( 1, ( 2, 99999999999 ) );", 1, ": a: 99999999999");
    refuse("a\n=\n99999999999;", 3, ": a: 99999999999");
    refuse("a : { b : ( 1, 99999999999 ), };", 1, ": a.b: 99999999999");
}

static void a_key_that_is_there_twice_is_named(void **state) {
    (void)state;
    refuse("a = 1;\nb = 2;\na = 3;", 3, ": a: is there twice, the first time on line 1");
    refuse("g = {\n x = 1; y = { x = 2; };\n x : 3; };", 3, ": g.x: is there twice");
    refuse("l = ( { a = 1; }, { b = 2;\n b = 3; } );", 2, ": l.b: is there twice");
    pass("a = { a = 1; b = { a = 1; }; c = { a = 1; }; };\nl = ( { a = 1; }, { a = 2; } ); b = 1;");
    pass("a = \"a = 1; a = 2\"; # a = 3\n/* a = 4; */ b = \"a\";");
    text deep = {0};
    text_add(&deep, "a = ");
    for (int i = 0; i < 100; i++) text_add(&deep, "(");
    text_add(&deep, "{ x = 1; }, { x = 2; }");
    for (int i = 0; i < 100; i++) text_add(&deep, ")");
    pass(text_of(&deep));
    text_free(&deep);
}

static void depth_has_no_end(void **state) {
    (void)state;
    text deep = {0};
    for (int i = 0; i < 300; i++) text_add(&deep, "%s(", i ? "" : "a = ");
    text_add(&deep, "[1, 2]");
    for (int i = 0; i < 300; i++) text_add(&deep, ")");
    text_add(&deep, "; b = 1; c = { d = 99999999999; };");
    refuse(text_of(&deep), 1, "c.d: 99999999999");
    text_free(&deep);
}

/* ---- includes ------------------------------------------------------------------------------- */

/* A config beside a folder "sub" that holds part.cfg. */
static bool read_with_include(bench *b, const char *source, const char *included) {
    text folder = {0};
    *b = (bench){.folder = make_temp_folder()};
    text_add(&folder, "%s/sub", b->folder);
    assert_int_equal(mkdir(text_of(&folder), 0777), 0);
    free(write_file(text_of(&folder), "part.cfg", included));
    b->path = write_file(b->folder, "a.cfg", source);
    text_free(&folder);
    return config_read_path(&b->c, b->path, &b->f);
}

static void includes_are_relative_to_the_config(void **state) {
    (void)state;
    bench b;
    assert_good(read_with_include(&b, "a = 1;\n@include \"sub/part.cfg\"\nc = 3;\n", "\nb = 2;\n"),
                &b.f);
    assert_int_equal(b.c.root->n_children, 3);
    const node *n = node_get(b.c.root, "b");
    assert_true(n->integer == 2 && n->line == 2);
    assert_contains(n->file, "sub/part.cfg");
    assert_string_equal(node_get(b.c.root, "c")->file, b.path);
    assert_int_equal(node_get(b.c.root, "c")->line, 3);
    close_bench(&b);
}

static void traps_are_found_in_included_files(void **state) {
    (void)state;
    bench b;
    bool good = read_with_include(&b, "g = {\n@include \"sub/part.cfg\"\n};\n",
                                  "x = 1;\ny = 99999999999;\n");
    assert_refused(good, &b.f, "sub/part.cfg:2: ");
    assert_contains(b.f.text, "y: 99999999999");
    close_bench(&b);
    good = read_with_include(&b, "a = 1;\n@include \"sub/part.cfg\"\nb = 99999999999;\n", "x = 1;");
    assert_refused(good, &b.f, "a.cfg:3: b: 99999999999");
    close_bench(&b);
}

static void an_include_that_is_not_there_or_never_ends_is_an_error(void **state) {
    (void)state;
    bench b;
    assert_refused(read_with_include(&b, "@include \"sub/absent.cfg\"\n", ""), &b.f, "");
    close_bench(&b);
    assert_refused(read_with_include(&b, "@include \"a.cfg\"\n", ""), &b.f, "");
    close_bench(&b);
}

static void read_open_include(void) {
    bench b;
    if (read_with_include(&b, "a = 1;\n@include \"sub/part.cfg\n", "")) abort();
    close_bench(&b);
    if (read_with_include(&b, "a = 1;\n@include", "")) abort();
    close_bench(&b);
}

static void an_include_without_an_end_is_refused_at_once(void **state) {
    (void)state;
    assert_true(comes_back(read_open_include, 3));
}

static void read_itself_often(void) {
    bench b;
    text source = {0};
    for (int i = 0; i < 20; i++) text_add(&source, "@include \"a.cfg\"\n");
    if (read_file(&b, text_of(&source), source.length)) abort();
    text_free(&source);
    close_bench(&b);
}

static void a_file_that_includes_itself_often_is_refused_soon(void **state) {
    (void)state;
    assert_true(comes_back(read_itself_often, 3));
}

/* HEAD, N times FILL, TAIL. */
static char *long_one(const char *head, char fill, size_t n, const char *tail) {
    const size_t n_head = strlen(head), n_tail = strlen(tail);
    char *all = memory_new(n_head + n + n_tail + 1, 1);
    memcpy(all, head, n_head);
    memset(all + n_head, fill, n);
    memcpy(all + n_head + n, tail, n_tail);
    return all;
}

/* Ten megabytes of one took libconfig's scanner a minute; of many short ones, no time. */
static void tokens_have_a_largest_size(void **state) {
    (void)state;
    static const struct { const char *head, *tail; char fill; bool always; } tokens[] = {
        {"a = 1;\ng = {\n b = \"", "\"; };", 'x', false}, {"a = 1;\n\n# ", "\n", 'x', false},
        {"a = 1;\n\n// ", "\n", 'x', false},            {"a = 1;\n\nb", " = 1;", 'b', false},
        {"a = 1;\n\nb = 1.", ";", '0', false},          {"a = 1;\n\n", "b = 1;", ' ', false},
        {"a = 1;\n\n/* ", "*/", 'x', true},             {"a = 1;\n\n", "b = 1;", '\n', true}};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        char *most = long_one(tokens[i].head, tokens[i].fill, 65536 - 4, tokens[i].tail);
        char *more = long_one(tokens[i].head, tokens[i].fill, 65536 + 1, tokens[i].tail);
        pass(most);
        if (tokens[i].always) pass(more);
        else refuse(more, 3, "bytes in one: a text, name, number, comment or row of blanks");
        free(most);
        free(more);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_must_fit),
        cmocka_unit_test(integers_that_fit_pass),
        cmocka_unit_test(arrays_that_mix_say_how_to_write_it),
        cmocka_unit_test(arrays_of_one_type_and_lists_pass),
        cmocka_unit_test(arrays_that_mix_widths_say_how_to_write_it),
        cmocka_unit_test(comments_and_texts_are_not_looked_into),
        cmocka_unit_test(a_zero_byte_hides_nothing),
        cmocka_unit_test(reals_that_do_not_fit_are_refused),
        cmocka_unit_test(keys_of_all_depths_are_named),
        cmocka_unit_test(a_key_that_is_there_twice_is_named),
        cmocka_unit_test(depth_has_no_end),
        cmocka_unit_test(includes_are_relative_to_the_config),
        cmocka_unit_test(traps_are_found_in_included_files),
        cmocka_unit_test(an_include_that_is_not_there_or_never_ends_is_an_error),
        cmocka_unit_test(an_include_without_an_end_is_refused_at_once),
        cmocka_unit_test(a_file_that_includes_itself_often_is_refused_soon),
        cmocka_unit_test(tokens_have_a_largest_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
