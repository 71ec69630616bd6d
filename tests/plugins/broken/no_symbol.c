/* A shared object that is no plug-in. */
#include <cim/abi.h>

CIM_EXPORT int no_symbol_at_all(void);
int no_symbol_at_all(void) { return 0; }
