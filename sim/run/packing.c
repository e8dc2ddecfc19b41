#include "packing.h"

#include "sim/io/chunk.h"
#include "sim/io/experiment.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS_MOST = 4096, ROWS_LEAST = 64 };

const double ds_packing_usual = 0.45;
/* A piece of a result holds the series of many replicas: what deflate spends on each piece is
 * spread over them, and then this is the least. */
static const double bytes_of_piece = 55, least = 0.003;

bool ds_packing_open(ds_packing *packing, const ds_experiment *x, ds_status *st)
{
    *packing = (ds_packing){.experiment = x};
    packing->room = x->times < ROWS_MOST ? x->times : ROWS_MOST;
    packing->kept = calloc(ds_metric_count(x->metrics) * packing->room + 1, sizeof *packing->kept);
    return packing->kept || ds_fail(st, DS_E_SYSTEM, "no memory for %zu times", packing->room);
}

void ds_packing_close(ds_packing *packing)
{
    free(packing->kept);
    *packing = (ds_packing){0};
}

void ds_packing_add(ds_packing *packing, const double *row)
{
    const size_t metrics = ds_metric_count(packing->experiment->metrics);
    if (packing->rows == packing->room)
        return;
    for (size_t m = 0; m < metrics; m++)
        packing->kept[m * packing->room + packing->rows] = row[m];
    packing->rows++;
}

static bool pack_series(ds_packing *packing, size_t metric, ds_status *st)
{
    const double *const series = packing->kept + metric * packing->room;
    const bool wide = packing->experiment->metrics[metric].wide;
    const double floats = (double)packing->rows * sizeof(float);
    float narrow[ROWS_MOST];
    ds_chunk chunk = {0};
    for (size_t i = 0; i < packing->rows; i++)
        narrow[i] = isnan(series[i]) ? NAN : (float)series[i];
    const bool ok = ds_chunk_pack(&chunk, wide ? (const void *)series : narrow, packing->rows,
                                  wide ? sizeof *series : sizeof *narrow, st);
    packing->before += floats;
    packing->after += fmax(least * floats, (double)chunk.size - bytes_of_piece);
    free(chunk.bytes);
    return ok;
}

bool ds_packing_end(ds_packing *packing, ds_status *st)
{
    const ds_experiment *const x = packing->experiment;
    const size_t metrics = ds_metric_count(x->metrics);
    bool ok = true;
    for (size_t m = 0; ok && m < metrics && packing->rows >= ROWS_LEAST; m++)
        ok = !ds_experiment_records(x, m) || pack_series(packing, m, st);
    packing->rows = 0;
    return ok;
}

double ds_packing_share(const ds_packing *packing)
{
    return packing->before > 0 ? packing->after / packing->before : ds_packing_usual;
}
