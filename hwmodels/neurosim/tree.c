/* [Q] Odd numbers are lost at every stage, and all trees of the bank switch at every sum. */
#include "tree.h"
#include <cim_circuit/adder.h>
#include <math.h>

static const cim_side anywhere = {0, 0};

/* Sum over the adders of a tree of constant + per_bit x bits. */
static double sum_of_adders(const ns_tree *tree, double used, const double linear[2]) {
    double sum = 0, left = used;
    const double stages = ns_tree_stages(used);
    for (double stage = 0; stage < stages; ++stage) {
        const double adders = floor(left / 2);
        sum += adders * (linear[0] + linear[1] * (tree->bits + stage));
        left = tree->odd ? left - adders : adders;
    }
    return sum * tree->trees;
}

/* Its sums drive nothing [Q]. */
static double adder_delay_s(const cim_technology *t, double bits) {
    return cim_ripple_adders(t, bits, 1, anywhere, 0).delay_s;
}

/* A further stage takes two bits' time. [Q] The last carry has the slope of one that came through
 * a bit in between, which two bits do not have: longer adders less the time of the bits between. */
ns_tree ns_tree_make(const ns_subarray *s, double inputs, double bits, double trees) {
    const cim_technology *t = &s->technology;
    ns_tree tree = {.inputs = inputs, .bits = bits, .trees = trees,
                    .odd = s->parameters.without[NS_ODD_NUMBERS]};
    const cim_block one = cim_ripple_adders(t, 1, 1, anywhere, 0);
    const cim_block two = cim_ripple_adders(t, 2, 1, anywhere, 0);
    tree.adder_j[1] = two.energy_j - one.energy_j;
    tree.adder_j[0] = one.energy_j - tree.adder_j[1];
    tree.adder_leak_w[1] = one.leakage_w;
    const double area[2] = {0, one.area_m2};
    tree.area_m2 = sum_of_adders(&tree, inputs, area);
    tree.first_s = adder_delay_s(t, bits);
    tree.next_s = 2 * adder_delay_s(t, 3) - adder_delay_s(t, 4);
    return tree;
}

double ns_tree_stages(double used) { return used > 1 ? ceil(log2(used)) : 0; }

double ns_tree_delay_s(const ns_tree *tree, double used) {
    return tree->first_s + fmax(0, ns_tree_stages(used) - 1) * tree->next_s;
}

double ns_tree_energy_j(const ns_tree *tree, double used) {
    return sum_of_adders(tree, used, tree->adder_j);
}

double ns_tree_leakage_w(const ns_tree *tree, double used) {
    return sum_of_adders(tree, used, tree->adder_leak_w);
}
