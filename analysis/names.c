#include "names.h"

#include "sim/io/complain.h"

#include <string.h>

static const char *short_name(ds_pool *pool, const char *path)
{
    const char *const slash = strrchr(path, '/'), *const base = slash ? slash + 1 : path;
    const char *const dot = strrchr(base, '.');
    return ds_pool_copy(pool, base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

static bool are_distinct(const char *const *names, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[i], names[k]) == 0)
                return false;
    return true;
}

const char *const *ds_names_of_files(ds_pool *pool, const char *const *paths, size_t count)
{
    const char **const names = ds_pool_take(pool, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = short_name(pool, paths[i]);
    const bool apart = are_distinct(names, count);
    for (size_t i = 0; i < count; i++)
        names[i] = ds_escape(pool, apart ? names[i] : paths[i]);
    return names;
}
