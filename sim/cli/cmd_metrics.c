#include "analysis/table.h"
#include "cli.h"

#include "models/models.h"
#include "sim/core/nearest.h"

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

static void add_rows(ds_table *table, const char *model, const ds_metric *m, const char *kind)
{
    for (; m && m->name; m++) {
        ds_table_text(table, model);
        ds_table_text(table, m->name);
        ds_table_text(table, m->unit);
        ds_table_text(table, kind ? kind : ds_metric_kind_name(m->kind));
        ds_table_text(table, m->doc);
    }
}

/* One table of all models that were asked for. */
static bool print_csv(const char *only, ds_status *st)
{
    static const ds_table_column columns[] = {
        {"model", "model", NULL, false},     {"metric", "metric", NULL, false},
        {"unit", "unit", NULL, false},       {"kind", "kind", NULL, false},
        {"meaning", "meaning", NULL, false}, {0}};
    ds_table table;
    ds_table_begin(&table, "metrics", NULL, columns);
    for (const ds_model *const *m = ds_models; *m; m++)
        if (!only || strcmp(only, (*m)->name) == 0) {
            add_rows(&table, (*m)->name, (*m)->metrics, NULL);
            add_rows(&table, (*m)->name, (*m)->outcomes, "outcome");
        }
    const bool ok = ds_table_print(stdout, &table, DS_TABLE_CSV, st);
    ds_table_free(&table);
    return ok;
}

bool ds_cmd_metrics(const ds_args *args, ds_status *st)
{
    bool any = false;
    ds_nearest nearest = ds_nearest_to(args->model ? args->model : "");
    for (const ds_model *const *m = ds_models; *m; m++) {
        ds_nearest_try(&nearest, (*m)->name);
        if (args->model && strcmp(args->model, (*m)->name) != 0)
            continue;
        if (any && !args->csv)
            printf("\n");
        if (!args->csv)
            print_model(*m);
        any = true;
    }
    if (any)
        return !args->csv || print_csv(args->model, st);
    return ds_fail(st, DS_E_USAGE, "unknown model '%.60s'%s", args->model,
                   ds_nearest_or(&nearest, "; 'diemsim metrics' lists them"));
}
