/* Whether a run fits into the memory of this machine, asked before it begins. */
#ifndef DS_RUN_MEMORY_H
#define DS_RUN_MEMORY_H

#include "sim/core/status.h"

/* Compares with what the system, the process' limits and its control group leave. `threads` have
 * stacks of their own, which count as address space only. */
DS_MUST_CHECK bool ds_memory_check(double bytes, unsigned threads, ds_status *st);

/* Bytes that the narrowest of a process' control groups leaves; infinite: none has a limit. Its
 * groups are those of the file `groups`, in folders below `root`. */
double ds_memory_groups(const char *groups, const char *root);

/* Bytes of memory that the process has now. */
double ds_memory_own(void);

#endif
