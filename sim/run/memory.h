/* How much memory a run may take: the least of the process's limits and what the machine has free. */
#ifndef DS_RUN_MEMORY_H
#define DS_RUN_MEMORY_H

#include <stddef.h>

size_t ds_memory_free(void); /* SIZE_MAX where nothing tells */

#endif
