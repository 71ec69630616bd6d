/* file_sum.h: what a file holds, in short, and lists of files with that: a text in which path and
 * sum follow each other, each with the zero byte that ends it. */
#ifndef FILE_SUM_H
#define FILE_SUM_H
#include "text.h"

enum { FILE_SUM_SIZE = 32 };

/* Of what can be read of it: a folder, or a pipe, has that of an empty file. */
void file_sum(const char *path, char out[FILE_SUM_SIZE]);

/* There, and neither a file nor a folder: a pipe or a device. What is read of it is gone, or never
 * ends, or waits for whoever writes. */
bool file_is_special(const char *path);

void file_list_add(text *list, const char *path);
/* EACH file of the list of N bytes at AT; it returns false to stop. False: it did. */
bool file_list_each(const char *at, size_t n,
                    bool (*each)(void *context, const char *path, const char *sum), void *context);
/* Can N bytes at AT be a list? */
bool file_list_holds(const char *at, size_t n);
#endif
