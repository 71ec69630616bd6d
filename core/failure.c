#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

bool fail(failure *f, int status, const char *format, ...) {
    if (f->status) return false;
    f->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->text, sizeof f->text, format, arguments);
    va_end(arguments);
    for (char *c = f->text; *c; c++)
        if ((unsigned char)*c < ' ') *c = ' ';
    return false;
}
