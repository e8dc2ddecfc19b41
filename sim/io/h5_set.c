#include "chunk.h"
#include "h5_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_real(ds_h5_type type)
{
    return type == DS_H5_FLOAT || type == DS_H5_DOUBLE;
}

static hid_t creation_list(const ds_h5_spec *spec, hid_t type)
{
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[DS_H5_RANK] = {spec->chunk[0], spec->chunk[1], spec->chunk[2]};
    const float nothing = (float)NAN;
    const double nothing_wide = NAN;
    const void *fill = spec->type == DS_H5_FLOAT ? (const void *)&nothing : &nothing_wide;
    bool ok = H5Pset_obj_track_times(list, false) >= 0 &&
              H5Pset_attr_creation_order(list, DS_H5_ORDER) >= 0 &&
              H5Pset_attr_phase_change(list, DS_H5_COMPACT, 0) >= 0;
    if (is_real(spec->type))
        ok = ok && H5Pset_fill_value(list, type, fill) >= 0;
    if (spec->chunk[0])
        ok = ok && H5Pset_chunk(list, spec->rank, chunk) >= 0 && H5Pset_shuffle(list) >= 0 &&
             H5Pset_deflate(list, DS_CHUNK_LEVEL) >= 0;
    if (ok)
        return list;
    H5Pclose(list);
    return H5I_INVALID_HID;
}

/* Chunks are written whole, in one go: a cache would only hold memory, for every dataset
 * that is open. */
static hid_t access_set(void)
{
    const hid_t list = H5Pcreate(H5P_DATASET_ACCESS);
    H5Pset_chunk_cache(list, 1, 0, 1.0);
    return list;
}

static hid_t open_space(const ds_h5_spec *spec)
{
    hsize_t size[DS_H5_RANK] = {spec->size[0], spec->size[1], spec->size[2]};
    return spec->rank ? H5Screate_simple(spec->rank, size, NULL) : H5Screate(H5S_SCALAR);
}

bool ds_h5_set_create(ds_h5 parent, const char *name, const ds_h5_spec *spec, ds_h5 *set,
                      ds_status *st)
{
    const hid_t type = ds_h5_open_type(spec->type, true), space = open_space(spec);
    const hid_t create = creation_list(spec, type), access = access_set();
    *set = H5Dcreate2(parent, name, type, space, H5P_DEFAULT, create, access);
    const bool ok = *set >= 0;
    if (!ok) {
        *set = 0;
        ds_h5_failed(st, DS_E_IO, parent, name, "create");
    }
    H5Pclose(access);
    H5Pclose(create);
    H5Sclose(space);
    H5Tclose(type);
    return ok;
}

/* The part of a dataset that a box selects, and the same shape in memory. */
static bool select_box(hid_t set, const ds_h5_box *box, hid_t *space, hid_t *memory)
{
    hsize_t start[DS_H5_RANK], count[DS_H5_RANK];
    for (int i = 0; i < DS_H5_RANK; i++) {
        start[i] = box->start[i];
        count[i] = box->count[i];
    }
    *space = H5Dget_space(set);
    *memory = H5Screate_simple(H5Sget_simple_extent_ndims(*space), count, NULL);
    return *memory >= 0 &&
           H5Sselect_hyperslab(*space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
}

bool ds_h5_write(ds_h5 set, ds_h5_type type, const ds_h5_box *box, const void *data, ds_status *st)
{
    const hid_t memory_type = ds_h5_open_type(type, false);
    hid_t space = H5S_ALL, memory = H5S_ALL;
    const bool ok = (!box || select_box(set, box, &space, &memory)) &&
                    H5Dwrite(set, memory_type, memory, space, H5P_DEFAULT, data) >= 0 &&
                    ds_h5_output_error() == 0;
    if (!ok)
        ds_h5_failed(st, DS_E_IO, set, NULL, "write");
    if (box) {
        H5Sclose(memory);
        H5Sclose(space);
    }
    H5Tclose(memory_type);
    return ok;
}

bool ds_h5_put_chunk(ds_h5 set, const size_t *at, const ds_chunk *chunk, ds_status *st)
{
    const hsize_t into[DS_H5_RANK] = {at[0], at[1], at[2]};
    if (H5Dwrite_chunk(set, H5P_DEFAULT, chunk->left_out, into, chunk->size, chunk->bytes) < 0 ||
        ds_h5_output_error() != 0)
        return ds_h5_failed(st, DS_E_IO, set, NULL, "write a chunk of");
    return true;
}
