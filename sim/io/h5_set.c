#include "h5_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFLATE_LEVEL = 4, CHUNK_MOST = 16 << 20 /* bytes of doubles */ };

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
              H5Pset_attr_creation_order(list, DS_H5_ORDER) >= 0;
    if (is_real(spec->type))
        ok = ok && H5Pset_fill_value(list, type, fill) >= 0;
    if (spec->chunk[0])
        ok = ok && H5Pset_chunk(list, spec->rank, chunk) >= 0 && H5Pset_shuffle(list) >= 0 &&
             H5Pset_deflate(list, DEFLATE_LEVEL) >= 0;
    if (ok)
        return list;
    H5Pclose(list);
    return H5I_INVALID_HID;
}

/* Chunks are written whole, and read in one go: a cache would only hold memory, for every dataset
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

static bool same_type(hid_t set, ds_h5_type wanted)
{
    const hid_t found = H5Dget_type(set), expected = ds_h5_open_type(wanted, true);
    bool same;
    if (wanted == DS_H5_TEXT)
        same = H5Tget_class(found) == H5T_STRING && H5Tis_variable_str(found) > 0;
    else
        same = H5Tequal(found, expected) > 0;
    H5Tclose(expected);
    H5Tclose(found);
    return same;
}

static bool same_shape(hid_t set, ds_h5_spec *spec)
{
    hsize_t size[H5S_MAX_RANK];
    const hid_t space = H5Dget_space(set);
    const bool simple = H5Sis_simple(space) > 0;
    const int rank = simple ? H5Sget_simple_extent_dims(space, size, NULL) : -1;
    const bool empty = H5Sget_simple_extent_type(space) == H5S_NULL;
    H5Sclose(space);
    if (rank != spec->rank || empty)
        return false;
    for (int i = 0; i < rank; i++) {
        if (spec->size[i] == DS_H5_ANY)
            spec->size[i] = (size_t)size[i];
        if (size[i] != spec->size[i] || size[i] == 0)
            return false;
    }
    return true;
}

/* What a contiguous dataset declares must lie in the file, so that its size can be trusted. */
static bool plausible_size(hid_t set, const ds_h5_spec *spec)
{
    const hid_t type = ds_h5_open_type(spec->type, false);
    const size_t held = ds_h5_file_size(set);
    size_t need = H5Tget_size(type);
    bool ok = H5Dget_storage_size(set) <= held;
    for (int i = 0; i < spec->rank; i++) {
        ok = ok && spec->size[i] <= held / need;
        need *= ok ? spec->size[i] : 1;
    }
    H5Tclose(type);
    return ok && need <= H5Dget_storage_size(set);
}

static bool same_layout(hid_t set, ds_h5_spec *spec)
{
    hsize_t chunk[DS_H5_RANK] = {0};
    unsigned flags, options[16];
    size_t many = 16, again = 16;
    const hid_t list = H5Dget_create_plist(set);
    const H5D_layout_t layout = H5Pget_layout(list);
    const int filters = H5Pget_nfilters(list);
    bool ok;
    if (spec->chunk[0]) {
        ok = layout == H5D_CHUNKED && filters == 2 &&
             H5Pget_chunk(list, DS_H5_RANK, chunk) == spec->rank &&
             H5Pget_filter2(list, 0, &flags, &many, options, 0, NULL, NULL) == H5Z_FILTER_SHUFFLE &&
             H5Pget_filter2(list, 1, &flags, &again, options, 0, NULL, NULL) == H5Z_FILTER_DEFLATE;
        size_t bytes = sizeof(double);
        for (int i = 0; i < spec->rank; i++) {
            ok = ok && (spec->chunk[i] == DS_H5_ANY || chunk[i] == spec->chunk[i]);
            ok = ok && chunk[i] <= CHUNK_MOST / bytes;
            bytes *= ok ? (size_t)chunk[i] : 1;
        }
    } else {
        ok = layout == H5D_CONTIGUOUS && filters == 0 && H5Pget_external_count(list) == 0 &&
             plausible_size(set, spec);
    }
    H5Pclose(list);
    return ok;
}

static bool check_set(hid_t parent, const char *name, hid_t set, ds_h5_spec *spec, ds_status *st)
{
    if (!same_type(set, spec->type))
        return ds_h5_refused(st, parent, name, "has another type of value than a result has there");
    if (!same_shape(set, spec))
        return ds_h5_refused(st, parent, name, "has another rank or shape than a result has there");
    if (!same_layout(set, spec))
        return ds_h5_refused(st, parent, name,
                             "is stored in another way than a result stores it (outside the file, "
                             "another filter or chunk, or more declared than held)");
    return true;
}

bool ds_h5_set_open(ds_h5 parent, const char *name, ds_h5_spec *spec, ds_h5 *set, ds_status *st)
{
    *set = 0;
    if (!ds_h5_is_hard(parent, name))
        return ds_h5_refused(st, parent, name, "is missing, or a link out of the file");
    const hid_t access = access_set();
    *set = H5Dopen2(parent, name, access);
    H5Pclose(access);
    if (*set < 0) {
        *set = 0;
        return ds_h5_failed(st, DS_E_DATA, parent, name, "open dataset");
    }
    if (check_set(parent, name, *set, spec, st))
        return true;
    ds_h5_drop(set);
    return false;
}

int ds_h5_rank(ds_h5 parent, const char *name)
{
    const hid_t set = ds_h5_is_hard(parent, name) ? H5Dopen2(parent, name, H5P_DEFAULT) : -1;
    const hid_t space = set < 0 ? -1 : H5Dget_space(set);
    const int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    H5Sclose(space);
    H5Dclose(set);
    return rank;
}

bool ds_h5_is_wide(ds_h5 parent, const char *name)
{
    const hid_t set = ds_h5_is_hard(parent, name) ? H5Dopen2(parent, name, H5P_DEFAULT) : -1;
    const bool wide = set >= 0 && same_type(set, DS_H5_DOUBLE);
    H5Dclose(set);
    return wide;
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

bool ds_h5_read(ds_h5 set, ds_h5_type type, const ds_h5_box *box, void *data, ds_status *st)
{
    const hid_t memory_type = ds_h5_open_type(type, false);
    hid_t space = H5S_ALL, memory = H5S_ALL;
    const bool ok = (!box || select_box(set, box, &space, &memory)) &&
                    H5Dread(set, memory_type, memory, space, H5P_DEFAULT, data) >= 0;
    if (!ok)
        ds_h5_failed(st, DS_E_DATA, set, NULL, "read");
    if (box) {
        H5Sclose(memory);
        H5Sclose(space);
    }
    H5Tclose(memory_type);
    return ok;
}

static bool reserve(ds_h5_chunk *chunk, size_t size, ds_status *st)
{
    chunk->size = size;
    if (size <= chunk->room)
        return true;
    free(chunk->bytes);
    *chunk = (ds_h5_chunk){.bytes = malloc(size), .size = size, .room = size};
    if (chunk->bytes)
        return true;
    chunk->room = 0;
    return ds_fail(st, DS_E_SYSTEM, "no memory for a chunk of %zu bytes", size);
}

bool ds_h5_get_chunk(ds_h5 set, const size_t *at, ds_h5_chunk *chunk, ds_status *st)
{
    hsize_t from[DS_H5_RANK] = {at[0], at[1], at[2]}, size;
    if (H5Dget_chunk_storage_size(set, from, &size) < 0)
        return ds_h5_failed(st, DS_E_DATA, set, NULL, "find a chunk of");
    if (!reserve(chunk, (size_t)size, st))
        return false;
    if (H5Dread_chunk(set, H5P_DEFAULT, from, &chunk->left_out, chunk->bytes) < 0)
        return ds_h5_failed(st, DS_E_DATA, set, NULL, "read a chunk of");
    return true;
}

bool ds_h5_put_chunk(ds_h5 set, const size_t *at, const ds_h5_chunk *chunk, ds_status *st)
{
    const hsize_t into[DS_H5_RANK] = {at[0], at[1], at[2]};
    if (H5Dwrite_chunk(set, H5P_DEFAULT, chunk->left_out, into, chunk->size, chunk->bytes) < 0 ||
        ds_h5_output_error() != 0)
        return ds_h5_failed(st, DS_E_IO, set, NULL, "write a chunk of");
    return true;
}
