#include "json_text.h"
#include "memory.h"

#include <stdlib.h>

json_t *json_text(const char *chars) {
    json_t *string = json_string(chars);
    if (string) return string;
    char *ascii = memory_text(chars);
    for (char *c = ascii; *c; c++)
        if ((unsigned char)*c >= 0x80) *c = '?';
    string = json_string(ascii);
    free(ascii);
    return string;
}
