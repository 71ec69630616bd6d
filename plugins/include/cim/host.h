/* cim/host.h: what the host gives a plug-in.
 *
 * The host is passed to create() and stays valid until after destroy() has returned. Every
 * function takes it as its first argument and is called from the plug-in's one thread. */
#ifndef CIM_HOST_H
#define CIM_HOST_H

#include <cim/abi.h>

/* State of a random stream: plain data, so a searcher can save it. xoshiro256** by Blackman and
 * Vigna; the steps are in cim_sdk/rng.h. */
typedef struct cim_rng { uint64_t s[4]; } cim_rng;

enum { CIM_LOG_DEBUG = 0, CIM_LOG_INFO = 1, CIM_LOG_WARNING = 2 };

typedef struct cim_host cim_host;
struct cim_host {
    uint32_t struct_size, abi_major, abi_minor, reserved;
    void *context;             /* the host's own                                                  */

    /* Says why a call fails, and returns STATUS, so that one line does both:
     *     return host->fail(host, CIM_E_CONFIG, "adc_bits = 17: at most the 16 that ... ");
     * Name the key, the value and the rule; the host adds plug-in, file and line. Copied. */
    cim_status (*fail)(const cim_host *host, cim_status status, const char *text);

    /* One line for the user, on standard error. Copied. */
    void (*log)(const cim_host *host, int32_t level, const char *text);

    /* Zeroed memory, or NULL. All of it must be back when destroy() returns: the host counts.
     * release(NULL) does nothing. */
    void *(*alloc)(const cim_host *host, size_t count, size_t size);
    void (*release)(const cim_host *host, void *memory);

    /* Starts random stream NUMBER of this plug-in in this study: (study seed, plug-in id, NUMBER)
     * alone decide its bits. */
    void (*stream)(const cim_host *host, uint64_t number, cim_rng *rng);

    /* A further ability by id ("cim.progress/1"), or NULL when this host has none such. */
    const void *(*extension)(const cim_host *host, const char *id);
};
#endif
