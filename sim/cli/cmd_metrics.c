#include "cli.h"

#include "models/models.h"
#include "sim/io/nearest.h"

#include <string.h>

static void print_rows(const ds_metric *table, const char *kind)
{
    for (const ds_metric *m = table; m && m->name; m++)
        printf("%-22s %-10s %-8s %s\n", m->name, m->unit,
               kind ? kind : ds_metric_kind_name(m->kind), m->doc);
}

static void print_model(const ds_model *model)
{
    printf("model %s: %s\n\n%-22s %-10s %-8s %s\n", model->name, model->doc, "metric", "unit",
           "kind", "meaning");
    print_rows(model->metrics, NULL);
    print_rows(model->outcomes, "outcome");
}

bool ds_cmd_metrics(const ds_args *args, ds_status *st)
{
    bool any = false;
    ds_nearest nearest = ds_nearest_to(args->model ? args->model : "");
    for (const ds_model *const *m = ds_models; *m; m++) {
        ds_nearest_try(&nearest, (*m)->name);
        if (args->model && strcmp(args->model, (*m)->name) != 0)
            continue;
        if (any)
            printf("\n");
        print_model(*m);
        any = true;
    }
    if (any)
        return true;
    return ds_fail(st, DS_E_USAGE, "unknown model '%.60s'%s%s%s", args->model,
                   nearest.best ? ", did you mean '" : "", nearest.best ? nearest.best : "",
                   nearest.best ? "'?" : "");
}
