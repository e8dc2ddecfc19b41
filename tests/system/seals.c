/* Whether files of results and shards are whole, for scripts: seals FILE... */
#include "sim/io/h5.h"
#include "sim/io/sealed.h"

#include <stdio.h>

static bool is_whole(const char *path)
{
    ds_status st = {0};
    ds_h5 file = 0;
    const bool ok = ds_file_check(path, &st) && ds_h5_open(&file, path, &st);
    ds_h5_drop(&file);
    if (!ok)
        fprintf(stderr, "%s\n", st.text);
    return ok;
}

int main(int argc, char **argv)
{
    bool ok = true;
    for (int i = 1; i < argc; i++)
        ok = is_whole(argv[i]) && ok;
    return ok ? 0 : 1;
}
