/* cim_sdk/text.h: messages with numbers in them, and texts of the host's that are kept. */
#ifndef CIM_SDK_TEXT_H
#define CIM_SDK_TEXT_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cim/host.h>

#define CIM_MAX_TEXT 512u /* a message is cut to this many bytes, its end included */

#if defined(__GNUC__)
#define CIM_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define CIM_PRINTF(text, first)
#endif

/* host->fail() with a format: returns STATUS, so that one line says why and leaves:
 *     return cim_failf(host, CIM_E_CONFIG, "rows = %u: at most the %u that ...", rows, limit); */
CIM_PRINTF(3, 4)
static inline cim_status cim_failf(const cim_host *host, cim_status status, const char *format,
                                   ...) {
    char text[CIM_MAX_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return host->fail(host, status, text);
}

/* TEXT, or "" for NULL, for host->release(). NULL: no memory. */
static inline char *cim_text_copy(const cim_host *host, const char *text) {
    const size_t size = text ? strlen(text) + 1 : 1;
    char *copy = (char *)host->alloc(host, size, 1);
    if (copy && text) memcpy(copy, text, size);
    return copy;
}
#endif
