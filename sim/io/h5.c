#include "h5_inside.h"

#include "sealed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What fits an attribute in a header: of users, the first will do. */
enum { TEXT_MOST = 65000, USES_MOST = 4000 };

static herr_t keep_innermost(unsigned depth, const H5E_error2_t *error, void *text)
{
    if (depth == 0)
        snprintf(text, 256, "%s", error->desc ? error->desc : "");
    return 0;
}

/* HDF5's own cause in short: of a failed system call only what errno means, since the rest holds
 * the date. `error` is errno where it is known. Returns errno, or 0. */
static int cause(int error, char text[256])
{
    text[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, text);
    const char *number = strstr(text, "errno = ");
    if (error == 0 && number)
        error = (int)strtol(number + 8, NULL, 10);
    if (error == 0)
        return 0;
    snprintf(text, 256, "%s", strerror(error));
    return error;
}

/* Names come from files of strangers: no control character reaches a terminal. */
static void place(hid_t object, const char *child, char text[512])
{
    char file[300] = "", path[160] = "";
    H5Fget_name(object, file, sizeof file);
    H5Iget_name(object, path, sizeof path);
    if (child && strcmp(path, "/") == 0)
        path[0] = '\0';
    snprintf(text, 512, "'%s%s%s' in '%s'", path, child ? "/" : "", child ? child : "", file);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
}

/* The call before this one failed: says what it was to do, on which object, and HDF5's cause. */
bool ds_h5_failed(ds_status *st, ds_code code, hid_t object, const char *child, const char *what)
{
    char why[256], where[512];
    if (cause(ds_h5_output_error(), why))
        code = DS_E_IO;
    place(object, child, where);
    return ds_fail(st, code, "cannot %s %s: %s", what, where, why);
}

hid_t ds_h5_text_type(size_t size)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

hid_t ds_h5_open_type(ds_h5_type type, bool stored)
{
    switch (type) {
    case DS_H5_FLOAT:
        return H5Tcopy(stored ? H5T_IEEE_F32LE : H5T_NATIVE_FLOAT);
    case DS_H5_DOUBLE:
        return H5Tcopy(stored ? H5T_IEEE_F64LE : H5T_NATIVE_DOUBLE);
    case DS_H5_BYTE:
        return H5Tcopy(stored ? H5T_STD_U8LE : H5T_NATIVE_UINT8);
    case DS_H5_INT:
        return H5Tcopy(stored ? H5T_STD_I32LE : H5T_NATIVE_INT32);
    case DS_H5_COUNT:
        return H5Tcopy(stored ? H5T_STD_U64LE : H5T_NATIVE_UINT64);
    case DS_H5_TEXT:
        break;
    }
    return ds_h5_text_type(H5T_VARIABLE);
}

static void quiet(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

static hid_t access_list(void)
{
    quiet();
    const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    if (list >= 0 && H5Pset_fclose_degree(list, H5F_CLOSE_STRONG) >= 0 &&
        H5Pset_file_locking(list, false, true) >= 0)
        return list;
    H5Pclose(list);
    return H5I_INVALID_HID;
}

static bool set_order(hid_t list)
{
    return H5Pset_link_creation_order(list, DS_H5_ORDER) >= 0 &&
           H5Pset_attr_creation_order(list, DS_H5_ORDER) >= 0 &&
           H5Pset_link_phase_change(list, DS_H5_COMPACT, 0) >= 0 &&
           H5Pset_attr_phase_change(list, DS_H5_COMPACT, 0) >= 0 &&
           H5Pset_obj_track_times(list, false) >= 0;
}

bool ds_h5_create(ds_h5 *file, const char *path, ds_status *st)
{
    const hid_t access = access_list(), create = H5Pcreate(H5P_FILE_CREATE);
    bool ok = set_order(create) &&
              H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0 &&
              ds_h5_set_output(access);
    *file = ok ? H5Fcreate(path, H5F_ACC_TRUNC, create, access) : -1;
    if (*file < 0) {
        char why[256];
        const ds_code code = ds_file_code(cause(ds_h5_output_closed(), why), DS_E_CREATE);
        *file = 0;
        ok = ds_fail(st, code, "cannot create '%s': %s", path, why);
    }
    H5Pclose(create);
    H5Pclose(access);
    return ok;
}

static herr_t close_any(hid_t object)
{
    switch (H5Iget_type(object)) {
    case H5I_FILE:
        return H5Fclose(object);
    case H5I_GROUP:
        return H5Gclose(object);
    case H5I_DATASET:
        return H5Dclose(object);
    default:
        return -1;
    }
}

bool ds_h5_close(ds_h5 *object, ds_status *st)
{
    if (*object <= 0)
        return true;
    char where[512], why[256];
    place(*object, NULL, where);
    const herr_t closed = close_any(*object);
    *object = 0;
    const int error = ds_h5_output_closed();
    if (closed >= 0 && error == 0)
        return true;
    cause(error, why);
    return ds_fail(st, DS_E_IO, "cannot finish writing %s: %s", where, why);
}

void ds_h5_drop(ds_h5 *object)
{
    if (*object > 0)
        close_any(*object);
    ds_h5_output_closed();
    *object = 0;
}

bool ds_h5_group_create(ds_h5 parent, const char *name, ds_h5 *group, ds_status *st)
{
    const hid_t list = H5Pcreate(H5P_GROUP_CREATE);
    *group = set_order(list) ? H5Gcreate2(parent, name, H5P_DEFAULT, list, H5P_DEFAULT) : -1;
    const bool ok = *group >= 0;
    if (!ok) {
        *group = 0;
        ds_h5_failed(st, DS_E_IO, parent, name, "create");
    }
    H5Pclose(list);
    return ok;
}

/* Takes over type and space. */
static bool put(hid_t object, const char *name, hid_t type, hid_t space, const void *value)
{
    const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool ok = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return ok;
}

static bool put_or_fail(bool done, hid_t object, const char *name, ds_status *st)
{
    return done || ds_h5_failed(st, DS_E_IO, object, name, "write attribute");
}

/* A fixed length, as netCDF writes its own: a variable one would read as an array of strings. */
bool ds_h5_put_text(ds_h5 object, const char *name, const char *text, ds_status *st)
{
    const size_t length = strlen(text);
    if (length > TEXT_MOST)
        return ds_fail(st, DS_E_DATA, "'%.100s' is a text of %zu bytes, a result has at most %d",
                       name, length, TEXT_MOST);
    const hid_t type = ds_h5_text_type(length ? length : 1);
    return put_or_fail(put(object, name, type, H5Screate(H5S_SCALAR), text), object, name, st);
}

bool ds_h5_put_values(ds_h5 object, const char *name, ds_h5_type type, size_t count,
                      const void *values, ds_status *st)
{
    const hsize_t size = count;
    const hid_t space = H5Screate_simple(1, &size, NULL);
    return put_or_fail(put(object, name, ds_h5_open_type(type, true), space, values), object, name,
                       st);
}

/* H5DS wants the NUL inside the size, and ASCII. */
static bool put_mark(hid_t object, const char *name, const char *text, ds_status *st)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, strlen(text) + 1);
    return put_or_fail(put(object, name, type, H5Screate(H5S_SCALAR), text), object, name, st);
}

bool ds_h5_make_scale(ds_h5 set, const char *name, ds_status *st)
{
    return put_mark(set, "CLASS", "DIMENSION_SCALE", st) && put_mark(set, "NAME", name, st);
}

bool ds_h5_set_scales(ds_h5 set, const ds_h5 *scales, size_t rank, ds_status *st)
{
    hobj_ref_t references[DS_H5_RANK];
    hvl_t lists[DS_H5_RANK];
    for (size_t i = 0; i < rank; i++) {
        if (H5Rcreate(&references[i], scales[i], ".", H5R_OBJECT, -1) < 0)
            return ds_h5_failed(st, DS_E_IO, set, NULL, "name the dimensions of");
        lists[i] = (hvl_t){.len = 1, .p = &references[i]};
    }
    const hsize_t size = rank;
    const hid_t type = H5Tvlen_create(H5T_STD_REF_OBJ), space = H5Screate_simple(1, &size, NULL);
    return put_or_fail(put(set, "DIMENSION_LIST", type, space, lists), set, "DIMENSION_LIST", st);
}

typedef struct reference {
    hobj_ref_t set;
    uint32_t axis, padding;
} reference;

bool ds_h5_set_uses(ds_h5 scale, const ds_h5_use *uses, size_t count, ds_status *st)
{
    if (count > USES_MOST)
        count = USES_MOST;
    reference *list = calloc(count + 1, sizeof *list);
    if (!list)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu references", count);
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        list[i].axis = uses[i].axis;
        ok = ok && H5Rcreate(&list[i].set, uses[i].set, ".", H5R_OBJECT, -1) >= 0;
    }
    const hsize_t size = count;
    const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof *list);
    ok = ok && H5Tinsert(type, "dataset", offsetof(reference, set), H5T_STD_REF_OBJ) >= 0 &&
         H5Tinsert(type, "dimension", offsetof(reference, axis), H5T_NATIVE_UINT32) >= 0;
    ok = put(scale, "REFERENCE_LIST", type, H5Screate_simple(1, &size, NULL), list) && ok;
    free(list);
    return put_or_fail(ok, scale, "REFERENCE_LIST", st);
}
