#include "reduction.h"

#include "cell.h"
#include "digest.h"

#include <stdlib.h>

enum { AHEAD = 8 }; /* cells whose memory is asked for before it is needed */

struct ds_reduction {
    size_t cells;
    ds_cell cell[];
};

ds_reduction *ds_reduction_new(size_t cells)
{
    if (cells > (SIZE_MAX - sizeof(ds_reduction)) / sizeof(ds_cell))
        return NULL;
    ds_reduction *const r = calloc(1, sizeof *r + cells * sizeof *r->cell);
    if (r)
        r->cells = cells;
    return r;
}

void ds_reduction_free(ds_reduction *r)
{
    for (size_t i = 0; r && i < r->cells; i++)
        ds_cell_free(&r->cell[i]);
    free(r);
}

void ds_reduction_clear(ds_reduction *r)
{
    for (size_t i = 0; i < r->cells; i++)
        ds_cell_clear(&r->cell[i]);
}

bool ds_reduction_add(ds_reduction *r, size_t first, size_t count, const double *values,
                      size_t stride)
{
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            ds_cell_expect(&r->cell[first + i + AHEAD], values[(i + AHEAD) * stride]);
        if (!ds_cell_add(&r->cell[first + i], values[i * stride]))
            return false;
    }
    return true;
}

bool ds_reduction_pack(const ds_reduction *r, size_t first, size_t count, char **bytes,
                       size_t *size, ds_status *st)
{
    ds_packer packer = {0};
    ds_pack(&packer, count);
    for (size_t i = 0; i < count; i++)
        ds_cell_pack(&r->cell[first + i], &packer);
    if (!packer.full)
        ds_pack_fixed(&packer, ds_digest_short(packer.bytes, packer.size));
    if (packer.full) {
        free(packer.bytes);
        return ds_fail(st, DS_E_SYSTEM, "no memory for the bytes of %zu reduced series", count);
    }
    *bytes = (char *)packer.bytes;
    *size = packer.size;
    return true;
}

/* The packed cells between their number and their digest, both of which are right. */
static bool open_sealed(const char *bytes, size_t size, size_t count, ds_unpacker *cells)
{
    const uint8_t *const at = (const uint8_t *)bytes;
    ds_unpacker seal = {at + (size < 8 ? 0 : size - 8), at + size, false};
    *cells = (ds_unpacker){at, seal.at, false};
    return size >= 8 && ds_unpack_fixed(&seal) == ds_digest_short(bytes, size - 8) &&
           ds_unpack(cells) == count && !cells->bad;
}

static bool check(const ds_reduction *r, size_t first, size_t count, ds_unpacker cells,
                  ds_status *st)
{
    ds_packed_cell packed;
    for (size_t i = 0; i < count; i++) {
        const char *const wrong = ds_cell_unpack(&cells, &packed);
        if (wrong)
            return ds_fail(st, DS_E_DATA, "reduced series %zu of %zu is damaged: %s", i, count,
                           wrong);
        if (packed.count > DS_CELL_MOST - r->cell[first + i].count)
            return ds_fail(st, DS_E_DATA, "reduced series %zu of %zu: more than 2^40 values", i,
                           count);
    }
    return cells.at == cells.end ||
           ds_fail(st, DS_E_DATA, "%zu reduced series end before their bytes do", count);
}

bool ds_reduction_merge(ds_reduction *r, size_t first, size_t count, const char *bytes, size_t size,
                        ds_status *st)
{
    ds_unpacker cells;
    ds_packed_cell packed;
    if (!open_sealed(bytes, size, count, &cells))
        return ds_fail(st, DS_E_DATA, "reduced series are damaged, or are not %zu", count);
    if (!check(r, first, count, cells, st))
        return false;
    for (size_t i = 0; i < count; i++)
        if (ds_cell_unpack(&cells, &packed) || !ds_cell_merge(&r->cell[first + i], &packed))
            return ds_fail(st, DS_E_SYSTEM, "no memory for %zu reduced series", count);
    return true;
}

ds_summary ds_reduction_summary(const ds_reduction *r, size_t cell)
{
    return ds_cell_summary(&r->cell[cell]);
}

uint64_t ds_reduction_count(const ds_reduction *r, size_t cell)
{
    return r->cell[cell].count;
}

size_t ds_reduction_bytes(const ds_reduction *r)
{
    size_t bytes = sizeof *r + r->cells * sizeof *r->cell;
    for (size_t i = 0; i < r->cells; i++)
        bytes += ds_cell_bytes(&r->cell[i]);
    return bytes;
}
