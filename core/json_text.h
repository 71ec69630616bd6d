/* json_text.h: any text as a JSON string. JSON is UTF-8: of a text that is not, the bytes that are
 * none become '?'. */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H
#include <jansson.h>

json_t *json_text(const char *chars);
#endif
