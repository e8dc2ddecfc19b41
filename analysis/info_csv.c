#include "info.h"

#include "band.h"
#include "table.h"

static const ds_table_column metric_columns[] = {
    {"point", NULL, NULL, true}, {"label", NULL, NULL, false},     {"metric", NULL, NULL, false},
    {"unit", NULL, NULL, false}, {"kind", NULL, NULL, false},      {"time", NULL, NULL, true},
    {"mean", NULL, NULL, true},  {"half_width", NULL, NULL, true}, {"q05", NULL, NULL, true},
    {"q25", NULL, NULL, true},   {"q50", NULL, NULL, true},        {"q75", NULL, NULL, true},
    {"q95", NULL, NULL, true},   {"replicas", NULL, NULL, true},   {0},
};
static const ds_table_column outcome_columns[] = {
    {"point", NULL, NULL, true},
    {"label", NULL, NULL, false},
    {"outcome", NULL, NULL, false},
    {"unit", NULL, NULL, false},
    {"mean", NULL, NULL, true},
    {"half_width", NULL, NULL, true},
    {"q05", NULL, NULL, true},
    {"q25", NULL, NULL, true},
    {"q50", NULL, NULL, true},
    {"q75", NULL, NULL, true},
    {"q95", NULL, NULL, true},
    {"replicas", NULL, NULL, true},
    {0},
};

static void put_point(ds_table *t, const ds_case *c, const ds_variable *v)
{
    ds_table_number(t, (double)c->point, 1);
    ds_table_text(t, c->label);
    ds_table_text(t, v->name);
    ds_table_text(t, v->unit);
}

static void put_spread(ds_table *t, const ds_spread *s)
{
    ds_table_number(t, s->mean, 1);
    ds_table_number(t, s->half, 1);
    for (size_t q = 0; q < DS_BAND_QUANTILES; q++)
        ds_table_number(t, s->quantile[q], 1);
    ds_table_number(t, (double)s->count, 1);
}

static bool metrics(ds_table *t, const ds_case *c, ds_status *st)
{
    for (size_t i = 0; i < c->about->variables; i++) {
        const ds_variable *const v = &c->about->variable[i];
        ds_band band;
        if (!ds_band_read(&band, c, v->name, st))
            return false;
        ds_spread end;
        const bool ok = ds_band_ending(&end, &band, c, st);
        ds_band_free(&band);
        if (!ok)
            return false;
        put_point(t, c, v);
        ds_table_text(t, v->kind);
        ds_table_number(t, c->about->time[c->about->times - 1], 1);
        put_spread(t, &end);
    }
    return true;
}

static bool outcomes(ds_table *t, const ds_case *c, ds_status *st)
{
    for (size_t i = 0; i < c->about->outcomes; i++) {
        ds_spread spread;
        if (!ds_outcome_spread(&spread, c, c->about->outcome[i].name, st))
            return false;
        put_point(t, c, &c->about->outcome[i]);
        put_spread(t, &spread);
    }
    return true;
}

static bool fill(ds_table *t, const ds_info_request *q,
                 bool (*rows)(ds_table *t, const ds_case *c, ds_status *st), ds_status *st)
{
    for (size_t i = 0; i < q->count; i++) {
        ds_case c;
        if (!ds_case_of(&c, q->result, q->first + i, st) || !rows(t, &c, st))
            return false;
    }
    return true;
}

static bool print(FILE *out, ds_table *t, ds_status *st)
{
    fprintf(out, "# %s\r\n", t->name);
    return ds_table_print(out, t, DS_TABLE_CSV, st);
}

bool ds_info_csv(FILE *out, const ds_info_request *request, ds_status *st)
{
    ds_table at_end, of_replicas;
    ds_table_begin(&at_end, "metrics", NULL, metric_columns);
    ds_table_begin(&of_replicas, "outcomes", NULL, outcome_columns);
    const bool ok = fill(&at_end, request, metrics, st) &&
                    fill(&of_replicas, request, outcomes, st) && print(out, &at_end, st) &&
                    print(out, &of_replicas, st);
    ds_table_free(&at_end);
    ds_table_free(&of_replicas);
    return ok;
}
