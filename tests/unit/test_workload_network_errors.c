/* workload.network and files that are no networks: each is refused with file, line and rule, in
 * little time and with nothing left behind. */
#include "network_file_fixture.h"

#define HEAD "input = [3, 4, 4];\nlayers = ({ name = \"a\"; op = \"conv\"; out_channels = 4; },\n"
#define LAYER(keys) HEAD "{ name = \"b\"; " keys " });" /* the second layer is on line 3 */

static const struct wrong {
    const char *ending, *text, *message; /* message: from behind the folder */
} wrong[] = {
    {"cfg", "", "net.cfg: is empty"},
    {"cfg", "input = [3, 4, 4]; layers = ();", "net.cfg: has no layer with weights"},
    {"cfg", "input = [3, 4, 4];\nlayers = ( {", "net.cfg:2: syntax error"},
    {"cfg", "input = [3, 4, 4];\nlayer = ();", "net.cfg:2: layer: unknown; there are name, input"},
    {"cfg", "\n\nlayers = ();", "input: must be [ channels, height, width ]"},
    {"cfg", "input = [3, 4];\nlayers = ();", "net.cfg:1: input: 2 values: must be 3"},
    {"cfg", "input = [3, 4, 4];\nlayers = 5;", "net.cfg:2: layers: must be a list"},
    {"cfg", "input = [3, 4, 4];\nlayers = (\n5);", "layer 0: must be a group"},
    {"cfg", "input = [3, 0, 4]; layers = ();", "input = 0: must be a whole number 1..65536"},
    {"cfg", "\n@include \"other.cfg\"\n", "net.cfg:2: @: no file may be included here"},
    {"cfg", "a = 4294967297;", "net.cfg:1: 4294967297: does not fit in 32 bits"},
    {"cfg", "a = 9999999999999999999L;", "9999999999999999999L: does not fit in 64 bits"},
    {"cfg", "a = 0xffffffffff;", "0xffffffffff: write it in decimal"},
    {"cfg", "a = (((((((((1)))))))));", "net.cfg:1: nested more than 8 deep"},
    {"cfg", "name = \"a b\"; input = [1, 1, 1];", "name = \"a b\": only letters, digits"},
    {"cfg", "stated_macs = 65;\ninput = [3, 4, 4];\nlayers = ({ name = \"a\"; op = \"conv\"; "
            "out_channels = 1; });", "net.cfg:1: stated_macs = 65: its layers have 48"},
    {"cfg", "stated_weights = 4;\ninput = [3, 4, 4];\nlayers = ({ name = \"a\"; op = \"conv\"; "
            "out_channels = 1; });", "net.cfg:1: stated_weights = 4: its layers have 3"},
    {"cfg", LAYER("op = \"konv\";"), "net.cfg:3: layer b: op = \"konv\": must be one of conv, "},
    {"cfg", LAYER(""), "net.cfg:3: layer b: op: is needed"},
    {"cfg", HEAD "{ op = \"global_pool\"; });", "net.cfg:3: layer 1: name: is needed"},
    {"cfg", HEAD "{ name = \"a\"; op = \"global_pool\"; });",
     "net.cfg:3: layer a: line 2 has one of that name"},
    {"cfg", HEAD "{ name = \"input\"; op = \"global_pool\"; });", "the network's own input"},
    {"cfg", LAYER("op = \"conv\";"), "layer b: out_channels: is needed where op = \"conv\""},
    {"cfg", LAYER("op = \"conv\"; out_channels = 0;"), "out_channels = 0: must be a whole number"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2.5;"), "out_channels: must be a whole number"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; kernal = 3;"), "kernal: no layer has this key"},
    {"cfg", LAYER("op = \"linear\"; out_channels = 2; kernel = 3;"),
     "kernel: a layer with op = \"linear\" has no such key"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; kernel = 9;"),
     "net.cfg:3: network net, layer b: a 9 x 9 kernel does not fit its 4 x 4 input"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; groups = 3;"),
     "net.cfg:3: network net, layer b: 4 -> 2 channels cannot be split into 3 groups"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; padding = \"full\";"),
     "padding = \"full\": must be \"same\""},
    {"cfg", LAYER("op = \"max_pool\"; kernel = 2; padding = [1, 1, 1, 1];"),
     "padding: must be a whole number"},
    {"cfg", LAYER("op = \"max_pool\"; kernel = 2; padding = 2;"),
     "net.cfg:3: network net, layer b: padding = 2: must be less than the kernel, 2, or a window"},
    {"cfg", LAYER("op = \"average_pool\"; kernel = 2; padding = 4;"),
     "net.cfg:3: network net, layer b: padding = 4: must be less than the kernel, 2"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; kernel = [1, 2, 3];"),
     "kernel: 3 values: must be 2, or one for all"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; activation = \"rel\";"),
     "activation = \"rel\": must be one of none, relu"},
    {"cfg", LAYER("op = \"activation\"; activation = \"none\";"), "layer b: it has no activation"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; weight_bits = 17;"),
     "weight_bits = 17: must be a whole number 1..16"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; input_toggle_rate = 1.5;"),
     "input_toggle_rate = 1.5: must be a number 0..1"},
    {"cfg", LAYER("op = \"linear\"; out_channels = 2; flatten = 1;"), "flatten: must be true or"},
    {"cfg", LAYER("op = \"add\";"), "from: is needed where op = \"add\""},
    {"cfg", LAYER("op = \"add\"; from = [\"a\", \"c\"];"), "from = \"c\": no layer above"},
    {"cfg", LAYER("op = \"add\"; from = [\"a\", \"b\"];"), "from = \"b\": no layer above"},
    {"cfg", LAYER("op = \"add\"; from = [\"a\", \"input\"];"),
     "net.cfg:3: network net, layer b: its inputs of 4 x 4 x 4 and 3 x 4 x 4 do not agree"},
    {"cfg", LAYER("op = \"multiply\"; from = [\"a\", \"a\", \"a\"];"), "from: 3 inputs"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; }, { name = \"c\"; op = \"global_pool\"; "
                  "from = \"a\";"),
     "net.cfg:3: layer b: no layer reads it, by from or as the next one: only the last layer's"},
    {"cfg", LAYER("op = \"conv\"; out_channels = 2; from = \"input\";"),
     "net.cfg:2: layer a: no layer reads it"},
    {"cfg", "input = [60000, 200, 200]; layers = (\n{ name = \"a\"; op = \"conv\"; kernel = 101; "
            "padding = \"same\"; out_channels = 99999; });",
     "net.cfg:2: layer a: the network has more than 2^53 multiply-accumulates"},
    {"cfg", "input = [1, 65536, 65536]; layers = (\n{ name = \"a\"; op = \"conv\"; "
            "out_channels = 1; });", "net.cfg:2: layer a: more than 4294967295 output values"},
    {"csv", " \n\t\n", "net.csv: is empty"},
    {"csv", "a,b,c,d,e,f,g,h\n", "net.csv: has no layer with weights"},
    {"csv", "8,8,3,3,3\n", "net.csv:1: 5 values: a row is H,W,Cin,Kh,Kw,Cout,pool,stride"},
    {"csv", "8,8,3,3,3,4,0,1,9,9,9\n", "net.csv:1: at least 10 values: a row is"},
    {"csv", "# c\n8,8,3,3,3,4,2,1\n", "net.csv:2: pool = 2: must be a whole number 0..1"},
    {"csv", "8,8,3,3,3,4,0,0\n", "stride = 0: must be a whole number 1..65536"},
    {"csv", "8,,3,3,3,4,0,1\n", "W = nothing: must be a whole number 1..65536"},
    {"csv", "-3,8,3,3,3,4,0,1\n", "net.csv:1: H = -3: must be a whole number"},
    {"csv", "18446744073709551617,8,3,3,3,4,0,1\n", "H = 18446744073709551617: must be"},
    {"csv", "8,8,3,3,3,4,0,1\n7,7,4,3,3,4,0,1\n",
     "net.csv:2: Cin x H x W = 4 x 7 x 7: no row above gives that; the last gives 4 x 8 x 8"},
    {"csv", "1,1,3,1,1,4,1,1\n", "pool = 1: a map of 1 x 1 cannot be pooled 2 x 2"},
    {"csv", "x,8,8,3,3,3,4,0,1\nx,8,8,4,3,3,4,0,1\n", "net.csv:2: layer x: line 1 has one of"},
};

static void wrong_files_are_refused_with_line_and_rule(void **state) {
    fixture *f = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
        const cim_status status = open_text(f, wrong[i].ending, wrong[i].text);
        const int is_empty = strstr(wrong[i].message, "is empty") != NULL;
        if (status != (is_empty ? CIM_E_FILE : CIM_E_CONFIG) ||
            !strstr(f->fake.message, wrong[i].message))
            fail_msg("%s\n-> %d: %s\nexpected: %s", wrong[i].text, status, f->fake.message,
                     wrong[i].message);
        assert_non_null(strstr(f->fake.message, f->path)); /* the file, by its whole name */
        assert_int_equal(f->fake.live, 0);
    }
}

static void what_is_no_text_file_is_refused(void **state) {
    fixture *f = *state;
    assert_int_equal(open_path(f, f->folder), CIM_E_FILE);
    assert_int_equal(open_path(f, "/no/such/file.cfg"), CIM_E_FILE);
    assert_string_equal(f->fake.message, "/no/such/file.cfg: cannot be opened");
    assert_int_equal(open_path(f, ""), CIM_E_FILE);
    assert_int_equal(open_bytes(f, "cfg", "name\0 = 1;", 10), CIM_E_FILE);
    assert_non_null(strstr(f->fake.message, "is no text"));
    assert_int_equal(open_path(f, "/dev/zero"), CIM_E_FILE);
    assert_non_null(strstr(f->fake.message, "more than 16 MiB"));
}

/* The head, N times a row, the end. */
static cim_status open_repeated(fixture *f, const char *ending, const char *head, const char *row,
                                uint32_t n, const char *end) {
    const size_t size = strlen(head) + n * (strlen(row) + 8) + strlen(end) + 1;
    char *text = calloc(size, 1);
    size_t at = (size_t)snprintf(text, size, "%s", head);
    for (uint32_t i = 0; i < n; ++i) {
        const char *number = strchr(row, '%');
        const int before = number ? (int)(number - row) : 0;
        if (number) at += (size_t)sprintf(text + at, "%.*s%u%s", before, row, i, number + 1);
        else at += (size_t)sprintf(text + at, "%s", row);
    }
    strcat(text + at, end);
    const cim_status status = open_text(f, ending, text);
    free(text);
    return status;
}

static void files_of_a_million_rows_are_refused(void **state) {
    fixture *f = *state;
    static const char conv[] = "{name=\"l%\";op=\"conv\";out_channels=3;},";
    static const char start[] = "input=[3,8,8];layers=(";
    static const char end[] = "{name=\"e\";op=\"global_pool\";});";
    assert_int_equal(open_repeated(f, "csv", "", "8,8,3,1,1,3,0,1\n", 1000000, ""), CIM_E_CONFIG);
    assert_non_null(strstr(f->fake.message, "net.csv:4097: layer layer4097: more than 4096"));
    assert_int_equal(open_repeated(f, "cfg", start, "1,", 1000000, "1);"), CIM_E_CONFIG);
    assert_non_null(strstr(f->fake.message, "more than 524288 values"));
    assert_int_equal(open_repeated(f, "cfg", "", "k%=1;", 1000000, ""), CIM_E_CONFIG);
    assert_non_null(strstr(f->fake.message, "more than 64 keys in one group"));
    assert_int_equal(open_repeated(f, "cfg", "", "k%=1;", 65, ""), CIM_E_CONFIG);
    assert_non_null(strstr(f->fake.message, "more than 64 keys in one group"));
    assert_int_equal(open_repeated(f, "cfg", "a=", "(", 1000000, ""), CIM_E_CONFIG);
    assert_int_equal(open_repeated(f, "cfg", start, conv, 4097, end), CIM_E_CONFIG);
    assert_non_null(strstr(f->fake.message, "more than 4096 layers with weights"));
    assert_int_equal(open_repeated(f, "cfg", start, conv, 4096, end), CIM_OK);
    const char *const pools = "{name=\"l%\";op=\"max_pool\";kernel=1;},";
    assert_int_equal(open_repeated(f, "cfg", start, pools, 8192, end), CIM_E_CONFIG);
    assert_non_null(strstr(f->fake.message, "layer e: more than 8192 layers"));
}

/* ---- mutations ------------------------------------------------------------------------------- */

static uint32_t below(uint64_t *random, size_t n) {
    *random = *random * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)((*random >> 33) % n);
}

/* Changes, removes, doubles or inserts something in the N bytes at TEXT, which has room. */
static size_t mutate(uint64_t *random, char *text, size_t n) {
    static const char *const words[] = {"-1", "0", "4294967296", "65536", "1e999", "\"", "(", "}",
                                        ";", ",", "=", "/*", "#", "\n", "from = \"conv1\";",
                                        "op = \"add\";", "stride = [2, 1];", "groups = 7;"};
    const char *word = words[below(random, sizeof words / sizeof words[0])];
    const size_t at = below(random, n), most = n - at, some = 1 + below(random, 40);
    const size_t count = some < most ? some : most;
    char copy[41];
    switch (below(random, 4)) {
    case 0: text[at] = (char)below(random, 256); return n;
    case 1: memmove(text + at, text + at + count, n - at - count); return n - count;
    case 2:
        memcpy(copy, text + at, count);
        memmove(text + at + count, text + at, n - at);
        memcpy(text + at, copy, count);
        return n + count;
    default:
        memmove(text + at + strlen(word), text + at, n - at);
        memcpy(text + at, word, strlen(word));
        return n + strlen(word);
    }
}

static size_t read_file(const char *path, char *to, size_t size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t n = fread(to, 1, size, file);
    fclose(file);
    assert_true(n > 0 && n < size);
    return n;
}

static void mutations_are_built_or_refused(void **state) {
    static const char *const files[][2] = {
        {"cfg", SOURCE_DIR "/configs/networks/vgg8.cfg"},
        {"csv", SOURCE_DIR "/configs/validation/networks/neurosim_vgg8.csv"}};
    fixture *f = *state;
    uint64_t random = 1;
    uint32_t built = 0, refused = 0;
    for (uint32_t round = 0; round < 3000; ++round) {
        static char text[8192];
        const char *const *which = files[round % 2];
        size_t n = read_file(which[1], text, sizeof text / 2);
        for (uint32_t k = 1 + below(&random, 3); k > 0 && n; --k) n = mutate(&random, text, n);
        if (open_bytes(f, which[0], text, n) == CIM_OK) {
            const cim_index_set *set = describe(f);
            f->numbers[below(&random, 2 * set->size)] = 1 + below(&random, 16);
            assert_true(build(f)->layers.n >= set->size);
            ++built;
        } else {
            assert_non_null(strstr(f->fake.message, f->path));
            assert_int_equal(f->fake.live, 0);
            ++refused;
        }
    }
    assert_true(built > 50 && refused > 1000);
}

/* libconfig 1.5 loses the text in front of a syntax error: its leak, not ours. */
const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void) {
    return "leak:libconfig";
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(wrong_files_are_refused_with_line_and_rule),
        TEST(what_is_no_text_file_is_refused),
        TEST(files_of_a_million_rows_are_refused),
        TEST(mutations_are_built_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
