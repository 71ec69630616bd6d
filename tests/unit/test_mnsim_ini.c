/* hwmodel.mnsim's parameters: unset, from an .ini file, and set; lists; what it refuses. */
#include "mnsim_fixture.h"

#define DEFAULT_INI SOURCE_DIR "/tests/golden/mnsim_default.ini"

static char path[] = "/tmp/cimdse-mnsim-XXXXXX";

static const char *write_ini(const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static void start_well(mnsim *m, const char *ini) {
    if (start_model(m, ini) != CIM_OK) fail_msg("%s", m->host.message);
}

static double energy(mnsim *m, const point *p) {
    evaluate_well(m, p);
    return metric(m, "energy_j");
}

/* MNSIM's own file of defaults changes nothing, and neither does a file that says nothing. */
static void defaults(void **state) {
    mnsim *m = *state;
    static double before[MOST_METRICS];
    const point p = unset();
    use_network(m, "lenet");
    evaluate_well(m, &p);
    memcpy(before, m->metrics, sizeof before);
    static const char *const files[] = {DEFAULT_INI, path};
    for (int i = 0; i < 2; ++i) {
        write_ini("\xef\xbb\xbf# nothing\r\n\r\n[Device level]\r\n\t; still nothing\n[Tile level]");
        start_well(m, files[i]);
        evaluate_well(m, &p);
        assert_memory_equal(m->metrics, before, sizeof before);
    }
}

/* Set beats file beats default, also where what is set equals the default. */
static void precedence(void **state) {
    mnsim *m = *state;
    const point none = unset();
    point six = none, two = none;
    use_network(m, "lenet");
    set(m, &six, "ADC_Choice", "6");
    set(m, &two, "ADC_Choice", "2");
    const double by_default = energy(m, &none), by_two = energy(m, &two);
    assert_true(by_default != by_two && energy(m, &six) == by_default);
    start_well(m, write_ini("[Interface level]\nADC_Choice = 2\n"));
    assert_true(energy(m, &none) == by_two);
    assert_true(energy(m, &six) == by_default);
}

/* Lists: elements of a pair are set one by one, open lists as a whole. */
static void lists(void **state) {
    mnsim *m = *state;
    const point none = unset();
    point p = none;
    use_network(m, "lenet");
    start_well(m, write_ini("[Crossbar level]\nXbar_Size = 128, 512\nSubarray_Size : 64\n"
                            "[Device level]\nDevice_Level = 4\n"
                            "Device_Resistance = 1e6, 3e4,1.5e4 , 1e4\n"));
    evaluate_well(m, &none);
    assert_true(metric(m, "subarray_num") == 2 && metric(m, "output_mux") == 4);
    p.numbers[m->first[param_index(m, "Xbar_Size")] + 1] = 256;
    evaluate_well(m, &p);
    assert_true(metric(m, "subarray_num") == 2 && metric(m, "output_mux") == 2);
    /* Only the first resistance and the last count, but the number of them must be right. */
    const double four = energy(m, &none);
    p = none;
    set(m, &p, "Device_Resistance", "1e6, 2e4, 1e4");
    assert_int_equal(evaluate(m, &p, 0), CIM_OK);
    assert_non_null(strstr(m->failure, "Device_Level = 4: Device_Resistance has 3 values"));
    set(m, &p, "Device_Level", "3");
    assert_true(energy(m, &p) == four);
    /* An element that is missing between two others. */
    p.numbers[m->first[param_index(m, "Device_Resistance")] + 1] = (double)NAN;
    assert_int_equal(evaluate(m, &p, 0), CIM_OK);
    assert_non_null(strstr(m->failure, "Device_Resistance has 0 values"));
}

/* Of a key in two sections, MNSIM reads the first. */
static void twins(void **state) {
    mnsim *m = *state;
    const point none = unset();
    use_network(m, "lenet");
    const double before = energy(m, &none);
    start_well(m, write_ini("[Tile level]\nTile_outBuf_Size = 64\n"));
    assert_true(energy(m, &none) == before);
    start_well(m, write_ini("[Process element level]\nTile_outBuf_Size = 64\n"));
    assert_true(energy(m, &none) > before);
}

static void wrong_files(void **state) {
    mnsim *m = *state;
    static const struct { const char *text, *says; } wrong[] = {
        {"[Device level]\nDevice_Tech = 130\nDevice_Tack = 130\n",
         ":3: Device_Tack: MNSIM has no such key in [Device level]"},
        {"[Tile level]\nDevice_Tech = 130\n", ":2: Device_Tech: MNSIM has no such key in"},
        {"\n[Devices]\n", ":2: [Devices]: MNSIM has no such section"},
        {"[Device level\n", ":1: [Device level: a section is a line [name]"},
        {"Device_Tech = 130\n", ":1: Device_Tech: stands before the first [section]"},
        {"[Device level]\nDevice_Tech\n", ":2: Device_Tech: must be [section], key = value"},
        {"[Device level]\nDevice_Tech =\n", ":2: Device_Tech = : must be a number"},
        {"[Device level]\nDevice_Tech = 130 nm\n", ":2: Device_Tech = 130 nm: must be a number"},
        {"[Device level]\nDevice_Tech = 0x10\n", ":2: Device_Tech = 0x10: must be a number"},
        {"[Device level]\nDevice_Tech = nan\n", ":2: Device_Tech = nan: must be a number"},
        {"[Device level]\nDevice_Tech = -5\n", ":2: Device_Tech = -5: outside of 1..1000"},
        {"[Device level]\nDevice_Type = RRAM\n", ":2: Device_Type = RRAM: must be NVM or SRAM"},
        {"[Device level]\nDevice_Level = 2.5\n", ":2: Device_Level = 2.5: must be a whole number"},
        {"[Interface level]\nADC_Choice = 0\n", ":2: ADC_Choice = 0: outside of -1..9, or not of"},
        {"[Crossbar level]\nXbar_Size = 256\n", ":2: Xbar_Size: needs 2 values"},
        {"[Crossbar level]\nXbar_Size = 1,2,3\n", ":2: Xbar_Size: more than 2 values"},
        {"[Crossbar level]\nXbar_Size = 1,,3\n", ":2: Xbar_Size = : must be a number"},
        {"[Device level]\nDevice_Tech = 65\n#\nDevice_Tech = 65\n",
         ":4: Device_Tech: line 2 has it"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
        assert_int_equal(start_model(m, write_ini(wrong[i].text)), CIM_E_CONFIG);
        const char *at = strstr(m->host.message, wrong[i].says);
        if (!at || strncmp(m->host.message, path, strlen(path)))
            fail_msg("\"%s\", and not \"%s\"", m->host.message, wrong[i].says);
    }
    char line[5000] = "[Device level]\n";
    memset(line + 15, 'x', sizeof line - 16);
    line[sizeof line - 1] = '\0';
    assert_int_equal(start_model(m, write_ini(line)), CIM_E_CONFIG);
    assert_non_null(strstr(m->host.message, ":2: the line is too long"));
    assert_int_equal(start_model(m, "/nowhere/SimConfig.ini"), CIM_E_FILE);
    assert_non_null(strstr(m->host.message, "/nowhere/SimConfig.ini: No such file"));
}

/* Designs at which MNSIM stops, and the reason that a row of a table gets. */
static void refused_designs(void **state) {
    mnsim *m = *state;
    static const struct { const char *key, *value, *says; } wrong[] = {
        {"Subarray_Size", "100", "Subarray_Size = 100: must divide the 256 rows of Xbar_Size"},
        {"Read_Level", "3", "Read_Level = 3: Read_Voltage has 2 values"},
        {"Device_Level", "4", "Device_Level = 4: Device_Resistance has 2 values"},
        {"DAC_Num", "0", "DAC_Num = 0: MNSIM divides by it"},
        {"ADC_Choice", "-1", "ADC_Choice = -1: needs ADC_Precision and ADC_Sample_Rate"},
        {"DAC_Choice", "-1", "DAC_Choice = -1: needs DAC_Precision and DAC_Sample_Rate"},
        {"Pooling_unit_num", "32", "Pooling_unit_num = 32: MNSIM has only units of 64 at 65 nm"},
        {"Buffer_Bitwidth", "512", "Buffer_Bitwidth = 512: MNSIM has no SRAM of 0.125 KB so wide"},
        {"Tile_Num", "16, 64", "Tile_Connection = 2: Tile_Num = 16, 64 must be a square"},
        {"Tile_Num", "0, 64", "Tile_Num = 0, 64: one of them is 0"},
        {"NoC_enable", "1", "NoC_enable = 1: needs the network simulator"},
    };
    use_network(m, "lenet");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
        point p = unset();
        set(m, &p, wrong[i].key, wrong[i].value);
        assert_int_equal(evaluate(m, &p, 0), CIM_OK);
        if (strncmp(m->failure, wrong[i].says, strlen(wrong[i].says)))
            fail_msg("\"%s\", and not \"%s\"", m->failure, wrong[i].says);
    }
    point p = unset();
    set(m, &p, "Xbar_Size", "16, 256");
    set(m, &p, "Subarray_Size", "16");
    assert_int_equal(evaluate(m, &p, 0), CIM_OK);
    assert_string_equal(m->failure, "Xbar_Size: 16 rows, and a kernel of layer 0 needs 25");
}

static int begin(void **state) {
    const int file = mkstemp(path);
    return file < 0 || close(file) || start(state);
}

static int end(void **state) {
    unlink(path);
    memcpy(strrchr(path, '-') + 1, "XXXXXX", 6);
    return stop(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults, begin, end),
        cmocka_unit_test_setup_teardown(precedence, begin, end),
        cmocka_unit_test_setup_teardown(lists, begin, end),
        cmocka_unit_test_setup_teardown(twins, begin, end),
        cmocka_unit_test_setup_teardown(wrong_files, begin, end),
        cmocka_unit_test_setup_teardown(refused_designs, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
