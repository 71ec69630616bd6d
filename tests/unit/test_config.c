/* The config as a tree: reading, positions, types, --set, unread keys, includes, and the canonical
 * form, which reads back as itself. */
#include "core_fixture.h"

/* ---- reading -------------------------------------------------------------------------------- */

static void open_config(config *c, const char *source) {
    failure f = {0};
    assert_good(config_read_text(c, source, "a.cfg", "/folder", &f), &f);
}

static void every_type_is_read(void **state) {
    (void)state;
    config c;
    open_config(
        &c, "i = -3; big = 5000000000L; hex = 0x10; r = 1.5; e = 2e3; t = \"a\\\"b\\\\\\n\";\n"
            "joined = \"one \" \"two\"; b = TRUE; a = [1, 2]; l = (1, \"x\", 2.0, { k = 1; });\n"
            "g = { x : 1, y : { z = false; }; }; none = (); empty = {}; bare = []");
    const node *i = node_get(c.root, "i"), *big = node_get(c.root, "big");
    assert_true(i->type == NODE_INTEGER && i->integer == -3 && i->real == -3);
    assert_true(big->type == NODE_INTEGER && big->integer == 5000000000 && big->real == 5e9);
    assert_true(node_get(c.root, "hex")->integer == 16);
    assert_true(node_get(c.root, "r")->type == NODE_REAL && node_get(c.root, "r")->real == 1.5);
    assert_true(node_get(c.root, "e")->type == NODE_REAL && node_get(c.root, "e")->real == 2000);
    assert_string_equal(node_get(c.root, "t")->text, "a\"b\\\n");
    assert_string_equal(node_get(c.root, "joined")->text, "one two");
    assert_true(node_get(c.root, "b")->type == NODE_BOOLEAN && node_get(c.root, "b")->integer == 1);
    const node *a = node_get(c.root, "a"), *l = node_get(c.root, "l");
    assert_true(a->type == NODE_ARRAY && a->n_children == 2 && a->children[1]->integer == 2);
    assert_null(a->children[0]->key);
    assert_ptr_equal(a->children[0]->parent, a);
    assert_true(l->type == NODE_LIST && l->n_children == 4 && l->children[3]->type == NODE_GROUP);
    node *y = node_get(node_get(c.root, "g"), "y");
    assert_true(y->type == NODE_GROUP && node_get(y, "z")->integer == 0);
    assert_true(node_get(c.root, "none")->type == NODE_LIST &&
                !node_get(c.root, "none")->n_children);
    assert_true(node_get(c.root, "empty")->type == NODE_GROUP);
    assert_true(node_get(c.root, "bare")->type == NODE_ARRAY);
    assert_null(node_get(c.root, "absent"));
    config_free(&c);
    assert_null(c.root);
}

static void places_and_names_are_in_messages(void **state) {
    (void)state;
    char *folder = make_temp_folder();
    char *path = write_file(folder, "b.cfg", "# a comment\nhwmodel = {\n  rows = 17;\n"
                                             "  at = ( { i = 0; },\n { i = 2.5; } );\n};\n");
    config c;
    failure f = {0};
    text expected = {0};
    assert_good(config_read_path(&c, path, &f), &f);
    assert_string_equal(c.folder, folder);
    node *group = node_get(c.root, "hwmodel");
    assert_false(fail_at(&f, node_get(group, "rows"), "must be %s", "even"));
    text_add(&expected, "%s:3: hwmodel.rows = 17: must be even", path);
    assert_string_equal(f.text, text_of(&expected));
    assert_int_equal(f.status, STATUS_WRONG);
    assert_false(fail_at(&f, group, "another")); /* the first failure stays */
    assert_string_equal(f.text, text_of(&expected));
    f.status = 0;
    fail_at(&f, node_get(node_get(group, "at")->children[1], "i"), "no");
    text_clear(&expected);
    text_add(&expected, "%s:5: hwmodel.at[1].i = 2.5: no", path);
    assert_string_equal(f.text, text_of(&expected));
    text_free(&expected);
    config_free(&c);
    free(path);
    remove_folder(folder);
}

static void a_text_has_the_name_it_was_given(void **state) {
    (void)state;
    config c;
    failure f = {0};
    open_config(&c, "study = {\n seed = 1; };");
    fail_at(&f, node_get(node_get(c.root, "study"), "seed"), "no");
    assert_string_equal(f.text, "a.cfg:2: study.seed = 1: no");
    config_free(&c);
}

static void what_cannot_be_read_is_an_error(void **state) {
    (void)state;
    char *folder = make_temp_folder(), *path = write_file(folder, "bad.cfg", "a = 1;\nb = = 2;\n");
    text absent = {0}, where = {0};
    config c;
    failure f = {0};
    text_add(&where, "%s:2: ", path);
    assert_refused(config_read_path(&c, path, &f), &f, text_of(&where));
    config_free(&c);
    f = (failure){0};
    text_add(&absent, "%s/absent.cfg", folder);
    assert_refused(config_read_path(&c, text_of(&absent), &f), &f, "cannot read the config");
    config_free(&c);
    f = (failure){0};
    assert_refused(config_read_path(&c, folder, &f), &f, "is a folder");
    config_free(&c);
    f = (failure){0};
    assert_refused(config_read_text(&c, "a = 1; a = 2;", "x.cfg", ".", &f), &f, "x.cfg:1: ");
    config_free(&c);
    text_free(&absent);
    text_free(&where);
    free(path);
    remove_folder(folder);
}

static void a_message_is_one_line(void **state) {
    (void)state;
    config c;
    failure f = {0};
    open_config(&c, "t = \"two\nlines\";");
    fail_at(&f, node_get(c.root, "t"), "no");
    assert_null(strchr(f.text, '\n'));
    config_free(&c);
}

/* ---- types ---------------------------------------------------------------------------------- */

static const char *const typed = "g = { i = 3; n = -1; r = 0.5; t = \"x\"; b = true; a = [1]; };";

#define REFUSES(call, piece) \
    do { \
        failure refused = {0}; \
        assert_refused((call), &refused, piece); \
    } while (0)

static void values_have_types_and_ranges(void **state) {
    (void)state;
    config c;
    failure f = {0};
    node *g, *sub;
    uint64_t n = 99;
    double r = 99;
    bool b = false;
    const char *t;
    open_config(&c, typed);
    assert_true(node_get_group(c.root, "g", &g, &f) && g);
    assert_true(node_get_group(c.root, "h", &sub, &f) && !sub);
    assert_true(node_get_natural(g, "i", 3, 3, &n, &f) && n == 3);
    assert_true(node_get_natural(g, "absent", 0, 1, &n, &f) && n == 3);
    assert_true(node_get_real(g, "r", 0.5, 0.5, &r, &f) && r == 0.5);
    assert_true(node_get_real(g, "i", 0, 9, &r, &f) && r == 3); /* integers count as reals */
    assert_true(node_get_boolean(g, "b", &b, &f) && b);
    assert_true(node_get_text(g, "t", &t, &f) && strcmp(t, "x") == 0);
    assert_true(node_get_text(g, "absent", &t, &f) && !t);
    REFUSES(node_get_group(g, "i", &sub, &refused), "g.i = 3: must be a group { ... }");
    REFUSES(node_get_natural(g, "i", 4, 9, &n, &refused), "g.i = 3: must be a whole number 4..9");
    REFUSES(node_get_natural(g, "i", 0, 2, &n, &refused), "must be a whole number 0..2");
    REFUSES(node_get_natural(g, "n", 0, UINT64_MAX, &n, &refused),
            "g.n = -1: must be a whole number");
    REFUSES(node_get_natural(g, "r", 0, 9, &n, &refused), "g.r = 0.5: must be a whole number");
    REFUSES(node_get_real(g, "r", 1, 2, &r, &refused), "g.r = 0.5: must be a number 1..2");
    REFUSES(node_get_real(g, "t", 1, 2, &r, &refused), "g.t = \"x\": must be a number 1..2");
    REFUSES(node_get_boolean(g, "i", &b, &refused), "must be true or false");
    REFUSES(node_get_text(g, "a", &t, &refused), "g.a: must be a text in quotes");
    assert_true(n == 3 && r == 3);
    config_free(&c);
}

static void unread_keys_are_errors_with_the_nearest_name(void **state) {
    (void)state;
    config c;
    failure f = {0};
    node *g;
    open_config(&c, typed);
    assert_refused(config_all_read(&c, &f), &f, "g: no such key");
    f = (failure){0};
    g = node_get(c.root, "g");
    assert_refused(config_all_read(&c, &f), &f, "g.i = 3: no such key");
    assert_null(strstr(f.text, "mean"));
    node_mark(g);
    f = (failure){0};
    assert_good(config_all_read(&c, &f), &f);
    config_free(&c);
    open_config(&c, "hwmodel = { row = 3; };");
    g = node_get(c.root, "hwmodel");
    node_get(g, "adc_bits");
    node_get(g, "rows");
    assert_refused(config_all_read(&c, &f), &f,
                   "hwmodel.row = 3: no such key; did you mean \"rows\"?");
    config_free(&c);
    f = (failure){0};
    open_config(&c, "g = { l = ( { x = 1; } ); };"); /* elements of a list must be read, too */
    node *l = node_get(node_get(c.root, "g"), "l");
    l->children[0]->read = true;
    assert_refused(config_all_read(&c, &f), &f, "g.l[0].x = 1: no such key");
    config_free(&c);
}

/* ---- the canonical form --------------------------------------------------------------------- */

static void assert_fixed_point(const char *source) {
    config c, again;
    failure f = {0};
    text first = {0}, second = {0};
    open_config(&c, source);
    config_print(&c, &first);
    bool good = config_read_text(&again, text_of(&first), "printed", "/folder", &f);
    if (!good) print_error("%s\nbecame\n%s", source, text_of(&first));
    assert_good(good, &f);
    config_print(&again, &second);
    assert_string_equal(text_of(&first), text_of(&second));
    config_free(&c);
    config_free(&again);
    text_free(&first);
    text_free(&second);
}

static void the_canonical_form_is_a_fixed_point(void **state) {
    (void)state;
    assert_fixed_point("");
    assert_fixed_point(typed);
    assert_fixed_point("x = 1; y = 2.0; z = \"t\"; e = {}; n = { a = {}; b = (); c = []; };");
    assert_fixed_point(
        "a = [0.1, 1e300, -2.5e-300, 1e20, 123456789012345678.0, 0.30000000000000004];");
    assert_fixed_point(
        "a = 2147483647; b = -2147483648; c = 2147483648L; d = -2147483649L; e = 1L;");
    assert_fixed_point("a = 9223372036854775807L; b = -9223372036854775808L;");
    assert_fixed_point(
        "t = \"quotes \\\" and \\\\ and \\n \\t \\r \\x01 \\x7f; # { [ ( \xc3\xa9\";");
    assert_fixed_point("l = ( (1, (2.5, [3, 4])), { a = ( { b = true; } ); } );");
    assert_fixed_point("b = [true, false]; t = [\"a\", \"b\"]; a-b_c = 1; *star = 2;");
    assert_fixed_point("r = -0.0; s = 1e-310; t = 4.9e-324; u = 1.7976931348623157e308;");
}

static void wide_integers_in_an_array_stay_readable(void **state) {
    (void)state;
    assert_fixed_point("a = [1L, 5000000000L];");
    assert_fixed_point("a = [5000000000L, 1L, -1L];");
}

static void the_canonical_form_looks_like_this(void **state) {
    (void)state;
    config c;
    text out = {0};
    open_config(&c, "n=2;g:{x=1.0,y=[1,2];h={a=\"b\";};l=({i=0;value=8;});};t=(\"a\");");
    config_print(&c, &out);
    assert_string_equal(text_of(&out),
                        "n = 2;\ng = {\n    x = 1.0;\n    y = [ 1, 2 ];\n"
                        "    h = { a = \"b\"; };\n    l = ( { i = 0; value = 8; } );\n"
                        "};\nt = ( \"a\" );\n");
    config_free(&c);
    text_free(&out);
}

/* ---- --set ---------------------------------------------------------------------------------- */

static void assert_set(const char *before, const char *assignment, const char *after) {
    config c;
    failure f = {0};
    text out = {0};
    open_config(&c, before);
    assert_good(config_set(&c, assignment, &f), &f);
    config_print(&c, &out);
    assert_string_equal(text_of(&out), after);
    config_free(&c);
    text_free(&out);
}

static void set_takes_anything_a_config_may_hold(void **state) {
    (void)state;
    const char *g = "g = { a = 1; b = 2; };";
    assert_set(g, "g.a=5", "g = {\n    a = 5;\n    b = 2;\n};\n"); /* in its old place */
    assert_set(g, "g.c=5", "g = {\n    a = 1;\n    b = 2;\n    c = 5;\n};\n");
    assert_set(g, "g.a=0.5", "g = {\n    a = 0.5;\n    b = 2;\n};\n");
    assert_set(g, "g.a=flash", "g = {\n    a = \"flash\";\n    b = 2;\n};\n");
    assert_set(g, "g.a=\"flash\"", "g = {\n    a = \"flash\";\n    b = 2;\n};\n");
    assert_set(g, "g.a=true", "g = {\n    a = true;\n    b = 2;\n};\n");
    assert_set(g, "g.a=[64, 128]", "g = {\n    a = [ 64, 128 ];\n    b = 2;\n};\n");
    assert_set(g, "g.a={ min = 1; max = 2; }",
               "g = {\n    a = { min = 1; max = 2; };\n    b = 2;\n};\n");
    assert_set(g, "g.a=( { i = 0; value = 8; } )",
               "g = {\n    a = ( { i = 0; value = 8; } );\n    b = 2;\n};\n");
    assert_set(g, "g={}", "g = {\n};\n");
    assert_set(g, "h.k.x=1", "g = {\n    a = 1;\n    b = 2;\n};\nh = {\n    k = { x = 1; };\n};\n");
    assert_set("", "top=3", "top = 3;\n");
    assert_set("", "g.file=../a/b.csv", "g = {\n    file = \"../a/b.csv\";\n};\n");
    assert_set("", "g.goal=min energy_j*latency_s",
               "g = {\n    goal = \"min energy_j*latency_s\";\n};\n");
    assert_set("", "g.rule=area_mm2 <= 100", "g = {\n    rule = \"area_mm2 <= 100\";\n};\n");
    assert_set("", "g.seed=5000000000L", "g = {\n    seed = 5000000000L;\n};\n");
    const char *list = "l = ( { a = 1; }, { a = 2; } );";
    assert_set(list, "l[1].a=3", "l = ( { a = 1; }, { a = 3; } );\n");
    assert_set(list, "l[0].g.b=x", "l = ( { a = 1; g = { b = \"x\"; }; }, { a = 2; } );\n");
}

static void refuse_set(const char *assignment, const char *piece) {
    config c;
    failure f = {0};
    open_config(&c, "g = { a = 1; l = (1); }; m = ( { a = 1; }, { a = 2; } );");
    bool good = config_set(&c, assignment, &f);
    if (good) print_error("%s was taken\n", assignment);
    assert_refused(good, &f, piece);
    assert_contains(f.text, assignment);
    config_free(&c);
}

static void bad_assignments_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *assignment, *piece;
    } bad[] = {
        {"", "must be group.key=value"},
        {"=", "must be group.key=value"},
        {"=1", "must be group.key=value"},
        {"g.a", "must be group.key=value"},
        {"g.=1", "\"\" is no key"},
        {"g.1a=3", "\"1a\" is no key"},
        {"1g.a=3", "\"1g\" is no key"},
        {"g.a[0]=3", "\"a[0]\" is no key"},
        {"g.a.b=1", "a is no group"},
        {"g.a=1; b = 2", "\"1; b = 2\" is no value"},
        {"g.a={", "\"{\" is no value"},
        {"g.a=[1, \"x\"]", "\"[1, \"x\"]\" is no value"},
        {"g.a=[1", "is no value"},
        {"g.a=\"open", "is no value"},
        {"g.a=1;", "is no value"},
        {"g.a={}};x={", "is no value"},
        {"g.a=\"a\" b", "is no value"},
        {"g.a={ x = 1; x = 2; }", "g.a={ x = 1; x = 2; }:1: a.x: is there twice"},
        {"m.a=1", "m is a list of 2 groups: say which, m[i] with i in 0..1"},
        {"m[2].a=1", "the index must be 0..1: m has 2 groups"},
        {"g[0].a=1", "g is no list of groups: leave out the index"},
        {"k[0].a=1", "k is no list of groups"},
        {"g.l.x=1", "l is no group"},
        {"g.l[0].x=1", "l is no group"},
        {"m[.x=1", "must be group[i].key=value"},
        {"m[].x=1", "must be group[i].key=value"},
        {"m[-1].x=1", "the index must be 0..1"},
        {"m[0]x.a=1", "must be group[i].key=value"},
        {"m[0][0].a=1", "must be group[i].key=value"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse_set(bad[i].assignment, bad[i].piece);
}

/* What the traps catch in a file is caught on the command line: nothing is cut silently. */
static void set_does_not_cut_integers(void **state) {
    (void)state;
    refuse_set("g.a=4294967424", "32 bits"); /* libconfig would make 128 of it */
    refuse_set("g.a=[1, 99999999999]", "32 bits");
    refuse_set("g.a=99999999999999999999L", "64 bits");
    refuse_set("g.a=[0.5, 1]", "1.0");
}

/* A key that libconfig takes for a comment leaves no value behind. */
static void set_a_comment(void) {
    static const char *const bad[] = {"#=x",     "g.#=3",   "g./*=x", "//=1",
                                      "g.#.x=1", "g.a b=x", ".a=1",   "g..a=1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        config c;
        failure f = {0};
        if (!config_read_text(&c, "g = { a = 1; };", "a.cfg", ".", &f) ||
            config_set(&c, bad[i], &f))
            abort();
        config_free(&c);
    }
}

static void keys_are_names(void **state) {
    (void)state;
    assert_true(comes_back(set_a_comment, 5));
}

static void what_was_set_is_named_in_messages(void **state) {
    (void)state;
    config c;
    failure f = {0};
    open_config(&c, "g = { a = 1; };");
    assert_good(config_set(&c, "g.a=17", &f), &f);
    fail_at(&f, node_get(node_get(c.root, "g"), "a"), "no");
    assert_string_equal(f.text, "--set g.a=17: g.a = 17: no");
    config_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_read),
        cmocka_unit_test(places_and_names_are_in_messages),
        cmocka_unit_test(a_text_has_the_name_it_was_given),
        cmocka_unit_test(what_cannot_be_read_is_an_error),
        cmocka_unit_test(a_message_is_one_line),
        cmocka_unit_test(values_have_types_and_ranges),
        cmocka_unit_test(unread_keys_are_errors_with_the_nearest_name),
        cmocka_unit_test(the_canonical_form_is_a_fixed_point),
        cmocka_unit_test(wide_integers_in_an_array_stay_readable),
        cmocka_unit_test(the_canonical_form_looks_like_this),
        cmocka_unit_test(set_takes_anything_a_config_may_hold),
        cmocka_unit_test(bad_assignments_are_refused),
        cmocka_unit_test(set_does_not_cut_integers),
        cmocka_unit_test(keys_are_names),
        cmocka_unit_test(what_was_set_is_named_in_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
