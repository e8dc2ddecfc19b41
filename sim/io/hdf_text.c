/* Texts: those of attributes, and those in the global heap. */
#include "hdf_inside.h"

#include "complain.h"

#include <stdlib.h>
#include <string.h>

/* ---- attributes ---- */

typedef struct attribute {
    ds_hdf_bytes name, type, space, data;
} attribute;

static bool take_attribute(ds_hdf_bytes m, attribute *a)
{
    const uint64_t version = ds_hdf_take(&m, 1), shared = ds_hdf_take(&m, 1);
    const size_t name = ds_hdf_take(&m, 2), type = ds_hdf_take(&m, 2), space = ds_hdf_take(&m, 2);
    ds_hdf_take(&m, 1); /* letters of the name */
    a->name = ds_hdf_cut(&m, name);
    a->type = ds_hdf_cut(&m, type);
    a->space = ds_hdf_cut(&m, space);
    a->data = m;
    return !m.bad && version == 3 && shared == 0;
}

static bool find(const ds_hdf_object *o, const char *name, attribute *a)
{
    const size_t size = strlen(name) + 1;
    ds_hdf_bytes m;
    for (size_t from = 0; ds_hdf_message(o, DS_HDF_ATTRIBUTE, &from, &m);)
        if (take_attribute(m, a) && a->name.left == size && memcmp(a->name.at, name, size) == 0)
            return true;
    return false;
}

static bool find_single(const ds_hdf_object *o, const char *name, attribute *a)
{
    size_t sizes[DS_H5_RANK] = {1, 1, 1};
    int rank;
    return find(o, name, a) && ds_hdf_shape(a->space, &rank, sizes) && rank <= 1 && sizes[0] == 1;
}

bool ds_hdf_says(const ds_hdf_object *object, const char *name)
{
    attribute a;
    return find(object, name, &a);
}

bool ds_hdf_text(const ds_hdf_object *object, const char *name, char **text, ds_status *st)
{
    /* A string of fixed size, as ds_h5_put_text makes it. */
    static const unsigned char string[] = {0x13, 0x10, 0, 0};
    attribute a;
    *text = NULL;
    if (!find_single(object, name, &a) || a.type.left != 8 ||
        memcmp(a.type.at, string, sizeof string) != 0 || a.data.left == 0 ||
        ds_hdf_number(a.type.at + 4, 4) != a.data.left)
        return ds_hdf_refused(st, object, name, "is not a text of one line, as it must be");
    const size_t length = strnlen((const char *)a.data.at, a.data.left);
    if (!ds_is_plain((const char *)a.data.at, length))
        return ds_hdf_refused(st, object, name, "is a text with control characters, or not UTF-8");
    *text = strndup((const char *)a.data.at, length);
    return *text || ds_hdf_no_memory(st, object);
}

bool ds_hdf_value(const ds_hdf_object *object, const char *name, ds_h5_type type, void *value,
                  ds_status *st)
{
    attribute a;
    if (!find_single(object, name, &a) || !ds_hdf_is_type(a.type, type) ||
        a.data.left != ds_h5_width(type))
        return ds_hdf_refused(st, object, name, "is not one number, as it must be");
    memcpy(value, a.data.at, a.data.left);
    return true;
}

/* ---- the global heap ---- */

/* A dataset's element is a length, the address of a collection and the number of an object in it
 * (File Format Specification 3.0, III.E). */
enum { REFERENCE = 16, HEADER = 16, SHARED = 4096 /* bytes of a collection of several texts */ };

typedef struct heap {
    const ds_hdf *file;
    uint64_t looked, given; /* bytes that may still be looked at, and given out */
    unsigned char *bytes;   /* the collection in memory */
    uint64_t address, size;
    uint64_t at, index; /* where the object was found that came last, and its number */
} heap;

static bool spend(uint64_t *budget, uint64_t bytes)
{
    if (bytes > *budget)
        return false;
    *budget -= bytes;
    return true;
}

/* Why texts could not be had. */
typedef enum trouble { NONE, WRONG, STARVED, UNREADABLE } trouble;

static trouble load(heap *h, uint64_t address, ds_status *st)
{
    unsigned char header[HEADER];
    if (h->bytes && h->address == address)
        return NONE;
    if (!ds_hdf_lies_in(h->file, address, HEADER))
        return WRONG;
    if (!ds_hdf_bytes_at(h->file, address, header, HEADER, st))
        return UNREADABLE;
    const uint64_t size = ds_hdf_number(header + 8, 8);
    if (memcmp(header, "GCOL\1", 5) != 0 || size < HEADER ||
        !ds_hdf_lies_in(h->file, address, size) || !spend(&h->looked, size))
        return WRONG;
    free(h->bytes);
    h->bytes = malloc(size);
    h->address = address;
    h->size = size;
    h->at = HEADER;
    h->index = 0;
    if (!h->bytes)
        return STARVED;
    return ds_hdf_bytes_at(h->file, address, h->bytes, size, st) ? NONE : UNREADABLE;
}

/* Object `index` of the collection in memory, which must hold `length` bytes; NULL: it does not.
 * Objects ascend, so the search goes on where it found the one before. */
static const char *find_object(heap *h, uint64_t index, uint64_t length)
{
    uint64_t at = index >= h->index ? h->at : HEADER;
    while (h->size - at >= HEADER && spend(&h->looked, HEADER)) {
        const unsigned char *object = h->bytes + at;
        const uint64_t id = ds_hdf_number(object, 2), size = ds_hdf_number(object + 8, 8);
        const uint64_t left = h->size - at - HEADER;
        if (id == 0 || size > left)
            return NULL;
        if (id == index) {
            h->at = at;
            h->index = id;
            return length <= size ? (const char *)object + HEADER : NULL;
        }
        const uint64_t step = (size + 7) & ~(uint64_t)7;
        if (step > left)
            return NULL;
        at += HEADER + step;
    }
    return NULL;
}

static trouble take(heap *h, const unsigned char *reference, char **text, ds_status *st)
{
    const uint64_t length = ds_hdf_number(reference, 4);
    const uint64_t address = ds_hdf_number(reference + 4, 8);
    const char *from = "";
    if (length > 0) {
        const trouble t = load(h, address, st);
        if (t != NONE)
            return t;
        from = find_object(h, ds_hdf_number(reference + 12, 4), length);
        if (!from || !spend(&h->given, length))
            return WRONG;
    }
    *text = strndup(from, length);
    return *text ? NONE : STARVED;
}

/* All texts in one block behind their pointers. */
static char **join(char *const *found, size_t count)
{
    size_t bytes = (count + 1) * sizeof(char *);
    for (size_t i = 0; i < count; i++)
        bytes += strlen(found[i]) + 1;
    char **const texts = malloc(bytes);
    char *next = texts ? (char *)(texts + count + 1) : NULL;
    for (size_t i = 0; texts && i < count; i++) {
        const size_t size = strlen(found[i]) + 1;
        texts[i] = memcpy(next, found[i], size);
        next += size;
    }
    return texts;
}

static trouble take_all(heap *h, const ds_hdf_set *set, size_t count, char **found, ds_status *st)
{
    unsigned char *const references = malloc(count * REFERENCE);
    trouble t = references ? NONE : STARVED;
    if (t == NONE && !ds_hdf_bytes_at(h->file, set->address, references, count * REFERENCE, st))
        t = UNREADABLE;
    for (size_t i = 0; t == NONE && i < count; i++)
        t = take(h, references + i * REFERENCE, &found[i], st);
    free(references);
    return t;
}

bool ds_hdf_texts(const ds_hdf_set *set, char ***texts, ds_status *st)
{
    const size_t count = set->spec.rank ? set->spec.size[0] : 1;
    const uint64_t end = set->object->file->end;
    /* Texts may alternate between collections; none is stored for two. */
    heap h = {
        .file = set->object->file, .looked = 4 * end + 2 * (uint64_t)count * SHARED, .given = end};
    char **const found = calloc(count, sizeof *found);
    trouble t = found ? take_all(&h, set, count, found, st) : STARVED;
    *texts = t == NONE ? join(found, count) : NULL;
    if (t == NONE && !*texts)
        t = STARVED;
    for (size_t i = 0; found && i < count; i++)
        free(found[i]);
    free(found);
    free(h.bytes);
    if (t == STARVED)
        return ds_hdf_no_memory(st, set->object);
    return t == NONE ||
           ds_hdf_refused(st, set->object, NULL, "has texts that the file does not hold");
}
