/* nibbles.h: the bits of input codes, those of four rows in the low half of a byte. */
#ifndef CROSSBAR_NIBBLES_H
#define CROSSBAR_NIBBLES_H

#include <stddef.h>
#include <stdint.h>

/* CODES (N_ROWS x SUMS_LANES) of BITS bits -> NIBBLES: of each bit PLANE bytes, of each quad of
 * rows SUMS_LANES bytes. Rows beyond the last are 0. */
void nibbles_split(const uint16_t *codes, uint32_t n_rows, uint32_t bits, size_t plane,
                   uint8_t *nibbles);
#endif
