/* Loaders of files under test: a host that counts what it gave, a folder for files of the test. */
#ifndef DATA_FIXTURE_H
#define DATA_FIXTURE_H

#include "fake_host.h"
#include "temp_file.h"

static fake_host fake;
static temp_folder folder;

static int setup(void **state) {
    (void)state;
    fake_host_start(&fake);
    temp_folder_make(&folder);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    temp_folder_remove(&folder);
    return fake.live;
}
#endif
