/* Wants a comma, and does not put it back. */
#include <locale.h>
#include "good_searcher.h"

static cim_status ask(void *self, cim_ask *a) {
    setlocale(LC_ALL, "C.UTF-8");
    return good_ask(self, a);
}
#define ASK ask

#include "good_searcher_end.h"
