#include "h5_inside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Texts of any length lie in HDF5's global heap (File Format Specification 3.0, III.E): a dataset's
 * element is a length, the address of a collection and the number of an object in it. HDF5 1.10
 * believes what a collection says of its sizes, and damaged ones make it crash or loop, so here
 * they are read without it.
 */
enum { REFERENCE = 16, HEADER = 16 };

typedef struct heap {
    int file;
    uint64_t end, budget; /* of the file; bytes that may still be read and given out */
    unsigned char *bytes; /* the collection in memory */
    uint64_t address, size;
    bool starved; /* no memory, whatever the file holds */
} heap;

size_t ds_h5_file_size(hid_t object)
{
    hsize_t size = 0;
    const hid_t file = H5Iget_file_id(object);
    if (H5Fget_filesize(file, &size) < 0)
        size = 0;
    H5Fclose(file);
    return (size_t)size;
}

static uint64_t number(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    while (size-- > 0)
        value = value << 8 | bytes[size];
    return value;
}

static bool spend(heap *h, uint64_t bytes)
{
    if (bytes > h->budget)
        return false;
    h->budget -= bytes;
    return true;
}

static bool read_at(const heap *h, uint64_t address, void *bytes, size_t size)
{
    return address <= h->end && size <= h->end - address &&
           pread(h->file, bytes, size, (off_t)address) == (ssize_t)size;
}

static bool load(heap *h, uint64_t address)
{
    unsigned char header[HEADER];
    if (h->bytes && h->address == address)
        return true;
    if (!read_at(h, address, header, sizeof header) || memcmp(header, "GCOL\1", 5) != 0)
        return false;
    const uint64_t size = number(header + 8, 8);
    if (size < HEADER || size > h->end - address || !spend(h, size))
        return false;
    free(h->bytes);
    h->bytes = malloc(size);
    h->address = address;
    h->size = size;
    h->starved = !h->bytes;
    return h->bytes && read_at(h, address, h->bytes, size);
}

/* Object `index` of the collection in memory, which must hold `length` bytes; NULL: it does not. */
static const char *find(const heap *h, uint64_t index, uint64_t length)
{
    uint64_t at = HEADER;
    while (h->size - at >= HEADER) {
        const unsigned char *object = h->bytes + at;
        const uint64_t id = number(object, 2), size = number(object + 8, 8);
        const uint64_t left = h->size - at - HEADER;
        if (id == 0 || size > left)
            return NULL;
        if (id == index)
            return length <= size ? (const char *)object + HEADER : NULL;
        const uint64_t step = (size + 7) & ~(uint64_t)7;
        if (step > left)
            return NULL;
        at += HEADER + step;
    }
    return NULL;
}

static bool take(heap *h, const unsigned char *reference, char **text)
{
    const uint64_t length = number(reference, 4), address = number(reference + 4, 8);
    const char *from = "";
    if (length > 0 && (!load(h, address) || !spend(h, length) ||
                       !(from = find(h, number(reference + 12, 4), length))))
        return false;
    *text = malloc(length + 1);
    if (!*text)
        return h->starved = true, false;
    memcpy(*text, from, length);
    (*text)[length] = '\0';
    return true;
}

/* Puts all texts into one block behind their pointers, and frees them. */
static char **pack(char **found, size_t count)
{
    size_t bytes = count * sizeof(char *) + 1;
    for (size_t i = 0; i < count; i++)
        bytes += strlen(found[i]) + 1;
    char **texts = malloc(bytes);
    char *next = texts ? (char *)(texts + count) : NULL;
    for (size_t i = 0; texts && i < count; i++) {
        const size_t size = strlen(found[i]) + 1;
        texts[i] = memcpy(next, found[i], size);
        next += size;
    }
    return texts;
}

/* The file's descriptor, where addresses are as this reader expects them. */
static bool open_heap(heap *h, hid_t set, size_t count)
{
    size_t address = 0, length = 0;
    hsize_t before = 1;
    void *descriptor = NULL;
    const hid_t file = H5Iget_file_id(set), list = H5Fget_create_plist(file);
    const bool ok = H5Pget_sizes(list, &address, &length) >= 0 && address == 8 && length == 8 &&
                    H5Pget_userblock(list, &before) >= 0 && before == 0 &&
                    H5Fget_vfd_handle(file, H5P_DEFAULT, &descriptor) >= 0;
    H5Pclose(list);
    H5Fclose(file);
    const size_t end = ds_h5_file_size(set);
    /* Texts may alternate between collections, which have 4096 bytes if they are shared. */
    *h = (heap){.end = end, .budget = 4 * (uint64_t)end + (uint64_t)count * 4096};
    if (ok)
        h->file = *(int *)descriptor;
    return ok && count <= end / REFERENCE;
}

static bool read_all(heap *h, hid_t set, size_t count, char **found)
{
    const haddr_t start = H5Dget_offset(set);
    unsigned char *references = malloc(count * REFERENCE);
    h->starved = !references;
    bool ok = references && read_at(h, start, references, count * REFERENCE);
    for (size_t i = 0; ok && i < count; i++)
        ok = take(h, references + i * REFERENCE, &found[i]);
    free(references);
    return ok;
}

bool ds_h5_read_texts(ds_h5 set, size_t count, char ***texts, ds_status *st)
{
    heap h;
    *texts = NULL;
    char **found = calloc(count + 1, sizeof *found);
    if (!found)
        return ds_fail(st, DS_E_SYSTEM, "no memory for %zu texts", count);
    const bool ok = open_heap(&h, set, count) && read_all(&h, set, count, found);
    if (ok)
        *texts = pack(found, count);
    if (!ok && !h.starved)
        ds_h5_refused(st, set, NULL, "has texts that the file does not hold");
    else if (!*texts)
        ds_fail(st, DS_E_SYSTEM, "no memory for %zu texts", count);
    for (size_t i = 0; i < count; i++)
        free(found[i]);
    free(h.bytes);
    free(found);
    return *texts != NULL;
}
