/* Where a goal has many local optima, the model's length scales shrink to those of the one it is
 * in, and what little is left to gain there is still more than what it sees elsewhere. A coarse
 * look, which takes what is short-ranged for chance, sees the valley that they all lie in. One that
 * found something better is followed by the next; after one in vain the wait doubles. */
#include "stall.h"

#define LITTLE 0.03

void stall_start(stall *s) { *s = (stall){.wait = 1, .left = 1}; }

int stall_wants_look(stall *s, double best, double gain, int is_fine) {
    if (s->has_looked) {
        const uint64_t longer = s->wait == 0 ? 1 : 2 * s->wait;
        s->wait = best < s->best ? 0 : longer < STALL_LONGEST_WAIT ? longer : STALL_LONGEST_WAIT;
        s->left = s->wait;
        s->has_looked = 0;
    }
    if (!is_fine || !(gain < LITTLE)) return 0;
    if (s->left > 0) {
        s->left--;
        return 0;
    }
    s->has_looked = 1;
    s->best = best;
    return 1;
}
