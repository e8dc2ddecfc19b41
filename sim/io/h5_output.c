#include "h5_inside.h"

#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The driver under files that are written. HDF5 1.10 does not survive a failed write: the file
 * cannot be closed any more, and the program dies when it exits. So this driver tells HDF5 that all
 * is well, and keeps the failure for those who ask: during the work, and after closing.
 */
typedef struct output {
    H5FD_t base;
    haddr_t allocated, end;
    int file;
} output;

/* Of the one output that a thread has open, and of the one it closed last. */
static _Thread_local int first_error, closed_error;

int ds_h5_output_error(void)
{
    return first_error;
}

int ds_h5_output_closed(void)
{
    const int error = closed_error;
    closed_error = 0;
    return error;
}

static void note(int error)
{
    if (first_error == 0)
        first_error = error;
}

static H5FD_t *open_output(const char *name, unsigned flags, hid_t access, haddr_t most)
{
    (void)flags, (void)access, (void)most;
    output *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->file = ds_file_create(name, O_RDWR);
    if (o->file >= 0)
        return &o->base;
    closed_error = errno;
    free(o);
    return NULL;
}

static herr_t close_output(H5FD_t *base)
{
    output *o = (output *)base;
    if (close(o->file) != 0)
        note(errno);
    closed_error = first_error;
    first_error = 0;
    free(o);
    return 0;
}

static herr_t query_output(const H5FD_t *base, unsigned long *flags)
{
    (void)base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t get_allocated(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const output *)base)->allocated;
}

static herr_t set_allocated(H5FD_t *base, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((output *)base)->allocated = address;
    return 0;
}

static haddr_t get_end(const H5FD_t *base, H5FD_mem_t type)
{
    (void)type;
    return ((const output *)base)->end;
}

/* What was never written reads as zeros. */
static herr_t read_output(H5FD_t *base, H5FD_mem_t type, hid_t list, haddr_t address, size_t size,
                          void *buffer)
{
    (void)type, (void)list;
    const output *o = (const output *)base;
    char *to = buffer;
    while (size > 0) {
        const ssize_t done = pread(o->file, to, size, (off_t)address);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            note(errno);
        if (done <= 0)
            break;
        to += done;
        address += (haddr_t)done;
        size -= (size_t)done;
    }
    memset(to, 0, size);
    return 0;
}

static herr_t write_output(H5FD_t *base, H5FD_mem_t type, hid_t list, haddr_t address, size_t size,
                           const void *buffer)
{
    (void)type, (void)list;
    output *o = (output *)base;
    const char *from = buffer;
    if (address + size > o->end)
        o->end = address + size;
    while (size > 0 && first_error == 0) {
        const ssize_t done = pwrite(o->file, from, size, (off_t)address);
        if (done < 0 && errno != EINTR)
            note(errno);
        if (done <= 0)
            continue;
        from += done;
        address += (haddr_t)done;
        size -= (size_t)done;
    }
    return 0;
}

static herr_t truncate_output(H5FD_t *base, hid_t list, hbool_t closing)
{
    (void)list, (void)closing;
    output *o = (output *)base;
    if (first_error == 0 && o->end != o->allocated && ftruncate(o->file, (off_t)o->allocated) != 0)
        note(errno);
    o->end = o->allocated;
    return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = 600, /* of the range for drivers that are not registered with the HDF Group */
#endif
    .name = "diemsim_output",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .open = open_output,
    .close = close_output,
    .query = query_output,
    .get_eoa = get_allocated,
    .set_eoa = set_allocated,
    .get_eof = get_end,
    .read = read_output,
    .write = write_output,
    .truncate = truncate_output,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

/* Registered once and for good: HDF5 1.10 closes a file by the driver that it has just released. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static hid_t registered = H5I_INVALID_HID;

static void enlist(void)
{
    registered = H5FDregister(&driver);
}

bool ds_h5_set_output(hid_t access)
{
    return pthread_once(&once, enlist) == 0 && H5Pset_driver(access, registered, NULL) >= 0;
}
