/* Whether the libraries of this program compute with sim/core/real.h, see libm.c. */
#ifndef DS_CORE_LIBM_H
#define DS_CORE_LIBM_H

#include <stdbool.h>

/* By what GSL makes of 4,000 arguments: of the C library's exp, log and pow one value in 1,000 to
 * 2,000 is another. */
bool ds_libm_is_ours(void);

#endif
