/* wide.h: a loop over many numbers, compiled once more for processors with 32-byte registers, and
 * (WIDEST) for those with 64-byte ones. The same bits: the order of sums is written out, and
 * products are not fused into them. */
#ifndef CIMDSE_WIDE_H
#define CIMDSE_WIDE_H

#if defined __x86_64__ && defined __GNUC__ && !defined __SANITIZE_ADDRESS__
#define WIDE __attribute__((target_clones("avx2", "default")))
#define WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#define WIDEST
#endif
#endif
