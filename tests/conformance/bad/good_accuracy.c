/* Nothing is wrong with this one. */
#include "good_accuracy.h"

#include "good_accuracy_end.h"
