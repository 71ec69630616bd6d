/* choice.h: what one spec of the config (a scalar, an array, a group) lets a parameter be: one
 * number, or a dimension. */
#ifndef CHOICE_H
#define CHOICE_H
#include "space.h"

typedef struct choice {
    bool given;              /* false: a group with only exceptions in it                    */
    bool searched;           /* true: D, without name and owner; false: NUMBER               */
    double number;
    dimension d;
} choice;

/* N is a scalar, an array or list of scalars, or a group with choices, min and max, or value. */
bool choice_read(const cim_param *p, node *n, choice *out, failure *f);
/* A copy of the dimension for one more element. */
dimension choice_dimension(const choice *c);
void choice_free(choice *c);
#endif
