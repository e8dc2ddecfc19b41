#include "cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ds_cell_free(ds_cell *cell)
{
    ds_exact_free(&cell->sum);
    ds_exact_free(&cell->squares);
    ds_sketch_free(&cell->sketch);
}

void ds_cell_clear(ds_cell *cell)
{
    ds_exact_clear(&cell->sum);
    ds_exact_clear(&cell->squares);
    ds_sketch_clear(&cell->sketch);
    cell->count = cell->zeros = cell->below = cell->above = 0;
}

static void extend(ds_cell *cell, double least, double most)
{
    if (!cell->count || least < cell->least)
        cell->least = least;
    if (!cell->count || most > cell->most)
        cell->most = most;
}

bool ds_cell_add(ds_cell *cell, double value)
{
    if (isnan(value))
        return true;
    value += 0.0; /* -0 becomes 0 */
    extend(cell, value, value);
    cell->count++;
    if (DS_LIKELY(value != 0 && isfinite(value)))
        return ds_exact_add(&cell->sum, value) && ds_exact_add_square(&cell->squares, value) &&
               ds_sketch_add(&cell->sketch, ds_sketch_bucket(value), 1);
    if (value == 0)
        cell->zeros++;
    else
        ++*(value > 0 ? &cell->above : &cell->below);
    return true;
}

static double clamp(const ds_cell *cell, double value)
{
    return value < cell->least ? cell->least : value > cell->most ? cell->most : value;
}

/* The value that `rank` others come before, within DS_SKETCH_ERROR of it. */
static double order_statistic(const ds_cell *cell, uint64_t rank)
{
    ds_sketch_entry b;
    uint64_t before = cell->below;
    bool negative = true;
    if (rank == 0)
        return cell->least;
    if (rank == cell->count - 1)
        return cell->most;
    if (rank < before)
        return -INFINITY;
    for (uint32_t cursor = 0; ds_sketch_next(&cell->sketch, &cursor, &b);) {
        if (negative && b.bucket > 0) {
            negative = false;
            before += cell->zeros;
            if (rank < before)
                return 0;
        }
        before += b.times;
        if (rank < before)
            return clamp(cell, ds_sketch_middle(b.bucket));
    }
    return negative && rank < before + cell->zeros ? 0 : INFINITY;
}

/* As of sorted values, see summary.c. */
static double quantile(const ds_cell *cell, double share)
{
    const double index = share * (double)(cell->count - 1);
    const uint64_t rank = (uint64_t)index;
    const double part = index - (double)rank, low = order_statistic(cell, rank);
    if (rank == cell->count - 1)
        return low;
    const double value = (1 - part) * low + part * order_statistic(cell, rank + 1);
    return isnan(value) ? order_statistic(cell, (uint64_t)(index + 0.5)) : clamp(cell, value);
}

ds_summary ds_cell_summary(const ds_cell *cell)
{
    ds_summary s = {.mean = NAN, .error = NAN};
    for (size_t q = 0; q < DS_QUANTILES; q++)
        s.quantile[q] = cell->count ? quantile(cell, ds_quantiles[q]) : NAN;
    if (!cell->below && !cell->above) {
        s.mean = ds_exact_mean(&cell->sum, cell->count);
        s.error = ds_exact_error(&cell->sum, &cell->squares, cell->count);
    } else if (!cell->below || !cell->above) {
        s.mean = cell->above ? INFINITY : -INFINITY;
    }
    return s;
}

static void pack_magnitude(ds_packer *packer, const ds_exact *sum)
{
    ds_magnitude m;
    ds_exact_magnitude(sum, &m);
    ds_pack(packer, m.count);
    if (!m.count)
        return;
    ds_pack(packer, 2 * m.low + m.negative);
    ds_pack_bytes(packer, m.bytes, m.count);
}

void ds_cell_pack(const ds_cell *cell, ds_packer *packer)
{
    ds_sketch_entry b;
    int32_t last = -DS_SKETCH_LAST - 1;
    ds_pack(packer, cell->count);
    if (!cell->count)
        return;
    ds_pack(packer, cell->zeros);
    ds_pack(packer, cell->below);
    ds_pack(packer, cell->above);
    ds_pack_double(packer, cell->least);
    ds_pack_double(packer, cell->most);
    pack_magnitude(packer, &cell->sum);
    pack_magnitude(packer, &cell->squares);
    ds_pack(packer, cell->sketch.used);
    for (uint32_t cursor = 0; ds_sketch_next(&cell->sketch, &cursor, &b); last = b.bucket) {
        ds_pack(packer, (uint64_t)(b.bucket - last - 1));
        ds_pack(packer, b.times);
    }
}

static void unpack_magnitude(ds_unpacker *unpacker, size_t words, ds_magnitude *out)
{
    *out = (ds_magnitude){.count = 0};
    const uint64_t count = ds_unpack(unpacker);
    if (!count)
        return;
    const uint64_t low = ds_unpack(unpacker);
    if (count > words * 8 || low / 2 > words * 8 - count) {
        unpacker->bad = true;
        return;
    }
    const uint8_t *const bytes = ds_unpack_bytes(unpacker, count);
    if (!bytes)
        return;
    memcpy(out->bytes, bytes, count);
    out->low = low / 2;
    out->count = count;
    out->negative = low & 1;
    if (!bytes[0] || !bytes[count - 1])
        unpacker->bad = true;
}

static bool next_bucket(ds_unpacker *sketch, int32_t last, ds_sketch_entry *out)
{
    const uint64_t gap = ds_unpack(sketch);
    out->times = ds_unpack(sketch);
    if (sketch->bad || gap > 2 * DS_SKETCH_LAST || !out->times)
        return false;
    out->bucket = last + 1 + (int32_t)gap;
    return out->bucket <= DS_SKETCH_LAST && abs(out->bucket) >= DS_SKETCH_FIRST;
}

typedef struct extent {
    uint64_t total;
    int32_t first, last;
} extent;

/* The buckets, which `unpacker` is moved past. */
static bool skip_sketch(ds_unpacker *unpacker, uint64_t buckets, extent *out)
{
    ds_sketch_entry b = {.bucket = -DS_SKETCH_LAST - 1};
    *out = (extent){0};
    for (uint64_t i = 0; i < buckets; i++) {
        if (!next_bucket(unpacker, b.bucket, &b) || b.times > DS_CELL_MOST - out->total)
            return false;
        out->total += b.times;
        out->first = i ? out->first : b.bucket;
        out->last = b.bucket;
    }
    return true;
}

/* Whether an extreme is where the counts say; `side` is 1 for the most, -1 for the least. */
static bool extreme_fits(const ds_packed_cell *c, double value, int side, const extent *e)
{
    const uint64_t infinite = side > 0 ? c->above : c->below;
    if (isinf(value))
        return value * side > 0 ? infinite > 0 : !infinite && !c->zeros && !e->total;
    const int32_t bucket = side > 0 ? e->last : e->first;
    const bool beyond = e->total && bucket * side > 0; /* a finite value beyond 0 */
    if (value == 0)
        return !infinite && c->zeros && !beyond && !signbit(value);
    return !infinite && e->total && bucket == ds_sketch_bucket(value) && (beyond || !c->zeros);
}

static const char *inconsistent(const ds_packed_cell *c, const extent *e)
{
    const uint64_t others = c->count - c->zeros - c->below - c->above;
    if (e->total != others)
        return "the buckets hold another number of values";
    if (isnan(c->least) || isnan(c->most) || c->least > c->most ||
        !extreme_fits(c, c->least, -1, e) || !extreme_fits(c, c->most, 1, e))
        return "the extremes are not in the buckets";
    if (c->squares.negative || !c->squares.count != !others || (c->sum.count && !others))
        return "the sums are of other values";
    return NULL;
}

const char *ds_cell_unpack(ds_unpacker *unpacker, ds_packed_cell *out)
{
    static const char *const broken = "a number is broken";
    extent e;
    *out = (ds_packed_cell){.count = ds_unpack(unpacker)};
    if (unpacker->bad || out->count > DS_CELL_MOST)
        return broken;
    if (!out->count)
        return NULL;
    out->zeros = ds_unpack(unpacker);
    out->below = ds_unpack(unpacker);
    out->above = ds_unpack(unpacker);
    if (out->zeros > out->count || out->below > out->count - out->zeros ||
        out->above > out->count - out->zeros - out->below)
        return "more values are special than there are";
    out->least = ds_unpack_double(unpacker);
    out->most = ds_unpack_double(unpacker);
    unpack_magnitude(unpacker, DS_EXACT_WORDS, &out->sum);
    unpack_magnitude(unpacker, DS_EXACT_SQUARE_WORDS, &out->squares);
    out->buckets = ds_unpack(unpacker);
    out->sketch = *unpacker;
    if (unpacker->bad || !skip_sketch(unpacker, out->buckets, &e))
        return broken;
    return inconsistent(out, &e);
}

bool ds_cell_merge(ds_cell *cell, const ds_packed_cell *packed)
{
    ds_unpacker sketch = packed->sketch;
    ds_sketch_entry b = {.bucket = -DS_SKETCH_LAST - 1};
    if (!packed->count)
        return true;
    extend(cell, packed->least, packed->most);
    cell->count += packed->count;
    cell->zeros += packed->zeros;
    cell->below += packed->below;
    cell->above += packed->above;
    if (!ds_exact_add_magnitude(&cell->sum, &packed->sum) ||
        !ds_exact_add_magnitude(&cell->squares, &packed->squares))
        return false;
    for (uint64_t i = 0; i < packed->buckets; i++)
        if (!next_bucket(&sketch, b.bucket, &b) || !ds_sketch_add(&cell->sketch, b.bucket, b.times))
            return false;
    return true;
}

size_t ds_cell_bytes(const ds_cell *cell)
{
    return ds_exact_bytes(&cell->sum) + ds_exact_bytes(&cell->squares) +
           ds_sketch_bytes(&cell->sketch);
}
