#include "json_text.h"
#include "memory.h"
#include "param.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *chars) {
    json_t *string = json_string(chars);
    if (string) return string;
    char *good = memory_text(chars);
    text_make_utf8(good);
    string = json_string(good);
    free(good);
    return string;
}

json_t *json_number(double value) {
    if (isnan(value)) return json_null();
    if (value == floor(value) && fabs(value) < 1e15) return json_integer((json_int_t)value);
    return json_real(value);
}

json_t *json_value(const char *name, double number) {
    if (!name) return json_number(number);
    if (strcmp(name, "true") == 0) return json_true();
    return strcmp(name, "false") == 0 ? json_false() : json_text(name);
}

json_t *json_parameter(const cim_param *p, double number) {
    if (isnan(number) || p->type == CIM_INTEGER || p->type == CIM_REAL) return json_number(number);
    text name = {0};
    param_to_text(p, number, &name);
    json_t *is = json_value(text_of(&name), number);
    text_free(&name);
    return is;
}
