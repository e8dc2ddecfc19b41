#include "hdf_inside.h"

#include "complain.h"
#include "sealed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PIECES_MOST = 100000, /* of headers in a file, and so of reads */
    LINKS_MOST = 10000,   /* of a group */
    WAITING = 64          /* pieces of a header that were not read yet */
};

/* ---- bytes ---- */

uint64_t ds_hdf_number(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    while (size-- > 0)
        value = value << 8 | bytes[size];
    return value;
}

ds_hdf_bytes ds_hdf_cut(ds_hdf_bytes *bytes, size_t size)
{
    ds_hdf_bytes cut = {bytes->at, size, false};
    if (bytes->bad || size > bytes->left) {
        bytes->bad = true;
        return (ds_hdf_bytes){NULL, 0, true};
    }
    bytes->at += size;
    bytes->left -= size;
    return cut;
}

uint64_t ds_hdf_take(ds_hdf_bytes *bytes, size_t size)
{
    const ds_hdf_bytes cut = ds_hdf_cut(bytes, size);
    return cut.bad ? 0 : ds_hdf_number(cut.at, size);
}

bool ds_hdf_lies_in(const ds_hdf *file, uint64_t address, uint64_t size)
{
    return address <= file->end && size <= file->end - address;
}

bool ds_hdf_bytes_at(const ds_hdf *file, uint64_t address, void *bytes, size_t size, ds_status *st)
{
    char *to = bytes;
    if (!ds_hdf_lies_in(file, address, size))
        return ds_fail(st, DS_E_DATA, "'%s' points to something behind its end", file->name);
    while (size > 0) {
        const ssize_t done = pread(file->file, to, size, (off_t)address);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return ds_fail(st, DS_E_IO, "cannot read '%s': %s", file->name, strerror(errno));
        if (done == 0)
            return ds_fail(st, DS_E_DATA, "'%s' became shorter while it was read", file->name);
        to += done;
        address += (uint64_t)done;
        size -= (size_t)done;
    }
    return true;
}

/* ---- messages to the user ---- */

/* Names come from files of strangers: no control character reaches a terminal. */
bool ds_hdf_refused(ds_status *st, const ds_hdf_object *object, const char *child, const char *what)
{
    char where[512];
    snprintf(where, sizeof where, "'%.150s%s%.100s' in '%.200s'",
             child && object->path[1] == '\0' ? "" : object->path, child ? "/" : "",
             child ? child : "", object->file->name);
    for (unsigned char *c = (unsigned char *)where; *c; c++)
        if (*c < ' ' || *c == 127 || (*c == 0xc2 && c[1] < 0xa0))
            *c = '?';
    return ds_fail(st, DS_E_DATA, "%s %s", where, what);
}

bool ds_hdf_no_memory(ds_status *st, const ds_hdf_object *object)
{
    return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", object->file->name);
}

/* ---- the header of an object ---- */

static bool is_known(uint64_t kind)
{
    switch (kind) {
    case DS_HDF_SPACE:
    case DS_HDF_LINKS:
    case DS_HDF_TYPE:
    case DS_HDF_FILL:
    case DS_HDF_LINK:
    case DS_HDF_LAYOUT:
    case DS_HDF_GROUP:
    case DS_HDF_FILTERS:
    case DS_HDF_ATTRIBUTE:
    case DS_HDF_ATTRIBUTES:
        return true;
    default:
        return false;
    }
}

/* Of messages that other programs write. */
static const char *strange(uint64_t kind)
{
    enum { OUTSIDE = 7, NAMES = 22 };
    return kind == OUTSIDE ? "keeps its data in other files, and those are not read"
           : kind == NAMES ? "has several names, as nothing in a result has"
                           : "holds something that no result has";
}

static bool keep(ds_hdf_object *o, uint64_t kind, ds_hdf_bytes message, ds_status *st)
{
    const size_t need = o->size + message.left + 3;
    if (need > o->room) {
        unsigned char *const more = realloc(o->messages, 2 * need);
        if (!more)
            return ds_hdf_no_memory(st, o);
        o->messages = more;
        o->room = 2 * need;
    }
    unsigned char *const to = o->messages + o->size;
    to[0] = (unsigned char)kind;
    to[1] = (unsigned char)(message.left & 0xff);
    to[2] = (unsigned char)(message.left >> 8);
    memcpy(to + 3, message.at, message.left);
    o->size = need;
    return true;
}

/* Where pieces of a header lie that are still to be read. */
typedef struct waiting {
    uint64_t address[WAITING], size[WAITING];
    size_t count;
} waiting;

static bool take_message(ds_hdf_object *o, uint64_t kind, ds_hdf_bytes message, waiting *w,
                         ds_status *st)
{
    if (kind == DS_HDF_NIL)
        return true;
    if (kind != DS_HDF_MORE)
        return is_known(kind) ? keep(o, kind, message, st)
                              : ds_hdf_refused(st, o, NULL, strange(kind));
    if (w->count == WAITING)
        return ds_hdf_refused(st, o, NULL, "has a header in too many pieces");
    w->address[w->count] = ds_hdf_take(&message, 8);
    w->size[w->count++] = ds_hdf_take(&message, 8);
    return !message.bad || ds_hdf_refused(st, o, NULL, "has a damaged header");
}

/* The messages of a piece; `ordered` ones have a number each, which is of no use here. */
static bool take_messages(ds_hdf_object *o, ds_hdf_bytes piece, bool ordered, waiting *w,
                          ds_status *st)
{
    enum { SHARED = 2 };
    const size_t head = ordered ? 6 : 4;
    while (piece.left >= head) {
        const uint64_t kind = ds_hdf_take(&piece, 1), size = ds_hdf_take(&piece, 2);
        const uint64_t flags = ds_hdf_take(&piece, 1);
        ds_hdf_cut(&piece, head - 4);
        const ds_hdf_bytes message = ds_hdf_cut(&piece, size);
        if (message.bad)
            return ds_hdf_refused(st, o, NULL, "has a damaged header");
        if (flags & SHARED)
            return ds_hdf_refused(
                st, o, NULL, "shares its description with other data, as nothing in a result does");
        if (!take_message(o, kind, message, w, st))
            return false;
    }
    return true;
}

/* Reads a piece of a header into a block for free(). */
static bool load(ds_hdf_object *o, uint64_t address, uint64_t size, unsigned char **bytes,
                 ds_status *st)
{
    ds_hdf *const f = o->file;
    *bytes = NULL;
    if (size > f->headers || ++f->pieces > PIECES_MOST)
        return ds_hdf_refused(st, o, NULL, "has headers that lie in each other");
    f->headers -= size;
    *bytes = malloc(size + 1);
    return *bytes ? ds_hdf_bytes_at(f, address, *bytes, size, st) : ds_hdf_no_memory(st, o);
}

/* A piece beyond the first: a word, messages, a checksum (which is left to the seal). */
static bool load_more(ds_hdf_object *o, uint64_t address, uint64_t size, bool ordered, waiting *w,
                      ds_status *st)
{
    unsigned char *bytes = NULL;
    bool ok = size >= 8 || ds_hdf_refused(st, o, NULL, "has a damaged header");
    ok = ok && load(o, address, size, &bytes, st);
    ok = ok &&
         (memcmp(bytes, "OCHK", 4) == 0 || ds_hdf_refused(st, o, NULL, "has a damaged header"));
    ok = ok && take_messages(o, (ds_hdf_bytes){bytes + 4, size - 8, false}, ordered, w, st);
    free(bytes);
    return ok;
}

/* The first piece: what is before the messages says how many bytes they take. */
static bool load_first(ds_hdf_object *o, bool *ordered, waiting *w, ds_status *st)
{
    enum { WIDTH = 3, ORDERED = 4, PHASES = 16, TIMES = 32, UNKNOWN = 192, PREFIX = 6 };
    unsigned char prefix[PREFIX], size_bytes[8], *bytes = NULL;
    if (!ds_hdf_bytes_at(o->file, o->address, prefix, PREFIX, st))
        return false;
    const unsigned flags = prefix[5];
    const size_t width = (size_t)1 << (flags & WIDTH);
    const uint64_t at = o->address + PREFIX + (flags & TIMES ? 16 : 0) + (flags & PHASES ? 4 : 0);
    if (memcmp(prefix, "OHDR\2", 5) != 0 || flags & UNKNOWN)
        return ds_hdf_refused(st, o, NULL, "has no header such as a result has");
    if (!ds_hdf_bytes_at(o->file, at, size_bytes, width, st))
        return false;
    const uint64_t size = ds_hdf_number(size_bytes, width);
    *ordered = flags & ORDERED;
    const bool ok = load(o, at + width, size, &bytes, st) &&
                    take_messages(o, (ds_hdf_bytes){bytes, size, false}, *ordered, w, st);
    free(bytes);
    return ok;
}

static bool load_header(ds_hdf_object *o, ds_status *st)
{
    waiting w = {.count = 0};
    bool ordered;
    bool ok = load_first(o, &ordered, &w, st);
    while (ok && w.count > 0) {
        const size_t next = --w.count;
        ok = load_more(o, w.address[next], w.size[next], ordered, &w, st);
    }
    return ok;
}

bool ds_hdf_message(const ds_hdf_object *o, ds_hdf_kind kind, size_t *from, ds_hdf_bytes *bytes)
{
    while (*from < o->size) {
        const unsigned char *const m = o->messages + *from;
        const size_t size = ds_hdf_number(m + 1, 2);
        *from += 3 + size;
        *bytes = (ds_hdf_bytes){m + 3, size, false};
        if (m[0] == kind)
            return true;
    }
    return false;
}

/* ---- links ---- */

/* Of a hard link in the compact form; the name's block is the link's. */
static bool take_link(const ds_hdf_object *o, ds_hdf_bytes m, ds_hdf_link *link, ds_status *st)
{
    enum { WIDTH = 3, ORDERED = 4, OTHER = 8, LETTERS = 16, UNKNOWN = 224 };
    const uint64_t version = ds_hdf_take(&m, 1), flags = ds_hdf_take(&m, 1);
    const uint64_t sort = flags & OTHER ? ds_hdf_take(&m, 1) : 0;
    link->order = flags & ORDERED ? ds_hdf_take(&m, 8) : 0;
    if (flags & LETTERS)
        ds_hdf_take(&m, 1);
    const ds_hdf_bytes name = ds_hdf_cut(&m, ds_hdf_take(&m, (size_t)1 << (flags & WIDTH)));
    if (sort != 0)
        return ds_hdf_refused(st, o, NULL, "holds a link that is not a plain one");
    link->address = ds_hdf_take(&m, 8);
    if (m.bad || version != 1 || flags & UNKNOWN || name.left == 0 ||
        !ds_is_plain((const char *)name.at, name.left))
        return ds_hdf_refused(st, o, NULL, "holds a damaged link");
    link->name = strndup((const char *)name.at, name.left);
    return link->name || ds_hdf_no_memory(st, o);
}

static int by_order(const void *a, const void *b)
{
    const ds_hdf_link *const x = a, *const y = b;
    return x->order != y->order ? (x->order > y->order) - (x->order < y->order)
                                : strcmp(x->name, y->name);
}

/* What lies elsewhere than in the header, nobody looks at: this program writes nothing there. */
static bool check_heaps(const ds_hdf_object *o, ds_status *st)
{
    static const ds_hdf_kind kinds[] = {DS_HDF_LINKS, DS_HDF_ATTRIBUTES};
    static const size_t widths[] = {8, 2}; /* of the largest order so far */
    for (size_t i = 0; i < 2; i++) {
        ds_hdf_bytes m;
        for (size_t from = 0; ds_hdf_message(o, kinds[i], &from, &m);) {
            ds_hdf_take(&m, 1);
            if (ds_hdf_take(&m, 1) & 1)
                ds_hdf_take(&m, widths[i]);
            if (ds_hdf_take(&m, 8) != DS_HDF_NOWHERE)
                return ds_hdf_refused(st, o, NULL,
                                      "is stored in another way than a result stores it (its "
                                      "links or attributes in a heap)");
        }
    }
    return true;
}

static bool take_links(ds_hdf_object *o, ds_status *st)
{
    ds_hdf_bytes m;
    size_t count = 0;
    for (size_t from = 0; ds_hdf_message(o, DS_HDF_LINK, &from, &m);)
        count++;
    if (count > LINKS_MOST)
        return ds_hdf_refused(st, o, NULL, "holds more than 10,000 things");
    o->links = calloc(count + 1, sizeof *o->links);
    if (!o->links)
        return ds_hdf_no_memory(st, o);
    for (size_t from = 0; ds_hdf_message(o, DS_HDF_LINK, &from, &m); o->link_count++)
        if (!take_link(o, m, &o->links[o->link_count], st))
            return false;
    qsort(o->links, o->link_count, sizeof *o->links, by_order);
    return true;
}

static const ds_hdf_link *find_link(const ds_hdf_object *group, const char *name)
{
    for (size_t i = 0; i < group->link_count; i++)
        if (strcmp(group->links[i].name, name) == 0)
            return &group->links[i];
    return NULL;
}

/* ---- objects ---- */

static void free_object(ds_hdf_object *o)
{
    for (size_t i = 0; o->links && i < o->link_count; i++)
        free(o->links[i].name);
    if (o->kept)
        free(o->kept->values);
    free(o->kept);
    free(o->links);
    free(o->messages);
    free(o->path);
    free(o);
}

/* Takes over the path. */
static bool load_object(ds_hdf *file, uint64_t address, char *path, ds_hdf_object **object,
                        ds_status *st)
{
    ds_hdf_object *const o = path ? calloc(1, sizeof *o) : NULL;
    *object = o;
    if (!o) {
        free(path);
        return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", file->name);
    }
    *o = (ds_hdf_object){.file = file, .path = path, .address = address, .next = file->objects};
    if (load_header(o, st) && check_heaps(o, st) && take_links(o, st)) {
        file->objects = o;
        return true;
    }
    free_object(o);
    *object = NULL;
    return false;
}

static char *path_of(const ds_hdf_object *parent, const char *name)
{
    const char *const from = parent->path[1] ? parent->path : "";
    const size_t size = strlen(from) + strlen(name) + 2;
    char *const path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s", from, name);
    return path;
}

bool ds_hdf_child(const ds_hdf_object *parent, const char *name, ds_hdf_object **child,
                  ds_status *st)
{
    const ds_hdf_link *const link = find_link(parent, name);
    *child = NULL;
    if (!link)
        return ds_hdf_refused(st, parent, name, "is missing");
    for (ds_hdf_object *o = parent->file->objects; o; o = o->next)
        if (o->address == link->address) {
            *child = o;
            return true;
        }
    return load_object(parent->file, link->address, path_of(parent, name), child, st);
}

bool ds_hdf_has(const ds_hdf_object *group, const char *name)
{
    return find_link(group, name);
}

bool ds_hdf_group(const ds_hdf_object *parent, const char *name, const ds_hdf_object **group,
                  ds_status *st)
{
    ds_hdf_object *o;
    ds_hdf_bytes m;
    size_t from = 0;
    if (!ds_hdf_child(parent, name, &o, st))
        return false;
    *group = o;
    return ds_hdf_message(o, DS_HDF_LINKS, &from, &m) ||
           ds_hdf_refused(st, o, NULL, "is no group, as it must be");
}

size_t ds_hdf_count(const ds_hdf_object *group)
{
    return group->link_count;
}

const char *ds_hdf_name(const ds_hdf_object *group, size_t index)
{
    return group->links[index].name;
}

/* ---- the file ---- */

static bool open_root(ds_hdf *f, uint64_t size, ds_status *st)
{
    enum { BLOCK = 48 };
    static const unsigned char wanted[] = "\x89HDF\r\n\x1a\n\x02\x08\x08"; /* version, widths */
    unsigned char block[BLOCK];
    f->end = f->headers = size;
    if (size < BLOCK)
        return ds_fail(st, DS_E_DATA, "'%s' has %llu bytes: it was cut short", f->name,
                       (unsigned long long)size);
    if (!ds_hdf_bytes_at(f, 0, block, BLOCK, st))
        return false;
    /* Where addresses count from, what is added to this block, and where the file ends. */
    if (memcmp(block, wanted, sizeof wanted - 1) != 0 || ds_hdf_number(block + 12, 8) != 0 ||
        ds_hdf_number(block + 20, 8) != DS_HDF_NOWHERE || ds_hdf_number(block + 28, 8) != size)
        return ds_fail(st, DS_E_DATA,
                       "'%s' is HDF5, but not as this program writes it: it was made or changed by "
                       "another program",
                       f->name);
    return load_object(f, ds_hdf_number(block + 36, 8), strdup("/"), &f->root, st);
}

bool ds_hdf_open(ds_hdf **file, const char *path, ds_status *st)
{
    size_t size = 0;
    const int descriptor = ds_file_open(path, &size, st);
    *file = NULL;
    if (descriptor < 0)
        return false;
    ds_hdf *const f = calloc(1, sizeof *f);
    char *const name = strdup(path);
    if (!f || !name) {
        close(descriptor);
        free(f);
        free(name);
        return ds_fail(st, DS_E_SYSTEM, "no memory to read '%s'", path);
    }
    *f = (ds_hdf){.file = descriptor, .name = name};
    if (open_root(f, size, st))
        *file = f;
    else
        ds_hdf_close(f);
    return *file != NULL;
}

void ds_hdf_close(ds_hdf *file)
{
    if (!file)
        return;
    while (file->objects) {
        ds_hdf_object *const next = file->objects->next;
        free_object(file->objects);
        file->objects = next;
    }
    close(file->file);
    free(file->name);
    free(file);
}

const ds_hdf_object *ds_hdf_root(const ds_hdf *file)
{
    return file->root;
}
