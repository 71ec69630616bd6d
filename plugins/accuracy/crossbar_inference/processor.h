/* processor.h: functions for wider processors, and whether this is one. All give the same bits.
 * Tests also build what narrower processors do: CIMDSE_WIDEST, bits of a register. */
#ifndef CROSSBAR_PROCESSOR_H
#define CROSSBAR_PROCESSOR_H

#ifndef CIMDSE_WIDEST
#define CIMDSE_WIDEST 512
#endif

#if defined(__x86_64__) && defined(__GNUC__)
#define IS_X86 1
#define AVX2 __attribute__((target("avx2")))
#define AVX512_ALL __attribute__((target("avx512f,avx512bw,avx512dq,prefer-vector-width=512")))
#define HAS_AVX2 (CIMDSE_WIDEST >= 256 && __builtin_cpu_supports("avx2"))
#define HAS_AVX512(part) (CIMDSE_WIDEST >= 512 && __builtin_cpu_supports("avx512" part))
#define HAS_AVX512_ALL (HAS_AVX512("bw") && HAS_AVX512("dq"))
#else
#define IS_X86 0
#define AVX2
#define HAS_AVX2 0
#define HAS_AVX512_ALL 0
#endif

#endif
