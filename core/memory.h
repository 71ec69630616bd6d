/* memory.h: allocation that never fails: without memory the program ends with a clear word and
 * status 1; a study goes on with --resume. */
#ifndef MEMORY_H
#define MEMORY_H
#include <stddef.h>

void *memory_new(size_t count, size_t size);                  /* zeroed; free() it              */
void *memory_grow(void *old, size_t count, size_t size);      /* like realloc, overflow-checked */
char *memory_text(const char *chars);                         /* a copy                         */

/* Makes room for one more element in a growing array of COUNT elements. */
#define MEMORY_ROOM(array, count) \
    ((array) = (((count) & ((count) - 1)) == 0 \
                    ? memory_grow((array), (count) ? 2 * (count) : 1, sizeof *(array)) \
                    : (array)))
#endif
