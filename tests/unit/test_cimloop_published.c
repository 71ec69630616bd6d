/* hwmodel.cimloop against what was published: CIMNAS' four designs, and, where they are, the tables
 * of the joint study. CIMDSE_REFERENCE_TABLES is the folder that holds rram.csv and sram.csv. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "near.h"
static const char command[] = BINARY_DIR "/cimdse";

/* CIMNAS, repository OlgaKrestinskaya/CIMNAS: the notebook's design, and the three best of the
 * stored search. Genes as its keys have them: bits and kernels by block, expansion by number. */
typedef struct published {
    const char *hardware, *depth, *kernel, *pw_weight, *pw_input, *dw_weight, *dw_input;
    uint32_t expansion[21];
    double energy_j, latency_s, area_mm2;
} published;
#define EIGHTS "888888888888888888888"
static const published designs[] = {
    {"0.7,4,4e-9,128,128,8,16,16,32768,1.38", "234332", "333333333333333333333", EIGHTS, EIGHTS,
     EIGHTS, EIGHTS,
     {4, 6, 6, 6, 6, 10, 10, 10, 10, 20, 20, 20, 20, 24, 24, 24, 24, 48, 48, 48, 48},
     0.9203e-3, 7.044e-6, 2549},
    {"0.8,8,1e-9,256,32,1,32,64,2048,1", "333342", "357333535773535377553",
     "886444864484644864864", "886848666446648648684", "688444466444488846484",
     "864866884648848464448",
     {3, 2, 6, 0, 5, 3, 1, 3, 8, 3, 14, 15, 18, 14, 6, 13, 0, 5, 33, 9, 28},
     0.267797e-3, 1.702e-6, 464.312},
    {"0.8,8,1e-9,256,32,2,32,32,8192,1", "342224", "537573773777535377573",
     "884464846648466886664", "486684686688688446484", "684844444846486848446",
     "866844484668488684666",
     {3, 6, 6, 5, 1, 7, 1, 8, 8, 5, 13, 0, 0, 15, 18, 20, 2, 5, 32, 11, 7},
     0.360943e-3, 1.566e-6, 467.938},
    {"0.5,3,1e-9,512,32,2,8,64,2048,1", "244433", "335733735353555735553",
     "646844646484686664684", "484888668888684468888", "888484866484848444484",
     "684486664846486648684",
     {3, 1, 3, 0, 3, 8, 4, 8, 8, 14, 18, 16, 4, 20, 24, 20, 7, 32, 19, 23, 24},
     0.328623e-3, 3.558e-6, 234.429},
};

static void write_points(FILE *file) {
    static const char *const genes[] = {"depth", "kernel", "pw_weight_bits", "pw_input_bits",
                                        "dw_weight_bits", "dw_input_bits"};
    static const double channels[21] = {16, 24, 24, 24, 24, 40, 40, 40, 40, 80, 80,
                                        80, 80, 96, 96, 96, 96, 192, 192, 192, 192};
    fputs("hwmodel.voltage_v,hwmodel.bits_per_cell,hwmodel.cycle_s,hwmodel.rows,hwmodel.cols,"
          "hwmodel.groups,hwmodel.tiles_per_group,hwmodel.macros_per_tile,"
          "hwmodel.glb_depth_2048b,hwmodel.adc_area_scale", file);
    for (int g = 0; g < 6; ++g)
        for (int i = 0; i < (g ? 21 : 6); ++i) fprintf(file, ",workload.%s[%d]", genes[g], i);
    for (int i = 0; i < 21; ++i) fprintf(file, ",workload.expansion[%d]", i);
    for (size_t d = 0; d < sizeof designs / sizeof designs[0]; ++d) {
        const published *p = &designs[d];
        const char *const digits[] = {p->depth, p->kernel, p->pw_weight, p->pw_input, p->dw_weight,
                                      p->dw_input};
        fprintf(file, "\n%s", p->hardware);
        for (int g = 0; g < 6; ++g)
            for (const char *c = digits[g]; *c; ++c) fprintf(file, ",%c", *c);
        for (int i = 0; i < 21; ++i)
            fprintf(file, ",%.15g", 4 + p->expansion[i] * 8 / channels[i]);
    }
    fputc('\n', file);
}

/* Field N of a line of comma-separated values. */
static const char *field(const char *line, uint32_t n) {
    while (n-- && line) {
        line = strchr(line, ',');
        if (line) ++line;
    }
    return line;
}

static uint32_t column(const char *header, const char *name) {
    const size_t length = strlen(name);
    for (uint32_t n = 0; field(header, n); ++n) {
        const char *f = field(header, n);
        if (!strncmp(f, name, length) && strchr(",\r\n", f[length])) return n;
    }
    fail_msg("no column %s", name);
    return 0;
}

static void published_designs(void **state) {
    (void)state;
    static char header[16384], line[16384];
    char points[] = "/tmp/cimloop-XXXXXX", text[512];
    const int fd = mkstemp(points);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    write_points(file);
    fclose(file);
    snprintf(text, sizeof text, "%s eval %s/configs/cimnas_mobilenet_rram.cfg --points %s", command,
             SOURCE_DIR, points);
    file = popen(text, "r");
    assert_non_null(file);
    assert_non_null(fgets(header, sizeof header, file));
    for (size_t d = 0; d < sizeof designs / sizeof designs[0]; ++d) {
        const published *p = &designs[d];
        assert_non_null(fgets(line, sizeof line, file));
        near(atof(field(line, column(header, "energy_j"))), p->energy_j, 0.15);
        near(atof(field(line, column(header, "latency_s"))), p->latency_s, 0.025);
        near(atof(field(line, column(header, "area_mm2"))), p->area_mm2, 0.01);
    }
    assert_int_equal(pclose(file), 0);
    unlink(points);
}

/* The networks that bring the means of the reference's inputs are those of the plug-ins, layer by
 * layer, in all but these means. */
static void networks_of_the_plugins(void **state) {
    (void)state;
    static const char *const names[][3] = {
        {"resnet18", "resnet18", ""}, {"vgg16", "vgg16", ""}, {"alexnet", "alexnet", ""},
        {"mobilenet_v3", "mobilenet", " --set workload.version=v3_large"}};
    static const char network[] =
        "network --set workload.file=" SOURCE_DIR "/configs/networks/cimloop_";
    static char text[2][65536];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
        for (int file = 0; file < 3; ++file) {   /* plug-in, file, file with its means */
            char line[1024], *into = text[file != 0];
            const char *version = file ? "" : names[i][2];
            snprintf(line, sizeof line,
                     "%s eval " SOURCE_DIR "/configs/validation/cimloop_rram.cfg --format csv "
                     "--breakdown%s --set workload.plugin=%s%s%s%s", command,
                     file < 2 ? " --set hwmodel.mean_input=0.5" : "", file ? network : names[i][1],
                     file ? names[i][0] : "", file ? ".cfg" : "", version);
            FILE *pipe = popen(line, "r");
            assert_non_null(pipe);
            const size_t n = fread(into, 1, sizeof text[0] - 1, pipe);
            into[n] = 0;
            pclose(pipe);                        /* 1: the default design is too small for most */
            assert_true(n > 1000);
            if (file == 1) assert_string_equal(text[0], text[1]);
            if (file == 2) assert_string_not_equal(text[0], text[1]);
        }
    }
}

/* Within the bounds that the two configs state. */
static void reference_tables(void **state) {
    (void)state;
    const char *folder = getenv("CIMDSE_REFERENCE_TABLES");
    static const char *const memories[] = {"rram", "sram"};
    char text[1024];
    if (!folder) skip();
    for (int i = 0; i < 2; ++i) {
        snprintf(text, sizeof text, "%s/%s.csv", folder, memories[i]);
        if (access(text, R_OK)) fail_msg("%s is not there", text);
        snprintf(text, sizeof text, "%s validate " SOURCE_DIR
                 "/configs/validation/cimloop_%s.cfg --tables '%s'", command, memories[i], folder);
        assert_int_equal(system(text), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_designs), cmocka_unit_test(networks_of_the_plugins),
        cmocka_unit_test(reference_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
