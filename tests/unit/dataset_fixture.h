/* Data sets that a test reads, and those that are refused. */
#ifndef DATASET_FIXTURE_H
#define DATASET_FIXTURE_H

#include "data_fixture.h"

#include "dataset.h"

static dataset *read_set(const dataset_request *what) {
    dataset *d = NULL;
    if (dataset_read(&fake.host, what, &d) != CIM_OK) fail_msg("%s", fake.message);
    return d;
}

static void refused(const dataset_request *what, const char *words) {
    dataset *d = NULL;
    assert_int_equal(dataset_read(&fake.host, what, &d), CIM_E_FILE);
    assert_null(d);
    if (!strstr(fake.message, words)) fail_msg("'%s' is not in '%s'", words, fake.message);
}
#endif
