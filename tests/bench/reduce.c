/* Rows of sim/io's reductions: a value added, a cell merged. */
#include "bench.h"

#include "sim/core/dist.h"
#include "sim/io/reduction.h"

#include <math.h>
#include <stdlib.h>

enum { CELLS = 40000, ROUNDS = 16, WARM = 600, VALUES = 4000000 };

/* Rows of values of a few scales, as single precision; each row is added many times. */
static float *draw_rows(size_t cells)
{
    float *const value = malloc(ROUNDS * cells * sizeof *value);
    ds_rng rng = ds_rng_stream(1, 0, 0, 0);
    if (!value)
        abort();
    for (size_t i = 0; i < ROUNDS * cells; i++)
        value[i] = (float)exp(0.35 * ds_rng_normal(&rng) + (double)(i % cells % 7));
    return value;
}

/* Other values each time, of the same law; the seconds that adding them took. */
static double add_row(ds_reduction *r, const float *value, size_t cells, size_t turn,
                      double *scratch)
{
    const float *const row = value + turn % ROUNDS * cells;
    for (size_t c = 0; c < cells; c++)
        scratch[c] = row[(c + 7 * turn) % cells];
    const double begun = ds_cpu_seconds();
    if (!ds_reduction_add(r, 0, cells, scratch, 1))
        abort();
    return ds_cpu_seconds() - begun;
}

static ds_reduction *warm(size_t cells, const float *value, double *scratch)
{
    ds_reduction *const r = ds_reduction_new(cells);
    if (!r)
        abort();
    for (size_t i = 0; i < WARM; i++)
        add_row(r, value, cells, i, scratch);
    return r;
}

static ds_work add(double size)
{
    const size_t cells = (size_t)size, rows = VALUES / cells;
    float *const value = draw_rows(cells);
    double *const scratch = malloc(cells * sizeof *scratch);
    ds_reduction *const r = warm(cells, value, scratch);
    double seconds = 0;
    for (size_t i = 0; i < rows; i++)
        seconds += add_row(r, value, cells, i, scratch);
    ds_reduction_free(r);
    free(scratch);
    free(value);
    return (ds_work){seconds, (double)(rows * cells)};
}

static ds_work merge(double size)
{
    const size_t cells = (size_t)size;
    float *const value = draw_rows(cells);
    double *const scratch = malloc(cells * sizeof *scratch);
    ds_reduction *const r = warm(cells, value, scratch), *const to = ds_reduction_new(cells);
    ds_status st = {0};
    char *bytes;
    size_t length;
    if (!ds_reduction_pack(r, 0, cells, &bytes, &length, &st))
        abort();
    double seconds = 0;
    for (int i = 0; i < 3; i++) {
        const double begun = ds_cpu_seconds();
        if (!ds_reduction_merge(to, 0, cells, bytes, length, &st))
            abort();
        seconds += ds_cpu_seconds() - begun;
    }
    free(bytes);
    ds_reduction_free(r);
    ds_reduction_free(to);
    free(scratch);
    free(value);
    return (ds_work){seconds, 3 * size};
}

const ds_row ds_reduce_rows[] = {
    {.name = "reduced value, 10^2",
     .unit = "ns",
     .run = add,
     .size = 100,
     .goal = 50,
     .bound = "two exact sums, a bucket"},
    {.name = "reduced value, 4*10^4",
     .unit = "ns",
     .run = add,
     .size = CELLS,
     .goal = 50,
     .bound = "memory: 50 MB of cells"},
    {.name = "merged cell",
     .unit = "ns",
     .run = merge,
     .size = CELLS,
     .goal = 5000,
     .bound = "200 buckets to decode, twice"},
    {0},
};
