/* A process from a file, for models that take one. */
#include <cim_chip/plugin.h>
#include <cim_circuit/data_file.h>
#include <cim_sdk/text.h>

/* technology_nm may be searched, so it is not final here, and every point is checked again; but one
 * value for the whole study is refused before the study starts. */
cim_status cim_chip_read_technology(const cim_host *host, const cim_values *values,
                                    uint32_t technology, uint32_t first,
                                    cim_chip_process *process) {
    const char *path = values->texts[technology];
    const double node_nm = cim_number(values, 0, first + CIM_CHIP_TECHNOLOGY_NM, 0);
    if (!*path) return CIM_OK;
    const cim_status status = cim_process_read(host, path, &process->file);
    if (status != CIM_OK || node_nm == 0 || node_nm == process->file.node_nm) return status;
    return cim_failf(host, CIM_E_CONFIG, "technology_nm = %g: technology = \"%.200s\" is a process "
                     "of %g nm: leave technology_nm out", node_nm, path, process->file.node_nm);
}
