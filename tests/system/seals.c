/* Whether files of results, parts and shards are whole, for scripts: seals FILE...
 * Gives files a seal, so that they look whole: seals --add FILE... */
#include "sim/io/crate.h"
#include "sim/io/hdf.h"
#include "sim/io/sealed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_shard(const char *path, ds_status *st)
{
    char *bytes = NULL;
    size_t size = 0, found;
    const bool ok = ds_file_load(path, &bytes, &size, st) &&
                    ((bytes && ds_crate_find(bytes, size, "identity", &found)) ||
                     ds_fail(st, DS_E_DATA, "'%s' is no shard", path));
    free(bytes);
    return ok;
}

static bool is_whole(const char *path)
{
    ds_status st = {0};
    ds_hdf *file = NULL;
    const char *const ending = strrchr(path, '.');
    const bool shard = ending && strcmp(ending, ".shard") == 0;
    const bool ok = shard ? is_shard(path, &st) : ds_hdf_open(&file, path, &st);
    ds_hdf_close(file);
    if (!ok)
        fprintf(stderr, "%s\n", st.text);
    return ok;
}

static bool add(const char *path)
{
    ds_status st = {0};
    const bool ok = ds_file_seal(path, &st);
    if (!ok)
        fprintf(stderr, "%s\n", st.text);
    return ok;
}

int main(int argc, char **argv)
{
    const bool adds = argc > 1 && strcmp(argv[1], "--add") == 0;
    bool ok = true;
    for (int i = adds ? 2 : 1; i < argc; i++)
        ok = (adds ? add(argv[i]) : is_whole(argv[i])) && ok;
    return ok ? 0 : 1;
}
