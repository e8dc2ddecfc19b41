#include "stress.h"
bool ds_stress_break(const ds_args *args, ds_status *st)
{
    (void)args;
    return ds_fail(st, DS_E_BUG, "not yet");
}
