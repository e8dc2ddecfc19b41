/* What results are called beside each other: as short as tells them apart. */
#ifndef DS_ANALYSIS_NAMES_H
#define DS_ANALYSIS_NAMES_H

#include "sim/io/pool.h"

#include <stddef.h>

/* By their files, without folders and endings where these tell nothing. */
const char *const *ds_names_of_files(ds_pool *pool, const char *const *paths, size_t count);

#endif
