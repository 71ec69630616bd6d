#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *checked(void *memory) {
    if (memory) return memory;
    fputs("cimdse: out of memory\n", stderr);
    fflush(NULL);
    _exit(1);
}

void *memory_new(size_t count, size_t size) {
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *memory_grow(void *old, size_t count, size_t size) {
    if (size > 0 && count > (size_t)-1 / size) checked(NULL);
    size_t bytes = count * size;
    return checked(realloc(old, bytes > 0 ? bytes : 1));
}

char *memory_text(const char *chars) {
    size_t n = strlen(chars) + 1;
    return memcpy(memory_new(n, 1), chars, n);
}
