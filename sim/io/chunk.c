#include "chunk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { SHUFFLE = 1, DEFLATE = 2 }; /* bits of the mask, in the order of the filters */

static bool no_memory(ds_status *st, size_t size)
{
    return ds_fail(st, DS_E_SYSTEM, "no memory for a chunk of %zu bytes", size);
}

bool ds_chunk_reserve(ds_chunk *chunk, size_t size, ds_status *st)
{
    if (size > chunk->room) {
        free(chunk->bytes);
        *chunk = (ds_chunk){.bytes = malloc(size)};
        chunk->room = chunk->bytes ? size : 0;
    }
    chunk->size = size;
    return size <= chunk->room || no_memory(st, size);
}

static void shuffle(const unsigned char *values, size_t count, size_t width, unsigned char *to)
{
    for (size_t b = 0; b < width; b++)
        for (size_t i = 0; i < count; i++)
            to[b * count + i] = values[i * width + b];
}

static void unshuffle(const unsigned char *from, size_t count, size_t width, unsigned char *values)
{
    for (size_t b = 0; b < width; b++)
        for (size_t i = 0; i < count; i++)
            values[i * width + b] = from[b * count + i];
}

size_t ds_chunk_most(size_t size)
{
    return size + (size + 999) / 1000 + 12; /* as HDF5 allows for */
}

bool ds_chunk_pack(ds_chunk *chunk, const void *values, size_t count, size_t width, ds_status *st)
{
    const size_t size = count * width;
    uLongf length = ds_chunk_most(size);
    if (!ds_chunk_reserve(chunk, length, st))
        return false;
    unsigned char *const side = malloc(size);
    if (!side)
        return no_memory(st, size);
    shuffle(values, count, width, side);
    const int done = compress2(chunk->bytes, &length, side, size, DS_CHUNK_LEVEL);
    chunk->left_out = done == Z_OK ? 0 : DEFLATE;
    chunk->size = done == Z_OK ? length : size;
    if (done == Z_BUF_ERROR)
        memcpy(chunk->bytes, side, size);
    free(side);
    return done == Z_OK || done == Z_BUF_ERROR || no_memory(st, size);
}

/* Exactly `size` bytes, not one more, of all that is stored. */
static bool inflate_all(const ds_chunk *chunk, void *bytes, size_t size, ds_status *st)
{
    uLongf length = size;
    uLong used = chunk->size;
    const int done = uncompress2(bytes, &length, chunk->bytes, &used);
    if (done == Z_OK && length == size && used == chunk->size)
        return true;
    return done == Z_MEM_ERROR
               ? no_memory(st, size)
               : ds_fail(st, DS_E_DATA, "a chunk does not inflate to its %zu bytes", size);
}

bool ds_chunk_unpack(const ds_chunk *chunk, void *values, size_t count, size_t width, ds_status *st)
{
    const size_t size = count * width;
    const bool plain = chunk->left_out & SHUFFLE, whole = chunk->left_out & DEFLATE;
    if (chunk->left_out & ~(uint32_t)(SHUFFLE | DEFLATE) || (whole && chunk->size != size))
        return ds_fail(st, DS_E_DATA, "a chunk of %zu bytes is stored in another way", size);
    unsigned char *const side = plain ? NULL : malloc(size);
    if (!plain && !side)
        return no_memory(st, size);
    unsigned char *const flat = plain ? values : side;
    if (whole)
        memcpy(flat, chunk->bytes, size);
    const bool ok = whole || inflate_all(chunk, flat, size, st);
    if (ok && side)
        unshuffle(side, count, width, values);
    free(side);
    return ok;
}

/* ---- datasets in chunks ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Row-major place of `at` among `size`. */
static size_t place(int rank, const size_t *size, const size_t *at)
{
    size_t index = 0;
    for (int i = 0; i < rank; i++)
        index = index * size[i] + at[i];
    return index;
}

/* The next of places begin, begin + step, ... below `end` in each of the dimensions. */
static bool advance(int dimensions, const ds_h5_box *grid, const size_t *step, size_t *at)
{
    for (int i = dimensions - 1; i >= 0; i--) {
        at[i] += step[i];
        if (at[i] < grid->start[i] + grid->count[i])
            return true;
        at[i] = grid->start[i];
    }
    return false;
}

size_t ds_chunk_values(const ds_h5_spec *spec)
{
    size_t values = 1;
    for (int i = 0; i < spec->rank; i++)
        values *= spec->chunk[i];
    return values;
}

bool ds_chunk_next(const ds_h5_spec *spec, size_t origin[DS_H5_RANK])
{
    ds_h5_box all = {{0}, {0}};
    for (int i = 0; i < spec->rank; i++)
        all.count[i] = spec->size[i];
    return advance(spec->rank, &all, spec->chunk, origin);
}

static void fill(const ds_h5_spec *spec, void *values)
{
    float *const narrow = values;
    double *const wide = values;
    for (size_t i = 0; i < ds_chunk_values(spec); i++)
        if (spec->type == DS_H5_FLOAT)
            narrow[i] = (float)NAN;
        else
            wide[i] = NAN;
}

/* What a chunk and a box have in common, as places in the dataset; rows are of the last dimension.
 */
static ds_h5_box common(const ds_h5_spec *spec, const size_t *origin, const ds_h5_box *box)
{
    ds_h5_box both = {{0}, {0}};
    for (int i = 0; i < spec->rank; i++) {
        const size_t end = least(origin[i] + spec->chunk[i], box->start[i] + box->count[i]);
        both.start[i] = origin[i] > box->start[i] ? origin[i] : box->start[i];
        both.count[i] = end - both.start[i];
    }
    return both;
}

/* Rows of a box, from one array to another that begin and extend otherwise. */
typedef struct array {
    const size_t *start, *size;
} array;

static void copy_rows(const ds_h5_spec *spec, const ds_h5_box *box, const array *source,
                      const char *from, const array *target, char *to)
{
    static const size_t ones[DS_H5_RANK] = {1, 1, 1};
    const int last = spec->rank - 1;
    const size_t width = ds_h5_width(spec->type);
    size_t at[DS_H5_RANK], there[DS_H5_RANK], here[DS_H5_RANK];
    memcpy(at, box->start, sizeof at);
    do {
        for (int i = 0; i <= last; i++) {
            there[i] = at[i] - source->start[i];
            here[i] = at[i] - target->start[i];
        }
        memcpy(to + place(spec->rank, target->size, here) * width,
               from + place(spec->rank, source->size, there) * width, box->count[last] * width);
    } while (advance(last, box, ones, at));
}

void ds_chunk_cut(const ds_h5_spec *spec, const void *dataset, const size_t *origin, void *values)
{
    ds_h5_box all = {{0}, {0}};
    for (int i = 0; i < spec->rank; i++)
        all.count[i] = spec->size[i];
    const ds_h5_box part = common(spec, origin, &all);
    for (int i = 0; i < spec->rank; i++)
        if (part.count[i] < spec->chunk[i]) {
            fill(spec, values);
            break;
        }
    copy_rows(spec, &part, &(array){all.start, all.count}, dataset, &(array){origin, spec->chunk},
              values);
}

bool ds_chunks_read(const ds_h5_spec *spec, const ds_h5_box *box, void *to, ds_chunk_fetch *fetch,
                    void *self, ds_status *st)
{
    const size_t values = ds_chunk_values(spec), width = ds_h5_width(spec->type);
    ds_h5_box grid = {{0}, {0}}; /* of chunks that have something of the box */
    size_t origin[DS_H5_RANK];
    if (spec->rank < 1)
        return ds_fail(st, DS_E_BUG, "a single value lies in no chunk");
    for (int i = 0; i < spec->rank; i++) {
        origin[i] = grid.start[i] = box->start[i] / spec->chunk[i] * spec->chunk[i];
        grid.count[i] = box->start[i] + box->count[i] - grid.start[i];
    }
    char *const block = malloc(values * width);
    bool ok = block || no_memory(st, values * width);
    do {
        ok = ok && fetch(self, origin, block, st);
        if (!ok)
            break;
        const ds_h5_box part = common(spec, origin, box);
        copy_rows(spec, &part, &(array){origin, spec->chunk}, block,
                  &(array){box->start, box->count}, to);
    } while (advance(spec->rank, &grid, spec->chunk, origin));
    free(block);
    return ok;
}
