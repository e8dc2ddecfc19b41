#include "launch.h"

#include "models/models.h"
#include "sim/run/merge.h"

bool ds_cmd_merge(const ds_args *args, ds_status *st)
{
    ds_run_report report;
    char plugins[DS_DATA_ROOM];
    if (!args->output)
        return ds_fail(st, DS_E_USAGE, "missing -o RESULT.h5; see 'diemsim help merge'");
    const ds_merge_request request = {.parts = args->operand,
                                      .part_count = args->count,
                                      .output = args->output,
                                      .natives = args->plugins,
                                      .plugins = ds_data_plugins(plugins),
                                      .force = args->force,
                                      .version = DIEMSIM_VERSION,
                                      .models = ds_models};
    if (!ds_merge_parts(&request, &report, st))
        return false;
    ds_output_warn(&report);
    if (args->quiet)
        return true;
    fprintf(stderr, "%zu part%s, %zu replica%s\n", args->count, args->count == 1 ? "" : "s",
            report.replicas, report.replicas == 1 ? "" : "s");
    ds_output_tell(args->output, &report);
    return true;
}
