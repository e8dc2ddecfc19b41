#include "answer.h"
bool ds_cmd_sensitivity(const ds_args *args, ds_status *st)
{
    (void)args;
    return ds_fail(st, DS_E_USAGE, "not yet");
}
