/* Greets whoever loads it. */
#include <stdio.h>
#include "good_searcher.h"

__attribute__((constructor)) static void greet(void) { puts("suspect 1.0"); }

#include "good_searcher_end.h"
