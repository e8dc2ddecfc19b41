#include "cli.h"
#include "selftest.h"

#include <string.h>

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "gcc " __VERSION__
#else
#define COMPILER "another compiler"
#endif

#ifdef NDEBUG
#define KIND "release"
#else
#define KIND "debug"
#endif

const char *ds_build(void)
{
    return "C17 " KIND ", " COMPILER;
}

static bool selftest(ds_status *st)
{
    ds_hex digest;
    if (!ds_selftest(digest, st))
        return false;
    if (strcmp(digest, ds_selftest_digest) != 0)
        return ds_fail(st, DS_E_BUG,
                       "the selftest's digest is %s, must be %s: this build computes other numbers "
                       "than version %s does",
                       digest, ds_selftest_digest, DIEMSIM_VERSION);
    printf("selftest   %s, as it must be\n", digest);
    return true;
}

bool ds_cmd_version(const ds_args *args, ds_status *st)
{
    printf("diemsim %s\nbuild      %s\nlibraries  %s\n", DIEMSIM_VERSION, ds_build(),
           DIEMSIM_LIBRARIES);
    return !args->selftest || selftest(st);
}
