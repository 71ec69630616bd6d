/* Needs a function that nobody has. */
#include "good_searcher.h"

int suspect_missing(void);
static cim_status ask(void *self, cim_ask *a) {
    (void)suspect_missing();
    return good_ask(self, a);
}
#define ASK ask

#include "good_searcher_end.h"
