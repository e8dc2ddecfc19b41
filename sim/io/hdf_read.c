/* What lies in a dataset: numbers and chunks. */
#include "hdf_inside.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEVELS = 9,           /* of an index of chunks */
    CHILDREN = 64,        /* of one of its nodes */
    NODE = 24,            /* bytes before its entries */
    KEPT_MOST = 64 << 10, /* bytes of a chunk that is kept: results have no larger ones of points */
};

/* ---- finding a chunk ---- */

/* Sizes of a key (bytes, mask, the offsets of a chunk and of a byte in its values), and of what
 * belongs to it. */
static size_t key_size(const ds_hdf_set *set)
{
    return 8 + 8 * ((size_t)set->spec.rank + 1);
}

/* As offsets of chunks ascend in the index. */
static int compare(const ds_hdf_set *set, const unsigned char *key, const size_t *at)
{
    for (int i = 0; i < set->spec.rank; i++) {
        const uint64_t offset = ds_hdf_number(key + 8 + 8 * i, 8);
        if (offset != at[i])
            return offset < at[i] ? -1 : 1;
    }
    return 0;
}

static bool no_index(const ds_hdf_set *set, ds_status *st)
{
    return ds_hdf_refused(st, set->object, NULL, "has a damaged index of chunks");
}

/* The entry under which a chunk is found, if it is: the last whose key is not behind it. */
static const unsigned char *choose(const ds_hdf_set *set, const unsigned char *entries,
                                   uint64_t count, const size_t *at)
{
    const size_t step = key_size(set) + 8;
    const unsigned char *chosen = NULL;
    for (uint64_t i = 0; i < count && compare(set, entries + i * step, at) <= 0; i++)
        chosen = entries + i * step;
    return chosen;
}

/* One node of the index (version 1 of HDF5's trees): a level below the one before it. */
static bool descend(const ds_hdf_set *set, const size_t *at, uint64_t *address, int *level,
                    unsigned char key[8], ds_status *st)
{
    unsigned char node[NODE + CHILDREN * (8 + 8 * (DS_H5_RANK + 1) + 8)];
    if (!ds_hdf_bytes_at(set->object->file, *address, node, NODE, st))
        return false;
    const int found = node[5];
    const uint64_t count = ds_hdf_number(node + 6, 2);
    if (memcmp(node, "TREE\1", 5) != 0 || count > CHILDREN || found > LEVELS ||
        (*level >= 0 && found != *level - 1))
        return no_index(set, st);
    *level = found;
    if (!ds_hdf_bytes_at(set->object->file, *address + NODE, node + NODE,
                         count * (key_size(set) + 8), st))
        return false;
    const unsigned char *const entry = choose(set, node + NODE, count, at);
    if (!entry || (found == 0 && compare(set, entry, at) != 0))
        return ds_hdf_refused(st, set->object, NULL, "lacks a chunk");
    memcpy(key, entry, 8);
    *address = ds_hdf_number(entry + key_size(set), 8);
    return true;
}

bool ds_hdf_chunk(const ds_hdf_set *set, const size_t *at, ds_chunk *chunk, ds_status *st)
{
    const ds_hdf *const f = set->object->file;
    const size_t most = ds_chunk_most(ds_chunk_values(&set->spec) * ds_h5_width(set->spec.type));
    unsigned char key[8];
    uint64_t address = set->address;
    int level = -1;
    do {
        if (!descend(set, at, &address, &level, key, st))
            return false;
    } while (level > 0);
    const uint64_t size = ds_hdf_number(key, 4);
    chunk->left_out = 0;
    if (size > most || !ds_hdf_lies_in(f, address, size))
        return ds_hdf_refused(st, set->object, NULL, "has a chunk that the file does not hold");
    if (!ds_chunk_reserve(chunk, size, st))
        return false;
    chunk->left_out = (uint32_t)ds_hdf_number(key + 4, 4);
    return ds_hdf_bytes_at(f, address, chunk->bytes, size, st);
}

/* ---- boxes of values ---- */

typedef struct chunked {
    const ds_hdf_set *set;
    ds_chunk chunk;
} chunked;

static bool recall(const ds_hdf_set *set, const size_t *origin, void *values)
{
    const ds_hdf_kept *const kept = set->object->kept;
    const size_t bytes = ds_chunk_values(&set->spec) * ds_h5_width(set->spec.type);
    if (!kept || !kept->values ||
        memcmp(kept->at, origin, (size_t)set->spec.rank * sizeof *origin) != 0)
        return false;
    memcpy(values, kept->values, bytes);
    return true;
}

/* Where there is no memory for it, it is read again. */
static void keep(const ds_hdf_set *set, const size_t *origin, const void *values)
{
    ds_hdf_kept *const kept = set->object->kept;
    const size_t bytes = ds_chunk_values(&set->spec) * ds_h5_width(set->spec.type);
    if (!kept || bytes > KEPT_MOST)
        return;
    if (!kept->values && !(kept->values = malloc(bytes)))
        return;
    memcpy(kept->at, origin, (size_t)set->spec.rank * sizeof *origin);
    memcpy(kept->values, values, bytes);
}

static bool fetch(void *self, const size_t *origin, void *values, ds_status *st)
{
    chunked *const c = self;
    const ds_h5_spec *const s = &c->set->spec;
    ds_status why = {0};
    if (recall(c->set, origin, values))
        return true;
    if (!ds_hdf_chunk(c->set, origin, &c->chunk, st))
        return false;
    if (ds_chunk_unpack(&c->chunk, values, ds_chunk_values(s), ds_h5_width(s->type), &why)) {
        keep(c->set, origin, values);
        return true;
    }
    return why.code == DS_E_DATA ? ds_hdf_refused(st, c->set->object, NULL, "has a damaged chunk")
                                 : ds_fail(st, why.code, "%s", why.text);
}

static bool read_chunked(const ds_hdf_set *set, const ds_h5_box *box, char *to, ds_status *st)
{
    chunked c = {.set = set};
    const bool ok = ds_chunks_read(&set->spec, box, to, fetch, &c, st);
    free(c.chunk.bytes);
    return ok;
}

/* Row after row of the last dimension. */
static bool read_contiguous(const ds_hdf_set *set, const ds_h5_box *box, char *to, ds_status *st)
{
    const ds_h5_spec *const s = &set->spec;
    const size_t width = ds_h5_width(s->type), row = s->rank ? box->count[s->rank - 1] : 1;
    size_t at[DS_H5_RANK];
    memcpy(at, box->start, sizeof at);
    for (bool more = true; more; to += row * width) {
        size_t index = 0;
        for (int i = 0; i < s->rank; i++)
            index = index * s->size[i] + at[i];
        if (!ds_hdf_bytes_at(set->object->file, set->address + index * width, to, row * width, st))
            return false;
        more = false;
        for (int i = s->rank - 2; i >= 0 && !more; i--) {
            more = ++at[i] < box->start[i] + box->count[i];
            if (!more)
                at[i] = box->start[i];
        }
    }
    return true;
}

/* Values of a box; 0: it is not inside the dataset, or empty. */
static size_t box_values(const ds_h5_spec *s, const ds_h5_box *box)
{
    size_t values = 1;
    for (int i = 0; i < s->rank; i++) {
        if (box->start[i] > s->size[i] || box->count[i] > s->size[i] - box->start[i])
            return 0;
        values *= box->count[i];
    }
    return values;
}

/* Floats in the second half of the block become doubles in all of it. */
static void widen(char *block, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float narrow;
        memcpy(&narrow, block + count * sizeof(double) / 2 + i * sizeof narrow, sizeof narrow);
        const double wide = narrow;
        memcpy(block + i * sizeof wide, &wide, sizeof wide);
    }
}

bool ds_hdf_read(const ds_hdf_set *set, ds_h5_type type, const ds_h5_box *box, void *data,
                 ds_status *st)
{
    const ds_h5_spec *const s = &set->spec;
    ds_h5_box all = {{0}, {0}};
    memcpy(all.count, s->size, sizeof all.count);
    if (!box)
        box = &all;
    const bool widens = type == DS_H5_DOUBLE && s->type == DS_H5_FLOAT;
    const size_t values = box_values(s, box);
    char *const to = (char *)data + (widens ? values * sizeof(float) : 0);
    if (values == 0 || (type != s->type && !widens) || s->type == DS_H5_TEXT)
        return ds_fail(st, DS_E_BUG, "asked for what dataset '%.200s' does not hold",
                       set->object->path);
    const bool ok =
        s->chunk[0] ? read_chunked(set, box, to, st) : read_contiguous(set, box, to, st);
    if (ok && widens)
        widen(data, values);
    return ok;
}
