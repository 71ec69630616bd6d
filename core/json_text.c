#include "json_text.h"
#include "memory.h"
#include "text.h"

#include <stdlib.h>

json_t *json_text(const char *chars) {
    json_t *string = json_string(chars);
    if (string) return string;
    char *good = memory_text(chars);
    text_make_utf8(good);
    string = json_string(good);
    free(good);
    return string;
}
