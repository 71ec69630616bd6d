/* The last line of a searcher: takes CREATE, ASK, TELL, SAVE, LOAD, DESTROY, and of good_end.h
 * PARAMS, LICENSE, SERVES, where the file defines them, and what is good for the others. */
#include "good_end.h"
#ifndef CREATE
#define CREATE good_create
#endif
#ifndef ASK
#define ASK good_ask
#endif
#ifndef TELL
#define TELL good_tell
#endif
#ifndef SAVE
#define SAVE good_save
#endif
#ifndef LOAD
#define LOAD good_load
#endif
#ifndef DESTROY
#define DESTROY good_destroy
#endif

static const cim_searcher_ops ops = {.struct_size = sizeof ops, .create = CREATE, .ask = ASK,
                                     .tell = TELL, .save = SAVE, .load = LOAD, .destroy = DESTROY};
PLUGIN(CIM_SEARCHER, "searcher.suspect", .params = PARAMS)
