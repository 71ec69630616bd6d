/* Names of artefacts. */
#include "artefacts.h"
#include <stdio.h>
#include <string.h>

const ns_artefact ns_artefacts[NS_ARTEFACTS] = {
#define NS_ARTEFACT_ROW(constant, name, help) {name, help},
    NS_ARTEFACT_LIST(NS_ARTEFACT_ROW)
#undef NS_ARTEFACT_ROW
};

static uint32_t find(const char *name, size_t length) {
    uint32_t i = 0;
    while (i < NS_ARTEFACTS && (strlen(ns_artefacts[i].name) != length ||
                                strncmp(ns_artefacts[i].name, name, length)))
        ++i;
    return i;
}

static void say_unknown(const char *name, size_t length, char *error, size_t size) {
    int used = snprintf(error, size, "without: no artefact \"%.*s\"; there are", (int)length, name);
    for (uint32_t i = 0; i < NS_ARTEFACTS && used > 0 && (size_t)used < size; ++i)
        used += snprintf(error + used, size - (size_t)used, "%s %s", i > 0 ? "," : "",
                         ns_artefacts[i].name);
}

int ns_artefacts_read(const char *names, uint8_t without[NS_ARTEFACTS], char *error, size_t size) {
    static const char blanks[] = " \t\n";
    memset(without, 0, NS_ARTEFACTS);
    for (names += strspn(names, blanks); *names; names += strspn(names, blanks)) {
        const size_t length = strcspn(names, blanks);
        const uint32_t i = find(names, length);
        if (i == NS_ARTEFACTS) {
            say_unknown(names, length, error, size);
            return 0;
        }
        without[i] = 1;
        names += length;
    }
    return 1;
}
