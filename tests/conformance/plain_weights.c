/* plain_weights FILE: weights for the suite's network "plain" (plugins/check/networks.c) in
 * safetensors: a convolution of 3 to 8 channels, and ten classes of 128 values. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CONV = 8 * 3 * 3 * 3, FC = 10 * 128 };

int main(int argc, char **argv) {
    FILE *f = argc == 2 ? fopen(argv[1], "wb") : NULL;
    if (!f) return fprintf(stderr, "plain_weights FILE\n"), 2;
    char header[512];
    const int n = snprintf(
        header, sizeof header,
        "{\"conv0.weight\":{\"dtype\":\"F32\",\"shape\":[8,3,3,3],\"data_offsets\":[0,%d]},"
        "\"fc2.weight\":{\"dtype\":\"F32\",\"shape\":[10,128],\"data_offsets\":[%d,%d]}}",
        CONV * 4, CONV * 4, (CONV + FC) * 4);
    for (int i = 0; i < 8; i++) fputc(i < 2 ? n >> (8 * i) & 0xff : 0, f);
    fwrite(header, 1, (size_t)n, f);
    uint32_t x = 1;
    for (int i = 0; i < CONV + FC; i++) {
        x = x * 1664525u + 1013904223u;   /* D. E. Knuth's "quick and dirty" generator, as is     */
        const float w = (float)(int32_t)x / 2147483648.0f;
        uint32_t bits;
        memcpy(&bits, &w, sizeof bits);
        for (int b = 0; b < 4; b++) fputc((int)(bits >> (8 * b) & 0xff), f);
    }
    return fclose(f) ? 1 : 0;
}
