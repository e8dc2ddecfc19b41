#include "cli.h"

#include "models/models.h"
#include "sim/core/nearest.h"
#include "sim/io/manual.h"

#include <string.h>

static const char shared[] = "common";

/* Of one model, because a document is about one. */
static bool print_markdown(const char *name, ds_status *st)
{
    if (name && strcmp(name, shared) == 0)
        return ds_manual_common(ds_models[0], stdout, st);
    ds_nearest nearest = ds_nearest_to(name ? name : "");
    ds_nearest_try(&nearest, shared);
    for (const ds_model *const *m = ds_models; *m; m++) {
        if (!name || strcmp((*m)->name, name) == 0)
            return ds_manual_print(*m, stdout, st);
        ds_nearest_try(&nearest, (*m)->name);
    }
    return ds_fail(st, DS_E_USAGE, "unknown model '%.60s'%s", name,
                   ds_nearest_or(&nearest, ", must be a model or 'common'"));
}

bool ds_cmd_schema(const ds_args *args, ds_status *st)
{
    if (args->markdown)
        return print_markdown(args->model, st);
    if (args->model)
        return ds_fail(st, DS_E_USAGE, "'--model' goes with '--markdown'");
    return ds_schema_print(ds_models, stdout, st);
}
