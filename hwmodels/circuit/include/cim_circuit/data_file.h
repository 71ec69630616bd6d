/* cim_circuit/data_file.h: a process or a memory cell from a libconfig file, so that a new node or
 * a cell of a known kind needs no compiler. Keys: README.md; examples: configs/technologies, cells.
 *
 *     cim_process p;
 *     const cim_status status = cim_process_read(host, path, &p);
 *     if (status != CIM_OK) return status;         host->fail() has said why
 *
 * Strict: a key that is unknown, missing, of the wrong type or out of range is CIM_E_CONFIG with
 * file, line, key and rule; a file that cannot be read is CIM_E_FILE. *out is set only with CIM_OK,
 * and holds no pointer. A program that calls these links libconfig. */
#ifndef CIM_CIRCUIT_DATA_FILE_H
#define CIM_CIRCUIT_DATA_FILE_H

#include <cim/host.h>
#include <cim_circuit/cell.h>
#include <cim_circuit/technology.h>

#ifdef __cplusplus
extern "C" {
#endif
cim_status cim_process_read(const cim_host *host, const char *path, cim_process *out);
cim_status cim_cell_read(const cim_host *host, const char *path, cim_cell *out);
#ifdef __cplusplus
}
#endif
#endif
