/*
 * A thin layer over HDF5, and the only place that knows it: files are written with it, and read
 * without (hdf.h). Checked calls leave their cause in a `ds_status`; datasets are described by a
 * value (`ds_h5_spec`) that creates them and says what a file must hold before it is trusted.
 * Object times are off, so that equal content makes equal bytes; links keep their order of
 * creation, and lie with the attributes in the header of their object, as the reader wants it.
 *
 * HDF5 does not survive a failed allocation: writing is for a child process (apart.h).
 */
#ifndef DS_IO_H5_H
#define DS_IO_H5_H

#include "sim/core/status.h"

#include <stddef.h>
#include <stdint.h>

typedef int64_t ds_h5; /* a file, group or dataset; 0: none */

typedef enum ds_h5_type {
    DS_H5_FLOAT,
    DS_H5_DOUBLE,
    DS_H5_BYTE,  /* uint8_t */
    DS_H5_INT,   /* int32_t */
    DS_H5_COUNT, /* uint64_t */
    DS_H5_TEXT,  /* const char *, UTF-8 */
} ds_h5_type;

/* Bytes of a value in memory. */
static inline size_t ds_h5_width(ds_h5_type type)
{
    return type == DS_H5_BYTE ? 1 : type == DS_H5_FLOAT || type == DS_H5_INT ? 4 : 8;
}

enum { DS_H5_RANK = 3 };

typedef struct ds_h5_spec {
    ds_h5_type type;
    int rank; /* 0: one value */
    size_t size[DS_H5_RANK];
    size_t chunk[DS_H5_RANK]; /* chunk[0] == 0: contiguous; else shuffled and deflated. Of a
                                 dataset that is read, DS_H5_ANY: any that is not too large */
} ds_h5_spec;

typedef struct ds_h5_box {
    size_t start[DS_H5_RANK], count[DS_H5_RANK];
} ds_h5_box;

/* A new file at a path, in checksummed format. */
DS_MUST_CHECK bool ds_h5_create(ds_h5 *file, const char *path, ds_status *st);
/* Closes whatever *object is, if anything, and forgets it. Fails when what was held back cannot be
 * written. */
DS_MUST_CHECK bool ds_h5_close(ds_h5 *object, ds_status *st);
void ds_h5_drop(ds_h5 *object); /* the same where a failure no longer matters */

DS_MUST_CHECK bool ds_h5_group_create(ds_h5 parent, const char *name, ds_h5 *group, ds_status *st);

DS_MUST_CHECK bool ds_h5_set_create(ds_h5 parent, const char *name, const ds_h5_spec *spec,
                                    ds_h5 *set, ds_status *st);

/* `type` is what `data` points to; `box` NULL: the whole dataset. */
DS_MUST_CHECK bool ds_h5_write(ds_h5 set, ds_h5_type type, const ds_h5_box *box, const void *data,
                               ds_status *st);
/* A chunk as it is stored (chunk.h). */
struct ds_chunk;
DS_MUST_CHECK bool ds_h5_put_chunk(ds_h5 set, const size_t *at, const struct ds_chunk *chunk,
                                   ds_status *st);

DS_MUST_CHECK bool ds_h5_put_text(ds_h5 object, const char *name, const char *text, ds_status *st);
DS_MUST_CHECK bool ds_h5_put_values(ds_h5 object, const char *name, ds_h5_type type, size_t count,
                                    const void *values, ds_status *st);

/* Dimension scales (HDF5's H5DS convention, which netCDF-4 reads), written by hand because H5DS
 * leaves stray bytes of memory in its padding. */
typedef struct ds_h5_use {
    ds_h5 set;
    uint32_t axis;
} ds_h5_use;
DS_MUST_CHECK bool ds_h5_make_scale(ds_h5 set, const char *name, ds_status *st);
DS_MUST_CHECK bool ds_h5_set_scales(ds_h5 set, const ds_h5 *scales, size_t rank, ds_status *st);
DS_MUST_CHECK bool ds_h5_set_uses(ds_h5 scale, const ds_h5_use *uses, size_t count, ds_status *st);

#endif
