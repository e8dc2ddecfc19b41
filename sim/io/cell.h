/*
 * What is known of many values of one quantity without keeping them: their number, exact sums,
 * extremes and a sketch of their quantiles. All of it is integers that are added, so a cell is the
 * same whatever the order and grouping of its values. An empty cell is all zero.
 */
#ifndef DS_IO_CELL_H
#define DS_IO_CELL_H

#include "exact.h"
#include "packed.h"
#include "sketch.h"
#include "summary.h"

typedef struct ds_cell {
    uint64_t count, zeros, below, above; /* values; of them 0, -infinity, +infinity */
    double least, most;                  /* when there are any */
    ds_exact sum, squares;               /* of finite values */
    ds_sketch sketch;                    /* of finite values but 0 */
} ds_cell;

#define DS_CELL_MOST DS_EXACT_MOST /* values that a cell can take */

void ds_cell_free(ds_cell *cell);
void ds_cell_clear(ds_cell *cell); /* memory is kept */

/* NAN is skipped, -0 is 0. False: no memory. */
DS_MUST_CHECK bool ds_cell_add(ds_cell *cell, double value);
/* Asks for the memory that adding the value will touch. */
static inline void ds_cell_expect(const ds_cell *cell, double value)
{
    __builtin_prefetch(cell->sum.word, 1);
    __builtin_prefetch(cell->squares.word, 1);
    if (value != 0)
        ds_sketch_expect(&cell->sketch, ds_sketch_bucket(value));
}

ds_summary ds_cell_summary(const ds_cell *cell);

void ds_cell_pack(const ds_cell *cell, ds_packer *packer);

/* A cell that was packed; its buckets are still bytes. */
typedef struct ds_packed_cell {
    uint64_t count, zeros, below, above, buckets;
    double least, most;
    ds_magnitude sum, squares;
    ds_unpacker sketch;
} ds_packed_cell;

/* NULL: it is a cell that values could have made, as far as can be seen; else what is wrong. */
DS_MUST_CHECK const char *ds_cell_unpack(ds_unpacker *unpacker, ds_packed_cell *out);
/* False: no memory. Together they must hold at most DS_CELL_MOST values. */
DS_MUST_CHECK bool ds_cell_merge(ds_cell *cell, const ds_packed_cell *packed);

size_t ds_cell_bytes(const ds_cell *cell); /* of memory besides the struct */

#endif
