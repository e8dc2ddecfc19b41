#include "cli.h"
#include "selftest.h"

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

bool ds_cmd_version(const ds_args *args, ds_status *st)
{
    printf("diemsim %s\nbuild      %s\nlibraries  %s\n", DIEMSIM_VERSION, ds_build(),
           DIEMSIM_LIBRARIES);
    return !args->selftest || ds_selftest(st);
}
