/* stream.h: numbered random streams: (study seed, plug-in id, number) -> the state of a generator.
 * Streams of different numbers or ids are independent for all practical purposes: every word of the
 * state is a hash of all three (splitmix64 finaliser, Steele, Lea and Flood 2014). */
#ifndef STREAM_H
#define STREAM_H
#include <cim/host.h>

void stream_start(uint64_t seed, const char *id, uint64_t number, cim_rng *rng);
#endif
