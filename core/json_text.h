/* json_text.h: texts and values as JSON, the same wherever a command prints some. */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H
#include <cim/abi.h>
#include <jansson.h>

/* JSON is UTF-8: of a text that is not, the bytes that are none become '?'. */
json_t *json_text(const char *chars);
/* A whole number without a point, so that 128 rows are no 128.0; NaN is null. */
json_t *json_number(double value);
/* A value of a parameter: NUMBER, or where it is called by a NAME that. A boolean is one: "false"
 * as a text would count as true in most languages. */
json_t *json_value(const char *name, double number);
/* The same of a parameter that is no text; where its network decides, null. */
json_t *json_parameter(const cim_param *p, double number);
#endif
