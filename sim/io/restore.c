#include "restore.h"

#include "scenario_rest.h"

#include <stdlib.h>
#include <string.h>

bool ds_scenario_restore(ds_scenario *scenario, const ds_stored_scenario *stored,
                         const ds_model *const *models, ds_status *st)
{
    *scenario = (ds_scenario){0};
    ds_scenario_file *const files = calloc(stored->file_count + 1, sizeof *files);
    if (!files)
        return ds_fail(st, DS_E_SYSTEM, "no memory for the files of a scenario");
    for (size_t i = 0; i < stored->file_count; i++)
        files[i] = (ds_scenario_file){stored->file_names[i], stored->file_texts[i],
                                      strlen(stored->file_texts[i])};
    const ds_scenario_request request = {.path = stored->name,
                                         .text = stored->resolved,
                                         .files = files,
                                         .file_count = stored->file_count,
                                         .natives = stored->natives,
                                         .plugins = stored->plugins,
                                         .models = models};
    bool ok = ds_scenario_load(scenario, &request, st);
    if (ok) {
        ds_scenario_file *const kept =
            ds_pool_take(&scenario->rest->pool, (stored->file_count + 1) * sizeof *kept);
        memcpy(kept, files, stored->file_count * sizeof *kept);
        scenario->source = stored->source;
        scenario->resolved = stored->resolved;
        scenario->files = kept;
        scenario->file_count = stored->file_count;
    }
    free(files);
    return ok;
}
