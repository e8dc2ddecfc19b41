/*
 * HDF5 files, read without HDF5, because a file may come from anybody. What this program writes is
 * understood and nothing else: object headers of version 2 with their links and attributes inside,
 * datasets that are contiguous or shuffled and deflated in chunks, texts in the global heap (File
 * Format Specification 3.0). Links out of the file, data outside of it or virtual, and any other
 * filter have no reader here. Every address and size is compared with the file before it is used,
 * and what a file can make its reader take of memory is some times its own size.
 *
 * An open file is for one thread at a time.
 */
#ifndef DS_IO_HDF_H
#define DS_IO_HDF_H

#include "chunk.h"
#include "h5.h"

typedef struct ds_hdf ds_hdf;
typedef struct ds_hdf_object ds_hdf_object; /* a group or dataset, open as long as its file */

/* Opens a regular file that ends in its seal, which is checked. */
DS_MUST_CHECK bool ds_hdf_open(ds_hdf **file, const char *path, ds_status *st);
void ds_hdf_close(ds_hdf *file);
const ds_hdf_object *ds_hdf_root(const ds_hdf *file);

bool ds_hdf_has(const ds_hdf_object *group, const char *name);
DS_MUST_CHECK bool ds_hdf_group(const ds_hdf_object *parent, const char *name,
                                const ds_hdf_object **group, ds_status *st);
/* Names of all that a group holds, in order of creation; they live as long as the file. */
size_t ds_hdf_count(const ds_hdf_object *group);
const char *ds_hdf_name(const ds_hdf_object *group, size_t index);

bool ds_hdf_says(const ds_hdf_object *object, const char *name); /* has the attribute */
/* A text in a block for free(). */
DS_MUST_CHECK bool ds_hdf_text(const ds_hdf_object *object, const char *name, char **text,
                               ds_status *st);
DS_MUST_CHECK bool ds_hdf_value(const ds_hdf_object *object, const char *name, ds_h5_type type,
                                void *value, ds_status *st);

/* A dataset that is what was asked for. */
typedef struct ds_hdf_set {
    const ds_hdf_object *object;
    ds_h5_spec spec;
    uint64_t address; /* of its data, or of the index of its chunks */
} ds_hdf_set;

/* Finds a dataset that must be as `spec` says; a size or chunk of DS_H5_ANY takes what the file
 * declares. What it declares is never more than the file can hold. */
#define DS_H5_ANY SIZE_MAX
DS_MUST_CHECK bool ds_hdf_find(const ds_hdf_object *parent, const char *name,
                               const ds_h5_spec *spec, ds_hdf_set *set, ds_status *st);
DS_MUST_CHECK bool ds_hdf_rank(const ds_hdf_object *parent, const char *name, int *rank,
                               ds_status *st);
/* *wide: a dataset of doubles. */
DS_MUST_CHECK bool ds_hdf_is_wide(const ds_hdf_object *parent, const char *name, bool *wide,
                                  ds_status *st);

/* `type` is what `data` points to: as stored, or doubles of floats. `box` NULL: all of it. */
DS_MUST_CHECK bool ds_hdf_read(const ds_hdf_set *set, ds_h5_type type, const ds_h5_box *box,
                               void *data, ds_status *st);
/* The chunk that begins there, as it is stored. */
DS_MUST_CHECK bool ds_hdf_chunk(const ds_hdf_set *set, const size_t *at, ds_chunk *chunk,
                                ds_status *st);
/* All texts of a dataset of them, in one block for free(). */
DS_MUST_CHECK bool ds_hdf_texts(const ds_hdf_set *set, char ***texts, ds_status *st);

#endif
