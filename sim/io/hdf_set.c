#include "hdf_inside.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_MOST = 16 << 20, /* bytes of doubles */
    INFLATED_MOST = 1100   /* times its size that a file may hold: deflate's limit is 1032 */
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are read as they are stored");

/* ---- what a dataset must be ---- */

/* The messages that describe HDF5's types, whole. */
static const struct {
    size_t size;
    const char *message;
} types[] = {
    [DS_H5_FLOAT] = {20, "\x11\x20\x1f\0\4\0\0\0\0\0\x20\0\x17\x08\0\x17\x7f\0\0\0"},
    [DS_H5_DOUBLE] = {20, "\x11\x20\x3f\0\x08\0\0\0\0\0\x40\0\x34\x0b\0\x34\xff\3\0\0"},
    [DS_H5_BYTE] = {12, "\x10\0\0\0\1\0\0\0\0\0\x08\0"},
    [DS_H5_INT] = {12, "\x10\x08\0\0\4\0\0\0\0\0\x20\0"},
    [DS_H5_COUNT] = {12, "\x10\0\0\0\x08\0\0\0\0\0\x40\0"},
    [DS_H5_TEXT] = {20, "\x19\1\1\0\x10\0\0\0\x10\0\0\0\1\0\0\0\0\0\x08\0"},
};

static size_t stored_width(ds_h5_type type)
{
    return ds_hdf_number((const unsigned char *)types[type].message + 4, 4);
}

bool ds_hdf_is_type(ds_hdf_bytes type, ds_h5_type wanted)
{
    return type.left == types[wanted].size &&
           memcmp(type.at, types[wanted].message, type.left) == 0;
}

bool ds_hdf_shape(ds_hdf_bytes space, int *rank, size_t *size)
{
    const uint64_t version = ds_hdf_take(&space, 1), dimensions = ds_hdf_take(&space, 1);
    ds_hdf_take(&space, 1);
    const uint64_t plain = ds_hdf_take(&space, 1); /* 0: one value, 1: an array */
    if (space.bad || version != 2 || dimensions > DS_H5_RANK || plain != (dimensions > 0))
        return false;
    *rank = (int)dimensions;
    for (uint64_t i = 0; i < dimensions; i++)
        size[i] = ds_hdf_take(&space, 8);
    return !space.bad;
}

static bool only(const ds_hdf_object *o, ds_hdf_kind kind, ds_hdf_bytes *bytes)
{
    ds_hdf_bytes other;
    size_t from = 0;
    return ds_hdf_message(o, kind, &from, bytes) && !ds_hdf_message(o, kind, &from, &other);
}

static bool same_type(const ds_hdf_object *o, ds_h5_type wanted)
{
    ds_hdf_bytes type;
    return only(o, DS_HDF_TYPE, &type) && ds_hdf_is_type(type, wanted);
}

static bool same_shape(const ds_hdf_object *o, ds_h5_spec *spec)
{
    ds_hdf_bytes space;
    size_t size[DS_H5_RANK];
    int rank;
    if (!only(o, DS_HDF_SPACE, &space) || !ds_hdf_shape(space, &rank, size) || rank != spec->rank)
        return false;
    for (int i = 0; i < rank; i++) {
        if (spec->size[i] == DS_H5_ANY)
            spec->size[i] = size[i];
        if (size[i] != spec->size[i] || size[i] == 0)
            return false;
    }
    return true;
}

/* Product of the sizes and of what one takes; false: more than `most`. */
static bool product(const size_t *size, int rank, size_t each, size_t most, size_t *all)
{
    *all = each;
    for (int i = 0; i < rank; i++) {
        if (size[i] > most / *all)
            return false;
        *all *= size[i];
    }
    return *all <= most;
}

/* All of it lies in the file. */
static bool same_contiguous(ds_hdf_set *set, ds_hdf_bytes layout)
{
    const ds_hdf *const f = set->object->file;
    const ds_h5_spec *const s = &set->spec;
    size_t bytes;
    set->address = ds_hdf_take(&layout, 8);
    const uint64_t size = ds_hdf_take(&layout, 8);
    return !layout.bad && ds_hdf_lies_in(f, set->address, size) &&
           product(s->size, s->rank, stored_width(s->type), f->end, &bytes) && bytes == size;
}

/* Shuffled, then deflated. */
static bool same_filters(const ds_hdf_object *o, size_t width)
{
    static const uint64_t wanted[] = {2,
                                      2,
                                      /* shuffle */ 2,
                                      UINT64_MAX,
                                      1,
                                      UINT64_MAX - 1,
                                      /* deflate */ 1,
                                      UINT64_MAX,
                                      1,
                                      UINT64_MAX};
    static const size_t widths[] = {1, 1, 2, 2, 2, 4, 2, 2, 2, 4};
    ds_hdf_bytes m;
    if (!only(o, DS_HDF_FILTERS, &m))
        return false;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        const uint64_t found = ds_hdf_take(&m, widths[i]);
        const uint64_t must = wanted[i] == UINT64_MAX - 1 ? width : wanted[i];
        if (wanted[i] != UINT64_MAX && found != must)
            return false;
    }
    return !m.bad && m.left == 0;
}

/* The file could hold that many chunks, and so many bytes when they are inflated. */
static bool plausible(const ds_hdf_set *set, size_t width)
{
    ds_hdf *const f = set->object->file;
    const ds_h5_spec *const s = &set->spec;
    const size_t entry = 24 + 8 * (size_t)s->rank; /* of a chunk in the index, at least */
    size_t count[DS_H5_RANK], chunks, bytes;
    for (int i = 0; i < s->rank; i++)
        count[i] = (s->size[i] - 1) / s->chunk[i] + 1;
    if (!product(count, s->rank, entry, f->end, &chunks) ||
        !product(s->size, s->rank, width, SIZE_MAX / 2, &bytes))
        return false;
    if (!set->object->found)
        f->declared += bytes;
    return bytes <= f->end * INFLATED_MOST && f->declared <= f->end * INFLATED_MOST;
}

static bool same_chunked(ds_hdf_set *set, ds_hdf_bytes layout)
{
    ds_h5_spec *const s = &set->spec;
    const size_t width = ds_h5_width(s->type);
    size_t bytes;
    if (ds_hdf_take(&layout, 1) != (uint64_t)s->rank + 1)
        return false;
    set->address = ds_hdf_take(&layout, 8);
    for (int i = 0; i < s->rank; i++) {
        const size_t chunk = ds_hdf_take(&layout, 4);
        if (s->chunk[i] == DS_H5_ANY)
            s->chunk[i] = chunk;
        if (chunk == 0 || chunk != s->chunk[i])
            return false;
    }
    return ds_hdf_take(&layout, 4) == width && !layout.bad &&
           product(s->chunk, s->rank, sizeof(double), CHUNK_MOST, &bytes) &&
           same_filters(set->object, width) && plausible(set, width);
}

static bool same_layout(ds_hdf_set *set)
{
    enum { CONTIGUOUS = 1, CHUNKED = 2 };
    ds_hdf_bytes layout, filters;
    size_t from = 0;
    if (!only(set->object, DS_HDF_LAYOUT, &layout) || ds_hdf_take(&layout, 1) != 3)
        return false;
    const uint64_t class = ds_hdf_take(&layout, 1);
    if (set->spec.chunk[0])
        return class == CHUNKED && same_chunked(set, layout);
    return class == CONTIGUOUS && !ds_hdf_message(set->object, DS_HDF_FILTERS, &from, &filters) &&
           same_contiguous(set, layout);
}

bool ds_hdf_find(const ds_hdf_object *parent, const char *name, const ds_h5_spec *spec,
                 ds_hdf_set *set, ds_status *st)
{
    ds_hdf_object *o;
    *set = (ds_hdf_set){.spec = *spec};
    if (!ds_hdf_child(parent, name, &o, st))
        return false;
    set->object = o;
    if (!same_type(o, spec->type))
        return ds_hdf_refused(st, parent, name,
                              "has another type of value than a result has there");
    if (!same_shape(o, &set->spec))
        return ds_hdf_refused(st, parent, name,
                              "has another rank or shape than a result has there");
    if (!same_layout(set))
        return ds_hdf_refused(st, parent, name,
                              "is stored in another way than a result stores it (outside the file, "
                              "another filter or chunk, or more declared than held)");
    o->found = true;
    if (set->spec.chunk[0] > 1 && !o->kept)
        o->kept = calloc(1, sizeof *o->kept);
    return true;
}

bool ds_hdf_rank(const ds_hdf_object *parent, const char *name, int *rank, ds_status *st)
{
    ds_hdf_object *o;
    ds_hdf_bytes space;
    size_t size[DS_H5_RANK];
    if (!ds_hdf_child(parent, name, &o, st))
        return false;
    return (only(o, DS_HDF_SPACE, &space) && ds_hdf_shape(space, rank, size)) ||
           ds_hdf_refused(st, parent, name, "is no dataset such as a result has");
}

bool ds_hdf_is_wide(const ds_hdf_object *parent, const char *name, bool *wide, ds_status *st)
{
    ds_hdf_object *o;
    if (!ds_hdf_child(parent, name, &o, st))
        return false;
    *wide = same_type(o, DS_H5_DOUBLE);
    return true;
}
