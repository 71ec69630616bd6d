/* Keys of a libconfig file that fill a struct; private to the library. See data_file.h. */
#ifndef CIM_CIRCUIT_DATA_KEYS_H
#define CIM_CIRCUIT_DATA_KEYS_H

#include <cim/host.h>
#include <cim_sdk/text.h>
#include <libconfig.h>
#include <stddef.h>

typedef struct data_file {
    const cim_host *host;
    const char *name;              /* of the file, for messages                                  */
    const char *what;              /* "process", "cell"                                          */
    config_t config;
    const config_setting_t *group; /* that is read: the file's top, or a group in it              */
} data_file;

/* Is a key needed? BORROWED: no, another struct has it; see data_borrow(). */
enum { DATA_OPTIONAL = 0, DATA_NEEDED = 1, DATA_BORROWED = 2 };

/* n numbers, `step` bytes apart, of which the first is at `at` in the struct that is filled. */
typedef struct data_key {
    const char *name;
    size_t at, step;
    uint32_t n, needed;
    double min, max;
} data_key;

#define DATA_COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

/* Reads the file at PATH, a WHAT, and has it taken into INTO. */
cim_status data_read(const cim_host *host, const char *path, const char *what,
                     cim_status (*take)(const data_file *f, void *into), void *into);

/* CIM_E_CONFIG: FILE:LINE: why. Line 0: none. */
CIM_PRINTF(3, 4)
cim_status data_refuse(const data_file *f, uint32_t line, const char *format, ...);

uint32_t data_line(const config_setting_t *s);
const config_setting_t *data_member(const data_file *f, const char *name);

/* Every key of the group is one of KEYS or OTHERS. */
cim_status data_known(const data_file *f, const data_key *keys, uint32_t n,
                      const char *const *others, uint32_t n_others);
/* A number s, called NAME in messages. */
cim_status data_number(const data_file *f, const config_setting_t *s, const char *name, double min,
                       double max, double *out);
/* All numbers of KEYS that are there, into a struct; refuses if a needed one is not. */
cim_status data_numbers(const data_file *f, const data_key *keys, uint32_t n, void *into);
/* What KEYS mark as BORROWED and the file does not have: as it is in FROM. */
void data_borrow(const data_file *f, const data_key *keys, uint32_t n, const void *from,
                 void *into);
/* One of n words; *out is its index. */
cim_status data_word(const data_file *f, const char *name, const char *const *words, uint32_t n,
                     uint32_t *out);
/* The text "source", which every file has. */
cim_status data_source(const data_file *f);
#endif
