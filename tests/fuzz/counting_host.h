/* counting_host.h: the host of a fuzzed loader: it keeps the last message, and counts memory. */
#ifndef COUNTING_HOST_H
#define COUNTING_HOST_H

#include <cim/host.h>

#include <stdio.h>
#include <stdlib.h>

static char message[600];
static size_t asked, most_asked; /* bytes since host_start(), and what is given at most */
static int live;

static cim_status keep_message(const cim_host *host, cim_status status, const char *chars) {
    (void)host;
    snprintf(message, sizeof message, "%s", chars);
    return status;
}

static void *count_alloc(const cim_host *host, size_t count, size_t size) {
    (void)host;
    asked += count * size;
    if (asked > most_asked) return NULL;
    live++;
    return calloc(count, size);
}

static void count_release(const cim_host *host, void *memory) {
    (void)host;
    live -= memory != NULL;
    free(memory);
}

static const void *no_extension(const cim_host *host, const char *id) {
    (void)host, (void)id;
    return NULL;
}

static const cim_host host = {.struct_size = sizeof host, .fail = keep_message,
                              .alloc = count_alloc, .release = count_release,
                              .extension = no_extension};

/* Before each input. */
static void host_start(size_t most) {
    asked = 0;
    most_asked = most;
    message[0] = '\0';
}
#endif
