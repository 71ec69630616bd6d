/* Nine tenths of its cells are stuck, twice over. */
#include "good_hwmodel.h"

static cim_status nonidealities(void *self, const cim_network *n, const cim_values *values,
                                cim_nonideality_rows out) {
    (void)self, (void)values;
    for (uint32_t i = 0; i < out.n; i++) {
        const cim_layer *l = CIM_ROW(cim_layer, n->layers, i);
        cim_nonideality *row = (void *)((char *)out.rows + (size_t)i * out.row_size);
        if (!l->weight_bits) continue;
        *row = (cim_nonideality){.weight_mapping = CIM_MAPPING_OFFSET, .cell_bits = 1,
                                 .weight_bits = l->weight_bits, .input_bits = l->input_bits,
                                 .dac_bits = 1, .array_rows = 128, .array_columns = 128,
                                 .rows_at_once = 128, .stuck_on_share = 1.8};
    }
    return CIM_OK;
}
#define NONIDEALITIES nonidealities

#include "good_hwmodel_end.h"
