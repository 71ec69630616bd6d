/* A layer's weights on arrays. */
#include <cim_chip/mapping.h>
#include <math.h>

/* Arrays of one copy, and how groups share them. */
static void place(cim_mapping *m, const cim_array *a) {
    const double rows = a->rows, columns = a->columns;
    m->groups_per_array = 1;
    m->row_blocks = ceil(m->rows / rows);
    m->column_blocks = ceil(m->columns / columns);
    if (m->groups > 1 && m->rows <= rows && m->columns <= columns) {
        const double fit = fmin(floor(rows / m->rows), floor(columns / m->columns));
        m->groups_per_array = fmin(fit, m->groups);
    }
    m->arrays = ceil(m->groups / m->groups_per_array) * m->row_blocks * m->column_blocks;
    m->used_cells = m->groups * m->rows * m->columns;
}

/* Rounds and events of one input vector. */
static void count(cim_mapping *m, const cim_array *a) {
    const double at_once = a->rows_at_once, array_rows = a->rows;
    const double full_rows = fmin(m->rows, array_rows);
    const double last_rows = m->rows - (m->row_blocks - 1) * array_rows;
    const double row_groups = ceil(full_rows / at_once);
    const double all_row_groups = (m->row_blocks - 1) * row_groups + ceil(last_rows / at_once);
    /* Groups on a diagonal that fit among the rows read at once are read together. */
    const double together = fmin(fmax(1, floor(at_once / m->rows)), m->groups_per_array);
    const double columns = fmin(m->columns, a->columns) * together;
    m->rounds = m->steps * row_groups * ceil(m->groups_per_array / together) *
                ceil(columns / cim_array_adcs(a));
    m->row_events = m->steps * m->groups * m->rows * m->column_blocks * m->inside;
    m->conversions = m->steps * m->groups * m->columns * all_row_groups;
    m->cell_events = m->steps * m->used_cells * m->inside;
}

/* A window moves by the stride and keeps the rest of its columns in the row registers. */
static double fresh_share(const cim_layer *l) {
    const double kernel = l->kernel_width, step = fmin(l->stride_width, kernel);
    return (kernel + (l->out_width - 1.0) * step) / (l->out_width * kernel);
}

typedef struct axis { uint32_t in, out, kernel, stride, dilation, pad; } axis;

/* Share of all taps of all windows along an axis that lie within the input. */
static double inside(axis a) {
    int64_t taps = 0;
    const int64_t stride = a.stride ? a.stride : 1, dilation = a.dilation ? a.dilation : 1;
    for (int64_t k = 0; k < a.kernel; ++k) {   /* windows o with 0 <= o stride - before < in */
        const int64_t before = (int64_t)a.pad - k * dilation, past = before + a.in;
        const int64_t first = before > 0 ? (before + stride - 1) / stride : 0;
        const int64_t end = past > 0 ? (past + stride - 1) / stride : 0;
        const int64_t last = end < a.out ? end : a.out;
        taps += last > first ? last - first : 0;
    }
    return (double)taps / ((double)a.out * a.kernel);
}

/* Windows further apart than they are long leave inputs out (a 1x1 kernel of stride 2). */
static double touched(axis a) {
    if (a.dilation > 1 || a.stride <= a.kernel) return 1;
    return fmin(1, (double)a.out * a.kernel / a.in);
}

static axis down(const cim_layer *l) {
    return (axis){l->in_height, l->out_height, l->kernel_height, l->stride_height,
                  l->dilation_height, l->pad_top};
}

static axis across(const cim_layer *l) {
    return (axis){l->in_width, l->out_width, l->kernel_width, l->stride_width,
                  l->dilation_width, l->pad_left};
}

static double inside_share(const cim_layer *l) {
    if (!(l->pad_top | l->pad_bottom | l->pad_left | l->pad_right)) return 1;
    return inside(down(l)) * inside(across(l));
}

cim_mapping cim_map_layer(const cim_layer *l, const cim_array *a, uint32_t weight_bits,
                          uint32_t input_bits) {
    cim_mapping m = {0};
    m.groups = l->groups;
    m.slices = (weight_bits + a->cell_bits - 1) / a->cell_bits;
    m.rows = (double)l->kernel_height * l->kernel_width * (l->in_channels / l->groups);
    m.columns = (l->out_channels / l->groups) * m.slices;
    m.positions = (double)l->out_height * l->out_width;
    m.steps = (input_bits + a->dac_bits - 1) / a->dac_bits;
    m.fresh_share = fresh_share(l);
    m.inside = inside_share(l);
    m.touched = touched(down(l)) * touched(across(l));
    place(&m, a);
    count(&m, a);
    return m;
}
