/* The builder's storage: begins a network, keeps its layers, finishes it. What each kind of layer
 * does to shapes is in layers.c. */
#include <string.h>

#include "builder.h"

/* ---- memory ---------------------------------------------------------------------------------- */

/* Makes room for MORE items of SIZE bytes behind the last. False: out of memory, and recorded. */
static int reserve(cim_builder *b, block *k, uint64_t more, size_t size) {
    const uint64_t wanted = k->n + more;
    if (wanted <= k->capacity) return 1;
    const uint64_t capacity = wanted < 32 ? 64 : 2 * wanted;
    void *items = capacity <= UINT32_MAX ? b->host->alloc(b->host, (size_t)capacity, size) : NULL;
    if (!items) {
        b->status = CIM_E_MEMORY;
        snprintf(b->error, sizeof b->error, "out of memory while the network is built");
        return 0;
    }
    if (k->n) memcpy(items, k->items, k->n * size);
    b->host->release(b->host, k->items);
    k->items = items;
    k->capacity = (uint32_t)capacity;
    return 1;
}

uint32_t cim_builder_text(cim_builder *b, const char *scope, const char *text) {
    if (!text) return NOTHING;
    const size_t before = scope ? strlen(scope) + 1 : 0, length = strlen(text) + 1;
    if (!reserve(b, &b->text, (uint64_t)before + length, 1)) return NOTHING;
    const uint32_t start = b->text.n;
    char *to = (char *)b->text.items + start;
    if (scope) {
        memcpy(to, scope, before - 1);
        to[before - 1] = '.';
    }
    memcpy(to + before, text, length);
    b->text.n += (uint32_t)(before + length);
    return start;
}

static const char *text_at(const cim_builder *b, uint32_t position) {
    return position == NOTHING ? NULL : (const char *)b->text.items + position;
}

cim_status cim_builder_new(const cim_host *host, cim_builder **builder) {
    cim_builder *b = host->alloc(host, 1, sizeof *b);
    if (!b) return host->fail(host, CIM_E_MEMORY, "out of memory");
    b->host = host;
    b->plain = (cim_layer){.kernel_height = 1,
                           .kernel_width = 1,
                           .stride_height = 1,
                           .stride_width = 1,
                           .dilation_height = 1,
                           .dilation_width = 1,
                           .groups = 1};
    b->status = CIM_E_ARGUMENT;
    snprintf(b->error, sizeof b->error, "cim_build_begin() has not been called");
    *builder = b;
    return CIM_OK;
}

void cim_builder_free(cim_builder *builder) {
    if (!builder) return;
    const cim_host *host = builder->host;
    block *all[] = {&builder->layers,   &builder->places, &builder->statistics, &builder->inputs,
                    &builder->elements, &builder->text,   &builder->slots};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; ++i) host->release(host, all[i]->items);
    host->release(host, builder);
}

/* ---- errors ---------------------------------------------------------------------------------- */

void cim_builder_refuse(cim_builder *b, const char *name, const char *format, ...) {
    if (b->status != CIM_OK) return;
    b->status = CIM_E_CONFIG;
    const char *network = text_at(b, b->name), *scope = name && b->scope ? b->scope : "";
    const int n =
        snprintf(b->error, sizeof b->error, "network %s%s%s%s%s: ", network ? network : "",
                 name ? ", layer " : "", scope, *scope ? "." : "", name ? name : "");
    if (n < 0 || (size_t)n >= sizeof b->error) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(b->error + n, sizeof b->error - (size_t)n, format, arguments);
    va_end(arguments);
}

/* ---- network --------------------------------------------------------------------------------- */

void cim_build_begin(cim_builder *b, const cim_network *head) {
    block *all[] = {&b->layers, &b->places, &b->statistics, &b->inputs, &b->elements, &b->text};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; ++i) all[i]->n = 0;
    b->status = CIM_OK;
    b->scope = NULL;
    b->network = *head;
    b->network.struct_size = sizeof b->network;
    b->network.layers = (cim_layer_table){NULL, 0, sizeof(cim_layer)};
    if (++b->number == 0) { /* after 2^32 networks the marks of old ones would look new */
        if (b->slots.items) memset(b->slots.items, 0, b->slots.n * sizeof(uint32_t));
        b->number = 1;
    }
    b->name = cim_builder_text(b, NULL, head->name);
    b->dataset = cim_builder_text(b, NULL, head->dataset);
    b->trained = cim_builder_text(b, NULL, head->trained);
    if (!head->name || !*head->name) cim_builder_refuse(b, NULL, "it has no name");
    if (!head->in_channels || !head->in_height || !head->in_width)
        cim_builder_refuse(b, NULL, "its input is %u x %u x %u; the least is 1 x 1 x 1",
                           head->in_channels, head->in_height, head->in_width);
}

uint32_t cim_build_count(const cim_builder *b) {
    return b->layers.n;
}

void cim_build_scope(cim_builder *b, const char *scope) {
    b->scope = scope;
}

cim_shape cim_build_shape(const cim_builder *b, uint32_t layer) {
    if (b->status != CIM_OK) return (cim_shape){0, 0, 0};
    if (layer == CIM_FROM_INPUT)
        return (cim_shape){b->network.in_channels, b->network.in_height, b->network.in_width};
    if (layer >= b->layers.n) return (cim_shape){0, 0, 0};
    const cim_layer *l = (const cim_layer *)b->layers.items + layer;
    return (cim_shape){l->out_channels, l->out_height, l->out_width};
}

void cim_build_element(cim_builder *b, uint32_t first, uint32_t set, uint32_t element) {
    if (b->status != CIM_OK) return;
    const uint32_t n_sets = b->network.index_sets.n;
    if (set >= n_sets) {
        cim_builder_refuse(b, NULL, "index set %u: it has only %u", set, n_sets);
        return;
    }
    const cim_index_set *s = CIM_ROW(cim_index_set, b->network.index_sets, set);
    if (element >= s->size || element > INT32_MAX) {
        cim_builder_refuse(b, NULL, "%s has no element %u: its size is %u", s->name, element,
                           s->size);
        return;
    }
    int32_t *elements = b->elements.items;
    for (uint32_t i = first; i < b->layers.n; ++i)
        elements[(size_t)i * n_sets + set] = (int32_t)element;
}

/* Bits of the input of layer I, or of the nearest one before it that states them. */
static uint32_t stated_bits(const cim_builder *b, uint32_t i) {
    const cim_layer *layers = b->layers.items;
    const place *places = b->places.items;
    const uint32_t *inputs = b->inputs.items;
    while (!layers[i].input_bits) {
        i = inputs[places[i].first_input];
        if (i == CIM_FROM_INPUT) return b->network.input_bits;
    }
    return layers[i].input_bits;
}

/* Readers come after what they read, so one pass from the end settles all bits. */
static void settle_bits(cim_builder *b, uint32_t output_bits) {
    cim_layer *layers = b->layers.items;
    const place *places = b->places.items;
    uint32_t wanted_input = 0;
    for (uint32_t i = b->layers.n; i-- > 0;) {
        cim_layer *l = &layers[i];
        const uint32_t *inputs = (const uint32_t *)b->inputs.items + places[i].first_input;
        if (!l->output_bits) l->output_bits = output_bits ? output_bits : stated_bits(b, i);
        if (!l->input_bits) l->input_bits = l->output_bits;
        if (!l->input_bits || l->output_bits > CIM_BUILDER_MAX_BITS) {
            b->scope = NULL;
            cim_builder_refuse(b, text_at(b, places[i].name),
                               "its output has %u bits; it must be 1..%u", l->output_bits,
                               CIM_BUILDER_MAX_BITS);
            return;
        }
        for (uint32_t k = 0; k < l->n_inputs; ++k) {
            uint32_t *wanted =
                inputs[k] == CIM_FROM_INPUT ? &wanted_input : &layers[inputs[k]].output_bits;
            if (*wanted < l->input_bits) *wanted = l->input_bits;
        }
    }
    if (!b->network.input_bits) b->network.input_bits = wanted_input;
}

cim_status cim_build_end(cim_builder *b, uint32_t output_bits, const cim_network **network) {
    if (b->status == CIM_OK && !b->layers.n) cim_builder_refuse(b, NULL, "it has no layers");
    if (b->status == CIM_OK) settle_bits(b, output_bits);
    if (b->status != CIM_OK) return b->host->fail(b->host, b->status, b->error);
    const uint32_t n_sets = b->network.index_sets.n;
    cim_layer *layers = b->layers.items;
    const place *places = b->places.items;
    for (uint32_t i = 0; i < b->layers.n; ++i) {
        layers[i].name = text_at(b, places[i].name);
        layers[i].tensor = text_at(b, places[i].tensor);
        layers[i].inputs = (const uint32_t *)b->inputs.items + places[i].first_input;
        if (n_sets) layers[i].elements = (const int32_t *)b->elements.items + (size_t)i * n_sets;
        if (places[i].has_statistics)
            layers[i].statistics = (const cim_layer_statistics *)b->statistics.items + i;
    }
    b->network.name = text_at(b, b->name);
    b->network.dataset = text_at(b, b->dataset);
    b->network.trained = text_at(b, b->trained);
    b->network.layers.rows = layers;
    b->network.layers.n = b->layers.n;
    *network = &b->network;
    return CIM_OK;
}

/* ---- layers ---------------------------------------------------------------------------------- */

static int slot_is_free(cim_builder *b, const char *name, uint32_t slot) {
    if (slot >= CIM_MAX_LAYERS) {
        cim_builder_refuse(b, name, "slot %u: it must be below %u", slot, CIM_MAX_LAYERS);
        return 0;
    }
    if (slot >= b->slots.n) {
        const uint32_t more = slot + 1 - b->slots.n;
        if (!reserve(b, &b->slots, more, sizeof(uint32_t))) return 0;
        memset((uint32_t *)b->slots.items + b->slots.n, 0, more * sizeof(uint32_t));
        b->slots.n = slot + 1;
    }
    uint32_t *used_by = (uint32_t *)b->slots.items + slot;
    if (*used_by == b->number) {
        cim_builder_refuse(b, name, "slot %u is taken by another layer", slot);
        return 0;
    }
    *used_by = b->number;
    return 1;
}

static int may_append(cim_builder *b, const char *name, uint32_t slot, const uint32_t *from,
                      uint32_t n) {
    if (b->status != CIM_OK) return 0;
    if (!name || !*name) cim_builder_refuse(b, name, "layer %u has no name", b->layers.n);
    if (b->layers.n >= CIM_MAX_LAYERS)
        cim_builder_refuse(b, name, "more than %u layers", CIM_MAX_LAYERS);
    if (!n) cim_builder_refuse(b, name, "it has no input");
    for (uint32_t k = 0; k < n; ++k)
        if (from[k] != CIM_FROM_INPUT && from[k] >= b->layers.n)
            cim_builder_refuse(b, name, "its input %u is not among the %u layers before it",
                               from[k], b->layers.n);
    const uint32_t n_sets = b->network.index_sets.n;
    return b->status == CIM_OK && slot_is_free(b, name, slot) &&
           reserve(b, &b->layers, 1, sizeof(cim_layer)) &&
           reserve(b, &b->places, 1, sizeof(place)) &&
           reserve(b, &b->statistics, 1, sizeof(cim_layer_statistics)) &&
           reserve(b, &b->inputs, n, sizeof(uint32_t)) &&
           reserve(b, &b->elements, n_sets, sizeof(int32_t));
}

cim_layer *cim_builder_append(cim_builder *b, uint32_t op, const char *name, uint32_t slot,
                              const uint32_t *from, uint32_t n) {
    if (!may_append(b, name, slot, from, n)) return NULL;
    const uint32_t text = cim_builder_text(b, b->scope, name), n_sets = b->network.index_sets.n;
    if (b->status != CIM_OK) return NULL;
    const cim_shape in = cim_build_shape(b, from[0]);
    cim_layer *l = (cim_layer *)b->layers.items + b->layers.n;
    *l = b->plain;
    l->op = op;
    l->slot = slot;
    l->in_channels = l->out_channels = in.channels;
    l->in_height = l->out_height = in.height;
    l->in_width = l->out_width = in.width;
    l->n_inputs = n;
    ((place *)b->places.items)[b->layers.n] = (place){text, NOTHING, b->inputs.n, 0};
    memcpy((uint32_t *)b->inputs.items + b->inputs.n, from, n * sizeof *from);
    int32_t *elements = b->elements.items;
    for (uint32_t s = 0; s < n_sets; ++s) elements[b->elements.n++] = -1;
    b->inputs.n += n;
    ++b->places.n;
    ++b->statistics.n;
    ++b->layers.n;
    return l;
}
