#include <cim_chip/margin.h>
#include <math.h>

static const double stride = 1.09;   /* between the rows that are tried first, in case of valleys:
                                        kinks of ranges and converters lie further apart          */

/* Where it falls, then rises, or only either. */
static double lowest(cim_noise_share share, const void *column, uint32_t low, uint32_t high) {
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (share(column, middle + 1) < share(column, middle)) low = middle + 1;
        else high = middle;
    }
    return share(column, low);
}

double cim_least_share(cim_noise_share share, const void *column, uint32_t from, uint32_t to) {
    /* Mostly steps grow faster than noise, up to the last row. */
    const double least = share(column, to);
    if (from == to || share(column, to - 1) >= least) return least;
    return lowest(share, column, from, to - 1);
}

static uint32_t next(uint32_t rows, uint32_t last) {
    const double further = fmax(rows + 1.0, floor(stride * rows));
    return further < last ? (uint32_t)further : last;
}

double cim_least_share_of_valleys(cim_noise_share share, const void *column, uint32_t from,
                                  uint32_t to) {
    uint32_t left = from, rows = from;
    double before = INFINITY, here = share(column, from), least = here;
    while (rows < to) {
        const uint32_t right = next(rows, to);
        const double after = share(column, right);
        if (here <= before && here <= after)
            least = fmin(least, lowest(share, column, left, right));
        left = rows;
        rows = right;
        before = here;
        here = after;
    }
    return here <= before ? fmin(least, lowest(share, column, left, to)) : least;
}

uint32_t cim_first_rows(cim_row_test test, const void *column, uint32_t from, uint32_t to) {
    uint32_t low = from, high = to;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (test(column, middle)) high = middle;
        else low = middle + 1;
    }
    return high;
}
