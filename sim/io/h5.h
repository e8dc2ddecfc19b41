/*
 * A thin layer over HDF5, and the only place that knows it: checked calls that leave their cause in
 * a `ds_status`, datasets described by a value (`ds_h5_spec`) that both creates them and says what
 * a file must hold before it is trusted. Object times are off, so that equal content makes equal
 * bytes; links keep their order of creation; external links, external data, virtual datasets and
 * filter plugins are refused.
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

enum { DS_H5_RANK = 3 };

typedef struct ds_h5_spec {
    ds_h5_type type;
    int rank; /* 0: one value */
    size_t size[DS_H5_RANK];
    size_t chunk[DS_H5_RANK]; /* chunk[0] == 0: contiguous; else shuffled and deflated. Of a
                                 dataset that is opened, DS_H5_ANY: any that is not too large */
} ds_h5_spec;

typedef struct ds_h5_box {
    size_t start[DS_H5_RANK], count[DS_H5_RANK];
} ds_h5_box;

/* A new file at a path, in checksummed format; `path` NULL: in memory, see ds_h5_image. */
DS_MUST_CHECK bool ds_h5_create(ds_h5 *file, const char *path, ds_status *st);
DS_MUST_CHECK bool ds_h5_open(ds_h5 *file, const char *path, ds_status *st);
/* A file held in memory; the bytes stay until it is closed. `name` is for messages. */
DS_MUST_CHECK bool ds_h5_open_image(ds_h5 *file, const char *name, const void *bytes, size_t size,
                                    ds_status *st);
/* The bytes of a file created in memory, in a new block with `room` more bytes at its end. */
DS_MUST_CHECK bool ds_h5_image(ds_h5 file, size_t room, char **bytes, size_t *size, ds_status *st);
/* Closes whatever *object is, if anything, and forgets it. Fails when what was held back cannot be
 * written. */
DS_MUST_CHECK bool ds_h5_close(ds_h5 *object, ds_status *st);
void ds_h5_drop(ds_h5 *object); /* the same where a failure no longer matters */

DS_MUST_CHECK bool ds_h5_group_create(ds_h5 parent, const char *name, ds_h5 *group, ds_status *st);
DS_MUST_CHECK bool ds_h5_group_open(ds_h5 parent, const char *name, ds_h5 *group, ds_status *st);
/* Names of all links in order of creation, in one block for free(); links that are not hard are
 * refused. */
DS_MUST_CHECK bool ds_h5_names(ds_h5 group, char ***names, size_t *count, ds_status *st);
bool ds_h5_has(ds_h5 group, const char *name);

DS_MUST_CHECK bool ds_h5_set_create(ds_h5 parent, const char *name, const ds_h5_spec *spec,
                                    ds_h5 *set, ds_status *st);
/* Opens a dataset that must be as `spec` says; a size of DS_H5_ANY takes what the file declares and
 * puts it into `spec`. What a contiguous dataset declares is never more than the file holds. */
#define DS_H5_ANY SIZE_MAX
DS_MUST_CHECK bool ds_h5_set_open(ds_h5 parent, const char *name, ds_h5_spec *spec, ds_h5 *set,
                                  ds_status *st);
int ds_h5_rank(ds_h5 parent, const char *name);     /* of a dataset; -1: there is none */
bool ds_h5_is_wide(ds_h5 parent, const char *name); /* a dataset of doubles */

/* `type` is what `data` points to; `box` NULL: the whole dataset. */
DS_MUST_CHECK bool ds_h5_write(ds_h5 set, ds_h5_type type, const ds_h5_box *box, const void *data,
                               ds_status *st);
DS_MUST_CHECK bool ds_h5_read(ds_h5 set, ds_h5_type type, const ds_h5_box *box, void *data,
                              ds_status *st);
/* All strings of a dataset of `count` in a file on disk, in one block for free(). */
DS_MUST_CHECK bool ds_h5_read_texts(ds_h5 set, size_t count, char ***texts, ds_status *st);

/* A chunk as it is stored, which means the same in any dataset that differs in its sizes only. */
typedef struct ds_h5_chunk {
    void *bytes; /* for free() */
    size_t size, room;
    uint32_t left_out; /* filters that did not make it smaller */
} ds_h5_chunk;
DS_MUST_CHECK bool ds_h5_get_chunk(ds_h5 set, const size_t *at, ds_h5_chunk *chunk, ds_status *st);
DS_MUST_CHECK bool ds_h5_put_chunk(ds_h5 set, const size_t *at, const ds_h5_chunk *chunk,
                                   ds_status *st);

DS_MUST_CHECK bool ds_h5_put_text(ds_h5 object, const char *name, const char *text, ds_status *st);
DS_MUST_CHECK bool ds_h5_put_values(ds_h5 object, const char *name, ds_h5_type type, size_t count,
                                    const void *values, ds_status *st);
bool ds_h5_says(ds_h5 object, const char *name); /* has the attribute */
DS_MUST_CHECK bool ds_h5_get_text(ds_h5 object, const char *name, char **text, ds_status *st);
DS_MUST_CHECK bool ds_h5_get_value(ds_h5 object, const char *name, ds_h5_type type, void *value,
                                   ds_status *st);

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
