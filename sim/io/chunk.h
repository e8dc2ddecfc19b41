/*
 * Pieces of a dataset as HDF5 stores them: bytes of equal weight side by side (shuffled), then
 * deflated. Made and read here rather than by HDF5, so that shards need none, and what a file says
 * of a piece never decides how much memory it takes.
 */
#ifndef DS_IO_CHUNK_H
#define DS_IO_CHUNK_H

#include "h5.h"

enum { DS_CHUNK_LEVEL = 4 }; /* of deflate */

typedef struct ds_chunk {
    void *bytes; /* for free(), unless it lies in something else */
    size_t size, room;
    uint32_t left_out; /* filters that did not make it smaller, a bit each: HDF5's filter mask */
} ds_chunk;

/* Room for so many bytes; what was in it is lost. */
DS_MUST_CHECK bool ds_chunk_reserve(ds_chunk *chunk, size_t size, ds_status *st);
/* What so many bytes of values take at most when they are stored. */
size_t ds_chunk_most(size_t size);
/* `count` values of `width` bytes each, into the chunk. */
DS_MUST_CHECK bool ds_chunk_pack(ds_chunk *chunk, const void *values, size_t count, size_t width,
                                 ds_status *st);
/* And out of it: it must hold exactly so many. */
DS_MUST_CHECK bool ds_chunk_unpack(const ds_chunk *chunk, void *values, size_t count, size_t width,
                                   ds_status *st);

/* ---- datasets in chunks ---- */

size_t ds_chunk_values(const ds_h5_spec *spec); /* of a chunk */
/* The origin of the next chunk, in the order of a file; begin with zeroes. False: no more. */
bool ds_chunk_next(const ds_h5_spec *spec, size_t origin[DS_H5_RANK]);
/* The values of a chunk, out of the whole dataset of floats or doubles; NAN behind its end. */
void ds_chunk_cut(const ds_h5_spec *spec, const void *dataset, const size_t *origin, void *values);

/* Gives the values of the chunk at an origin. */
typedef bool ds_chunk_fetch(void *self, const size_t *origin, void *values, ds_status *st);
/* The values of a box, which lies in the dataset and is not empty. */
DS_MUST_CHECK bool ds_chunks_read(const ds_h5_spec *spec, const ds_h5_box *box, void *to,
                                  ds_chunk_fetch *fetch, void *self, ds_status *st);

#endif
