/* memo.h: the last results of dear calculations, by all that they depend on. */
#ifndef CROSSBAR_MEMO_H
#define CROSSBAR_MEMO_H

#include <cim/host.h>

enum { MEMO_ENTRIES = 512 };  /* ranges of 32 layers in 16 widths                                 */
typedef struct memo_entry { void *key, *value; size_t n_key, n_value; } memo_entry;
typedef struct memo {
    const cim_host *host;
    memo_entry of[MEMO_ENTRIES];
    uint32_t next;           /* the oldest                                                        */
} memo;

/* NULL: M does not hold it, or is NULL. */
const void *memo_find(const memo *m, const void *key, size_t n_key, size_t n_value);
/* Nothing is kept where M is NULL or memory is short. */
void memo_keep(memo *m, const void *key, size_t n_key, const void *value, size_t n_value);
void memo_free(memo *m);
#endif
