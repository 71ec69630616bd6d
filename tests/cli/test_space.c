/* The sizes of spaces, exactly. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole number behind "WHAT: " at the beginning of a line. */
static const char *count_of(const cli_result *r, const char *what) {
    static char digits[512];
    const char *at = strstr(r->out, what);
    assert_non_null(at);
    assert_true(at == r->out || at[-1] == '\n');
    at += strlen(what);
    const size_t n = strspn(at, "0123456789");
    assert_in_range(n, 1, sizeof digits - 1);
    memcpy(digits, at, n);
    digits[n] = '\0';
    return digits;
}

static void expect_counts(const cli_result *r, int dimensions, const char *raw,
                          const char *distinct) {
    char first[64];
    cli_expect(r, 0, __FILE__, __LINE__);
    snprintf(first, sizeof first, "\n%d dimensions\n", dimensions);
    if (dimensions && !strstr(r->out, first))
        fail_msg("not %d dimensions:\n%s", dimensions, r->out);
    assert_string_equal(count_of(r, "raw configurations: "), raw);
    assert_string_equal(count_of(r, "distinct designs: "), distinct);
}

/* 5 x 5 x 3 x 7 x 4 x 5, as its config lists them. */
static void the_demo(void **state) {
    (void)state;
    expect_counts(cli("space " SOURCE_DIR "/configs/vgg8_rram.cfg"), 6, "10500", "10500");
}

/* 5 x 5 x 2 x 7 x 4 x 5: analogue arrays of SRAM choose how many rows to read at once, too. */
static void rows_at_once_of_analogue_arrays(void **state) {
    (void)state;
    expect_counts(cli("space " SOURCE_DIR "/configs/vgg8_sram.cfg"), 6, "7000", "7000");
}

/* Batches between loads are a choice only where there is a memory to load from: 10500 x (1 + 3). */
static void loading_needs_a_memory(void **state) {
    (void)state;
    expect_counts(cli("space " SOURCE_DIR "/configs/vgg8_rram.cfg "
                      "--set 'hwmodel.off_chip=[\"none\",\"lpddr4\"]' "
                      "--set 'hwmodel.images_per_load=[1,4,16]'"), 8, "63000", "42000");
}

static void kinds(void **state) {
    (void)state;
    cli_study("study.cfg", "taps = { per = \"element\"; min = 0; max = 15; step = 5; "
                           "at = ( { i = 3; value = 2; } ); }; fast = [true, false]; "
                           "colour = [\"red\", \"blue\"]; odd = { min = 2; max = 6; };");
    const cli_result *r = cli("space study.cfg");
    /* width 1000, height 7, three taps of 4, fast 2, colour 2, odd 3 and 5 */
    expect_counts(r, 9, "3584000", "3584000");
    assert_non_null(
        strstr(r->out, "raw configurations: 3584000 (about 3.58e+06) x 1 real dimension\n"));
    assert_non_null(strstr(r->out, "hwmodel.taps[2]"));
    assert_null(strstr(r->out, "hwmodel.taps[3]"));
    assert_non_null(strstr(r->out, "0 5 10 15") ? "" : strstr(r->out, "0..15 step 5"));
}

static void one_choice_for_a_whole_vector(void **state) {
    (void)state;
    cli_study("study.cfg", "taps = [1, 2, 3];");
    expect_counts(cli("space study.cfg"), 4, "21000", "21000"); /* 1000 x 7 x 3 */
}

static void nothing_to_search(void **state) {
    (void)state;
    cli_write("study.cfg", "workload = { plugin = \"template\"; };\n"
                           "hwmodel = { plugin = \"template\"; };\n");
    expect_counts(cli("space study.cfg"), 0, "1", "1");
}

static void ranges_beyond_32_bits(void **state) {
    (void)state;
    cli_write("study.cfg", "workload = { plugin = \"template\"; };\n"
                           "hwmodel = { plugin = \"faulty\"; width = { min = 1; max = 1000; };\n"
                           "    taps = { per = \"element\"; min = 0; max = 15; }; };\n");
    expect_counts(cli("space study.cfg"), 5, "65536000", "65536000"); /* 1000 x 16^4 */
}

/* ---- conditions ------------------------------------------------------------------------------ */

static const cli_result *chain(const char *a) {
    cli_write("chain.cfg",
              "study = { seed = 2; batch = 16; };\n"
              "workload = { plugin = \"chain\"; a = %s; b = [0, 1, 2, 3];\n"
              "    c = { min = 0; max = 4; }; d = [0, 1]; e = { min = 0; max = 5; }; };\n"
              "hwmodel = { plugin = \"template\"; };\n"
              "searcher = { plugin = \"random\"; };\ngoals = [\"min energy_j\"];\n",
              a);
    return cli("space chain.cfg");
}

/* b exists while a = 1, c while b = 0 or 2, d while a = 1 and b = 2. At a = 1: b = 0: 5 c; b = 1:
 * 1; b = 2: 5 c x 2 d; b = 3: 1: together 17. At each other a: 1. All of it 6 times, for e. */
static void a_chain(void **state) {
    (void)state;
    expect_counts(chain("[0, 1, 2]"), 5, "720", "114"); /* 3 x 4 x 5 x 2 x 6; (17 + 2) x 6 */
    expect_counts(chain("[0, 1]"), 5, "480", "108");
}

/* Where a is given, what cannot exist is no dimension. */
static void a_chain_with_its_first_given(void **state) {
    (void)state;
    expect_counts(chain("1"), 4, "240", "102"); /* 4 x 5 x 2 x 6; 17 x 6 */
    expect_counts(chain("0"), 1, "6", "6");     /* e alone */
    /* b exists at no level of a: whether it counts as a dimension or not, 2 x 6 designs */
    assert_string_equal(count_of(chain("[0, 2]"), "distinct designs: "), "12");
}

/* An inactive dimension holds its default in every trial; and a search that sees the whole space
 * meets as many designs as are counted. */
static void inactive_ones_hold_their_default(void **state) {
    (void)state;
    chain("[0, 1, 2]");
    cli_good("run chain.cfg --out run --trials 4000 --set study.batch=500");
    csv_table *t = csv_parse(cli_good("export run")->out);
    bool seen[3][4][5][2][6] = {0};
    int distinct = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        const int a = atoi(csv_at(t, i, "workload.a")), b = atoi(csv_at(t, i, "workload.b")),
                  c = atoi(csv_at(t, i, "workload.c")), d = atoi(csv_at(t, i, "workload.d")),
                  e = atoi(csv_at(t, i, "workload.e"));
        if (a != 1) assert_int_equal(b, 0);
        if (a != 1 || (b != 0 && b != 2)) assert_int_equal(c, 4);
        if (a != 1 || b != 2) assert_int_equal(d, 1);
        distinct += !seen[a][b][c][d][e];
        seen[a][b][c][d][e] = true;
    }
    assert_int_equal(distinct, 114);
    csv_free(t);
}

#define SUPERNET(depth)                                                                            \
    "workload = { plugin = \"supernet\"; depth = " depth ";\n"                                     \
    "  kernel = { per = \"block\"; choices = [3, 5, 7]; };\n"                                      \
    "  expansion = { per = \"block\"; choices = [3, 4, 6]; };\n"                                   \
    "  weight_bits = { per = \"block\"; min = 2; max = 16; };\n"                                   \
    "  input_bits = { per = \"block\"; min = 2; max = 16; }; };\n"                                 \
    "hwmodel = { plugin = \"template\"; };\n"                                                      \
    "searcher = { plugin = \"random\"; };\ngoals = [\"min energy_j\"];\n"

/* A block has 3 x 3 x 15 x 15 = 2025 forms. Raw: 3^7 x 2025^28. A stage of 2, 3 or 4 blocks has
 * 2025^2 + 2025^3 + 2025^4 forms; distinct: the 7th power of that. The digits are those of
 *     echo '3^7 * 2025^28; (2025^2 + 2025^3 + 2025^4)^7' | BC_LINE_LENGTH=0 bc              */
static void beyond_10_to_the_85(void **state) {
    (void)state;
    cli_write("study.cfg", "%s", SUPERNET("{ per = \"stage\"; choices = [2, 3, 4]; }"));
    expect_counts(
        cli("space study.cfg"), 7 + 4 * 28,
        "831284254355649792443766409280420585338698045308771005605652515413339642691425979137"
        "420654296875",
        "381419073374577362483493478137643563616070899310390779528550793277424706928431987762"
        "451171875");
    cli_good("run study.cfg --trials 30 --out run");
}

/* All stages of one depth: 3 values. Distinct: 2025^14 + 2025^21 + 2025^28:
 *     echo '3 * 2025^28; 2025^14 + 2025^21 + 2025^28' | BC_LINE_LENGTH=0 bc */
static void one_depth_for_all(void **state) {
    (void)state;
    cli_write("study.cfg", "%s", SUPERNET("[2, 3, 4]"));
    expect_counts(cli("space study.cfg"), 1 + 4 * 28,
                  "11403076191435525273577042651308924353068560292301385536428703915134974522516131"
                  "40106201171875",
                  "38010253971451750911923747727841217079386827477447952701841678763618386428803205"
                  "4901123046875");
}

/* The shallowest network: blocks 2 and 3 of every stage are no dimensions. 2025^14:
 *     echo '2025^14' | BC_LINE_LENGTH=0 bc */
static void the_shallowest(void **state) {
    (void)state;
    cli_write("study.cfg", "%s", SUPERNET("2"));
    expect_counts(cli("space study.cfg"), 4 * 14, "19496218600398322091009897030889987945556640625",
                  "19496218600398322091009897030889987945556640625");
}

/* Weight, input and ADC bits of every weight layer, and two global parameters:
 *     echo '3^24 * 3^2; (5 * 3 * 3)^16 * 3^2' | bc */
static void three_parameters_a_layer(void **state) {
    (void)state;
    static const struct { const char *config; int dimensions; const char *designs; } spaces[] = {
        {"bo_vgg8", 26, "2541865828329"}, {"bo_vgg8_rram", 26, "2541865828329"},
        {"bo_vgg16", 50, "2544735977121974029541015625"},
        {"bo_vgg16_rram", 50, "2544735977121974029541015625"}};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        expect_counts(cli("space " SOURCE_DIR "/configs/%s.cfg", spaces[i].config),
                      spaces[i].dimensions, spaces[i].designs, spaces[i].designs);
}

/* CIMNAS: 132 network genes (3^(6 + 21 + 84) * 5 * (7 * 11 * 21 * 25 * 49)^4) and 9 of the hardware
 * (8 * 8 * 6 * 5 * 4 * 6 * 5 * 6 * 7):
 *     echo '3^111 * 5 * (7 * 11 * 21 * 25 * 49)^4 * 9676800' | BC_LINE_LENGTH=0 bc */
static void the_whole_space_of_cimnas(void **state) {
    (void)state;
    expect_counts(cli("space " SOURCE_DIR "/configs/cimnas_mobilenet_rram.cfg"), 141,
                  "68005725448614586069022448563159346279815427857017290559309548139006195494300000"
                  "000000",
                  "93417648421547522807562630403787306666719917365427907825604609793041372582880000"
                  "000");
}

/* The Once-for-All ResNet-50 (30,502,389,939,948 raw networks, test_workload_resnet50_ofa.c), three
 * choices of bits for weights and inputs of 62 layers, 2,488,320 chips; and chips alone:
 *     echo '30502389939948 * 3^124 * 2488320' | BC_LINE_LENGTH=0 bc */
static void the_other_spaces_of_cimnas(void **state) {
    (void)state;
    expect_counts(
        cli("space " SOURCE_DIR "/configs/cimnas_resnet50_sram.cfg"), 161,
        "11047796964991285791215897411882469523945016941941065642445595912805354435420160",
        "75912389468866274509276291170061895563476426271902751995105068022916745011200");
    expect_counts(cli("space " SOURCE_DIR "/configs/joint_cimloop_rram.cfg"), 9, "12096000",
                  "12096000");
}

/* The same networks on our own chips: the numbers above over 9676800 and 2488320, times the chips.
 * RRAM: 8 * 4 * 6 * 5 * 4 * 6 * 5 * 6 * 7 * 7 * 4 * 5 * 2.
 * SRAM: 8 * 6 * 6 * 7 * 5 * 6 * 8 * 6 * 2 * 7, times 3 * 6 * 6 * 4 raw and 2 * 6 * 6 * 4 + 1
 * distinct: digital arrays have no converters. */
static void the_spaces_of_cimnas_on_our_chips(void **state) {
    (void)state;
    expect_counts(cli("space " SOURCE_DIR "/configs/cimnas_mobilenet_rram_crossbar.cfg"), 145,
                  "95208015628060420496631427988423084791741598999824206783033367394608673692020000"
                  "00000000",
                  "13078470779016653193058768256530222933340788431159907095584645371025792161603200"
                  "000000");
    expect_counts(cli("space " SOURCE_DIR "/configs/cimnas_resnet50_sram_cim.cfg"), 167,
                  "77953255384978512542819372138242704960956039542336159173096124760754580896324648"
                  "960",
                  "35833178242287177110862051975308216769146322414547162366756095609084134203453440"
                  "0");
    expect_counts(cli("space " SOURCE_DIR "/configs/joint_rram_crossbar.cfg"), 13, "1693440000",
                  "1693440000");
}

/* MO-NAS: depths 1 to 7, each block one of three types and six widths. Raw: 7 x 18^7; distinct:
 * 18 + 18^2 + ... + 18^7:
 *     echo '7 * 18^7; (18^8 - 18) / 17' | bc */
static void networks_of_one_to_seven_blocks(void **state) {
    (void)state;
    static const char *const studies[] = {"accuracy", "latency", "energy"};
    for (int i = 0; i < 3; i++)
        expect_counts(cli("space " SOURCE_DIR "/configs/monas_%s.cfg%s", studies[i],
                          i ? " --target mnsim" : ""), 15, "4285540224", "648232974");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLI_TEST(the_demo),
        CLI_TEST(rows_at_once_of_analogue_arrays),
        CLI_TEST(loading_needs_a_memory),
        CLI_TEST(kinds),
        CLI_TEST(one_choice_for_a_whole_vector),
        CLI_TEST(nothing_to_search),
        CLI_TEST(ranges_beyond_32_bits),
        CLI_TEST(a_chain),
        CLI_TEST(a_chain_with_its_first_given),
        CLI_TEST(inactive_ones_hold_their_default),
        CLI_TEST(beyond_10_to_the_85),
        CLI_TEST(one_depth_for_all),
        CLI_TEST(the_shallowest),
        CLI_TEST(three_parameters_a_layer),
        CLI_TEST(the_whole_space_of_cimnas),
        CLI_TEST(the_other_spaces_of_cimnas),
        CLI_TEST(the_spaces_of_cimnas_on_our_chips),
        CLI_TEST(networks_of_one_to_seven_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
