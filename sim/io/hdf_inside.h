/*
 * What the files of the reader of HDF5 share among themselves. Nobody else includes this.
 */
#ifndef DS_IO_HDF_INSIDE_H
#define DS_IO_HDF_INSIDE_H

#include "hdf.h"

#define DS_HDF_NOWHERE UINT64_MAX /* the address of what is not there */

typedef enum ds_hdf_kind {
    DS_HDF_NIL = 0,
    DS_HDF_SPACE = 1,
    DS_HDF_LINKS = 2,
    DS_HDF_TYPE = 3,
    DS_HDF_FILL = 5,
    DS_HDF_LINK = 6,
    DS_HDF_LAYOUT = 8,
    DS_HDF_GROUP = 10,
    DS_HDF_FILTERS = 11,
    DS_HDF_ATTRIBUTE = 12,
    DS_HDF_MORE = 16,
    DS_HDF_ATTRIBUTES = 21,
} ds_hdf_kind;

typedef struct ds_hdf_link {
    char *name;
    uint64_t address, order;
} ds_hdf_link;

struct ds_hdf {
    int file;
    char *name;
    uint64_t end;           /* of the file, its seal left out */
    uint64_t headers;       /* bytes that may still be read as headers: none lies in two */
    uint64_t declared;      /* bytes of all datasets that were found, as they are in memory */
    size_t pieces;          /* of headers, so far */
    ds_hdf_object *objects; /* all that were looked at */
    ds_hdf_object *root;
};

/* The chunk of several points that was read last: results are read a point at a time. */
typedef struct ds_hdf_kept {
    size_t at[DS_H5_RANK];
    void *values; /* NULL: none */
} ds_hdf_kept;

struct ds_hdf_object {
    ds_hdf *file;
    char *path; /* from the root, for messages */
    uint64_t address;
    unsigned char *messages; /* one after the other: kind 1, size 2, bytes */
    size_t size, room;
    ds_hdf_link *links; /* in order of creation */
    size_t link_count;
    bool found;        /* as a dataset, so that it counts in `declared` */
    ds_hdf_kept *kept; /* NULL: nothing is to be kept */
    ds_hdf_object *next;
};

/* Bytes that are looked at from front to end. What is behind the end reads as 0 and is remembered.
 */
typedef struct ds_hdf_bytes {
    const unsigned char *at;
    size_t left;
    bool bad;
} ds_hdf_bytes;

uint64_t ds_hdf_number(const unsigned char *bytes, size_t size); /* little-endian */
uint64_t ds_hdf_take(ds_hdf_bytes *bytes, size_t size);          /* at most 8 */
ds_hdf_bytes ds_hdf_cut(ds_hdf_bytes *bytes, size_t size);

/* Bytes [address, address + size) of the file. */
DS_MUST_CHECK bool ds_hdf_bytes_at(const ds_hdf *file, uint64_t address, void *bytes, size_t size,
                                   ds_status *st);
bool ds_hdf_lies_in(const ds_hdf *file, uint64_t address, uint64_t size);

/* The file is not what it must be: `child` of the object, or the object itself where it is NULL. */
bool ds_hdf_refused(ds_status *st, const ds_hdf_object *object, const char *child,
                    const char *what);
bool ds_hdf_no_memory(ds_status *st, const ds_hdf_object *object);

/* The first message of a kind that comes at `from` or behind; false: none. */
bool ds_hdf_message(const ds_hdf_object *object, ds_hdf_kind kind, size_t *from,
                    ds_hdf_bytes *bytes);
DS_MUST_CHECK bool ds_hdf_child(const ds_hdf_object *parent, const char *name,
                                ds_hdf_object **child, ds_status *st);

bool ds_hdf_is_type(ds_hdf_bytes type, ds_h5_type wanted);
/* Rank (at most DS_H5_RANK) and sizes; false: more, or not plain. */
bool ds_hdf_shape(ds_hdf_bytes space, int *rank, size_t *size);

#endif
