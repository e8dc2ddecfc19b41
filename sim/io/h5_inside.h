/*
 * What the files of the HDF5 layer share among themselves. Nobody else includes this.
 */
#ifndef DS_IO_H5_INSIDE_H
#define DS_IO_H5_INSIDE_H

#include "h5.h"

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

_Static_assert(sizeof(hid_t) == sizeof(ds_h5), "a handle is an HDF5 identifier");

/* Links and attributes lie in the header of their object, however many there are (hdf.h). */
enum { DS_H5_ORDER = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED, DS_H5_COMPACT = 65535 };

/* The HDF5 call before this one failed: says what it was to do, on which object or its child (may
 * be NULL), and HDF5's cause. A failed system call makes it DS_E_IO. Returns false. */
bool ds_h5_failed(ds_status *st, ds_code code, hid_t object, const char *child, const char *what);

/* Sets the driver for a file that is written, see h5_output.c. */
bool ds_h5_set_output(hid_t access);
/* errno of the first failed write to the output that this thread has open (one at a time), 0: none;
 * and of the output that it closed last, or could not open: said once. */
int ds_h5_output_error(void);
int ds_h5_output_closed(void);

/* Types to be closed by the caller; size H5T_VARIABLE: of any length. */
hid_t ds_h5_text_type(size_t size);
hid_t ds_h5_open_type(ds_h5_type type, bool stored);

#endif
