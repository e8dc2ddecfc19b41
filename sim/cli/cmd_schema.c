#include "cli.h"

#include "models/models.h"
#include "sim/io/manual.h"

#include <string.h>

/* Of one model, because a document is about one. */
static bool print_markdown(const char *name, ds_status *st)
{
    for (const ds_model *const *m = ds_models; *m; m++)
        if (!name || strcmp((*m)->name, name) == 0)
            return ds_manual_print(*m, stdout, st);
    return ds_fail(st, DS_E_USAGE, "unknown model '%.60s'", name);
}

bool ds_cmd_schema(const ds_args *args, ds_status *st)
{
    if (args->markdown)
        return print_markdown(args->model, st);
    if (args->model)
        return ds_fail(st, DS_E_USAGE, "--model goes with --markdown");
    return ds_schema_print(ds_models, stdout, st);
}
