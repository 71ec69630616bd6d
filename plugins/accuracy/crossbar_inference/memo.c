#include "memo.h"

#include <string.h>

const void *memo_find(const memo *m, const void *key, size_t n_key, size_t n_value) {
    for (uint32_t i = 0; m && i < MEMO_ENTRIES; i++) {
        const memo_entry *e = &m->of[i];
        if (e->key && e->n_key == n_key && e->n_value == n_value && !memcmp(e->key, key, n_key))
            return e->value;
    }
    return NULL;
}

static void drop(const memo *m, memo_entry *e) {
    m->host->release(m->host, e->key);
    m->host->release(m->host, e->value);
    *e = (memo_entry){0};
}

void memo_keep(memo *m, const void *key, size_t n_key, const void *value, size_t n_value) {
    if (!m) return;
    memo_entry *e = &m->of[m->next++ % MEMO_ENTRIES];
    drop(m, e);
    *e = (memo_entry){.key = m->host->alloc(m->host, n_key, 1), .n_key = n_key,
                      .value = m->host->alloc(m->host, n_value, 1), .n_value = n_value};
    if (!e->key || !e->value) {
        drop(m, e);
        return;
    }
    memcpy(e->key, key, n_key);
    memcpy(e->value, value, n_value);
}

void memo_free(memo *m) {
    for (uint32_t i = 0; m && i < MEMO_ENTRIES; i++) drop(m, &m->of[i]);
    if (m) m->host->release(m->host, m);
}
