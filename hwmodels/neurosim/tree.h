/* tree.h: adder trees as the reference builds them. */
#ifndef NEUROSIM_TREE_H
#define NEUROSIM_TREE_H

#include "subarray.h"

/* A bank of trees that add up to `inputs` numbers of `bits` bits. */
typedef struct ns_tree {
    double inputs, bits, trees;
    int odd;                            /* numbers left over at a stage are added later          */
    double adder_j[2], adder_leak_w[2]; /* of one adder: constant and per bit                    */
    double first_s, next_s;             /* a whole adder; what each further stage adds           */
    double area_m2;
} ns_tree;

ns_tree ns_tree_make(const ns_subarray *s, double inputs, double bits, double trees);

/* The same tree when the numbers are `fewer` bits narrower: its energy. */
static inline ns_tree ns_tree_narrower(const ns_tree *tree, double fewer) {
    ns_tree t = *tree;
    t.bits -= fewer;
    return t;
}

/* Stages of a tree over `used` numbers, 0 for one. */
double ns_tree_stages(double used);

/* Delay, energy of one sum in every tree at activity 1, and leakage, when `used` of the inputs are
 * in use. */
double ns_tree_delay_s(const ns_tree *tree, double used);
double ns_tree_energy_j(const ns_tree *tree, double used);
double ns_tree_leakage_w(const ns_tree *tree, double used);
#endif
