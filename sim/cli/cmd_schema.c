#include "cli.h"

#include "models/models.h"

bool ds_cmd_schema(const ds_args *args, ds_status *st)
{
    (void)args;
    return ds_schema_print(ds_models, stdout, st);
}
