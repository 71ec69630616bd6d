/* cim_sdk/snapshot.h: numbers as bytes, the same on every machine, for save() and load(). */
#ifndef CIM_SDK_SNAPSHOT_H
#define CIM_SDK_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

/* The low N_BYTES <= 8 of VALUE, lowest first. */
static inline void cim_put_bytes(unsigned char *at, uint64_t value, int n_bytes) {
    for (int i = 0; i < n_bytes; i++) at[i] = (unsigned char)(value >> (8 * i));
}

static inline uint64_t cim_get_bytes(const unsigned char *at, int n_bytes) {
    uint64_t value = 0;
    for (int i = 0; i < n_bytes; i++) value |= (uint64_t)at[i] << (8 * i);
    return value;
}

/* FNV-1a, 32 bits: finds every damage of a single byte, and others with a probability of 1 in 2^32
 * of missing one. */
static inline uint32_t cim_checksum(const unsigned char *data, size_t size) {
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < size; i++) sum = (sum ^ data[i]) * 16777619u;
    return sum;
}
#endif
